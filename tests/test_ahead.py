"""Texts embedded by a process of its own: its vectors are there when they are wanted, and it may die."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.ahead import Ahead
from embeddings.dense import VectorCache
from embeddings.encoder import Encoder, load_encoder
from embeddings.hybrid import HybridIndex
from kg.settings import Settings
from kg.workspace import Workspace
from qa.build import ingest
from qa.check import check
from tools.plans import make

TEXTS = ("抓好校园安全。", "开展校车检查。", "办好食堂。")


@pytest.fixture
def warmed(tmp_path: Path, warm: Callable[[Path], Path]) -> Path:
    return warm(tmp_path / "workspace") / "cache"


def held(encoder: Encoder, vectors: Path) -> tuple[np.ndarray, list[int]]:
    """The vectors of the texts, and how many had to be embedded for it."""
    missing: list[int] = []
    found = VectorCache(vectors).passages(encoder, TEXTS, lambda _, total: missing.append(total))
    return found, missing


def test_what_was_embedded_ahead_is_what_would_have_been_embedded(warmed: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with Ahead("", warmed, tmp_path / "ahead.sqlite") as ahead:
        ahead.put(TEXTS[:2])
        ahead.put(TEXTS[2:])
        ahead.finish(lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)
    encoder = load_encoder("", warmed)
    found, missing = held(encoder, tmp_path / "ahead.sqlite")
    assert missing == []
    assert np.allclose(found, encoder.passages(TEXTS), atol=1e-6)


def test_what_is_put_twice_is_counted_and_embedded_once(warmed: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with Ahead("", warmed, tmp_path / "ahead.sqlite") as ahead:
        ahead.put([*TEXTS, TEXTS[0]])
        ahead.put(TEXTS)
        ahead.finish(lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)


def test_few_texts_are_embedded_before_they_are_waited_for(warmed: Path, tmp_path: Path) -> None:
    vectors, deadline = tmp_path / "ahead.sqlite", time.monotonic() + 60
    with Ahead("", warmed, vectors) as ahead:
        ahead.put(TEXTS)
        ahead.begin()
        while not (vectors.exists() and vectors.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.5)
    _, missing = held(load_encoder("", warmed), vectors)
    assert missing == []


def test_a_process_that_is_killed_costs_time_alone(warmed: Path, tmp_path: Path) -> None:
    with Ahead("", warmed, tmp_path / "ahead.sqlite") as ahead:
        ahead._process.kill()
        ahead.put(TEXTS)
        ahead.finish(lambda done, total: None)
    _, missing = held(load_encoder("", warmed), tmp_path / "ahead.sqlite")
    assert missing == [3]


def test_a_process_that_is_left_does_not_go_on(warmed: Path, tmp_path: Path) -> None:
    started = time.monotonic()
    with Ahead("", warmed, tmp_path / "ahead.sqlite") as ahead:
        ahead.put([f"第{n}条" for n in range(100_000)])
    assert ahead._process.returncode is not None
    assert time.monotonic() - started < 30


def test_a_process_whose_starter_was_killed_ends(warmed: Path, tmp_path: Path) -> None:
    with Ahead("", warmed, tmp_path / "ahead.sqlite") as ahead:
        ahead.put([f"第{n}条" for n in range(100_000)])
        stream = ahead._process.stdin
        assert stream is not None
        time.sleep(2)
        stream.close()  # as the system does for a process that is no more
        assert ahead._process.wait(timeout=30) == 1


def test_an_ingest_of_many_is_as_one_without_a_process_ahead(
    tmp_path: Path, warm: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / f"plan-{n}.txt" for n in range(3)]
    for n, path in enumerate(paths):
        path.write_text(make(1, n, 2).text, encoding="utf-8")
    indexes = []
    for worth, folder in ((1, "with"), (99, "without")):
        monkeypatch.setattr("qa.build.WORTH_IT", worth)
        settings = replace(Settings.load({}), workspace=warm(tmp_path / folder))
        ingest(paths, settings)
        assert check(settings) == ()
        indexes.append(HybridIndex.load(Workspace(settings.workspace).current().path))
    one, other = indexes
    assert one.ids == other.ids
    assert np.allclose(one.clauses.vectors, other.clauses.vectors, atol=1e-6)


class Killed(Ahead):
    """One that is no more when it is wanted."""

    def __init__(self, model: str, cache: Path, vectors: Path) -> None:
        super().__init__(model, cache, vectors)
        self._process.kill()


def test_one_plan_is_embedded_ahead_too_and_without_it_the_indexes_are_the_same(
    tmp_path: Path, warm: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(make(1, 4, 2).text, encoding="utf-8")
    started: list[Ahead] = []
    indexes = []
    for process, folder in ((Ahead, "with"), (Killed, "without")):

        def start(*told: Any, process: type[Ahead] = process) -> Ahead:
            started.append(process(*told))
            return started[-1]

        monkeypatch.setattr("qa.build.Ahead", start)
        settings = replace(Settings.load({}), workspace=warm(tmp_path / folder))
        ingest([path], settings)
        assert check(settings) == ()
        files = Workspace(settings.workspace).current().manifest.files
        indexes.append({name: stated for name, stated in files.items() if name.startswith(("dense", "lexical"))})
        ingest([path], settings)  # nothing changed, so that none is started
    assert [type(process) for process in started] == [Ahead, Killed]
    assert indexes[0] == indexes[1]
