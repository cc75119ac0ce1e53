from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.gloss import GlossBook, is_stop, open_glosses


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("glosses")


@pytest.fixture(scope="module")
def book(folder: Path) -> Iterator[GlossBook]:
    with closing(open_glosses(folder)) as opened:
        yield opened


def chinese(book: GlossBook, term: str) -> set[str]:
    return {gloss.word for gloss in book.chinese(term, limit=50)}


@pytest.mark.parametrize(
    ("term", "word"),
    [
        ("teacher", "教师"),
        ("Teachers", "教师"),
        ("school", "学校"),
        ("preschool education", "学前教育"),
        ("implement", "实施"),
        ("to implement", "实施"),
        ("the disabled", "残疾"),
        ("ledger", "台账"),
        ("weightlifting", "举重"),
    ],
)
def test_a_term_reaches_the_chinese_word_whatever_its_form(book: GlossBook, term: str, word: str) -> None:
    assert word in chinese(book, term)


@pytest.mark.parametrize("term", ["", "xyzzyq", "?", "教师", "teacher school plan year budget"])
def test_what_is_no_term_has_no_gloss(book: GlossBook, term: str) -> None:
    assert book.chinese(term) == ()


def test_surnames_and_cross_references_are_no_glosses(book: GlossBook) -> None:
    for key in ("surname Li", "variant of", "see also", "CL"):
        assert book.chinese(key, parts=True) == ()


def test_glosses_come_best_first_and_within_their_range(book: GlossBook) -> None:
    weights = [gloss.weight for gloss in book.chinese("school", 50)]
    assert weights == sorted(weights, reverse=True)
    assert all(0 < weight <= 1 for weight in weights)


def test_only_words_that_occur_are_offered(book: GlossBook) -> None:
    found = book.chinese("teacher", 50, occurs={"教师"}.__contains__)
    assert [gloss.word for gloss in found] == ["教师"]


def test_a_word_of_a_two_word_sense_is_offered_only_when_asked_for_and_marked(book: GlossBook) -> None:
    assert "农村" not in chinese(book, "rural")
    parts = {gloss.word: gloss.part for gloss in book.chinese("rural", 50, parts=True)}
    assert parts["农村"] is True
    assert not any(gloss.part for gloss in book.chinese("rural", 50))


def test_terms_of_a_question_keep_their_place(book: GlossBook) -> None:
    question = "Which schools offer Preschool Education for the disabled?"
    terms = book.terms(question)
    for term in terms:
        assert question[term.start : term.end] == term.surface
        assert term.glosses
    assert {"schools", "Preschool Education", "disabled"} <= {term.surface for term in terms}
    assert not {"Which", "for", "the"} & {term.surface for term in terms}


@given(st.text(alphabet=st.sampled_from("ab I'İß 1.?教teacher school"), max_size=60))
def test_any_question_has_terms_that_stand_in_it(book: GlossBook, question: str) -> None:
    for term in book.terms(question):
        assert question[term.start : term.end] == term.surface


def test_a_line_of_100_000_characters_is_read(book: GlossBook) -> None:
    assert len(book.terms("x" * 100_000)) == 0
    assert len(book.terms("teacher " * 2000)) == 2000
    assert book.terms("(" * 100_000) == ()


@pytest.mark.parametrize(("word", "sense"), [("教师", "teacher"), ("学前教育", "preschool education")])
def test_a_chinese_word_has_its_english_senses(book: GlossBook, word: str, sense: str) -> None:
    assert sense in book.english(word)


def test_a_word_that_the_dictionary_lacks_has_no_sense(book: GlossBook) -> None:
    assert book.english("甲乙丙丁戊己") == ()
    assert book.english("' OR 1=1 --") == ()


@pytest.mark.parametrize(("word", "stop"), [("The", True), ("which", True), ("teacher", False), ("", False)])
def test_stop_words_are_told_apart(word: str, stop: bool) -> None:
    assert is_stop(word) is stop


def test_with_and_without_a_cache_the_glosses_are_the_same(book: GlossBook) -> None:
    with closing(open_glosses(None)) as bare:
        for term in ("teacher", "rural", "preschool education", "plan"):
            assert bare.chinese(term, 50, parts=True) == book.chinese(term, 50, parts=True)


def test_the_cache_is_read_only_and_alone(book: GlossBook, folder: Path) -> None:
    assert len(list(folder.iterdir())) == 1
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        book._connection.execute("DELETE FROM gloss")


@pytest.mark.parametrize("content", [b"not a database" * 100, None], ids=["other", "cut"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, book: GlossBook, folder: Path, content: bytes | None) -> None:
    whole = next(folder.iterdir())
    damaged = tmp_path / whole.name
    damaged.write_bytes(whole.read_bytes()[:100_000] if content is None else content)
    with closing(open_glosses(tmp_path)) as again:
        assert again.chinese("teacher") == book.chinese("teacher")
    assert damaged.stat().st_size == whole.stat().st_size


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, book: GlossBook) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with closing(open_glosses(tmp_path / "file")) as opened:
        assert opened.chinese("teacher") == book.chinese("teacher")


def test_many_threads_may_ask_at_once(book: GlossBook) -> None:
    expected = book.terms("which schools train teachers")
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: book.terms("which schools train teachers") == expected, range(64)))
