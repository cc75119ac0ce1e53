"""A query → evidence: which units meet its condition, which clauses answer it best, and what found each.

Lists and counts are decided over every unit by :func:`select`; nothing there comes from a ranking.  Single facts are
ranked by :func:`rank`: first how much of what the question names meets in a clause (graph), then how near the clause
is in meaning and words (the text indexes), then whether it gives the kind of thing that was asked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.hybrid import Scored
from kg.model import BodyFact, Language, ProgrammeFact, TargetFact

from .corpus import Corpus, Row, UnitRow, genre, language, matching, named_leaders, section_number, stem
from .model import (
    And,
    CitesNumber,
    CitesTitle,
    DueIn,
    Form,
    HasBody,
    HasConcept,
    HasQuotes,
    HasTarget,
    HasText,
    InSection,
    InUnit,
    Measured,
    NamesDocument,
    NamesPlace,
    Node,
    Not,
    Or,
    Place,
    Query,
    Runs,
    SharedBy,
    Wanted,
    YearAfter,
    terms_of,
)

WEIGHT_NEIGHBOUR = 0.35
"""What a word counts that the unit holds in another clause."""
WEIGHT_HEADED = 0.8
"""What it counts beneath a heading, or in a row of a table: the cells say one thing together."""
WEIGHT_GIVES = 0.12
"""Bonus of a clause that gives the kind of thing asked for."""
WEIGHT_MEASURED = 0.3
"""The same where it is given in a measure that few figures have: hours, and no other number will do."""
WEIGHT_TOLD = 1.3
"""What a clause that was quoted just before counts for, where it gives what is asked further."""
WEIGHT_PEOPLE = 0.6
"""What a group of people counts beside a matter: who is meant is told by a plan less exactly than what."""
SHORT_CELL = 14
"""Characters of a cell that says little without its row."""
TELLING_GRAPH = 0.75
"""Share of a question's weight in its best clause from which its own words tell what it is about."""
WEIGHT_MATTER = 0.2
"""What official words for a matter that the question's wording is like count, and the gist of that matter."""
WIDESPREAD = 0.3
"""Share of the clauses beyond which an official word tells nothing."""
BROAD_SHARE = 0.45
"""A concept of more than this share of the units narrows nothing and is let go first."""
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


OPEN = ("0000-01-01", "9999-12-31")
"""The first and the last day where a time is open at one end."""
DAY_OR_MONTH = r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?"
"""A time as exact as a deadline is."""
_PLAIN = frozenset({"=", "~", "coverage", "increase"})
SIDES: Mapping[str, frozenset[str]] = {
    ">=": _PLAIN | {">=", ">"},
    ">": _PLAIN | {">=", ">"},
    "<=": _PLAIN | {"<=", "<"},
    "<": _PLAIN | {"<=", "<"},
}
"""What a figure may be stated as to lie on a side of a value: *at most 9%* says nothing of what is at least so much."""
EQUAL: Mapping[str, frozenset[str]] = {**SIDES, ">": frozenset({">=", ">"}), "<": frozenset({"<=", "<"})}
"""The same where the figure is the very value: *at least 50%* is *over 50%* as people say it."""
SCALES: Mapping[str, int] = {"万": 10_000, "亿": 100_000_000}
"""What a unit may begin with that belongs to the number."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the three kinds of evidence for a single fact; a kind of no weight is not looked at."""

    graph: float = 0.55
    dense: float = 0.30
    lexical: float = 0.15


DEFAULT = Weights()


@dataclass(frozen=True, slots=True)
class Selection:
    """The units that meet a condition, each with the clauses that show it."""

    units: Mapping[int, frozenset[int]]
    condition: Node | None
    """The condition that was decided; a relaxed one says so in ``relaxed``."""
    relaxed: bool = False
    left_out: tuple[HasText, ...] = ()
    """Words of the question that the condition no longer holds, since no unit has them beside the rest."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A clause as an answer to a single question."""

    row: Row
    score: float
    graph: float
    """Share of the question's linked words that it holds, weighted by how rare they are, 0..1."""
    dense: float
    lexical: float
    gives: bool
    matter: float = 0.0
    """Weight of a matter that the question's wording is like and that the clause names, 0..1."""


# ------------------------------------------------------------------------------------------------ decide


def clauses_of(corpus: Corpus, node: Node) -> frozenset[int]:
    """Rows that show a leaf of the algebra; of a part of the plan all that stand in it."""
    if isinstance(node, Place):
        return frozenset(i for unit in corpus.units if stands_in(corpus, unit, node) for i in unit.rows)
    if isinstance(node, HasConcept):
        below = _below(corpus, node)
        return frozenset(row.index for row in corpus.rows if _is_about(row.concepts, node, below, row.view))
    if isinstance(node, HasText):
        found: frozenset[int] = frozenset()
        for text in node.texts:
            found |= corpus.english.get(text[3:], frozenset()) if text.startswith("en:") else corpus.containing(text)
        return found
    if isinstance(node, HasTarget):
        dated = node.kind in {"moment", "day"}  # The date of the notice is no time at which something is to be done.
        return frozenset(
            row.index
            for row in corpus.rows
            if any(_is_kind(t, node.kind) and not (dated and _dates(row, t)) for t in row.targets)
            and (node.kind != "day" or re.search(DAY, row.clause.text))
        )
    if isinstance(node, DueIn | Measured):
        return frozenset(r.index for r in corpus.rows if any(_meets(t, node) for t in r.targets if not _dates(r, t)))
    if isinstance(node, HasBody | SharedBy):
        names = node.names if isinstance(node, HasBody) else ()
        return frozenset(
            row.index
            for row in corpus.rows
            if any(b.role in node.roles and (not names or b.canonical in names) for b in row.bodies)
        )
    return _clauses_naming(corpus, node)


def _clauses_naming(corpus: Corpus, node: Node) -> frozenset[int]:
    """Rows that name a document, one by its title, or a later year; that quote something."""
    if isinstance(node, NamesPlace):
        return clauses_of(corpus, HasText(place_names(corpus, node.ends)))
    if isinstance(node, NamesDocument):
        return frozenset(r.index for r in corpus.rows if any(is_document(p) for p in r.programmes))
    if isinstance(node, CitesTitle):
        return frozenset(row.index for row in corpus.rows if titles_cited(row, node))
    if isinstance(node, YearAfter):
        return frozenset(row.index for row in corpus.rows if any(int(y) > node.year for y in YEAR.findall(row.view)))
    shape = shape_of(node)
    return frozenset(row.index for row in corpus.rows if re.search(shape, row.clause.text))


def shape_of(node: Node) -> str:
    """A pattern of what the text of a clause must hold, for a leaf that is told by its form.

    >>> ends = shape_of(Runs((2026,)))
    >>> [bool(re.search(ends, text)) for text in ("行动计划（2024—2026年）", "到2026年", "2026-2028")]
    [True, False, False]
    """
    if isinstance(node, HasQuotes):
        return QUOTES
    if isinstance(node, CitesNumber):
        return str(genre()["title_number"])
    if isinstance(node, Runs):
        years, any_year = f"(?:{'|'.join(map(str, node.years))})", "20[0-9]{2}"
        first, last = (any_year, years) if node.ends else (years, any_year)
        return f"{first}年?[-—–~～至到]{{1,2}}{last}"
    raise TypeError(f"not a leaf that clauses show: {node!r}")


def _below(corpus: Corpus, node: HasConcept) -> frozenset[str]:
    return frozenset(node.concepts).union(*(corpus.thesaurus.narrower(c) for c in node.concepts))


def _is_about(concepts: frozenset[str], node: HasConcept, below: frozenset[str], text: str) -> bool:
    """Whether a text that names some concepts is about those of a leaf; those ``below`` count as the leaf says."""
    if concepts.isdisjoint(below):
        return False
    return not node.exactly or not concepts.isdisjoint(node.concepts) or any(said in text for said in node.said)


def is_in(corpus: Corpus, node: Node, text: str, spoken: Language) -> bool:
    """Whether a text, as it is matched, holds what a leaf, or one of several alternatives, stands for."""
    if isinstance(node, Or):
        return any(is_in(corpus, part, text, spoken) for part in node.parts)
    if isinstance(node, HasText):
        roots = {stem(w) for w in re.findall(r"[a-z]+", text)}
        return any(t[3:] in roots if t.startswith("en:") else t in text for t in node.texts)
    if isinstance(node, HasConcept):
        concepts = frozenset(m.concept for m in corpus.thesaurus.match(text, spoken))
        return _is_about(concepts, node, _below(corpus, node), text)
    return False


_TITLE = re.compile(r"《([^《》]+)》")
QUOTES = r"[“「][^“”「」]{2,40}[”」]"
"""What stands in quotation marks."""
_OF_PLACES = frozenset("个处地市县区镇乡村")
"""Measures of what a clause may give by naming places."""


def titles_cited(row: Row, node: CitesTitle) -> list[str]:
    """The titles in book-title marks that hold one of the texts."""
    cited = [(m.group(), matching(m.group(1))) for m in _TITLE.finditer(row.clause.text)]
    return [
        name
        for name, title in cited
        if any(t in title for t in node.texts) and (not node.dated or YEAR.search(title) is not None)
    ]


def held_by(row: Row, form: Form) -> list[str]:
    """The things of a form that a clause holds, in order, each once."""
    text = row.clause.text
    found: Mapping[Form, Callable[[], Iterable[str]]] = {
        "sentences": lambda: (text,),
        "quotes": lambda: re.findall(QUOTES, _TITLE.sub("", text)),
        "documents": lambda: (f"《{t}》" for t in _TITLE.findall(text) if matching(t) != matching(row.document.title)),
        "dates": lambda: (t.text for t in row.targets if t.deadline and not _dates(row, t)),
        "percentages": lambda: (t.text for t in row.targets if _is_kind(t, "percent")),
        "figures": lambda: (t.text for t in row.targets if t.value is not None),
        "bodies": lambda: (b.canonical for b in row.bodies if b.role in ACTING),
        "places": lambda: all_places(row),
    }
    return list(dict.fromkeys(found[form]()))


def figure_of(target: TargetFact) -> float:
    """The value of a target whose unit may stand for thousands: 1.2亿元 as 120000000."""
    assert target.value is not None
    return target.value * next((size for sign, size in SCALES.items() if target.unit_text.startswith(sign)), 1)


UNITS: Mapping[str, str] = {"area": "平方|㎡|亩|公顷|square|hectare", "people": "^[万亿千百余多]*[名人位]|people"}
"""The units of some kinds of figure."""


def _is_kind(target: TargetFact, kind: str) -> bool:
    if kind == "percent":
        # Full coverage is a share that no percentage states.
        stated = target.value is not None and target.comparator != "coverage"
        return stated and re.search(r"%|％|百分|per ?cent", target.unit_text + target.text) is not None
    if kind == "points":
        return target.value is not None and re.search("百分点|percentage point", target.unit_text) is not None
    if kind == "money":
        return target.value is not None and re.search(r"元|(?i:yuan|dollar)", target.unit_text) is not None
    if kind in UNITS:
        return target.value is not None and re.search(UNITS[kind], target.unit_text) is not None
    if kind in {"rise", "fall"}:
        return target.value is not None and target.comparator == {"rise": "increase", "fall": "decrease"}[kind]
    if kind in {"ceiling", "floor"}:
        return target.value is not None and target.comparator in (("<=", "<") if kind == "ceiling" else (">=", ">"))
    if kind in {"date", "day"}:
        return target.deadline is not None
    if kind == "moment":
        return re.fullmatch(DAY_OR_MONTH, (target.deadline or "").rpartition("/")[2]) is not None
    if kind == "deadline":
        return target.comparator != "in_period" and re.fullmatch(DAY_OR_MONTH, target.deadline or "") is not None
    return target.value is not None if kind == "number" else True


def _dates(row: Row, target: TargetFact) -> bool:
    """Whether a target is no more than the date of the document."""
    return row.unit.kind == "notice" and target.comparator == "in_period"


def _meets(target: TargetFact, node: DueIn | Measured) -> bool:
    """Whether a target's time ends between two days, or its figure lies on the named side of a value."""
    if isinstance(node, DueIn):
        return target.deadline is not None and _in_time(target.deadline, node)
    if target.value is None or target.comparator not in SIDES[node.side]:
        return False
    if node.unit and not re.search(node.unit, target.unit_text):
        return False
    value = figure_of(target)
    if value == node.value:
        return target.comparator in EQUAL[node.side]
    return value > node.value if node.side in (">", ">=") else value < node.value


def _in_time(deadline: str, node: DueIn) -> bool:
    """Whether a time ends between two days; a period that begins before the first of two days is not in them.

    A mere year, 年内完成, is in no part of it.
    """
    if len(deadline) == 4 and node.first not in {OPEN[0], f"{deadline}-01-01"}:
        return False
    start = deadline.partition("/")[0] if "/" in deadline and node.last != OPEN[1] else ""
    return node.first <= last_day(deadline) <= node.last and (not start or start >= node.first)


def last_day(deadline: str) -> str:
    """The last day of a time (a day, a month, a year, or two of them with a stroke), to be compared as text.

    >>> [last_day(t) for t in ("2031", "2031-06", "2031-09-01/2031-11-30")]
    ['2031-12-31', '2031-06-31', '2031-11-30']
    """
    end = deadline.rpartition("/")[2]
    return end + {4: "-12-31", 7: "-31"}.get(len(end), "")


def decide(corpus: Corpus, node: Node) -> dict[int, frozenset[int]]:
    """Units that meet the condition → the rows that show it (empty where the unit itself was named)."""
    if isinstance(node, Place):
        return {u.index: frozenset() for u in corpus.units if stands_in(corpus, u, node)}
    if isinstance(node, Or):
        union: dict[int, frozenset[int]] = {}
        for part in node.parts:
            for unit, rows in decide(corpus, part).items():
                union[unit] = union.get(unit, frozenset()) | rows
        return dict(sorted(union.items()))
    if isinstance(node, Not):
        out, aside = decide(corpus, node.part), isinstance(node.part, Place)
        # A notice states nothing, so that it lacks something says nothing; that it is another part than one does.
        return {u.index: frozenset() for u in corpus.units if u.index not in out and (aside or u.unit.kind != "notice")}
    if isinstance(node, And):
        return _decide_all([decide(corpus, part) for part in node.parts], node.within == "clause")
    found: dict[int, frozenset[int]] = {}
    for index in sorted(clauses_of(corpus, node)):
        unit = corpus.rows[index].unit_index
        found[unit] = found.get(unit, frozenset()) | {index}
    if isinstance(node, SharedBy):
        return {u: rows for u, rows in found.items() if node.least <= len(_in_roles(corpus, rows, node)) <= node.most}
    return found


def stands_in(corpus: Corpus, unit: UnitRow, place: Place) -> bool:
    """Whether a unit is one that is named, or stands in a section that is."""
    if isinstance(place, InUnit):
        return unit.unit.label in place.labels
    if isinstance(place, InSection):
        return section_number(unit.sections, place.level) == place.number
    return not set(place.sections).isdisjoint(corpus.section_iris(unit))


def _in_roles(corpus: Corpus, rows: frozenset[int], node: SharedBy) -> set[str]:
    return {b.canonical for i in rows for b in corpus.rows[i].bodies if b.role in node.roles}


def _decide_all(parts: list[dict[int, frozenset[int]]], one_clause: bool) -> dict[int, frozenset[int]]:
    """Units that meet every part, in one and the same clause where that is asked."""
    kept: dict[int, frozenset[int]] = {}
    for unit in sorted(set(parts[0]).intersection(*parts[1:])):
        shown = [p[unit] for p in parts if p[unit]]
        rows: frozenset[int] = frozenset().union(*shown)
        if one_clause and len(shown) > 1:
            rows = rows.intersection(*shown)
            if not rows:
                continue
        kept[unit] = rows
    return kept


def select(corpus: Corpus, query: Query) -> Selection:
    """The units that meet the query's condition, after the mildest relaxation that finds any."""
    scope = _scope(corpus, query)
    if query.condition is None:
        return Selection({}, None)
    for k, node in enumerate(_readings(corpus, query)):
        units = {u: rows for u, rows in decide(corpus, node).items() if u in scope}
        if units:
            kept = frozenset(terms_of(node))
            left_out = (n for n in dict.fromkeys(terms_of(query.condition)) if isinstance(n, HasText) and n not in kept)
            return Selection(units, node, relaxed=k > 0, left_out=tuple(left_out))
    return Selection({}, query.condition)


def _scope(corpus: Corpus, query: Query) -> frozenset[int]:
    units = corpus.units
    if query.documents:
        units = tuple(u for u in units if u.document.id in query.documents)
    if query.focus:
        units = tuple(u for u in units if u.iri in query.focus)
    return frozenset(u.index for u in units)


def _readings(corpus: Corpus, query: Query) -> list[Node]:
    """The condition as it stands, then wider: words met in one unit instead of one clause, without the broad ones.

    Last without some of its words: people put more of them into a question than a plan has for it.  Whoever takes that
    reading says so (:attr:`Selection.left_out`).
    """
    assert query.condition is not None
    node = without_everybody(corpus, query.condition)
    wider = _widen(node)
    said = frozenset(t.concept for t in query.terms if t.reason == "quoted")
    readings = [node, _without_broad(corpus, node), wider, _without_broad(corpus, wider), _without_words(wider, said)]
    return list(dict.fromkeys(readings))


def _thinned(node: Node, drop: Callable[[Node], bool], enough: Callable[[tuple[Node, ...]], bool]) -> Node:
    """The condition without the parts of each *and* that ``drop`` picks, wherever those left over are ``enough``."""
    if isinstance(node, Or):
        return Or(tuple(_thinned(p, drop, enough) for p in node.parts))
    if not isinstance(node, And):
        return node
    kept = tuple(p for p in (_thinned(p, drop, enough) for p in node.parts) if not drop(p))
    if not enough(kept):
        return node
    return kept[0] if len(kept) == 1 else And(kept, node.within)


def without_everybody(corpus: Corpus, node: Node) -> Node:
    """The condition without those whom a plan has in mind throughout, where a matter is named that is done for them."""
    everybody = frozenset(genre()["everybody"])

    def is_all(part: Node) -> bool:
        if isinstance(part, Or):
            return any(map(is_all, part.parts))  # Pupils, students or graduates with disabilities.
        return isinstance(part, HasConcept) and everybody.issuperset(part.concepts)

    return _thinned(
        node,
        is_all,
        lambda kept: any(is_matter(corpus, leaf) for leaf in terms_of(And(kept))),
    )


def is_matter(corpus: Corpus, leaf: Node) -> bool:
    """Whether a leaf is what something is about, and neither where it is nor whom it concerns."""
    if isinstance(leaf, HasText):
        return True
    schemes = {corpus.thesaurus.concepts[c].scheme for c in leaf.concepts} if isinstance(leaf, HasConcept) else set()
    return bool(schemes - {"places", "populations"})


def _without_words(node: Node, said: frozenset[str]) -> Node:
    """The condition without words that are no matter of the thesaurus and were not quoted, where anything else is left.

    ``said``: the quoted ones.
    """
    return _thinned(
        node,
        lambda part: isinstance(part, HasText) and said.isdisjoint(part.texts),
        lambda kept: any(isinstance(part, HasConcept | HasText | Or | And) for part in kept),
    )


def _without_broad(corpus: Corpus, node: Node) -> Node:
    """The condition without what tells no unit from another, where anything else is left."""
    return _thinned(node, lambda part: is_broad(corpus, part), bool)


def _widen(node: Node) -> Node:
    if isinstance(node, And):
        return And(tuple(_widen(p) for p in node.parts), "unit")
    return Or(tuple(_widen(p) for p in node.parts)) if isinstance(node, Or) else node


def is_broad(corpus: Corpus, node: Node) -> bool:
    """Whether a leaf is met by so many units that it tells none from another."""
    if not isinstance(node, HasConcept):
        return False
    return len(decide(corpus, node)) > BROAD_SHARE * max(len(corpus.units), 1)


# ------------------------------------------------------------------------------------------------ rank


def rank(corpus: Corpus, query: Query, scored: Scored, weights: Weights = DEFAULT) -> list[Ranked]:
    """All rows in scope, best first."""
    seen = tuple(float(weight > 0) for weight in (weights.graph, weights.dense, weights.lexical))
    graph = coverage(corpus, query) * seen[0]
    dense, lexical = _unit(scored.dense), _unit(scored.lexical)
    score = weights.graph * graph + _by_row(corpus, weights.dense * dense + weights.lexical * lexical)
    if not graph.any() and any(seen[1:]):
        score = score / (weights.dense + weights.lexical)
    named, like = _by_matters(corpus, query, scored, graph)
    score = score + WEIGHT_MATTER * (seen[0] * named + seen[1] * like)
    scope = _scope(corpus, query)
    for limit in _limits(query.condition):
        scope &= frozenset(decide(corpus, limit))
    several = bool(_several_asked(query))
    narrow = query.wants == "how_much" and query.measure in language()["measures"]["narrow"]
    bonus = WEIGHT_MEASURED if narrow else WEIGHT_GIVES if query.wants else 0.0
    ranked: list[Ranked] = []
    for row in corpus.rows:
        if row.unit_index not in scope:
            continue
        unit = corpus.units[row.unit_index]
        found = gives(row, query.wants, query.measure)
        value = float(score[row.index]) + bonus * found
        if unit.in_front:
            value *= 0.8  # They name everything in passing.
        if row.iri in query.seen and not (several and holds_several(row)):
            value *= 0.5
        elif row.iri in query.seen and query.condition is None:
            value *= 1.5  # "Which other two": the list of which one was quoted.
        elif found and query.wants and row.iri in query.told:
            value *= WEIGHT_TOLD
        ranked.append(
            Ranked(
                row,
                value,
                float(graph[row.index]),
                float(scored.dense[row.index]) * seen[1],
                float(scored.lexical[row.index]) * seen[2],
                found,
                float(named[row.index]),
            )
        )
    ranked.sort(key=lambda r: (-r.score, r.row.index))
    return ranked


def _leans_on_matters(query: Query, graph: NDArray[np.float64]) -> bool:
    """Whether a question's own words leave open what it is about, so that its wording as a whole has a say."""
    return bool(query.matters and not query.points_back and (query.unlinked or graph.max(initial=0.0) < TELLING_GRAPH))


def _by_matters(
    corpus: Corpus, query: Query, scored: Scored, graph: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each row the weight of a matter that it names, and how near it is to the gists of the matters; both 0..1."""
    if not _leans_on_matters(query, graph):
        return np.zeros(len(corpus.rows)), np.zeros(len(corpus.rows))
    near = np.zeros(len(corpus.rows)) if scored.beside is None else _unit(scored.beside).astype(np.float64)
    return _matters_named(corpus, query), sum(m.weight for m in query.matters) * near


def _matters_named(corpus: Corpus, query: Query) -> NDArray[np.float64]:
    """For each row the weight of a matter that its clause, or the title of its unit, names by an official word."""
    named = np.zeros(len(corpus.rows))
    for matter in query.matters:
        rows = {i for term in matter.terms for i in corpus.containing(matching(term))}
        titled = {corpus.rows[i].unit_index for i in rows if corpus.units[corpus.rows[i].unit_index].rows[0] == i}
        rows |= {i for unit in titled for i in corpus.units[unit].rows}
        if len(rows) < WIDESPREAD * len(corpus.rows):
            shown = list(rows)
            named[shown] = np.maximum(named[shown], matter.weight)
    return named


def _by_row(corpus: Corpus, near: NDArray[np.float64]) -> NDArray[np.float64]:
    """How near each clause is; a short cell of a table is as near as the nearest cell of its row."""
    near = near.copy()
    for unit in corpus.units:
        if is_headed(corpus, unit.index):
            cells = [i for i in unit.rows if len(corpus.rows[i].clause.text) <= SHORT_CELL]
            near[cells] = near[list(unit.rows)].max()
    return near


def _several_asked(query: Query) -> bool:
    """Whether it asks for a certain number of things, which one clause may list."""
    return re.search(language()["filter"][query.language]["several"], query.question.lower()) is not None


def holds_several(row: Row) -> bool:
    """Whether a clause lists things of one sort: then it may hold more than it was quoted for."""
    return len(row.programmes) >= 2 or len(places(row)) >= 2 or len(row.bodies) >= 2


def coverage(corpus: Corpus, query: Query) -> NDArray[np.float64]:
    """For each row the share of the question's words that it holds, each weighted by how rare it is."""
    total = len(corpus.rows)
    graph = np.zeros(total)
    leaves: list[Node] = list(terms_of(query.condition))
    leaves += [leaf for hint in query.hints for leaf in terms_of(hint)]
    weights = 0.0
    themed = any(isinstance(leaf, HasConcept | HasText) and not is_people(corpus, leaf) for leaf in leaves)
    for leaf in dict.fromkeys(leaves):
        if isinstance(leaf, Place):
            continue
        rows = clauses_of(corpus, leaf) | _due_in(corpus, leaf)
        if not rows:
            # A thing that the thesaurus knows and no plan mentions: nothing covers it.
            weights += 0.0 if leaf in query.hints else 0.5 * math.log(total + 1)
            continue
        weight = math.log((total + 1) / (len(rows) + 0.5)) * (0.7 if _weak(leaf) else 1.0)
        weight *= WEIGHT_PEOPLE if themed and is_people(corpus, leaf) else 1.0
        weight *= 0.5 if leaf in query.hints else 1.0
        weights += weight
        for unit in {corpus.rows[r].unit_index for r in rows}:
            beside = WEIGHT_HEADED if is_headed(corpus, unit) else WEIGHT_NEIGHBOUR
            for i in corpus.units[unit].rows:
                graph[i] += weight * (1.0 if i in rows else beside)
    # A word that links to nothing is still a word of the question: what is found covers that much less of it.
    weights += 0.5 * len(query.unlinked) * math.log(total + 1)
    return graph / weights if weights else graph


def _due_in(corpus: Corpus, leaf: Node) -> frozenset[int]:
    """The rows that state a target for a year that a leaf names: in a table the head of the column says it."""
    years = [t for t in leaf.texts if YEAR.fullmatch(t)] if isinstance(leaf, HasText) else []
    due = ((row.index, t.deadline or "") for row in corpus.rows for t in row.targets if years)
    return frozenset(i for i, deadline in due if deadline.startswith(tuple(years)))


def is_headed(corpus: Corpus, unit: int) -> bool:
    """Whether a unit is a heading with what stands beneath it, or a row of a table, rather than running text."""
    rows = corpus.units[unit].rows
    return len(rows) > 1 and not _STOP.search(corpus.rows[rows[0]].clause.text)


_STOP = re.compile(r"[。；;.!?！？：:]\W*$")


def is_people(corpus: Corpus, leaf: Node) -> bool:
    """Whether a leaf stands for a group of people at large, and not for a matter."""
    if not isinstance(leaf, HasConcept):
        return False
    concepts = [corpus.thesaurus.concepts[c] for c in leaf.concepts]
    return all(c.scheme == "populations" and not c.broader for c in concepts)


def is_group(corpus: Corpus, leaf: Node) -> bool:
    """Whether a leaf stands for some of the people, told apart from the others by what they are."""
    if not isinstance(leaf, HasConcept):
        return False
    concepts = [corpus.thesaurus.concepts[c] for c in leaf.concepts]
    return all(c.scheme == "populations" and c.broader for c in concepts)


def is_sort_of_place(corpus: Corpus, leaf: Node) -> bool:
    """Whether a leaf stands for a sort of place: the countryside, islands."""
    return isinstance(leaf, HasConcept) and all(corpus.thesaurus.concepts[c].scheme == "places" for c in leaf.concepts)


_COMMON = 1 / 3
"""Share of the units beyond which a matter behind a mere comma tells nothing: schools, pupils."""


def is_common(corpus: Corpus, node: Node) -> bool:
    """Whether a single matter is in so many units that it tells nothing beside another."""
    units = {corpus.rows[i].unit_index for i in hits_of(corpus, node)}
    return not isinstance(node, And) and len(units) > _COMMON * len(corpus.units)


def hits_of(corpus: Corpus, node: Node | None) -> frozenset[int]:
    """The clauses that show some leaf of a condition that names no part of a plan."""
    leaves = terms_of(node)
    if any(isinstance(leaf, Place) for leaf in leaves):
        return frozenset()
    return frozenset[int]().union(*(clauses_of(corpus, leaf) for leaf in leaves))


def _weak(leaf: Node) -> bool:
    """A gloss is a guess at a meaning: it counts less than a word that is certain."""
    return isinstance(leaf, HasText) and (len(leaf.texts) > 1)


def _limits(node: Node | None) -> list[Node]:
    """The parts of a plan that a condition is limited to, and those that it sets aside."""
    if isinstance(node, Place) or (isinstance(node, Not) and isinstance(node.part, Place)):
        return [node]
    if isinstance(node, And):
        return [limit for part in node.parts for limit in _limits(part)]
    if isinstance(node, Or) and all(isinstance(p, Place) for p in node.parts):
        return [node]
    return []


def _unit(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = (float(scores.min()), float(scores.max())) if len(scores) else (0.0, 0.0)
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


# ------------------------------------------------------------------------------------------------ what a clause gives


def places(row: Row) -> list[str]:
    """The places that a clause names, in order."""
    return list(dict.fromkeys(b.name for b in row.bodies if b.role == "location" or b.kind == "place"))


def all_places(row: Row) -> list[str]:
    """The places that a clause names, also as the first part of a body's name, except the issuer's own."""
    own = "".join(row.document.issuers)
    parts = (re.match(genre()["named_place"], b.name) for b in row.bodies)
    prefixes = [m.group("place") for m in parts if m and m.group("place") not in own]
    found = dict.fromkeys([*places(row), *prefixes])
    return [name for name in found if not re.search(genre()["place_sort"], name)]


def place_names(corpus: Corpus, ends: str) -> tuple[str, ...]:
    """The names of places that the plans give, as they are matched; of one sort where ``ends`` says which.

    Where there are none, a string that no plan holds: what is asked for is met nowhere then.
    """
    names = {matching(name) for row in corpus.rows for name in all_places(row)}
    return tuple(sorted(n for n in names if len(n) > 1 and (not ends or n[-1] in ends))) or ("\uffff",)


def _counting(word: str) -> str:
    """The measure words that may stand behind a Chinese numeral, which is part of many a word that counts nothing."""
    table = language()["measures"]
    if measures(word) != table["any"]:
        return measures(word)
    return "|".join(w for group in table["groups"] for w in group.split() if w not in {"期", "批", "日", "天", "条"})


def measures(word: str) -> str:
    """A pattern for the measure words that count the same things."""
    table = language()["measures"]
    groups = [group.split() for group in table["groups"]]
    if word == "个":
        return str(table["any"])
    if word.isascii():
        # "how many schools": any count will do, a share or a date will not.
        return str(table["english"].get(word, table["any"]))
    return "|".join(dict.fromkeys([word, *(w for group in groups if word in group for w in group)]))


_QUOTED_DAY = r"[“‘](?:1[0-2]|[1-9])[.·・](?:[12]\d|3[01]|[1-9])[”’]"
"""A day of the year by which a campaign is called: “12.4”, “6·26”."""
_DATE = re.compile(
    rf"{_QUOTED_DAY}|\d{{4}}年|\d{{1,2}}月|\d{{1,2}}日|年底|年内|今年|明年|[春秋]季|学期|上半年|下半年|月底|季度"
    r"|(?:19|20)\d\d(?:[-—–~至]|\b)|十[一二三四五六]五|为期|服务期|\d{1,2}[::]\d\d|[上下]午"
    r"|[一二两三四五六七八九十\d](?:个)?(?:学年|学期|年|月|周(?!年)|天|小时)"
)
_SPAN = re.compile(
    r"(?<![第\d〇零])(?:[一二两三四五六七八九十]{1,3}|\d{1,2})(?:学年|学期|年|个月|周|天|小时)(?![级度底初末前后内起]|以[内前后]|之[内前后])"
)
"""How long something lasts, which is no time when it happens: 托管期不少于3年, but not 3年内."""
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
DAY = f"[0-9]{{1,2}}月[0-9]{{1,2}}[日号]|[0-9]{{1,2}}(st|nd|rd|th)? ({_MONTHS.title()})"
"""A day of a month as a plan says it."""
_HOUR = re.compile(r"(?<!\d)\d{1,2}(?:时(?!间|段|效)|点(?!名|位|击)|[:：]\d\d)")
_DAY = re.compile(
    rf"{_QUOTED_DAY}|\d{{1,2}}月|\d{{1,2}}[日号]|(?:周|星期|礼拜)[一二三四五六日天]"
    rf"|\b(?:{_MONTHS}|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b"
)
_NUMBER = re.compile(
    r"\d|(?<![第一二三四五六七八九十百千])[一二三四五六七八九十百千万两]{1,6}[余多]?(?:个|所|名|人|家|项|期|批|类|级|年|次|场|座|门|支|套|种|届|件|天|倍|成"
    r"|平方|公里|米|亩|元|万|吨|户|日|周岁|岁|小时|分钟|学时|课时|份|台|面|轮|栋|间|册|辆|大(?=工程|行动|任务|计划|体系|平台|专项))"
    r"|半[天日年](?![来度])|[二三四五六七八九十两]{1,3}条(?=措施|意见|规定|要求|举措|硬|禁令|线)"
)
_ENUMERATION = re.compile(
    r"[^、，,。；：:]{1,14}(?:、[^、，,。；：:]{1,14}){2,}|[^+，。；“”]{1,14}(?:\+[^+，。；“”]{1,14}){2,}"
)
_ENGLISH_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+ (?:[A-Z][\w’'-]+ ?)+")
_ENGLISH_PLACE = re.compile(
    r"\b(?:in|at) (?:the )?(?!January|February|March|April|May|June|July|August|Sept|Oct|Nov|Dec|Year)[A-Z]\w+"
)
_LASTING = re.compile(r"\d\s*(?:个)?(?:小时|分钟|学时|课时|hours?|minutes?)")
_BARE_NUMBER = re.compile(r"\W*\d[\d.,]*\W*(?:以上|以下|以内|左右)?\W*")
_PLACE = re.compile(r"[区县市州省镇乡村]|地区|城区")
"""A sign of a place, where any will do."""
_SPOT = re.compile(
    r"(?<![全各本我该])(?:[县市州省镇]|(?<!城)乡(?!村)|村(?!小)|(?<!社)区(?![域别分]))(?![级属委直政民长内校])|地区|城区|社区"
)
"""A place by its name or its sort, where the very spot is asked for; 全市 and 省属高校 are none."""


def gives(row: Row, wants: Wanted, measure: str = "") -> bool:
    """Whether the clause holds something of the kind asked for, in the measure asked for."""
    if wants == "how_much" and measure and measure not in _OF_MEASURE:
        counted = (
            rf"\d[多余几]?(?:{measures(measure)})|[一二三四五六七八九十百千万两半数][多余几]?(?:{_counting(measure)})"
        )
        plain = language()["measures"]["plain"].get(measure, r"\d") if row.document.language == "en" else ""
        kinds = counts_kinds(measure) and bool(enumerated(row.view))
        listed = kinds or (not measure.isascii() and measure in _OF_PLACES and len(places(row)) >= 2)
        bare = is_bare(row) and re.search(measures(measure), row.unit.title) is not None
        # 一人一案 counts nobody.
        return listed or bare or re.search(plain or counted, re.sub(genre()["one_by_one"], "", row.view)) is not None
    if measure in _OF_MEASURE:
        return _OF_MEASURE[measure](row)
    if measure.startswith("@name"):
        # Which body, and no sort of body: an office without a name of its own is one, where it acts.
        any_body = measure == "@name"
        bodies = [b.name for b in row.bodies if is_named(row, b) or (any_body and b.role in ACTING)]
        towns = places(row) if measure == "@name:place" else ()
        return any(is_of_sort(name, measure) for name in (*bodies, *towns, *_ENGLISH_NAME.findall(row.clause.text)))
    if wants == "where" and measure[1:] in language()["countries"]["asked"]:
        return re.search(language()["countries"]["names"], row.clause.text) is not None
    if wants == "where" and measure:
        told = (m.group("place") for m in re.finditer(genre()["place_said"], row.view))
        named = any(_is_a(name, measure[1:]) for name in (*places(row), *(b.name for b in row.bodies), *told))
        # 觀塘、沙田及元朗三區: the sort of place stands once behind the names.
        return (
            named
            or re.search(rf"[、及和][^、，。；]{{2,8}}[二三四五六七八九两\d]个?[{measure[1:]}]", row.view) is not None
        )
    test = _GIVES.get(wants)
    return True if test is None else test(row)


def _is_a(name: str, sort: str) -> bool:
    """Whether a name is that of a place of the sort: 石门镇 is a 镇, 各乡镇 is none.

    >>> [_is_a(*pair) for pair in (("石门镇", "镇"), ("各乡镇", "乡镇"), ("北溪区", "区县"), ("社区", "区"))]
    [True, False, True, False]
    """
    text = matching(name)
    ends = "|".join(dict.fromkeys([sort, *(c for c in sort if c in genre()["place_ends"])]))
    return re.search(rf"(?:{ends})$", text) is not None and not re.search(genre()["place_sort"], text)


def is_of_sort(name: str, measure: str) -> bool:
    """Whether a name is of the sort that a measure like ``@name:school`` says, if it says one."""
    sort = measure.partition(":")[2]
    return not sort or re.search(language()["sorts"][sort]["ends"], name.strip()) is not None


def counts_kinds(measure: str) -> bool:
    """Whether a measure is one of what a clause may list one by one instead of giving their number: 几种, 几类."""
    return measure in language()["measures"]["kinds"]


def enumerated(text: str) -> list[str]:
    """The members of the longest series in a Chinese text, of three and more.

    >>> enumerated("重点纠正有偿招生、有偿补课、收受礼金等问题")
    ['重点纠正有偿招生', '有偿补课', '收受礼金']
    """
    found = [re.split("[、+]", match.group()) for match in _ENUMERATION.finditer(text)]
    if not found:
        return []
    series = max(found, key=len)
    last = re.split(r"等", series[-1])[0]
    # 甲、乙和丙: what *and* joins at the end are two.
    return [*series[:-1], *re.split(r"(?<=.)(?:和|及|以及)(?=.)", last, maxsplit=1)]


def _tells_time(text: str) -> bool:
    """Whether a text names a time outside the titles of documents; how long something lasts is none."""
    bare = _SPAN.sub("", _TITLE.sub("", text))
    return bool(_DATE.search(bare) or _HOUR.search(bare) or re.search(genre()["occasion"], bare))


def is_dated(text: str) -> bool:
    """Whether a text names a time."""
    return _DATE.search(text) is not None


def undated(text: str) -> str:
    """A text without its times."""
    return _DATE.sub("", text)


def is_document(programme: ProgrammeFact) -> bool:
    """Whether what a clause names is a document: by its kind, or since its name stands in book-title marks."""
    return programme.kind == "policy_document" or programme.name.startswith(("《", "「"))


def is_bare(row: Row) -> bool:
    """Whether a clause is a cell with nothing but a number: the heading of its row says what it counts."""
    return _BARE_NUMBER.fullmatch(row.view) is not None


def _is_signature(row: Row) -> bool:
    """Whether a clause is no more than the date beneath a notice, which dates nothing but the notice."""
    return row.unit.kind == "notice" and len(row.view) <= SHORT_CELL


def _with_unit(row: Row) -> str:
    return f"{row.view} {row.unit.title}" if is_bare(row) else row.view


def is_proper(name: str) -> bool:
    """Whether a name tells one body from others of its sort: 河东幼儿园, and not 标准化寄宿制学校.

    >>> [is_proper(name) for name in ("河东幼儿园", "标准化寄宿制学校", "各学校")]
    [True, False, False]
    """
    if not re.search(r"[\u4e00-\u9fff]", name):
        return bool(re.match(r"[A-Z]", name))
    if re.search(genre()["sorts"], name) is None:
        return False  # A group of people, or a thing.
    rest = re.sub(genre()["sorts"], "", re.sub(genre()["generic"], "", name))
    return bool(re.search(r"[\u4e00-\u9fff]", rest))


def is_named(row: Row, body: BodyFact) -> bool:
    """Whether a clause names a body by a name of its own, and does not count some of its sort: 工程师学院10个."""
    behind = row.document.text[body.span.end : row.clause.span.end]
    return is_proper(matching(body.name)) and re.match(genre()["counted_behind"], behind) is None


ACTING = frozenset({"lead", "responsible", "support", "participant"})
"""Roles of those who do something, apart from those to whom it is done."""


_OF_MEASURE: Mapping[str, Callable[[Row], bool]] = {
    "@long": lambda row: _tells_time(row.view) or re.search(genre()["lasting"], row.view) is not None,
    "@area": lambda row: re.search(rf"\d[万亿]?(?:余|多)?\s?(?:{UNITS['area']})", row.view) is not None,
    "@titled": lambda row: is_dated(_SPAN.sub("", row.view)),
    "@date": lambda row: re.search(f"{DAY}|{_QUOTED_DAY}", row.view) is not None,
    "@spot": lambda row: (
        _ENGLISH_PLACE.search(row.clause.text) is not None
        or any(b.role == "location" or b.kind == "place" for b in row.bodies)
        or bool(_SPOT.search(bare := _TITLE.sub("", row.view)) or re.search(genre()["places"], bare))
    ),
    "@day": lambda row: _DAY.search(row.view) is not None and not _is_signature(row),
    "@times": lambda row: (
        re.search(f"{genre()['frequency']}|{genre()['sessions']}", re.sub(genre()["loosely"], "", row.view)) is not None
    ),
    "@penalty": lambda row: re.search(genre()["penalty"], row.view) is not None,
    "@payer": lambda row: re.search(genre()["payer"], row.view) is not None,
    "@group": lambda row: bool(row.bodies) or re.search(genre()["group"], row.view) is not None,
    "@office": lambda row: any(b.role in ACTING and re.search(r"[科股处室办]$|中心$", b.name) for b in row.bodies),
}
"""What a clause must hold where a measure says more exactly what is wanted."""
_GIVES: Mapping[Wanted, Callable[[Row], bool]] = {
    "percent": lambda row: bool(re.search(genre()["percent"], _with_unit(row))),
    "how_much": lambda row: bool(_NUMBER.search(undated(row.view)) or _LASTING.search(row.view)),
    # A deadline may come from another cell of a table's row: the clause that states it is wanted.
    "when": lambda row: (
        bool(_tells_time(row.view) and not _is_signature(row))
        or (row.document.language == "en" and any(t.deadline for t in row.targets))
    ),
    "who": lambda row: bool(row.bodies) or bool(re.search(genre()["who"], row.view)),
    "owner": lambda row: (
        any(b.role in ACTING for b in row.bodies) or bool(re.search(f"{genre()['owner']}|{genre()['who']}", row.view))
    ),
    "company": lambda row: bool(re.search(genre()["company"], row.view)),
    "where": lambda row: (
        _ENGLISH_PLACE.search(row.clause.text) is not None
        or any(b.role == "location" or b.kind == "place" for b in row.bodies)
        or bool(_PLACE.search(row.view) or re.search(genre()["places"], row.view))
    ),
    "document": lambda row: (
        any(sign in row.view for sign in "《「")
        or any(is_document(p) for p in row.programmes)
        or bool(re.search(f"{genre()['titled']}|{genre()['papers']}", row.clause.text))
    ),
    "programme": lambda row: bool(row.programmes),
    "person_name": lambda row: bool(re.search(genre()["person"], row.view) or named_leaders(row.view)),
    "contact": lambda row: bool(re.search(genre()["phone"], row.view)),
    "money": lambda row: bool(re.search(genre()["money"], row.view)),
    "why": lambda row: bool(re.search(genre()["reason"], f"{row.view} {row.translation}")),
    "result": lambda row: bool(re.search(genre()["result"], f"{row.view} {row.translation}")),
    "consequence": lambda row: bool(re.search(genre()["consequence"], row.view)),
    "criteria": lambda row: bool(re.search(genre()["criteria"], f"{row.view} {row.translation}")),
    "frequency": lambda row: bool(re.search(genre()["frequency"], row.view)),
}
