"""Units that a list leaves out although the text suggests them: offered apart, each with its reason.

A list is decided by what is stated, and a unit that says the same in other words is missed by it.  How likely each unit
that was left out belongs in it is told by logistic regression over how near its clauses are to the question
(:func:`seen`); the likelihoods are calibrated, as those of that method are (Niculescu-Mizil and Caruana, "Predicting
Good Probabilities with Supervised Learning", 2005), and units above a threshold are offered.  Weights, threshold, and
what was measured on which questions stand in ``qa/wordings/suggesting.json``, written by ``tools/suggesting.py``.

What never lives here: anything that puts a unit into a list.
"""

from __future__ import annotations

import json
import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..corpus import Corpus, UnitRow
from ..model import And, Borderline, HasConcept, HasText, Node, Query, terms_of
from ..retrieve import Ranked, clauses_of, decide, is_people
from .draft import Draft, citation_of, stands_for

LEARNT = Path(__file__).parent.parent / "wordings" / "suggesting.json"
FEATURES = ("dense", "lexical", "met", "score", "behind", "listed")
"""What is seen of a unit, in the order of :func:`seen`."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A unit that may belong in a list."""

    unit: UnitRow
    best: Ranked
    """Its clause that comes nearest to the question."""
    likelihood: float


def seen(corpus: Corpus, query: Query, listed: Container[int], ranked: Sequence[Ranked]) -> dict[int, list[float]]:
    """What is seen of each unit that a list leaves out, by its index.

    Nothing is where no wording can have been missed: the very word is asked for, or one item that is there.

    Args:
        corpus: what was asked.
        query: the question of the list.
        listed: indices of the units listed.
        ranked: the clauses of the corpus, each with its scores for the question.

    Returns:
        For each unit, of its best clause: how near it is in meaning and in words, as standard deviations above the mean
        clause; the share of what is asked that the unit states, people at large aside (students are meant everywhere);
        the score that single facts are ranked by; how far behind the least near of the listed units it is in meaning;
        the logarithm of the length of the list.
    """
    of_unit: dict[int, list[Ranked]] = {}
    for hit in ranked:
        of_unit.setdefault(hit.row.unit_index, []).append(hit)
    near = {u: max(h.dense for h in hits) for u, hits in of_unit.items()}
    inside = [value for u, value in near.items() if u in listed]
    one_meant = query.single or query.hops
    if query.strict or one_meant or not _worded(query) or not inside:
        return {}
    dense, lexical = (np.array(v) for v in zip(*((h.dense, h.lexical) for h in ranked), strict=True))
    shown = [clauses_of(corpus, leaf) for leaf in _worded(query) if not is_people(corpus, leaf)]
    open_to = _open_to(corpus, query.condition)
    return {
        u: [
            _above(near[u], dense),
            _above(max(h.lexical for h in hits), lexical),
            sum(not rows.isdisjoint(corpus.units[u].rows) for rows in shown) / len(shown) if shown else 0.0,
            max(h.score for h in hits),
            min(inside) - near[u],
            math.log1p(len(inside)),
        ]
        for u, hits in of_unit.items()
        if u not in listed and u in open_to and not corpus.units[u].in_front
    }


def _above(value: float, all_of_them: NDArray[np.float64]) -> float:
    spread = float(all_of_them.std())
    return (value - float(all_of_them.mean())) / spread if spread else 0.0


def _worded(query: Query) -> list[HasConcept | HasText]:
    """The conditions that a clause may meet in other words."""
    return [n for n in dict.fromkeys(terms_of(query.condition)) if isinstance(n, HasConcept | HasText)]


def _open_to(corpus: Corpus, node: Node | None) -> frozenset[int]:
    """Units that meet whatever a condition says beside words: where it stands, by when, how much, what it is not."""
    everywhere = frozenset(range(len(corpus.units)))
    if isinstance(node, And):
        return everywhere.intersection(*(_open_to(corpus, part) for part in node.parts))
    if node is None or any(isinstance(n, HasConcept | HasText) for n in terms_of(node)):
        return everywhere
    return frozenset(decide(corpus, node))


def suggestions(
    corpus: Corpus, query: Query, listed: Container[int], ranked: Sequence[Ranked]
) -> tuple[Suggestion, ...]:
    """The units that are likely enough to belong in a list that leaves them out, the likeliest first."""
    learnt = _learnt()
    found: list[Suggestion] = []
    for index, values in seen(corpus, query, listed, ranked).items():
        odds = learnt["bias"] + sum(learnt["weights"][f] * v for f, v in zip(FEATURES, values, strict=True))
        likelihood = 1 / (1 + math.exp(-odds))
        if likelihood >= learnt["least"]:
            best = next(h for h in ranked if h.row.unit_index == index)
            found.append(Suggestion(corpus.units[index], best, likelihood))
    return tuple(sorted(found, key=lambda s: -s.likelihood)[: learnt["most"]])


@cache
def _learnt() -> Mapping[str, Any]:
    learnt: Mapping[str, Any] = json.loads(LEARNT.read_text(encoding="utf-8"))
    return learnt


def suggest(draft: Draft, ranked: Sequence[Ranked]) -> None:
    """Offer what the text suggests beside the units that an answer lists."""
    offered = {b.iri for b in draft.borderline}
    for one in suggestions(draft.corpus, draft.query, draft.units, ranked):
        unit = one.unit
        if unit.iri not in offered:
            draft.borderline.append(
                Borderline(unit.document.id, unit.unit.label, unit.unit.title, _reason(draft, one), unit.iri)
            )


def _reason(draft: Draft, one: Suggestion) -> str:
    """Which words of the question a unit has and which not, and its nearest clause, held against the source."""
    corpus, unit = draft.corpus, one.unit
    leaves = _worded(draft.query)
    words: dict[bool, list[str]] = {True: [], False: []}
    for term in draft.query.terms:
        for leaf in leaves:
            if term.active and stands_for(term, leaf):
                has = not clauses_of(corpus, leaf).isdisjoint(unit.rows)
                words[has] += [term.surface] if term.surface not in words[True] + words[False] else []
    cited = citation_of(one.best.row, 1)
    quote = cited.quote
    if draft.query.language == "en" and cited.translation:
        quote = f"{quote}” – “{cited.translation}"
    phrase = "suggested_all" if not words[False] else "suggested_some" if words[True] else "suggested_none"
    join = draft.say("names").join
    return draft.say(phrase, held=join(words[True]), lacking=join(words[False]), quote=quote)
