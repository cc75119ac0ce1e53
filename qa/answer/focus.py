"""The very thing asked for, in the words of the clause that gives it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from kg.model import Language, TargetFact

from ..corpus import Row, genre, language, matching, named_leaders
from ..model import (
    HasConcept,
    HasText,
    Node,
    Query,
    terms_of,
)
from ..retrieve import (
    ACTING,
    YEAR,
    all_places,
    counts_kinds,
    enumerated,
    is_dated,
    is_document,
    is_in,
    is_named,
    is_of_sort,
    measures,
    places,
)
from .draft import Draft, squeeze

_QUOTED = re.compile(r"[“「][^“”「」]{2,40}[”」]")


def focus_of(draft: Draft, rows: Sequence[Row], most: int = 3) -> str:
    """The very thing asked for, in the clause's words; empty where the clause itself is the answer."""
    if quoted := quoted_in(draft, rows):
        return draft.say("names").join(quoted)
    if rows and (total := _added_up(draft, rows)):
        return total
    found = [text for row in rows[:most] for text in _in_focus(draft, row, alone=len(rows) == 1)]
    return draft.say("names").join(list(dict.fromkeys(f for f in found if f))[: 2 * most])


def _added_up(draft: Draft, rows: Sequence[Row]) -> str:
    """What the figures of several things come to, or by how much two differ, where the question names these things.

    They may be figures of one clause, 小学30名、初中41名, or one of each clause.
    """
    query, filters = draft.query, language()["filter"][draft.query.language]
    added, apart = (re.search(filters[name], query.question.lower()) for name in ("added", "apart"))
    if query.wants not in {"how_much", "money"} or not (added or apart):
        return ""
    own = _own_leaves(query)
    parts = [t for row in dict.fromkeys(rows) for t in _of_sides(draft, row, own)] or _of_both(draft, rows[0], own)
    values = [t.value for t in parts if t.value is not None]
    if len(values) < 2 or len(values) != max(len(own), 2) or len({t.unit_text for t in parts}) > 1:
        return ""
    if added:
        shown = " + ".join(f"{v:g}" for v in values)
        return draft.say("in_all", total=f"{sum(values):g}", unit=parts[0].unit_text, parts=shown)
    if len(values) != 2:
        return ""
    more, less = max(values), min(values)
    return draft.say("apart", by=f"{more - less:g}", unit=parts[0].unit_text, parts=f"{more:g} - {less:g}")


def _own_leaves(query: Query) -> list[frozenset[Node]]:
    """For each side of a question what it alone names."""
    leaves = [frozenset(terms_of(side)).difference(query.counted) for side in query.sides]
    own = [side.difference(*(other for other in leaves if other is not side)) for side in leaves]
    # Beside a matter a word, often one of a translation, does not tell one side from the other.
    return [frozenset(n for n in side if isinstance(n, HasConcept)) or side for side in own]


def _of_both(draft: Draft, row: Row, own: Sequence[frozenset[Node]]) -> list[TargetFact]:
    """The only two figures of a clause that is on all sides of the question: 新增专业9个，停办6个."""
    told = [t for t in row.targets if t.value is not None and not t.deadline and t.unit_text]
    on_all = all(any(is_in(draft.corpus, n, row.view, row.document.language) for n in side) for side in own)
    return told if on_all and len(told) == 2 else []


def _of_sides(draft: Draft, row: Row, own: Sequence[frozenset[Node]]) -> list[TargetFact]:
    """The figures of what is counted that a clause gives for sides of the question: 小学30名、初中41名.

    The only such figure stands for the side that its clause is on.
    """
    spoken: Language = row.document.language
    told = [t for t in row.targets if t.value is not None and not t.deadline and t.unit_text]

    def is_on(text: str, nodes: Iterable[Node]) -> bool:
        return any(is_in(draft.corpus, node, matching(text), spoken) for node in nodes)

    things, unit = draft.query.counted, measures(draft.query.measure) if draft.query.measure else ""
    counted = [t for t in told if all(is_on(t.text + t.measure, [node]) for node in things)]
    if unit and not things:
        counted = [t for t in counted if re.fullmatch(unit, t.unit_text)]
    each = [[t for t in counted if is_on(t.measure, side)] for side in own]
    found = [figures[0] for figures in each if len(figures) == 1]
    if len(set(found)) < len(found):
        return []  # One figure for two sides: which of them it is for is not told.
    if len(found) == len(own) or not (things or unit):
        # Whether figures of several clauses count the same is told only by what the question counts.
        return found if len(found) == len(own) else []
    on = [side for side in own if is_on(row.view, side)]
    return found or (counted if len(counted) == len(on) == 1 else [])


def quoted_in(draft: Draft, rows: Sequence[Row]) -> list[str]:
    """What stands in quotation marks in some clauses, where that is asked for; else nothing."""
    if not re.search(language()["filter"][draft.query.language]["quoted_names"], draft.query.question.lower()):
        return []
    return list(dict.fromkeys(name for row in rows for name in _QUOTED.findall(row.clause.text)))


def _in_focus(draft: Draft, row: Row, *, alone: bool) -> list[str]:
    """What one clause gives of the thing asked for; a name only where the clause is the whole answer."""
    wants, named = draft.query.wants, places(row)
    if wants == "how_much" and draft.query.measure and not draft.query.measure.isascii() and len(named) >= 2:
        return [draft.say("how_many", n=len(named), names=draft.say("names").join(named))]
    if wants == "how_much" and counts_kinds(draft.query.measure) and (listed := enumerated(row.view)):
        return [draft.say("how_many", n=len(listed), names=draft.say("names").join(listed))]
    found: Mapping[str, list[str]] = {
        "percent": _figures(draft, row, r"%|百分|成|per ?cent"),
        "how_much": _ordinals(draft, row) or _figures(draft, row, ""),
        "when": (_lasting(row) if draft.query.measure == "@long" else [])
        or [t.text for t in row.targets if t.deadline and is_dated(t.text)]
        or [t.text for t in row.targets if t.deadline]
        or _short(row)
        or _occasions(row),
        "owner": (named_leaders(row.view) if _is_to_lead(draft.query) else []) + acting(draft.query, row),
        "person_name": named_leaders(row.view),
        "who": [b.name for b in row.bodies if is_named(row, b) and is_of_sort(b.name, draft.query.measure)]
        if draft.query.measure.startswith("@name")
        else acting(draft.query, row) or [b.name for b in row.bodies][:4],
        "where": all_places(row) if draft.query.condition is None else named,
        "document": _stood_for(draft, row) or _documents(draft, row),
        "programme": [p.name for p in row.programmes] if alone and len(row.programmes) <= 2 else [],
        "title": [row.unit.title],
    }
    return found.get(wants, [])


def short_forms(row: Row) -> dict[str, str]:
    """The short forms of documents that a clause gives, each with the full name in book-title marks."""
    return {m.group("short"): m.group("full") for m in re.finditer(genre()["short_form"], row.clause.text)}


def _documents(draft: Draft, row: Row) -> list[str]:
    """The documents that a clause names, but for those that the question names itself."""
    names = [p.name for p in row.programmes if is_document(p)]
    return [n for n in names if squeeze(n) not in squeeze(draft.query.question)]


def _stood_for(draft: Draft, row: Row) -> list[str]:
    """The full name of the document that a clause gives the short form of, where that form is asked about."""
    return [full for short, full in short_forms(row).items() if short in draft.query.question]


def _figures(draft: Draft, row: Row, unit: str) -> list[str]:
    """The figures of a clause that are of the thing asked for, in its words."""
    return [t.text for t in _best_figures(draft, row, unit)]


def _best_figures(draft: Draft, row: Row, unit: str) -> list[TargetFact]:
    """The figures of a clause that are of the thing asked for; all of them where none is more so than the others."""
    told = [t for t in row.targets if t.value is not None]
    told = [t for t in told if unit and re.search(unit, t.text)] or told
    years = YEAR.findall(draft.query.question)
    told = [t for t in told if any((t.deadline or "").startswith(year) for year in years)] or told
    leaves = [n for n in terms_of(draft.query.condition) if isinstance(n, HasConcept | HasText)]
    if len(told) < 2 or not leaves:
        return told
    spoken: Language = row.document.language
    shares = [sum(is_in(draft.corpus, leaf, matching(t.text + t.measure), spoken) for leaf in leaves) for t in told]
    return [t for t, share in zip(told, shares, strict=True) if share == max(shares)]


def _ordinals(draft: Draft, row: Row) -> list[str]:
    """Which in a row of batches, rounds or sessions a clause speaks of, where that is asked for: 第三批."""
    asked = re.search(language()["filter"][draft.query.language]["ordinal"], draft.query.question.lower())
    return [m.group() for m in re.finditer(genre()["ordinal"], row.view)] if asked else []


def _lasting(row: Row) -> list[str]:
    """The one length of time in a clause: 15个工作日; nothing where there are several."""
    found = dict.fromkeys(
        match.group() for match in re.finditer(genre()["lasting"], row.view) if not YEAR.match(match.group())
    )
    return list(found) if len(found) == 1 else []


def _is_to_lead(query: Query) -> bool:
    """Whether it is asked who leads."""
    leads = language()["filter"][query.language]["lead"]
    return query.role == "lead" or re.search(leads, query.question.lower()) is not None


def _occasions(row: Row) -> list[str]:
    """The one time of a clause that is no date: 教师节前, 汛期; nothing where there are several."""
    found = dict.fromkeys(match.group() for match in re.finditer(genre()["occasion"], row.view))
    return list(found) if len(found) == 1 else []


def _short(row: Row, most: int = 24) -> list[str]:
    """A clause that is no longer than a cell of a table: it is the thing itself."""
    return [row.clause.text] if row.unit.title and len(row.clause.text) <= most else []


def acting(query: Query, row: Row) -> list[str]:
    """Names of those who act in a clause, in the part asked for where it is told."""
    for roles in (*wanted_roles(query), ACTING):
        told = [b.name for b in row.bodies if b.role in roles]
        if told:
            return told
    return []


def wanted_roles(query: Query) -> tuple[frozenset[str], ...]:
    """The roles that answer a question for who acts, the likeliest first."""
    first = (frozenset({query.role}),) if query.role else ()
    return (*first, frozenset({"lead", "responsible"})) if query.wants == "owner" else first
