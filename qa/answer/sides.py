"""Things that a question sets beside each other, and what the plans give of each."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from ..corpus import HAN, Corpus, language
from ..model import (
    HasText,
    Node,
    Place,
    Query,
    terms_of,
)
from ..retrieve import (
    WEIGHT_HEADED,
    Ranked,
    clauses_of,
    gives,
    is_headed,
)
from .draft import NEEDED, Draft
from .focus import focus_of

SIDE = 0.7
"""Share of what the best clause holds of a side that a clause must hold to answer for it."""


def asks_of_each(query: Query) -> bool:
    """Whether the question asks one thing of each of several others, or what they come to together."""
    filters, asked = language()["filter"][query.language], query.question.lower()
    return len(query.sides) >= 2 and any(re.search(filters[name], asked) for name in ("each_of", "added"))


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
    own = {leaf for side in draft.query.sides for leaf in terms_of(side)}
    common = [n for n in terms_of(draft.query.condition) if n not in own and not isinstance(n, Place)]
    shared = [clauses_of(corpus, n) for n in common]
    for side in draft.query.sides:
        leaves = [leaf for leaf in terms_of(side) if not isinstance(leaf, Place)]
        # Beside a matter, words of a translation say what is asked of it and not what it is.
        translated = HAN.search(corpus.text) is not None
        matters = [n for n in leaves if not (translated and isinstance(n, HasText) and n.texts[0].startswith("en:"))]
        held = held_by(corpus, matters or leaves)
        hits = [h for h in ranked if h.row.index in held]
        if not hits:
            continue
        also = {h.row.index: sum(h.row.index in rows for rows in shared) / max(len(shared), 1) for h in ranked}
        most = max(held[h.row.index] for h in hits)
        # What is near the whole question may be so by what it says of the other side; an opening names all in passing.
        telling = [h for h in hits if held[h.row.index] >= SIDE * most]
        best = max(
            [h for h in telling if not corpus.units[h.row.unit_index].in_front] or telling,
            key=lambda h: (
                (held[h.row.index] / most + 0.5 * also[h.row.index] + h.score)
                * (1.25 if _has_figure(draft.query, h) else 1.0)
            ),
        )
        chosen = [best]
        if not _has_figure(draft.query, best):
            unit = [h for h in ranked if h.row.unit_index == best.row.unit_index and _has_figure(draft.query, h)]
            unit = [h for h in unit if h.row.index in held or also[h.row.index]]
            unit.sort(key=lambda h: -also[h.row.index])
            chosen += unit[:1]
        found.append(chosen)
    return found


def held_by(corpus: Corpus, leaves: Iterable[Node]) -> dict[int, float]:
    """Rows → how much they hold of some leaves, weighted by how rare each is; a heading counts for all beneath it."""
    total = len(corpus.rows)
    held: dict[int, float] = {}
    for leaf in dict.fromkeys(leaves):
        rows = clauses_of(corpus, leaf)
        weight = math.log((total + 1) / (len(rows) + 0.5))
        shown = {i: weight for i in rows}
        for unit in {corpus.rows[i].unit_index for i in rows}:
            if is_headed(corpus, unit):
                shown |= {i: shown.get(i, WEIGHT_HEADED * weight) for i in corpus.units[unit].rows}
        for i, share in shown.items():
            held[i] = held.get(i, 0.0) + share
    return held


def _has_figure(query: Query, hit: Ranked) -> bool:
    """Whether a clause gives what sides are compared by."""
    if query.wants in NEEDED:
        return hit.gives
    if re.search(language()["filter"][query.language]["in_time"], query.question.lower()):
        return gives(hit.row, "when")
    return any(t.value is not None or t.deadline for t in hit.row.targets)


def take_sides(draft: Draft, sides: Sequence[Sequence[Ranked]], phrase: str = "line") -> None:
    """The clauses of each side, unit by unit."""
    draft.take_all(list(dict.fromkeys(h.row for side in sides for h in side)), phrase)
