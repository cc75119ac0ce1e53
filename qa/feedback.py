"""What people said of answers, as questions with known answers: ``yaodian eval feedback.jsonl`` asks them again.

What lives here: what an opinion says of the right answer.  What never will: who is right, and writing the file
(``ui/feedback.py`` does).

An opinion says enough where it names units (``wrong_item``, ``missing_item``: the units listed then, less or with
those named) or says that there is no answer (``should_be_no``).  The others are for people to read.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .question import detect


def questions(path: Path) -> list[dict[str, Any]]:
    """The opinions of a file that say enough, as questions that :func:`~qa.evaluate.judge` can hold an answer against.

    Raises:
        OSError: the file cannot be read.
        ValueError, KeyError, TypeError: it is not a file of opinions.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        said = json.loads(line)
        listed, named = {label for _, label in said["items"]}, set(said.get("units", ()))
        match said["kind"]:
            case "should_be_no":
                wanted: set[str] = set()
            case "wrong_item" if named & listed:
                wanted = listed - named
            case "missing_item" if named - listed:
                wanted = listed | named
            case _:
                continue
        found.append(
            {
                "id": f"feedback-{number}",
                "type": said["kind"],
                "lang": detect(said["question"]),
                "question": said["question"],
                "gold_items": sorted(wanted),
                "answer_facts": [],
                "answerable": bool(wanted),
            }
        )
    return found
