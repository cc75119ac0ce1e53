"""What a question asks for, part by part: *how many, and with whom*; 谁牵头、谁配合."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.model import Language

from ..model import Asked, Wanted
from .cues import cues_of, measure_of, part_asked, pattern
from .words import Token

_NO_PART: frozenset[Wanted] = frozenset({"item", "number", "parts"})
"""What is asked of a plan as a whole, and never of one of its statements."""


def asked_of(text: str, spoken: Language, tokens: Sequence[Token]) -> tuple[Asked, ...]:
    """Each part of a question that asks for something, with the words that stand in it, in their order."""
    found: list[Asked] = []
    start = 0
    for stop in [*pattern("filter", spoken, "parts").finditer(text), None]:
        end = stop.start() if stop else len(text)
        part = text[start:end]
        own = tuple(t.node for t in tokens if start <= t.start < end and t.node is not None)
        if pattern("filter", spoken, "asks").search(part):
            found += _asked_in(part, spoken, own)
        elif found and own and pattern("filter", spoken, "asks_too").search(part):
            found.append(replace(found[-1], own=own, again=True))  # 运动会放在哪个市办？推普周呢？
        start = stop.end() if stop else end
    if cues_of(text, spoken).wants == "money" and all(part.wants != "money" for part in found):
        # "How much …, in yuan": no other number will do.
        found = [replace(part, wants="money") if part.wants == "how_much" else part for part in found]
    roles = {part.role for part in found}
    if "lead" in roles and "support" not in roles and part_asked(text, spoken) == "support":
        found.append(Asked("owner", role="support"))  # "Who leads and supports it": one word asks for both.
    return tuple(dict.fromkeys(found))


def _asked_in(part: str, spoken: Language, own: tuple[object, ...]) -> list[Asked]:
    wants = cues_of(part.strip(), spoken).wants
    if wants in _NO_PART or not (wants or own):
        return []
    role = part_asked(part, spoken) if wants in {"owner", "who"} else ""
    return [Asked("owner" if role else wants, measure_of(part, spoken, wants), role, own)]  # type: ignore[arg-type]
