"""The built wheel, installed elsewhere, answers a question: a flat layout hides missing files from every other test."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("kg", "embeddings", "qa", "ui")


def run(*command: str | Path, cwd: Path) -> str:
    """Standard output of a command that must succeed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "YAODIAN"))}
    env["PYTHONUTF8"] = "1"
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that nothing is left behind in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    copy.mkdir()
    for name in (*PACKAGES, "app.py", "pyproject.toml", "README.md", "LICENSE", "THIRD_PARTY.md"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, copy / name)
    build = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "--no-index"]
    run(*build, "--wheel-dir", folder, copy, cwd=folder)
    (built,) = folder.glob("yaodian-*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert not (sources | {"app.py"}) - inside, "add the pattern to [tool.setuptools.package-data]"


def test_the_wheel_holds_its_licence_and_nothing_beside_the_packages(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in inside}
    info = {top for top in tops if top.endswith(".dist-info")}
    assert tops - info == {*PACKAGES, "app.py"}
    assert {"LICENSE", "THIRD_PARTY.md"} <= {Path(name).name for name in inside if "/licenses/" in name}


def test_the_installed_command_reads_a_plan_and_answers_from_another_folder(
    wheel: Path, tmp_path: Path, plan_path: Path, plan_text: str, warm: Callable[[Path], Path]
) -> None:
    # An environment of its own, which sees the libraries of this one but not this checkout.
    place = tmp_path / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    (site,) = place.glob("lib/python*/site-packages")
    libraries = next(path for path in sys.path if path.endswith("site-packages") and (Path(path) / "rdflib").is_dir())
    pip = (sys.executable, "-m", "pip", "--python", place / "bin" / "python")
    run(*pip, "install", "-qq", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    (site / "libraries.pth").write_text(libraries + "\n", encoding="utf-8")

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy2(plan_path, elsewhere / "plan.txt")
    command = place / "bin" / "yaodian"
    where = run(place / "bin" / "python", "-c", "import qa; print(qa.__file__)", cwd=elsewhere).strip()
    assert Path(where).is_relative_to(site), "the checkout was imported in place of the wheel"
    warm(elsewhere / "built")
    run(command, "ingest", "plan.txt", "--workspace", "built", cwd=elsewhere)
    question = "which items involve rural teachers"
    answer = json.loads(run(command, "ask", question, "--json", "--workspace", "built", cwd=elsewhere))
    assert answer["status"] == "answered"
    assert answer["items"]
    for citation in answer["citations"]:
        cited = plan_text[citation["start"] : citation["end"]]
        assert "".join(cited.split()) == "".join(citation["quote"].split())
    assert answer["citations"]
