"""Parts of a plan that a question names by number or by what they are, and documents by body, place or year."""

from __future__ import annotations

import re

from kg.model import Language

from ..corpus import Corpus, numeral, section_number
from ..model import (
    InSection,
)
from .cues import detect, pattern

_CARDINALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_ROMAN = "i ii iii iv v vi vii viii ix x"
_WORDS = {"thirty": 30, "last": -1, "最后": -1} | {
    word: number for words in (_CARDINALS, _ORDINALS, _ROMAN) for number, word in enumerate(words.split(), 1)
}
_BRACKETS = re.compile(r"[\s()（）、.．第条]")


def number_said(text: str) -> int | None:
    """The number that a word or numeral says; ``None`` where it says none."""
    return _WORDS.get(text) if text in _WORDS else numeral(text)


def references_of(
    text: str, spoken: Language, free: bytearray, corpus: Corpus
) -> tuple[tuple[str, ...], list[InSection]]:
    """Labels of units and numbers of sections that the question names; their characters are taken out."""
    labels = _units_named(text, spoken, free, corpus)
    sections = _sections_named(text, spoken, free, corpus)
    if not corpus.headed:
        # Without headings above them, the numbered items are what a reader calls the parts.
        labels += [label for node in sections for label in _labels_of(node.number, corpus)]
        sections = []
    labels += _parts_named(text, spoken, free, corpus, bool(labels))
    return tuple(dict.fromkeys(labels)), sections


def take(match: re.Match[str], free: bytearray) -> None:
    """Take the characters of a match out of what is still to be read."""
    free[match.start() : match.end()] = bytes(match.end() - match.start())


def _units_named(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[str]:
    """Units by their number; an article by its whole label."""
    known = {u.unit.label for u in corpus.units}
    labels: list[str] = []
    for match in pattern("reference", spoken, "unit").finditer(text):
        numbers = [number_said(g) for g in match.groups() if g]
        dotted = next((g for g in match.groups() if g and "." in g), "")
        if match.group(0) in known or dotted in known:
            labels.append(dotted or match.group(0))
        else:
            labels += [label for n in numbers if n is not None for label in _labels_of(n, corpus)]
        take(match, free)
    return labels


def _labels_of(number: int, corpus: Corpus) -> list[str]:
    """Labels of the items that bear a number, however it is printed; the number itself where none does."""
    labels = [
        u.unit.label
        for u in corpus.units
        if u.unit.kind in {"item", "article"} and numeral(_BRACKETS.sub("", u.unit.label.split("/")[-1])) == number
    ]
    return labels or [str(number)]


def _sections_named(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[InSection]:
    """Sections by their number; the last one by that word."""
    inner = {section_number((s,), 2) for p in corpus.plans for s in p.document.sections if s.level == 2}
    top = sum(s.level == 1 for p in corpus.plans for s in p.document.sections)
    sections: list[InSection] = []
    for name in ("section", "section_mark", "subsection"):
        for match in pattern("reference", spoken, name).finditer(text):
            number = next((number_said(g) for g in match.groups() if g), None)
            if not all(free[match.start() : match.end()]) or number is None:
                continue
            if name == "subsection" and number not in inner:
                continue
            sections.append(InSection(top if number == -1 else number, 2 if name == "subsection" else 1))
            take(match, free)
    # "Subsection (一) of part two": the innermost is meant.
    return [s for s in sections if s.level == 2] or sections


def _parts_named(text: str, spoken: Language, free: bytearray, corpus: Corpus, numbered: bool) -> list[str]:
    """The opening, the end and the notice are units of their own: they are named by what they are."""
    units = corpus.units
    parts = {
        "opening": [u.unit.label for u in units if u.preamble],
        "closing": [u.unit.label for u in units[-1:] if u.unit.kind == "paragraph"],
        "notice": [u.unit.label for u in units if u.unit.kind == "notice"],
    }
    labels: list[str] = []
    whole = pattern("filter", spoken, "whole").search(text)
    if whole:
        take(whole, free)
        return labels
    for name, found in parts.items():
        match = pattern("reference", spoken, name).search(text)
        if match and found and not (name == "notice" and spoken == "en" and numbered):
            labels += found
            take(match, free)
    return labels


def documents_named(question: str, corpus: Corpus) -> tuple[tuple[str, ...], str]:
    """The documents that a question names by body, place, title or year, and the question without those names.

    None are named where one document alone is loaded, or where the names tell none from another.
    """
    if len(corpus.plans) < 2:
        return (), question
    text = question.lower()
    kept = question
    found = {p.document.id for p in corpus.plans}
    for names in (corpus.document_names, corpus.document_years):
        hits = {name: ids for name, ids in names.items() if _names_it(text, name)}
        longest = [n for n in hits if not any(n != other and n in other for other in hits)]
        ids = {i for name in longest for i in hits[name]} & found
        if ids and ids != found:
            found = ids
            for name in longest:
                kept = re.sub(re.escape(name), " ", kept, flags=re.IGNORECASE)
    return (tuple(sorted(found)), kept) if len(found) < len(corpus.plans) else ((), question)


def asks_each(question: str) -> str:
    """The question to be asked of each document by itself, where it asks for each, or for which; empty where not."""
    spoken = detect(question)
    text = question.lower()
    if not pattern("filter", spoken, "each").search(text):
        return ""
    bare = re.sub(r"(?:19|20)\d\d年?", " ", pattern("filter", spoken, "each").sub(_kept_which, text))
    return pattern("filter", spoken, "which_document").sub(" 哪些条目 " if spoken == "zh" else "which items", bare)


def _kept_which(match: re.Match[str]) -> str:
    return match.group() if re.search("哪|which", match.group()) else " "


def _names_it(text: str, name: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", text) is not None
