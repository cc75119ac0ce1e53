"""Texts are embedded by a process of its own while the one that wants their vectors does other work.

What lives here: that process, what it is told, and the waiting for it.  What never will: where vectors are kept
(``embeddings.dense``) and what texts are of.

The process leaves vectors in the cache and nothing else.  So whoever looks them up there needs not know of it: where it
was killed, or could not start, what is missing is embedded by whoever misses it.  A thread would not do: each step of
the model would wait for Python's lock, which writing a graph holds.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from .dense import VectorCache
from .encoder import PackagedEncoder, Progress, load_encoder

TOGETHER = 4096
"""Texts that are embedded at once: the more, the less is lost on those of different length."""
_ROOT = Path(__file__).resolve().parent.parent


class Ahead:
    """A process that embeds what it is given; ended on the way out, whatever it still had to do."""

    def __init__(self, model: str, cache: Path, vectors: Path) -> None:
        """Start it.

        Args:
            model: as :func:`embeddings.encoder.load_encoder` takes it.
            cache: the folder of the encoder's tables.
            vectors: the file of the cache of vectors.
        """
        # Nothing is imported from the folder in which the command was given.
        words = [sys.executable, "-P", "-m", "embeddings.ahead", model, str(cache.resolve()), str(vectors.resolve())]
        environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"}
        self._process = subprocess.Popen(
            words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._waiting: queue.SimpleQueue[Sequence[str] | None] = queue.SimpleQueue()
        self._said: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._given: set[int] = set()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._feed, self._hear)]
        for thread in self._threads:
            thread.start()

    def put(self, texts: Sequence[str]) -> None:
        """Have texts embedded, each once however often it is put; returns at once."""
        fresh = [text for text in dict.fromkeys(texts) if hash(text) not in self._given]
        self._given.update(map(hash, fresh))
        if fresh:
            self._waiting.put(fresh)

    def begin(self) -> None:
        """Have it begin with what it has, be it little."""
        self._waiting.put(())

    def finish(self, progress: Progress) -> None:
        """Wait until all is embedded, or the process has ended; ``progress`` counts texts, from this thread."""
        self._waiting.put(None)
        done = 0
        while (more := self._said.get()) is not None:
            done += more
            progress(done, len(self._given))

    def _feed(self) -> None:
        stream = self._process.stdin
        assert stream is not None
        with suppress(OSError, ValueError), stream:  # it has ended, or its input was closed
            texts: Sequence[str] | None = ()
            while texts is not None:
                texts = self._waiting.get()
                stream.write(json.dumps(texts).encode("ascii") + b"\n")
                stream.flush()

    def _hear(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        with suppress(OSError), stream:
            for line in stream:
                self._said.put(int(line))
        self._said.put(None)

    def __enter__(self) -> Ahead:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting.put(None)
        self._process.kill()  # What it keeps is whole or absent.
        self._process.wait()
        for thread in self._threads:
            thread.join()


def _read(stream: IO[str], given: queue.SimpleQueue[list[str] | None], last: Callable[[], None]) -> None:
    """Take the lines of a stream, of which the last is ``null``; a stream that ends before it ends this process."""
    for line in stream:
        texts = json.loads(line)
        given.put(texts)
        if texts is None:
            last()
            return
    os._exit(1)  # Who wanted the vectors is no more.


def _pieces(given: queue.SimpleQueue[list[str] | None]) -> Iterator[list[str]]:
    """The texts that are given, many together; an empty list says that no more come for a while."""
    held: list[str] = []
    while (texts := given.get()) is not None:
        held += texts
        if len(held) >= TOGETHER or (held and not texts):
            yield held
            held = []
    if held:
        yield held


class _Told:
    """Tells on standard output how many more texts are done, of so many."""

    def __init__(self, texts: int) -> None:
        self._left = texts

    def __call__(self, done: int, total: int) -> None:
        """Of those that had to be embedded so many are left, and of the whole as many."""
        self._tell(self._left - (total - done))

    def rest(self) -> None:
        """Those that were kept already."""
        self._tell(self._left)

    def _tell(self, more: int) -> None:
        if more > 0:
            self._left -= more
            os.write(1, f"{more}\n".encode("ascii"))


def main(model: str, cache: str, vectors: str) -> None:
    """Embed the texts that standard input gives, a list a line, and tell how many are done."""
    given: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()
    encoder, kept = load_encoder(model, Path(cache)), VectorCache(Path(vectors))
    if isinstance(encoder, PackagedEncoder):
        encoder.spared = 1

    def waited_for() -> None:
        """Whoever gave the texts does nothing else any more."""
        if isinstance(encoder, PackagedEncoder):
            encoder.spared = 0

    threading.Thread(target=_read, args=(sys.stdin, given, waited_for), daemon=True).start()
    for texts in _pieces(given):
        told = _Told(len(texts))
        kept.passages(encoder, texts, told)
        told.rest()


if __name__ == "__main__":
    main(*sys.argv[1:])
