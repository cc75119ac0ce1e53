"""The patterns of ``language.toml``, compiled once for all processes.

``re`` takes milliseconds for a pattern of some hundred alternatives, and a question needs some hundred of those: a
fifth of a cold command.  What it compiles them to is kept in ``__pycache__``, beside what the interpreter compiles the
modules to: for one release of Python, and made anew whenever it is missing.  A pattern that cannot be taken from there
is compiled as always.

What lives here: that file.  What never will: what patterns say.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import atexit
import contextlib
import json
import os
import re
import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias
from zlib import crc32

Code: TypeAlias = tuple[int, str, int, Mapping[str, int], Sequence[str | None]]
"""What ``_sre.compile`` takes: flags, code (32-bit numbers, in base64), number of groups, names, names by number."""

FILE = Path(__file__).parent / "__pycache__" / f"patterns.{sys.implementation.cache_tag}.json"
_MADE_BY = f"{sys.version} {_sre.MAGIC}"
_MOST = 5000
"""Patterns of the file; one with more holds what nobody asks for any more, and is begun anew."""
_new: dict[str, Code] = {}


@cache
def compiled(text: str) -> re.Pattern[str]:
    """The pattern, as :func:`re.compile` makes it.

    >>> compiled("(?P<year>[0-9]{4})年").search("于2021年").group("year")
    '2021'
    """
    try:
        code = _kept().get(text) or _new.setdefault(text, _code(text))
        return _pattern(text, code)
    except (ImportError, AttributeError, TypeError, ValueError, RuntimeError):  # another Python's internals
        return re.compile(text)


def _pattern(text: str, code: Code) -> re.Pattern[str]:
    flags, numbers, groups, names, by_number = code
    made: re.Pattern[str] = _sre.compile(
        text, flags, array("I", b64decode(numbers)).tolist(), groups, names, tuple(by_number)
    )
    return made


def _code(text: str) -> Code:
    """What ``re._compiler.compile`` hands to ``_sre.compile``."""
    from re import _compiler, _parser  # type: ignore[attr-defined]

    parsed = _parser.parse(text, 0)
    state = parsed.state
    numbers: list[int] = _compiler._code(parsed, 0)
    by_number: list[str | None] = [None] * state.groups
    for name, number in state.groupdict.items():
        by_number[number] = name
    code = b64encode(array("I", numbers).tobytes()).decode()
    return int(state.flags), code, state.groups - 1, state.groupdict, by_number


@cache
def _kept() -> dict[str, Code]:
    """What an earlier process kept."""
    if array("I").itemsize != 4:
        return {}
    atexit.register(_keep)
    with contextlib.suppress(OSError, ValueError, TypeError):
        check, _, body = FILE.read_bytes().partition(b"\n")
        if int(check) == crc32(body):
            made_by, found = json.loads(body)
            if made_by == _MADE_BY and len(found) <= _MOST:
                return dict(found)
    return {}


def _keep() -> None:
    """Write the file as a whole where there is something new; one that cannot be written is no reason to complain."""
    if not _new:
        return
    body = json.dumps((_MADE_BY, _kept() | _new), ensure_ascii=False).encode()
    draft = FILE.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        FILE.parent.mkdir(exist_ok=True)
        try:
            draft.write_bytes(b"%d\n" % crc32(body) + body)
            os.replace(draft, FILE)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
