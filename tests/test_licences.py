"""What is installed with the app may be: every pinned library says a licence that goes with this project's own."""

from __future__ import annotations

from pathlib import Path

from tools.licences import pinned, table

ROOT = Path(__file__).resolve().parent.parent


def test_every_pinned_library_has_a_licence_that_fits() -> None:
    rows, wrong = table(ROOT / "requirements.lock")
    assert wrong == []
    assert [name for name, _, _ in rows] == list(pinned(ROOT / "requirements.lock"))


def test_what_says_nothing_or_is_not_there_is_named(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("# a comment\nno-such-library==1.0\nrdflib==7\n", encoding="utf-8")
    rows, wrong = table(lock)
    assert [row[0] for row in rows] == ["rdflib"]
    assert wrong == ["no-such-library: not installed"]
