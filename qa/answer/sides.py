"""Things that a question sets beside each other, and what the plans give of each."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from ..corpus import Row, language
from ..model import (
    Place,
    Query,
    terms_of,
)
from ..retrieve import (
    Ranked,
    clauses_of,
    gives,
)
from .draft import NEEDED, Draft
from .focus import focus_of


def asks_of_each(query: Query) -> bool:
    """Whether the question asks one thing of each of several others."""
    return (
        len(query.sides) >= 2
        and re.search(language()["filter"][query.language]["each_of"], query.question.lower()) is not None
    )


def tell_of_each(draft: Draft, ranked: Sequence[Ranked]) -> bool:
    """What the plans give of each of several things; ``False`` where one of them is not found."""
    sides = best_of_sides(draft, ranked)
    if len(sides) < len(draft.query.sides) or not all(any(h.gives for h in side) for side in sides):
        return False
    focus = focus_of(draft, list({h.row.index: h.row for side in sides for h in side if h.gives}.values()), most=8)
    if focus:
        draft.lines.append(draft.say("fact_lead", focus=focus))
    take_sides(draft, sides, "fact_line")
    return True


def best_of_sides(draft: Draft, ranked: Sequence[Ranked]) -> list[list[Ranked]]:
    """For each side the clauses that answer for it: the one nearest to it, and one beside it that gives a figure."""
    corpus, found = draft.corpus, []
    total = len(corpus.rows)
    own = {leaf for side in draft.query.sides for leaf in terms_of(side)}
    common = [n for n in terms_of(draft.query.condition) if n not in own and not isinstance(n, Place)]
    shared = [clauses_of(corpus, n) for n in common]
    for side in draft.query.sides:
        held: dict[int, float] = {}
        for leaf in dict.fromkeys(terms_of(side)):
            rows = () if isinstance(leaf, Place) else clauses_of(corpus, leaf)
            for i in rows:
                held[i] = held.get(i, 0.0) + math.log((total + 1) / (len(rows) + 0.5))
        hits = [h for h in ranked if h.row.index in held]
        if not hits:
            continue
        most = max(held.values())
        best = max(
            hits,
            key=lambda h: (held[h.row.index] / most + h.score) * (1.25 if _has_figure(draft.query, h) else 1.0),
        )
        chosen = [best]
        if not _has_figure(draft.query, best):
            unit = [h for h in ranked if h.row.unit_index == best.row.unit_index and _has_figure(draft.query, h)]
            unit.sort(key=lambda h: -sum(h.row.index in rows for rows in shared))
            chosen += unit[:1]
        found.append(chosen)
    return found


def _has_figure(query: Query, hit: Ranked) -> bool:
    """Whether a clause gives what sides are compared by."""
    if query.wants in NEEDED:
        return hit.gives
    if re.search(language()["filter"][query.language]["in_time"], query.question.lower()):
        return gives(hit.row, "when")
    return any(t.value is not None or t.deadline for t in hit.row.targets)


def take_sides(draft: Draft, sides: Sequence[Sequence[Ranked]], phrase: str = "line") -> None:
    """The clauses of each side, unit by unit."""
    by_unit: dict[int, dict[int, Row]] = {}
    for hit in (h for side in sides for h in side):
        by_unit.setdefault(hit.row.unit_index, {}).setdefault(hit.row.index, hit.row)
    for unit, rows in by_unit.items():
        draft.take(draft.corpus.units[unit], list(rows.values()), phrase)
