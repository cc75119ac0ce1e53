"""Vectors and words in PostgreSQL with pgvector: what ``dense`` and ``lexical`` of a workspace hold, for many readers.

What lives here: the tables, how a generation's indexes get there, and the two ways of asking them.  What never will: a
ranking of its own.  The database scans vectors and hands out postings; weights, joins and orders are made by the same
code as over files, so that the same question finds the same clauses.

A document's rows are a *piece*, named by what it was made from.  Pieces never change: a generation is a list of them,
and one that changed one document shares the others with the generation before it.  So a generation is written beside
the one in force in one transaction, readers stay with theirs, and what neither the last nor the one before it needs is
taken out.  Vectors are stored in the row (``STORAGE PLAIN``), since an exact scan reads them all; they are compared
exactly.  An HNSW index over them was measured (docs/scale.md) and is not built.
"""

from __future__ import annotations

import json
import queue
import struct
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from kg.errors import ServerError, SettingsError, StateMoved

from .encoder import Vectors
from .hybrid import Hybrid, HybridIndex
from .lexical import TOKEN_BYTES, LexicalIndex, cut, query_tokens, rarity, weights_of, word_tokens

if TYPE_CHECKING:
    import psycopg

Scores = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with documents that are done and all that have to be."""

FORMAT = 1
"""Of the tables; a database with another one is refused."""
LEAST_SERVER = 13
LEAST_VECTOR = (0, 5)
"""Oldest versions of PostgreSQL and of pgvector whose results were looked at."""
CONNECT = 10
"""Seconds until a server counts as not to be reached."""
_KEPT = 2
_IDLE = 8
"""Connections that are kept open between questions."""
_LOCK = 0x59616F6469616E

_TABLES = """
CREATE SCHEMA IF NOT EXISTS yaodian;
CREATE TABLE IF NOT EXISTS yaodian.format (version int NOT NULL);
CREATE TABLE IF NOT EXISTS yaodian.piece (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text UNIQUE NOT NULL, unit_of bytea NOT NULL,
  clause_lengths bytea NOT NULL, unit_lengths bytea NOT NULL);
CREATE TABLE IF NOT EXISTS yaodian.clause (
  piece int NOT NULL, n int NOT NULL, id text NOT NULL, v vector NOT NULL, PRIMARY KEY (piece, n));
CREATE TABLE IF NOT EXISTS yaodian.unit (
  piece int NOT NULL, n int NOT NULL, id text NOT NULL, v vector NOT NULL, PRIMARY KEY (piece, n));
ALTER TABLE yaodian.clause ALTER COLUMN v SET STORAGE PLAIN;
ALTER TABLE yaodian.unit ALTER COLUMN v SET STORAGE PLAIN;
CREATE TABLE IF NOT EXISTS yaodian.posting (
  token bytea NOT NULL, piece int NOT NULL, clause_rows bytea NOT NULL, clause_counts bytea NOT NULL,
  unit_rows bytea NOT NULL, unit_counts bytea NOT NULL, PRIMARY KEY (token, piece));
CREATE INDEX IF NOT EXISTS posting_piece ON yaodian.posting (piece);
CREATE TABLE IF NOT EXISTS yaodian.generation (
  stamp text PRIMARY KEY, number int GENERATED ALWAYS AS IDENTITY, origin text NOT NULL, model text NOT NULL,
  base text NOT NULL, clause_tokens bytea NOT NULL, clause_spread bytea NOT NULL, unit_tokens bytea NOT NULL,
  unit_spread bytea NOT NULL);
CREATE TABLE IF NOT EXISTS yaodian.holds (
  stamp text NOT NULL REFERENCES yaodian.generation ON DELETE CASCADE, piece int NOT NULL, document text NOT NULL,
  PRIMARY KEY (stamp, piece));
CREATE TABLE IF NOT EXISTS yaodian.current (one bool PRIMARY KEY DEFAULT true CHECK (one), stamp text NOT NULL);
"""


class Database:
    """A PostgreSQL server, its connections, and one line for what goes wrong.  For several threads at once."""

    def __init__(self, address: str) -> None:
        """Name the server; nothing is connected yet.

        Raises:
            SettingsError: the address is none, or the client library is not installed.
        """
        try:
            import psycopg  # noqa: F401
        except ImportError as error:
            raise SettingsError(
                "YAODIAN_VECTORS needs the library psycopg, which is not installed; run: make servers"
            ) from error
        self._address = address
        self.shown = shown(address)
        self._idle: queue.LifoQueue[psycopg.Connection[Any]] = queue.LifoQueue(_IDLE)

    @contextmanager
    def connected(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection in autocommit mode; it is kept for the next one where nothing went wrong.

        Raises:
            ServerError: the server cannot be reached, refuses, or breaks off.
        """
        import psycopg

        connection = self._idle_one() or self._new()
        try:
            yield connection
        except psycopg.Error as error:
            connection.close()
            raise self._failed(error) from error
        except BaseException:
            connection.close()
            raise
        try:
            self._idle.put_nowait(connection)
        except queue.Full:
            connection.close()

    def _idle_one(self) -> psycopg.Connection[Any] | None:
        """An open connection of before that still works: a server may have been started anew since."""
        import psycopg

        while True:
            try:
                connection = self._idle.get_nowait()
            except queue.Empty:
                return None
            with suppress(psycopg.Error):
                connection.execute("SELECT 1")
                return connection
            connection.close()

    def _new(self) -> psycopg.Connection[Any]:
        import psycopg

        try:
            return psycopg.connect(self._address, autocommit=True, connect_timeout=CONNECT)
        except psycopg.Error as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Let go of the connections."""
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def _failed(self, error: psycopg.Error) -> ServerError:
        """The line for an error; the server's own words may hold names, so that most of them are left out."""
        said = str(error)
        if "authentication failed" in said or "no password supplied" in said or error.sqlstate in ("28P01", "28000"):
            what = "refuses the name or the password in YAODIAN_VECTORS"
        elif error.sqlstate in ("42P01", "3F000"):
            what = "holds no vectors of this program; run, with YAODIAN_VECTORS set as it is: yaodian ingest PATH…"
        elif error.sqlstate == "3D000" or ("database" in said and "does not exist" in said):
            what = "has no database of the name in YAODIAN_VECTORS; make it, or name another"
        elif error.sqlstate == "42501":
            what = "does not let the name in YAODIAN_VECTORS do that; it needs CREATE on the database to write"
        elif error.sqlstate in ("53100", "53200", "54000"):
            what = f"has no room left ({error.sqlstate})"
        elif error.sqlstate is None:
            what = "cannot be reached, or broke off; start it, or set YAODIAN_VECTORS to where it is"
        else:
            what = f"refuses what it is asked (SQLSTATE {error.sqlstate})"
        return ServerError(f"the database at {self.shown} {what}")


def shown(address: str) -> str:
    """Host, port and database of an address, for lines that people and logs see: never a name or a password.

    Raises:
        SettingsError: it is no address of a PostgreSQL server.

    >>> shown("postgresql://name:secret@host:5432/plans?sslmode=require")
    'host:5432/plans'
    """
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("postgresql", "postgres"):
        raise SettingsError("YAODIAN_VECTORS must be an address like postgresql://name:password@host:5432/database")
    return f"{parts.netloc.rpartition('@')[2] or 'localhost'}{parts.path}"


# ---- writing ----


def publish(
    index: HybridIndex,
    keys: Mapping[str, str],
    base: str,
    stamp: str,
    database: Database,
    say: Progress | None = None,
    origin: str = "",
) -> None:
    """Put a generation's indexes into the database and in force, in one transaction.

    Args:
        index: over all documents of the generation.
        keys: id of each document → what its rows were made by and from: equal keys, equal rows.
        base: the base of the clauses' IRIs.
        stamp: the generation's.
        database: where to.
        say: told how many of the changed documents are written.
        origin: whose generation it is; what another's is in force is not replaced.

    Raises:
        ServerError: the server cannot be reached or refuses, is too old, or lacks the extension; nothing is changed.
    """
    with database.connected() as connection:
        with connection.transaction():
            _prepare(connection, database)
            row = connection.execute("SELECT stamp, origin FROM yaodian.current JOIN yaodian.generation USING (stamp)")
            for there, theirs in row.fetchall():
                if there == stamp:
                    return
                if theirs != origin:
                    raise ServerError(
                        f"the database at {database.shown} holds the vectors of another workspace; take that one, or "
                        "another database; to give it to this one, run in it: DROP SCHEMA yaodian CASCADE"
                    )
            held = _pieces(connection, index, keys, base, say)
            connection.execute("DELETE FROM yaodian.generation WHERE stamp = %s", (stamp,))
            tokens = [_statistics(words) for words in (index.clause_words, index.unit_words)]
            connection.execute(
                "INSERT INTO yaodian.generation (stamp, origin, model, base, clause_tokens, clause_spread, "
                "unit_tokens, unit_spread) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                (stamp, origin, index.encoder_name, base, *tokens[0], *tokens[1]),
            )
            with connection.cursor().copy("COPY yaodian.holds (stamp, piece, document) FROM STDIN") as copy:
                for document, piece in held.items():
                    copy.write_row((stamp, piece, document))
            connection.execute(
                "INSERT INTO yaodian.current (stamp) VALUES (%s) "
                "ON CONFLICT (one) DO UPDATE SET stamp = excluded.stamp",
                (stamp,),
            )
            _sweep(connection)
        connection.execute("ANALYZE yaodian.clause, yaodian.unit, yaodian.posting, yaodian.holds")


def _prepare(connection: psycopg.Connection[Any], database: Database) -> None:
    """One writer at a time; the extension, the tables, and versions that were looked at."""
    import psycopg

    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    if connection.info.server_version < LEAST_SERVER * 10000:
        raise ServerError(
            f"the database at {database.shown} is PostgreSQL {connection.info.server_version // 10000}; it must be "
            f"{LEAST_SERVER} or newer"
        )
    row = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()
    if row is None:
        try:
            with connection.transaction():
                connection.execute("CREATE EXTENSION vector")
        except psycopg.Error as error:
            raise ServerError(
                f"the database at {database.shown} lacks the extension vector (pgvector), and it cannot be made there; "
                "its administrator has to install pgvector and to run in that database: CREATE EXTENSION vector"
            ) from error
    elif tuple(int(part) for part in str(row[0]).split(".")[:2]) < LEAST_VECTOR:
        wanted = ".".join(map(str, LEAST_VECTOR))
        raise ServerError(
            f"the database at {database.shown} has pgvector {row[0]}; it must be {wanted} or newer: ALTER EXTENSION "
            "vector UPDATE"
        )
    connection.execute(_TABLES)
    row = connection.execute("SELECT version FROM yaodian.format").fetchone()
    if row is None:
        connection.execute("INSERT INTO yaodian.format VALUES (%s)", (FORMAT,))
    elif row[0] != FORMAT:
        raise ServerError(
            f"the database at {database.shown} has tables of format {row[0]}, this program writes {FORMAT}; run in it, "
            "since all can be made again: DROP SCHEMA yaodian CASCADE"
        )


def _pieces(
    connection: psycopg.Connection[Any],
    index: HybridIndex,
    keys: Mapping[str, str],
    base: str,
    say: Progress | None,
) -> dict[str, int]:
    """Write the pieces that are not there; document → its piece, in the order of the index."""
    clauses, units = _spans(keys, index.ranges(base)), _spans(keys, index.units.ranges(base))
    named = {name: json.dumps([index.encoder_name, base, name, keys[name]]) for name in clauses}
    rows = connection.execute("SELECT key, id FROM yaodian.piece WHERE key = ANY(%s)", (list(named.values()),))
    known: dict[str, int] = dict(rows.fetchall())
    fresh = [name for name in clauses if named[name] not in known]
    lengths = [words.statistics[2].astype("<i4") for words in (index.clause_words, index.unit_words)]
    for name in fresh:
        (a, b), (c, d) = clauses[name], units[name]
        of = (index.unit_of[a:b] - c).astype("<i4").tobytes()
        made = connection.execute(
            "INSERT INTO yaodian.piece (key, unit_of, clause_lengths, unit_lengths) VALUES (%s, %s, %s, %s) "
            "RETURNING id",
            (named[name], of, lengths[0][a:b].tobytes(), lengths[1][c:d].tobytes()),
        ).fetchone()
        assert made is not None
        known[named[name]] = int(made[0])
    for table, dense, spans in (("clause", index.clauses, clauses), ("unit", index.units, units)):
        with connection.cursor().copy(f"COPY yaodian.{table} (piece, n, id, v) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int4", "int4", "text", "bytea"])
            for name in fresh:
                first, end = spans[name]
                for row in range(first, end):
                    copy.write_row((known[named[name]], row - first, dense.ids[row], _vector_bytes(dense.vectors[row])))
    of_clauses = index.clause_words.pieces([clauses[name] for name in fresh])
    of_units = index.unit_words.pieces([units[name] for name in fresh])
    with connection.cursor().copy("COPY yaodian.posting FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["bytea", "int4", "bytea", "bytea", "bytea", "bytea"])
        for k, (name, own, whole) in enumerate(zip(fresh, of_clauses, of_units, strict=True), 1):
            for token in own.keys() | whole.keys():
                copy.write_row((token, known[named[name]], *own.get(token, (b"", b"")), *whole.get(token, (b"", b""))))
            if say is not None:
                say(k, len(fresh))
    return {name: known[named[name]] for name in clauses}


def _spans(documents: Iterable[str], ranges: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """The rows of every document, by id; those of one without any are none, after those of the one before it."""
    found: dict[str, tuple[int, int]] = {}
    end = 0
    for name in sorted(documents):
        found[name] = ranges.get(name, (end, end))
        end = found[name][1]
    return found


def _vector_bytes(vector: Vectors) -> bytes:
    """A vector as pgvector receives it: its length, nothing, its numbers, most significant byte first."""
    return struct.pack(">HH", len(vector), 0) + np.asarray(vector, dtype=">f4").tobytes()


def _statistics(words: LexicalIndex) -> tuple[bytes, bytes]:
    """The tokens of a generation, in order, and the rows that have each."""
    vocabulary, spread, _ = words.statistics
    fixed = vocabulary.astype(f"S{TOKEN_BYTES}")
    return fixed.tobytes(), spread.astype("<i8").tobytes()


def _sweep(connection: psycopg.Connection[Any]) -> None:
    """Take out what neither the generation in force nor the one before it needs."""
    connection.execute(
        "DELETE FROM yaodian.generation WHERE number NOT IN "
        "(SELECT number FROM yaodian.generation ORDER BY number DESC LIMIT %s)",
        (_KEPT,),
    )
    gone = connection.execute(
        "DELETE FROM yaodian.piece WHERE id NOT IN (SELECT piece FROM yaodian.holds) RETURNING id"
    ).fetchall()
    for table in ("clause", "unit", "posting") if gone else ():
        connection.execute(f"DELETE FROM yaodian.{table} WHERE piece = ANY(%s)", ([row[0] for row in gone],))


# ---- reading ----


def current(database: Database) -> str:
    """The stamp of the generation that was put in force last; empty where there is none."""
    with database.connected() as connection:
        row = connection.execute("SELECT to_regclass('yaodian.current')").fetchone()
        if row is None or row[0] is None:
            return ""
        row = connection.execute("SELECT stamp FROM yaodian.current").fetchone()
        return "" if row is None else str(row[0])


def opened(database: Database, stamp: str) -> Hybrid:
    """The indexes of the generation of that stamp.

    Raises:
        StateMoved: the database does not hold it, or no longer.
        ServerError: it cannot be reached, or refuses.
    """
    with database.connected() as connection:
        row = connection.execute(
            "SELECT model, base, clause_tokens, clause_spread, unit_tokens, unit_spread FROM yaodian.generation "
            "WHERE stamp = %s",
            (stamp,),
            binary=True,
        ).fetchone()
        pieces = connection.execute(
            "SELECT document, piece, unit_of, clause_lengths, unit_lengths FROM yaodian.holds "
            'JOIN yaodian.piece ON id = piece WHERE stamp = %s ORDER BY document COLLATE "C"',
            (stamp,),
            binary=True,
        ).fetchall()
    if row is None:
        raise _moved(database)
    model, base, *tokens = row
    unit_of = [np.frombuffer(piece[2], "<i4") for piece in pieces]
    lengths = [[np.frombuffer(piece[side], "<i4") for piece in pieces] for side in (3, 4)]
    names, numbers = [piece[0] for piece in pieces], np.array([piece[1] for piece in pieces], dtype=np.int64)
    places = [_Places(names, numbers, np.array([len(part) for part in side], dtype=np.int64)) for side in lengths]
    postings = _Postings(database)
    dense = [_Dense(database, table, place, str(model), base) for table, place in zip(_KINDS, places, strict=True)]
    words = [
        _Words(postings, kind, places[kind], _joined(lengths[kind]), tokens[2 * kind], tokens[2 * kind + 1])
        for kind in (0, 1)
    ]
    rows = [part.astype(np.int32) + np.int32(first) for part, first in zip(unit_of, places[1].firsts, strict=True)]
    return Hybrid(dense[0], dense[1], words[0], words[1], _joined(rows))


_KINDS = ("clause", "unit")


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[np.int32]:
    return np.concatenate(parts).astype(np.int32) if len(parts) else np.zeros(0, dtype=np.int32)


def _moved(database: Database) -> StateMoved:
    return StateMoved(
        f"the database at {database.shown} does not hold the state that is asked for, or no longer; ask again in a "
        "moment; if it stays so, run: yaodian ingest PATH…"
    )


class _Places:
    """Rows of a generation → pieces, and back: row numbers run through the documents by id."""

    def __init__(self, documents: Sequence[str], pieces: NDArray[np.int64], sizes: NDArray[np.int64]) -> None:
        self.documents = documents
        self.pieces = pieces
        self.ends = np.cumsum(sizes, dtype=np.int64)
        self.firsts = self.ends - sizes
        self.rows = int(sizes.sum())
        self.sorted = np.argsort(pieces)

    def of(self, rows: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """Numbers of the documents that the rows are of, rising; all for None."""
        if rows is None:
            return np.arange(len(self.pieces))
        return np.unique(np.searchsorted(self.ends, rows, side="right"))

    def place(self, pieces: NDArray[np.int64], n: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row numbers of rows of pieces."""
        found = self.sorted[np.searchsorted(self.pieces, pieces, sorter=self.sorted)]
        return self.firsts[found] + n


class _Dense:
    """Vectors of one table: :class:`embeddings.hybrid.AnyDense`."""

    def __init__(self, database: Database, table: str, places: _Places, encoder_name: str, base: str) -> None:
        self._database = database
        self._table = table
        self._places = places
        self._base = base
        self.encoder_name = encoder_name

    def __len__(self) -> int:
        return self._places.rows

    def names(self, rows: Sequence[int]) -> list[str]:
        """Ids of some rows."""
        wanted = np.asarray(rows, dtype=np.int64)
        owners = np.searchsorted(self._places.ends, wanted, side="right")
        pairs = self._places.pieces[owners].tolist(), (wanted - self._places.firsts[owners]).tolist()
        with self._database.connected() as connection:
            found = connection.execute(
                f"SELECT piece, n, id FROM yaodian.{self._table} "
                "JOIN unnest(%s::int[], %s::int[]) AS asked (piece, n) USING (piece, n)",
                pairs,
            ).fetchall()
        known = {(piece, n): name for piece, n, name in found}
        try:
            return [known[pair] for pair in zip(*pairs, strict=True)]
        except KeyError:
            raise _moved(self._database) from None

    def ranges(self, base: str) -> dict[str, tuple[int, int]]:
        """Id of each document → its first row and their end; ``base`` is the one that was published."""
        spans = zip(self._places.documents, self._places.firsts, self._places.ends, strict=True)
        return {name: (int(first), int(end)) for name, first, end in spans if end > first}

    def scores(self, query_vector: Vectors, rows: NDArray[np.int64] | None = None) -> Scores:
        """Inner products, computed by the database over the documents that the rows are of, and no others."""
        places, owners = self._places, self._places.of(rows)
        out = np.full(places.rows, np.nan, dtype=np.float32)
        expected = int((places.ends - places.firsts)[owners].sum())
        if expected:
            found = self._scanned(np.asarray(query_vector).reshape(-1), places.pieces[owners])
            if len(found) != expected:
                raise _moved(self._database)
            out[places.place(found["piece"].astype(np.int64), found["n"].astype(np.int64))] = found["score"]
        return out if rows is None else out[rows]

    def _scanned(self, vector: Vectors, pieces: NDArray[np.int64]) -> NDArray[Any]:
        text = "[" + ",".join(map(repr, vector.astype(np.float32).tolist())) + "]"
        every = len(pieces) == len(self._places.pieces)
        where = "piece IN (SELECT unnest(%s::int[]))" if every else "piece = ANY(%s::int[])"
        data = bytearray()
        with (
            self._database.connected() as connection,
            connection.cursor().copy(
                f"COPY (SELECT piece, n, (-(v <#> %s::vector))::float4 FROM yaodian.{self._table} WHERE {where}) "
                "TO STDOUT (FORMAT BINARY)",
                (text, pieces.tolist()),
            ) as copy,
        ):
            for block in copy:
                data += block
        return np.frombuffer(data[_HEAD:-2], dtype=_SCORE)


_HEAD = 19
_SCORE = np.dtype(
    [("f", ">i2"), ("a", ">i4"), ("piece", ">i4"), ("b", ">i4"), ("n", ">i4"), ("c", ">i4"), ("score", ">f4")]
)
"""A row of a binary COPY of two whole numbers and a real one, after the head of the stream and before its end mark."""


class _Postings:
    """Postings of clauses and of units, which lie side by side: fetched once for both."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._own = threading.local()

    def of(self, tokens: Sequence[bytes], pieces: NDArray[np.int64]) -> list[tuple[Any, ...]]:
        """(token, piece, rows and counts of clauses, rows and counts of units); of one thread the last are kept."""
        asked = (tuple(tokens), pieces.tobytes())
        last = getattr(self._own, "last", None)
        if last is not None and last[0] == asked:
            found: list[tuple[Any, ...]] = last[1]
            return found
        with self._database.connected() as connection:
            found = connection.execute(
                "SELECT token, piece, clause_rows, clause_counts, unit_rows, unit_counts FROM yaodian.posting "
                "WHERE token = ANY(%b::bytea[]) AND piece = ANY(%s::int[])",
                (list(tokens), pieces.tolist()),
                binary=True,
            ).fetchall()
        self._own.last = (asked, found)
        return found


class _Words:
    """Words of one kind of row: :class:`embeddings.hybrid.AnyWords`."""

    def __init__(
        self,
        postings: _Postings,
        kind: int,
        places: _Places,
        lengths: NDArray[np.int32],
        tokens: bytes,
        spread: bytes,
    ) -> None:
        self._postings = postings
        self._kind = kind
        self._places = places
        self._lengths = lengths
        self._tokens = np.frombuffer(tokens, dtype=f"S{TOKEN_BYTES}")
        self._spread = np.frombuffer(spread, dtype="<i8").astype(np.int64)
        self._mean = float(lengths.mean()) if len(lengths) and lengths.any() else 1.0

    def spread(self, token: str) -> int:
        """Number of rows of the generation that have the token."""
        return self._of(cut(token))

    def _of(self, token: bytes) -> int:
        place = int(np.searchsorted(self._tokens, np.bytes_(token)))
        return int(self._spread[place]) if place < len(self._tokens) and self._tokens[place] == token else 0

    def may_hold(self, word: str) -> bool:
        """Whether every pair of the word's characters stands in some row: if not, no row holds the word."""
        return all(self.spread(token) for token in word_tokens(word))

    def of_rows(
        self, query: str, alternatives: Sequence[Mapping[str, float]] = (), rows: NDArray[np.int64] | None = None
    ) -> Scores:
        """BM25 scores of all rows, or of some: those of :meth:`embeddings.lexical.LexicalIndex.of_rows`."""
        places, owners = self._places, self._places.of(rows)
        firsts, ends = places.firsts[owners], places.ends[owners]
        starts = np.cumsum(ends - firsts) - (ends - firsts)
        window = int((ends - firsts).sum())
        place = dict(zip(places.pieces[owners].tolist(), starts.tolist(), strict=True))
        asked = sorted({cut(token) for token in query_tokens(query, alternatives)})
        lists: defaultdict[bytes, list[tuple[int, bytes, bytes]]] = defaultdict(list)
        for token, piece, *sides in self._postings.of(asked, places.pieces[owners]) if window and asked else ():
            found, counts = sides[2 * self._kind], sides[2 * self._kind + 1]
            if found:
                lists[bytes(token)].append((place[piece], found, counts))
        local = np.concatenate([np.arange(a, b) for a, b in zip(firsts, ends, strict=True)]) if window else firsts[:0]
        index = self._index(lists, self._lengths[local], window)
        scores = index.scores(query, alternatives)
        if rows is None:
            return scores
        own = np.searchsorted(ends, rows, side="right")
        return scores[starts[own] + rows - firsts[own]]

    def _index(
        self, lists: Mapping[bytes, list[tuple[int, bytes, bytes]]], lengths: NDArray[np.int32], window: int
    ) -> LexicalIndex:
        """A small index over the rows of the window, with the weights that the whole one has."""
        tokens = sorted(lists)
        rows, counts, sizes = [], [], []
        for token in tokens:
            parts = sorted(lists[token])
            own = np.concatenate([np.frombuffer(found, "<i4") + np.int32(start) for start, found, _ in parts])
            rows.append(own.astype(np.int32))
            counts.append(np.concatenate([np.frombuffer(count, "<u2") for _, _, count in parts]).astype(np.uint16))
            sizes.append(len(own))
        every, many = _joined(rows), np.concatenate(counts) if counts else np.zeros(0, dtype=np.uint16)
        idf = rarity(np.array([self._of(token) for token in tokens], dtype=np.int64), len(self._lengths))
        weights = weights_of(np.repeat(idf, sizes), many, lengths[every], self._mean)
        edges = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        vocabulary = np.array(tokens, dtype=f"S{TOKEN_BYTES}")
        return LexicalIndex([""] * window, vocabulary, edges, every, weights, many, lengths)
