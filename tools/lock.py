"""Write the lock files: the whole closure of what pyproject.toml asks for, with exact versions.

Run with ``make lock``.  Lives here: asking pip for a resolution and writing it down.  Never here: choosing
versions by hand, hashes (a CPU and a GPU build of torch share a version and differ in theirs), or the
address of any index.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

APP_HEADER = """\
# Exact versions of everything the app needs; made by `make lock` from pyproject.toml, not by hand.
# torch stands without a build mark, so that pip may take a CPU build where it can see one; the GPU libraries
# that torch's own default build asks for on Linux are pinned by torch itself and are left out here.
"""
SERVERS_HEADER = """\
# Exact versions of what the app needs beside itself where a setting names a server; made by `make lock`, not by hand.
-r requirements.lock
"""
DEV_HEADER = """\
# Exact versions of what the tests need beside the app; made by `make lock`, not by hand.
-r requirements.lock
"""


def name_of(requirement: str) -> str:
    """The name as the package index compares it.

    >>> name_of("Faiss_CPU==1.0")
    'faiss-cpu'
    """
    return requirement.split("==")[0].strip().lower().replace("_", "-").replace(".", "-")


def resolve(*requirements: str) -> dict[str, str]:
    """Name to version of all that pip would install for the requirements in an empty environment."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "-qq", "--dry-run", "--ignore-installed"]
        subprocess.run([*command, "--report", str(report), *requirements], check=True, cwd=ROOT)
        chosen = json.loads(report.read_text(encoding="utf-8"))["install"]
    versions = {name_of(item["metadata"]["name"]): item["metadata"]["version"].split("+")[0] for item in chosen}
    return {
        name: version
        for name, version in sorted(versions.items())
        if name not in {"yaodian", "triton"} and not name.startswith(("nvidia-", "cuda-"))
    }


def pins(versions: dict[str, str]) -> str:
    """One ``name==version`` a line."""
    return "".join(f"{name}=={version}\n" for name, version in versions.items())


def main() -> None:
    """The app first; then the rest on top of the versions so chosen, so that no two files can disagree."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    app = resolve(*project["dependencies"])
    (ROOT / "requirements.lock").write_text(APP_HEADER + pins(app), encoding="utf-8")
    chosen = [f"{name}=={version}" for name, version in app.items()]
    optional = project["optional-dependencies"]
    beside = resolve(*chosen, *optional["servers"])
    servers = {name: version for name, version in beside.items() if name not in app}
    (ROOT / "requirements-servers.lock").write_text(SERVERS_HEADER + pins(servers), encoding="utf-8")
    chosen += [f"{name}=={version}" for name, version in servers.items()]
    rest = resolve(*chosen, *optional["dev"])
    extra = {name: version for name, version in rest.items() if name not in app}
    (ROOT / "requirements-dev.lock").write_text(DEV_HEADER + pins(extra), encoding="utf-8")


if __name__ == "__main__":
    main()
