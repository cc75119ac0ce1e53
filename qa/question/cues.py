"""What is wanted: the cues of ``language.toml`` found in a question, and the kinds it limits itself to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kg.model import Language

from ..corpus import HAN, genre, language
from ..model import (
    And,
    CitesNumber,
    CitesTitle,
    HasBody,
    HasQuotes,
    HasTarget,
    HasText,
    Intent,
    NamesDocument,
    NamesPlace,
    Node,
    Not,
    Or,
    Runs,
    Wanted,
    YearAfter,
)
from .patterns import compiled

QUOTED = re.compile(
    r"[“\"「『]([^“”\"「」『』]{1,60})[”\"」』]|《([^《》]{1,80})》|(?<![a-z0-9])'([^']{2,60})'(?![a-z])|([〔\[]20\d\d[〕\]])"
)


_Kind = Literal[
    "ceiling", "floor", "fall", "rise", "percent", "money", "area", "people", "number", "day", "deadline", "date"
]
_KINDS: tuple[_Kind, ...] = (
    "ceiling", "floor", "fall", "rise", "percent", "money", "area", "people", "number", "day", "deadline", "date",
)  # fmt: skip
_SAID_BY: Mapping[str, str] = {"day": "to_the_day"}
_GAPS: tuple[tuple[str, _Kind], ...] = (("no_date", "date"), ("no_percent", "percent"), ("no_number", "number"))

SOME_SECTION = HasBody(("participant",), ())
"""That a section of the office that issues the plan is named."""
SOME_LEADER = HasBody(("lead",), ("",))
"""That a person who leads is named, whoever."""
_CHINESE_NAME = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Cues:
    """What a question wants: its first cue decides, the others are kept; ``spans`` are the characters that say so."""

    intent: Intent | None
    wants: Wanted
    all_intents: frozenset[str]
    all_wants: tuple[Wanted, ...]
    spans: tuple[tuple[int, int], ...]


def detect(text: str) -> Language:
    """Chinese where Chinese characters outside quotes outnumber Latin words, else English."""
    bare = QUOTED.sub(" ", text)
    han, latin = len(HAN.findall(bare)), len(re.findall(r"[A-Za-z]+", bare))
    if han == latin == 0:
        return "zh" if HAN.search(text) else "en"
    return "zh" if han >= 2 * latin else "en"


@cache
def _cues(lang: Language) -> tuple[tuple[Intent | None, Wanted, re.Pattern[str]], ...]:
    return tuple(
        (rule.get("intent"), rule.get("wants", ""), compiled(_with_classes(rule["pattern"], lang)))
        for rule in language()["cue"][lang]
    )


@cache
def pattern(table: str, lang: Language, name: str) -> re.Pattern[str]:
    """A pattern of ``language.toml``."""
    return compiled(_with_classes(language()[table][lang][name], lang))


def _with_classes(text: str, lang: Language) -> str:
    """A pattern with its ``{classes}`` of words filled in."""
    return re.sub(r"\{([a-z_]+)\}", lambda match: f"(?:{language()['class'][lang][match.group(1)]})", text)


_ENDS = ("，", ",", "。", "；", ";", "：", ":", "？", "?", "！", "!")
"""Marks between the parts of a sentence."""


@cache
def stop_words(lang: Language) -> frozenset[str]:
    """Words without content."""
    return frozenset(language()["stop"][lang].split())


@cache
def idiom(lang: Language) -> re.Pattern[str]:
    """Phrases that speak of no matter, whatever their words mean by themselves."""
    phrases = sorted(filter(None, language()["idiom"][lang].split("\n")), key=len, reverse=True)
    edge = r"\b" if lang == "en" else ""
    return compiled(f"{edge}(?:{'|'.join(map(re.escape, phrases))}){edge}")


@cache
def offices() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """How English names offices, each with the words that their Chinese names hold."""
    table = language()["offices"]
    named = {_of_an_office(name, table["kinds"]): words for name, words in table["names"].items()}
    return tuple((re.compile(rf"\b(?:{p})\b"), tuple(words.split())) for p, words in (named | table["bare"]).items())


@cache
def inner_offices() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """How English names the sections of an office, each with the words that their Chinese names hold."""
    inner = language()["offices"]["inner"].items()
    kinds = language()["offices"]["inner_kinds"]
    return tuple((compiled(rf"\b(?:{_of_an_office(name, kinds)})"), tuple(words.split())) for name, words in inner)


@cache
def rates() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """How English names rates, each with the words that Chinese plans have for them."""
    return tuple((compiled(rf"\b(?:{said})\b"), tuple(w.split())) for said, w in language()["rates"].items())


def _of_an_office(name: str, kinds: str) -> str:
    return rf"(?:{name}) {kinds}\b|\b{kinds} (?:of|for) (?:the )?(?:{name})\b"


def cues_of(text: str, spoken: Language) -> Cues:
    """What is wanted: the earliest rule that matches decides, the others are kept."""
    intent: Intent | None = None
    wants: list[Wanted] = []
    intents: list[str] = []
    spans: list[tuple[int, int]] = []
    for rule_intent, rule_wants, pattern in _cues(spoken):
        match = pattern.search(text)
        if match is None:
            continue
        # Rules stand from the narrow to the wide: a wide one inside the characters of a narrow one says nothing new.
        if any(a <= match.start() and match.end() <= b for a, b in spans):
            continue
        spans += saying(match)
        if rule_intent:
            intents.append(rule_intent)
            if intent is None:
                intent = rule_intent
        if rule_wants:
            wants.append(rule_wants)
    short = spans if spoken == "zh" else [part for a, b in spans if b - a <= 40 for part in _around_names(text, a, b)]
    return Cues(intent, wants[0] if wants else "", frozenset(intents), tuple(wants), tuple(short))


def _around_names(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The characters of an English cue but for a Chinese name among them: *which tasks does 甲股 lead*."""
    names = [m.span() for m in _CHINESE_NAME.finditer(text, start, end)]
    return list(zip([start, *(b for _, b in names)], [*(a for a, _ in names), end], strict=True))


def saying(match: re.Match[str]) -> list[tuple[int, int]]:
    """The characters of a cue without content: all but what stands in its groups ``gap…``, and from ``head`` on."""
    end = match.start("head") if match.groupdict().get("head") else match.end()
    spans, start = [], match.start()
    for name in match.re.groupindex:
        if name.startswith("gap") and match.group(name):
            spans.append((start, match.start(name)))
            start = match.end(name)
    return [*spans, (start, end)]


def filters_of(text: str, spoken: Language, cues: Cues) -> tuple[list[Node], list[tuple[int, int]]]:
    """Kinds of target and years that the question limits itself to, and the characters that say so."""
    nodes: list[Node] = []
    spans: list[tuple[int, int]] = []
    marks = pattern("filter", spoken, "title_marks").search(text)
    titled = pattern("filter", spoken, "in_title").search(text) and not re.search(r"20\d\d", text)
    years = pattern("filter", spoken, "years").search(text) if titled else None
    if years:
        nodes.append(CitesTitle(("",), dated=True))
        spans += [years.span(), *([marks.span()] if marks else [])]
    elif marks:
        nodes.append(CitesTitle(("",)))
        spans.append(marks.span())
    if {"list_items", "count"} & cues.all_intents:
        found, said = _of_a_list(text, spoken, marked=marks is not None)
        nodes, spans = nodes + found, spans + said
    several = {"list_items", "count"} & cues.all_intents or pattern("filter", spoken, "plural").search(text)
    for name, node_of in _NODES.items() if several else _OF_ONE.items():
        if told := pattern("filter", spoken, name).search(text):
            nodes.append(node_of(told))
            spans.append(told.span())
    if level := level_of(text, spoken):
        listing = {"list_items", "count"} & cues.all_intents or pattern("filter", spoken, "named_level").search(text)
        nodes += [CitesTitle(level[0])] if listing else []
        spans.append(level[1])
    later = pattern("filter", spoken, "after").search(text)
    if later:
        nodes.append(YearAfter(int(next(g for g in later.groups() if g))))
        spans.append(later.span())
    return nodes, spans


def _of_a_list(text: str, spoken: Language, *, marked: bool) -> tuple[list[Node], list[tuple[int, int]]]:
    """What a list limits itself to by the form of what the clauses hold; documents are ``marked`` by their title."""
    nodes, spans = _kinds_of(text, spoken)
    if named := pattern("filter", spoken, "places_named").search(text):
        nodes.append(NamesPlace(_sort_of_place(named.group())))
        spans.append(named.span())
    others: tuple[tuple[str, Node], ...] = (
        ("sections_named", SOME_SECTION),
        ("leaders_named", SOME_LEADER),
        ("against_past", HasText(tuple(language()["against_past"]["words"]))),
        ("quoting", HasQuotes()),
        ("documents", NamesDocument()),
    )
    for name, node in others:
        if told := pattern("filter", spoken, name).search(text):
            node = Not(node) if told.groupdict().get("no") else node
            nodes += [] if marked and name == "documents" else [node]
            spans.append(told.span())
    return nodes, spans


def _sort_of_place(words: str) -> str:
    """The characters that end the names of the sort of place that words speak of; empty for any sort."""
    table: Mapping[str, str] = language()["place_words"]
    said = "".join(ends for word, ends in table.items() if word in words)
    return "".join(dict.fromkeys(said + "".join(c for c in words if c in genre()["place_ends"])))


def _phased(match: re.Match[str]) -> Node:
    """Clauses that number something: 第四期, of whatever number."""
    units = language()["measures"]["phases"].get(match.group("u"), match.group("u")).split("|")
    numerals = [*_DIGITS, *(f"{tens}十{ones}" for tens in ("", *_DIGITS[1:]) for ones in ("", *_DIGITS))]
    return HasText(tuple(f"第{number}{unit}" for number in numerals for unit in units))


_DIGITS = "一二三四五六七八九"


def _drafting(match: re.Match[str]) -> Node:
    """Clauses that draw up a document."""
    return And((HasText(tuple(language()["drafting"]["words"])), NamesDocument()), "clause")


def _titled(match: re.Match[str]) -> Node:
    """Clauses that cite a document whose title says of what sort it is: 条例有哪几部."""
    return CitesTitle((next(words for name, words in match.groupdict().items() if name.startswith("s") and words),))


def _running(match: re.Match[str]) -> Node:
    """Clauses with a stretch of years that ends in the year that is said, else in the plan's own."""
    return Runs(tuple(int(y) for y in match.groups() if y))


def _starting(match: re.Match[str]) -> Node:
    return Runs(tuple(int(y) for y in match.groups() if y), ends=False)


_OF_ONE: Mapping[str, Callable[[re.Match[str]], Node]] = {
    "phased": _phased,
    "drafts": _drafting,
    "sort_of_title": _titled,
}
"""What a question limits itself to beside kinds of figure, though it asks for one thing alone."""
_NODES: Mapping[str, Callable[[re.Match[str]], Node]] = {
    **_OF_ONE,
    "runs_out": _running,
    "runs_from": _starting,
    "cites_number": lambda _: CitesNumber(),
}
"""The same where it asks for several."""


def level_of(text: str, spoken: Language) -> tuple[tuple[str, ...], tuple[int, int]] | None:
    """What the titles hold of documents of the level of government that a question names, 省里的文件; and where."""
    match = pattern("filter", spoken, "of_level").search(text)
    if match is None:
        return None
    name = next(name for name, said in match.groupdict().items() if said)
    return tuple(language()["levels"][name.rstrip("23")]), match.span()


def _kinds_of(text: str, spoken: Language) -> tuple[list[Node], list[tuple[int, int]]]:
    """The kind of target that a list limits itself to; what must be lacking stands before what must be there."""
    for gap, lacked in _GAPS:
        hit = pattern("filter", spoken, gap).search(text)
        if hit:
            return [Not(HasTarget(lacked))], [hit.span()]
    found: list[tuple[Node, list[tuple[int, int]]]] = []
    for kind in _KINDS:
        said = [span for _, spans in found for span in spans]
        hits = [
            m
            for m in pattern("filter", spoken, _SAID_BY.get(kind, kind)).finditer(text)
            if not _overlap(m.span(), said)
        ]
        # Of what is a figure or a time anyhow, one kind says it all.
        if not hits or (found and kind in {"number", "date"}):
            continue
        refused = pattern("filter", spoken, "not").finditer(text)
        barred = any(0 <= hits[0].start() - n.end() <= 6 for n in refused)
        season = kind == "deadline" and pattern("filter", spoken, "season").search(text)
        points = kind == "percent" and all(pattern("filter", spoken, "points").search(h.group()) for h in hits)
        node = HasTarget("moment" if season else "points" if points else kind)
        found.append((Not(node) if barred else node, [h.span() for h in hits]))
    nodes = [node for node, _ in found]
    spans = [span for _, said in found for span in said]
    if len(spans) == len(nodes) == 2 and re.fullmatch(r"\W*(?:or|或者?|还是)\W*", text[min(spans)[1] : max(spans)[0]]):
        nodes = [Or(tuple(nodes))]
    return nodes, spans


def _overlap(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in others)


def intent_of(
    cues: Cues, units: bool, sections: bool, content: bool, filtered: bool, n_units: int, bare: bool
) -> Intent:
    """The kind of question that cues, named parts and content make together."""
    found = cues.all_intents
    if "compare" in found or (n_units >= 2 and content and "count" not in found):
        return "compare"
    if "metadata" in found:
        return "metadata"
    if "connect" in found:
        return "connect"
    if "count" in found:
        return "count"
    if (units or sections) and not content and not filtered:
        return "summary" if units and n_units == 1 else "navigate"
    if "list_items" in found or (filtered and cues.wants in {"", "programme", "document", "item"}):
        return "list_items"
    if "summary" in found and (units or sections) and not content:
        return "summary"
    if cues.wants:
        return "fact"
    if bare:
        return "list_items"
    return "yes_no" if "yes_no" in found else "fact"


def part_asked(text: str, spoken: Language) -> Literal["", "lead", "support"]:
    """Whether the leading or the supporting body is asked for."""
    for role in ("support", "lead"):
        if pattern("filter", spoken, role).search(text):
            return role
    return ""


def _part_with(match: re.Match[str], text: str) -> str:
    """The part of a sentence that a match stands in: what sort of thing is asked for is said beside the asking."""
    start = max(text.rfind(mark, 0, match.start()) for mark in _ENDS) + 1
    return text[start : min((i for mark in _ENDS if (i := text.find(mark, match.end())) >= 0), default=len(text))]


_TOLD_BY: tuple[tuple[Wanted, str, str], ...] = (
    ("when", "long", "@long"),
    ("when", "day_of_month", "@date"),
    ("when", "day", "@day"),
    ("when", "titled_time", "@titled"),
    ("where", "exact_place", "@spot"),
    ("how_much", "how_large", "@area"),
    ("frequency", "times", "@times"),
    ("consequence", "penalty", "@penalty"),
    ("who", "pays", "@payer"),
    ("owner", "pays", "@payer"),
    ("who", "for_whom", "@group"),
    ("owner", "office", "@office"),
)
"""Measures that some words of a question tell: what is wanted, the pattern of these words, the measure."""


def measure_of(text: str, spoken: Language, wants: Wanted) -> str:
    """The measure asked for: the word that counts, or what sort of thing it is.

    ``@area`` is an area, ``@day`` a day and not any date, ``@date`` one of a month, ``@times`` how many times,
    ``@spot`` the very place, ``@penalty`` a punishment, ``@office`` an office, ``@long`` how long something takes,
    ``@titled`` a time that the title of a document may tell, ``@payer`` who bears a cost, ``@group`` those to whom
    something is done, ``@name`` a name of its own, with its sort behind a colon where that is said.
    """
    for wanted, name, measure in _TOLD_BY:
        if wants == wanted and pattern("filter", spoken, name).search(text):
            return measure
    if wants in {"when", "frequency", "consequence", "owner"}:
        return ""
    if wants == "who" and (names := pattern("filter", spoken, "names").search(text)):
        asked = (
            sort
            for said in (names.group(), _part_with(names, text))
            for sort, told in language()["sorts"].items()
            if re.search(rf"(?<![a-z])(?:{told['asked']})", said)
        )
        return f"@name:{next(asked, '')}".rstrip(":")
    if wants == "where":
        match = pattern("filter", spoken, "place_sort").search(text)
        sort = next((said for said in match.groupdict().values() if said), "") if match else ""
        words: Mapping[str, str] = language()["place_words"]
        return f"@{next((ends for word, ends in words.items() if sort.startswith(word)), sort)}" if sort else ""
    match = pattern("filter", spoken, "measure").search(text)
    return next((word for word in match.groupdict().values() if word), "") if match else ""
