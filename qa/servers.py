"""Where the generation in force lies, by the settings: in the workspace, on a graph server, in a database.

What lives here: which of them says what is in force, opening it, and bringing a new generation to the servers.  What
never will: SPARQL, SQL, and what a generation is made of.

The workspace is the writer's truth.  After it has switched, the new generation goes to the database and then to the
graph server, and readers ask the *last* of those that the settings name which generation to take: whatever that one
says is in force, those before it hold already.  The database keeps the generation before as well, and so does the
workspace; so a reader is never without both halves of one generation, and never has halves of two.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from embeddings.hybrid import Hybrid, HybridIndex
from kg.errors import DamagedWorkspace, NothingIngested
from kg.settings import Settings
from kg.workspace import Generation, State, Workspace

if TYPE_CHECKING:
    from embeddings.postgres import Database


Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much is done and how much there is."""


def opened(settings: Settings) -> State:
    """The generation in force.

    Raises:
        NothingIngested: there is none yet.
        DamagedWorkspace: a file of it is not as it was written.
        ServerError: a server cannot be reached, or refuses.
    """
    place = Workspace(settings.workspace, settings.base)
    if settings.graph:
        from kg.published import Published

        return Published(settings.graph, settings.base, place.cache)
    if settings.vectors:
        return _stamped(place, settings)
    return place.current()


def index_of(state: State, settings: Settings) -> Hybrid:
    """The text indexes of a generation; errors as of :func:`opened`."""
    stamp = state.stamp if isinstance(state, Generation) else state.name
    if settings.vectors:
        from embeddings.postgres import opened as database_opened

        return database_opened(_database(settings.vectors), stamp)
    own = state if isinstance(state, Generation) else Workspace(settings.workspace, settings.base).stamped(stamp)
    # What the indexes say of themselves is what the manifest states; they hold the hashes of all else.
    own.directory("dense", only=".json")
    own.directory("lexical", only=".json")
    return HybridIndex.load(own.path)


def in_force(settings: Settings) -> str:
    """The name that a newly opened generation would have, found at little cost; empty where there is none.

    Raises:
        ServerError: a server cannot be reached, or refuses.
    """
    if settings.graph:
        from kg.published import in_force as published_in_force

        return published_in_force(settings.graph, settings.base)
    if settings.vectors:
        from embeddings.postgres import current

        return current(_database(settings.vectors)).partition("-")[0]
    try:
        return (settings.workspace / "CURRENT").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def publish(settings: Settings, say: Progress, index: HybridIndex | None = None) -> None:
    """Bring the generation in force to the servers that the settings name; nothing to do where they hold it.

    Args:
        settings: which servers.
        say: told how many documents are there.
        index: the generation's indexes, where the caller has them.

    Raises:
        ServerError: a server cannot be reached, or refuses.  The workspace has what was ingested; the next ingest, also
            of files that did not change, goes on here.
    """
    if not settings.graph and not settings.vectors:
        return
    workspace = Workspace(settings.workspace, settings.base)
    with workspace.publishing():
        while True:
            generation = workspace.current()
            try:
                _publish(generation, settings, say, index)
            except (DamagedWorkspace, OSError):
                # Somebody else's writing has swept it away: what is in force by now goes over instead.
                if workspace.current().name == generation.name:
                    raise
                index = None
            else:
                return


def _publish(generation: Generation, settings: Settings, say: Progress, index: HybridIndex | None) -> None:
    if settings.vectors:
        from embeddings.postgres import current
        from embeddings.postgres import publish as to_database

        database = _database(settings.vectors)
        if current(database) != generation.stamp:
            made = generation.manifest.notes.get("made", {})
            keys = {document.id: str(made.get(document.id, generation.stamp)) for document in generation.documents()}
            known = index or HybridIndex.load(generation.path)
            to_database(
                known,
                keys,
                generation.manifest.base,
                generation.stamp,
                database,
                lambda done, total: say("vectors", done, total),
                str(generation.manifest.notes.get("origin", "")),
            )
    if settings.graph:
        from kg.published import publish as to_server

        to_server(generation, settings.graph, lambda done, total: say("server", done, total))


def reachable(settings: Settings) -> None:
    """:class:`kg.errors.ServerError` where a server that a writer needs is not there: before the work, not after it."""
    if settings.vectors:
        from embeddings.postgres import current

        current(_database(settings.vectors))
    if settings.graph:
        from kg.published import in_force as published_in_force

        published_in_force(settings.graph, settings.base)


@lru_cache(maxsize=8)
def _database(address: str) -> Database:
    from embeddings.postgres import Database

    return Database(address)


def _stamped(place: Workspace, settings: Settings) -> Generation:
    from embeddings.postgres import current

    stamp = current(_database(settings.vectors))
    if not stamp:
        raise NothingIngested("the database in YAODIAN_VECTORS holds nothing yet; run: yaodian ingest PATH…")
    return place.stamped(stamp)
