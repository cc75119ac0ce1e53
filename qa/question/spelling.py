"""Characters of the same sound, toneless pinyin, short forms and misspelt words, read as the plans write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.model import Language

from ..corpus import HAN, Corpus, is_pinyin, language, may_be_pinyin, numeral, stem


def in_full(text: str) -> str:
    """An English question with the short forms that only their capitals tell from words: *IT* and *it*.

    >>> in_full("Is it the IT project?"), in_full("IS IT DONE?")
    ('Is it the information technology project?', 'IS IT DONE?')
    """
    if text.isupper():
        return text
    capitals: dict[str, str] = language()["capitals"]
    return re.sub(r"\b[A-Z]{2,4}\b", lambda m: capitals.get(m.group(), m.group()), text)


def spelt(text: str, corpus: Corpus) -> str:
    """The question with misspelt words put right: those that neither the language, the thesaurus nor a plan knows."""
    known = corpus.spelling
    out = []
    slang: dict[str, str] = language()["slang"]
    text = re.sub(r"(?<![a-z'])[a-z0-9]+(?![a-z'])", lambda m: slang.get(m.group(), m.group()), text)
    for typed, said in language()["typed"].items():
        text = re.sub(rf"(?<![a-z]){typed}{'' if typed.endswith('/') else '(?![a-z])'}", said, text)
    for piece in re.split(r"([a-z]{5,})", text):
        if not re.fullmatch(r"[a-z]{5,}", piece) or piece in known or corpus.is_english(piece):
            out.append(piece)
            continue
        near = "" if is_pinyin(piece) or romanised(piece, corpus) else corpus.nearest_word(piece)
        # *Builder* is no misspelt *builders*, and *jiang* no English at all.
        out.append(near if near and stem(near) != stem(piece) else piece)
    return "".join(out)


_MOST_SPELLINGS = 8
"""Strings of the same sound that are looked at."""
_SAID = ("yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu", "shi")
_DIGITS = dict(zip(_SAID, "一二三四五六七八九十", strict=True))
_DIGIT = re.compile(f"({'|'.join(_DIGITS)}) ?")
_IN_PINYIN = re.compile(rf"(?<![a-z])di ?((?:{_DIGIT.pattern}){{1,3}})tiao(?![a-z])")


def numbered(text: str, spoken: Language) -> str:
    """The question with an item's number that is typed in pinyin as such a number.

    >>> numbered("di shi san tiao 讲什么", "zh")
    '第13条 讲什么'
    """

    def as_number(match: re.Match[str]) -> str:
        number = numeral(_DIGIT.sub(lambda digit: _DIGITS[digit.group(1)], match.group(1)))
        if number is None:
            return match.group()
        return f"第{number}条" if spoken == "zh" else f"item {number}"

    return _IN_PINYIN.sub(as_number, text)


def romanised(word: str, corpus: Corpus) -> str:
    """The string of the plans that a name written in pinyin without blanks stands for; empty where there is none."""
    if not may_be_pinyin(word):
        return ""
    for cut in _syllable_cuts(word, corpus.pinyin_syllables):
        found = sounding(cut, corpus)
        if found:
            return found
    return ""


def _syllable_cuts(word: str, syllables: frozenset[str], most: int = 6) -> Iterator[list[str]]:
    """All ways to cut a word into two to ``most`` syllables, longest first syllable first."""
    if word in syllables:
        yield [word]
    for size in range(min(6, len(word) - 1), 0, -1):
        if word[:size] in syllables and most > 1:
            for rest in _syllable_cuts(word[size:], syllables, most - 1):
                yield [word[:size], *rest]


def same_sound(word: str, corpus: Corpus) -> str:
    """The string of the plans that sounds like ``word``; empty where none does."""
    from pypinyin import Style, lazy_pinyin

    return sounding(lazy_pinyin(word, style=Style.NORMAL), corpus)


_ALIKE = 0.75
"""Share of the characters of a misspelt name that must have a reading in common with those of the name meant."""


def name_read_alike(word: str, corpus: Corpus) -> str:
    """The one name of the plans whose characters can be read like those of ``word``; empty where there is none.

    Every reading of a character counts: 名师领行工程 is 名师领航工程, since 行 is read *hang* as well as *xing*.
    """
    from pypinyin import Style, pinyin

    names = [name for name in corpus.long_names if len(name) == len(word) and HAN.search(name)]
    if len(word) < 3 or not names:
        return ""
    asked = [frozenset(sounds) for sounds in pinyin(word, style=Style.NORMAL, heteronym=True)]
    shares: dict[str, float] = {}
    for name in names:
        said = pinyin(name, style=Style.NORMAL, heteronym=True)
        if len(said) == len(asked):
            alike = sum(
                a == b or not asked[k].isdisjoint(said[k]) for k, (a, b) in enumerate(zip(word, name, strict=True))
            )
            shares[name] = alike / len(word)
    best = max(shares.values(), default=0.0)
    found = [name for name, share in shares.items() if share == best >= _ALIKE]
    return found[0] if len(found) == 1 else ""


def in_pinyin(word: str, corpus: Corpus) -> str:
    """The string of the plans that toneless pinyin, with or without blanks, spells; empty where none does."""
    parts = re.findall(r"[a-z]+", word)
    return sounding(parts, corpus) if len(parts) >= 2 else ""


def sounding(syllables: Sequence[str], corpus: Corpus) -> str:
    """The string of the plans that the syllables spell; empty where none does."""
    if len(syllables) < 2 or not all(map(is_pinyin, syllables)):
        return ""
    sounds, text = corpus.sounds
    needle = " " + " ".join(syllables) + " "
    found: dict[str, None] = {}
    at = sounds.find(needle)
    while at >= 0 and len(found) < _MOST_SPELLINGS:
        first = sounds.count(" ", 0, at + 1) - 1
        found[text[first : first + len(syllables)]] = None
        at = sounds.find(needle, at + 1)
    # A word, before characters that merely meet: 助教, and not the end of 派驻 with the beginning of 教师.
    return next((word for word in found if corpus.is_chinese(word)), next(iter(found), ""))


def abbreviation(word: str, corpus: Corpus) -> str:
    """The one name of the plans that ``word`` shortens: the same first character, the others in order.

    Else the two words side by side that it takes the first characters of: 半马 for 半程马拉松.
    """
    found = set()
    for name in corpus.long_names:
        if len(name) > len(word) and name[0] == word[0]:
            at = 0
            for char in word:
                at = name.find(char, at) + 1
                if at == 0:
                    break
            else:
                found.add(name)
    if len(found) > 1:
        shortest = min(found, key=len)
        found = {shortest} if all(shortest in name for name in found) else set()
    return next(iter(found), "") or _two_words(word, corpus)


def _two_words(word: str, corpus: Corpus) -> str:
    """The one pair of words of the plans whose first characters ``word`` is made of; empty where there are more."""
    if len(word) != 2 or corpus.is_chinese(word):
        return ""
    found = set()
    for match in re.finditer(f"{re.escape(word[0])}[\u4e00-\u9fff]{re.escape(word[1])}", corpus.text):
        at = match.end() - 1
        second = next((w for size in (3, 2) if corpus.is_chinese(w := corpus.text[at : at + size])), "")
        if len(second) > 2 or (second and corpus.is_chinese(match.group()[:2])):
            found.add(match.group()[:2] + second)
    return found.pop() if len(found) == 1 else ""
