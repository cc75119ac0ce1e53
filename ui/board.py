"""The board of a plan: who does what in each unit, what must be reached by when, which programmes stand where."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kg.model import BodyFact, ProgrammeFact, TargetFact, ThemeFact, Unit
from kg.vocab import unit_iri

from .views import Library, Stated, View, title_en

DUTY = ("lead", "responsible", "support", "participant")
"""Roles in which a body does something; the others have it done to them."""


def board_view(library: Library, document_id: str) -> View:
    """Rows of units with bodies, targets and programmes, each with its clause, and what a unit lacks."""
    document = library.plan(document_id).document
    facts: dict[str, list[Stated]] = {}
    for stated in library.facts:
        if stated.document.id == document_id:
            facts.setdefault(stated.subject, []).append(stated)
    sections = {s.id: f"{s.label}{s.title}" for s in document.sections}
    units = [(unit_iri(library.base, document_id, u.id), u) for u in document.units if u.kind != "notice"]
    rows = [_row(library, iri, unit, sections.get(unit.section or "", ""), facts.get(iri, [])) for iri, unit in units]
    named = Counter(body["iri"] for row in rows for body in {b["iri"]: b for b in row["bodies"]}.values())
    busy = {body["iri"] for row in rows for body in row["bodies"] if body["role"] in DUTY}
    return {
        "document": document_id,
        "title": document.title,
        "sections": [v for v in sections.values() if any(r["section"] == v for r in rows)],
        "rows": rows,
        "bodies": [
            {"iri": iri, "label": library.things[iri].label, "units": n, "acts": iri in busy}
            for iri, n in sorted(named.items(), key=lambda pair: (pair[0] not in busy, -pair[1]))
        ],
        "themes": _themes(library, rows),
        "targets": _targets(library, units, facts),
        "programmes": _programmes(library, units, facts),
    }


def _themes(library: Library, rows: list[View]) -> list[View]:
    """The themes of the units, those of most units first."""
    units = Counter(iri for row in rows for iri in row["themes"])
    return [
        {"iri": iri, "label": library.things[iri].label, "label_en": library.things[iri].label_en, "units": n}
        for iri, n in units.most_common()
    ]


def _row(library: Library, iri: str, unit: Unit, section: str, stated: list[Stated]) -> View:
    bodies: list[View] = []
    for one in stated:
        if isinstance(one.fact, BodyFact) and one.fact.role != "location":
            bodies.append(
                {"iri": one.object, "label": one.fact.canonical, "role": one.fact.role, "clause": _clause(library, one)}
            )
    targets = [one.fact for one in stated if isinstance(one.fact, TargetFact)]
    gaps = []
    if not any(body["role"] in DUTY for body in bodies):
        gaps.append("no_body")
    if not targets:
        gaps.append("no_target")
    if not any(target.deadline for target in targets):
        gaps.append("no_deadline")
    return {
        "iri": iri,
        "label": unit.label,
        "title": unit.title or section,
        "title_en": title_en(unit),
        "section": section,
        "bodies": bodies,
        "themes": list(dict.fromkeys(one.object for one in stated if isinstance(one.fact, ThemeFact))),
        "targets": len(targets),
        "gaps": gaps,
    }


def target_view(library: Library, stated: Stated, fact: TargetFact) -> View:
    """A target with its value, its day and the clause that states it."""
    return {
        "iri": stated.object,
        "words": fact.text,
        "measure": fact.measure,
        "value": fact.value,
        "value_max": fact.value_max,
        "unit_text": fact.unit_text,
        "comparator": fact.comparator,
        "deadline": fact.deadline,
        "baseline": fact.baseline,
        "commitment": fact.commitment,
        "clause": _clause(library, stated),
    }


def _targets(library: Library, units: list[tuple[str, Unit]], facts: dict[str, list[Stated]]) -> list[View]:
    found: list[View] = []
    for iri, unit in units:
        for one in facts.get(iri, []):
            if isinstance(one.fact, TargetFact):
                whose = {"iri": iri, "label": unit.label, "title": unit.title, "title_en": title_en(unit)}
                found.append({"unit": whose, **target_view(library, one, one.fact)})
    # By the day on which it is due; what has no date comes last, in the order of the plan.
    found.sort(key=lambda target: (target["deadline"] is None, (target["deadline"] or "").rsplit("/", 1)[-1]))
    return found


def _programmes(library: Library, units: list[tuple[str, Unit]], facts: dict[str, list[Stated]]) -> list[View]:
    found: dict[str, dict[str, Any]] = {}
    for iri, unit in units:
        for one in facts.get(iri, []):
            if isinstance(one.fact, ProgrammeFact):
                entry = found.setdefault(
                    one.object, {"iri": one.object, "label": one.fact.canonical, "kind": one.fact.kind, "units": {}}
                )
                entry["units"].setdefault(
                    iri,
                    {
                        "iri": iri,
                        "label": unit.label,
                        "title": unit.title,
                        "title_en": title_en(unit),
                        "action": one.fact.action,
                        "clause": _clause(library, one),
                    },
                )
    return [{**entry, "units": list(entry["units"].values())} for entry in found.values()]


def _clause(library: Library, stated: Stated) -> View:
    return library.clause_ref(stated.document, stated.unit, stated.clause)
