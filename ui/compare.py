"""Plans side by side: what each says of the same theme, body or programme, and which of them says nothing.

What lives here: the table and its order.  What never will: a judgement on which plan does better.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.model import BodyFact, ProgrammeFact, TargetFact, ThemeFact

from .board import DUTY, board_view, target_view
from .views import Library, Stated, View, title_en

MOST = 4
"""Plans beside each other: with more, a column is too narrow for a clause."""
BY = ("theme", "body", "programme")
ROWS_SHOWN = 150
UNITS_SHOWN = 8


def compare_view(library: Library, documents: Sequence[str], by: str) -> View:
    """The plans as columns, the themes, bodies or programmes of any of them as rows.

    What most of the plans name comes first, then what they name most often.  A cell holds the units of its plan that
    name the thing, each with the first clause that does, and the targets that those clauses state.

    Args:
        library: the loaded plans.
        documents: ids of two to :data:`MOST` of them.
        by: one of :data:`BY`.
    """
    columns = list(dict.fromkeys(documents))
    place = {name: i for i, name in enumerate(columns)}
    targets: dict[tuple[str, int], list[Stated]] = {}
    found: dict[str, list[list[Stated]]] = {}
    for stated in library.facts:
        at = place.get(stated.document.id)
        if at is None:
            continue
        if isinstance(stated.fact, TargetFact):
            targets.setdefault((stated.subject, stated.clause.number), []).append(stated)
        elif _kind(stated) == by:
            found.setdefault(stated.object, [[] for _ in columns])[at].append(stated)
    ranked = sorted(found.items(), key=lambda pair: (-sum(map(bool, pair[1])), -sum(map(len, pair[1]))))
    return {
        "by": by,
        "documents": [_column(library, name) for name in columns],
        "rows": [
            {
                **library.things[iri].view(),
                "plans": sum(map(bool, cells)),
                "cells": [_cell(library, cell, targets) for cell in cells],
            }
            for iri, cells in ranked[:ROWS_SHOWN]
        ],
        "rows_total": len(ranked),
    }


def _kind(stated: Stated) -> str:
    match stated.fact:
        case ThemeFact():
            return "theme"
        case BodyFact(role=role) if role != "location":
            return "body"
        case ProgrammeFact():
            return "programme"
        case _:
            return ""


def _column(library: Library, document_id: str) -> View:
    """A plan in figures, as its board counts them."""
    board = board_view(library, document_id)
    document = library.plan(document_id).document
    return {
        "id": document_id,
        "title": document.title or document.source,
        "year": document.year,
        "issuers": list(document.issuers),
        "units": len(board["rows"]),
        "bodies": len(board["bodies"]),
        "programmes": len(board["programmes"]),
        "targets": len(board["targets"]),
        "dated": sum(target["deadline"] is not None for target in board["targets"]),
        "no_body": sum("no_body" in row["gaps"] for row in board["rows"]),
        "no_target": sum("no_target" in row["gaps"] for row in board["rows"]),
    }


def _cell(library: Library, cell: Sequence[Stated], targets: dict[tuple[str, int], list[Stated]]) -> View:
    units: dict[str, View] = {}
    stated_here: dict[str, View] = {}
    for one in cell:
        entry = units.setdefault(
            one.subject,
            {
                "iri": one.subject,
                "label": one.unit.label,
                "title": one.unit.title,
                "title_en": title_en(one.unit),
                "clause": library.clause_ref(one.document, one.unit, one.clause),
                "roles": [],
                "action": one.fact.action if isinstance(one.fact, ProgrammeFact) else "",
            },
        )
        if isinstance(one.fact, BodyFact) and one.fact.role not in entry["roles"]:
            entry["roles"].append(one.fact.role)
        for target in targets.get((one.subject, one.clause.number), ()):
            if isinstance(target.fact, TargetFact) and not isinstance(one.fact, BodyFact):
                stated_here.setdefault(target.object, target_view(library, target, target.fact))
    # Of a body, what it does comes before what is done to it.
    ordered = sorted(units.values(), key=lambda unit: not any(role in DUTY for role in unit["roles"]))
    return {
        "units": ordered[:UNITS_SHOWN],
        "units_total": len(ordered),
        "targets": list(stated_here.values())[:UNITS_SHOWN],
    }
