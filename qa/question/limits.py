"""Limits that a question sets to a list: by when a thing is due, and from what figure on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.model import Language

from ..corpus import HAN, Corpus, language, numeral
from ..model import DueIn, HasText, Measured, Node, Term, any_of, terms_of
from ..retrieve import OPEN, decide
from .cues import QUOTED, pattern
from .numbers import number_said, take
from .words import Token

_FIRST, _LAST = OPEN
_SCHOOL_YEAR = re.compile(r"20\d\d\s*[/／]\s*(?:20)?\d\d")
_TERMS: Mapping[str, tuple[int, int, int]] = {"autumn": (8, 1, 0), "fall": (8, 1, 0), "spring": (2, 7, 1)}
"""First and last month of a school term; the last number says whether it ends a school year."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """A stretch of days that words name, and whether they name its very end."""

    first: str
    last: str
    to_the_day: bool
    words: tuple[str, ...] = ()
    """How a Chinese plan may write it."""


def limits_of(text: str, spoken: Language, free: bytearray, corpus: Corpus, *, strict: bool) -> list[Token]:
    """The limits that a list is set; the words that say that a thing is due are taken out with them."""
    tokens = figures_of(text, spoken, free, corpus)
    due = [] if strict else due_of(text, spoken, free, corpus)
    for match in pattern("time", spoken, "due").finditer(text) if due else ():
        take(match, free)
    return tokens + due


def due_of(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Token]:
    """Times by, before, after or in which what is asked for is due; decided on the targets, or on the very words."""
    tokens: list[Token] = []
    if not pattern("time", spoken, "due").search(text):
        return tokens
    quoted = [m.span() for m in QUOTED.finditer(text)]
    moment = pattern("time", spoken, "moment").pattern
    for name in ("between", "limit"):
        shape = pattern("time", spoken, name).pattern
        for match in re.finditer(_numbered(shape, moment), text):
            if not all(free[match.start() : match.end()]) or any(a <= match.start() < b for a, b in quoted):
                continue
            nodes = _due_nodes(match.groupdict(), corpus)
            if nodes is None:
                continue
            take(match, free)
            found = any(decide(corpus, node) for node in nodes)
            both = name == "between" or match.groupdict().get("or")
            words = match.group().strip() if both else match.group("moment1")
            term = Term(words, "", words, "", "text" if found else "nothing", "date")
            tokens.append(Token(match.start(), match.end(), term, any_of(nodes) if found else None))
    return _without_same(tokens)


def _without_same(tokens: list[Token]) -> list[Token]:
    """The tokens without *by the end of a month* beside *in that month*: 11月要办的、或者11月底前要办完的."""
    due = {t.start: [n for n in terms_of(t.node) if isinstance(n, DueIn)] for t in tokens}
    within = {n.last[:7] for nodes in due.values() for n in nodes if n.first[:7] == n.last[:7]}
    return [t for t in tokens if not any(n.first == _FIRST and n.last[:7] in within for n in due[t.start])]


def _numbered(shape: str, moment: str) -> str:
    """A pattern with its moments filled in, the groups of each numbered."""
    for k in ("1", "2"):
        shape = shape.replace(f"MOMENT{k}", re.sub(r"\?P<(\w+)>", rf"?P<\g<1>{k}>", f"(?P<moment>{moment})"))
    return shape


def _due_nodes(said: Mapping[str, str | None], corpus: Corpus) -> list[Node] | None:
    """Conditions for the time that was said, one for each year that may be meant; ``None`` where it names no time."""
    nodes: list[Node] = []
    for year in _years(said, corpus):
        first = _moment({k[:-1]: v for k, v in said.items() if k.endswith("1")}, year, corpus)
        second = _moment({k[:-1]: v for k, v in said.items() if k.endswith("2")}, year, corpus)
        if first is None or (said.get("after") and not (said.get("m1") or said.get("q1") or said.get("h1"))):
            return None  # What runs on past a year is told by the years that a clause names.
        # *By April or June* names two times, *between April and June* one.
        either = bool(said.get("or")) and second is not None
        for moment in (first, second) if either else (first,):
            assert moment is not None
            nodes.append(_span(moment, None if either else second, said))
            literal = tuple(w for w in moment.words if corpus.containing(w))
            if literal and (second is None or either) and not (said.get("after") or said.get("after2")):
                nodes.append(HasText(literal))
    return list(dict.fromkeys(nodes)) or None


def _span(first: _Moment, second: _Moment | None, said: Mapping[str, str | None]) -> DueIn:
    """The time that a moment and the words around it name.

    *By the end of August* asks for what a plan dates so, 8月底前; *at the latest* for all that is over by then.
    """
    if second is not None:
        return DueIn(first.first, second.last)
    before, late = said.get("before") or said.get("before2"), said.get("late") or said.get("late2")
    if (said.get("ye1") or (said.get("e1") and said.get("m1"))) and (said.get("by") or before) and not late:
        return DueIn(first.first, first.last, until=True)
    if said.get("by") or late:
        return DueIn(_FIRST, first.last)
    if before:
        return DueIn(_FIRST, first.last if first.to_the_day else _day_before(first.first))
    if said.get("after") or said.get("after2"):
        return DueIn(first.last + "~", _LAST)  # Whatever comes behind the last day, compared as text.
    return DueIn(first.first, first.last)


def _day_before(day: str) -> str:
    """The day before the first of a month or a year, to be compared as text."""
    year, month = int(day[:4]), int(day[5:7])
    if day[8:] != "01":
        return f"{day[:8]}{int(day[8:]) - 1:02}"
    return f"{year - 1}-12-31" if month == 1 else f"{year}-{month - 1:02}-31"


def _years(said: Mapping[str, str | None], corpus: Corpus) -> list[int]:
    """The year that is said, else those of the plans; a school year runs on into the next."""
    named = next((v for k, v in said.items() if v and k.rstrip("12") in {"y", "yy"}), None)
    if named:
        return [int(named)]
    return sorted({p.document.year for p in corpus.plans if p.document.year is not None})


def _moment(said: Mapping[str, str | None], year: int, corpus: Corpus) -> _Moment | None:
    """The days that words name."""
    schooled = any(_SCHOOL_YEAR.search(p.document.title) for p in corpus.plans) and not said.get("y")
    if month := _month(said):
        year += schooled and month < 8
        return _in_month(said, year, month)
    if said.get("ye"):
        words: Sequence[str] = language()["time"]["year_end"]
        return _Moment(f"{year}-12-{_LATE}", f"{year}-12-31", True, tuple(words))
    if quarter := number_said(re.sub(r"[第季度q]|\squarter", "", said.get("q") or "")):
        return _Moment(f"{year}-{3 * quarter - 2:02}-01", f"{year}-{3 * quarter:02}-31", True)
    if half := said.get("h"):
        early = re.search(r"上|first|1st", half)
        return _Moment(f"{year}-{'01' if early else '07'}-01", f"{year}-{'06' if early else '12'}-31", True)
    if term := said.get("t"):
        names: Mapping[str, str] = language()["time"]["terms"]
        first, last, next_year = _TERMS[next(name for name, words in names.items() if re.search(words, term))]
        start = year + (schooled and next_year)
        return _Moment(f"{start}-{first:02}-01", f"{start + (last < first)}-{last:02}-31", True)
    if said.get("y") or said.get("yy") or said.get("w"):
        return _Moment(f"{year}-01-01", f"{year}-12-31", bool(said.get("ee")))
    return None


def _month(said: Mapping[str, str | None]) -> int | None:
    name = said.get("m") or said.get("n") or ""
    months = language()["time"]["months"]
    number = months.index(name[:3]) + 1 if name[:3] in months else numeral(name) if name else None
    return number if number and 1 <= number <= 12 else None


_LATE = 21
"""The first day of the end of a month: its last ten-day period (下旬)."""
_MIDDLE = 11, 20
"""The days of the middle of a month (中旬)."""


def _in_month(said: Mapping[str, str | None], year: int, month: int) -> _Moment:
    start = f"{year}-{month:02}"
    day = said.get("d") or said.get("dd")
    if day:
        return _Moment(f"{start}-{int(day):02}", f"{start}-{int(day):02}", True, (f"{month}月{int(day)}日",))
    if said.get("mid"):
        return _Moment(f"{start}-{_MIDDLE[0]}", f"{start}-{_MIDDLE[1]}", True, (f"{month}月中旬",))
    if said.get("e"):
        return _Moment(f"{start}-{_LATE}", f"{start}-31", True, (f"{month}月底", f"{month}月末"))
    return _Moment(f"{start}-01", f"{start}-31", False, (f"{month}月",))


# ------------------------------------------------------------------------------------------------ figures


def figures_of(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Token]:
    """Figures from which on, or up to which, a thing is asked for; let go where no target is of the kind."""
    tokens = _ranges(text, spoken, free, corpus)
    quoted = [m.span() for m in QUOTED.finditer(text)]
    for match in pattern("time", spoken, "figure").finditer(text):
        said = match.groupdict()
        side = next((s for name, s in _SIDES for k in ("", "2") if said.get(name + k)), None)
        inside = any(a <= match.start() < b for a, b in quoted)
        if side is None or inside or not all(free[match.start() : match.end()]):
            continue
        node = Measured(side, _value(said), _unit(said))
        if not decide(corpus, node):
            continue
        take(match, free)
        term = Term(match.group().strip(), "", match.group().strip(), "", "text", "figure")
        tokens.append(Token(match.start(), match.end(), term, node))
    return tokens


def _ranges(text: str, spoken: Language, free: bytearray, corpus: Corpus) -> list[Token]:
    """Shares between two: *between 95% and 99%*."""
    tokens: list[Token] = []
    for match in pattern("time", spoken, "range").finditer(text):
        low, high = sorted(float(match.group(k).replace(",", "")) for k in ("v", "w"))
        shares = {t.value for row in corpus.rows for t in row.targets if t.value is not None and t.unit_text == "%"}
        # In whatever way they are stated: *at least 97%* is between 95% and 99%.
        inside = tuple(f"{share:g}%" for share in sorted(shares) if low <= share <= high)
        if inside and all(free[match.start() : match.end()]):
            take(match, free)
            term = Term(match.group(), "", match.group(), "", "text", "figure")
            tokens.append(Token(*match.span(), term, HasText(inside)))
    return tokens


_SIDES: tuple[tuple[str, Literal[">=", ">", "<=", "<"]], ...] = (
    ("least", ">="),
    ("over", ">"),
    ("most", "<="),
    ("under", "<"),
)


def _value(said: Mapping[str, str | None]) -> float:
    value = float((said.get("v") or said.get("w") or "0").replace(",", ""))
    scale = {"万": 1e4, "亿": 1e8, "千": 1e3, "百": 1e2}.get(said.get("k") or said.get("l") or "", 1.0)
    return value * scale


def _unit(said: Mapping[str, str | None]) -> str:
    """A pattern of the units that count the same things."""
    unit = said.get("u") or said.get("x") or ""
    if re.fullmatch(r"%|percent|per cent", unit):
        return "%|％|百分之|per ?cent"
    if "point" in unit or "百分点" in unit:
        return "百分点|point"
    if not HAN.search(unit):
        return ""
    groups: Iterable[str] = language()["measures"]["groups"]
    alike = [w for g in groups if unit in g.split() for w in g.split()]
    return f"^[万亿]?(?:{'|'.join(dict.fromkeys([unit, *alike]))})"
