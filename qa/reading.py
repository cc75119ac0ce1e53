"""Files become plans: one by one, or many in processes of their own that leave what they read in the cache.

What lives here: the way from a file to a plan, the name under which a plan that was read is kept, and the processes.
What never will: the workspace, indexes, what a plan is worth (``qa.build``).

A process that reads is told paths, one a line, and answers each with an empty line once it has kept what it read.  All
it leaves is files, written as a whole and checked when they are taken: a file that it could not read, or a process
that was killed, costs time and nothing else, since whoever takes the plans reads again what is not there.  So an
ingest that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import kg
from kg.errors import SourceError
from kg.extract import extract
from kg.model import Document, Plan
from kg.snapshot import plan_bytes, plan_of
from kg.source import Source, read
from kg.structure import parse
from kg.thesaurus import Thesaurus
from kg.vocab import slug

WORTH_IT = 12
"""Files from which processes of their own are worth their start, half a second each."""
_ROOT = Path(__file__).resolve().parent.parent


def document_id(name: str) -> str:
    """The id of a document: its file name without the ending, as an ASCII slug.

    >>> document_id("Plan 2031.txt")
    'plan-2031'
    """
    stem = Path(name).stem
    plain = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    return plain if stem.isascii() and plain else slug(stem)


def make_plan(path: Path, thesaurus: Thesaurus) -> Plan:
    """One file → its plan; :class:`SourceError` where it cannot be read."""
    beside = path.with_suffix(".en.json")
    source = read(path)
    try:
        translation = beside.read_bytes() if beside.is_file() else None
    except OSError as error:
        raise _no_translation(path.name) from error
    return plan_from(source, path.name, translation, thesaurus)


def plan_from(source: Source, name: str, translation: bytes | None, thesaurus: Thesaurus) -> Plan:
    """What was read of a file of that name, with the content of the translation beside it, as a plan."""
    document = parse(source, document_id(name))
    if translation is not None:
        document = translated(document, name, translation)
    return Plan(document, extract(document, thesaurus))


def _no_translation(name: str) -> SourceError:
    beside = Path(name).with_suffix(".en.json").name
    return SourceError(f"{beside}: not a translation file; it needs an object 'units' of lists of sentences")


def translated(document: Document, name: str, translation: bytes) -> Document:
    """The document with the unofficial translation that lies beside its file (``<stem>.en.json``).

    A translation is aligned by unit label and clause; one that does not fit is refused, not guessed at.
    """
    beside = Path(name).with_suffix(".en.json")
    try:
        units = json.loads(translation.decode("utf-8"))["units"]
        texts = {label: [str(t) for t in lines] for label, lines in units.items()}
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise _no_translation(name) from error
    made = []
    for unit in document.units:
        lines = texts.get(unit.label, [])
        if lines and len(lines) != len(unit.clauses):
            raise SourceError(
                f"{beside.name}: unit {unit.label} has {len(lines)} sentences, the plan has {len(unit.clauses)} clauses"
            )
        clauses = tuple(replace(c, translation=t) for c, t in zip(unit.clauses, lines, strict=False)) or unit.clauses
        made.append(replace(unit, clauses=clauses))
    return replace(document, units=tuple(made))


def made_by(thesaurus: Thesaurus) -> str:
    """A short hash of all that turns a file into facts: the code and the lexicons of ``kg``, and the thesaurus."""
    folder = Path(kg.__file__).parent
    parts = sorted(p for p in folder.rglob("*") if p.suffix in {".py", ".toml"})
    whole = hashlib.sha256(thesaurus.sha256.encode())
    for part in parts:
        whole.update(part.read_bytes())
    return whole.hexdigest()[:16]


def digest_of(path: Path) -> str:
    """A hash of a file and of the translation beside it; :class:`SourceError` where it cannot be read."""
    try:
        whole = hashlib.sha256(path.read_bytes())
        beside = path.with_suffix(".en.json")
        whole.update(beside.read_bytes() if beside.is_file() else b"")
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    return whole.hexdigest()


class Shelf:
    """Plans that were read and are not yet in the workspace, each a file named by its source and its maker."""

    def __init__(self, folder: Path, maker: str) -> None:
        """Use a folder of the cache for what ``maker`` (:func:`made_by`) reads; it is made when something is put."""
        self.folder = folder
        self.maker = maker

    def _place(self, path: Path, digest: str) -> Path:
        whole = hashlib.sha256(f"{self.maker}\0{path.name}\0{digest}".encode("utf-8", "surrogateescape"))
        return self.folder / f"{whole.hexdigest()[:40]}.json"

    def has(self, path: Path, digest: str) -> bool:
        """Whether something lies there for a file of that digest; only :meth:`take` tells whether it is whole."""
        return self._place(path, digest).is_file()

    def take(self, path: Path, digest: str) -> Plan | None:
        """The plan of a file of that digest; None where it is not there or not whole."""
        try:
            sha, _, body = self._place(path, digest).read_bytes().partition(b"\n")
            return plan_of(body) if hashlib.sha256(body).hexdigest().encode() == sha else None
        except (OSError, ValueError):
            return None

    def put(self, path: Path, digest: str, plan: Plan) -> None:
        """Keep a plan; where that cannot be, it is only read again."""
        body = plan_bytes(plan)
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self.folder, prefix=".plan-")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
                os.replace(draft, self._place(path, digest))
            except OSError:
                Path(draft).unlink(missing_ok=True)
                raise

    def clear(self) -> None:
        """Take everything away: it is in the workspace now."""
        shutil.rmtree(self.folder, ignore_errors=True)


def read_ahead(
    paths: Sequence[Path], shelf: Shelf, cache: Path, done: Callable[[int, int], None], workers: int | None = None
) -> None:
    """Put the plans of many files on the shelf by processes of their own; ``done`` counts the files.

    Nothing is raised for a file that cannot be read: it is not there afterwards.

    Args:
        paths: the files.
        shelf: where the plans go.
        cache: the workspace's cache, for the thesaurus.
        done: called from this thread with files done and all files.
        workers: processes; None for one a core.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    waiting: queue.SimpleQueue[Path] = queue.SimpleQueue()
    for path in paths:
        waiting.put(path)
    finished: queue.SimpleQueue[bool] = queue.SimpleQueue()
    processes = [_started(shelf, cache) for _ in range(min(workers or cores, len(paths)))]
    threads = [threading.Thread(target=_feed, args=(p, waiting, finished), daemon=True) for p in processes]
    try:
        for thread in threads:
            thread.start()
        count, ended = 0, 0
        while ended < len(threads):
            if finished.get():
                count += 1
                done(count, len(paths))
            else:
                ended += 1
    finally:
        for process in processes:
            process.kill()  # at its end it has nothing left to do; before it, what it keeps is whole or absent
            process.communicate()


def _started(shelf: Shelf, cache: Path) -> subprocess.Popen[bytes]:
    # Nothing is imported from the folder in which the command was given.
    words = [sys.executable, "-P", "-m", "qa.reading", str(shelf.folder.resolve()), shelf.maker, str(cache.resolve())]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"}
    return subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _feed(
    process: subprocess.Popen[bytes], waiting: queue.SimpleQueue[Path], finished: queue.SimpleQueue[bool]
) -> None:
    """Give a process one path after another; True for each that it is through with, False when it takes no more."""
    assert process.stdin is not None and process.stdout is not None
    try:
        while True:
            path = waiting.get_nowait()
            process.stdin.write(json.dumps(str(path.resolve())).encode() + b"\n")
            process.stdin.flush()
            if not process.stdout.readline():
                break  # it was killed, by that file or by somebody: the file is read by whoever takes the plans
            finished.put(True)
    except (queue.Empty, OSError):
        pass
    finished.put(False)


def main(folder: str, maker: str, cache: str) -> None:
    """Read the files that standard input names, one a line, until it ends."""
    shelf = Shelf(Path(folder), maker)
    thesaurus = Thesaurus.load(cache=Path(cache))
    for line in sys.stdin:
        path = Path(json.loads(line))
        with suppress(SourceError):  # whoever takes the plans finds the same and says it
            shelf.put(path, digest_of(path), make_plan(path, thesaurus))
        os.write(1, b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
