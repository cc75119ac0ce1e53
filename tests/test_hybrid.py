from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from embeddings.dense import VectorCache
from embeddings.encoder import Encoder, Vectors, load_encoder
from embeddings.gloss import GlossBook, open_glosses
from embeddings.hybrid import LEXICAL_WEIGHT, Begun, Entry, Hybrid, HybridIndex, fuse
from kg.errors import DamagedWorkspace, ModelError
from kg.model import Language
from tests.backends import postgres

UNITS = {
    "d/i1": "1. 加强学校食堂管理。各校每学期检查食堂两次。公布检查结果。",
    "d/i2": "2. 培训乡村教师。组织乡村教师参加暑期研修。为边远学校补充英语教师。",
    "d/i3": "3. 防控近视。每年开展两次视力监测。",
}
ENTRIES = [
    Entry(f"{key}/c{n}", key, clause + "。")
    for key, text in UNITS.items()
    for n, clause in enumerate(text.split("。")[:-1], 1)
]
ROW = {entry.id: row for row, entry in enumerate(ENTRIES)}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Path:
    return warm(tmp_path_factory.mktemp("hybrid")) / "cache"


@pytest.fixture(scope="module")
def encoder(cache: Path) -> Encoder:
    return load_encoder(cache=cache)


@pytest.fixture(scope="module")
def glosses(cache: Path) -> Iterator[GlossBook]:
    with closing(open_glosses(cache)) as opened:
        yield opened


@pytest.fixture(scope="module")
def own(encoder: Encoder, cache: Path) -> HybridIndex:
    return HybridIndex.build(ENTRIES, UNITS, encoder, VectorCache(cache / "vectors.sqlite"))


@pytest.fixture(scope="module", params=["files", "postgres"])
def index(
    request: pytest.FixtureRequest, own: HybridIndex, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hybrid]:
    """The index in memory, then out of a database: the same questions have the same answers."""
    if request.param == "files":
        yield own
        return
    from embeddings.postgres import Database, opened, publish

    with postgres() as address:
        database = Database(address)
        publish(own, {"d": "made"}, "", "g000001-a", database)
        yield opened(database, "g000001-a")
        database.close()


@pytest.mark.parametrize(
    ("question", "language", "unit"),
    [
        ("谁来检查食堂", "zh", "d/i1"),
        ("农村老师的进修", "zh", "d/i2"),
        ("eyesight of pupils", "en", "d/i3"),
        ("training of teachers in villages", "en", "d/i2"),
        ("canteen inspections", "en", "d/i1"),
    ],
)
def test_a_question_finds_the_unit_that_it_is_about(
    index: Hybrid, encoder: Encoder, glosses: GlossBook, question: str, language: str, unit: str
) -> None:
    hits = index.search(question, encoder, "en" if language == "en" else "zh", 3, glosses)
    assert hits[0].id.startswith(unit)


def test_hits_carry_each_score_and_come_best_first(index: Hybrid, encoder: Encoder) -> None:
    hits = index.search("乡村教师研修", encoder, "zh", 100)
    assert len(hits) == len(ENTRIES)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        assert hit.id == ENTRIES[hit.row].id
        assert 0 <= hit.score <= 1
        assert -2 <= hit.dense <= 2
        assert hit.lexical >= 0


def test_a_clause_is_scored_with_its_unit(index: Hybrid, encoder: Encoder) -> None:
    question = "食堂"
    vector = encoder.queries([question])[0]
    scored = index.scores(question, vector, "zh")
    row = ROW["d/i1/c3"]
    clause, unit = encoder.passages([ENTRIES[row].text, UNITS["d/i1"]])
    assert scored.dense[row] == pytest.approx(float(clause @ vector + unit @ vector), abs=1e-5)
    assert scored.lexical[row] > 0, "its unit names the canteen, it does not"


def test_english_words_reach_chinese_clauses_through_glosses(
    index: Hybrid, encoder: Encoder, glosses: GlossBook
) -> None:
    question = "teachers"
    vector = encoder.queries([question])
    assert not index.scores(question, vector, "en").lexical.any()
    scored = index.scores(question, vector, "en", glosses)
    assert scored.lexical[ROW["d/i2/c2"]] > 0
    assert "教师" in {gloss.word for term in scored.terms for gloss in term.glosses}


def test_glosses_are_not_asked_for_a_chinese_question(index: Hybrid, encoder: Encoder, glosses: GlossBook) -> None:
    assert index.scores("teachers 教师", encoder.queries(["教师"]), "zh", glosses).terms == ()


def test_extra_terms_count_as_words_of_the_question(index: Hybrid, encoder: Encoder) -> None:
    vector = encoder.queries(["x"])
    scored = index.scores("x", vector, "en", extra=[{"视力": 1.0, "眼睛": 1.0}])
    assert np.flatnonzero(scored.lexical).tolist() == [ROW["d/i3/c1"], ROW["d/i3/c2"]]


def test_a_mask_limits_what_is_found(index: Hybrid, encoder: Encoder) -> None:
    mask = np.array([entry.unit == "d/i3" for entry in ENTRIES])
    hits = index.search("乡村教师", encoder, "zh", 100, mask=mask)
    assert {hit.id for hit in hits} == {"d/i3/c1", "d/i3/c2"}
    nothing = np.zeros(len(ENTRIES), dtype=bool)
    assert index.search("乡村教师", encoder, "zh", 100, mask=nothing) == []


def test_a_saved_index_finds_what_it_found(own: HybridIndex, encoder: Encoder, tmp_path: Path) -> None:
    own.save(tmp_path)
    back = HybridIndex.load(tmp_path)
    assert back.search("乡村教师", encoder, "zh", 5) == own.search("乡村教师", encoder, "zh", 5)


def test_indexes_of_different_making_are_refused(own: HybridIndex, encoder: Encoder, tmp_path: Path) -> None:
    own.save(tmp_path)
    HybridIndex.build(ENTRIES[:3], UNITS, encoder).clause_words.save(tmp_path / "lexical", "clauses")
    with pytest.raises(DamagedWorkspace, match="not of one making"):
        HybridIndex.load(tmp_path)


def test_every_file_that_is_saved_is_guarded(own: HybridIndex, tmp_path: Path) -> None:
    own.save(tmp_path)
    for path in sorted(p for p in tmp_path.rglob("*") if p.is_file()):
        data = path.read_bytes()
        path.write_bytes(data[:-3])
        with pytest.raises(DamagedWorkspace, match=path.name):
            HybridIndex.load(tmp_path)
        path.write_bytes(data)
    HybridIndex.load(tmp_path)


def test_another_model_is_refused(index: Hybrid, encoder: Encoder) -> None:
    class Renamed:
        name = "another@1"
        dimension = encoder.dimension
        queries = staticmethod(encoder.queries)
        passages = staticmethod(encoder.passages)

    with pytest.raises(ModelError, match="another@1"):
        index.search("教师", Renamed(), "zh")


def test_an_empty_index_finds_nothing(encoder: Encoder, tmp_path: Path) -> None:
    HybridIndex.build([], {}, encoder).save(tmp_path)
    assert HybridIndex.load(tmp_path).search("教师", encoder, "zh") == []


scores = arrays.arrays(np.float32, st.integers(1, 12), elements=st.floats(-10, 10, width=16))


@given(scores, st.sampled_from(["zh", "en"]), st.data())
def test_fused_scores_lie_between_0_and_1_and_keep_order_where_both_agree(
    dense: np.ndarray, language: str, data: st.DataObject
) -> None:
    asked: Language = "en" if language == "en" else "zh"
    lexical = np.abs(data.draw(arrays.arrays(np.float32, len(dense), elements=st.floats(-10, 10, width=16))))
    fused = fuse(dense, lexical, asked)
    assert ((fused >= 0) & (fused <= 1 + 1e-6)).all()
    better = (dense[:, None] >= dense) & (lexical[:, None] >= lexical)
    assert (fused[:, None] + 1e-5 >= fused)[better].all()


def test_without_a_shared_word_the_dense_score_stands_alone() -> None:
    dense = np.array([0.2, 0.4, 0.6], np.float32)
    assert fuse(dense, np.zeros(3, np.float32), "zh") == pytest.approx([0, 0.5, 1])


def test_the_weight_is_the_languages() -> None:
    dense, lexical = np.array([0.0, 1.0], np.float32), np.array([1.0, 0.0], np.float32)
    for language, share in LEXICAL_WEIGHT.items():
        assert fuse(dense, lexical, language) == pytest.approx([share, 1 - share])


def test_what_equal_scores_say_is_nothing() -> None:
    same = np.ones(4, np.float32)
    assert fuse(same, same, "zh").tolist() == [0, 0, 0, 0]
    assert fuse(same[:0], same[:0], "zh").tolist() == []


def test_a_changed_index_is_the_one_built_anew(encoder: Encoder, cache: Path, tmp_path: Path) -> None:
    """Documents come, change and go; what is left is taken over, and no score tells the difference."""
    vectors = VectorCache(cache / "vectors.sqlite")

    def parts(plans: dict[str, str]) -> tuple[list[Entry], dict[str, str]]:
        units = {f"{name}/i1": text for name, text in sorted(plans.items())}
        made = [Entry(f"{k}/c{n}", k, f"{c}。") for k, t in units.items() for n, c in enumerate(t.split("。")[:-1], 1)]
        return made, units

    def build(plans: dict[str, str]) -> HybridIndex:
        return HybridIndex.build(*parts(plans), encoder, vectors)

    before = build({"b": "办好食堂。检查食堂。", "d": "培训教师。", "f": "防控近视。监测视力。"})
    fresh = {"a": "建设操场。", "d": "培训乡村教师。轮岗交流。", "e": "School canteens are checked."}
    entries, units = parts(fresh)
    begun = Begun(entries, units, before, lambda key: key.split("/")[0] not in {"d", "f"})
    begun.save_words(tmp_path)
    after = begun.finished(encoder, vectors)
    after.save_vectors(tmp_path)
    assert HybridIndex.load(tmp_path).ids == after.ids
    whole = build({"b": "办好食堂。检查食堂。", **fresh})
    assert after.ids == whole.ids
    assert after.units.ids == whole.units.ids
    for question in ("食堂", "乡村教师轮岗", "school canteens", "近视"):
        one, other = (i.scores(question, encoder.queries([question])[0], "zh") for i in (after, whole))
        assert one.lexical == pytest.approx(other.lexical, abs=1e-6)
        assert one.dense == pytest.approx(other.dense, abs=1e-5)


@given(rows=st.sets(st.integers(0, len(ENTRIES) - 1)))
def test_some_rows_alone_have_the_scores_that_they_have_among_all(
    index: Hybrid, encoder: Encoder, glosses: GlossBook, rows: set[int]
) -> None:
    vector = VECTOR.setdefault(0, encoder.queries(["training of teachers in villages"])[0])
    some = np.array(sorted(rows), dtype=np.int64)
    for question, language in (("乡村教师培训", "zh"), ("training of teachers in villages", "en")):
        known: Language = "en" if language == "en" else "zh"
        every = index.scores(question, vector, known, glosses)
        own = index.scores(question, vector, known, glosses, rows=some)
        assert own.lexical == pytest.approx(every.lexical[some], abs=1e-6)
        assert own.dense == pytest.approx(every.dense[some], abs=1e-6)


VECTOR: dict[int, Vectors] = {}
