"""The graph in the formats that other programs read.

What lives here: one function for each format, all reading from the store alone.  What never will: a decision about what
is right in the graph.

==========  ============================================================================================
json        a list of documents with sections, items and facts: the contract that other programs rely on
csv         one fact a line, UTF-8 with a byte order mark so that spreadsheets read Chinese
xlsx        the same facts, and sheets of items, targets and items × bodies
ttl         all triples, the named graphs merged
trig        all triples in their named graphs
jsonld      all triples in their named graphs, expanded JSON-LD with no remote context
graphml     facts as a graph: units and things as nodes, the clause's sentence on each edge
==========  ============================================================================================
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, get_args

from .errors import YaodianError
from .graph import document_ids, read_plan
from .implied import implied_actors
from .model import BodyFact, Document, Fact, Plan, ProgrammeFact, TargetFact, ThemeFact, Unit
from .source import unglossed, view
from .store import AnyGraph
from .vocab import (
    PREFIXES,
    clause_iri,
    document_iri,
    section_iri,
    unit_iri,
)

Format = Literal["json", "csv", "xlsx", "ttl", "trig", "jsonld", "graphml"]
FORMATS: tuple[Format, ...] = get_args(Format)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_COLUMNS = ("document", "item", "title", "section", "kind", "role", "name", "canonical", "type", "action", "measure",
            "value", "value_max", "unit", "comparator", "deadline", "baseline", "commitment", "status", "confidence",
            "clause", "sentence", "quote", "start", "end", "iri")  # fmt: skip


def render(store: AnyGraph, format_: str, documents: tuple[str, ...] = ()) -> bytes:
    """The content of a file in one of :data:`FORMATS`.

    Args:
        store: the graph.
        format_: its name.
        documents: ids of the documents to be in it; all where empty (the RDF formats always hold all).

    Raises:
        YaodianError: there is no such format.
        UnknownDocument: one of the documents is not ingested.
    """
    if format_ in ("ttl", "trig", "jsonld"):
        return _rdf(store, format_)
    if format_ == "graphml":
        return _graphml(store)
    plans = [read_plan(store, name) for name in documents or document_ids(store)]
    match format_:
        case "json":
            content = json.dumps([plan_json(plan, store.base) for plan in plans], ensure_ascii=False, indent=1) + "\n"
            return content.encode("utf-8")
        case "csv":
            return _csv(plans, store.base)
        case "xlsx":
            return _xlsx(plans, store.base)
    raise YaodianError(f"there is no export format {format_!r}; take one of: {', '.join(FORMATS)}")


def export(store: AnyGraph, format_: str, path: Path | str, documents: tuple[str, ...] = ()) -> None:
    """Write a file of :func:`render`; it is complete under its name or not there.

    Raises:
        YaodianError: there is no such format, or the file cannot be written.
    """
    path = Path(path)
    content = render(store, format_, documents)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)
        raise YaodianError(f"cannot write {path}: {error.strerror or error}") from error


# ---- json ----


def plan_json(plan: Plan, base: str) -> dict[str, Any]:
    """One document of the JSON export, as the contract has it and a few fields more."""
    document = plan.document
    labels = {section.id: section.label for section in document.sections}
    facts: dict[str, list[Fact]] = {unit.id: [] for unit in document.units}
    for fact in plan.facts:
        facts.setdefault(fact.unit, []).append(fact)
    implied = implied_actors(plan)
    return {
        "document": {
            "id": document.id,
            "iri": document_iri(base, document.id),
            "source": document.source,
            "title": document.title,
            "number": document.number,
            "issuers": list(document.issuers),
            "addressees": list(document.addressees),
            "year": document.year,
            "issued": document.issued,
            "language": document.language,
            "sha256": document.sha256,
            "warnings": list(document.warnings),
        },
        "sections": [
            {
                "label": section.label,
                "title": section.title,
                "level": section.level,
                "parent": None if section.parent is None else labels.get(section.parent),
                "start": section.span.start,
                "end": section.span.end,
                "iri": section_iri(base, document.id, section.id),
            }
            for section in document.sections
        ],
        "items": [
            _item_json(document, unit, facts[unit.id], labels, base)
            | {"implied_actors": list(implied.get(unit.id, ()))}
            for unit in document.units
        ],
    }


def _item_json(document: Document, unit: Unit, facts: list[Fact], labels: dict[str, str], base: str) -> dict[str, Any]:
    return {
        "label": unit.label,
        "title": unit.title,
        "section": None if unit.section is None else labels.get(unit.section),
        "start": unit.span.start,
        "end": unit.span.end,
        "kind": unit.kind,
        "iri": unit_iri(base, document.id, unit.id),
        "clauses": [
            {
                "text": clause.text,
                "start": clause.span.start,
                "end": clause.span.end,
                "number": clause.number,
                "iri": clause_iri(base, document.id, unit.id, clause.number),
            }
            for clause in unit.clauses
        ],
        "bodies": [
            {"name": f.name, "canonical": _canonical(f), "role": f.role, "kind": f.kind, **_where(f)}
            for f in facts
            if isinstance(f, BodyFact)
        ],
        "programmes": [
            {"name": f.name, "canonical": _canonical(f), "kind": f.kind, "action": f.action, **_where(f)}
            for f in facts
            if isinstance(f, ProgrammeFact)
        ],
        "targets": [
            {
                "text": f.text,
                "measure": f.measure,
                "value": f.value,
                "value_max": f.value_max,
                "unit": f.unit_text,
                "comparator": f.comparator,
                "deadline": f.deadline,
                "baseline": f.baseline,
                "commitment": f.commitment,
                **_where(f),
            }
            for f in facts
            if isinstance(f, TargetFact)
        ],
        "themes": [
            {"concept": f.concept, "label_zh": f.label_zh, "label_en": f.label_en, **_where(f)}
            for f in facts
            if isinstance(f, ThemeFact)
        ],
    }


_HAN = re.compile("[\u3400-\u9fff]+")


def _canonical(fact: BodyFact | ProgrammeFact) -> str:
    """The canonical name in the document's own script, without pinyin glosses: the graph's names are simplified."""
    plain = re.sub("[“”《》「」]", "", unglossed(fact.name))
    same = view(plain).text == view(fact.canonical).text
    return plain if same and _HAN.findall(plain) != _HAN.findall(fact.canonical) else fact.canonical


def _where(fact: Fact) -> dict[str, Any]:
    return {
        "clause": fact.clause,
        "start": fact.span.start,
        "end": fact.span.end,
        "status": fact.status,
        "method": fact.method,
        "confidence": fact.confidence,
    }


# ---- tables ----


def _rows(plan: Plan, base: str) -> Iterator[dict[str, Any]]:
    document = plan.document
    titles = {section.id: f"{section.label}{section.title}" for section in document.sections}
    for fact in plan.facts:
        unit = document.unit(fact.unit)
        clause = next(c for c in unit.clauses if c.number == fact.clause)
        row: dict[str, Any] = {
            "document": document.id,
            "item": unit.label,
            "title": unit.title,
            "section": titles.get(unit.section or "", ""),
            "status": fact.status,
            "confidence": fact.confidence,
            "clause": fact.clause,
            "sentence": clause.text,
            "quote": fact.span.of(document.text),
            "start": fact.span.start,
            "end": fact.span.end,
            "iri": clause_iri(base, document.id, unit.id, clause.number),
        }
        match fact:
            case BodyFact():
                row |= {"kind": "body", "role": fact.role, "name": fact.name, "canonical": fact.canonical,
                        "type": fact.kind}  # fmt: skip
            case ProgrammeFact():
                row |= {"kind": "programme", "name": fact.name, "canonical": fact.canonical, "type": fact.kind,
                        "action": fact.action}  # fmt: skip
            case TargetFact():
                row |= {"kind": "target", "name": fact.text, "measure": fact.measure, "value": fact.value,
                        "value_max": fact.value_max, "unit": fact.unit_text, "comparator": fact.comparator,
                        "deadline": fact.deadline, "baseline": fact.baseline,
                        "commitment": fact.commitment}  # fmt: skip
            case ThemeFact():
                row |= {"kind": "theme", "name": fact.label_zh, "canonical": fact.label_en, "type": fact.concept}
        yield row


def _guarded(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def _csv(plans: list[Plan], base: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for plan in plans:
        for row in _rows(plan, base):
            writer.writerow([_guarded(row.get(column)) for column in _COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _xlsx(plans: list[Plan], base: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)

    def fill(title: str, rows: list[list[Any]]) -> None:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for row in rows:
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet)
                if isinstance(value, str):
                    # The type is set by hand: openpyxl takes a text that begins with = for a formula.
                    cell.value = _UNPRINTABLE.sub("\ufffd", value)[:32767]
                    cell.data_type = "s"
                    cell.quotePrefix = value.startswith(_FORMULA)
                else:
                    cell.value = value
                cells.append(cell)
            sheet.append(cells)

    rows = [row for plan in plans for row in _rows(plan, base)]
    fill("facts", [list(_COLUMNS), *([row.get(column) for column in _COLUMNS] for row in rows)])
    target_columns = ["document", "item", "title", "name", "measure", "value", "value_max", "unit", "comparator",
                      "deadline", "baseline", "commitment", "sentence", "iri"]  # fmt: skip
    targets = sorted(
        (row for row in rows if row["kind"] == "target"), key=lambda row: (row["deadline"] is None, row["deadline"])
    )
    fill("targets", [target_columns, *([row.get(column) for column in target_columns] for row in targets)])
    fill(
        "items",
        [
            ["document", "item", "kind", "title", "text", "iri"],
            *(
                [p.document.id, unit.label, unit.kind, unit.title, "".join(c.text for c in unit.clauses),
                 unit_iri(base, p.document.id, unit.id)]
                for p in plans
                for unit in p.document.units
            ),
        ],
    )  # fmt: skip
    fill("bodies", _matrix(plans))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _matrix(plans: list[Plan]) -> list[list[Any]]:
    """Items × bodies; a cell holds the roles."""
    roles: dict[tuple[str, str, str], list[str]] = {}
    bodies: dict[str, None] = {}
    for plan in plans:
        for fact in plan.facts:
            if isinstance(fact, BodyFact):
                bodies[fact.canonical] = None
                held = roles.setdefault((plan.document.id, fact.unit, fact.canonical), [])
                if fact.role not in held:
                    held.append(fact.role)
    rows: list[list[Any]] = [["document", "item", "title", *bodies]]
    for plan in plans:
        for unit in plan.document.units:
            cells = [", ".join(roles.get((plan.document.id, unit.id, body), ())) or None for body in bodies]
            rows.append([plan.document.id, unit.label, unit.title, *cells])
    return rows


# ---- RDF ----


def _rdf(store: AnyGraph, format_: str) -> bytes:
    from pyoxigraph import RdfFormat, Triple, serialize

    # The store hands out quads in the order of its own keys; sorted, equal graphs give equal files.
    quads = sorted(store.quads(), key=lambda q: (str(q.graph_name), str(q.subject), str(q.predicate), str(q.object)))
    if format_ == "ttl":
        merged = dict.fromkeys(Triple(q.subject, q.predicate, q.object) for q in quads)
        ordered = sorted(merged, key=lambda t: (str(t.subject), str(t.predicate), str(t.object)))
        return serialize(ordered, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    chosen = RdfFormat.TRIG if format_ == "trig" else RdfFormat.JSON_LD
    return serialize(quads, format=chosen, prefixes=PREFIXES) or b""


def _graphml(store: AnyGraph) -> bytes:
    import networkx as nx

    from .explore import fact_graph

    graph = fact_graph(store.near(store.graphs()))
    for _, attributes in graph.nodes(data=True):
        attributes.update({name: _xml(value) for name, value in attributes.items()})
    for *_, attributes in graph.edges(data=True):
        attributes.update({name: _xml(value) for name, value in attributes.items()})
    out = io.BytesIO()
    nx.write_graphml_xml(graph, out, encoding="utf-8", prettyprint=True)
    return out.getvalue()


def _xml(text: str) -> str:
    """The text without the characters that XML 1.0 does not have."""
    return _UNPRINTABLE.sub("\ufffd", text)
