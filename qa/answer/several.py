"""Several things asked for in one question: each is answered from the unit, or said to be missing."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from ..corpus import Row, genre
from ..model import Asked, Place, Wanted, terms_of
from ..retrieve import ACTING, Ranked, clauses_of, gives, is_headed
from .draft import NEEDED, Draft
from .focus import focus_of

ANYWHERE: frozenset[Wanted] = frozenset({"owner", "who"})
"""What is said once for a whole unit, often in brackets at its end."""
ABOUT = 0.6
"""Share of what the best clause holds that a clause must hold to give a part that names nothing itself."""


def tell_parts(draft: Draft, ranked: Sequence[Ranked]) -> bool:
    """Each part of the question from the unit that answers it best; ``False`` where it gives none of them."""
    parts = [p for p in draft.query.asked if p.wants in NEEDED or p.own or p.wants == "title"]
    if len(parts) < 2:
        return False
    hits = [h for h in ranked if h.row.unit_index == ranked[0].row.unit_index]
    told: list[tuple[Asked, list[Ranked]]] = []
    for part in parts:
        before = {h.row.index for _, found in told for h in found}
        told.append((part, _giving_elsewhere(draft, ranked, hits, part) or _giving(draft, hits, part, before)))
    needed = [found for part, found in told if part.wants in NEEDED]
    if not any(needed or [found for _, found in told]):
        return False
    focus = [_focus(draft, part, found) for part, found in told if found]
    focus = [text.rstrip("。；.; ") for text in focus if text]
    focus = [t for k, t in enumerate(focus) if not any(t in u and (t != u or k > i) for i, u in enumerate(focus))]
    if focus:
        draft.lines.append(draft.say("fact_lead", focus=draft.say("and_also").join(focus)))
    chosen = list({h.row.index: h for _, found in told for h in found}.values())
    draft.take_all([h.row for h in (*chosen, *completing(draft, hits, chosen))], "fact_line")
    for part in (p for p, found in told if not found and p.wants in NEEDED):
        draft.status = "partial"
        draft.lines.append(draft.say("not_stated_wants", wants=draft.wants(part.role or part.wants)))
    return True


def _giving(draft: Draft, hits: Sequence[Ranked], part: Asked, before: set[int]) -> list[Ranked]:
    """The clause of a unit that gives one part of the question: it holds its words, or stands with the rest."""
    best, headed = hits[0], is_headed(draft.corpus, hits[0].row.unit_index)
    held = {h.row.index: _held(draft, part, h.row) for h in hits}
    giving = [h for h in hits if gives(h.row, part.wants, part.measure)]
    if part.wants in ANYWHERE:
        return _acting(giving if part.role != "support" else hits, part, before)
    if part.wants not in NEEDED:
        giving = [h for h in giving if held[h.row.index]] or list(hits[:1])
    elif not headed and not (draft.query.focus and len(giving) == 1):
        giving = [h for h in giving if held[h.row.index] or h.graph >= ABOUT * best.graph]
    giving.sort(key=lambda h: (-held[h.row.index], h.row.index not in before))
    return giving[:1]


def _giving_elsewhere(draft: Draft, ranked: Sequence[Ranked], hits: Sequence[Ranked], part: Asked) -> list[Ranked]:
    """The clause of another unit that gives a part that asks the same of something else, which the best unit lacks."""
    leaves = {leaf for node in part.own for leaf in terms_of(node) if not isinstance(leaf, Place)}
    found = [clauses_of(draft.corpus, leaf) for leaf in leaves]
    inside = {h.row.index for h in hits}
    if not (found and part.again) or part.wants in ANYWHERE or any(rows & inside for rows in found):
        return []
    both = frozenset.intersection(*found)
    return [h for h in ranked if h.row.index in both and gives(h.row, part.wants, part.measure)][:1]


def _held(draft: Draft, part: Asked, row: Row) -> float:
    """How much a clause holds of a part's own words, each weighted by how rare it is."""
    total, weight = len(draft.corpus.rows), 0.0
    for leaf in dict.fromkeys(leaf for node in part.own for leaf in terms_of(node)):
        rows = clauses_of(draft.corpus, leaf)
        weight += math.log((total + 1) / (len(rows) + 0.5)) if row.index in rows else 0.0
    return weight


def _acting(giving: Sequence[Ranked], part: Asked, before: set[int]) -> list[Ranked]:
    """The clauses that name who acts, in the part asked for; where none does, the one that tells it in other words."""
    tiers = {"support": [{"support", "participant"}], "lead": [{"lead"}, {"responsible"}]}
    for roles in tiers.get(part.role, [{"lead", "responsible"}, ACTING]):
        inside = [h for h in giving if any(b.role in roles for b in h.row.bodies)]
        if inside:
            share = {h.row.index: named(h.row, roles) for h in inside}
            most = max(share.values())
            return [h for h in inside if share[h.row.index] >= most / 2][:2]
    if part.role == "support":
        return [h for h in giving if h.row.index in before and re.search(genre()["together"], h.row.view)][:1]
    return list(giving[:1]) if part.wants == "who" else []


def named(row: Row, roles: Collection[str]) -> float:
    """Share of a clause that names of bodies in some roles make up: all of a cell, little of a sentence."""
    return sum(len(b.name) for b in row.bodies if b.role in roles) / max(len(row.clause.text), 1)


def _focus(draft: Draft, part: Asked, found: Sequence[Ranked]) -> str:
    """The very thing that one part asks for; who leads and who supports are told apart."""
    query = replace(draft.query, wants=part.wants, measure=part.measure, role=part.role)
    text = focus_of(replace(draft, query=query), [h.row for h in found])
    if not (text and part.role):
        return text
    roles = {b.role for h in found for b in h.row.bodies}
    named = part.role if part.role in roles else "responsible" if "responsible" in roles else ""
    return draft.say(f"role_{named}", names=text) if named else text


def completing(draft: Draft, inside: Sequence[Ranked], chosen: Sequence[Ranked]) -> list[Ranked]:
    """The clause of the unit that holds most of the question's words that none of the chosen clauses holds."""
    corpus, told = draft.corpus, {h.row.index for h in chosen}
    leaves = [n for n in terms_of(draft.query.condition) if not isinstance(n, Place)]
    open_ = [rows for n in dict.fromkeys(leaves) if (rows := clauses_of(corpus, n)) and not rows & told]
    held = {h.row.index: sum(math.log(len(corpus.rows) / len(r)) for r in open_ if h.row.index in r) for h in inside}
    best = max(inside, key=lambda h: held[h.row.index])
    return [best] if held[best.row.index] else []
