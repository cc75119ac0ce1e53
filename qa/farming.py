"""Reading and embedding on the workers of a Dask scheduler: other machines, or other processes of this one.

What lives here: what a worker is sent and what it sends back, and that both run the same program.  What never will: a
cluster (Dask starts and feeds its own), the workspace, an order of its own for what comes back.

A worker gets a file's bytes and gives back the bytes of a plan, or texts and gives back vectors, so that it needs no
disk in common with this machine; it needs this program in the same version.  What it did not do, for whatever reason,
is done here: a worker that is killed costs time and nothing else.  Dask lets whoever reaches its scheduler run code on
its workers: it belongs on a network where nobody else is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.encoder import Encoder, Progress, Vectors, load_encoder
from kg.errors import ServerError, SettingsError, SourceError
from kg.snapshot import plan_bytes, plan_of
from kg.source import read_bytes
from kg.thesaurus import Thesaurus

from .reading import Shelf, digest_of, made_by, plan_from

if TYPE_CHECKING:
    from distributed import Client

CONNECT = 10
"""Seconds until a scheduler counts as not to be reached."""
_PIECE = 512
"""Texts that are sent to a worker at once: some seconds of its work."""
_lock = threading.Lock()


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the scheduler at an address.

    Raises:
        SettingsError: the library is not installed.
        ServerError: the scheduler cannot be reached, has no workers, or one of them runs another version.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise SettingsError(
            "YAODIAN_DASK needs the library distributed, which is not installed; run: make servers"
        ) from error
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ServerError(
            f"the Dask scheduler at {address} cannot be reached; start it, or set YAODIAN_DASK to where it is"
        ) from error
    try:
        _same_program(client, address)
        yield client
    finally:
        client.close()


def _same_program(client: Client, address: str) -> None:
    own = maker()
    try:
        theirs: Mapping[str, str] = client.run(maker)
    except (ImportError, AttributeError) as error:
        raise ServerError(
            f"a worker of the Dask scheduler at {address} lacks this program; install it there"
        ) from error
    if not theirs:
        raise ServerError(f"the Dask scheduler at {address} has no workers; start some: dask worker {address}")
    for worker, made in theirs.items():
        if made != own:
            raise ServerError(
                f"the Dask worker at {worker} runs another version of this program; install the same there"
            )


def read_there(client: Client, paths: Sequence[Path], shelf: Shelf, done: Callable[[int, int], None]) -> None:
    """Have workers read files and put what they made of them on the shelf; ``done`` counts the files.

    Nothing is raised for a file that cannot be read, or a worker that did not: it is not there afterwards.
    """
    from distributed import as_completed

    waiting: dict[Any, tuple[Path, str]] = {}
    for path in paths:
        with suppress(SourceError, OSError):
            beside = path.with_suffix(".en.json")
            translation = beside.read_bytes() if beside.is_file() else None
            waiting[client.submit(read_one, path.name, path.read_bytes(), translation, pure=False)] = (
                path,
                digest_of(path),
            )
    for count, future in enumerate(as_completed(list(waiting), loop=client.loop), 1):
        path, digest = waiting.pop(future)
        data = future.result() if future.status == "finished" else None
        if data is not None:
            shelf.put(path, digest, plan_of(data))
        future.release()
        done(count, len(paths))


class FarEncoder:
    """An encoder whose passages are embedded by workers; questions are embedded here."""

    def __init__(self, encoder: Encoder, client: Client, model: str) -> None:
        """Take the local ``encoder`` for what is small, and for what no worker has done; ``model`` names it to them."""
        self.name = encoder.name
        self.dimension = encoder.dimension
        self._encoder = encoder
        self._client = client
        self._model = model

    def queries(self, texts: Sequence[str]) -> Vectors:
        """As of the local encoder."""
        return self._encoder.queries(texts)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors in the order of the texts."""
        from distributed import as_completed

        if len(texts) < _PIECE:
            return self._encoder.passages(texts, progress)
        out = np.empty((len(texts), self.dimension), dtype=np.float32)
        pieces = {
            self._client.submit(embed, self._model, list(texts[start : start + _PIECE]), pure=False): start
            for start in range(0, len(texts), _PIECE)
        }
        count = 0
        for future in as_completed(list(pieces), loop=self._client.loop):
            start = pieces.pop(future)
            some = texts[start : start + _PIECE]
            made = future.result() if future.status == "finished" else None
            if made is None or made[0] != self.name:
                made = (self.name, self._encoder.passages(some))
            out[start : start + len(some)] = made[1]
            future.release()
            count += len(some)
            if progress is not None:
                progress(count, len(texts))
        return out


# ---- what runs on a worker ----


@lru_cache(maxsize=1)
def _thesaurus() -> Thesaurus:
    return Thesaurus.load()


@lru_cache(maxsize=1)
def maker() -> str:
    """What this program makes of a file is made by (:func:`qa.reading.made_by`)."""
    return made_by(_thesaurus())


def read_one(name: str, data: bytes, translation: bytes | None) -> bytes | None:
    """The plan of a file as bytes; None where it cannot be read: whoever asked finds the same and says it."""
    with suppress(SourceError):
        return plan_bytes(plan_from(read_bytes(name, data), name, translation, _thesaurus()))
    return None


@lru_cache(maxsize=1)
def _encoder(model: str) -> Encoder:
    return load_encoder(model)


def embed(model: str, texts: Sequence[str]) -> tuple[str, Vectors]:
    """The encoder's name and the vectors of some texts."""
    with _lock:  # A worker has several threads, an encoder its own.
        encoder = _encoder(model)
        return encoder.name, encoder.passages(texts)
