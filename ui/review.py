"""The page on which people check facts: its cards, and what a person decided there.

What lives here: the shape of a card, and the check of what a page sends.  What never will: deciding (``qa.review``)
and writing (``qa.build``).  A page names facts by their ids; words and fields that a person wrote are checked against
the clause and the model before anything is written.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kg.coverage import Proposal
from kg.errors import WorkspaceBusy
from kg.model import BodyFact, Clause, Document, Fact, Span, Unit
from kg.names import SameBody, why
from kg.review import (
    CHOICES,
    FIELDS,
    LONGEST_FIELD,
    LONGEST_NAME,
    LONGEST_NOTE,
    TASK_KINDS,
    Decision,
    Task,
    fact_id,
    locate,
)
from kg.vocab import clause_iri
from qa.build import decide
from qa.review import Reviews, describe

from .desk import BadRequest, Opened, text_of
from .views import View, readable_places, relation_of

if TYPE_CHECKING:
    from .desk import Desk

SHOWN = 20
"""Cards of one view; the page asks for more."""
EXAMPLES = 2
"""Clauses shown for each of two names."""
HISTORY = 50
_writing = threading.Lock()


def review_view(now: Opened, request: Mapping[str, Any]) -> View:
    """The queue (``document``, ``kind``: only these; ``from``: the first card), or what there is to one ``clause``.

    With ``id``: that one card, whatever became of it.
    """
    pages = _Cards(now)
    if request.get("id"):
        return {"cards": [pages.by_id(text_of(request, "id"))]}
    if request.get("clause"):
        return pages.of_clause(text_of(request, "clause"))
    document = text_of(request, "document") if request.get("document") else ""
    if document:
        now.reviews.plan(document)
    kind = request.get("kind") or ""
    if kind and kind not in TASK_KINDS:
        raise BadRequest(f"kind is none of {', '.join(TASK_KINDS)}")
    begin = request.get("from") or 0
    if not isinstance(begin, int) or isinstance(begin, bool) or not 0 <= begin < 10**6:
        raise BadRequest("from is not a small whole number")
    mine = [task for task in now.reviews.queue if document in ("", task.document)]
    tasks = [task for task in mine if kind in ("", task.kind)]
    return {
        "cards": [pages.of_task(task) for task in tasks[begin : begin + SHOWN]],
        "total": len(tasks),
        "counts": {name: Counter(task.kind for task in mine)[name] for name in TASK_KINDS},
        "decided": len(now.reviews.decisions),
        "orphans": [now_told(now.reviews, d) for d in now.reviews.orphans if document in ("", d.document)][:HISTORY],
        "choices": {name: [value for value in values if value] for name, values in CHOICES.items()},
        "longest": {"name": LONGEST_NAME, "note": LONGEST_NOTE, "field": LONGEST_FIELD},
        "fields": {kind: list(names) for kind, names in FIELDS.items()},
    }


def concepts_view(now: Opened) -> View:
    """The concepts of the thesaurus, for the form of a theme."""
    return {"concepts": [[name, zh, en] for name, (zh, en) in sorted(now.reviews.labels.items())]}


def now_told(reviews: Reviews, decision: Decision) -> View:
    """A decision as the page shows it."""
    told = reviews.tell(decision)
    place = decision.place
    return {**{k: v for k, v in told.items() if k != "line"}, "clause": place.clause if place else ""}


class _Cards:
    """Makes the cards of one generation."""

    def __init__(self, now: Opened) -> None:
        self.reviews = now.reviews
        self.library = now.library

    def of_task(self, task: Task) -> View:
        if task.fact is not None:
            return {**self.of_fact(task.document, task.fact), "doubt": task.confidence}
        if task.same is not None:
            return {**self.of_names(task.id, task.document, task.same), "doubt": task.confidence}
        assert task.proposal is not None
        return {**self.of_words(task.id, task.document, task.proposal), "doubt": task.confidence}

    def by_id(self, id: str) -> View:
        subject = self.reviews.subject(id)
        name = subject.document.id
        if subject.same is not None:
            return self.of_names(id, name, subject.same)
        if subject.proposal is not None:
            return self.of_words(id, name, subject.proposal)
        assert subject.fact is not None
        for fact in self.reviews.plan(name).facts:
            if fact_id(name, fact) == id:
                return self.of_fact(name, fact)
        found = locate(subject.document, subject.fact.place)
        if found is None:
            card = {"document": name, "clause": None, "segments": [[subject.fact.place.clause, ""]], "history": []}
            return {**card, "id": id, "kind": "fact", "status": "lost", "relation": relation_of(subject.fact.fact),
                    **describe(subject.fact.fact)}  # fmt: skip
        card = self._in_clause(name, found.unit, found.clause, found.span)
        return {**card, "id": id, "kind": "fact", "status": "out", "relation": relation_of(subject.fact.fact),
                **describe(subject.fact.fact)}  # fmt: skip

    def of_clause(self, iri: str) -> View:
        """Every fact of a clause, those that were taken out too, and what may be added."""
        self.library.thing(iri)
        document, unit, clause = self.library.places.get(iri, (None, None, None))
        if document is None or unit is None or clause is None:
            raise BadRequest("that is the address of no clause")
        here = (unit.id, clause.number)
        plan = self.reviews.plan(document.id)
        ids = [fact_id(document.id, fact) for fact in plan.facts if (fact.unit, fact.clause) == here]
        for decision in self.reviews.history(document.id, *here):
            ids += [fact_id(document.id, given.fact) for given in (decision.about,) if given is not None]
        bare = self._in_clause(document.id, unit, clause, Span(clause.span.start, clause.span.start))
        tasks = [
            self.of_task(task)
            for task in self.reviews.queue
            if task.proposal and task.document == document.id and (task.proposal.unit, task.proposal.clause) == here
        ]
        return {"cards": [*(self.by_id(id) for id in dict.fromkeys(ids)), *tasks], "of": bare}

    def of_fact(self, name: str, fact: Fact) -> View:
        document = self.reviews.plan(name).document
        unit = document.unit(fact.unit)
        clause = next(c for c in unit.clauses if c.number == fact.clause)
        review = fact.review
        return {
            **self._in_clause(name, unit, clause, fact.span),
            "id": fact_id(name, fact),
            "kind": "fact",
            "status": fact.status,
            "relation": relation_of(fact),
            "by": {"by": review.reviewer, "time": review.time} if review else None,
            **describe(fact),
        }

    def of_words(self, id: str, name: str, proposal: Proposal) -> View:
        document = self.reviews.plan(name).document
        unit = document.unit(proposal.unit)
        clause = next(c for c in unit.clauses if c.number == proposal.clause)
        card = self._in_clause(name, unit, clause, proposal.span)
        return {**card, "id": id, "kind": "span", "status": "open", "words": proposal.text, "source": proposal.source}

    def of_names(self, id: str, name: str, same: SameBody) -> View:
        plan = self.reviews.plan(name)
        examples: dict[str, list[View]] = {same.name: [], same.other: []}
        for fact in plan.facts:
            if isinstance(fact, BodyFact) and len(examples.get(fact.canonical, [0] * EXAMPLES)) < EXAMPLES:
                card = self.of_fact(name, fact)
                told = {"clause": card["clause"], "segments": card["segments"]}
                if told not in examples[fact.canonical]:
                    examples[fact.canonical].append(told)
        return {
            "id": id,
            "kind": "name",
            "status": "open",
            "document": name,
            "title": plan.document.title,
            "names": [{"name": spelling, "examples": found} for spelling, found in examples.items()],
            "why": {"zh": why(same, "zh"), "en": why(same, "en")},
            "history": [
                now_told(self.reviews, d) for d in self.reviews.history(name) if d.names == (same.name, same.other)
            ],
        }

    def _in_clause(self, name: str, unit: Unit, clause: Clause, span: Span) -> View:
        document = self.reviews.plan(name).document
        history = self.reviews.history(name, unit.id, clause.number)
        return {
            "document": name,
            "title": document.title,
            "clause": {
                "iri": clause_iri(self.library.base, name, unit.id, clause.number),
                "where": f"{unit.label} · {clause.number}",
                "unit": unit.title,
                "translation": clause.translation,
            },
            "segments": marked(document, clause, span),
            "history": [now_told(self.reviews, decision) for decision in history[-HISTORY:]],
        }


def marked(document: Document, clause: Clause, span: Span) -> list[list[str]]:
    """The clause's readable text in pieces, each with ``mark`` where it belongs to the span."""
    inside = [False] * len(clause.text)
    places = readable_places(clause.span.of(document.text), clause.text)
    for raw in range(max(0, span.start - clause.span.start), min(len(places), span.end - clause.span.start)):
        if (at := places[raw]) is not None:
            inside[at] = True
    pieces: list[list[str]] = []
    for char, now in zip(clause.text, inside, strict=True):
        kind = "mark" if now else ""
        if pieces and pieces[-1][1] == kind:
            pieces[-1][0] += char
        else:
            pieces.append([char, kind])
    return pieces


def decide_view(desk: Desk, request: Mapping[str, Any]) -> View:
    """Put a decision in force: ``id`` (or ``clause``, to add a fact to it), ``verdict``, ``by``, ``note``, ``words``,
    ``values``.

    Raises:
        BadRequest: the request is not as agreed.
        ReviewError: the decision cannot be taken.
        WorkspaceBusy: another one, or a document, is being written.
    """
    verdict, reviewer = text_of(request, "verdict", 20), text_of(request, "by", LONGEST_NAME)
    note, words = _free(request, "note", LONGEST_NOTE), _free(request, "words", LONGEST_FIELD)
    values = _values(request)
    if not _writing.acquire(blocking=False):
        raise WorkspaceBusy("another decision is being written; try again")
    try:
        now = desk.opened()
        reviews = now.reviews
        if request.get("clause"):
            place = now.library.places.get(text_of(request, "clause"))
            if verdict != "add" or place is None or place[2] is None:
                raise BadRequest("that is the address of no clause to add to")
            where = (place[0].id, place[1].label, words, reviewer, values)
            decision = reviews.add(*where, clause=place[2].number, note=note)
        else:
            id = text_of(request, "id", 40)
            decision = reviews.decide(id, verdict, reviewer, note=note, words=words, values=values)
        decide([decision], now.assistant.settings, now.assistant.encoder, now.assistant.thesaurus)
    finally:
        _writing.release()
    about, wanted = decision.about, decision.wanted
    left = wanted or about
    return {
        "decision": now_told(reviews, decision),
        "id": fact_id(decision.document, left.fact) if left else request.get("id"),
    }


def _free(request: Mapping[str, Any], name: str, longest: int) -> str:
    value = request.get(name) or ""
    if not isinstance(value, str) or len(value) > longest:
        raise BadRequest(f"{name} is not a text of at most {longest} characters")
    return value.strip()


def _values(request: Mapping[str, Any]) -> dict[str, object]:
    values = request.get("values") or {}
    if not isinstance(values, Mapping) or len(values) > 20:
        raise BadRequest("values is not an object of a few fields")
    fits: Sequence[type] = (str, int, float, type(None))
    for name, value in values.items():
        if not isinstance(name, str) or not isinstance(value, tuple(fits)) or len(str(value)) > LONGEST_FIELD:
            raise BadRequest("values holds something that is not a short text or a number")
    return dict(values)
