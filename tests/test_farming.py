"""An ingest over Dask's workers is the ingest of one machine, byte for byte, whatever becomes of the workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import distributed
import numpy as np
import pytest

from embeddings.encoder import load_encoder
from kg.errors import ServerError
from kg.export import render
from kg.settings import Settings
from kg.workspace import Workspace
from qa import farming
from qa.build import ingest
from qa.farming import FarEncoder, connected, read_there
from qa.reading import WORTH_IT, Shelf, digest_of
from tests.backends import dask, free_port
from tests.killing import Hashed
from tests.made_plans import files_of

COUNT = WORTH_IT + 2


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with dask(tmp_path_factory.mktemp("dask")) as found:
        with distributed.Client(found, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
        yield found


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    return files_of(tmp_path / "sources", COUNT)


def test_two_workers_make_what_this_machine_makes(
    address: str, sources: list[Path], tmp_path: Path, warm: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources[3].write_bytes(b"\xff\xd8\xff not a plan")
    sources.append(tmp_path / "absent.txt")
    settings = [replace(Settings.load({}), workspace=warm(tmp_path / name)) for name in ("near", "far")]
    settings[1] = replace(settings[1], dask=address)
    shelved: list[Path] = []
    put = Shelf.put

    def watched(shelf: Shelf, path: Path, digest: str, plan: object) -> None:
        shelved.append(path)
        put(shelf, path, digest, plan)  # type: ignore[arg-type]

    monkeypatch.setattr(Shelf, "put", watched)
    steps: list[tuple[str, int, int]] = []
    results = [ingest(sources, own, lambda *step: steps.append(step), Hashed()) for own in settings]
    assert [r.problem for r in results[0]] == [r.problem for r in results[1]]
    assert sum(bool(r.problem) for r in results[1]) == 2
    assert len(shelved) == COUNT - 1, "the workers read them, and this process did not"
    near, far = (Workspace(own.workspace).current() for own in settings)
    for format_ in ("json", "trig"):
        assert render(near.store(), format_) == render(far.store(), format_)
    names = [name for name in near.manifest.files if name.startswith(("dense/", "lexical/", "plans/"))]
    assert names
    for name in names:
        assert near.manifest.files[name] == far.manifest.files[name]


def test_texts_that_workers_embed_come_back_in_their_order(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farming, "_PIECE", 3)
    encoder = load_encoder()
    texts = ["食堂", "乡村教师", "school canteens", "近视", "校车", "轮岗", "消防"]
    told: list[tuple[int, int]] = []
    with connected(address) as client:
        far = FarEncoder(encoder, client, "")
        vectors = far.passages(texts, lambda *step: told.append(step))
        assert far.passages(texts[:2]).shape == (2, encoder.dimension)
        # A worker with another model is not believed.
        other = FarEncoder(Hashed(), client, "").passages(texts)
    assert np.allclose(vectors, encoder.passages(texts), atol=1e-6)
    assert told[-1] == (7, 7)
    assert np.array_equal(other, Hashed().passages(texts))


def test_a_worker_that_is_killed_costs_no_document(
    sources: list[Path], tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    (tmp_path / "dask").mkdir()
    settings = replace(Settings.load({}), workspace=warm(tmp_path / "workspace"))
    with dask(tmp_path / "dask", workers=1) as address, distributed.Client(address, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=120)
        shelf = Shelf(tmp_path / "shelf", "any")
        sources[0].write_text("", encoding="utf-8")
        client.run_on_scheduler(lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 0))
        future = client.submit(farming.read_one, "x.txt", b"", None, pure=False)
        assert future.result() is None
        read_there(client, sources[:2], shelf, lambda *_: None)
    assert shelf.take(sources[1], digest_of(sources[1])) is not None
    assert shelf.take(sources[0], digest_of(sources[0])) is None
    ingest(sources, settings, encoder=Hashed())
    assert len(Workspace(settings.workspace).current().documents()) == COUNT - 1


def test_a_scheduler_that_is_not_there_is_told_in_one_line_before_anything_is_written(
    sources: list[Path], tmp_path: Path, warm: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(farming, "CONNECT", 1)
    port = free_port()
    settings = replace(Settings.load({}), workspace=warm(tmp_path / "workspace"), dask=f"tcp://127.0.0.1:{port}")
    with pytest.raises(
        ServerError, match=rf"^the Dask scheduler at tcp://127.0.0.1:{port} cannot be reached"
    ) as caught:
        ingest(sources, settings, encoder=Hashed())
    assert len(str(caught.value).splitlines()) == 1
    assert not (settings.workspace / "CURRENT").exists()


def test_a_worker_with_another_version_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with connected(address) as client:
        monkeypatch.setattr(client, "run", lambda _: {"tcp://h:1": "another"})
        with pytest.raises(ServerError, match="the Dask worker at tcp://h:1 runs another version"):
            farming._same_program(client, address)
        monkeypatch.setattr(client, "run", lambda _: {})
        with pytest.raises(ServerError, match="has no workers; start some: dask worker"):
            farming._same_program(client, address)
