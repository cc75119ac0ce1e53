from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import dense
from embeddings.dense import DenseIndex, VectorCache
from embeddings.encoder import Progress, Vectors
from kg.errors import DamagedWorkspace, ModelError


def vectors(rows: int, dimension: int = 8, seed: int = 0) -> Vectors:
    made = np.random.default_rng(seed).normal(size=(rows, dimension))
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


def index(rows: int = 20) -> DenseIndex:
    return DenseIndex.build([f"c{i}" for i in range(rows)], vectors(rows), "model@1")


class Letters:
    """An encoder that counts letters, and what it was asked."""

    name = "letters@1"
    dimension = 3

    def __init__(self) -> None:
        self.asked: list[str] = []

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self.passages(texts)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.asked += texts
        if progress is not None:
            progress(len(texts), len(texts))
        rows = np.array([[t.count("a"), t.count("b"), 1] for t in texts], dtype=np.float32).reshape(-1, 3)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_scores_are_inner_products() -> None:
    query = vectors(1, seed=1)
    assert index().scores(query) == pytest.approx(index().vectors @ query[0], abs=1e-6)


@given(st.integers(0, 30), st.integers(-2, 40), st.integers(0, 5))
def test_the_best_come_first_and_no_more_than_asked_for(rows: int, k: int, seed: int) -> None:
    ix = index(rows)
    query = vectors(1, seed=seed)
    found = ix.search(query, k)
    assert len(found) == max(0, min(k, rows))
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    best = np.sort(ix.scores(query))[::-1][: len(found)]
    assert [score for _, score in found] == pytest.approx(best.tolist(), abs=1e-6)


def test_a_search_in_a_subset_finds_rows_of_it_only() -> None:
    subset = np.array([3, 5, 7])
    found = index().search(vectors(1, seed=2), 10, subset)
    assert sorted(row for row, _ in found) == [3, 5, 7]


def test_faiss_and_numpy_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    query = vectors(1, seed=3)
    plain = index(200).search(query, 10)
    monkeypatch.setattr(dense, "FAISS_FROM", 1)
    through_faiss = index(200).search(query, 10)
    assert [row for row, _ in through_faiss] == [row for row, _ in plain]
    assert [score for _, score in through_faiss] == pytest.approx([score for _, score in plain], abs=1e-6)


def test_a_saved_index_comes_back_whole(tmp_path: Path) -> None:
    index().save(tmp_path)
    back = DenseIndex.load(tmp_path)
    assert back.ids == index().ids
    assert back.encoder_name == "model@1"
    assert (back.vectors == index().vectors).all()


@given(st.integers(0, 60), st.sets(st.integers(0, 59)), st.lists(st.integers(0, 60), max_size=40), st.integers(0, 5))
def test_an_index_in_parts_is_as_one_in_one_piece(rows: int, gone: set[int], places: list[int], seed: int) -> None:
    """Some rows leave, some come in between: rows, scores and what is read of some are those of a plain array."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dense, "PART", 8)
        old, fresh = index(rows), DenseIndex.build([f"n{i}" for i in range(len(places))], vectors(len(places)), "m")
        keys = [(float(i), i) for i in range(rows) if i not in gone]
        keys += [(place - 0.5, rows + i) for i, place in enumerate(places)]
        take = np.array([number for _, number in sorted(keys)], dtype=np.int64)
        made = old.joined(fresh, take)
        whole = np.concatenate([old.vectors, fresh.vectors])[take]
        assert np.array_equal(made.vectors, whole)
        assert list(made.ids) == [(*old.ids, *fresh.ids)[i] for i in take]
        query = vectors(1, seed=seed)[0]
        assert made.scores(query) == pytest.approx(whole @ query, abs=1e-6)
        some = np.arange(0, len(take), 3, dtype=np.int64)
        assert made.scores(query, some) == pytest.approx(whole[some] @ query, abs=1e-6)
        assert all(len(piece) <= 16 for piece in made.pieces())


def test_only_the_part_that_changed_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "PART", 100)
    index(1000).save(tmp_path / "one")
    old = DenseIndex.load(tmp_path / "one")
    take = np.concatenate([np.arange(450), np.arange(1000, 1010), np.arange(460, 1000)])
    fresh = DenseIndex.build([f"n{i}" for i in range(10)], vectors(10, seed=1), "model@1")
    old.joined(fresh, take).save(tmp_path / "other")
    one, other = ({p.name: p.stat().st_ino for p in (tmp_path / f).glob("*.npy")} for f in ("one", "other"))
    assert len(one) == len(other) == 10
    assert len(one.items() & other.items()) == 9, "the same files, not copies"
    back = DenseIndex.load(tmp_path / "other")
    assert np.array_equal(back.vectors, np.concatenate([old.vectors, fresh.vectors])[take])


@pytest.mark.parametrize("names", ["x", ["../../secret"], ["dense-vectors", 3], []])
def test_parts_are_files_of_the_index_alone(tmp_path: Path, names: object) -> None:
    index().save(tmp_path)
    place = tmp_path / "dense.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), "parts": names}))
    with pytest.raises(DamagedWorkspace, match=r"dense\.json"):
        DenseIndex.load(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by Linux")
def test_what_a_question_over_all_has_read_of_a_large_index_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mapped() -> int:
        told = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(told.split("RssFile:")[1].split()[0])

    monkeypatch.setattr(dense, "PART", 2000)
    DenseIndex.build([f"c{i}" for i in range(10_000)], vectors(10_000, 256), "model@1").save(tmp_path)
    read, query, size = DenseIndex.load(tmp_path), vectors(1, 256, seed=1)[0], 10_000 * 256 * 4 // 1024
    before = mapped()
    whole = read.scores(query)
    assert mapped() - before > 0.9 * size
    monkeypatch.setattr(dense, "HELD", 0)
    assert np.array_equal(read.scores(query), whole)
    assert mapped() - before < 0.1 * size
    assert np.array_equal(read.scores(query), whole)


def test_an_empty_index_can_be_saved_and_searched(tmp_path: Path) -> None:
    index(0).save(tmp_path)
    assert DenseIndex.load(tmp_path).search(vectors(1), 5) == []


def test_a_damaged_index_is_named(tmp_path: Path) -> None:
    index().save(tmp_path)
    path = tmp_path / "dense-vectors.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DamagedWorkspace, match=r"dense-vectors\.npy"):
        DenseIndex.load(tmp_path)


def test_an_index_refuses_another_model() -> None:
    index().check_model("model@1")
    with pytest.raises(ModelError, match=r"model@1.*other@2"):
        index().check_model("other@2")


def test_ids_and_vectors_are_of_one_length() -> None:
    with pytest.raises(ValueError, match="1 ids"):
        DenseIndex.build(["a"], vectors(2), "m")


def test_only_new_text_is_embedded_and_equal_text_once(tmp_path: Path) -> None:
    cache, encoder = VectorCache(tmp_path / "v" / "vectors.sqlite"), Letters()
    first = cache.passages(encoder, ["a", "b", "a"])
    assert encoder.asked == ["a", "b"]
    second = cache.passages(encoder, ["b", "ab", "a"])
    assert encoder.asked == ["a", "b", "ab"]
    assert (first == Letters().passages(["a", "b", "a"])).all()
    assert (second == Letters().passages(["b", "ab", "a"])).all()


def test_the_vectors_of_one_model_are_not_anothers(tmp_path: Path) -> None:
    cache, one, other = VectorCache(tmp_path / "vectors.sqlite"), Letters(), Letters()
    other.name = "letters@2"
    cache.passages(one, ["a"])
    cache.passages(other, ["a"])
    assert other.asked == ["a"]


def test_a_damaged_vector_is_embedded_again(tmp_path: Path) -> None:
    path, encoder = tmp_path / "vectors.sqlite", Letters()
    VectorCache(path).passages(encoder, ["a"])
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE vector SET value = zeroblob(20)")
    connection.close()
    assert (VectorCache(path).passages(encoder, ["a"]) == Letters().passages(["a"])).all()
    assert encoder.asked == ["a", "a"]


@pytest.mark.parametrize("content", [b"", b"not a database" * 100])
def test_a_damaged_cache_starts_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vectors.sqlite"
    path.write_bytes(content)
    encoder = Letters()
    VectorCache(path).passages(encoder, ["a"])
    VectorCache(path).passages(encoder, ["a"])
    assert encoder.asked == ["a"]


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    got = VectorCache(tmp_path / "file" / "vectors.sqlite").passages(Letters(), ["a", "b"])
    assert got.shape == (2, 3)


def test_the_cache_holds_no_text(tmp_path: Path) -> None:
    path = tmp_path / "vectors.sqlite"
    VectorCache(path).passages(Letters(), ["a secret sentence"])
    assert b"secret" not in path.read_bytes()


def test_progress_counts_what_is_embedded(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    cache = VectorCache(tmp_path / "vectors.sqlite")
    cache.passages(Letters(), ["a", "b"], lambda done, total: seen.append((done, total)))
    cache.passages(Letters(), ["a", "b"], lambda done, total: seen.append((done, total)))
    assert seen == [(2, 2)]


def test_what_was_embedded_before_a_kill_is_not_embedded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.dense._PIECE", 2)
    texts = ["a", "b", "ab", "abc", "c"]
    seen: list[tuple[int, int]] = []

    def killed(done: int, total: int) -> None:
        seen.append((done, total))
        if done > 2:
            raise KeyboardInterrupt

    first, second = Letters(), Letters()
    with pytest.raises(KeyboardInterrupt):
        VectorCache(tmp_path / "vectors.sqlite").passages(first, texts, killed)
    assert seen == [(2, 5), (4, 5)]
    got = VectorCache(tmp_path / "vectors.sqlite").passages(second, texts)
    assert second.asked == ["ab", "abc", "c"]
    assert (got == Letters().passages(texts)).all()
