"""A plan as one JSON text and back: what the graph says of a document, ready to be read at once.

Reading a plan back from the graph takes a tenth of a second, and a workspace may hold a thousand.  So each generation
keeps beside its graph what :func:`kg.graph.read_plan` would give; the graph stays the truth, ``yaodian check`` compares
the two, and a copy that is missing is made again from the graph.

What lives here: the two functions, each the other's inverse.  What never will: where the copies lie
(``kg/workspace.py``), anything that is not in :mod:`kg.model`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from .model import (
    BodyFact,
    Clause,
    Document,
    Fact,
    Furniture,
    Plan,
    ProgrammeFact,
    Review,
    Section,
    Span,
    TargetFact,
    ThemeFact,
    Unit,
)

FORMAT = 1
_FACTS: Mapping[str, type[Fact]] = {
    "body": BodyFact,
    "programme": ProgrammeFact,
    "target": TargetFact,
    "theme": ThemeFact,
}
_KIND = {kind: name for name, kind in _FACTS.items()}
_NAMES = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (Clause, Section, Unit, Furniture, Document, Review, *_FACTS.values())
}


def plan_bytes(plan: Plan) -> bytes:
    """The plan as UTF-8 JSON."""
    facts = [[_KIND[type(fact)], *_row(fact)] for fact in plan.facts]
    whole = {"format": FORMAT, "document": _row(plan.document), "facts": facts}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def plan_of(data: bytes) -> Plan:
    """The plan that :func:`plan_bytes` wrote; :class:`ValueError` where it wrote no such thing."""
    try:
        whole = json.loads(data.decode("utf-8", "surrogatepass"))
        if whole["format"] != FORMAT:
            raise ValueError(f"a plan of format {whole['format']}")
        facts = tuple(_made(_FACTS[kind], values) for kind, *values in whole["facts"])
        return Plan(_made(Document, whole["document"]), facts)
    except (KeyError, TypeError) as error:
        raise ValueError("not a plan") from error


def _row(thing: Any) -> list[Any]:
    return [_plain(getattr(thing, name)) for name in _NAMES[type(thing)]]


def _plain(value: Any) -> Any:
    if isinstance(value, Span):
        return [value.start, value.end]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return _row(value) if type(value) in _NAMES else value


def _made(kind: Any, values: list[Any]) -> Any:
    found = dict(zip(_NAMES[kind], values, strict=True))
    for name, make in _MAKERS[kind].items():
        found[name] = make(found[name])
    return kind(**found)


def _span(value: list[int]) -> Span:
    return Span(*value)


def _many(kind: Any) -> Callable[[list[Any]], tuple[Any, ...]]:
    return lambda rows: tuple(_made(kind, row) for row in rows)


def _review(value: list[str] | None) -> Review | None:
    return None if value is None else Review(*value)


_MAKERS: Mapping[Any, Mapping[str, Callable[[Any], Any]]] = {
    Clause: {"span": _span},
    Section: {"span": _span},
    Furniture: {"span": _span},
    Unit: {"span": _span, "clauses": _many(Clause)},
    Document: {
        "issuers": tuple,
        "addressees": tuple,
        "sections": _many(Section),
        "units": _many(Unit),
        "furniture": _many(Furniture),
        "warnings": tuple,
    },
    **{kind: {"span": _span, "review": _review} for kind in _FACTS.values()},
}
