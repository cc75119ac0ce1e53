"""What people call by everyday words and plans by official ones: *his eyes get worse every term* is 近视防控.

A question that shares no word with a plan can still be told what it is about: ``qa/wordings/matters.jsonl`` holds
matters of the genre, each with the words by which plans name it, a sentence as plans have it (the gist), and ways in
which people put it in both languages.  A question is set beside the mean vector of each matter's wordings, as in
nearest-centroid classification; the matters that stand out by far lend it their official words and their gist.  This is
query expansion from a curated bank (Carpineto and Romano, "A Survey of Automatic Query Expansion in Information
Retrieval", 2012), used to order clauses where the question's own words do not tell, and never to decide a list.

The vectors are made by ``tools/everyday.py`` for the packaged encoder; with another one the bank is not used.
What never lives here: wordings (they are data), and anything of one plan.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from embeddings.files import read_arrays

from .model import Matter

FOLDER = Path(__file__).parent / "wordings"
FAR_ABOVE = 3.0
"""Standard deviations above the mean matter that a matter must lie to be meant."""
MOST = 3
"""Matters that a question may be taken to mean."""
SCALE = 127.0
"""What the components of a vector of length 1 are stored times, as whole numbers of eight bits."""


@dataclass(frozen=True, slots=True)
class Everyday:
    """The bank, for one encoder."""

    centres: NDArray[np.float32]
    """Mean wording of each matter, less the mean of all; of shape (matters, dimension), each of length 1."""
    gists: NDArray[np.float32]
    """The vector of each matter's gist, of the same shape."""
    lines: tuple[str, ...]
    """Each matter as the file has it."""

    @classmethod
    def load(cls, encoder: str) -> Everyday | None:
        """The bank; ``None`` where its vectors are another encoder's than the one of that name."""
        return _bank(encoder)

    def matters(self, question: Vectors) -> tuple[Matter, ...]:
        """What a question, by its vector of shape (dimension,), is taken to be about, nearest first.

        The weights of all together are 1 at most; nothing where no matter stands out.
        """
        scores = self.centres @ np.asarray(question, dtype=np.float32).reshape(-1)
        spread = float(scores.std())
        if spread == 0.0:
            return ()
        nearest = np.argsort(-scores, kind="stable")[:MOST].tolist()
        above = [max((float(scores[i]) - float(scores.mean())) / spread - FAR_ABOVE, 0.0) for i in nearest]
        whole = max(sum(above), 1.0)
        told = [(json.loads(self.lines[i]), i, share / whole) for i, share in zip(nearest, above, strict=True) if share]
        return tuple(Matter(tuple(line["terms"]), line["gist"], weight, i) for line, i, weight in told)

    def gist_of(self, matters: tuple[Matter, ...]) -> Vectors:
        """The gists of matters as one vector, each by its weight."""
        weights = np.array([m.weight for m in matters], dtype=np.float32)
        gist: Vectors = weights @ self.gists[[m.number for m in matters]]
        return gist


@cache
def _bank(encoder: str) -> Everyday | None:
    arrays, meta = read_arrays(FOLDER, "everyday", ("centres", "gists"))
    if meta["encoder"] != encoder:
        return None
    lines = (FOLDER / "matters.jsonl").read_text(encoding="utf-8").splitlines()
    centres, gists = (np.asarray(arrays[name], dtype=np.float32) / SCALE for name in ("centres", "gists"))
    return Everyday(centres, gists, tuple(lines))
