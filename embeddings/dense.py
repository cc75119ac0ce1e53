"""Vectors to scores: an exact inner-product index over rows of unit vectors, and the cache of vectors by text.

What never lives here: an encoder, text (the cache knows hashes only), or a FAISS file: FAISS indexes are built from the
verified ``.npy`` when they are first wanted, never read from disk.
"""

from __future__ import annotations

import hashlib
import itertools
import mmap
import re
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import ModelError

from .encoder import Encoder, Progress, Vectors
from .files import damaged, read_arrays, read_meta, write_arrays

Scores = NDArray[np.float32]

FAISS_FROM = 20_000
"""Rows from which a search goes through FAISS; below, a product in numpy is as fast and spares the import."""


PART = 8192
"""Rows that lie in one file, 29 MB of the default model's: what is written anew where one row of them changes."""
HELD = 2**31
"""Bytes of an index up to which files that a question over all has read stay mapped; of a larger one each is let go."""
_NAME = re.compile(r"[a-z]+-vectors(-[0-9a-f]{16})?")
_PIECE = 4096
"""Texts that are embedded before their vectors are kept: a minute or two of work at most is lost."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of an index that follow each other, and the file that holds them, if one does already."""

    vectors: Vectors
    file: Path | None = None
    sha256: str = ""


class DenseIndex:
    """Unit vectors with ids; row numbers are the order in which the vectors were given.

    The rows lie in parts, each a file: where one document changes, the index that is made from this one has the files
    of the other parts as they are.
    """

    def __init__(self, ids: Sequence[str], parts: Sequence[Part], encoder_name: str) -> None:
        """Take over ``parts``, each of shape (rows, dimension); see :meth:`build`."""
        self.ids = tuple(ids)
        self.encoder_name = encoder_name
        self._parts = tuple(parts)
        self._starts = np.cumsum([0, *(len(part.vectors) for part in parts)])
        self._faiss: Any = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def vectors(self) -> Vectors:
        """All rows; copied, where they lie in several parts."""
        return self._parts[0].vectors if len(self._parts) == 1 else np.concatenate(list(self.pieces()))

    def pieces(self) -> Iterator[Vectors]:
        """The rows part by part, in order."""
        return (part.vectors for part in self._parts)

    @classmethod
    def build(cls, ids: Sequence[str], vectors: Vectors, encoder_name: str) -> DenseIndex:
        """An index over ``vectors`` (one row an id), made by the encoder of that name."""
        if vectors.ndim != 2 or len(ids) != len(vectors):
            raise ValueError(f"{len(ids)} ids for vectors of shape {vectors.shape}")
        whole = np.ascontiguousarray(vectors, dtype=np.float32)
        return cls(ids, [Part(whole[a:b]) for a, b in _cut(0, len(whole))], encoder_name)

    def joined(self, fresh: DenseIndex, take: NDArray[np.int64]) -> DenseIndex:
        """Rows of this index and of ``fresh`` in the order of ``take``, whose numbers go on from this one's end."""
        rows = len(self)
        ids = [self.ids[i] if i < rows else fresh.ids[i - rows] for i in take.tolist()]
        if not ids:
            return DenseIndex(ids, [Part(self._taken(fresh, take))], self.encoder_name)
        # New rows go to the part of the row before them.
        old = np.where(take < rows, np.arange(len(take)), -1)
        before = np.maximum.accumulate(old)
        of = np.where(before >= 0, self._part_of(take[np.maximum(before, 0)] % max(rows, 1)), 0)
        edges = [0, *(np.flatnonzero(np.diff(of)) + 1).tolist(), len(take)]
        groups: list[tuple[int, int]] = []
        for a, b in itertools.pairwise(edges):
            if groups and b - a < PART // 8:
                groups[-1] = (groups[-1][0], b)  # what is left of a part goes to the one before it
            else:
                groups.append((a, b))
        parts: list[Part] = []
        for a, b in groups:
            own = int(of[a])
            start, end = (int(edge) for edge in self._starts[own : own + 2])
            if b - a == end - start and take[a] == start and bool((np.diff(take[a:b]) == 1).all()):
                parts.append(self._parts[own])
            else:
                parts += [Part(self._taken(fresh, take[c:d])) for c, d in _cut(a, b)]
        return DenseIndex(ids, parts, self.encoder_name)

    def _taken(self, fresh: DenseIndex, take: NDArray[np.int64]) -> Vectors:
        new = take >= len(self)
        vectors = np.empty((len(take), fresh._parts[0].vectors.shape[1]), dtype=np.float32)
        vectors[~new] = self._rows(take[~new])
        vectors[new] = fresh._rows(take[new] - len(self))
        return vectors

    def _part_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.clip(np.searchsorted(self._starts, rows, side="right") - 1, 0, len(self._parts) - 1)

    def _rows(self, rows: NDArray[np.int64]) -> Vectors:
        """The vectors of those numbers."""
        if len(self._parts) == 1:
            return self._parts[0].vectors[rows]
        of = self._part_of(rows)
        out = np.empty((len(rows), self._parts[0].vectors.shape[1]), dtype=np.float32)
        for number in np.unique(of):
            here = of == number
            out[here] = self._parts[number].vectors[rows[here] - self._starts[number]]
        return out

    def save(self, folder: Path, kind: str = "dense") -> None:
        """Write the index into ``folder`` as ``<kind>.json`` and ``<kind>-vectors.npy``, or several of these.

        Parts that were read from files come in by hard links.
        """
        meta: dict[str, Any] = {"format": 1, "model": self.encoder_name}
        if len(self._parts) == 1:
            write_arrays(folder, kind, {f"{kind}-vectors": self._parts[0].vectors}, {**meta, "ids": self.ids})
            return
        names, arrays, kept = [], {}, {}
        for part in self._parts:
            if part.file is not None and part.file.is_file():
                kept[part.file] = part.sha256
                names.append(part.file.stem)
            else:
                # Named by what it holds: no file of another content ever has its name.
                digest = hashlib.sha256(np.ascontiguousarray(part.vectors).view(np.uint8).data).hexdigest()[:16]
                names.append(f"{kind}-vectors-{digest}")
                arrays[names[-1]] = part.vectors
        write_arrays(folder, kind, arrays, {**meta, "parts": names, "ids": self.ids}, kept)

    @classmethod
    def load(cls, folder: Path, kind: str = "dense") -> DenseIndex:
        """The index that :meth:`save` wrote; :class:`kg.errors.DamagedWorkspace` where it is not as it was written."""
        names = read_meta(folder, kind).get("parts", [f"{kind}-vectors"])
        if not isinstance(names, list) or not all(isinstance(n, str) and _NAME.fullmatch(n) for n in names):
            raise damaged(folder / f"{kind}.json", "it is of another format")
        arrays, meta = read_arrays(folder, kind, tuple(names))
        ids, files = meta.get("ids"), [folder / f"{name}.npy" for name in names]
        several = len(names) > 1  # One file alone is written anew with each change, under the same name.
        parts = [
            Part(np.asarray(arrays[file.stem]), file if several else None, meta["sha256"][file.name]) for file in files
        ]
        shapes = {part.vectors.shape[1:] for part in parts}
        if not isinstance(ids, list) or len(shapes) != 1 or sum(len(part.vectors) for part in parts) != len(ids):
            raise damaged(folder / f"{kind}.json", "it is of another format")
        return cls(ids, parts, str(meta.get("model")))

    def names(self, rows: Sequence[int]) -> list[str]:
        """Ids of some rows."""
        return [self.ids[row] for row in rows]

    def ranges(self, base: str) -> dict[str, tuple[int, int]]:
        """For each document (what stands in an id between ``base`` and the next ``/``) its first row and their end."""
        found: dict[str, tuple[int, int]] = {}
        for name, rows in groupby(enumerate(self.ids), lambda row: row[1][len(base) :].split("/", 1)[0]):
            numbers = [number for number, _ in rows]
            found[name] = (numbers[0], numbers[-1] + 1)
        return found

    def check_model(self, name: str) -> None:
        """:class:`kg.errors.ModelError` where the index was made by another encoder than the one of that name."""
        check_model(self.encoder_name, name)

    def scores(self, query_vector: Vectors, rows: NDArray[np.int64] | None = None) -> Scores:
        """Inner product of every row, or of those numbers, with a vector of shape (dimension,) or (1, dimension)."""
        vector = query_vector.reshape(-1)
        if rows is not None:
            return np.asarray(self._rows(rows) @ vector, dtype=np.float32)
        found = []
        for part in self.pieces():
            found.append(part @ vector)
            if len(self) * part.itemsize * part.shape[1] > HELD:
                _let_go(part)
        return np.concatenate(found).astype(np.float32, copy=False)

    def search(self, vector: Vectors, k: int, subset: NDArray[np.int64] | None = None) -> list[tuple[int, float]]:
        """The best ``k`` rows, or those of ``subset`` (row numbers): (row, score), best first, ties in row order."""
        if subset is None and len(self) >= FAISS_FROM:
            values, rows = self._index().search(np.ascontiguousarray(vector.reshape(1, -1)), min(k, len(self)))
            return [(int(row), float(value)) for row, value in zip(rows[0], values[0], strict=True) if row >= 0]
        rows = np.arange(len(self)) if subset is None else np.asarray(subset, dtype=np.int64)
        scores = self.scores(vector, None if subset is None else rows)
        order = np.argsort(-scores, kind="stable")[: max(0, k)]
        return [(int(rows[i]), float(scores[i])) for i in order]

    def _index(self) -> Any:
        with self._lock:
            if self._faiss is None:
                import faiss

                index = faiss.IndexFlatIP(self._parts[0].vectors.shape[1])
                for part in self.pieces():
                    index.add(np.ascontiguousarray(part))
                self._faiss = index
            return self._faiss


def _let_go(vectors: Vectors) -> None:
    """Take a mapped file out of the process's memory; the system keeps it as long as it has room, and maps it again."""
    base: object = vectors
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


def _cut(start: int, end: int) -> list[tuple[int, int]]:
    """Rows ``start`` to before ``end`` in parts of :data:`PART` rows, none of them much smaller; one part for none.

    >>> _cut(0, 5)
    [(0, 5)]
    """
    edges = np.linspace(start, end, max(1, round((end - start) / PART)) + 1).astype(int).tolist()
    return list(itertools.pairwise(edges))


def check_model(made_with: str, name: str) -> None:
    """:class:`kg.errors.ModelError` where the two encoders are not the same."""
    if name != made_with:
        raise ModelError(
            f"the index was made with {made_with}, not with {name}: set YAODIAN_MODEL back, "
            "or run `yaodian ingest` again"
        )


class VectorCache:
    """Vectors of passages by model and text, kept in one SQLite file, so that a re-ingest embeds only new text.

    It holds the hash of a text, never the text.  Each entry has a checksum: a damaged entry counts as absent.
    """

    def __init__(self, path: Path) -> None:
        """Use the file at ``path``; it is made when something is first stored."""
        self._path = path

    def passages(self, encoder: Encoder, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """``encoder.passages(texts)``, from the cache where it has them; equal texts are embedded once.

        What is embedded is kept piece by piece, so that an ingest that was killed goes on where it was.  ``progress``
        counts the texts that had to be embedded.
        """
        keys = [_key(encoder.name, text) for text in texts]
        first: dict[bytes, int] = {}
        for row, key in enumerate(keys):
            first.setdefault(key, row)
        out = np.empty((len(texts), encoder.dimension), dtype=np.float32)
        found = self._read(first, out)
        missing = [(key, row) for key, row in first.items() if key not in found]
        pieces = -(-len(missing) // _PIECE)
        size = -(-len(missing) // max(pieces, 1))
        for start in range(0, len(missing), max(size, 1)):
            piece = missing[start : start + size]

            def say(done: int, total: int, before: int = start) -> None:
                if progress is not None:
                    progress(before + done, len(missing))

            fresh = encoder.passages([texts[row] for _, row in piece], say)
            self._write([key for key, _ in piece], fresh)
            out[[row for _, row in piece]] = fresh
        for row, key in enumerate(keys):
            if first[key] != row:
                out[row] = out[first[key]]
        return out

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=30)
        connection.execute(
            "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"
        )
        return connection

    def _read(self, rows: Mapping[bytes, int], out: Vectors) -> set[bytes]:
        """Put the vectors that are there into their rows; the keys of those."""
        found: set[bytes] = set()
        if not self._path.exists():
            return found
        try:
            with closing(self._connect()) as connection:
                for key, row in rows.items():
                    held = connection.execute("SELECT value FROM vector WHERE key = ?", (key,)).fetchone()
                    vector = _unpack(held[0], out.shape[1]) if held else None
                    if vector is not None:
                        out[row] = vector
                        found.add(key)
        except sqlite3.OperationalError:
            return found  # locked for long, or not readable: what was not read is embedded again
        except sqlite3.DatabaseError:
            # It can all be computed again: a damaged file starts anew rather than stop an ingest.
            self._path.unlink(missing_ok=True)
        return found

    def _write(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        # What cannot be kept is only computed again next time: a full disk or a read-only folder is no reason to stop.
        with suppress(sqlite3.OperationalError, OSError), closing(self._connect()) as connection, connection:
            rows = ((key, _pack(vector)) for key, vector in zip(keys, vectors, strict=True))
            connection.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)


def _key(model: str, text: str) -> bytes:
    return hashlib.sha256(f"{model}\0{text}".encode("utf-8", "replace")).digest()


def _pack(vector: Vectors) -> bytes:
    data = np.asarray(vector, dtype="<f4").tobytes()
    return hashlib.sha256(data).digest()[:8] + data


def _unpack(data: object, dimension: int) -> Vectors | None:
    if (
        not isinstance(data, bytes)
        or len(data) != 8 + 4 * dimension
        or hashlib.sha256(data[8:]).digest()[:8] != data[:8]
    ):
        return None
    return np.frombuffer(data, dtype="<f4", offset=8).astype(np.float32)
