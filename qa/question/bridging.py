"""Questions of two steps: one fact names a place, a school or an office, and another is asked of it.

*The county whose funeral home is being moved: by when …*, 主会场放在哪个市？这个市11月还…  The patterns are in
``language.toml``; each half is understood as a question of its own.  What never lives here: what the plans say.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kg.model import Language

from ..model import Bridge, Query
from .cues import pattern

_STEPS = ("described", "again", "told", "among", "one_of", "both", "twice", "item")


def step_of(text: str, spoken: Language) -> re.Match[str] | None:
    """Where a question in its matching view falls into two halves; ``None`` where it is of one step."""
    found = (pattern("bridge", spoken, name).search(text) for name in _STEPS)
    return next((match for match in found if match), None)


def bridge_of(step: re.Match[str], read: Callable[[str], Query]) -> Bridge:
    """The two halves of a question of two steps, each as ``read`` understands it."""
    return Bridge(read(step.group("first")), read(step.group("rest")), _singular(step.group("sort")))


def bridge_back(text: str, query: Query, after: Query) -> Bridge | None:
    """A question in a conversation that asks more of the person whom the one before it asked for."""
    match = pattern("bridge", query.language, "person").search(text)
    if match is None or not {after.wants, *after.also} & _PERSONS:
        return None
    return Bridge(after, query, match.group("sort") or "leader")


_PERSONS = frozenset({"person_name", "owner", "who"})


def _singular(sort: str) -> str:
    """The word for one of a sort.

    >>> [_singular(word) for word in ("counties", "schools", "campus", "县")]
    ['county', 'school', 'campus', '县']
    """
    return re.sub("ies$", "y", sort) if sort.endswith("ies") else re.sub("(?<!u)s$", "", sort)
