"""From the typed nouns to what a page draws: plain dictionaries, ready for JSON.

What lives here: the shape of every view.  What never will: Gradio, HTML, and decisions about what is true.  Texts of
documents stay plain text; the browser side puts them into the page as text nodes only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from kg.errors import UnknownTerm
from kg.model import BodyFact, Clause, Document, Fact, Plan, ProgrammeFact, TargetFact, ThemeFact, Unit
from kg.vocab import body_iri, clause_iri, concept_iri, document_iri, programme_iri, section_iri, target_iri, unit_iri
from qa.model import Answer, Term

View = dict[str, Any]
Kind = Literal["document", "section", "item", "clause", "body", "programme", "target", "theme", "place", "other"]

WARNINGS_SHOWN = 30
FACTS_SHOWN = 200
"""A panel that names more is no longer read; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that an IRI names, as a page names it."""

    iri: str
    kind: Kind
    label: str
    label_en: str = ""
    note: str = ""
    clause: str = ""
    """IRI of the clause or unit to read for it; empty where it stands in many."""

    def view(self) -> View:
        """What the browser needs to draw it."""
        return {
            "iri": self.iri,
            "kind": self.kind,
            "label": self.label,
            "label_en": self.label_en,
            "note": self.note,
            "clause": self.clause,
        }


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact with the place that states it and the two things that it joins."""

    fact: Fact
    document: Document
    unit: Unit
    clause: Clause
    subject: str
    relation: str
    object: str


def relation_of(fact: Fact) -> str:
    """The name of the property that a fact stands for, as ``ui/texts.toml`` knows it.

    >>> from kg.model import Span
    >>> at = {"unit": "i1", "clause": 1, "span": Span(0, 1), "method": "m"}
    >>> relation_of(BodyFact(**at, name="a", canonical="a", role="lead", kind="b"))
    'leadBody'
    """
    match fact:
        case BodyFact():
            return {
                "lead": "leadBody",
                "responsible": "responsibleBody",
                "support": "supportBody",
                "participant": "participant",
                "affected": "affects",
                "location": "place",
            }[fact.role]
        case ProgrammeFact():
            return "citesPolicy" if fact.kind == "policy_document" else "mentionsProgramme"
        case TargetFact():
            return "hasTarget"
        case _:
            return "concerns"


def segments(document: Document, clause: Clause, facts: Iterable[Fact]) -> list[list[str]]:
    """The clause's readable text in pieces, each with the kinds of fact that its characters state (``"body theme"``).

    The pieces joined are ``clause.text``, whatever the spans of the facts are.
    """
    kinds: list[set[str]] = [set() for _ in clause.text]
    place = readable_places(clause.span.of(document.text), clause.text)
    for fact in facts:
        kind = {BodyFact: "body", ProgrammeFact: "programme", TargetFact: "target", ThemeFact: "theme"}.get(type(fact))
        if kind is None or not clause.span.holds(fact.span):
            continue
        for raw in range(fact.span.start - clause.span.start, fact.span.end - clause.span.start):
            if (at := place[raw]) is not None:
                kinds[at].add(kind)
    out: list[list[str]] = []
    before: set[str] | None = None
    for char, now in zip(clause.text, kinds, strict=True):
        if now == before:
            out[-1][0] += char
        else:
            out.append([char, " ".join(sorted(now))])
        before = now
    return out


def readable_places(raw: str, text: str) -> list[int | None]:
    """For each character of a slice its place in the readable text; None for white space that is not in it."""
    # The readable text differs from the slice in white space only, so one walk aligns the two.
    out: list[int | None] = []
    at = 0
    for char in raw:
        same = at < len(text) and (text[at] == char or (text[at] == " " and char.isspace()))
        out.append(at if same else None)
        at += same
    return out


class Library:
    """The loaded plans by IRI: what each name is, and which clauses state what of it."""

    def __init__(self, plans: Sequence[Plan], base: str) -> None:
        self.plans = tuple(plans)
        self.base = base
        self.things: dict[str, Thing] = {}
        self.facts: list[Stated] = []
        self.places: dict[str, tuple[Document, Unit, Clause | None]] = {}
        """IRI of a unit or clause → where it stands."""
        for plan in self.plans:
            self._add(plan)

    def _add(self, plan: Plan) -> None:
        document = plan.document
        whole = document_iri(self.base, document.id)
        note = " · ".join(str(x) for x in (document.number, document.year) if x)
        self._name(Thing(whole, "document", document.title or document.source, note=note))
        for section in document.sections:
            iri = section_iri(self.base, document.id, section.id)
            self._name(Thing(iri, "section", f"{section.label}{section.title}", clause=iri))
        for unit in document.units:
            iri = unit_iri(self.base, document.id, unit.id)
            english = title_en(unit)
            name_en = f"{unit.label} {english}" if english else ""
            self._name(Thing(iri, "item", _unit_name(unit), name_en, note=document.title, clause=iri))
            self.places[iri] = (document, unit, None)
            for clause in unit.clauses:
                own = clause_iri(self.base, document.id, unit.id, clause.number)
                self._name(Thing(own, "clause", clause.text, clause.translation, note=_unit_name(unit), clause=own))
                self.places[own] = (document, unit, clause)
        targets: Counter[str] = Counter()
        clauses = {(unit.id, clause.number): (unit, clause) for unit, clause in document.clauses()}
        for fact in plan.facts:
            found = clauses.get((fact.unit, fact.clause))
            if found is None:
                continue
            targets[fact.unit] += isinstance(fact, TargetFact)
            thing = self._thing(document, fact, targets[fact.unit])
            self._name(thing)
            subject = unit_iri(self.base, document.id, fact.unit)
            self.facts.append(Stated(fact, document, *found, subject, relation_of(fact), thing.iri))

    def _name(self, thing: Thing) -> None:
        self.things.setdefault(thing.iri, thing)

    def _thing(self, document: Document, fact: Fact, number: int) -> Thing:
        match fact:
            case BodyFact():
                place = fact.role == "location" or fact.kind == "place"
                return Thing(body_iri(self.base, fact.canonical), "place" if place else "body", fact.canonical)
            case ProgrammeFact():
                return Thing(programme_iri(self.base, fact.canonical), "programme", fact.canonical)
            case TargetFact():
                iri = target_iri(self.base, document.id, fact.unit, number)
                where = clause_iri(self.base, document.id, fact.unit, fact.clause)
                return Thing(iri, "target", fact.text, note=fact.measure, clause=where)
            case ThemeFact():
                return Thing(concept_iri(self.base, fact.concept), "theme", fact.label_zh, fact.label_en)
            case _:
                raise TypeError(f"no view of {type(fact).__name__}")

    @cached_property
    def about(self) -> Mapping[str, tuple[Stated, ...]]:
        """IRI → the facts that it is part of: of a unit, a clause, or the thing that the fact names."""
        out: dict[str, list[Stated]] = {}
        for stated in self.facts:
            own = clause_iri(self.base, stated.document.id, stated.unit.id, stated.clause.number)
            for iri in {stated.subject, stated.object, own}:
                out.setdefault(iri, []).append(stated)
        return {iri: tuple(found) for iri, found in out.items()}

    def thing(self, iri: str) -> Thing:
        """What the IRI names; :class:`UnknownTerm` where it names nothing that is loaded."""
        try:
            return self.things[iri]
        except KeyError:
            raise UnknownTerm(f"nothing that is loaded has the address {iri[:200]}") from None

    def clause_ref(self, document: Document, unit: Unit, clause: Clause) -> View:
        """A clause as a link names it."""
        return {
            "iri": clause_iri(self.base, document.id, unit.id, clause.number),
            "where": _where(unit, clause),
            "text": clause.text,
            "translation": clause.translation,
            "document": document.id,
        }

    # ---- views ------------------------------------------------------------------------------------------------

    def documents(self) -> list[View]:
        """The loaded documents, as the first page and the pickers list them."""
        return [
            {
                "id": d.id,
                "iri": document_iri(self.base, d.id),
                "title": d.title or d.source,
                "number": d.number,
                "year": d.year,
                "issuers": list(d.issuers),
                "units": len(d.units),
                "clauses": sum(len(unit.clauses) for unit in d.units),
                "facts": len(plan.facts),
                "warnings": list(d.warnings[:WARNINGS_SHOWN]),
                "warnings_total": len(d.warnings),
                "source": d.source,
                "language": d.language,
            }
            for plan in self.plans
            for d in (plan.document,)
        ]

    def plan(self, document_id: str) -> Plan:
        """The plan of that id; :class:`UnknownTerm` where none is loaded."""
        for plan in self.plans:
            if plan.document.id == document_id:
                return plan
        raise UnknownTerm(f"no document {document_id[:100]!r} is loaded")

    def reading(self, document_id: str) -> View:
        """The whole document for the reader: headings, units and clauses in the order of the text."""
        plan = self.plan(document_id)
        document = plan.document
        facts: dict[tuple[str, int], list[Fact]] = {}
        for fact in plan.facts:
            facts.setdefault((fact.unit, fact.clause), []).append(fact)
        blocks: list[tuple[int, View]] = []
        for section in document.sections:
            iri = section_iri(self.base, document.id, section.id)
            blocks.append(
                (
                    section.span.start,
                    {
                        "type": "section",
                        "iri": iri,
                        "label": section.label,
                        "title": section.title,
                        "level": section.level,
                    },
                )
            )
        for unit in document.units:
            blocks.append((unit.span.start, self._unit_block(document, unit, facts)))
        for piece in document.furniture:
            text = " ".join(piece.span.of(document.text).split())
            if text and piece.reason in SHOWN_FURNITURE:
                blocks.append((piece.span.start, {"type": "furniture", "text": text, "reason": piece.reason}))
        ordered = [block for _, block in sorted(blocks, key=lambda pair: pair[0])]
        return {
            "id": document.id,
            "iri": document_iri(self.base, document.id),
            "title": document.title,
            "number": document.number,
            "issuers": list(document.issuers),
            "year": document.year,
            "issued": document.issued,
            "source": document.source,
            "language": document.language,
            "translated": any(clause.translation for _, clause in document.clauses()),
            "warnings": list(document.warnings),
            "blocks": ordered,
            "contents": list(_contents(ordered)),
        }

    def _unit_block(self, document: Document, unit: Unit, facts: Mapping[tuple[str, int], list[Fact]]) -> View:
        clauses: list[View] = []
        end = unit.span.start
        for clause in unit.clauses:
            gap = document.text[end : clause.span.start]
            end = clause.span.end
            text = clause.text.rstrip(_END)
            clauses.append(
                {
                    "iri": clause_iri(self.base, document.id, unit.id, clause.number),
                    "title": clause.number == 1 and bool(unit.title) and text == unit.title.rstrip(_END),
                    "break": clause.number > 1 and "\n" in gap and clauses[-1]["ended"],
                    "ended": clause.text.endswith(("。", "：", ".", ":", "！", "？")),
                    "segments": segments(document, clause, facts.get((unit.id, clause.number), ())),
                    "translation": clause.translation,
                }
            )
        mark = unit.label.rsplit("/", 1)[-1] if unit.kind in ("item", "article") else ""
        return {
            "type": "unit",
            "iri": unit_iri(self.base, document.id, unit.id),
            "kind": unit.kind,
            "label": unit.label,
            "mark": mark,
            "title": unit.title,
            "title_en": title_en(unit),
            "clauses": clauses,
        }

    def locate(self, iri: str) -> View:
        """Where a clause, unit, section or document stands; :class:`UnknownTerm` for any other."""
        if iri in self.places:
            return {"document": self.places[iri][0].id}
        for plan in self.plans:
            whole = document_iri(self.base, plan.document.id)
            if iri == whole or iri in (section_iri(self.base, plan.document.id, s.id) for s in plan.document.sections):
                return {"document": plan.document.id}
        raise UnknownTerm(f"no clause that is loaded has the address {iri[:200]}")

    def node(self, iri: str) -> View:
        """A node with its facts, each with its clause."""
        thing = self.thing(iri)
        stated = self.about.get(iri, ())
        rows = [self._fact_row(iri, fact) for fact in stated[:FACTS_SHOWN]]
        clauses = self._clauses_of(iri)
        parts = self._parts_of(thing)
        return {
            **thing.view(),
            "neighbours": {kind: len(others) for kind, others in self.ring(iri).items()},
            "facts": rows,
            "facts_total": len(stated),
            "parts": parts,
            "clauses": clauses[:40],
            "clauses_total": len(clauses),
        }

    def ring(self, iri: str) -> dict[Kind, dict[str, Stated | None]]:
        """What stands one step from a node: kind → its IRIs, each with the first fact that links it.

        Around a unit, a body or another thing what facts link to it; around a clause what it states; around a document
        or section its units, by no fact.  :class:`UnknownTerm` where the IRI names nothing.
        """
        thing = self.thing(iri)
        found: dict[Kind, dict[str, Stated | None]] = {}
        for part in self._parts_of(thing):
            found.setdefault("item", {})[part["iri"]] = None
        for stated in self.about.get(iri, ()):
            other = self.things[stated.subject if iri == stated.object else stated.object]
            found.setdefault(other.kind, {}).setdefault(other.iri, stated)
        return found

    def _fact_row(self, iri: str, stated: Stated) -> View:
        inverse = iri == stated.object
        other = self.things[stated.subject if inverse else stated.object]
        return {
            "relation": stated.relation,
            "inverse": inverse,
            "text": stated.fact.span.of(stated.document.text),
            "other": other.view(),
            "detail": _detail(stated.fact),
            "clause": self.clause_ref(stated.document, stated.unit, stated.clause),
        }

    def _parts_of(self, thing: Thing) -> list[View]:
        """The units of a document or section; none for anything else."""
        if thing.kind not in ("document", "section"):
            return []
        found: list[View] = []
        for document in (plan.document for plan in self.plans):
            whole = thing.iri == document_iri(self.base, document.id)
            around = {s.id for s in document.sections if section_iri(self.base, document.id, s.id) == thing.iri}
            for unit in document.units:
                if whole or any(section.id in around for section in document.section_path(unit.section)):
                    found.append(self.things[unit_iri(self.base, document.id, unit.id)].view())
        return found

    def _clauses_of(self, iri: str) -> list[View]:
        if iri not in self.places:
            return []
        document, unit, clause = self.places[iri]
        return [self.clause_ref(document, unit, c) for c in unit.clauses if clause is None or c.number == clause.number]

    def find(self, words: str, limit: int = 12) -> list[View]:
        """Things whose label holds the words, the best known ones first."""
        low = words.casefold().strip()
        if not low:
            return []
        found = [t for t in self.things.values() if t.kind != "clause" and low in f"{t.label} {t.label_en}".casefold()]
        found.sort(
            key=lambda t: (not t.label.casefold().startswith(low), -len(self.about.get(t.iri, ())), len(t.label))
        )
        return [thing.view() for thing in found[:limit]]

    def edge_clause(self, iri: str) -> View | None:
        """The clause of that IRI as a link; ``None`` where it is none."""
        place = self.places.get(iri)
        if place is None or place[2] is None:
            return None
        return self.clause_ref(place[0], place[1], place[2])

    def answer(self, answer: Answer, key: str) -> View:
        """An answer for the conversation; ``key`` is what the page says to get more of it."""
        names = {d.id: d for d in (plan.document for plan in self.plans)}

        def titles(iri: str) -> View:
            place = self.places.get(iri)
            return {"title": place[1].title, "title_en": title_en(place[1])} if place else {"title": "", "title_en": ""}

        return {
            "key": key,
            "question": answer.question,
            "language": answer.language,
            "status": answer.status,
            "answer": answer.answer,
            "intent": answer.explanation.intent,
            "checked": answer.checked,
            "elapsed_ms": answer.elapsed_ms,
            "items": [
                {"document": i.document, "label": i.label, "iri": i.iri, **titles(i.iri), "title": i.title}
                for i in answer.items
            ],
            "citations": [
                {
                    "n": c.n,
                    "document": c.document,
                    "item_label": c.item,
                    **titles(c.iri),
                    "quote": c.quote,
                    "iri": c.iri,
                    "translation": c.translation,
                }
                for c in answer.citations
            ],
            "borderline": [
                {"label": b.label, "why": b.why, "iri": b.iri, **titles(b.iri), "title": b.title}
                for b in answer.borderline
            ],
            "terms": [term_view(term) for term in answer.explanation.terms],
            "sparql": answer.explanation.sparql,
            "readings": list(answer.explanation.readings),
            "unlinked": list(answer.query.unlinked),
            "markdown": markdown(answer, {d.id: d.title for d in names.values()}),
        }


def term_view(term: Term) -> View:
    """A word of the question and what it was understood as."""
    names = ("surface", "label_zh", "label_en", "kind", "reason", "active")
    return {name: getattr(term, name) for name in names}


SHOWN_FURNITURE = frozenset({"signature", "annex line", "list of attachments", "column heads"})
"""Furniture that a reader of the plan expects; page numbers and breadcrumbs are left out of the page."""


def _unit_name(unit: Unit) -> str:
    return f"{unit.label} {unit.title}".strip()


def title_en(unit: Unit) -> str:
    """The title in the unofficial translation that came with the plan; empty where that does not give it alone."""
    first = unit.clauses[0] if unit.clauses and unit.title else None
    alone = first is not None and first.text.rstrip(_END) == unit.title.rstrip(_END)
    return first.translation.rstrip(_END) if first is not None and alone else ""


_END = "。.；; "


def _where(unit: Unit, clause: Clause) -> str:
    return f"{unit.label} · {clause.number}"


def _contents(blocks: Iterable[View]) -> Iterator[View]:
    level, above = 1, ""
    for block in blocks:
        if block["type"] == "section":
            level, above = block["level"], block["title"]
            yield {
                "type": "section",
                "iri": block["iri"],
                "label": block["label"],
                "title": block["title"],
                "level": level,
            }
        # A paragraph that bears its section's title is reached by that.
        elif block["type"] == "unit" and block["title"] and (block["mark"] or block["title"] != above):
            yield {
                "type": "unit",
                "iri": block["iri"],
                "label": block["mark"],
                "title": block["title"],
                "title_en": block["title_en"],
                "level": level + 1,
            }


def _detail(fact: Fact) -> str:
    match fact:
        case ProgrammeFact():
            return fact.action
        case TargetFact():
            return " · ".join(x for x in (fact.measure, fact.deadline or "") if x)
        case _:
            return ""


_MARKDOWN = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|!~"})


def markdown(answer: Answer, titles: Mapping[str, str]) -> str:
    """The answer with its clauses as footnotes; marks of Markdown in the texts are made harmless.

    Footnotes as in GitHub Flavored Markdown: ``[^1]``.
    """
    numbers = {c.n for c in answer.citations}
    body = answer.answer.translate(_MARKDOWN)
    for n in sorted(numbers, reverse=True):
        body = body.replace(f"\\[{n}\\]", f"[^{n}]")
    notes = [
        f"[^{c.n}]: {c.quote.translate(_MARKDOWN)} — {titles.get(c.document, c.document).translate(_MARKDOWN)}, "
        f"{c.item.translate(_MARKDOWN)} <{c.iri}>".replace("\n", " ")
        for c in answer.citations
    ]
    return "\n\n".join([f"**{' '.join(answer.question.split()).translate(_MARKDOWN)}**", body, *notes]) + "\n"
