"""The rows that questions are decided over."""

from __future__ import annotations

import pytest

from qa import Assistant
from qa.corpus import is_pinyin, matching, may_be_pinyin, numeral, stems


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("七", 7),
        ("十", 10),
        ("十二", 12),
        ("三十", 30),
        ("四十五", 45),
        ("一百零八", 108),
        ("x", None),
        ("", None),
    ],
)
def test_numerals_are_read(text: str, number: int | None) -> None:
    assert numeral(text) == number


def test_matching_folds_width_and_case() -> None:
    assert matching("ＡＩ＋教育 （试点）") == matching("ai+教育(试点)")


def test_every_clause_is_a_row_of_its_unit(dongqiao: Assistant) -> None:
    corpus = dongqiao.corpus
    assert len(corpus.rows) == sum(1 for plan in corpus.plans for _ in plan.document.clauses())
    for unit in corpus.units:
        assert all(corpus.rows[i].unit is unit.unit for i in unit.rows)
    assert [row.iri for row in corpus.rows] == list(dongqiao.index.ids)


def test_the_opening_is_known_by_its_heading(dongqiao: Assistant) -> None:
    assert [u.unit.label for u in dongqiao.corpus.units if u.preamble] == ["一"]


def test_english_words_are_compared_by_stem() -> None:
    assert stems("Schools and teaching") == stems("school and teach")


def test_sounds_stand_one_a_character(dongqiao: Assistant) -> None:
    sounds, text = dongqiao.corpus.sounds
    assert len(sounds.split()) == len(text)


def test_every_sound_of_a_character_is_known_as_a_syllable() -> None:
    from pypinyin import Style, lazy_pinyin
    from pypinyin.constants import PINYIN_DICT

    sounds = {s for code in PINYIN_DICT for s in lazy_pinyin(chr(code), style=Style.NORMAL)}
    assert not [s for s in sorted(sounds) if not is_pinyin(s)]
    assert may_be_pinyin("xiangcunjiaoshi") and may_be_pinyin("zhuang" * 6)
    assert not may_be_pinyin("teachers") and not may_be_pinyin("a" * 7) and not may_be_pinyin("")
