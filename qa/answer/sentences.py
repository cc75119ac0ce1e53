"""Sentences inside a unit, asked for by where they stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..corpus import Corpus, Row, UnitRow, genre, matching
from ..model import InUnit, Place, Query, terms_of
from ..model import Sentence as Asked
from ..retrieve import Ranked, clauses_of, gives, stands_in
from .draft import NEEDED, Draft
from .facts import fact


def sentences(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """The sentences at the places that are asked for; that a unit has none there is an answer too."""
    asked, corpus = draft.query.sentence, draft.corpus
    assert asked is not None
    found = _beside(corpus, draft.query, ranked, asked) if asked.step else _counted(corpus, draft.query, ranked, asked)
    if not found:
        fact(draft, ranked)  # Nothing tells of which unit: the matter is answered as it is.
        return
    for unit, at in found:
        rows, titled = _sentences(corpus, unit)
        counted = titled if asked.titled or not unit.unit.title else rows
        if not 0 <= at < len(titled):
            draft.status = "not_stated"
            draft.lines.append(draft.say("no_sentence", unit=draft.unit(unit), n=len(counted)))
            continue
        row = titled[at]
        if draft.query.wants in NEEDED and not gives(row, draft.query.wants, draft.query.measure):
            draft.lines.append(draft.say("not_stated_wants", wants=draft.wants(draft.query.wants)))
            draft.status = "partial"
        draft.units.setdefault(unit.index)
        n = at + 1 - (len(titled) - len(counted))
        phrase = "sentence_is" if n else "sentence_title"
        draft.lines.append(draft.say(phrase, unit=draft.unit(unit), n=n, m=len(counted), quotes=draft.quote([row])))


def _sentences(corpus: Corpus, unit: UnitRow) -> tuple[list[Row], list[Row]]:
    """The clauses of a unit without the one that is its title, and with it; a bracket of offices is no sentence."""
    rows = [corpus.rows[i] for i in unit.rows]
    rows = [r for r in rows if not re.fullmatch(genre()["owners_bracket"], r.clause.text)] or rows
    titled = bool(rows and unit.unit.title) and matching(unit.unit.title) in rows[0].view
    return rows[1:] if titled else rows, rows


def _named(corpus: Corpus, query: Query) -> list[UnitRow]:
    """The units that the question names by number, place or title; none where it names none."""
    nodes = [node for node in terms_of(query.condition) if isinstance(node, Place)]
    units = [node for node in nodes if isinstance(node, InUnit)] or nodes
    return [u for u in corpus.units if units and all(stands_in(corpus, u, node) for node in units)]


def _counted(corpus: Corpus, query: Query, ranked: Sequence[Ranked], asked: Asked) -> list[tuple[UnitRow, int]]:
    """Units with the place, from 0 and with the title, of each sentence that is asked for by its number."""
    named = _named(corpus, query)
    if not named:
        about = [corpus.units[h.row.unit_index] for h in ranked if h.graph > 0][:1]
        named = about or (list(corpus.units) if query.condition is None and not query.terms else [])
    if not named:
        return []
    single = any(isinstance(node, InUnit) for node in terms_of(query.condition))
    found = []
    for number in asked.numbers:
        for unit in named if single else [named[0] if number > 0 else named[-1]]:
            rows, titled = _sentences(corpus, unit)
            skipped = 0 if asked.titled else len(titled) - len(rows)
            found.append((unit, skipped + number - 1 if number > 0 else len(titled) + number))
    return found


def _beside(corpus: Corpus, query: Query, ranked: Sequence[Ranked], asked: Asked) -> list[tuple[UnitRow, int]]:
    """The unit with the place of the sentence beside the one that the question tells of."""
    named = {u.index for u in _named(corpus, query)}
    shown = [clauses_of(corpus, node) for node in terms_of(query.condition) if not isinstance(node, Place)]
    inside = [h for h in ranked if not named or h.row.unit_index in named]
    if not named:
        inside = [h for h in inside if h.graph > 0]
    spoken = {r.index for u in {h.row.unit_index for h in inside} for r in _sentences(corpus, corpus.units[u])[1]}
    inside = [h for h in inside if h.row.index in spoken]
    inside = [h for h in inside if h.row.index != corpus.units[h.row.unit_index].rows[0]] or inside
    # Of those that hold as many of its words the first, which is the best.
    best = max(inside, key=lambda h: sum(h.row.index in rows for rows in shown), default=None)
    if best is None:
        return []
    unit = corpus.units[best.row.unit_index]
    return [(unit, [r.index for r in _sentences(corpus, unit)[1]].index(best.row.index) + asked.step)]


__all__ = ["sentences"]
