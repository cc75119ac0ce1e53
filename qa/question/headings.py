"""Sections that a question names: by number, by a path of numbers, by the word of their label, or by their title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from kg.model import Language
from kg.thesaurus import ConceptMatch

from ..corpus import HAN, Corpus, label_number, language, matching, stem, stems
from ..model import HasConcept, HasText, InSection, Place, UnderHeading
from ..retrieve import clauses_of, is_people, stands_in
from .cues import pattern, stop_words
from .numbers import NUMBER, number_said, take, take_span

_WITHIN: dict[Language, tuple[re.Pattern[str], re.Pattern[str]]] = {
    # What stands between an outer part and an inner one; and the reverse.
    "zh": (re.compile(r"[的里中内下之,，、\s]*(?:下面|底下|里面)?的?"), re.compile(r"(?!)")),
    "en": (
        re.compile(r"(?:(?:,\s|\s|.s\s)(?:the\s)?)?"),
        re.compile(r"\s(?:of|in|under|within|from|inside)\s(?:the\s)?"),
    ),
}
_NAME_WORDS = 5
"""English words, or half the Chinese characters, beyond which a name is a sentence."""
_MOSTLY = 0.4
"""Least harmonic mean of the share of a matter that a section holds and of the share of the section on that matter."""
_CLEAR = 0.1
"""By how much more of a title a name must stand for than of any other, to mean that one."""


_RANKS = (r"[篇编卷]$|volume", r"小|二级|子项|[(（]|\bsub", r"节$|标题$|section|heading")
"""Words for parts that stand above, two below and one below those that are called parts, chapters or goals."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One part of a path: *Part Three*, *the second heading*."""

    start: int
    end: int
    number: int
    rank: int
    """How deep its word stands: a heading stands in a part."""
    sections: tuple[str, ...] = ()
    """IRIs of the sections whose label has the very word and number; empty where it only counts."""


def _rank(words: str) -> int:
    found = next((k for k, word in enumerate(_RANKS) if re.search(word, words)), None)
    return 1 if found is None else (0, 3, 2)[found]


@dataclass(frozen=True, slots=True)
class Named:
    """Characters of the question and the part of the plan that they name."""

    start: int
    end: int
    node: Place


def sections_numbered(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Named]:
    """Sections by their number; the characters that name them are taken out."""
    steps = sorted(
        _without_overlap([*_labelled(text, free, corpus), *_counted(text, spoken, free, corpus)]), key=lambda s: s.start
    )
    found: list[Named] = []
    for path in _paths(text, spoken, steps):
        # A last step that is no section may be an item of the one before it.
        while (node := _resolve(path, corpus)) is None and len(path) > 1:
            path = path[:-1]
        if node is not None:
            start, end = min(s.start for s in path), max(s.end for s in path)
            found.append(Named(start, end, node))
            take_span(start, end, free)
    return found


def _without_overlap(steps: Iterable[_Step]) -> list[_Step]:
    kept: list[_Step] = []
    for step in steps:
        if not any(step.start < k.end and k.start < step.end for k in kept):
            kept.append(step)
    return kept


def _labelled(text: str, free: bytearray, corpus: Corpus) -> list[_Step]:
    """Parts named by the word that a plan itself puts before or behind their number: goal two, 专栏21, 第三章."""
    by_label: dict[tuple[str, int], list[str]] = {}
    for iri, section in corpus.headings.items():
        number, word = label_number(section.label), label_word(section.label)
        if word and number is not None:
            by_label.setdefault((word, number), []).append(iri)
    steps = []
    for word in sorted({w for w, _ in by_label}, key=len, reverse=True):
        for match in _with_number(word).finditer(text):
            number = number_said(next(g for g in match.groups() if g))
            sections = by_label.get((word, number or 0), [])
            if sections and all(free[match.start() : match.end()]):
                steps.append(_Step(match.start(), match.end(), number or 0, _rank(word), tuple(sections)))
    return steps


@cache
def _with_number(word: str) -> re.Pattern[str]:
    """A label's word with a number before or behind it, in the plan's language and in English."""
    said: dict[str, str] = language()["reference"]["words"]
    own, english = re.escape(word), said.get(word, "")
    forms = [rf"第{NUMBER}[个大一]?{own}"]
    if len(word) > 1:
        forms += [rf"{NUMBER}\s?[个大]?{own}s?", rf"{own}s?\s?(?:number\s|no\.?\s)?{NUMBER}(?!\.?\d|/)"]
    chinese = "|".join(zh for zh, en in said.items() if re.fullmatch(en, word))
    if chinese:
        forms += [rf"(?:{chinese}){NUMBER}(?![0-9个项条年月%])", rf"第{NUMBER}[个项大]?(?:{chinese})"]
    if english:
        forms += [rf"{NUMBER}\s(?:{english})", rf"(?:{english})\s(?:number\s|no\.?\s)?{NUMBER}(?!\.?\d|/)"]
    return re.compile(rf"(?<![a-z])(?:{'|'.join(forms)})(?![a-z])")


def label_word(label: str) -> str:
    """The word of a section's label beside its number.

    >>> [label_word(t) for t in ("Goal 4:", "第三十五章", "專欄21", "二、", "（三）")]
    ['goal', '章', '专栏', '', '']
    """
    bare = re.sub(rf"第?{NUMBER}|[^a-z\u4e00-\u9fff ]", " ", matching(label))
    return re.sub(r"\s+", " ", bare).strip()


def _counted(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[_Step]:
    """Parts that are only counted: the third part, 第二部分, （二）, 三、."""
    steps = []
    for name in ("section", "section_mark", "subsection"):
        for match in pattern("reference", spoken, name).finditer(text):
            number = number_said(next((g for g in match.groups() if g), ""))
            before = pattern("reference", spoken, "from_end").search(text[: match.start()])
            if number is not None and before:
                number = -number
                take(before, free)
            if number is not None and all(free[match.start() : match.end()]):
                printed = tuple(i for i, s in corpus.headings.items() if matching(s.label) == match.group())
                steps.append(_Step(match.start(), match.end(), number, _rank(match.group()), printed))
    return steps


def _paths(text: str, spoken: Language, steps: Sequence[_Step]) -> list[list[_Step]]:
    """Steps side by side that name one part within another, each path from the outermost in."""
    paths: list[list[_Step]] = []
    down, up = _WITHIN[spoken]
    for step in steps:
        last = paths[-1][-1] if paths else None
        between = text[last.end : step.start] if last else ""
        if last and step.rank > last.rank and down.fullmatch(between):
            paths[-1].append(step)
        elif last and up.fullmatch(between):
            paths[-1].insert(0, step)
        else:
            paths.append([step])
    return paths


def _resolve(path: Sequence[_Step], corpus: Corpus) -> InSection | UnderHeading | None:
    """The part that a path names; a single number of a top section stays a number, that it may be missing."""
    first = path[0]
    top = [iri for iri, s in corpus.headings.items() if s.level == 1]
    if len(path) == 1 and _is_top(first, top, corpus):
        return InSection(first.number if first.number > 0 else len(top) + 1 + first.number)
    sections = first.sections or _among(top, first.number, corpus)
    if not sections or (first.rank == 3 and not first.sections):
        second = [iri for iri, s in corpus.headings.items() if s.level == 2]
        sections = _among(second, first.number, corpus)
    for step in path[1:]:
        sections = _step_in(step, sections, corpus)
    return UnderHeading(sections) if sections else None


def _is_top(step: _Step, top: Sequence[str], corpus: Corpus) -> bool:
    """Whether a part is one of the top ones, by its number alone."""
    if step.sections:
        return set(step.sections) <= set(top) and not any(label_word(corpus.headings[i].label) for i in step.sections)
    return step.rank < 3 and (len(top) != 1 or step.number in _said(top, corpus))


def _said(headings: Iterable[str], corpus: Corpus) -> set[int | None]:
    return {label_number(corpus.headings[iri].label) for iri in headings}


def _among(headings: Sequence[str], number: int, corpus: Corpus) -> tuple[str, ...]:
    """The headings that bear a number; the n-th where none does, as headings without one are counted."""
    numbered = tuple(iri for iri in headings if label_number(corpus.headings[iri].label) == number)
    at = number if number > 0 else len(headings) + 1 + number
    counted = at > 0 and (number < 0 or _said(headings, corpus) <= {None})
    return numbered or (tuple(headings[at - 1 : at]) if counted else ())


def _step_in(step: _Step, inside: Sequence[str], corpus: Corpus) -> tuple[str, ...]:
    """The sections that a step names within others."""
    below = [iri for iri in corpus.headings if any(corpus.is_below(iri, outer) for outer in inside)]
    if step.sections:
        return tuple(iri for iri in below if iri in step.sections)
    return _among([iri for iri in below if corpus.parent_of(iri) in inside], step.number, corpus)


# ------------------------------------------------------------------------------------------------ by title


def sections_titled(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Named]:
    """Sections by their title or the gist of it, where the question says that a part of the plan is meant."""
    if not corpus.headings:
        return []
    for match in pattern("reference", spoken, "titled").finditer(text):
        name = next((n for n in ("q", "t", "u", "v", "w") if match.groupdict().get(n)), "")
        if not name or not all(free[match.start(name) : match.end(name)]):
            continue
        said = match.group(name)
        if name in "qu" and _squeezed(said) in _squeezed(corpus.text) and not _heads(said, corpus):
            continue  # Something else that the plan calls so.
        bare = said.strip(' “”"「」『』《》')
        found = _titled(bare, corpus) or (_mostly_about(bare, corpus) if _is_part(match.group()) else ())
        if found:
            take(match, free)
            return [Named(*match.span(), UnderHeading(found))]
    return []


def _is_part(said: str) -> bool:
    """Whether the words say that a part of the plan is meant, and not only a matter: 校车那块儿 is a matter."""
    return re.search(language()["reference"]["part"], said) is not None


def _heads(name: str, corpus: Corpus) -> bool:
    """Whether the words stand in the title of a section."""
    return any(_squeezed(name) in _squeezed(matching(s.title)) for s in corpus.headings.values())


def _titled(name: str, corpus: Corpus) -> tuple[str, ...]:
    """The sections of a title that a name stands for; none where it is a guess among several."""
    titles = {iri: matching(s.title) for iri, s in corpus.headings.items() if s.title}
    shares = {iri: _share(name, title, corpus) for iri, title in titles.items()}
    best = max(shares.values(), default=0.0)
    found = [iri for iri, share in shares.items() if share == best]
    others = [share for iri, share in shares.items() if titles[iri] != titles[found[0]]] if found else []
    return tuple(found) if best and best >= max(others, default=0.0) + _CLEAR else ()


def _share(name: str, title: str, corpus: Corpus) -> float:
    """The share of a title that a name stands for; 0 where it says anything else."""
    bare, whole = _squeezed(name), _squeezed(title)
    if bare and bare in whole and (len(bare) >= (3 if HAN.search(bare) else 8) or bare == whole):
        return len(bare) / len(whole)
    lang: Language = "zh" if HAN.search(name) else "en"
    told: Language = "zh" if HAN.search(title) else "en"
    wanted = {m.concept for m in corpus.thesaurus.match(name, lang, question=True)}
    matched = corpus.thesaurus.match(title, told)
    here = {c for m in matched for c in (m.concept, *corpus.thesaurus.broader(m.concept))}
    if wanted and all(corpus.thesaurus.narrower(c) & here for c in wanted):
        met = [m for m in matched if any(m.concept in corpus.thesaurus.narrower(c) for c in wanted)]
        return max((m.end - m.start for m in met), default=1) / len(title)
    if lang == "en" and told == "zh":
        return _glossed_share(name, title, corpus)
    words = stems(name) - {stem(s) for s in stop_words("en")} if lang == told == "en" else frozenset()
    return len(words) / len(stems(title)) if words and words <= stems(title) else 0.0


def _mostly_about(name: str, corpus: Corpus) -> tuple[str, ...]:
    """The one section that a matter stands in: most of what is on it is there, and most there is on it."""
    if len(name.split()) > _NAME_WORDS or len(re.findall(HAN, name)) > 2 * _NAME_WORDS:
        return ()
    rows = _rows_on(name, corpus)
    units = {corpus.rows[i].unit_index for i in rows}
    scores: dict[str, float] = {}
    for iri in corpus.headings:
        inside = {u.index for u in corpus.units if stands_in(corpus, u, UnderHeading((iri,)))}
        met = len(units & inside)
        # The harmonic mean of both shares.
        scores[iri] = 2 * met / (len(units) + len(inside)) if met else 0.0
    ranked = sorted(scores, key=lambda iri: -scores[iri])
    if not ranked or scores[ranked[0]] < _MOSTLY:
        return ()
    second = scores[ranked[1]] if len(ranked) > 1 else 0.0
    return (ranked[0],) if scores[ranked[0]] >= second + _CLEAR else ()


def _rows_on(name: str, corpus: Corpus) -> frozenset[int]:
    """The clauses on what a name says: on its matters, those of people last, else with its words."""
    lang: Language = "zh" if HAN.search(name) else "en"
    nodes = [HasConcept((m.concept,)) for m in corpus.thesaurus.match(name, lang, question=True)]
    nodes = [n for n in nodes if not is_people(corpus, n)] or nodes
    found = frozenset[int]().union(*(clauses_of(corpus, n) for n in nodes))
    if found:
        return found
    words = (g for w in re.findall(r"[a-z]{3,}", name) if w not in stop_words("en") for g in corpus.gloss(w))
    texts = tuple(w for w in ((name,) if lang == "zh" else words) if w in corpus.text)
    return clauses_of(corpus, HasText(texts)) if texts else frozenset()


def _glossed_share(name: str, title: str, corpus: Corpus) -> float:
    """The share of a Chinese title that the words of an English name translate; 0 where one of them does not."""
    met: set[str] = set()
    matches = [m for m in corpus.thesaurus.match(name, "en", question=True) if _held(m, title, corpus)]
    for m in matches:
        met.update(title[h.start : h.end] for h in _held(m, title, corpus)[:1])
    for word in re.finditer(r"[a-z]{3,}", name):
        if word.group() in stop_words("en") or any(m.start <= word.start() < m.end for m in matches):
            continue
        glosses = [g for g in corpus.gloss(word.group()) if g in title]
        if not glosses:
            return 0.0
        met.update(glosses[:1])
    return sum(map(len, met)) / len(title)


def _held(match: ConceptMatch, title: str, corpus: Corpus) -> list[ConceptMatch]:
    """The words of a title that stand for a concept, or one below it."""
    below = corpus.thesaurus.narrower(match.concept)
    return [m for m in corpus.thesaurus.match(title, "zh") if m.concept in below]


def _squeezed(text: str) -> str:
    return re.sub(r"[^\w]", "", text.lower())
