"""Clauses found by meaning and by words at once: what ``yaodian search`` shows and what answers fall back to.

Each clause is scored with the unit that it stands in, since a clause alone often lacks the words that its title holds:
``dense = own + unit``, ``lexical = own + unit``.  The two are then joined by a convex combination of normalised scores,
with a weight per language of the question (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid
Retrieval", 2023, found it better than reciprocal ranks).  An English question reaches Chinese clauses lexically through
glosses of its words.  The weights were set on one half of XQuAD's questions and checked on the other
(``benchmarks/bench_embedding.py``).

What never lives here: a decision whether a clause answers.  Scores order; they do not judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kg.model import Language

from .dense import DenseIndex, VectorCache, check_model
from .encoder import Encoder, Progress, Vectors
from .files import damaged, read_arrays, write_arrays
from .gloss import GlossBook, GlossTerm
from .lexical import LexicalIndex

Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]

UNIT_DENSE = 1.0
"""Weight of the unit's cosine beside the clause's own."""
UNIT_LEXICAL = 1.0
"""Weight of the unit's BM25 beside the clause's own."""
LEXICAL_WEIGHT: Mapping[Language, float] = {"zh": 0.2, "en": 0.25}
"""Share of the lexical score in the fused one, by language of the question."""
GLOSSES = 16
"""Chinese words that a term of an English question is tried with."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A clause to be found."""

    id: str
    """Whatever names it to the caller: its IRI, or ``<document>/<unit>/<clause>``."""
    unit: str
    """Key of its unit among the ``units`` of :meth:`HybridIndex.build`."""
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that was found, with each score that put it there."""

    row: int
    id: str
    score: float
    """Fused, 0 to 1."""
    dense: float
    """Cosine of clause and question plus that of its unit, -2 to 2."""
    lexical: float
    """BM25 of the clause plus that of its unit; 0 where no word is shared."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of every row for one question."""

    dense: Scores
    lexical: Scores
    fused: Scores
    terms: tuple[GlossTerm, ...]
    """What the words of an English question were taken for; empty for a Chinese one."""
    beside: Scores | None = None
    """Dense scores for a second vector, where one was given; no part of ``fused``."""


class AnyDense(Protocol):
    """Vectors to be asked: a :class:`embeddings.dense.DenseIndex`, or a table of a database."""

    @property
    def encoder_name(self) -> str:
        """What made them."""

    def __len__(self) -> int:
        """Rows."""

    def names(self, rows: Sequence[int]) -> list[str]:
        """Ids of some rows."""

    def ranges(self, base: str) -> dict[str, tuple[int, int]]:
        """Id of each document → its first row and their end."""

    def scores(self, query_vector: Vectors, rows: NDArray[np.int64] | None = None) -> Scores:
        """Inner product of every row, or of those numbers, with a vector."""


class AnyWords(Protocol):
    """Words to be asked: a :class:`embeddings.lexical.LexicalIndex`, or a table of a database."""

    def may_hold(self, word: str) -> bool:
        """Whether every pair of the word's characters stands in some row."""

    def of_rows(
        self, query: str, alternatives: Sequence[Mapping[str, float]] = (), rows: NDArray[np.int64] | None = None
    ) -> Scores:
        """BM25 scores of all rows, or of some."""


class Hybrid:
    """Dense and lexical indexes, wherever they lie, over clauses and over the units that they stand in."""

    def __init__(
        self,
        clauses: AnyDense,
        units: AnyDense,
        clause_words: AnyWords,
        unit_words: AnyWords,
        unit_of: NDArray[np.int32],
    ) -> None:
        """Join four indexes; ``unit_of`` gives the row of each clause's unit."""
        self._dense = (clauses, units)
        self._words = (clause_words, unit_words)
        self._unit_of = unit_of

    def __len__(self) -> int:
        return len(self._unit_of)

    @property
    def ids(self) -> Sequence[str]:
        """Ids of the clauses, by row."""
        return self._dense[0].names(range(len(self)))

    @property
    def encoder_name(self) -> str:
        """What made the vectors."""
        return self._dense[0].encoder_name

    def check_model(self, name: str) -> None:
        """:class:`kg.errors.ModelError` where the vectors were made by another encoder than the one of that name."""
        check_model(self.encoder_name, name)

    def ranges(self, base: str) -> dict[str, tuple[int, int]]:
        """Id of each document → the first of its rows, and their end; ``base`` is that of the clauses' IRIs."""
        return self._dense[0].ranges(base)

    def scores(
        self,
        question: str,
        vector: Vectors,
        language: Language,
        glosses: GlossBook | None = None,
        mask: Mask | None = None,
        extra: Sequence[Mapping[str, float]] = (),
        rows: NDArray[np.int64] | None = None,
        beside: Vectors | None = None,
    ) -> Scored:
        """Every row's scores for a question whose vector is ``vector``, of shape (dimension,) or (1, dimension).

        ``glosses`` opens the lexical door for an English question.  ``mask`` limits the rows that count; the others get
        the fused score 0.  ``extra`` adds terms beside the glosses, each as the words that it may stand for with their
        weights (labels of a concept that the question was linked to).  ``rows``, rising, asks for these rows alone: the
        cost is then theirs, however many others there are; ``mask`` has their length.  ``beside`` is a second vector to
        score every row with.
        """
        terms: tuple[GlossTerm, ...] = ()
        if glosses is not None and language == "en":
            terms = glosses.terms(question, GLOSSES, self._words[0].may_hold)
        alternatives = [{g.word: g.weight for g in term.glosses} for term in terms] + list(extra)
        if rows is None:
            units, unit_of = None, self._unit_of.astype(np.int64)
        else:
            units, unit_of = np.unique(self._unit_of[rows].astype(np.int64), return_inverse=True)
        (clauses, wholes), (words, unit_words) = self._dense, self._words
        dense, second = (
            None if v is None else clauses.scores(v, rows) + UNIT_DENSE * wholes.scores(v, units)[unit_of]
            for v in (vector, beside)
        )
        assert dense is not None
        own = words.of_rows(question, alternatives, rows)
        lexical = own + UNIT_LEXICAL * unit_words.of_rows(question, alternatives, units)[unit_of]
        return Scored(dense, lexical, fuse(dense, lexical, language, mask), terms, second)

    def search(
        self,
        question: str,
        encoder: Encoder,
        language: Language,
        k: int = 10,
        glosses: GlossBook | None = None,
        mask: Mask | None = None,
    ) -> list[Hit]:
        """The best ``k`` clauses for a question, best first, ties in row order.

        Raises:
            ModelError: the index was made by another encoder.
        """
        self.check_model(encoder.name)
        if not len(self):
            return []
        scored = self.scores(question, encoder.queries([question])[0], language, glosses, mask)
        return self.hits(scored, k, mask)

    def hits(self, scored: Scored, k: int, mask: Mask | None = None) -> list[Hit]:
        """The best ``k`` rows of scores that were made with the same ``mask``."""
        order = best(scored.fused, k) if mask is None else np.flatnonzero(mask)[best(scored.fused[mask], k)]
        rows = order.tolist()
        return [
            Hit(r, name, float(scored.fused[r]), float(scored.dense[r]), float(scored.lexical[r]))
            for r, name in zip(rows, self._dense[0].names(rows), strict=True)
        ]


class HybridIndex(Hybrid):
    """Both in memory or mapped from files: what is built, joined, saved and loaded."""

    def __init__(
        self,
        clauses: DenseIndex,
        units: DenseIndex,
        clause_words: LexicalIndex,
        unit_words: LexicalIndex,
        unit_of: NDArray[np.int32],
    ) -> None:
        """Join four indexes; ``unit_of`` gives the row of each clause's unit."""
        super().__init__(clauses, units, clause_words, unit_words, unit_of)
        self.clauses = clauses
        self.units = units
        self.clause_words = clause_words
        self.unit_words = unit_words

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the clauses, by row."""
        return self.clauses.ids

    @property
    def unit_of(self) -> NDArray[np.int32]:
        """The row of each clause's unit."""
        return self._unit_of

    @classmethod
    def build(
        cls,
        entries: Sequence[Entry],
        units: Mapping[str, str],
        encoder: Encoder,
        cache: VectorCache | None = None,
        progress: Progress | None = None,
    ) -> HybridIndex:
        """Index clauses and units (key → text: title and clauses); ``progress`` counts texts that were embedded."""
        return Begun(entries, units).finished(encoder, cache, progress)

    def save(self, folder: Path) -> None:
        """Write ``dense/`` and ``lexical/`` below ``folder``."""
        self.clause_words.save(folder / "lexical", "clauses")
        self.unit_words.save(folder / "lexical", "units")
        self.save_vectors(folder)

    def save_vectors(self, folder: Path) -> None:
        """Write ``dense/`` alone, where :meth:`Begun.save_words` wrote the rest."""
        self.clauses.save(folder / "dense", "clauses")
        self.units.save(folder / "dense", "units")
        write_arrays(folder / "dense", "rows", {"rows-unit": self._unit_of}, {"format": 1})

    @classmethod
    def load(cls, folder: Path) -> HybridIndex:
        """What :meth:`save` wrote; :class:`kg.errors.DamagedWorkspace` names the file that is not as it was written."""
        dense, lexical = folder / "dense", folder / "lexical"
        clauses, units = DenseIndex.load(dense, "clauses"), DenseIndex.load(dense, "units")
        clause_words, unit_words = LexicalIndex.load(lexical, "clauses"), LexicalIndex.load(lexical, "units")
        arrays, _ = read_arrays(dense, "rows", ("rows-unit",))
        unit_of = arrays["rows-unit"]
        if clauses.ids != clause_words.ids or units.ids != unit_words.ids or unit_of.shape != (len(clauses),):
            raise damaged(folder, "its indexes are not of one making")
        clause_words.ids, unit_words.ids = clauses.ids, units.ids  # A million ids need not be held twice.
        return cls(clauses, units, clause_words, unit_words, np.asarray(unit_of))


class Begun:
    """An index whose words are there and whose vectors are not yet: they may be made elsewhere meanwhile."""

    def __init__(
        self,
        entries: Sequence[Entry],
        units: Mapping[str, str],
        before: HybridIndex | None = None,
        left: Callable[[str], bool] = bool,
    ) -> None:
        """Index the words of clauses and units (key → text), and join them with those of an older index.

        Args:
            entries: the clauses that are new.
            units: the units that are new.
            before: the older index; the one that comes of it is what :meth:`HybridIndex.build` would make of all.
            left: whether a key of an entry or a unit of ``before`` stays; what has its place now does not.

        Joined, the order is that of the keys up to the last two steps (of ``…/<document>/<unit>/<clause>`` the
        document), and within a document that in which it was given.
        """
        self._ids, self._keys = [entry.id for entry in entries], list(units)
        self._texts = [entry.text for entry in entries] + list(units.values())
        self._before = before
        place = {key: row for row, key in enumerate(self._keys)}
        self._unit_of = np.array([place[entry.unit] for entry in entries], dtype=np.int32)
        self._words = LexicalIndex.build(self._ids, self._texts[: len(entries)])
        self._unit_words = LexicalIndex.build(self._keys, self._texts[len(entries) :])
        if before is None:
            return
        self._clauses = _order(before.ids, self._ids, left, 2)
        self._units = _order(before.units.ids, self._keys, left, 1)
        now = np.full(len(before.units) + len(units), -1, dtype=np.int32)
        now[self._units] = np.arange(len(self._units), dtype=np.int32)
        unit_of = np.concatenate([before.unit_of, self._unit_of + np.int32(len(before.units))])
        self._unit_of = now[unit_of[self._clauses]]
        ids, keys = _keys(before.ids, self._ids, self._clauses), _keys(before.units.ids, self._keys, self._units)
        self._words = before.clause_words.joined(self._words, ids, self._clauses)
        self._unit_words = before.unit_words.joined(self._unit_words, keys, self._units)

    def save_words(self, folder: Path) -> None:
        """Write ``lexical/`` below ``folder``."""
        self._words.save(folder / "lexical", "clauses")
        self._unit_words.save(folder / "lexical", "units")

    def finished(
        self, encoder: Encoder, cache: VectorCache | None = None, progress: Progress | None = None
    ) -> HybridIndex:
        """The index with its vectors, by the encoder that made those of the older one."""
        texts = self._texts
        vectors = cache.passages(encoder, texts, progress) if cache else encoder.passages(texts, progress)
        clauses = DenseIndex.build(self._ids, vectors[: len(self._ids)], encoder.name)
        units = DenseIndex.build(self._keys, vectors[len(self._ids) :], encoder.name)
        if self._before is not None:
            clauses = self._before.clauses.joined(clauses, self._clauses)
            units = self._before.units.joined(units, self._units)
        return HybridIndex(clauses, units, self._words, self._unit_words, self._unit_of)


def best(scores: Scores, k: int) -> NDArray[np.int64]:
    """The rows of the ``k`` highest scores, highest first, ties in row order; not all others are sorted for it.

    >>> best(np.array([1, 3, 2, 3], dtype=np.float32), 3).tolist()
    [1, 3, 2]
    """
    if k <= 0 or not len(scores):
        return np.zeros(0, dtype=np.int64)
    least = np.partition(scores, len(scores) - k)[len(scores) - k] if k < len(scores) else scores.min()
    among = np.flatnonzero(scores >= least)
    return among[np.argsort(-scores[among], kind="stable")[:k]]


def _order(old: Sequence[str], new: Sequence[str], left: Callable[[str], bool], steps: int) -> NDArray[np.int64]:
    """Row numbers of the keys that stay, those of ``new`` counted on from the end of ``old``, sorted by document."""
    rows = [i for i, key in enumerate(old) if left(key)] + list(range(len(old), len(old) + len(new)))
    documents = [(old[i] if i < len(old) else new[i - len(old)]).rsplit("/", steps)[0] for i in rows]
    return np.array([rows[k] for k in sorted(range(len(rows)), key=documents.__getitem__)], dtype=np.int64)


def _keys(old: Sequence[str], new: Sequence[str], rows: NDArray[np.int64]) -> list[str]:
    """The keys of rows, those of ``new`` counted on from the end of ``old``."""
    return [old[i] if i < len(old) else new[i - len(old)] for i in rows.tolist()]


def fuse(
    dense: Scores,
    lexical: Scores,
    language: Language,
    mask: Mask | None = None,
    weights: Mapping[Language, float] = LEXICAL_WEIGHT,
) -> Scores:
    """One score from two: ``(1 - w)·dense + w·lexical``, each first brought to 0..1 over the rows of ``mask``.

    ``w`` is the weight of the question's language; where no word is shared the dense score stands alone.
    """
    inside = slice(None) if mask is None else mask
    fused = np.zeros_like(dense)
    if not len(dense) or (mask is not None and not mask.any()):
        return fused
    weight = weights[language] if lexical[inside].any() else 0.0
    fused[inside] = (1.0 - weight) * _normal(dense[inside]) + weight * _normal(lexical[inside])
    return fused


def _normal(scores: Scores) -> Scores:
    """Scores brought to 0..1 by their least and greatest value; all 0 where these are equal."""
    low, high = float(scores.min()), float(scores.max())
    return np.zeros_like(scores) if high <= low else (scores - np.float32(low)) / np.float32(high - low)
