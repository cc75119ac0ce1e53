"""The thesaurus as it is once read and folded, kept as JSON in a workspace's cache: a cold question needs it first.

What lives here: the file, what it is made from, and that it is whole.  What never will: how labels are folded and
matched (``thesaurus.py``).  The file can be deleted at any time; whatever it was made from changes, it is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

Keys: TypeAlias = Mapping[str, Sequence[tuple[str, Sequence[Sequence[str]]]]]
"""By language: what is compared, and for each the concept, label and kind of those that it stands for."""


def name_of(*made_from: bytes) -> str:
    """The file's name: a hash of all that decides what is in it.

    >>> name_of(b"data", b"code")
    'thesaurus-4c9e2af78ea13f98.json'
    """
    whole = hashlib.sha256()
    for part in made_from:
        whole.update(hashlib.sha256(part).digest())
    return f"thesaurus-{whole.hexdigest()[:16]}.json"


def _body(path: Path) -> bytes | None:
    """What stands in the file behind its hash; None where it is missing or not whole."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return body if hashlib.sha256(body).hexdigest().encode() == digest else None


def is_whole(path: Path) -> bool:
    """Whether the file is there as it was written."""
    return _body(path) is not None


def read(path: Path) -> tuple[dict[str, Any], Keys] | None:
    """The concepts by id, each with its fields by name, and the keys; None where the file is missing or not whole."""
    body = _body(path)
    if body is None:
        return None
    whole = json.loads(body)
    return whole["concepts"], whole["keys"]


def write(path: Path, concepts: Mapping[str, Mapping[str, Any]], keys: Keys) -> None:
    """Write the file as a whole, and take those away that were made from something else.

    A cache that cannot be written is no reason not to answer: nothing is raised.
    """
    body = json.dumps({"concepts": concepts, "keys": keys}, ensure_ascii=False, separators=(",", ":")).encode()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".thesaurus-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            os.replace(draft, path)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise
        for old in path.parent.glob("thesaurus-*.json"):
            if old != path:
                old.unlink(missing_ok=True)
