"""Words to scores: BM25 over character uni- and bigrams of Chinese and stems of Latin words.

Character n-grams beat segmented words in Chinese retrieval, and need no dictionary that could lack a term of office.
The ranking function is BM25 with the idf of Lucene (Robertson and Zaragoza 2009; Kamphuis et al., ECIR 2020), its
term weights computed when the index is built (Lù, "BM25S", 2024).  It is written out here, in numpy: the libraries
that offer it cost a cold question 0.2 s of imports.

What never lives here: a list of words of any document, vectors, what a score means for an answer.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.source import view

from .files import damaged, read_arrays, write_arrays

Scores = NDArray[np.float32]

K1 = 1.2
B = 0.75
"""BM25's saturation and length parameters, at their customary values."""
FORMAT = 2
"""Of the files; since 2 the counts are kept, so that an index can be joined with another."""
_MOST = 65535
"""A token that stands more often in one row counts as often as this."""
_KNOWN = 100_000
"""Tokens whose place an index remembers."""
TOKEN_BYTES = 48
"""A longer token is cut: no word is longer, and the vocabulary stays a table of fixed width."""

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<number>\d+(?:\.\d+)?)|(?P<word>[^\W\d_{HAN}]+)")


def fold(text: str) -> str:
    """The form in which texts are compared: the matching view (width, traditional characters) with case folded.

    >>> fold("ＡＩ＋鄉村教育 ２０２１")
    'ai+乡村教育2021'
    """
    return view(text).text.casefold()


def tokens(text: str) -> list[str]:
    """The tokens of a text in order: each Chinese character, each pair of neighbours, each stem, each number.

    >>> tokens("乡村教师 3.5% Schools")
    ['乡', '乡村', '村', '村教', '教', '教师', '师', '3.5', 'school']
    """
    found: list[str] = []
    for match in _RUN.finditer(fold(text)):
        if run := match["han"]:
            for i, character in enumerate(run):
                found.append(character)
                if i + 1 < len(run):
                    found.append(run[i : i + 2])
        elif word := match["word"]:
            found.append(stem(word))
        else:
            found.append(match[0])
    return found


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Stem of an English word; other words come back as they are.

    A stemmer holds the word it works on, so that threads cannot share one: each word gets its own, behind a cache.
    """
    if not word.isascii() or len(word) > 40:
        return word
    import Stemmer

    return str(Stemmer.Stemmer("english").stemWord(word))


class LexicalIndex:
    """BM25 over rows of text; row numbers are the order in which the texts were given."""

    def __init__(
        self,
        ids: Sequence[str],
        vocabulary: NDArray[np.bytes_],
        starts: NDArray[np.int64],
        rows: NDArray[np.int32],
        weights: NDArray[np.float32],
        counts: NDArray[np.uint16],
        lengths: NDArray[np.int32],
    ) -> None:
        """Take over the parts; :meth:`build` and :meth:`joined` make them.

        Args:
            ids: of the rows.
            vocabulary: the tokens' bytes, sorted.
            starts: where the postings of each token begin, and their end.
            rows: of each posting; rising within a token.
            weights: of each posting, for a query's token of weight 1.
            counts: how often the token stands in the row; with ``lengths`` all that weights are made of.
            lengths: tokens in each row.
        """
        self.ids = tuple(ids)
        self._vocabulary = vocabulary
        self._starts = starts
        self._rows = rows
        self._weights = weights
        self._counts = counts
        self._lengths = lengths
        self._known: dict[str, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def build(cls, ids: Sequence[str], texts: Sequence[str]) -> LexicalIndex:
        """Index ``texts``, whose ids are ``ids`` in the same order."""
        if len(ids) != len(texts):
            raise ValueError(f"{len(ids)} ids for {len(texts)} texts")
        # In flat arrays from the start: a million counters would take ten times as much memory as the index.
        number: dict[bytes, int] = {}
        columns, frequency = array("q"), array("H")
        lengths, spread = array("i"), array("i")
        for text in texts:
            count = Counter(cut(t) for t in tokens(text))
            columns.extend(number.setdefault(token, len(number)) for token in count)
            frequency.extend(min(f, _MOST) for f in count.values())
            lengths.append(sum(count.values()))
            spread.append(len(count))
        vocabulary = sorted(number)
        place = np.empty(len(number), dtype=np.int64)
        place[[number[token] for token in vocabulary]] = np.arange(len(number))
        rows = np.repeat(np.arange(len(lengths), dtype=np.int32), np.array(spread, dtype=np.int32))
        return cls._made(
            ids,
            np.array(vocabulary, dtype=f"S{TOKEN_BYTES}"),
            place[np.array(columns, dtype=np.int64)],
            rows,
            np.array(frequency, dtype=np.uint16),
            np.array(lengths, dtype=np.int32),
        )

    @classmethod
    def _made(
        cls,
        ids: Sequence[str],
        vocabulary: NDArray[np.bytes_],
        columns: NDArray[np.int64],
        rows: NDArray[np.int32],
        counts: NDArray[np.uint16],
        lengths: NDArray[np.int32],
    ) -> LexicalIndex:
        """The index of postings in any order, each a token's number, a row and a count; tokens in none are left out."""
        order = np.argsort(columns * len(lengths) + rows, kind="stable")
        columns, rows, counts = columns[order], rows[order], counts[order]
        spread = np.bincount(columns, minlength=len(vocabulary))
        vocabulary, spread = vocabulary[spread > 0], spread[spread > 0]
        starts = np.concatenate([[0], np.cumsum(spread)]).astype(np.int64)
        mean = float(lengths.mean()) if len(lengths) and lengths.any() else 1.0
        idf = np.repeat(rarity(spread, len(lengths)), spread)
        return cls(ids, vocabulary, starts, rows, weights_of(idf, counts, lengths[rows], mean), counts, lengths)

    @property
    def statistics(self) -> tuple[NDArray[np.bytes_], NDArray[np.int64], NDArray[np.int32]]:
        """Tokens in order, the rows that have each, and the tokens in each row: what weights are made of."""
        return self._vocabulary, np.diff(self._starts), self._lengths

    def pieces(self, spans: Sequence[tuple[int, int]]) -> Iterator[Mapping[bytes, tuple[bytes, bytes]]]:
        """For each span of rows its tokens → the rows that have them, counted from the span's first, and the counts.

        Rows are 32-bit and counts 16-bit numbers, little-endian; the spans rise and do not overlap.
        """
        firsts, ends = (np.array([span[side] for span in spans], dtype=np.int64) for side in (0, 1))
        place = np.searchsorted(ends, self._rows, side="right")
        inside = np.flatnonzero(place < len(spans))
        inside = inside[firsts[place[inside]] <= self._rows[inside]]
        inside = inside[np.argsort(place[inside], kind="stable")]
        owners = place[inside]
        columns = np.searchsorted(self._starts, inside, side="right") - 1
        rows = (self._rows[inside] - firsts[owners]).astype("<i4")
        counts = self._counts[inside].astype("<u2")
        for k in range(len(spans)):
            low, high = np.searchsorted(owners, (k, k + 1))
            cuts = np.flatnonzero(np.diff(columns[low:high])) + 1 + low
            found = {}
            for a, b in zip([low, *cuts.tolist()], [*cuts.tolist(), high], strict=True):
                if a < b:
                    found[bytes(self._vocabulary[columns[a]])] = (rows[a:b].tobytes(), counts[a:b].tobytes())
            yield found

    def joined(self, fresh: LexicalIndex, ids: Sequence[str], take: NDArray[np.int64]) -> LexicalIndex:
        """The index that :meth:`build` would make of rows of this one and of ``fresh``.

        Args:
            fresh: an index over new texts.
            ids: of the rows of the new index.
            take: for each of them the row that it is now: of this index, or of ``fresh`` counted on from its end.
        """
        both = np.concatenate([self._vocabulary, fresh._vocabulary])
        vocabulary, place = np.unique(both, return_inverse=True)
        spread = np.concatenate([np.diff(self._starts), np.diff(fresh._starts)])
        columns = np.repeat(place.astype(np.int64), spread)
        rows = np.concatenate([self._rows, fresh._rows + np.int32(len(self))])
        counts = np.concatenate([self._counts, fresh._counts])
        lengths = np.concatenate([self._lengths, fresh._lengths])
        now = np.full(len(lengths), -1, dtype=np.int32)
        now[take] = np.arange(len(take), dtype=np.int32)
        rows = now[rows]
        kept = rows >= 0
        return self._made(ids, vocabulary, columns[kept], rows[kept], counts[kept], lengths[take])

    def save(self, folder: Path, kind: str = "lexical") -> None:
        """Write the index into ``folder``: ``<kind>.json`` and six arrays."""
        arrays = (self._vocabulary, self._starts, self._rows, self._weights, self._counts, self._lengths)
        write_arrays(folder, kind, dict(zip(_names(kind), arrays, strict=True)), {"format": FORMAT, "ids": self.ids})

    @classmethod
    def load(cls, folder: Path, kind: str = "lexical") -> LexicalIndex:
        """The index that :meth:`save` wrote; :class:`kg.errors.DamagedWorkspace` where it is not as it was written."""
        arrays, meta = read_arrays(folder, kind, _names(kind), FORMAT)
        vocabulary, starts, rows, weights, counts, lengths = (arrays[name] for name in _names(kind))
        ids = meta.get("ids")
        if not isinstance(ids, list):
            raise damaged(folder / f"{kind}.json", "it is of another format")
        return cls(ids, vocabulary, starts, rows, weights, counts, lengths)

    def scores(
        self,
        query: str | Mapping[str, float],
        alternatives: Sequence[Mapping[str, float]] = (),
        mask: NDArray[np.bool_] | None = None,
        window: tuple[int, int] | None = None,
    ) -> Scores:
        """BM25 score of every row, 0 where no token is shared.

        Args:
            query: A text, or tokens (as :func:`tokens` makes them) with their weights.
            alternatives: For each further term the words that it may stand for, with weights.  A word is sought by
                its pairs of characters; of the words of one term only the best counts in a row, so that a term with
                many synonyms weighs no more than one with few.
            mask: Rows where it is false score 0.
            window: First row and end of those that are wanted; only their postings are looked at.
        """
        weighted = Counter(tokens(query)) if isinstance(query, str) else query
        first, end = window or (0, len(self.ids))
        out = np.zeros(end - first, dtype=np.float32)
        for token, weight in weighted.items():
            rows, weights = self._within(token, first, end)
            # Rows are unique within a token's postings, so that a plain indexed addition is right.
            out[rows] += np.float32(weight) * weights
        if alternatives:
            self._add_alternatives(out, alternatives, first, end)
        if mask is not None:
            out[~mask] = 0.0
        return out

    def of_rows(
        self, query: str, alternatives: Sequence[Mapping[str, float]] = (), rows: NDArray[np.int64] | None = None
    ) -> Scores:
        """Scores of all rows, or of some, rising, which are taken run by run: those of a document lie together."""
        if rows is None:
            return self.scores(query, alternatives)
        runs = np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1) if len(rows) else []
        found = [self.scores(query, alternatives, window=(int(run[0]), int(run[-1]) + 1)) for run in runs]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.float32)

    def _add_alternatives(self, out: Scores, alternatives: Sequence[Mapping[str, float]], first: int, end: int) -> None:
        # Only rows in some posting are touched: the cost does not grow with the rows that share nothing.
        one = np.zeros_like(out)
        best = np.zeros_like(out)
        for words in alternatives:
            reached = []
            for word, weight in words.items():
                found = [self._within(token, first, end) for token in word_tokens(word)]
                for rows, weights in found:
                    one[rows] += np.float32(weight) * weights
                for rows, _ in found:
                    best[rows] = np.maximum(best[rows], one[rows])
                for rows, _ in found:
                    one[rows] = 0.0
                reached += [rows for rows, _ in found]
            if reached:
                touched = np.unique(np.concatenate(reached))
                out[touched] += best[touched]
                best[touched] = 0.0

    def _within(self, token: str, first: int, end: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The token's rows from ``first`` to before ``end``, counted from ``first``, and their weights."""
        start, stop = self._postings(token)
        rows = self._rows[start:stop]
        if first == 0 and end == len(self.ids):
            return rows, self._weights[start:stop]
        low, high = np.searchsorted(rows, (first, end))
        return rows[low:high] - np.int32(first), self._weights[start + low : start + high]

    def search(self, query: str | Mapping[str, float], k: int) -> list[tuple[int, float]]:
        """The best ``k`` rows that share a token with the query: (row, score), best first, ties in row order."""
        scores = self.scores(query)
        order = np.argsort(-scores, kind="stable")[: max(0, k)]
        return [(int(row), float(scores[row])) for row in order if scores[row] > 0.0]

    def spread(self, token: str) -> int:
        """Number of rows that have the token."""
        start, end = self._postings(token)
        return end - start

    def may_hold(self, word: str) -> bool:
        """Whether every pair of the word's characters stands in some row: if not, no row holds the word."""
        return all(self.spread(token) for token in word_tokens(word))

    def _postings(self, token: str) -> tuple[int, int]:
        """Where the token's rows and weights lie; an empty range for a token that no row has."""
        known = self._known.get(token)
        if known is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            known = self._known[token] = self._find(cut(token))
        return known

    def _find(self, token: bytes) -> tuple[int, int]:
        place = int(np.searchsorted(self._vocabulary, np.bytes_(token)))
        if place < len(self._vocabulary) and self._vocabulary[place] == token:
            return int(self._starts[place]), int(self._starts[place + 1])
        return 0, 0


def rarity(spread: NDArray[np.int64], total: int) -> NDArray[np.float32]:
    """The idf of tokens that so many of ``total`` rows have."""
    return np.log1p((total - spread + 0.5) / (spread + 0.5)).astype(np.float32)


def weights_of(
    idf: NDArray[np.float32], counts: NDArray[np.uint16], lengths: NDArray[np.int32], mean: float
) -> NDArray[np.float32]:
    """The weight of each posting: its token's idf, its count, the length of its row; ``mean`` is that of all rows."""
    norm = (K1 * (1.0 - B + B * lengths / mean)).astype(np.float32)
    return (idf * counts / (counts + norm)).astype(np.float32)


def query_tokens(query: str, alternatives: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
    """Every token whose postings :meth:`LexicalIndex.scores` looks at."""
    own = tokens(query)
    return tuple(dict.fromkeys([*own, *(token for words in alternatives for w in words for token in word_tokens(w))]))


def word_tokens(word: str) -> tuple[str, ...]:
    """The pairs of a Chinese word's characters; the word's own tokens where it has no pair.

    >>> word_tokens("特殊教育")
    ('特殊', '殊教', '教育')
    """
    found = tokens(word)
    pairs = tuple(token for token in found if len(token) > 1)
    return pairs or tuple(found)


def _names(kind: str) -> tuple[str, ...]:
    return tuple(f"{kind}-{part}" for part in ("vocabulary", "starts", "rows", "weights", "counts", "lengths"))


def cut(token: str) -> bytes:
    """The token's bytes, at most :data:`TOKEN_BYTES`; without a NUL at the end, which a fixed width would drop."""
    return token.encode("utf-8", "replace")[:TOKEN_BYTES]
