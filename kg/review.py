"""What people decide of the facts: decisions that are never overwritten, and their effect on a plan.

What lives here: the decision and its form in RDF, how a fact is recognised again after a document was read anew, what
decisions make of the facts of a plan, and the queue of what is worth a look.  What never will: writing to a workspace
(``kg.workspace``, ``qa.build``) and rules that find facts (``kg.extract``).

A fact is recognised by what it says and by the words that say it (unit label, clause, quote with what stands around
it, as in TextQuoteSelector of the W3C Web Annotation Data Model, 4.2.4), not by offsets: a decision outlives an edit
of the document elsewhere.  One whose words are gone is kept, without effect, and told as an orphan.

Decisions on one thing form a thread: F was edited into G, then G was rejected.  The last one of a thread is in force.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from pyoxigraph import Literal as Text
from pyoxigraph import NamedNode, Quad

from .errors import ReviewError
from .graph import fact_digest, moment, reviewer_quads
from .model import (
    BodyFact,
    Clause,
    Commitment,
    Comparator,
    Document,
    Fact,
    Plan,
    ProgrammeFact,
    Review,
    Role,
    Span,
    TargetFact,
    ThemeFact,
    Unit,
    readable,
)
from .store import AnyGraph
from .vocab import (
    PREFIXES,
    assertion_iri,
    body_iri,
    decision_iri,
    document_iri,
    language_of,
    shared_graph_iri,
    term,
)

if TYPE_CHECKING:
    from .coverage import Proposal
    from .names import SameBody

Verdict = Literal["approve", "reject", "edit", "add", "same", "different", "dismiss"]
FactKind = Literal["body", "programme", "target", "theme"]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
METHOD = "review@1"
"""What stands in the place of the rule in a fact that a person wrote."""
LONGEST_NAME = 80
LONGEST_NOTE = 1000
LONGEST_FIELD = 400
DOUBTFUL = 0.8
"""Facts below this confidence are in the queue: the rules that guess a name's end or a measure say 0.75 and less, those
that read it from a mark say 0.85 and more."""
UNEXPLAINED = 0.5
"""Confidence of a proposal: no rule vouches for it, so it stands before every fact that a rule found."""
_CONTEXT = 16
"""Characters of context, as many as the selectors of the graph have."""
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")

CLASSES: dict[FactKind, type[Fact]] = {
    "body": BodyFact,
    "programme": ProgrammeFact,
    "target": TargetFact,
    "theme": ThemeFact,
}
FIELDS: dict[FactKind, tuple[str, ...]] = {
    "body": ("name", "canonical", "role", "kind"),
    "programme": ("name", "canonical", "kind", "action"),
    "target": (
        "text", "measure", "value", "value_max", "unit_text", "comparator", "deadline", "baseline", "commitment",
    ),
    "theme": ("concept",),
}  # fmt: skip
"""What of a fact a person may change, beside the words that state it."""
CHOICES: dict[str, tuple[str, ...]] = {
    "role": get_args(Role),
    "comparator": get_args(Comparator),
    "commitment": get_args(Commitment),
}
"""The values that a field takes, where it does not take any."""


def kind_of(fact: Fact) -> FactKind:
    """Which kind of fact it is."""
    for kind, made in CLASSES.items():
        if isinstance(fact, made):
            return kind
    raise TypeError(f"{type(fact).__name__} is no kind of fact")


# ---- words, and how they are found again -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where some words stand, in words."""

    unit: str
    """Label of the unit."""
    clause: str
    """Text of the clause."""
    quote: str
    """The words, as they stand in the document's text."""
    prefix: str
    """At most 16 characters before them, which may reach into the clause before."""
    suffix: str


def place_of(document: Document, unit: Unit, clause: Clause, span: Span) -> Place:
    """The place of a span of the document."""
    text = document.text
    return Place(
        unit=unit.label,
        clause=clause.text,
        quote=span.of(text),
        prefix=text[max(0, span.start - _CONTEXT) : span.start],
        suffix=text[span.end : span.end + _CONTEXT],
    )


@lru_cache(maxsize=20_000)
def _bare(text: str) -> str:
    """A text without its white space, in which a document that was only wrapped anew is the same."""
    return "".join(text.split())


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a document as it is now."""

    unit: Unit
    clause: Clause
    span: Span


def locate(document: Document, place: Place) -> Found | None:
    """Where the words stand now; None where they are gone, or where several places fit equally well.

    In this order: the same clause in the unit of the same label with the same words around; the same clause with the
    same words around (the items were numbered anew); the same clause in the unit of the same label; the same clause
    where there is only one; the same words with the same words around, in the unit of the same label (the clause was
    edited elsewhere).
    """
    wanted = _bare(place.clause)
    same: list[tuple[Found, int]] = []
    full = len(_bare(place.prefix)) + len(_bare(place.suffix))
    for unit, clause in document.clauses():
        if _bare(clause.text) == wanted:
            same += _occurrences(document, unit, clause, place)
    if not same:
        own = [(unit, clause) for unit, clause in document.clauses() if unit.label == place.unit]
        edited = [one for unit, clause in own for one in _occurrences(document, unit, clause, place)]
        return _only([found for found, context in edited if context >= full and full])
    around = [found for found, context in same if context >= full]
    here = [(found, context) for found, context in same if found.unit.label == place.unit]
    best = max((context for _, context in here), default=0)
    for tier in (
        [found for found in around if found.unit.label == place.unit],
        around,
        [found for found, context in here if context == best],
    ):
        if tier:
            return tier[0] if tier[0].unit.label == place.unit else _only(tier)
    best = max(context for _, context in same)
    return _only([found for found, context in same if context == best])


def _only(found: Sequence[Found]) -> Found | None:
    return found[0] if len(found) == 1 else None


def _occurrences(document: Document, unit: Unit, clause: Clause, place: Place) -> Iterator[tuple[Found, int]]:
    """Where the quote stands in a clause, each with how many characters around it are the same."""
    text, start, end = document.text, clause.span.start, clause.span.end
    at = [i for i in range(start, min(end, len(text))) if not text[i].isspace()]
    inside, quote = "".join(text[i] for i in at), _bare(place.quote)
    before, after = _bare(text[max(0, start - 4 * _CONTEXT) : start]), _bare(text[end : end + 4 * _CONTEXT])
    prefix, suffix = _bare(place.prefix), _bare(place.suffix)
    k = inside.find(quote)
    while k >= 0 and at:
        m = k + len(quote)
        span = Span(at[k], at[m - 1] + 1) if quote else Span(start, start)
        context = _common(prefix[::-1], (before + inside[:k])[::-1]) + _common(suffix, inside[m:] + after)
        yield Found(unit, clause, span), context
        k = inside.find(quote, k + 1) if quote else -1


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common from their start."""
    n = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        n += 1
    return n


# ---- decisions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact and its words: what is needed to know it again."""

    fact: Fact
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided, and when."""

    document: str
    """Id of the document."""
    verdict: Verdict
    reviewer: str
    time: str
    """ISO 8601 in UTC, to the second: ``2031-03-01T08:00:00Z``."""
    note: str = ""
    about: Stated | None = None
    """The fact decided on as it stood then (approve, reject, edit)."""
    wanted: Stated | None = None
    """The fact as the person wants it (edit, add)."""
    words: Place | None = None
    """Words that state no fact (dismiss)."""
    names: tuple[str, str] | None = None
    """A name and the fuller one (same, different)."""

    def __post_init__(self) -> None:
        if not self.reviewer.strip() or len(self.reviewer) > LONGEST_NAME or not self.reviewer.isprintable():
            raise ReviewError(f"a decision needs its reviewer's name, one line of at most {LONGEST_NAME} characters")
        if not _TIME.fullmatch(self.time) or moment(self.time).datatype == Text("").datatype:
            raise ReviewError(f"{self.time[:40]!r} is no time in UTC such as 2031-03-01T08:00:00Z")
        if len(self.note) > LONGEST_NOTE:
            raise ReviewError(f"the note is longer than {LONGEST_NOTE} characters")
        given = (self.about is not None, self.wanted is not None, self.words is not None, self.names is not None)
        if given != _NEEDS.get(self.verdict):
            raise ReviewError(f"the verdict {self.verdict!r} does not go with what it is about")
        if self.names and (not all(n.strip() for n in self.names) or self.names[0] == self.names[1]):
            raise ReviewError("two names are needed, and not twice the same")

    @property
    def id(self) -> str:
        """Hash of the content."""
        whole = [self.document, self.verdict, self.reviewer, self.time, self.note]
        parts = [_stated_json(self.about), _stated_json(self.wanted), _place_json(self.words), self.names]
        return hashlib.sha256(json.dumps([*whole, *parts], ensure_ascii=True).encode("ascii")).hexdigest()[:16]

    @property
    def place(self) -> Place | None:
        """The words that it is about; None for a decision on names."""
        stated = self.about or self.wanted
        return stated.place if stated else self.words


# verdict → whether it has: about, wanted, words, names
_NEEDS = {
    "approve": (True, False, False, False),
    "reject": (True, False, False, False),
    "edit": (True, True, False, False),
    "add": (False, True, False, False),
    "dismiss": (False, False, True, False),
    "same": (False, False, False, True),
    "different": (False, False, False, True),
}


def now() -> str:
    """The time of a decision that is taken now."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stated(document: Document, fact: Fact) -> Stated:
    """A fact of a document with its words; :class:`ReviewError` where its clause is not there."""
    for unit, clause in document.clauses():
        if (unit.id, clause.number) == (fact.unit, fact.clause):
            return Stated(replace(fact, review=None), place_of(document, unit, clause, fact.span))
    raise ReviewError(f"{document.id} has no clause {fact.unit}·{fact.clause}")


def wanted(
    document: Document,
    unit: Unit,
    clause: Clause,
    kind: FactKind,
    words: str,
    values: Mapping[str, object],
    labels: Mapping[str, tuple[str, str]],
    near: int = 0,
) -> Stated:
    """The fact that a person wants, checked.

    Args:
        document: the document.
        unit: the unit.
        clause: the clause that states it.
        kind: which kind of fact.
        words: those of the clause that state it, white space aside.
        values: field (one of :data:`FIELDS`) → value; a text, or None for what is not stated.
        labels: id of each concept of the thesaurus → its Chinese and English label.
        near: offset in the document's text; of several places of the words the nearest is taken.

    Raises:
        ReviewError: the words do not stand in the clause, or a field has a value that it cannot have.
    """
    if unknown := sorted(set(values) - set(FIELDS[kind])):
        raise ReviewError(f"a fact of kind {kind} has no field {unknown[0][:40]!r}; it has {', '.join(FIELDS[kind])}")
    probe = Place(unit.label, clause.text, words, "", "")
    found = [f.span for f, _ in _occurrences(document, unit, clause, probe)] if _bare(words) else []
    if not found:
        raise ReviewError(f"the words {words[:60]!r} do not stand in the clause {unit.label}·{clause.number}")
    span = min(found, key=lambda s: abs(s.start - near))
    said = readable(span.of(document.text))
    own: dict[str, Any] = {name: _value(name, values.get(name)) for name in FIELDS[kind]}
    if kind == "theme":
        if own["concept"] not in labels:
            raise ReviewError(f"the thesaurus has no concept {str(own['concept'])[:60]!r}")
        own["label_zh"], own["label_en"] = labels[own["concept"]]
    elif kind == "target":
        own["text"] = own["text"] or said
        own["measure"] = own["measure"] or said
        own["comparator"] = own["comparator"] or "="
        if own["value"] is None and own["deadline"] is None and own["comparator"] in (">=", "<=", ">", "<", "=", "~"):
            raise ReviewError("a target has a value, a date, or a comparator that needs neither, such as coverage")
    else:
        own["name"] = own["name"] or said
        own["canonical"] = own["canonical"] or own["name"]
    if kind == "body" and not own["role"]:
        raise ReviewError(f"a body needs a role: {', '.join(CHOICES['role'])}")
    common: dict[str, Any] = {"unit": unit.id, "clause": clause.number, "span": span, "method": METHOD}
    return Stated(CLASSES[kind](**common, status="edited", **own), place_of(document, unit, clause, span))


def _value(name: str, value: object) -> str | float | None:
    text = "" if value is None else str(value).strip()
    if len(text) > LONGEST_FIELD or not text.isprintable():
        raise ReviewError(f"{name} is not one line of at most {LONGEST_FIELD} characters")
    if name in ("value", "value_max", "baseline"):
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ReviewError(f"{name} takes a number, not {text[:40]!r}")
        return number
    if name == "deadline":
        return text or None
    if text and name in CHOICES and text not in CHOICES[name]:
        raise ReviewError(f"{name} is none of {', '.join(filter(None, CHOICES[name]))}")
    return text


# ---- in force ------------------------------------------------------------------------------------------------------


def _said(fact: Fact) -> tuple[object, ...]:
    """What a fact says; of a name, the spelling that stands there, since what it resolves to may be learnt later."""
    match fact:
        case BodyFact():
            return "body", fact.role, _bare(fact.name)
        case ProgrammeFact():
            return "programme", _bare(fact.name)
        case TargetFact():
            return "target", fact.comparator, fact.value, fact.value_max, fact.unit_text, fact.deadline
        case ThemeFact():
            return "theme", fact.concept
        case _:
            raise TypeError(f"{type(fact).__name__} is no kind of fact")


def _keys(decision: Decision) -> list[tuple[object, ...]]:
    """What a decision is about, in the words of then; decisions that share a key are about one thing."""
    if decision.names:
        return [("names", *decision.names)]
    if decision.words:
        return [("words", *_words(decision.words))]
    given = [s for s in (decision.about, decision.wanted) if s is not None]
    return [(*_said(s.fact), *_words(s.place)) for s in given]


def _words(place: Place) -> tuple[str, ...]:
    return tuple(_bare(text) for text in (place.unit, place.clause, place.quote, place.prefix, place.suffix))


def threads(decisions: Iterable[Decision]) -> tuple[tuple[Decision, ...], ...]:
    """The decisions by what they are about, each thread in the order of time; the last of each is in force."""
    by_key: dict[tuple[object, ...], list[Decision]] = {}
    found: list[list[Decision]] = []
    # Sorting is stable: of two decisions of one second the later one given is the later one.
    for decision in sorted(decisions, key=lambda d: d.time):
        keys = [(decision.document, *key) for key in _keys(decision)]
        # About: the first key says which thing is meant; what it is to be comes after.
        thread = by_key.get(keys[0])
        if thread is None:
            thread = []
            found.append(thread)
        thread.append(decision)
        for key in keys:
            by_key[key] = thread
    return tuple(tuple(thread) for thread in found)


def in_force(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The last decision on each thing."""
    return tuple(thread[-1] for thread in threads(decisions))


def apply(plan: Plan, decisions: Iterable[Decision]) -> Plan:
    """The plan as people want it: approved, edited and added facts in, rejected ones out, names taken together.

    Applied to what came of it, it changes nothing.  Decisions on other documents, and those whose words are gone, have
    no effect.

    Args:
        plan: with the facts as they were extracted.
        decisions: all that were taken, in any order of documents.
    """
    document = plan.document
    facts: list[Fact] = list(plan.facts)
    mine = [d for d in decisions if d.document == document.id]
    order = {(u.id, c.number): n for n, (u, c) in enumerate(document.clauses())}
    # What was decided last has the last word, also where two threads came to be about one thing.
    rank = {id(decision): n for n, decision in enumerate(sorted(mine, key=lambda d: d.time))}
    for thread in sorted(threads(mine), key=lambda t: rank[id(t[-1])]):
        last = thread[-1]
        if last.names or last.words:
            continue
        known = [s for d in thread for s in (d.about, d.wanted) if s is not None]
        places = [(s.fact, found) for s in known if (found := locate(document, s.place)) is not None]
        result = _result(document, last)
        if not places or (result is None and last.verdict != "reject"):
            continue
        clauses = {(found.unit.id, found.clause.number) for _, found in places}
        found_at = [
            i
            for i, fact in enumerate(facts)
            if (fact.unit, fact.clause) in clauses and any(_is(fact, said, where) for said, where in places)
        ]
        fresh = [facts[i] for i in found_at]
        for i in reversed(found_at):
            del facts[i]
        if result is None:
            continue
        review = Review(last.id, last.reviewer, last.time)
        if last.verdict == "approve":
            result = replace(result, status="approved", review=review)
            rule = next((f for f in fresh if _same_content(f, result) and f.method != METHOD), None)
            if rule is not None:
                result = replace(result, method=rule.method, confidence=rule.confidence)
        else:
            result = replace(result, status="edited", review=review)
        facts.insert(found_at[0] if found_at else _slot(facts, result, order), result)
    names = same_names(mine)
    return replace(plan, facts=tuple(_renamed(fact, names) for fact in facts))


def _result(document: Document, decision: Decision) -> Fact | None:
    """The fact that a decision leaves in force, at its place of now; None where it leaves none."""
    given = {"approve": decision.about, "edit": decision.wanted, "add": decision.wanted}.get(decision.verdict)
    found = locate(document, given.place) if given else None
    if given is None or found is None:
        return None
    return replace(given.fact, unit=found.unit.id, clause=found.clause.number, span=found.span)


def _is(fact: Fact, said: Fact, where: Found) -> bool:
    return (
        (fact.unit, fact.clause) == (where.unit.id, where.clause.number)
        and (fact.span.meets(where.span) or fact.span == where.span)
        and type(fact) is type(said)
        and _said(fact) == _said(said)
    )


_HOW = frozenset(("unit", "clause", "span", "method", "confidence", "status", "review"))


def _same_content(one: Fact, other: Fact) -> bool:
    return all(getattr(one, f.name) == getattr(other, f.name) for f in fields(one) if f.name not in _HOW)


def _slot(facts: Sequence[Fact], fact: Fact, order: Mapping[tuple[str, int], int]) -> int:
    """Behind the last fact of its clause or of one before it."""
    place = order[fact.unit, fact.clause]
    behind = [i for i, f in enumerate(facts) if order.get((f.unit, f.clause), len(order)) <= place]
    return behind[-1] + 1 if behind else 0


def same_names(decisions: Iterable[Decision]) -> dict[str, str]:
    """Name → the fuller name that people say it is, of the decisions of one document; a circle has no effect."""
    last = {d.names: d.verdict for d in in_force(d for d in decisions if d.names) if d.names}
    steps = {names[0]: names[1] for names, verdict in last.items() if verdict == "same"}
    found = {}
    for name in steps:
        seen = [name]
        while (further := steps.get(seen[-1])) is not None and further not in seen:
            seen.append(further)
        if steps.get(seen[-1]) is None:
            found[name] = seen[-1]
    return found


def _renamed(fact: Fact, names: Mapping[str, str]) -> Fact:
    if isinstance(fact, BodyFact) and fact.canonical in names:
        return replace(fact, canonical=names[fact.canonical])
    return fact


def orphans(plan: Plan, decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Decisions on the plan that would be in force, but whose words or names it no longer has."""
    bodies = {name for f in plan.facts if isinstance(f, BodyFact) for name in (f.canonical, f.name)}
    bodies |= {*plan.document.issuers, *plan.document.addressees}
    found = []
    for thread in threads(d for d in decisions if d.document == plan.document.id):
        last = thread[-1]
        places = [s.place for d in thread for s in (d.about, d.wanted) if s] + ([last.words] if last.words else [])
        if last.names:
            lost = last.verdict == "same" and not bodies & set(last.names)
        else:
            lost = all(locate(plan.document, place) is None for place in places)
        if lost:
            found.append(last)
    return tuple(found)


# ---- the queue -----------------------------------------------------------------------------------------------------

TaskKind = Literal["fact", "name", "span"]
TASK_KINDS: tuple[TaskKind, ...] = get_args(TaskKind)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is worth a person's look: one of the three is not None."""

    document: str
    confidence: float
    """How sure the program is; the queue begins with what it is least sure of."""
    fact: Fact | None = None
    """A fact that may be wrong."""
    same: SameBody | None = None
    """Two names that may be one body's, in this document."""
    proposal: Proposal | None = None
    """Words that read like a body's name and that no fact explains."""

    @property
    def kind(self) -> TaskKind:
        """Which of the three."""
        return "fact" if self.fact else "name" if self.same else "span"

    @property
    def id(self) -> str:
        """Hash of what it is about: the same as long as that stays where it is."""
        if self.fact:
            return fact_id(self.document, self.fact)
        if self.same:
            return _short_hash(self.document, self.same.name, self.same.other)
        found = self.proposal
        assert found is not None
        return _short_hash(self.document, found.unit, str(found.clause), str(found.span.start), str(found.span.end))


def fact_id(document: str, fact: Fact) -> str:
    """By what a person names a fact of a document to the program."""
    return _short_hash(document, fact_digest(fact))


def _short_hash(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()[:12]


def queue(plans: Sequence[Plan], decisions: Sequence[Decision]) -> tuple[Task, ...]:
    """What is worth a look, the most doubtful first: facts of low confidence, names to confirm, words unexplained.

    What was decided on is not in it: a decision that leaves something open would only come back.

    The words come from the ends of names alone: the tagger takes seconds for a plan, and a page is drawn in tenths.

    Args:
        plans: as they are in force.
        decisions: all that were taken.
    """
    # Whoever opens a workspace imports this module; what only the list of tasks needs is imported with it.
    from .coverage import proposals
    from .names import suggestions

    done = {(d.document, key) for d in decisions for key in _keys(d)}
    tasks = [
        Task(plan.document.id, fact.confidence, fact=fact)
        for plan in plans
        for fact in plan.facts
        if fact.status == "extracted" and fact.confidence < DOUBTFUL
    ]
    known = {plan.document.id for plan in plans}
    for same in suggestions(plans):
        tasks += [
            Task(name, same.confidence, same=same)
            for name in same.documents
            if name in known and (name, ("names", same.name, same.other)) not in done
        ]
    for plan in plans:
        gone = [
            found
            for d in decisions
            if d.document == plan.document.id and d.words and (found := locate(plan.document, d.words))
        ]
        tasks += [
            Task(plan.document.id, UNEXPLAINED, proposal=proposal)
            for proposal in proposals(plan, tagger=False)
            if not any(
                (f.unit.id, f.clause.number) == (proposal.unit, proposal.clause) and f.span == proposal.span
                for f in gone
            )
        ]
    places = {
        (plan.document.id, unit.id, clause.number): n
        for plan in plans
        for n, (unit, clause) in enumerate(plan.document.clauses())
    }

    def place(task: Task) -> tuple[str, int]:
        at = task.fact or task.proposal
        return task.document, places.get((task.document, at.unit, at.clause), 0) if at else -1

    return tuple(sorted(tasks, key=lambda task: (task.confidence, *place(task))))


# ---- RDF -----------------------------------------------------------------------------------------------------------


def _node(prefixed: str) -> NamedNode:
    prefix, name = prefixed.split(":")
    return NamedNode(term(name) if prefix == "plan" else PREFIXES[prefix] + name)


_JSON = _node("rdf:JSON")
_LABEL_OF: dict[Verdict, tuple[str, str]] = {
    "approve": ("认可", "approved"),
    "reject": ("否定", "rejected"),
    "edit": ("修改", "edited"),
    "add": ("补充", "added"),
    "same": ("同一机构", "one body"),
    "different": ("不是同一机构", "two bodies"),
    "dismiss": ("不是机构", "no body"),
}


def _place_json(place: Place | None) -> list[str] | None:
    return None if place is None else [place.unit, place.clause, place.quote, place.prefix, place.suffix]


def _stated_json(given: Stated | None) -> dict[str, object] | None:
    if given is None:
        return None
    fact = given.fact
    own = {f.name: getattr(fact, f.name) for f in fields(fact) if f.name not in ("span", "review")}
    return {"fact": kind_of(fact), **own, "span": [fact.span.start, fact.span.end], "place": _place_json(given.place)}


def _stated_of(text: str) -> Stated:
    whole = json.loads(text)
    kind, span, place = whole.pop("fact"), whole.pop("span"), whole.pop("place")
    return Stated(CLASSES[cast(FactKind, kind)](**whole, span=Span(*span)), Place(*place))


class _Writer:
    """Collects the quads of the graph of reviews."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.graph = NamedNode(shared_graph_iri(base, "review"))
        self.quads: list[Quad] = []

    def put(self, subject: NamedNode, *pairs: tuple[str, NamedNode | Text]) -> None:
        self.quads.extend(Quad(subject, _node(predicate), value, self.graph) for predicate, value in pairs)

    def assertion(self, given: Stated, document: str) -> NamedNode:
        return NamedNode(assertion_iri(self.base, document, fact_digest(given.fact)))

    def write(self, d: Decision, number: int, earlier: Decision | None) -> None:
        node = NamedNode(decision_iri(self.base, d.document, d.id))
        agent, described = reviewer_quads(d.reviewer, self.base, self.graph)
        zh, en = _LABEL_OF[d.verdict]
        self.quads += described
        self.put(
            node,
            ("rdf:type", _node("plan:Decision")),
            ("rdfs:label", Text(f"{zh} · {d.reviewer}", language="zh")),
            ("rdfs:label", Text(f"{en} · {d.reviewer}", language="en")),
            ("dct:subject", NamedNode(document_iri(self.base, d.document))),
            ("dct:identifier", Text(d.document)),
            ("plan:position", Text(str(number), datatype=_node("xsd:integer"))),
            ("plan:verdict", Text(d.verdict)),
            ("prov:wasAttributedTo", agent),
            ("prov:generatedAtTime", moment(d.time)),
            *([("plan:note", Text(d.note))] if d.note else []),
            *([("plan:oneName", Text(d.names[0])), ("plan:otherName", Text(d.names[1]))] if d.names else []),
        )
        for name, given in (("plan:about", d.about), ("plan:wanted", d.wanted)):
            if given is not None:
                self.put(node, (name, Text(json.dumps(_stated_json(given)), datatype=_JSON)))
        self.write_revision(node, d, earlier)
        if d.place is not None:
            self.write_target(node, d.document, d.place)

    def write_revision(self, node: NamedNode, d: Decision, earlier: Decision | None) -> None:
        if earlier is not None:
            self.put(node, ("prov:wasRevisionOf", NamedNode(decision_iri(self.base, d.document, earlier.id))))
        elif d.about is not None:
            self.put(node, ("prov:wasRevisionOf", self.assertion(d.about, d.document)))
        if d.about is not None and d.wanted is not None:
            before, after = self.assertion(d.about, d.document), self.assertion(d.wanted, d.document)
            if before != after:
                self.put(after, ("prov:wasRevisionOf", before))

    def write_target(self, node: NamedNode, document: str, place: Place) -> None:
        target, quote = NamedNode(f"{node.value}/target"), NamedNode(f"{node.value}/quote")
        self.put(node, ("oa:hasTarget", target))
        self.put(
            target,
            ("rdf:type", _node("oa:SpecificResource")),
            ("oa:hasSource", NamedNode(document_iri(self.base, document))),
            ("oa:hasSelector", quote),
            ("plan:reviewedUnit", Text(place.unit)),
            ("plan:reviewedClause", Text(place.clause)),
        )
        self.put(
            quote,
            ("rdf:type", _node("oa:TextQuoteSelector")),
            ("oa:exact", Text(place.quote)),
            ("oa:prefix", Text(place.prefix)),
            ("oa:suffix", Text(place.suffix)),
        )


def decision_quads(decisions: Sequence[Decision], base: str) -> list[Quad]:
    """The whole graph of reviews: every decision with its reviewer, its time and what it revises.

    What a decision revises is the one before it on the same thing, else the assertion as it was extracted.  A name that
    was said to be another one's is given to that body as ``skos:altLabel``.
    """
    writer = _Writer(base)
    before = {id(later): earlier for t in threads(decisions) for earlier, later in zip(t, t[1:], strict=False)}
    for number, decision in enumerate(decisions, 1):
        writer.write(decision, number, before.get(id(decision)))
    for name in sorted({d.document for d in decisions}):
        for one, other in same_names(d for d in decisions if d.document == name).items():
            writer.put(NamedNode(body_iri(base, other)), ("skos:altLabel", Text(one, language=language_of(one))))
    return writer.quads


def read_decisions(store: AnyGraph) -> tuple[Decision, ...]:
    """The decisions that were written, in their order."""
    graph = shared_graph_iri(store.base, "review")
    parts: dict[str, dict[str, str]] = {}
    for quad in store.quads(graph):
        subject, value = cast(NamedNode, quad.subject).value, cast("NamedNode | Text", quad.object).value
        parts.setdefault(subject, {})[quad.predicate.value] = value
    made = []
    for iri, own in parts.items():
        verdict = own.get(term("verdict"))
        if verdict is None:
            continue
        about, wants = own.get(term("about")), own.get(term("wanted"))
        target, quote = parts.get(f"{iri}/target", {}), parts.get(f"{iri}/quote", {})
        words = None
        if target and about is None and wants is None:
            oa = [quote[PREFIXES["oa"] + name] for name in ("exact", "prefix", "suffix")]
            words = Place(target[term("reviewedUnit")], target[term("reviewedClause")], *oa)
        names = (own[term("oneName")], own[term("otherName")]) if term("oneName") in own else None
        reviewer = parts[own[PREFIXES["prov"] + "wasAttributedTo"]][PREFIXES["rdfs"] + "label"]
        decision = Decision(
            document=own[PREFIXES["dct"] + "identifier"],
            verdict=cast(Verdict, verdict),
            reviewer=reviewer,
            time=own[PREFIXES["prov"] + "generatedAtTime"],
            note=own.get(term("note"), ""),
            about=_stated_of(about) if about else None,
            wanted=_stated_of(wants) if wants else None,
            words=words,
            names=names,
        )
        made.append((int(own[term("position")]), decision))
    return tuple(decision for _, decision in sorted(made, key=lambda pair: pair[0]))
