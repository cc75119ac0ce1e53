"""From what a person points at to a decision: the queue, single facts by their id, and the history.

What lives here: looking things up in the plans in force, and making decisions of what a person said of them.  What
never will: writing them (``qa.build.decide``), and what they make of a plan (``kg.review``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kg.coverage import Proposal
from kg.errors import ReviewError, UnknownTerm
from kg.model import Clause, Document, Fact, Plan, ThemeFact, Unit
from kg.names import SameBody, why
from kg.review import (
    CLASSES,
    FIELDS,
    VERDICTS,
    Decision,
    FactKind,
    Stated,
    Task,
    fact_id,
    kind_of,
    locate,
    now,
    orphans,
    place_of,
    queue,
    read_decisions,
    stated,
    wanted,
)
from kg.settings import Settings
from kg.store import AnyGraph
from kg.thesaurus import Thesaurus

from .servers import opened


@dataclass(frozen=True, slots=True)
class Subject:
    """What an id names: one of the three is not None."""

    document: Document
    fact: Stated | None = None
    same: SameBody | None = None
    proposal: Proposal | None = None


class Reviews:
    """The plans in force and what was decided on them."""

    def __init__(
        self, plans: Sequence[Plan], decisions: Sequence[Decision], labels: Mapping[str, tuple[str, str]]
    ) -> None:
        """Hold the parts; :meth:`over` finds them.  ``labels``: id of a concept → its Chinese and English label."""
        self.plans = {plan.document.id: plan for plan in plans}
        self.decisions = tuple(decisions)
        self.labels = labels

    @classmethod
    def over(cls, plans: Sequence[Plan], store: AnyGraph, thesaurus: Thesaurus) -> Reviews:
        """The decisions of a store, and the plans that were read from it."""
        labels = {c.id: (c.pref.get("zh", ""), c.pref.get("en", "")) for c in thesaurus.concepts.values()}
        return cls(plans, read_decisions(store), labels)

    @classmethod
    def load(cls, settings: Settings) -> Reviews:
        """Of the generation in force; :class:`kg.errors.NothingIngested` where there is none."""
        state = opened(settings)
        return cls.over(state.plans(), state.store(), Thesaurus.load())

    @cached_property
    def queue(self) -> tuple[Task, ...]:
        """What is worth a look, the most doubtful first."""
        return queue(tuple(self.plans.values()), self.decisions)

    @cached_property
    def orphans(self) -> tuple[Decision, ...]:
        """Decisions without effect, since their words or names are gone."""
        return tuple(d for plan in self.plans.values() for d in orphans(plan, self.decisions))

    @cached_property
    def subjects(self) -> Mapping[str, Subject]:
        """Everything that a person may decide on by its id: facts in force, facts decided on before, and the queue."""
        found: dict[str, Subject] = {}
        for task in self.queue:
            document = self.plans[task.document].document
            found[task.id] = Subject(document, None, task.same, task.proposal)
        for decision in self.decisions:
            if (plan := self.plans.get(decision.document)) is not None:
                for given in (decision.about, decision.wanted):
                    if given is not None:
                        found[fact_id(decision.document, given.fact)] = Subject(plan.document, given)
        for plan in self.plans.values():
            for fact in plan.facts:
                found[fact_id(plan.document.id, fact)] = Subject(plan.document, stated(plan.document, fact))
        return found

    def subject(self, id: str) -> Subject:
        """What the id names; :class:`UnknownTerm` where it names nothing any more."""
        try:
            return self.subjects[id]
        except KeyError:
            raise UnknownTerm(f"{id[:40]!r} names nothing to decide on; see: yaodian review") from None

    def plan(self, document: str) -> Plan:
        """The plan of that id; :class:`UnknownTerm` where there is none."""
        try:
            return self.plans[document]
        except KeyError:
            raise UnknownTerm(f"no document {document[:100]!r} is ingested; see: yaodian list") from None

    def history(self, document: str = "", unit: str = "", number: int = 0) -> tuple[Decision, ...]:
        """The decisions, oldest first: all, of a document, or on the words of one clause of it."""
        if not document:
            return self.decisions
        mine = tuple(d for d in self.decisions if d.document == document)
        if not unit:
            return mine
        plan = self.plan(document)
        here = []
        for decision in mine:
            found = locate(plan.document, decision.place) if decision.place else None
            if found is not None and (found.unit.id, found.clause.number) == (unit, number):
                here.append(decision)
        return tuple(here)

    # ---- deciding ----

    def decide(
        self,
        id: str,
        verdict: str,
        reviewer: str,
        *,
        note: str = "",
        words: str = "",
        values: Mapping[str, object] | None = None,
    ) -> Decision:
        """The decision of a person on what the id names.

        Args:
            id: of a task, or of a fact.
            verdict: one of :data:`kg.review.VERDICTS`; what goes with what the id names.
            reviewer: name of the person.
            note: what the person says to it.
            words: for ``edit`` and ``add``, the words that state the fact; empty for those that stand there.
            values: for ``edit`` and ``add``, field → value; what is not given stays.  ``fact``: the kind, for ``add``.

        Raises:
            UnknownTerm: the id names nothing.
            ReviewError: the verdict does not go with it, or the fact that is wanted cannot be.
        """
        subject = self.subject(id)
        if verdict not in VERDICTS:
            raise ReviewError(f"{verdict[:40]!r} is none of {', '.join(VERDICTS)}")
        given: dict[str, Any] = {}
        document = subject.document
        if subject.fact is not None and verdict in ("approve", "reject", "edit"):
            given["about"] = subject.fact
            if verdict == "edit":
                given["wanted"] = self._edited(document, subject.fact, words, dict(values or {}))
        elif subject.same is not None and verdict in ("same", "different"):
            given["names"] = (subject.same.name, subject.same.other)
        elif subject.proposal is not None and verdict in ("add", "dismiss"):
            proposal = subject.proposal
            unit = document.unit(proposal.unit)
            clause = next(c for c in unit.clauses if c.number == proposal.clause)
            if verdict == "add":
                own = dict(values or {})
                kind = _kind(own.pop("fact", "body"))
                near = proposal.span.start
                given["wanted"] = wanted(document, unit, clause, kind, words or proposal.text, own, self.labels, near)
            else:
                given["words"] = place_of(document, unit, clause, proposal.span)
        else:
            raise ReviewError(f"the verdict {verdict!r} does not go with {id}")
        return Decision(
            document=document.id,
            verdict=verdict,
            reviewer=reviewer.strip(),
            time=now(),
            note=note.strip(),
            **given,
        )

    def _edited(self, document: Document, before: Stated, words: str, values: dict[str, object]) -> Stated:
        fact = before.fact
        found = locate(document, before.place)
        if found is None:
            raise ReviewError("the clause of this fact is no longer in the document")
        kind = kind_of(fact)
        own: dict[str, object] = {name: getattr(fact, name) for name in FIELDS[kind]}
        if words and "name" in own:
            # The name is what stands there: other words are another name, unless the person says more.
            own["canonical"] = "" if own["canonical"] == own["name"] else own["canonical"]
            own["name"] = ""
        if words and "text" in own:
            own["text"] = ""
        quote = words or before.place.quote
        return wanted(document, found.unit, found.clause, kind, quote, {**own, **values}, self.labels, found.span.start)

    def add(
        self,
        document: str,
        unit: str,
        words: str,
        reviewer: str,
        values: Mapping[str, object],
        *,
        clause: int = 0,
        note: str = "",
    ) -> Decision:
        """The decision to add a fact that no rule found.

        Args:
            document: id of the document.
            unit: label of the unit.
            words: those that state the fact.
            reviewer: name of the person.
            values: ``fact`` (its kind), and its fields.
            clause: number of the clause; 0 for the first of the unit that holds the words.
            note: what the person says to it.

        Raises:
            UnknownTerm: there is no such document.
            ReviewError: the words do not stand there, or the fact cannot be.
        """
        plan = self.plan(document)
        own = dict(values)
        kind = _kind(own.pop("fact", ""))
        where = _clause_with(plan.document, unit, clause, words)
        made = wanted(plan.document, *where, kind, words, own, self.labels)
        return Decision(
            document=document, verdict="add", reviewer=reviewer.strip(), time=now(), note=note.strip(), wanted=made
        )

    # ---- telling ----

    def tell_task(self, task: Task) -> dict[str, Any]:
        """A task as an object, with one ``line`` for a person."""
        told = self.tell_subject(task.id)
        line = f"{task.id}  {task.confidence:.2f}  {task.kind:<4}  {told['line'].split('  ', 1)[1]}"
        return {**told, "task": task.kind, "confidence": task.confidence, "line": line}

    def tell_subject(self, id: str) -> dict[str, Any]:
        """What the id names, as an object with one ``line``."""
        subject = self.subject(id)
        document = subject.document.id
        told: dict[str, Any] = {"id": id, "document": document}
        if subject.same is not None:
            same = subject.same
            told |= {"name": same.name, "other": same.other, "reason": why(same, "zh"), "reason_en": why(same, "en")}
            return {**told, "line": f"{id}  {document} · {same.name} = {same.other}?  ({told['reason_en']})"}
        if subject.proposal is not None:
            found = subject.proposal
            unit = subject.document.unit(found.unit)
            text = next(c.text for c in unit.clauses if c.number == found.clause)
            told |= {"item": unit.label, "clause": found.clause, "words": found.text, "text": text}
            return {**told, "line": f"{id}  {document} · {unit.label}·{found.clause}  body? “{found.text}”: {text}"}
        given = subject.fact
        assert given is not None
        told |= {
            "item": given.place.unit,
            "text": given.place.clause,
            "words": given.place.quote,
            **describe(given.fact),
        }
        in_force = any(fact_id(document, f) == id for f in self.plans[document].facts)
        told["status"] = given.fact.status if in_force else "out"
        line = f"{id}  {document} · {given.place.unit}  {said(given.fact)}  [{told['status']}]  {given.place.clause}"
        return {**told, "line": " ".join(line.split("\n"))}

    def tell(self, decision: Decision) -> dict[str, Any]:
        """A decision as an object with one ``line``."""
        about, wants = decision.about, decision.wanted
        told: dict[str, Any] = {
            "id": decision.id,
            "document": decision.document,
            "verdict": decision.verdict,
            "by": decision.reviewer,
            "time": decision.time,
            "note": decision.note,
            "subject": fact_id(decision.document, (about or wants).fact) if about or wants else "",  # type: ignore[union-attr]
            "about": {**describe(about.fact), "words": about.place.quote} if about else None,
            "wanted": {**describe(wants.fact), "words": wants.place.quote} if wants else None,
            "names": list(decision.names) if decision.names else None,
            "words": decision.words.quote if decision.words else None,
        }
        parts = [said(s.fact) for s in (about, wants) if s] or list(decision.names or ())
        what = " → ".join(parts or [decision.words.quote if decision.words else ""])
        where = f" · {decision.place.unit}" if decision.place else ""
        note = f" – {decision.note}" if decision.note else ""
        line = f"{decision.time}  {decision.reviewer}  {decision.verdict}  {decision.document}{where}  {what}{note}"
        return {**told, "line": " ".join(f"{told['subject']}  {line}".split())}


def describe(fact: Fact) -> dict[str, Any]:
    """The kind and the fields of a fact, its rule and its confidence."""
    kind = kind_of(fact)
    own = {name: getattr(fact, name) for name in FIELDS[kind]}
    labels = [fact.label_zh, fact.label_en] if isinstance(fact, ThemeFact) else ["", ""]
    return {"fact": kind, "fields": own, "labels": labels, "method": fact.method, "confidence": fact.confidence}


def said(fact: Fact) -> str:
    """What a fact says, in a few words."""
    own = describe(fact)["fields"]
    return f"{kind_of(fact)}: " + ", ".join(f"{name} {value}" for name, value in own.items() if value not in (None, ""))


def _kind(name: object) -> FactKind:
    if name not in CLASSES:
        raise ReviewError(f"a fact to add is of one of the kinds {', '.join(CLASSES)}")
    return name


def _clause_with(document: Document, label: str, number: int, words: str) -> tuple[Unit, Clause]:
    bare = "".join(words.split())
    units = [unit for unit in document.units if unit.label == label]
    if not units:
        raise ReviewError(f"{document.id} has no unit {label[:40]!r}")
    for unit in units:
        for clause in unit.clauses:
            if number in (0, clause.number) and bare and bare in "".join(clause.text.split()):
                return unit, clause
    raise ReviewError(f"the words {words[:60]!r} do not stand in the unit {label}")
