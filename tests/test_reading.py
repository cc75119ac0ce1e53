"""Many files read by several processes are read as one process reads them, whatever becomes of the processes."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.settings import Settings
from kg.thesaurus import Thesaurus
from kg.workspace import Workspace
from qa import reading
from qa.build import ingest
from qa.reading import WORTH_IT, Shelf, digest_of, made_by, make_plan, read_ahead
from tests.killing import Hashed
from tests.made_plans import files_of
from tools.plans import make

COUNT = WORTH_IT + 1


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus.load()


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    return files_of(tmp_path / "sources", COUNT)


def settings_of(folder: Path) -> Settings:
    return replace(Settings.load({}), workspace=folder)


def test_what_processes_read_is_what_one_process_reads(
    sources: list[Path], tmp_path: Path, thesaurus: Thesaurus
) -> None:
    shelf = Shelf(tmp_path / "shelf", made_by(thesaurus))
    told: list[tuple[int, int]] = []
    read_ahead(sources, shelf, tmp_path / "cache", lambda *step: told.append(step), workers=2)
    assert told == [(n + 1, COUNT) for n in range(COUNT)]
    for path in sources:
        assert shelf.take(path, digest_of(path)) == make_plan(path, thesaurus)


def test_an_ingest_of_many_is_as_of_one_by_one_and_names_what_it_cannot_read(
    sources: list[Path], tmp_path: Path, warm: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources[3].write_bytes(b"\xff\xd8\xff not a plan")
    sources.append(tmp_path / "absent.txt")
    other = tmp_path / "other"
    other.mkdir()
    twin = other / sources[0].name
    twin.write_text(make(9, 0, 2).text, encoding="utf-8")
    sources.append(twin)
    many = settings_of(warm(tmp_path / "many"))
    steps: list[tuple[str, int, int]] = []
    results = ingest(sources, many, lambda *step: steps.append(step), Hashed())
    assert [r.path.name for r in results if r.problem] == [sources[3].name, "absent.txt"]
    assert ("read", len(sources), len(sources)) in steps
    assert not (many.workspace / "cache" / "reading").exists()
    monkeypatch.setattr("qa.build.WORTH_IT", 1000)
    single = settings_of(warm(tmp_path / "single"))
    assert [r.problem for r in ingest(sources, single, encoder=Hashed())] == [r.problem for r in results]
    one, other_one = Workspace(many.workspace).current(), Workspace(single.workspace).current()
    assert one.plans() == other_one.plans()
    assert {str(q) for q in one.store().inner} == {str(q) for q in other_one.store().inner}


def test_what_was_read_before_a_stop_is_not_read_again(
    sources: list[Path],
    tmp_path: Path,
    thesaurus: Thesaurus,
    warm: Callable[[Path], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = settings_of(warm(tmp_path / "workspace"))
    shelf = Shelf(settings.workspace / "cache" / "reading", made_by(thesaurus))
    read_ahead(sources, shelf, settings.workspace / "cache", lambda *_: None)
    kept = sorted(shelf.folder.iterdir())
    kept[0].write_bytes(kept[0].read_bytes()[:-9])  # one of them is not whole
    read: list[Path] = []

    def watched(path: Path, thesaurus: Thesaurus) -> object:
        read.append(path)
        return make_plan(path, thesaurus)

    monkeypatch.setattr("qa.build.make_plan", watched)
    monkeypatch.setattr("qa.build.read_ahead", lambda paths, *_: pytest.fail(f"reads {paths}"))
    ingest(sources, settings, encoder=Hashed())
    assert set(read) == set(read[:1]) and read
    assert len(Workspace(settings.workspace).current().documents()) == COUNT


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_process_that_is_killed_costs_no_document(
    sources: list[Path], tmp_path: Path, warm: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def watched(shelf: Shelf, cache: Path) -> subprocess.Popen[bytes]:
        started.append(real(shelf, cache))
        return started[-1]

    real = reading._started
    monkeypatch.setattr("qa.reading._started", watched)

    def kill(stage: str, done: int, total: int) -> None:
        if stage == "read":
            for process in started:
                os.kill(process.pid, signal.SIGKILL)

    settings = settings_of(warm(tmp_path / "workspace"))
    ingest(sources, settings, kill, Hashed())
    assert started
    assert len(Workspace(settings.workspace).current().documents()) == COUNT
