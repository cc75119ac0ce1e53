"""Labels in other words: the same words turned about, or their synonyms; and nothing that merely shares words."""

from __future__ import annotations

import random
import tomllib
from collections import Counter

import pytest

from kg.rewording import DATA, reworded
from kg.thesaurus import Thesaurus, stem_en


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus.load()


def found(thesaurus: Thesaurus, text: str) -> set[tuple[str, str]]:
    return {(m.concept, text[m.start : m.end]) for m in reworded(thesaurus, text)}


@pytest.mark.parametrize(
    ("text", "concept", "surface"),
    [
        ("which items tackle classes that are too large?", "large-classes", "classes that are too large"),
        ("easing teachers' workload is wanted where?", "teacher-workload", "easing teachers' workload"),
        ("the workload of the pupils", "burden-reduction", "workload of the pupils"),
        ("anything on learners with a disability", "disabled-children", "learners with a disability"),
        ("is there a bus for kids?", "school-bus", "bus for kids"),
        ("tiny countryside schools", "small-schools", "tiny countryside schools"),
    ],
)
def test_a_label_is_found_in_other_words(thesaurus: Thesaurus, text: str, concept: str, surface: str) -> None:
    assert (concept, surface) in found(thesaurus, text)


@pytest.mark.parametrize(
    "text",
    [
        "how many pupils are there",  # too many pupils is a label
        "those who sit here",
        "schools, buses and pupils",  # nothing is read across a mark
        "the school of the weather",
        "",
        "…?!",
    ],
)
def test_what_merely_shares_words_is_none(thesaurus: Thesaurus, text: str) -> None:
    assert found(thesaurus, text) == set()


def test_every_label_of_telling_words_is_its_own_rewording(thesaurus: Thesaurus) -> None:
    labels = [
        (c.id, label)
        for c in thesaurus.concepts.values()
        for label, _ in c.labels("en", question=True)
        if label.replace(" ", "").isalpha() and len(label.split()) == 2
    ]
    missed = [
        (concept, label)
        for concept, label in random.Random(7).sample(labels, 400)
        if not any(c == concept and s == label for c, s in found(thesaurus, label))
    ]
    # What holds but one telling word, *in need*, is looked for to the letter alone.
    assert len(missed) < 0.05 * 400, missed[:20]


def test_no_word_stands_in_two_lines() -> None:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))["english"]
    senses: dict[str, set[str]] = {}
    for line in (*data["done"], *data["same"]):
        for word in line:
            senses.setdefault(stem_en(word), set()).add(line[0])
    assert [word for word, lines in senses.items() if len(lines) > 1] == []
    assert [w for w, n in Counter(data["ignored"] + data["small"]).items() if n > 1] == []
