"""Documents that come and go through the page: a stranger's file is read in a process of its own, within limits.

What lives here: the name and the size that a file may have, the process, and the line that a person is told.  What
never will: reading the file (``kg.source``) and writing to the workspace (``qa.build``); this process does neither.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import SourceError, TooLarge, UnknownDocument, UnsupportedFormat, WorkspaceBusy
from kg.source import FORMATS, MAX_BYTES
from qa.reading import document_id

from .views import View

if TYPE_CHECKING:
    from .desk import Desk

LONGEST_NAME = 72
"""Characters of a file name that are kept before its ending: room for a title in Chinese on every file system."""
LINES_TOLD = 20
LINE_TOLD = 400


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost."""

    seconds: int = 300
    """Of time, and of processor time on each of two cores; a plan of a hundred pages takes some ten."""
    memory: int = 4 * 1024**3
    """Bytes of address space; reading takes less than half of it, most of that the libraries' own."""


def safe_name(name: str) -> str:
    """The file name as it is stored: its last step alone, of letters, figures and a few marks.

    Raises:
        UnsupportedFormat: its ending is of no format that is read.

    >>> safe_name("../../etc/2031年工作要点.TXT")
    '2031年工作要点.txt'
    >>> safe_name("-rf *;$(x).md")
    'rf-x.md'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem, dot, ending = last.rpartition(".")
    if not dot or f".{ending.lower()}" not in FORMATS:
        shown = "".join(c for c in last if c.isprintable())[:LONGEST_NAME]
        raise UnsupportedFormat(f"{shown}: not a format that is read; use txt, md, html, docx or pdf")
    kept = re.sub(r"[^\w（）〔〕《》、，—–.]+", "-", stem).strip("-._")
    return f"{kept[:LONGEST_NAME] or 'document'}.{ending.lower()}"


class Intake:
    """The one place of the app through which documents are put into the workspace and taken out, one at a time."""

    def __init__(self, desk: Desk, limits: Limits | None = None) -> None:
        self._desk = desk
        self._limits = limits or Limits()
        self._busy = threading.Lock()

    def name_for(self, name: str, *, replace: bool) -> str:
        """The stored name for a file that is about to come; asked before its content is received.

        Raises:
            UnsupportedFormat: its ending is of no format that is read.
            AlreadyLoaded: a document of that name is loaded and ``replace`` was not said.
        """
        safe = safe_name(name)
        ids = {plan.document.id for plan in self._desk.library.plans}
        if not replace and document_id(safe) in ids:
            raise AlreadyLoaded(f"{safe}: a document of this name is loaded; replace it, or rename the file")
        return safe

    def put(self, name: str, file: Path) -> View:
        """Ingest a received file, which is moved away, under its stored name.

        Raises:
            SourceError: it could not be read, or not within the limits; the workspace is as it was.
            WorkspaceBusy: another document is being read.
        """
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise TooLarge(f"{name}: {size:,} bytes, over the limit of {MAX_BYTES:,}; split the file")
        with tempfile.TemporaryDirectory(prefix="yaodian-") as folder:
            place = Path(folder) / name
            file.replace(place)
            said, warned = self._run(("ingest", str(place)), name, folder)
        return {"document": document_id(name), "said": said, "warnings": warned}

    def remove(self, document: str) -> View:
        """Take a loaded document out; :class:`UnknownDocument` where none of that id is loaded."""
        if document not in {plan.document.id for plan in self._desk.library.plans}:
            raise UnknownDocument("no document of that name is loaded; look at the list again")
        with tempfile.TemporaryDirectory(prefix="yaodian-") as folder:
            self._run(("remove", document), document, folder)
        return {"document": document}

    def _run(self, command: Sequence[str], what: str, folder: str) -> tuple[list[str], list[str]]:
        """What the command said and what it warned of."""
        if not self._busy.acquire(blocking=False):
            raise WorkspaceBusy("another document is being read; try again when it has ended")
        try:
            return self._bounded(command, what, folder)
        finally:
            self._busy.release()

    def _bounded(self, command: Sequence[str], what: str, folder: str) -> tuple[list[str], list[str]]:
        settings = self._desk.opened().assistant.settings
        limits = self._limits
        words = [
            sys.executable,
            # Nothing is imported from the folder that the file lies in.
            "-P",
            *("-m", "ui.limits", str(2 * limits.seconds), str(limits.memory)),
            *(*command, "--workspace", str(settings.workspace.resolve())),
        ]
        process = subprocess.Popen(
            words,
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
                "PYTHONIOENCODING": "utf-8",
                "YAODIAN_BASE": settings.base,
                "YAODIAN_MODEL": settings.model,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        try:
            out, problems = process.communicate(timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            raise TooLarge(
                f"{what}: not done in {limits.seconds} seconds, and stopped; split the file, or run: yaodian ingest"
            ) from None
        told = [line.removeprefix("yaodian: ") for line in problems.splitlines() if line.startswith("yaodian: ")]
        if process.returncode == 1 and told and "Traceback" not in problems:
            raise SourceError(told[0][:LINE_TOLD])
        if process.returncode != 0:
            raise TooLarge(f"{what}: needs more memory or time than a file may take; split the file")
        return _few(out.splitlines()), _few(told)


class AlreadyLoaded(SourceError):
    """A document of that name is loaded; the person has to say that it shall be replaced."""


def _few(lines: Sequence[str]) -> list[str]:
    return [line[:LINE_TOLD] for line in lines[:LINES_TOLD]]


def _end(process: subprocess.Popen[str]) -> None:
    """End the process and what it started."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()
