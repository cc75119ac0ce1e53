"""Months, days, periods and stretches of years of a question, as each language writes them."""

from __future__ import annotations

import re

from kg.model import Language

from ..corpus import HAN, Corpus, language, numeral, stem
from ..model import (
    HasText,
    Term,
)
from .cues import pattern
from .parts import take
from .words import Token


def times_of(text: str, spoken: Language, free: bytearray, corpus: Corpus, *, listing: bool) -> list[Token]:
    """Months, days and the year's end as each language writes them.

    A list of what is due at a date that stands nowhere is empty; elsewhere such a date is let go.
    """
    tokens: list[Token] = []
    months = language()["time"]["months"]
    # A date in Chinese may stand in brackets behind the English: *by the end of June (6月底)*.
    ways: tuple[Language, ...] = ("zh",) if spoken == "zh" else ("en", "zh")
    for match in (m for way in ways for m in pattern("time", way, "date").finditer(text)):
        if not all(free[match.start() : match.end()]):
            continue
        said = {name: value for name, value in match.groupdict().items() if value}
        texts: list[str]
        if "year" in said:
            texts = list(language()["time"]["year_end"])
        else:
            name = said.get("month") or said.get("month2") or ""
            month = months.index(name[:3]) + 1 if name[:3] in months else numeral(name)
            if month is None or not 1 <= month <= 12:
                continue
            day = said.get("day") or said.get("day2")
            texts = (
                [f"{month}月{int(day)}日"]
                if day
                else [f"{month}月底", f"{month}月末"]
                if "end" in said
                else [f"{month}月"]
            )
            root = stem(language()["time"]["names"][month - 1])
            texts += [f"en:{root}"] if root in corpus.english and not HAN.search(corpus.text) else []
        found = tuple(t for t in texts if t.startswith("en:") or corpus.containing(t))
        if found:
            term = Term(match.group(), found[0], found[0], match.group(), "text", "verbatim")
            tokens.append(Token(match.start(), match.end(), term, HasText(found)))
            take(match, free)
        elif HAN.search(corpus.text):
            if listing:
                term = Term(match.group(), "", "", "", "nothing", "date")
                tokens.append(Token(match.start(), match.end(), term, None))
            take(match, free)
    return tokens


def years_of(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Token]:
    """Stretches of years, *2026 to 2030*, as the plans write them: 2026—2030."""
    tokens: list[Token] = []
    if pattern("filter", spoken, "in_title").search(text):
        return tokens  # What documents of which the titles hold these are asked for.
    for match in pattern("time", spoken, "years").finditer(text):
        written = (f"{match['first']}{year}{dash}{match['last']}" for dash in _DASHES for year in ("", "年"))
        found = tuple(years for years in written if corpus.containing(years))
        if found and all(free[match.start() : match.end()]):
            term = Term(match.group(), found[0], found[0], match.group(), "text", "verbatim")
            tokens.append(Token(match.start(), match.end(), term, HasText(found)))
            take(match, free)
    return tokens


_DASHES = ("—", "-", "–", "~", "至", "到")


def periods_of(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Token]:
    """Every week, quarterly, each term: in whatever words the plans have for it."""
    tokens: list[Token] = []
    for period in language()["time"]["period"]:
        match = re.search(period[spoken], text)
        if match is None or not all(free[match.start() : match.end()]):
            continue
        found = tuple(
            t for t in period["words"] if (t[3:] in corpus.english if t[:3] == "en:" else corpus.containing(t))
        )
        if found:
            term = Term(match.group(), found[0], found[0], match.group(), "text", "gloss")
            tokens.append(Token(match.start(), match.end(), term, HasText(found)))
            take(match, free)
    return tokens
