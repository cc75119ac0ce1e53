"""Integrity of a workspace: the graph against itself, and each index against the graph."""

from __future__ import annotations

from kg.check import check_graph
from kg.errors import DamagedWorkspace
from kg.settings import Settings
from kg.thesaurus import shipped_sha256
from kg.workspace import Generation

from .build import entries_of
from .corpus import plans_of
from .servers import index_of, opened


def check(settings: Settings) -> tuple[str, ...]:
    """What is wrong, a line each; empty where all is well.

    Raises:
        NothingIngested: there is nothing to check.
    """
    generation = opened(settings)
    try:
        if isinstance(generation, Generation):
            generation.verify()
        index = index_of(generation, settings)
    except DamagedWorkspace as error:
        return (str(error),)
    graph = generation.store()
    store = graph.near(graph.graphs())
    problems = list(check_graph(store))
    expected: list[str] = []
    for plan in plans_of(store):
        expected += [e.id for e in entries_of(plan, generation.manifest.base)[0]]
        if generation.plan(plan.document.id) != plan:
            problems.append(f"plans/{plan.document.id}.json: not what the graph says; run: yaodian ingest PATH…")
    if expected != list(index.ids):
        missing, extra = set(expected) - set(index.ids), set(index.ids) - set(expected)
        problems.append(f"text index: {len(missing)} clauses of the graph are missing, {len(extra)} are in no plan")
    if (model := generation.manifest.notes.get("model")) != index.encoder_name:
        problems.append(f"text index: made by {index.encoder_name}, the manifest says {model}")
    if generation.manifest.notes.get("vocabulary") != shipped_sha256():
        problems.append("thesaurus: the graph was made with another version; run: yaodian ingest PATH…")
    return tuple(problems)
