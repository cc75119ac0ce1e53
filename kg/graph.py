"""A plan as RDF, and back: ``read_plan(store, id)`` is the exact inverse of ``plan_quads(plan, base)``.

What lives here: the shape of the data, in one place for both directions.  What never will: queries over it.

Three named graphs for each document:

- ``…/source``: the document, its untouched text, sections, units, clauses.
- ``…/extracted``: facts as plain triples, ``unit → property → thing`` and, as a short cut, ``clause → plan:states →
  thing``; and what the things are.  ``unit → plan:impliedActor → body`` is derived (``kg/implied.py``), no fact.
- ``…/assertions``: each fact once more as a ``plan:Assertion``: subject, predicate, object, the clause that states it
  (``plan:statedIn``), method, confidence, status, and an ``oa:hasTarget`` with a TextQuoteSelector and a
  TextPositionSelector (W3C Web Annotation Data Model, 4.2.4 and 4.2.5).  The offsets are code points of the document's
  text, so the target's ``oa:hasSource`` is the document and its ``oa:hasScope`` the clause.

What the model keeps apart is kept apart: a value that is None has no triple, an empty text has one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, cast
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, Quad

from .errors import UnknownDocument
from .implied import implied_actors
from .model import (
    BodyFact,
    Clause,
    Document,
    Fact,
    Furniture,
    Plan,
    ProgrammeFact,
    Review,
    Role,
    Section,
    Span,
    TargetFact,
    ThemeFact,
    Unit,
    UnitKind,
)
from .store import AnyGraph, GraphStore
from .vocab import (
    PARTS,
    PREFIXES,
    assertion_iri,
    body_iri,
    clause_iri,
    concept_iri,
    decision_iri,
    document_iri,
    graph_iri,
    language_of,
    parse_iri,
    programme_iri,
    reviewer_iri,
    section_iri,
    target_iri,
    term,
    unit_iri,
)

ROLES: dict[Role, str] = {
    "lead": "leadBody",
    "responsible": "responsibleBody",
    "support": "supportBody",
    "participant": "participant",
    "affected": "affects",
    "location": "place",
}
"""The property by which a clause names a body in a role."""
_ROLE_OF = {term(name): role for role, name in ROLES.items()}
_UNIT_CLASS: dict[UnitKind, str] = {
    "item": "PlanItem",
    "article": "Article",
    "paragraph": "Paragraph",
    "notice": "Notice",
    "annex": "Annex",
}
_CONTEXT = 16
"""Characters before and after a quote that its selector keeps: enough to tell two equal quotes of a clause apart."""


def _outside(prefixed: str) -> str:
    prefix, name = prefixed.split(":")
    return PREFIXES[prefix] + name


@cache
def _node(prefixed: str) -> NamedNode:
    return NamedNode(_outside(prefixed))


@cache
def _plan(name: str) -> NamedNode:
    return NamedNode(term(name))


_TYPE, _LABEL, _VALUE = _node("rdf:type"), _node("rdfs:label"), _node("rdf:value")
_TITLE, _PART_OF, _ISSUED = _node("dct:title"), _node("dct:isPartOf"), _node("dct:issued")
_INTEGER, _DOUBLE, _DATE = _node("xsd:integer"), _node("xsd:double"), _node("xsd:date")
_TIME, _ATTRIBUTED, _GENERATED = _node("xsd:dateTime"), _node("prov:wasAttributedTo"), _node("prov:generatedAtTime")
_YEAR, _MONTH = _node("xsd:gYear"), _node("xsd:gYearMonth")
_POSITION, _START, _END = _plan("position"), _plan("charStart"), _plan("charEnd")
_IN_DOCUMENT, _CANONICAL = _plan("inDocument"), _plan("canonicalName")


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)


def _float(value: float) -> Literal:
    return Literal(repr(float(value)).replace("inf", "INF"), datatype=_DOUBLE)


def _when(text: str) -> Literal:
    """A date, month or year with its type, where the text is exactly that; any other text as it is.

    The store keeps typed values by value, so only forms that come back letter for letter get a type.
    """
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            date.fromisoformat(text)
        except ValueError:
            return Literal(text)
        return Literal(text, datatype=_DATE)
    if re.fullmatch(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])", text):
        return Literal(text, datatype=_MONTH)
    if re.fullmatch(r"[1-9][0-9]{3}", text):
        return Literal(text, datatype=_YEAR)
    return Literal(text)


def moment(text: str) -> Literal:
    """A time of UTC to the second with its type; any other text as it is."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", text):
        try:
            datetime.fromisoformat(text)
        except ValueError:
            return Literal(text)
        return Literal(text, datatype=_TIME)
    return Literal(text)


def reviewer_quads(name: str, base: str, graph: NamedNode) -> tuple[NamedNode, list[Quad]]:
    """The node of a person who decides, and what is said of it: that it is a person, and the name."""
    node = NamedNode(reviewer_iri(base, name))
    return node, [
        Quad(node, _TYPE, _node("prov:Person"), graph),
        Quad(node, _LABEL, Literal(name), graph),
    ]


class _Writer:
    """Collects the quads of one plan; knows the document, the base and the three graphs."""

    def __init__(self, document: Document, base: str) -> None:
        self.document = document
        self.base = base
        self.iri = document_iri(base, document.id)
        self.node = NamedNode(self.iri)
        self.source = NamedNode(graph_iri(base, document.id, "source"))
        self.extracted = NamedNode(graph_iri(base, document.id, "extracted"))
        self.assertions = NamedNode(graph_iri(base, document.id, "assertions"))
        self.quads: list[Quad] = []
        self.described: set[tuple[str, str, NamedNode]] = set()

    def put(self, graph: NamedNode, subject: NamedNode, *pairs: tuple[NamedNode, NamedNode | Literal]) -> None:
        self.quads.extend(Quad(subject, predicate, value, graph) for predicate, value in pairs)

    def label(self, text: str, *otherwise: str) -> tuple[NamedNode, Literal]:
        shown = next((t for t in (text, *otherwise) if t.strip()), self.document.id)
        return _LABEL, Literal(shown, language=language_of(shown))

    def span(self, span: Span) -> tuple[tuple[NamedNode, Literal], tuple[NamedNode, Literal]]:
        return (_START, _number(span.start)), (_END, _number(span.end))

    # ---- source ----

    def write_document(self) -> None:
        document, node = self.document, self.node
        self.put(
            self.source, node,
            (_TYPE, _plan("PlanDocument")),
            self.label(document.title, document.source),
            (_TITLE, Literal(document.title)),
            (_node("dct:identifier"), Literal(document.id)),
            (_node("dct:language"), Literal(document.language)),
            (_plan("sourceFile"), Literal(document.source)),
            (_plan("sourceSha256"), Literal(document.sha256)),
            (_plan("sourceFormat"), Literal(document.format)),
            (_plan("text"), Literal(document.text)),
        )  # fmt: skip
        if document.number is not None:
            self.put(self.source, node, (_plan("documentNumber"), Literal(document.number)))
        if document.year is not None:
            self.put(self.source, node, (_plan("planYear"), _number(document.year)))
        if document.issued is not None:
            self.put(self.source, node, (_ISSUED, _when(document.issued)))
        self.write_names("issuer", _plan("issuerNaming"), _node("dct:publisher"), document.issuers)
        self.write_names("addressee", _plan("addresseeNaming"), _plan("addressee"), document.addressees)
        for number, text in enumerate(document.warnings, 1):
            warning = NamedNode(f"{self.iri}/warning/{number}")
            self.put(self.source, node, (_plan("hasWarning"), warning))
            self.put(
                self.source, warning, (_TYPE, _plan("Warning")), (_POSITION, _number(number)), (_VALUE, Literal(text))
            )
        for number, piece in enumerate(document.furniture, 1):
            furniture = NamedNode(f"{self.iri}/furniture/{number}")
            self.put(self.source, node, (_plan("hasFurniture"), furniture))
            self.put(
                self.source, furniture, (_TYPE, _plan("Furniture")), (_POSITION, _number(number)),
                (_plan("reason"), Literal(piece.reason)), *self.span(piece.span),
            )  # fmt: skip

    def write_names(self, step: str, naming: NamedNode, relation: NamedNode, names: tuple[str, ...]) -> None:
        """Names in printed order, each on a node of its own, beside the plain triple to the body."""
        for number, name in enumerate(names, 1):
            node, body = NamedNode(f"{self.iri}/{step}/{number}"), NamedNode(body_iri(self.base, name))
            self.put(self.source, self.node, (naming, node), (relation, body))
            self.put(
                self.source, node, (_TYPE, _plan("Naming")), (_POSITION, _number(number)), (_VALUE, Literal(name)),
                (_plan("names"), body),
            )  # fmt: skip
            self.describe(self.source, body, name, "Body")

    def describe(self, graph: NamedNode, node: NamedNode, name: str, class_name: str) -> None:
        """Type, name and label of a body or programme, once a graph."""
        key = (graph.value, class_name, node)
        if key not in self.described:
            self.described.add(key)
            self.put(graph, node, (_TYPE, _plan(class_name)), (_CANONICAL, Literal(name)), self.label(name, "—"))

    def write_structure(self) -> None:
        document = self.document
        places: dict[str | None, str] = {None: ""}
        children: Counter[str | None] = Counter()
        for number, section in enumerate(document.sections, 1):
            children[section.parent] += 1
            places[section.id] = f"{places.get(section.parent, '')}{children[section.parent]}."
            self.put(
                self.source, NamedNode(section_iri(self.base, document.id, section.id)),
                (_TYPE, _plan("Section")),
                self.label(f"{section.label}{section.title}"),
                (_TITLE, Literal(section.title)),
                (_plan("numberLabel"), Literal(section.label)),
                (_plan("level"), _number(section.level)),
                (_plan("ordinalPath"), Literal(places[section.id].rstrip("."))),
                (_POSITION, _number(number)),
                (_PART_OF, self.container(section.parent)),
                (_IN_DOCUMENT, self.node),
                *self.span(section.span),
            )  # fmt: skip
        for number, unit in enumerate(document.units, 1):
            node = NamedNode(unit_iri(self.base, document.id, unit.id))
            self.put(
                self.source, node,
                (_TYPE, _plan("Unit")),
                (_TYPE, _plan(_UNIT_CLASS[unit.kind])),
                self.label(f"{unit.label} {unit.title}".strip(), unit.id),
                (_TITLE, Literal(unit.title)),
                (_plan("unitLabel"), Literal(unit.label)),
                (_plan("unitKind"), Literal(unit.kind)),
                (_POSITION, _number(number)),
                (_PART_OF, self.container(unit.section)),
                (_IN_DOCUMENT, self.node),
                *self.span(unit.span),
            )  # fmt: skip
            for place, clause in enumerate(unit.clauses, 1):
                self.put(
                    self.source, NamedNode(clause_iri(self.base, document.id, unit.id, clause.number)),
                    (_TYPE, _plan("Clause")),
                    self.label(f"{unit.label}·{clause.number}"),
                    (_VALUE, Literal(clause.text)),
                    (_plan("clauseNumber"), _number(clause.number)),
                    (_POSITION, _number(place)),
                    (_PART_OF, node),
                    (_IN_DOCUMENT, self.node),
                    *((_plan("translation"), Literal(t, language="en")) for t in [clause.translation] if t),
                    *self.span(clause.span),
                )  # fmt: skip

    def container(self, section: str | None) -> NamedNode:
        return self.node if section is None else NamedNode(section_iri(self.base, self.document.id, section))

    # ---- facts ----

    def write_facts(self, facts: tuple[Fact, ...]) -> None:
        targets: Counter[str] = Counter()
        copies: Counter[str] = Counter()
        for number, fact in enumerate(facts, 1):
            unit = NamedNode(unit_iri(self.base, self.document.id, fact.unit))
            clause = NamedNode(clause_iri(self.base, self.document.id, fact.unit, fact.clause))
            details: list[tuple[NamedNode, NamedNode | Literal]]
            match fact:
                case BodyFact():
                    predicate, thing, details = self.body(fact)
                case ProgrammeFact():
                    predicate, thing, details = self.programme(fact)
                case TargetFact():
                    targets[fact.unit] += 1
                    predicate, thing, details = self.target(fact, targets[fact.unit])
                case ThemeFact():
                    predicate, thing, details = self.theme(fact)
                case _:
                    raise TypeError(f"{type(fact).__name__} is no kind of fact that the graph knows")
            digest = fact_digest(fact)
            copies[digest] += 1
            if copies[digest] > 1:
                digest = f"{digest}-{copies[digest]}"
            if fact.review is not None:
                details = [*details, *self.reviewed(fact.review)]
            self.put(self.extracted, unit, (predicate, thing))
            self.put(self.extracted, clause, (_plan("states"), thing))
            self.write_assertion(fact, digest, number, (unit, predicate, thing, clause), details)

    def reviewed(self, review: Review) -> list[tuple[NamedNode, NamedNode | Literal]]:
        """Who decided, when, and the decision itself, which stands in the graph of reviews."""
        agent, described = reviewer_quads(review.reviewer, self.base, self.assertions)
        self.quads += described
        decision = NamedNode(decision_iri(self.base, self.document.id, review.decision))
        return [(_ATTRIBUTED, agent), (_GENERATED, moment(review.time)), (_plan("decidedBy"), decision)]

    def write_implied(self, plan: Plan) -> None:
        """Derived, not stated: a triple without an assertion, which :func:`read_plan` does not read."""
        for unit, names in implied_actors(plan).items():
            for name in names:
                body = NamedNode(body_iri(self.base, name))
                self.describe(self.extracted, body, name, "Body")
                self.put(
                    self.extracted,
                    NamedNode(unit_iri(self.base, self.document.id, unit)),
                    (_plan("impliedActor"), body),
                )

    def body(self, fact: BodyFact) -> tuple[NamedNode, NamedNode, list[tuple[NamedNode, NamedNode | Literal]]]:
        thing, kind = NamedNode(body_iri(self.base, fact.canonical)), (_plan("bodyKind"), Literal(fact.kind))
        self.describe(self.extracted, thing, fact.canonical, "Body")
        if fact.role == "location" or fact.kind == "place":
            self.put(self.extracted, thing, (_TYPE, _plan("Place")))
        self.put(self.extracted, thing, kind)
        return _plan(ROLES[fact.role]), thing, [kind, (_plan("name"), Literal(fact.name))]

    def programme(
        self, fact: ProgrammeFact
    ) -> tuple[NamedNode, NamedNode, list[tuple[NamedNode, NamedNode | Literal]]]:
        thing = NamedNode(programme_iri(self.base, fact.canonical))
        policy = fact.kind == "policy_document"
        kind = (_plan("programmeKind"), Literal(fact.kind))
        self.describe(self.extracted, thing, fact.canonical, "PolicyDocument" if policy else "Programme")
        self.put(self.extracted, thing, kind)
        details = [kind, (_plan("name"), Literal(fact.name)), (_plan("action"), Literal(fact.action))]
        return _plan("citesPolicy" if policy else "mentionsProgramme"), thing, [*details]

    def target(
        self, fact: TargetFact, number: int
    ) -> tuple[NamedNode, NamedNode, list[tuple[NamedNode, NamedNode | Literal]]]:
        thing = NamedNode(target_iri(self.base, self.document.id, fact.unit, number))
        self.put(
            self.extracted, thing,
            (_TYPE, _plan("Target")),
            self.label(fact.text, "—"),
            (_VALUE, Literal(fact.text)),
            (_plan("measure"), Literal(fact.measure)),
            (_plan("unit"), Literal(fact.unit_text)),
            (_plan("comparator"), Literal(fact.comparator)),
            (_plan("commitment"), Literal(fact.commitment)),
        )  # fmt: skip
        for name, value in (("value", fact.value), ("valueMax", fact.value_max), ("baseline", fact.baseline)):
            if value is not None:
                self.put(self.extracted, thing, (_plan(name), _float(value)))
        if fact.deadline is not None:
            self.put(self.extracted, thing, (_plan("due"), _when(fact.deadline)))
        return _plan("hasTarget"), thing, []

    def theme(self, fact: ThemeFact) -> tuple[NamedNode, NamedNode, list[tuple[NamedNode, NamedNode | Literal]]]:
        thing = NamedNode(concept_iri(self.base, fact.concept))
        labels: list[tuple[NamedNode, NamedNode | Literal]] = [
            (_LABEL, Literal(fact.label_zh, language="zh")),
            (_LABEL, Literal(fact.label_en, language="en")),
        ]
        self.put(self.extracted, thing, (_TYPE, _plan("Theme")), *labels)
        return _plan("concerns"), thing, labels

    def write_assertion(
        self,
        fact: Fact,
        digest: str,
        number: int,
        statement: tuple[NamedNode, NamedNode, NamedNode, NamedNode],
        details: list[tuple[NamedNode, NamedNode | Literal]],
    ) -> None:
        subject, predicate, thing, clause = statement
        text, span = self.document.text, fact.span
        iri = assertion_iri(self.base, self.document.id, digest)
        node = NamedNode(iri)
        target, quote, place = (NamedNode(f"{iri}/{step}") for step in ("target", "quote", "position"))
        self.put(
            self.assertions, node,
            (_TYPE, _plan("Assertion")),
            (_node("rdf:subject"), subject),
            (_node("rdf:predicate"), predicate),
            (_node("rdf:object"), thing),
            (_plan("statedIn"), clause),
            (_IN_DOCUMENT, self.node),
            (_POSITION, _number(number)),
            (_plan("method"), Literal(fact.method)),
            (_plan("confidence"), _float(fact.confidence)),
            (_plan("status"), Literal(fact.status)),
            (_node("oa:hasTarget"), target),
            *details,
        )  # fmt: skip
        self.put(
            self.assertions, target,
            (_TYPE, _node("oa:SpecificResource")),
            (_node("oa:hasSource"), self.node),
            (_node("oa:hasScope"), clause),
            (_node("oa:hasSelector"), quote),
            (_node("oa:hasSelector"), place),
        )  # fmt: skip
        self.put(
            self.assertions, quote,
            (_TYPE, _node("oa:TextQuoteSelector")),
            (_node("oa:exact"), Literal(span.of(text))),
            (_node("oa:prefix"), Literal(text[max(0, span.start - _CONTEXT) : span.start])),
            (_node("oa:suffix"), Literal(text[span.end : span.end + _CONTEXT])),
        )  # fmt: skip
        self.put(
            self.assertions, place,
            (_TYPE, _node("oa:TextPositionSelector")),
            (_node("oa:start"), _number(span.start)),
            (_node("oa:end"), _number(span.end)),
        )  # fmt: skip


def fact_digest(fact: Fact) -> str:
    """Hash of what a fact says and where: not of how it was found, so that a better rule keeps the name of a fact."""
    match fact:
        case BodyFact():
            said: list[Any] = ["body", fact.role, fact.canonical]
        case ProgrammeFact():
            said = ["programme", fact.canonical]
        case TargetFact():
            said = ["target", fact.comparator, fact.value, fact.value_max, fact.unit_text, fact.deadline]
        case ThemeFact():
            said = ["theme", fact.concept]
        case _:
            said = []
    whole = json.dumps([fact.unit, fact.clause, fact.span.start, fact.span.end, *said], ensure_ascii=True)
    return hashlib.sha256(whole.encode("ascii")).hexdigest()[:16]


def plan_quads(plan: Plan, base: str, *, software: str = "", vocabulary: str = "") -> list[Quad]:
    """All that the graph says of a plan, as quads of its three named graphs.

    Args:
        plan: the document and its facts.
        base: the base of all data IRIs.
        software: version of the program that extracted the facts.
        vocabulary: hash of the lexicons and the thesaurus that it used.

    Raises:
        ValueError: an id is empty or a reserved word.
    """
    writer = _Writer(plan.document, base)
    writer.write_document()
    writer.write_structure()
    writer.write_facts(plan.facts)
    writer.write_implied(plan)
    run = NamedNode(f"{writer.iri}/run")
    writer.put(
        writer.assertions, run,
        (_TYPE, _plan("ExtractionRun")),
        (_node("prov:used"), writer.node),
        (_plan("softwareVersion"), Literal(software)),
        (_plan("vocabularySha256"), Literal(vocabulary)),
    )  # fmt: skip
    return writer.quads


# ---- reading ----


class _Columns:
    """The triples of one named graph by property: subject IRI → value, read by one scan of an index each."""

    def __init__(self, store: GraphStore, graph: str) -> None:
        self.store = store
        self.graph = NamedNode(graph)

    def pairs(self, predicate: NamedNode, value: NamedNode | None = None) -> Iterator[tuple[str, str]]:
        for quad in self.store.inner.quads_for_pattern(None, predicate, value, self.graph):
            # The program writes no blank nodes and no quoted triples.
            yield cast(NamedNode, quad.subject).value, cast("NamedNode | Literal", quad.object).value

    def column(self, predicate: NamedNode) -> dict[str, str]:
        return dict(self.pairs(predicate))

    def numbers(self, predicate: NamedNode) -> dict[str, int]:
        return {subject: int(value) for subject, value in self.pairs(predicate)}

    def members(self, class_name: str) -> list[str]:
        return [
            cast(NamedNode, quad.subject).value
            for quad in self.store.inner.quads_for_pattern(None, _TYPE, _plan(class_name), self.graph)
        ]


def document_ids(store: AnyGraph) -> tuple[str, ...]:
    """Ids of the documents in the store, sorted."""
    found = store.triples(None, _TYPE.value, term("PlanDocument"))
    names = (parse_iri(store.base, subject) for subject, _, _ in found)
    return tuple(sorted({name.document for name in names if name is not None}))


def read_plan(graph: AnyGraph, document_id: str) -> Plan:
    """The plan that was written, equal to it field by field.

    Raises:
        UnknownDocument: the store has no document of that id.
    """
    try:
        iri = document_iri(graph.base, document_id)
    except ValueError as error:
        raise UnknownDocument(f"no document {document_id!r} is ingested; see: yaodian list") from error
    store = graph.near(graph_iri(graph.base, document_id, part) for part in PARTS)
    source = _Columns(store, graph_iri(store.base, document_id, "source"))
    own = {
        quad.predicate.value: cast(Literal, quad.object).value
        for quad in store.inner.quads_for_pattern(NamedNode(iri), None, None, source.graph)
    }
    if term("text") not in own:
        raise UnknownDocument(f"no document {document_id!r} is ingested; see: yaodian list")
    year = own.get(term("planYear"))
    positions, starts, ends = source.numbers(_POSITION), source.numbers(_START), source.numbers(_END)
    values, titles, parts = source.column(_VALUE), source.column(_TITLE), source.column(_PART_OF)
    reasons = source.column(_plan("reason"))

    def ordered(nodes: list[str]) -> list[str]:
        return sorted(nodes, key=positions.__getitem__)

    def span(node: str) -> Span:
        return Span(starts[node], ends[node])

    def last(node: str) -> str:
        named = parse_iri(store.base, node)
        assert named is not None
        return named.unit

    def section_of(node: str) -> str | None:
        return None if parts[node] == iri else last(parts[node])

    def names(property_name: str) -> tuple[str, ...]:
        nodes = [value for _, value in source.pairs(_plan(property_name))]
        return tuple(values[node] for node in ordered(nodes))

    labels, levels = source.column(_plan("numberLabel")), source.numbers(_plan("level"))
    sections = tuple(
        Section(last(node), labels[node], titles[node], levels[node], section_of(node), span(node))
        for node in ordered(source.members("Section"))
    )
    numbers, translations = source.numbers(_plan("clauseNumber")), source.column(_plan("translation"))
    clauses: defaultdict[str, list[Clause]] = defaultdict(list)
    for node in ordered(list(numbers)):
        clauses[parts[node]].append(Clause(numbers[node], span(node), values[node], translations.get(node, "")))
    unit_labels, kinds = source.column(_plan("unitLabel")), source.column(_plan("unitKind"))
    units = tuple(
        Unit(
            id=last(node),
            label=unit_labels[node],
            kind=cast(UnitKind, kinds[node]),
            title=titles[node],
            section=section_of(node),
            span=span(node),
            clauses=tuple(clauses[node]),
        )
        for node in ordered(source.members("Unit"))
    )
    document = Document(
        id=document_id,
        source=own[term("sourceFile")],
        sha256=own[term("sourceSha256")],
        format=own[term("sourceFormat")],
        text=own[term("text")],
        language=cast(Any, own[_outside("dct:language")]),
        title=own[_outside("dct:title")],
        number=own.get(term("documentNumber")),
        issuers=names("issuerNaming"),
        addressees=names("addresseeNaming"),
        year=None if year is None else int(year),
        issued=own.get(_outside("dct:issued")),
        sections=sections,
        units=units,
        furniture=tuple(Furniture(span(node), reasons[node]) for node in ordered(source.members("Furniture"))),
        warnings=tuple(values[node] for node in ordered(source.members("Warning"))),
    )
    return Plan(document, tuple(_read_facts(store, document_id)))


def _read_facts(store: GraphStore, document_id: str) -> Iterator[Fact]:
    stated = _Columns(store, graph_iri(store.base, document_id, "assertions"))
    extracted = _Columns(store, graph_iri(store.base, document_id, "extracted"))
    canonical = extracted.column(_CANONICAL)
    predicates, things = stated.column(_node("rdf:predicate")), stated.column(_node("rdf:object"))
    clauses, methods = stated.column(_plan("statedIn")), stated.column(_plan("method"))
    confidences, statuses = stated.column(_plan("confidence")), stated.column(_plan("status"))
    starts, ends = stated.numbers(_node("oa:start")), stated.numbers(_node("oa:end"))
    names, actions = stated.column(_plan("name")), stated.column(_plan("action"))
    body_kinds, programme_kinds = stated.column(_plan("bodyKind")), stated.column(_plan("programmeKind"))
    labels: dict[tuple[str, str | None], str] = {}
    for quad in store.inner.quads_for_pattern(None, _LABEL, None, stated.graph):
        label = cast(Literal, quad.object)
        labels[cast(NamedNode, quad.subject).value, label.language] = label.value
    agents, times, decisions = (stated.column(p) for p in (_ATTRIBUTED, _GENERATED, _plan("decidedBy")))
    reviewers = stated.column(_LABEL)

    def review(node: str) -> Review | None:
        if node not in decisions:
            return None
        return Review(unquote(decisions[node].rpartition("/")[2]), reviewers[agents[node]], times[node])

    targets = {
        name: extracted.column(_plan(name))
        for name in ("measure", "unit", "comparator", "commitment", "value", "valueMax", "baseline", "due")
    }
    texts = extracted.column(_VALUE)

    def number(name: str, thing: str) -> float | None:
        value = targets[name].get(thing)
        return None if value is None else float(value)

    positions = stated.numbers(_POSITION)
    for node in sorted(positions, key=positions.__getitem__):
        place, thing = parse_iri(store.base, clauses[node]), things[node]
        assert place is not None
        common: dict[str, Any] = {
            "unit": place.unit,
            "clause": place.number,
            "span": Span(starts[f"{node}/position"], ends[f"{node}/position"]),
            "method": methods[node],
            "confidence": float(confidences[node]),
            "status": statuses[node],
            "review": review(node),
        }
        predicate = predicates[node]
        if predicate == term("hasTarget"):
            yield TargetFact(
                **common,
                text=texts[thing],
                measure=targets["measure"][thing],
                value=number("value", thing),
                value_max=number("valueMax", thing),
                unit_text=targets["unit"][thing],
                comparator=cast(Any, targets["comparator"][thing]),
                deadline=targets["due"].get(thing),
                baseline=number("baseline", thing),
                commitment=cast(Any, targets["commitment"][thing]),
            )
        elif predicate == term("concerns"):
            concept = parse_iri(store.base, thing)
            assert concept is not None
            yield ThemeFact(**common, concept=concept.slug, label_zh=labels[node, "zh"], label_en=labels[node, "en"])
        elif predicate in _ROLE_OF:
            yield BodyFact(
                **common,
                name=names[node],
                canonical=canonical[thing],
                role=_ROLE_OF[predicate],
                kind=body_kinds[node],
            )
        else:
            yield ProgrammeFact(
                **common,
                name=names[node],
                canonical=canonical[thing],
                kind=programme_kinds[node],
                action=actions[node],
            )
