"""What people say of an answer, kept for those who make the program better: a line of JSON each in the workspace.

What lives here: the shape and the bounds of ``feedback.jsonl``.  What never will: deciding who is right.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kg.errors import WorkspaceError

from .desk import BadRequest, text_of
from .views import View

if TYPE_CHECKING:
    from .desk import Desk

KINDS = ("wrong_item", "missing_item", "wrong_quote", "should_be_no")
"""What can be wrong with an answer: it names a unit that does not belong, leaves one out, quotes the wrong words, or
answers what the plan does not say."""
LONGEST_NOTE = 1000
MOST_BYTES = 5_000_000
"""Of the file: some ten thousand lines, more than anybody reads."""

_writing = threading.Lock()


def units_named(note: str, labels: Iterable[str]) -> list[str]:
    """The units that a note names by their numbers.

    >>> units_named("缺第9条和 2.1", ["1", "9", "2.1", "一"])
    ['9', '2.1']
    """
    numbered = (label for label in dict.fromkeys(labels) if any(c.isdigit() for c in label))
    return [label for label in numbered if re.search(rf"(?<![0-9A-Za-z.]){re.escape(label)}(?![0-9A-Za-z]|\.\d)", note)]


def keep(desk: Desk, request: Mapping[str, Any]) -> View:
    """Append one line: ``answer`` (its key), ``kind`` (one of :data:`KINDS`), ``note`` (may be empty).

    Raises:
        BadRequest: the kind is none of those, or the note is too long or no text.
        UnknownTerm: the answer is no longer kept.
        WorkspaceError: the file is full or cannot be written to.
    """
    key, kind = text_of(request, "answer"), text_of(request, "kind")
    if kind not in KINDS:
        raise BadRequest(f"kind is none of {', '.join(KINDS)}")
    note = request.get("note") or ""
    if not isinstance(note, str) or len(note) > LONGEST_NOTE:
        raise BadRequest(f"the note is not a text of at most {LONGEST_NOTE} characters")
    answer = desk.kept(key)
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "question": answer.question,
        "answer": key,
        "kind": kind,
        "note": note.strip(),
        "status": answer.status,
        "items": [[item.document, item.label] for item in answer.items],
        "units": units_named(note, (unit.label for plan in desk.library.plans for unit in plan.document.units)),
        "generation": desk.opened().generation,
    }
    # ASCII, so that no character in a question can end the line.
    data = json.dumps(line, ensure_ascii=True).encode("ascii") + b"\n"
    path = desk.opened().assistant.settings.workspace / "feedback.jsonl"
    try:
        with _writing:
            if (path.stat().st_size if path.exists() else 0) + len(data) > MOST_BYTES:
                raise WorkspaceError(f"{path.name} is full; move it elsewhere and say it again")
            # One write to a file opened to append: lines of two processes do not mix.
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, data)
            finally:
                os.close(handle)
    except OSError as error:
        raise WorkspaceError(f"{path.name} cannot be written to ({error.strerror or error})") from error
    return {"kept": kind}
