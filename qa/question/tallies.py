"""What a question counts, or sets in order: the names in an item, the earliest deadline, the item with most figures."""

from __future__ import annotations

import re
from typing import Literal, get_args

from kg.model import Language

from ..corpus import language
from ..model import Extreme, Form, Measure
from .cues import pattern

_COUNTED: tuple[Form, ...] = ("quotes", "documents", "places")
_YEARS: frozenset[str] = frozenset({"begins", "ends", "lasts"})


def tally_of(text: str, spoken: Language) -> tuple[Form | Literal[""], tuple[int, int]]:
    """The form of the things whose number is asked for, and the characters that say so.

    >>> tally_of("how many names stand in quotation marks in item 21?", "en")
    ('quotes', (0, 39))
    """
    for form in _COUNTED:
        if match := pattern("tally", spoken, form).search(text):
            return form, match.span()
    return "", (0, 0)


def extreme_of(text: str, spoken: Language, before: Extreme | None) -> tuple[Extreme | None, list[tuple[int, int]]]:
    """What comes first or last in the order that a question speaks of, and the characters that say so.

    The years of plans are an order where plans are spoken of, or were in the question before (``before``).

    >>> extreme_of("which item has the earliest deadline?", "en", None)[0]
    Extreme(by='due', least=True, unit='')
    """
    if pattern("extreme", spoken, "among").search(text):
        return None, []
    plans = list(pattern("extreme", spoken, "plans").finditer(text))
    of_plans = bool(plans) or (before is not None and before.by in _YEARS)
    for by in sorted(get_args(Measure), key=lambda by: by not in _YEARS):
        match = pattern("extreme", spoken, by).search(text)
        if match and (of_plans or by not in _YEARS):
            words = pattern("class", spoken, "plan_words").finditer(text) if by in _YEARS else ()
            said = [match, *(plans if by in _YEARS else ()), *words]
            return Extreme(by, _is_least(match), _unit(text) if by == "number" else ""), [m.span() for m in said]
    most = pattern("extreme", spoken, "most").search(text)
    if most is None:
        return None, []
    for form in get_args(Form):
        if pattern("extreme", spoken, f"of_{form}").search(most.group()):
            return Extreme(form, _is_least(most)), [most.span()]
    return None, []


def _unit(text: str) -> str:
    """A pattern of the units that count what is set in order, where the question says what that is."""
    units: list[tuple[str, str]] = language()["extreme"]["units"]
    return next((unit for said, unit in units if re.search(said, text)), "")


def _is_least(match: re.Match[str]) -> bool:
    return any(words for name, words in match.groupdict().items() if name.startswith("least"))


__all__ = ["extreme_of", "tally_of"]
