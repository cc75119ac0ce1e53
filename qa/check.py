"""Integrity of a workspace: the graph against itself, and each index against the graph."""

from __future__ import annotations

from embeddings.hybrid import HybridIndex
from kg.check import check_graph
from kg.errors import DamagedWorkspace
from kg.settings import Settings
from kg.thesaurus import Thesaurus
from kg.workspace import Workspace

from .build import entries_of
from .corpus import plans_of


def check(settings: Settings) -> tuple[str, ...]:
    """What is wrong, a line each; empty where all is well.

    Raises:
        NothingIngested: there is nothing to check.
    """
    generation = Workspace(settings.workspace, settings.base).current()
    try:
        generation.verify()
        index = HybridIndex.load(generation.path)
    except DamagedWorkspace as error:
        return (str(error),)
    store = generation.store()
    problems = list(check_graph(store))
    expected: list[str] = []
    for plan in plans_of(store):
        expected += [e.id for e in entries_of(plan, generation.manifest.base)[0]]
        if generation.plan(plan.document.id) != plan:
            problems.append(f"plans/{plan.document.id}.json: not what the graph says; run: yaodian ingest PATH…")
    if tuple(expected) != index.ids:
        missing, extra = set(expected) - set(index.ids), set(index.ids) - set(expected)
        problems.append(f"text index: {len(missing)} clauses of the graph are missing, {len(extra)} are in no plan")
    if (model := generation.manifest.notes.get("model")) != index.clauses.encoder_name:
        problems.append(f"text index: made by {index.clauses.encoder_name}, the manifest says {model}")
    if generation.manifest.notes.get("vocabulary") != Thesaurus.load().sha256:
        problems.append("thesaurus: the graph was made with another version; run: yaodian ingest PATH…")
    return tuple(problems)
