"""The very thing asked for, in the words of the clause that gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kg.model import Language

from ..corpus import Row, genre, language, matching, named_leaders
from ..model import (
    HasConcept,
    HasText,
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
    places,
)
from .draft import Draft, squeeze

_QUOTED = re.compile(r"[“「][^“”「」]{2,40}[”」]")


def focus_of(draft: Draft, rows: Sequence[Row], most: int = 3) -> str:
    """The very thing asked for, in the clause's words; empty where the clause itself is the answer."""
    if quoted := quoted_in(draft, rows):
        return draft.say("names").join(quoted)
    if rows and (total := _in_all(draft, rows[0])):
        return total
    found = [text for row in rows[:most] for text in _in_focus(draft, row, alone=len(rows) == 1)]
    return draft.say("names").join(list(dict.fromkeys(f for f in found if f))[: 2 * most])


def _in_all(draft: Draft, row: Row) -> str:
    """What the figures of a clause come to, where the question adds up those of several things it names."""
    query = draft.query
    if query.wants not in {"how_much", "money"}:
        return ""
    if not re.search(language()["filter"][query.language]["added"], query.question.lower()):
        return ""
    told = [t for t in row.targets if t.value is not None and not t.deadline and t.unit_text]
    parts = [t for t in told if t.unit_text == told[0].unit_text]
    leaves = [n for n in terms_of(query.condition) if isinstance(n, HasConcept | HasText)]
    spoken: Language = row.document.language
    meant = [t for t in parts if any(is_in(draft.corpus, n, matching(t.text + t.measure), spoken) for n in leaves)]
    parts = meant if len(meant) > 1 else parts
    if len(parts) < 2:
        return ""
    total = sum(t.value for t in parts if t.value is not None)
    added = " + ".join(f"{t.value:g}" for t in parts)
    return draft.say("in_all", total=f"{total:g}", unit=parts[0].unit_text, parts=added)


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
    """The figures of a clause that are of the thing asked for; all of them where none is more so than the others."""
    told = [t for t in row.targets if t.value is not None]
    told = [t for t in told if unit and re.search(unit, t.text)] or told
    years = YEAR.findall(draft.query.question)
    told = [t for t in told if any((t.deadline or "").startswith(year) for year in years)] or told
    leaves = [n for n in terms_of(draft.query.condition) if isinstance(n, HasConcept | HasText)]
    if len(told) < 2 or not leaves:
        return [t.text for t in told]
    spoken: Language = row.document.language
    shares = [sum(is_in(draft.corpus, leaf, matching(t.text + t.measure), spoken) for leaf in leaves) for t in told]
    return [t.text for t, share in zip(told, shares, strict=True) if share == max(shares)]


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
