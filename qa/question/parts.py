"""Parts of a plan that a question names by number, place, title or what they are; documents by body, place or year."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from kg.model import Language

from ..corpus import Corpus, UnitRow, language, matching, may_be_pinyin, numeral
from ..model import InSection, InUnit, Node, Not, Place, UnderHeading
from ..retrieve import stands_in
from .cues import detect, pattern, stop_words
from .headings import Named, sections_numbered, sections_titled
from .numbers import number_said, take, take_span
from .patterns import compiled

_BRACKETS = re.compile(r"[\s()（）、.．第条]")
_STEP = re.compile(r"[的里中内下之,，\s]{0,3}(?:下面|底下|里面)?的?第?|(?:,?\s{0,2}|.s\s)(?:the\s)?")
"""Between a part and the number of an item in it: *goal two, item 3*."""
_STEP_UP = re.compile(r"\s(?:of|in|under|within|from|inside)\s(?:the\s)?")
"""Between an item's number and the part that it stands in."""
_TITLE = 4
"""Characters from which on the title of an item names it, and not only its matter."""
_OPENING, _CLOSING = frozenset('“"「『'), frozenset('”"」』')
_RANGE = re.compile(r"\s?(?:到|至|through|to|–|—|-|~)\s?(?:第|items?\s)?")


@dataclass(frozen=True, slots=True)
class References:
    """Parts of the plan that a question names."""

    labels: tuple[str, ...]
    """Labels of units."""
    sections: tuple[InSection | UnderHeading, ...]
    left_out: tuple[Node, ...]
    """What is not to be looked at: a refusal for each part that the question sets aside."""
    text: str
    """The question without the words that set parts aside, in as many characters."""


def references_of(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> References:
    """The parts that a question names; their characters are taken out."""
    units = _between(text, spoken, free, corpus) + _by_label(text, free, corpus, _path_forms)
    sections = sections_numbered(text, spoken, free, corpus)
    units += _within_named(_by_label(text, free, corpus, _plain_forms), sections, text, corpus)
    units = _joined(units + _by_number(text, spoken, free, corpus, sections), text, corpus)
    sections = [s for s in sections if not any(u.start <= s.start and s.end <= u.end for u in units)]
    if not corpus.headed:
        # Without headings above them, the numbered items are what a reader calls the parts.
        units += [_numbered(s, corpus) for s in sections]
        sections = []
    units, sections = (_narrowing(part, text, spoken) for part in (units, sections))
    left_out, text = _left_out(text, spoken, free, (*units, *sections))
    left_out += _annexes_left_out(text, spoken, free, corpus)
    units = [u for u in units if u.node not in left_out]
    sections = [s for s in sections if s.node not in left_out]
    labels = [label for u in units if isinstance(u.node, InUnit) for label in u.node.labels]
    parts = _parts_named(text, spoken, free, corpus, bool(labels), [s.node for s in sections])
    aside, text = _left_out(text, spoken, free, parts)
    left_out += aside
    labels += [label for p in parts if p.node not in aside and isinstance(p.node, InUnit) for label in p.node.labels]
    nodes = [s.node for s in sections if not isinstance(s.node, InUnit)]
    if labels:
        inside = sections or sections_titled(text, spoken, bytearray(free), corpus)
        counted = _counted_in(labels, inside, corpus)
        if counted != labels:
            labels = counted
            take_span(inside[0].start, inside[0].end, free)
    if not labels and not nodes:
        titled = sections_titled(text, spoken, free, corpus)
        aside, text = _left_out(text, spoken, free, titled)
        left_out += aside
        nodes += [s.node for s in titled if s.node not in aside and not isinstance(s.node, InUnit)]
    return References(tuple(dict.fromkeys(labels)), tuple(nodes), tuple(Not(n) for n in left_out), text)


def positions(text: str, spoken: Language) -> str:
    """The text with every way to say where in a part something stands put as its number: 收尾的那条 as 最后一条."""
    for said, plain in language()["reference"][spoken]["positions"]:
        text = compiled(said).sub(plain, text)
    return text


def units_titled(
    text: str, spoken: Language, free: bytearray, corpus: Corpus, intents: Collection[str]
) -> tuple[str, ...]:
    """The label of the one unit whose whole title a question gives, as that of an item; its characters are taken out.

    Where no list is asked for, the ``intents`` say, a title in quotes names its item too; in a comparison none does.
    """
    if "compare" in intents:
        return ()
    alone = not {"list_items", "count"} & set(intents)
    labels: dict[str, list[UnitRow]] = {}
    for unit in corpus.units:
        if len(unit.unit.title) >= _TITLE:
            labels.setdefault(matching(unit.unit.title), []).append(unit)
    for title in sorted(labels, key=len, reverse=True):
        start = text.find(title)
        if start < 0 or len(labels[title]) > 1 or not all(free[start : start + len(title)]):
            continue
        end = start + len(title)
        item = pattern("reference", spoken, "titled_item").match(text, end)
        quoted = text[start - 1 : start] in _OPENING and text[end : end + 1] in _CLOSING
        if item or (alone and quoted) or (alone and pattern("reference", spoken, "titled_asks").match(text, end)):
            take_span(max(0, start - quoted), item.end() if item else end + quoted, free)
            return (labels[title][0].unit.label,)
    return ()


def unit_on(text: str, spoken: Language, free: bytearray, corpus: Corpus, intents: Collection[str]) -> tuple[str, ...]:
    """The label of the one item whose title is on the matter by which a question names it: 讲普通高中的那一条.

    Its characters are taken out.  None where several titles are on it, or none is: then it is told by its clauses.
    """
    match = pattern("reference", spoken, "item_on").search(text)
    if match is None or {"list_items", "count", "compare"} & set(intents) or not all(free[slice(*match.span("x"))]):
        return ()
    name = match.group("x")
    concepts = {m.concept for m in corpus.thesaurus.match(name, spoken, question=True)}
    titles = {u: matching(u.unit.title) for u in corpus.units if u.unit.title and u.unit.kind in {"item", "article"}}
    on = [u for u, title in titles.items() if name in title]
    if not on and concepts:
        on = [
            u
            for u, title in titles.items()
            if concepts <= {m.concept for m in corpus.thesaurus.match(title, u.document.language)}
        ]
    if len(on) != 1:
        return ()
    take(match, free)
    return (on[0].unit.label,)


def _counted_in(labels: list[str], sections: Sequence[Named], corpus: Corpus) -> list[str]:
    """Labels of items as they are counted in the one part that is named elsewhere: *in section five, the second item*.

    As they were where the part holds the very numbers, or not so many items.
    """
    if len(sections) != 1 or len(labels) != 1:
        return labels
    inside = [u for u in corpus.units if stands_in(corpus, u, sections[0].node)]
    if any(u.unit.label in labels for u in inside):
        return labels
    number = numeral(_BRACKETS.sub("", labels[0].split("/")[-1]))
    return _nth([number] if number else [], inside) or labels


def _within_named(units: Sequence[Named], sections: Sequence[Named], text: str, corpus: Corpus) -> list[Named]:
    """Units whose label is written out right beside a part: those of that part, whose name says no more then."""
    out: list[Named] = []
    for unit in units:
        outer = next((s for s in sections if _is_beside(s, unit, text)), None)
        assert isinstance(unit.node, InUnit)
        named = (u for u in corpus.units if u.unit.label in unit.node.labels)
        inside = [u.unit.label for u in named if stands_in(corpus, u, outer.node)] if outer else []
        if outer and inside:
            unit = Named(min(outer.start, unit.start), max(outer.end, unit.end), InUnit(tuple(dict.fromkeys(inside))))
        out.append(unit)
    return out


def _is_beside(part: Named, unit: Named, text: str) -> bool:
    """Whether a part is named right before a unit of it, or behind it: *part seven, (三)*, *(三) in part seven*."""
    before = part.end <= unit.start and _STEP.fullmatch(text, part.end, unit.start)
    return bool(before or (unit.end <= part.start and _STEP_UP.fullmatch(text, unit.end, part.start)))


def _numbered(section: Named, corpus: Corpus) -> Named:
    assert isinstance(section.node, InSection)
    number = section.node.number
    return Named(section.start, section.end, InUnit(tuple(_labels_of(number, corpus.units) or [str(number)])))


def _left_out(text: str, spoken: Language, free: bytearray, named: Sequence[Named]) -> tuple[tuple[Place, ...], str]:
    """The parts that a question sets aside (*apart from item 5*), and the question without the words that do so."""
    found: list[Place] = []
    for part in named:
        before = pattern("reference", spoken, "apart").search(text[: part.start])
        after = pattern("reference", spoken, "apart_behind").match(text, part.end)
        if not before and not after:
            continue
        start = before.start() if before else part.start
        end = after.end() if after else part.end
        aside = pattern("reference", spoken, "aside").match(text, end)
        # What follows up to the comma says more of the part that is set aside.
        end = aside.end() if aside and not after else end
        take_span(start, end, free)
        text = text[:start] + " " * (end - start) + text[end:]
        found.append(part.node)
    return tuple(found), text


def _narrowing(named: Sequence[Named], text: str, spoken: Language) -> list[Named]:
    """The parts without those that the question looks beyond: *not only in section five*."""
    beyond = pattern("reference", spoken, "not_only")
    return [part for part in named if not beyond.search(text[: part.start])]


def _annexes_left_out(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> tuple[Place, ...]:
    """The annexes, where the question sets them aside; words that count them in say nothing more."""
    within = pattern("reference", spoken, "with_annex").search(text)
    without = pattern("reference", spoken, "no_annex").search(text)
    said = within or without
    if said is None:
        return ()
    take(said, free)
    labels = tuple(u.unit.label for u in corpus.units if u.unit.kind == "annex")
    return (InUnit(labels),) if labels and not within else ()


def _between(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Named]:
    """The unit that stands between two that are named by their numbers."""
    match = pattern("reference", spoken, "between").search(text)
    if match is None:
        return []
    order = [u.unit.label for u in corpus.units]
    ends = [_labels_of(number_said(match.group(side)) or 0, corpus.units)[:1] for side in "ab"]
    if not all(ends):
        return []
    a, b = sorted(order.index(label) for (label,) in ends)
    take(match, free)
    return [Named(match.start(), match.end(), InUnit(tuple(order[a + 1 : b])))] if b - a > 1 else []


def _by_number(text: str, spoken: Language, free: bytearray, corpus: Corpus, sections: Sequence[Named]) -> list[Named]:
    """Units by their number, in the section that is named beside it."""
    known = {u.unit.label for u in corpus.units}
    named: list[Named] = []
    for match in pattern("reference", spoken, "unit").finditer(text):
        if not all(free[match.start() : match.end()]):
            continue
        said = [n for g in match.groups() if g and (n := number_said(g)) is not None]
        before = pattern("reference", spoken, "from_end").search(text[: match.start()])
        if before:
            said = [-n for n in said]
            take(before, free)
        start, end, inside = _around((before or match).start(), match.end(), text, corpus, sections)
        labels = [label for n in _with_range(said, match.group()) for label in _labels_of(n, inside or corpus.units)]
        labels = labels or _nth(said, inside) or [str(n) for n in said]
        if match.group().endswith("点") and not known.intersection(labels):
            continue  # A point of a paragraph is no unit.
        take(match, free)
        named.append(Named(start, end, InUnit(tuple(labels))))
    return named


def _around(
    start: int, end: int, text: str, corpus: Corpus, sections: Sequence[Named]
) -> tuple[int, int, tuple[UnitRow, ...]]:
    """The stretch of an item's number with the section that it is counted in, and the units of that section."""
    for part in sections:
        if _is_beside(part, Named(start, end, part.node), text):
            inside = tuple(u for u in corpus.units if stands_in(corpus, u, part.node))
            if inside:
                return min(part.start, start), max(part.end, end), inside
    return start, end, ()


def _with_range(said: Sequence[int], words: str) -> Sequence[int]:
    """Two numbers with *to* between them stand for all from the one to the other."""
    if len(said) == 2 and said[0] < said[1] and re.search(r"到|至|\bto\b|through|[–—~-]", words):
        return range(said[0], said[1] + 1)
    return said


def _nth(said: Sequence[int], inside: Sequence[UnitRow]) -> list[str]:
    """The n-th items of a section, where its items bear other numbers."""
    items = [u.unit.label for u in inside if u.unit.kind in {"item", "article"}]
    return [items[n - 1] for n in said if 0 < n <= len(items)]


def _joined(named: Sequence[Named], text: str, corpus: Corpus) -> list[Named]:
    """Two units with *to* between them stand for all from the one to the other."""
    out: list[Named] = []
    order = [u.unit.label for u in corpus.units]
    for part in sorted(named, key=lambda n: n.start):
        last = out[-1] if out else None
        ends = [n.node.labels for n in (last, part) if n is not None and isinstance(n.node, InUnit)]
        if last and len(ends) == 2 and all(len(e) == 1 and e[0] in order for e in ends):
            a, b = order.index(ends[0][0]), order.index(ends[1][0])
            if a < b and _RANGE.fullmatch(text, last.end, part.start):
                out[-1] = Named(last.start, part.end, InUnit(tuple(order[a : b + 1])))
                continue
        out.append(part)
    return out


def _by_label(text: str, free: bytearray, corpus: Corpus, forms_of: Callable[[str], list[str]]) -> list[Named]:
    """Units whose label is written out."""
    spelt: dict[str, list[str]] = {}
    for unit in corpus.units:
        if unit.unit.kind in {"item", "article"}:
            for form in forms_of(matching(unit.unit.label)):
                spelt.setdefault(form, []).append(unit.unit.label)
    named: list[Named] = []
    for form in sorted(spelt, key=len, reverse=True):
        for match in re.finditer(rf"(?<![\d./]){re.escape(form)}(?![\d/]|\.\d|\s?[%万亿元个])", text):
            if all(free[match.start() : match.end()]):
                named.append(Named(match.start(), match.end(), InUnit(tuple(spelt[form]))))
                take(match, free)
    return named


def _path_forms(label: str) -> list[str]:
    """How a label that is a path may be written, with fewer of its outer steps, and with no stroke before a bracket.

    >>> _path_forms("二/(一)/3")
    ['二/(一)/3', '二(一)/3', '(一)/3']
    """
    steps = label.split("/")
    forms = ("/".join(steps[k:]) for k in range(len(steps) - 1))
    return list(dict.fromkeys(spelt for form in forms for spelt in (form, form.replace("/(", "("))))


def _plain_forms(label: str) -> list[str]:
    """The last step of a label where it cannot be taken for a plain number: 10.2, 第七条, (三)."""
    last = label.rpartition("/")[2]
    return [last] if re.search(r"\d\.\d|^第.+条$|^\(.+\)$", last) else []


def _labels_of(number: int, units: Sequence[UnitRow]) -> list[str]:
    """Labels of the items that bear a number, however it is printed."""
    if number < 0:
        items = [u.unit.label for u in units if u.unit.kind in {"item", "article"}]
        return items[number:][:1] if len(items) >= -number else []
    return [
        u.unit.label
        for u in units
        if u.unit.kind in {"item", "article"} and numeral(_BRACKETS.sub("", u.unit.label.split("/")[-1])) == number
    ]


def _parts_named(
    text: str, spoken: Language, free: bytearray, corpus: Corpus, numbered: bool, sections: Sequence[Place]
) -> list[Named]:
    """The opening, the end and the notice are units of their own: they are named by what they are.

    The opening of a section that is named too is what stands beneath its heading before its items.
    """
    units = corpus.units
    beneath = [
        u.unit.label for u in units if u.unit.kind == "paragraph" and any(stands_in(corpus, u, s) for s in sections)
    ]
    parts = {
        "opening": beneath if sections else [u.unit.label for u in units if u.preamble] or _before_items(units),
        "closing": [u.unit.label for u in units[-1:] if u.unit.kind == "paragraph"],
        "notice": [u.unit.label for u in units if u.unit.kind == "notice"],
    }
    named: list[Named] = []
    whole = pattern("filter", spoken, "whole").search(text)
    if whole:
        take(whole, free)
        return named
    for name, found in parts.items():
        match = pattern("reference", spoken, name).search(text)
        if match and found and not (name == "notice" and spoken == "en" and numbered):
            named.append(Named(*match.span(), InUnit(tuple(found))))
            take(match, free)
    return named


def _before_items(units: Sequence[UnitRow]) -> list[str]:
    """The paragraph in front of the first item, where a plan opens with one."""
    first = next((k for k, u in enumerate(units) if u.unit.kind in {"item", "article"}), 0)
    return [u.unit.label for u in units[:first] if u.unit.kind == "paragraph"][:1]


def documents_named(question: str, corpus: Corpus) -> tuple[tuple[str, ...], str]:
    """The documents that a question names by body, place, title or year, and the question without those names.

    None are named where one document alone is loaded, or where the names tell none from another.
    """
    if len(corpus.plans) < 2:
        return (), question
    text = question.lower()
    kept = question
    found = {p.document.id for p in corpus.plans}
    called = corpus.document_names
    if any(may_be_pinyin(word) and word not in stop_words("en") for word in re.findall("[a-z]+", text)):
        both = {*called, *corpus.romanised_names}
        called = {n: called.get(n, frozenset()) | corpus.romanised_names.get(n, frozenset()) for n in both}
    for names in (called, corpus.document_years):
        hits = {name: ids for name, ids in names.items() if _names_it(text, name)}
        longest = [n for n in hits if not any(n != other and n in other for other in hits)]
        ids = {i for name in longest for i in hits[name]} & found
        if ids and ids != found:
            found = ids
            for name in longest:
                # Its marks go with a title: what is left of them would ask for titles.
                kept = re.sub(rf"《{re.escape(name)}》|{re.escape(name)}", " ", kept, flags=re.IGNORECASE)
    return (tuple(sorted(found)), kept) if len(found) < len(corpus.plans) else ((), question)


def asks_each(question: str) -> str:
    """The question to be asked of each document by itself, where it asks for each, or for which; empty where not."""
    spoken = detect(question)
    text = question.lower()
    if not pattern("filter", spoken, "each").search(text):
        return ""
    bare = re.sub(r"(?:19|20)\d\d年?", " ", pattern("filter", spoken, "each").sub(_kept_which, text))
    # The plans are set beside each other by telling of each: within one of them nothing is compared.
    bare = pattern("filter", spoken, "compared").sub(" ", bare)
    return pattern("filter", spoken, "which_document").sub(" 哪些条目 " if spoken == "zh" else "which items", bare)


def _kept_which(match: re.Match[str]) -> str:
    return match.group() if re.search("哪|which", match.group()) else " "


def _names_it(text: str, name: str) -> bool:
    # Looked for as it is first: a pattern for each of ten thousand names takes a second to compile.
    # A Chinese name may stand right beside a figure: 青桐2023年.
    before = "(?<![a-z0-9])" if name[0].isascii() else ""
    behind = "(?![a-z0-9])" if name[-1].isascii() else ""
    return name in text and re.search(f"{before}{re.escape(name)}{behind}", text) is not None


__all__ = [
    "References",
    "asks_each",
    "documents_named",
    "number_said",
    "positions",
    "references_of",
    "take",
    "units_titled",
]
