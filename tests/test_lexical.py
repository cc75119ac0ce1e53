from __future__ import annotations

import math
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.lexical import K1, B, LexicalIndex, stem, tokens, word_tokens
from kg.errors import DamagedWorkspace

TEXTS = [
    "甲县建设三所学校。",
    "培训乡村教师二百名。",
    "Teachers are trained in 2031.",
    "。！",
    "",
    "甲县教师培训，教师轮岗。",
]
words = st.text(alphabet="甲乙丙学校教师 ab12，。", max_size=12)


def index(texts: list[str]) -> LexicalIndex:
    return LexicalIndex.build([f"c{i}" for i in range(len(texts))], texts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("教师", ["教", "教师", "师"]),
        ("教，师", ["教", "师"]),
        ("ＡＢ班 １２％", ["ab", "班", "12"]),
        ("Teachers’ training", ["teacher", "train"]),
        ("3.5", ["3.5"]),
        ("縣", ["县"]),
        ("", []),
    ],
)
def test_tokens_are_characters_pairs_stems_and_numbers(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("農村學校", "农村学校"), ("ＡＩ", "ai"), ("１００％", "100%"), ("SCHOOLS", "school")]
)
def test_spellings_of_one_word_have_the_same_tokens(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


@given(st.text(max_size=200))
def test_any_text_has_tokens_without_blanks_or_capitals(text: str) -> None:
    for token in tokens(text):
        assert token
        assert not any(c.isspace() for c in token)
        assert token.isascii() is False or token == token.lower()


def test_a_line_of_100_000_characters_is_read() -> None:
    size = 100_000
    assert len(tokens("甲" * size)) == 2 * size - 1
    assert tokens("a" * size) == ["a" * size]
    assert len(tokens("1." * size)) == size // 2


@given(st.lists(words, max_size=6), words)
def test_scores_are_bm25(texts: list[str], question: str) -> None:
    """Against the formula written out term by term."""
    counts = [Counter(tokens(t)) for t in texts]
    mean = sum(sum(c.values()) for c in counts) / max(len(texts), 1) or 1.0
    expected = []
    for count in counts:
        total = 0.0
        for token in tokens(question):
            spread = sum(token in c for c in counts)
            idf = math.log(1 + (len(texts) - spread + 0.5) / (spread + 0.5))
            f = count[token]
            total += idf * f / (f + K1 * (1 - B + B * sum(count.values()) / mean)) if f else 0.0
        expected.append(total)
    assert index(texts).scores(question) == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_the_text_with_the_asked_words_comes_first() -> None:
    found = index(TEXTS).search("乡村教师", 3)
    assert [row for row, _ in found] == [1, 5]
    assert found[0][1] > found[1][1] > 0


def test_a_text_that_shares_no_token_is_not_found() -> None:
    assert index(TEXTS).search("丙市", 10) == []
    assert index(TEXTS).search("", 10) == []
    assert index([]).search("教师", 10) == []


def test_of_the_words_of_one_term_the_best_counts_once() -> None:
    both = index(["教师培训", "老师", "教师和老师"])
    one = both.scores("", [{"教师": 1.0}])
    other = both.scores("", [{"老师": 1.0}])
    assert both.scores("", [{"教师": 1.0, "老师": 1.0}]) == pytest.approx(np.maximum(one, other))
    assert both.scores("", [{"教师": 1.0}, {"老师": 1.0}]) == pytest.approx(one + other)
    assert both.scores("", [{"教师": 0.5}]) == pytest.approx(0.5 * one)


@given(
    st.lists(words, min_size=1, max_size=6),
    st.lists(st.dictionaries(words, st.floats(0.1, 1.0), max_size=4), max_size=3),
)
def test_alternatives_score_as_the_plain_formula_says(texts: list[str], terms: list[dict[str, float]]) -> None:
    ix = index(texts)
    expected = np.zeros(len(texts), np.float32)
    for term in terms:
        best = np.zeros(len(texts), np.float32)
        for word, weight in term.items():
            best = np.maximum(
                best, sum((weight * ix.scores({t: 1.0}) for t in word_tokens(word)), start=np.zeros_like(best))
            )
        expected += best
    assert ix.scores("", terms) == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_a_mask_silences_rows() -> None:
    mask = np.array([True, False, True, True, True, True])
    assert index(TEXTS).scores("教师", mask=mask)[1] == 0.0


@pytest.mark.parametrize(("word", "held"), [("乡村教师", True), ("教师乡村", False), ("teachers", True), ("丙", False)])
def test_a_word_may_occur_where_all_its_pairs_do(word: str, held: bool) -> None:
    assert index(TEXTS).may_hold(word) is held


@given(st.lists(words, max_size=5), words)
def test_a_saved_index_scores_as_before(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], question: str
) -> None:
    folder = tmp_path_factory.mktemp("lexical")
    before = index(texts)
    before.save(folder)
    after = LexicalIndex.load(folder)
    assert after.ids == before.ids
    assert (after.scores(question) == before.scores(question)).all()


def test_two_indexes_of_different_kind_share_a_folder(tmp_path: Path) -> None:
    index(TEXTS).save(tmp_path, "clauses")
    index(TEXTS[:2]).save(tmp_path, "units")
    assert len(LexicalIndex.load(tmp_path, "clauses")) == 6
    assert len(LexicalIndex.load(tmp_path, "units")) == 2


def test_a_damaged_index_is_named(tmp_path: Path) -> None:
    index(TEXTS).save(tmp_path)
    with (tmp_path / "lexical-weights.npy").open("r+b") as stream:
        stream.seek(-1, 2)
        stream.write(b"\x01")
    with pytest.raises(DamagedWorkspace, match=r"lexical-weights\.npy"):
        LexicalIndex.load(tmp_path)


def test_ids_and_texts_are_of_one_length() -> None:
    with pytest.raises(ValueError, match="1 ids for 2 texts"):
        LexicalIndex.build(["a"], ["甲", "乙"])


def test_a_word_longer_than_the_vocabulary_is_wide_is_still_found() -> None:
    long = "x" * 200
    assert index(["y", long]).search(long, 1)[0][0] == 1


def test_stems_are_the_same_from_many_threads() -> None:
    many = [f"{w}{s}" for w in ("train", "school", "teach", "plan") for s in ("", "s", "ing", "ed", "er", "ers")] * 20
    expected = [stem(w) for w in many]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stem, many)) == expected


def test_compatibility_characters_are_folded() -> None:
    assert tokens("㈠") == tokens(unicodedata.normalize("NFKC", "㈠"))


@given(st.lists(words, max_size=5), st.lists(words, max_size=5), st.data())
def test_a_joined_index_is_the_one_built_of_its_rows(old: list[str], new: list[str], data: st.DataObject) -> None:
    kept = data.draw(st.permutations(range(len(old) + len(new))))
    take = np.array(kept[: data.draw(st.integers(0, len(kept)))], dtype=np.int64)
    texts = [(old + new)[i] for i in take]
    built, joined = index(texts), index(old).joined(index(new), [f"c{i}" for i in range(len(texts))], take)
    assert joined.ids == built.ids
    for text in [*old, *new, "甲乙学校教师"]:
        assert (joined.scores(text) == built.scores(text)).all()
    for token in tokens("甲乙丙学校教师"):
        assert joined.spread(token) == built.spread(token)
