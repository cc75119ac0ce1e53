"""Rules for the targets of English plans: numbers, shares, money, how often, by when.

A target's text is the phrase that holds its number, not the sentence: ``at least 90% of students``, ``from 48% to 65%
by June 2030``.  Past results, ages, classes, school years and what stands in a budget column are none.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from .. import english as shape
from ..model import Commitment, Comparator, TargetFact
from .words import Window, any_of, lexicon, words

_WORDED = {w: i for i, w in enumerate(words("english", "targets", "numbers"), 1)}


def _list(name: str) -> str:
    return any_of(words("english", "targets", name))


_NUM = r"\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,4})?|\d{1,9}(?:\.\d{1,4})?"
_MONEY = r"(?:(?:HK|US|A|NZ|C|S)?\$|£|€)[ ]?"
_PER = r"%|per cent\b|percent\b|percentage points?\b|points?\b"
_SCALE = r"(?:[ ]?(?:million|billion|m|bn|k)\b)?"
_WORD = any_of(_WORDED)
_PART = r"(?:(?:Grade|Year|Form|Level|Stage)s? \d{1,2}|[a-z][a-z'-]{1,20}|[A-Z][A-Za-z0-9-]{0,20})"
_PLURAL = rf"(?!(?:{_list('not_units')})(?!\w))(?:[a-z][a-z-]{{1,24}}[a-rt-z]s|[A-Z][a-z]{{2,20}}s)"
_NOUN = rf"(?:(?!(?:{_list('not_parts')}|{_WORD})(?!\w)){_PART}[ ]){{0,4}}?(?:{_list('units')}|{_PLURAL})(?!\w)"
_FROM = re.compile(
    r"(?<!\w)from (?:an? )?(?:baseline of |approximately |about |around |the current )?"
    rf"(?P<m1>{_MONEY})?(?P<low>{_NUM}){_SCALE}[ ]?(?P<p1>{_PER})?(?: [a-z]{{2,16}}){{0,2}}?(?: \([^()]{{1,30}}\))?"
    r"(?:,? (?:in|of) (?:[A-Z]?[a-z]{2,9} )?(?:19|20)\d\d(?:[-–/]\d{2,4})?,?)? to (?P<how>(?:[a-z]+ ){0,4}?)"
    rf"(?P<m2>{_MONEY})?(?P<high>{_NUM})(?P<scale>{_SCALE})[ ]?(?P<p2>{_PER})?(?![\w-])(?: (?P<unit>{_NOUN}))?"
)
_NUMBER = re.compile(
    rf"(?<![\w.#$£€/,'-])(?<![–])(?P<money>{_MONEY})?(?P<low>{_NUM}|(?i:{_WORD})(?=[ -]))(?P<scale>{_SCALE})[ ]?"
    rf"(?P<p>{_PER})?(?:[ ]?(?:-|–|—|to)[ ]?(?:{_MONEY})?(?P<high>{_NUM})[ ]?(?P<p2>{_PER})?)?(?![\w])"
    rf"(?:(?:[ ]|(?<=\w)-)(?P<unit>{_NOUN}))?"
)
_OFTEN = re.compile(
    r"(?<!\w)(?i:(?P<n>once|twice|thrice))"
    rf"(?: (?:a|an|each|every|per|in the|in a|in|during the) (?:\w{{2,9}} )?(?:{_list('periods')}))?(?!\w)"
)
_FRACTION = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
_SHARE = re.compile(
    rf"(?<!\w)(?P<by>by )?(?P<n>(?:(?:one|a|two|three) )?(?:{any_of(_FRACTION)})s?)"
    r"(?= of |$|[.,;:)]| (?:against|compared|by|within|over|from))",
    re.I,
)
_RATIO = re.compile(
    rf"(?<!\w)(?P<n>{_WORD}|\d{{1,2}}) (?:in|out of) (?:every )?(?P<of>{_WORD}|\d{{1,3}})"
    rf"(?!\w| (?:{_list('periods')}))",
    re.I,
)
_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_SEASONS = {"easter": 4, "christmas": 12}
_SEASON = any_of(("spring", "summer", "autumn", "fall", "winter", *_SEASONS))
_FIRM = frozenset(("by", "before", "until", "till", "no later than", "not later than"))
_NO_YEAR = frozenset((*_FIRM, "in", "on", "during"))
_HOW = any_of((*_NO_YEAR, "from", "of", "to", "at", "after", "starting", "for"))
_ORDINAL = r"(?:st|nd|rd|th)?"
_BUSINESS_YEAR = r"(?:school|academic|financial|fiscal) year"
_DATE = re.compile(
    rf"(?<![\w/])(?:(?P<how>{_HOW})[ ])?"
    r"(?:(?:the )?(?:(?P<end>end|start|beginning|close|middle)(?: of)? )?(?:the )?)"
    rf"(?:(?:(?P<day>[0-3]?\d){_ORDINAL} )?(?P<month>{any_of(_MONTHS)})\.?(?!\w)"
    rf"(?: (?P<day2>[0-3]?\d){_ORDINAL}(?![\d:%])(?! ?per))?(?:,? (?P<year>(?:19|20)\d\d))?"
    r"|(?P<num>\d{1,2})/(?P<year2>(?:19|20)\d\d)|(?P<d3>\d{1,2})[/.](?P<m3>\d{1,2})[/.](?P<year3>(?:19|20)\d\d)"
    r"|(?P<iso>(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d)(?!\d)"
    rf"|(?:(?P<season>{_SEASON})(?: (?:term|semester|holidays?|break|of))?,? )(?P<year4>(?:19|20)\d\d)"
    r"(?:[–/-](?P<to4>\d{2,4}))?"
    rf"|(?:{_BUSINESS_YEAR} )?(?P<year5>(?:19|20)\d\d)(?:[–/-](?P<to>\d{{2,4}}))?(?!\d|[-–]\d)(?: {_BUSINESS_YEAR})?)"
    r"(?![\w%])",
    re.I,
)
_ORDERED = re.compile(
    rf"(?<![\w-])(?:{_list('ordered')})[. ]?[ ]?#?\d{{1,2}}(?:\.\d{{1,2}})?(?!\d|%| per)"
    r"(?:[ ]?(?:,|and|to|or|through|-|–|&|/)[ ]?(?:[A-Z]{1,2}|[Yy]ear )?\d{1,2}(?![\d%]| per)){0,4}",
    re.I,
)
_AGE = re.compile(
    r"(?<!\w)(?:[a-z]+|\d{1,2})(?:-|–| )(?:year|month)s?(?:-|–| )olds?(?!\w)|(?<!\w)[KSPFY]\d?[–-]\d{1,2}(?!\w)"
    r"|(?<!\w)\d{1,2}(?::\d\d| ?[ap]\.?m\b\.?)|\d+(?:st|nd|rd|th)\b",
    re.I,
)
_PAST_BRACKET = re.compile(
    r"\((?![^()]{0,60}\bby\b)[^()]{0,60}(?:19|20)\d\d[^()]{0,60}\)"
    rf"|\((?:\d[\d.,]* [^()]{{2,30}}|(?:{_list('bracketed')})\b[^()]{{0,60}})\)",
    re.I,
)
_PAST_BEFORE = re.compile(
    rf"(?<!\w)(?:{_list('told')})(?: [\w-]+){{0,2}}? ?$|(?<!\w)(?:{_list('told_close')}) $",
    re.I,
)
_PAST_AFTER = re.compile(rf"^[^,;.]{{0,60}}?(?<!\w)(?:{_list('told_after')})(?!\w)", re.I)
_FUTURE = re.compile(rf"(?<!\w)(?:{_list('to_come')})(?!\w)", re.I)
_QUALIFIER = re.compile(rf"(?i:(?:{'|'.join(lexicon('english')['comparators'])}|{_list('qualifiers')})\s?)+$")
_VERB = re.compile(rf"(?<!\w)({any_of(words('english', 'verbs', 'all'))})(?!\w)", re.I)
_EDGE = re.compile(r"(?:,(?!\d)|[;:()\[\]•|])|\. |[–—] |(?<=\w) - ")
_AFTER = re.compile(rf"[;:()\[\]•|]|\.(?=\s|$)|, |[ ](?:{_list('stops')})(?= )")
_HANGING = re.compile(rf"(?:[ .,;:]|[ ](?:{_list('hanging')}))$")
MAX_FOUND = 80
"""Numbers, and dates, that are read in one clause; more are a damaged file."""
MAX_BACK = 48
MAX_ON = 60


@dataclass(frozen=True, slots=True)
class _Date:
    start: int
    end: int
    iso: str
    how: str
    full: bool
    """Whether it names a day."""


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    value: float
    high: float | None
    unit: str
    baseline: float | None = None


def english_targets(window: Window, head: str = "") -> Iterator[TargetFact]:
    """Case 3, ``at least 60%``, ``from 41.0% to 52.5%``, ``twice a year``, ``within 30 days``, ``by July 2031``.

    Args:
        window: the clause.
        head: the kind of head that it stands under; methods, resources and owners hold no target.
    """
    if head in ("method", "resource", "owner", "lead", "support", "number"):
        return
    text = window.text
    if shape.is_head(text):
        return
    dates = list(islice(_dates(text, window.document.year, window.document.title, head == "time"), MAX_FOUND))
    told = [m.span() for m in _PAST_BRACKET.finditer(text)]
    dates = [d for d in dates if not any(a <= d.start < b for a, b in told)]
    masked = _masked(text, dates)
    found = list(islice(_numbers(text, masked), MAX_FOUND))
    used: set[int] = set()
    for one in found:
        date = _date_of(text, one, dates)
        begin, end = _phrase(text, one, date)
        if date is not None and _stands_with(text, one, date):
            used.add(date.start)
        before = text[max(0, one.start - 44) : one.start]
        verb = _verb(text, begin, one.start)
        comparator = _comparator(before, text[one.end : one.end + 24], one.baseline, one.value)
        yield _target(window, begin, end, one, comparator, date.iso if date else None, verb)
    yield from _deadlines(window, [d for d in dates if d.start not in used], head)


def _stands_with(text: str, one: _Found, date: _Date) -> bool:
    """Whether a date says only by when the number is reached: it opens the clause, or no verb stands between them."""
    if date.start >= one.end:
        between = text[one.end : date.start]
        return len(between) <= 36 or not re.search(r" (?:will|to|is|are|must|be) ", between)
    return date.end <= one.start and not re.search(r"[.;] |\w ", text[: date.start].split(": ")[-1])


_YEAR_ALONE = re.compile(r"^(?:in|during) (?:the )?[\d–/-]{4,9}$", re.I)


def _deadlines(window: Window, dates: list[_Date], head: str) -> Iterator[TargetFact]:
    """Dates with which no number stands: each day of a list, else the last of the clause."""
    text = window.text
    year = window.document.year or 0
    dates = [d for d in dates if int(d.iso[:4]) >= year]
    if head != "time":  # "in 2031" alone says when a plan holds, not by when something is done
        dates = [d for d in dates if d.how not in ("in", "during") or not _YEAR_ALONE.search(text[d.start : d.end])]
    kept = [
        d for d in dates if head == "time" or d.how in _NO_YEAR and (d.how in _FIRM or not _past(text, d.start, d.end))
    ]
    if not kept:
        return
    if head == "time" and (len(kept) < 2 or not all(d.full for d in kept)):
        label = re.match(r"[\w .()/?-]{2,40}: ?", text) if shape.label(text) else None
        start, end = label.end() if label else 0, len(text.rstrip(" .;,"))
        if end - start > 60:
            start, end = kept[0].start, kept[-1].end
        ranged = len(kept) > 1 and re.fullmatch(
            r"\s?(?:-|–|—|to|,|and|;|&)\s?(?:\w+ )?", text[kept[-2].end : kept[-1].start]
        )
        last = kept[-1] if ranged or len(kept) == 1 else max(kept, key=lambda d: d.iso)
        yield _target(window, start, end, None, "by_date" if last.how in _FIRM else "in_period", last.iso, "")
        return
    for date in kept if head == "time" else [d for d in kept if d.full or d.how in _FIRM or d is kept[-1]]:
        start = _back(text, date.start) if head != "time" else date.start
        verb = _verb(text, start, date.start)
        comparator: Comparator = "by_date" if date.how in _FIRM or head == "time" else "in_period"
        yield _target(window, date.start if head != "time" else start, date.end, None, comparator, date.iso, verb)


# Dates


def _dates(text: str, year: int | None, title: str, timed: bool) -> Iterator[_Date]:
    """The dates of a clause; a month without a year lies in the plan's own, ``timed`` under a head of dates."""
    spanned = bool(re.search(r"(?:19|20)\d\d ?[-–/] ?\d{2,4}", title))
    found = list(islice(_DATE.finditer(text), MAX_FOUND))
    for i, m in enumerate(found):
        how = (m["how"] or "").lower()
        said = next((m[k] for k in ("year", "year2", "year3", "year4", "year5") if m[k]), None)
        month = _MONTHS[m["month"].lower()] if m["month"] else int(m["num"] or m["m3"] or 0)
        number = int(said) if said else None
        if m["month"] and number is None and (timed or _names_month(m, how)):
            later = next((int(n["year"]) for n in found[i + 1 : i + 2] if n["year"]), None) if timed else None
            number = later or (year + (spanned and month < 8) if year else None)
        day = bool(m["day"] or m["day2"] or m["d3"] or m["iso"] and len(m["iso"]) == 10)
        if m["iso"]:
            yield _Date(m.start(), m.end(), m["iso"], how, day)
        elif number is not None and month <= 12 and (month or m["season"] or how or timed):
            yield _Date(m.start(), m.end(), _iso(m, number, month, how), how, day)


def _names_month(m: re.Match[str], how: str) -> bool:
    """Whether a month without a year is one: with a capital, and with a day or a word of time before it."""
    return not m["month"].islower() and (how in _NO_YEAR or bool(m["day"] or m["day2"]))


def _iso(m: re.Match[str], year: int, month: int, how: str) -> str:
    """A year, a month, or a day: of a month ``by`` or at the end of which something is due its last."""
    ended = (m["end"] or "").lower() in ("end", "close")
    if m["season"]:
        season = _SEASONS.get(m["season"].lower())
        return f"{_later(year, m['to4']):04}" + (f"-{season:02}" if season else "")
    if not month:
        closing = ended and not m["to"] and "year" not in m[0]
        return f"{_later(year, m['to']):04}" + ("-12-31" if closing else "")
    length = calendar.monthrange(year, month)[1]
    day = int(m["day"] or m["day2"] or m["d3"] or 0)
    firm = how in _FIRM and how != "before" and (ended or not m["end"])
    return f"{year:04}-{month:02}" + (f"-{min(day or length, length):02}" if day or ended or firm else "")


def _later(year: int, to: str | None) -> int:
    """The second year of ``2026–27``."""
    if not to:
        return year
    return int(to) if len(to) == 4 else year // 100 * 100 + int(to)


def _date_of(text: str, one: _Found, dates: list[_Date]) -> _Date | None:
    """The date by which a number is to be reached: the first behind it in its sentence, else one that opens it."""
    behind = [d for d in dates if d.start >= one.start and (d.how in _NO_YEAR or d.how in ("of", "for"))]
    behind = [d for d in behind if not re.search(r"[;(]|\. ", text[one.end : d.start])]
    if behind:
        return behind[0]
    firm = [d for d in dates if d.end <= one.start and d.how in _FIRM]
    return firm[-1] if firm and not re.search(r"[;(]|\. ", text[firm[-1].end : one.start]) else None


# Numbers


def _masked(text: str, dates: list[_Date]) -> bytearray:
    """Where numbers stand that count nothing: dates, classes, ages, hours, results of past years in brackets."""
    mask = bytearray(len(text))
    for date in dates:
        mask[date.start : date.end] = b"\1" * (date.end - date.start)
    for pattern in (_ORDERED, _AGE, _PAST_BRACKET):
        for m in pattern.finditer(text):
            mask[m.start() : m.end()] = b"\1" * (m.end() - m.start())
    for m in re.finditer(
        r"(?:19|20)\d\d(?:[–/-]\d{2,4})?(?![\d%])(?! (?:pupils|students|teachers|places|books))", text
    ):
        mask[m.start() : m.end()] = b"\1" * (m.end() - m.start())
    return mask


def _numbers(text: str, masked: bytearray) -> Iterator[_Found]:
    """The numbers of a clause that can be reached, each once; what a rule has explained, the next does not read."""
    if label := _NUMBERED.match(text):
        masked[0 : label.end()] = b"\1" * label.end()
    taken: list[_Found] = []
    for rule in (_ranges, _often, _ratios, _shares):
        for found in islice(rule(text), MAX_FOUND):
            if not any(found.start < t.end and t.start < found.end for t in taken):
                taken.append(found)
                yield found
    for m in _NUMBER.finditer(text):
        if len(taken) < MAX_FOUND and _counts(text, m, masked, taken):
            high = _value(m["high"]) if m["high"] else None
            bare = max(m.end("low"), m.end("scale"), m.end("high"))
            end = m.end() if m["unit"] or m["p"] or m["p2"] else bare
            unit = _unit(m["p"] or m["p2"], m["money"], m["unit"])
            found = _Found(m.start(), end, _scaled(m["low"], m["scale"]), high, unit)
            taken.append(found)
            yield found


_NUMBERED = re.compile(r"\s?(?:[A-Z]{1,3}\d{0,2}[.)]|\(?\d{1,2}(?:\.\d{1,2}){0,2}[.):]) ")


def _ranges(text: str) -> Iterator[_Found]:
    for m in _FROM.finditer(text):
        if not _past(text, m.start(), m.end()):
            unit = _unit(m["p2"] or m["p1"], m["m2"] or m["m1"], m["unit"])
            yield _Found(m.start(), m.end(), _scaled(m["high"], m["scale"]), None, unit, _value(m["low"]))


def _often(text: str) -> Iterator[_Found]:
    for m in _OFTEN.finditer(text):
        least = re.search(r"(?:least|than) $", text[max(0, m.start() - 8) : m.start()], re.I)
        times = {"once": 1.0, "twice": 2.0}.get(m["n"].lower(), 3.0)
        if " " in m.group() and (times > 1 or least):
            yield _Found(m.start(), m.end(), times, None, "times " + m.group().split(" ", 1)[1])


def _ratios(text: str) -> Iterator[_Found]:
    for m in _RATIO.finditer(text):
        part, whole = _value(m["n"]), _value(m["of"])
        if 0 < part < whole and not _past(text, m.start(), m.end()):
            yield _Found(m.start(), m.end(), round(100 * part / whole, 2), None, "%")


def _shares(text: str) -> Iterator[_Found]:
    for m in _SHARE.finditer(text):
        said = m["n"].lower().split(" ")
        noun = next(f for f in _FRACTION if said[-1].startswith(f))
        alone = len(said) < 2 and noun != "half" or not text[m.end() :].startswith(" of")
        if (m["by"] or not alone) and not _past(text, m.start(), m.end()):
            times = {"two": 2, "three": 3}.get(said[0], 1)
            yield _Found(m.start(), m.end(), round(_FRACTION[noun] * times, 2), None, "%")


def _counts(text: str, m: re.Match[str], masked: bytearray, taken: list[_Found]) -> bool:
    """Whether a number counts something that is to be reached."""
    if any(masked[m.start("low") : m.end("low")]) or any(m.start() < t.end and t.start < m.end("low") for t in taken):
        return False
    measured = bool(m["p"] or m["p2"] or m["money"])
    if not (measured or m["unit"] or _reached(text, m)):
        return False
    if not measured:
        first = m["unit"].split(" ")[0].lower() if m["unit"] else ""
        one = m["low"].lower() == "one"
        if first in _NOT_FIRST and (first != "of" or one):
            return False
        if one and not re.search(r"(?:least|than|only|minimum of) $", text[max(0, m.start() - 12) : m.start()], re.I):
            return False
    return not _past(text, m.start(), m.end())


_NOT_FIRST = frozenset(words("english", "targets", "not_first"))


def _reached(text: str, m: re.Match[str]) -> bool:
    """Whether a bare number is a score that is reached: ``rise to 4.2``, ``at least 4``."""
    before = text[max(0, m.start() - 24) : m.start()]
    if re.search(
        r"(?:at least|no more than|not more than|no fewer than|not fewer than|minimum of|maximum of|up to) $",
        before,
        re.I,
    ):
        return bool(re.match(r" \w", text[m.end("low") :])) or not text[m.end("low") :].strip(" .")
    if "." in m["low"] and re.search(r"(?:of|to|at|below|above|than|least) $", before):
        return True
    return bool(
        re.search(r"(?:rises?|falls?|increases?|improves?|grows?|drops?|score) (?:to|of) (?:at least )?$", before)
    )


_CLOSE = re.compile(r"(?:budget of|cost of|past|last|first|aged?|ages) $", re.I)
_COMPARED = re.compile(r"(?:up|down) from [^,;]{0,12}$|compared (?:to|with) $")
_THEN = re.compile(
    r"(?<!\w)(?:last year|in (?:spring |autumn |fall )?(?:19|20)\d\d,?|following the|in which)(?: [\w-]+){0,4} ?$", re.I
)


def _past(text: str, start: int, end: int) -> bool:
    """Whether a number tells what was, not what shall be."""
    floor = max(0, start - 120)
    opening = max((m.end() for m in _EDGE.finditer(text, floor, start)), default=floor)
    before, after = text[opening:start], text[end : end + 80]
    coming = bool(_FUTURE.search(before[-60:]))
    if coming and not _COMPARED.search(before[-60:]) and not _CLOSE.search(before):
        return False
    if _PAST_BEFORE.search(before[-60:]):
        return True
    then = _THEN.search(text[max(0, start - 60) : start])
    return bool(_PAST_AFTER.match(after)) and (then is not None or not coming)


def _value(text: str) -> float:
    return float(_WORDED.get(text.lower(), 0) or text.replace(",", ""))


def _scaled(text: str, scale: str | None) -> float:
    times = {"million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "k": 1e3}.get((scale or "").strip().lower(), 1.0)
    return _value(text) * times


def _unit(per: str | None, money: str | None, noun: str | None) -> str:
    if per:
        return "%" if per.startswith(("%", "per cent", "percent")) and "point" not in per else "percentage points"
    if money:
        return money.strip()
    return noun or ""


# Phrases


def _phrase(text: str, one: _Found, date: _Date | None) -> tuple[int, int]:
    """The stretch around a number that says what it counts: back to its verb or noun, on to the end of its phrase."""
    begin = _back(text, one.start)
    limit = min(len(text), one.end + MAX_ON)
    stop = _AFTER.search(text, one.end, limit)
    end = stop.start() if stop else limit
    if end < len(text) and not stop:
        end = text.rfind(" ", one.end, end) if text.rfind(" ", one.end, end) > 0 else one.end
    if (
        date is not None
        and one.end <= date.start
        and date.end <= one.end + MAX_ON
        and not re.search(r"[;(]", text[one.end : date.start])
    ):
        end = max(end, date.end)
    while end > one.end and (hanging := _HANGING.search(text, one.end, end)):
        end = hanging.start()
    return begin, max(end, one.end)


def _back(text: str, at: int) -> int:
    """Where the phrase begins: at the verb before the number, else at the words that qualify it or name its measure."""
    floor = max(0, at - MAX_BACK)
    edges = [m.end() for m in _EDGE.finditer(text, floor, at)]
    floor = edges[-1] if edges else floor
    if floor and text[floor - 1].isalnum() and text[floor : floor + 1].isalnum():
        space = text.find(" ", floor, at)
        floor = space + 1 if space >= 0 else at
    joins = [
        m.end()
        for m in re.finditer(
            r" (?:and|but|or(?! (?:more|better|higher|less|fewer|above|below))|that|which|so that|/) ", text[floor:at]
        )
    ]
    qualified = _QUALIFIER.search(text[floor:at])
    start = floor + qualified.start() if qualified else at
    verbs = [m.start() for m in _VERB.finditer(text, floor, at)]
    joined = floor + joins[-1] if joins else floor
    if verbs and verbs[-1] >= joined:
        start = min(start, verbs[-1])
    elif start - joined <= 36:
        start = min(start, joined)
    while start < at and not (text[start].isalnum() or text[start] in "$£€"):
        start += 1
    return start


def _verb(text: str, start: int, end: int) -> str:
    m = _VERB.search(text, start, max(start, end)) or _VERB.match(text)
    return m.group(1).lower() if m else ""


def _comparator(before: str, after: str, baseline: float | None, low: float | None) -> Comparator:
    for pattern, comparator in lexicon("english")["comparators"].items():
        if re.search(rf"(?:{pattern})\s*$", before, re.IGNORECASE):
            return comparator  # type: ignore[no-any-return]
    for pattern, comparator in lexicon("english")["comparators_after"].items():
        if re.match(rf"\s*(?:{pattern})", after, re.IGNORECASE):
            return comparator  # type: ignore[no-any-return]
    if baseline is not None and low is not None:
        return ">=" if low > baseline else "<="
    return "="


def _target(
    window: Window,
    start: int,
    end: int,
    one: _Found | None,
    comparator: Comparator,
    deadline: str | None,
    verb: str,
) -> TargetFact:
    text = window.text
    found = _VERB.match(text, start, end)
    begin = found.end() + 1 if found and found.end() < end - 3 else start
    return TargetFact(
        unit=window.unit.id,
        clause=window.clause.number,
        span=window.span(start, end),
        method="target.en-number@2" if one is not None else "target.en-date@2",
        confidence=0.8,
        text=window.readable(start, end),
        measure=window.readable(begin, end),
        value=one.value if one else None,
        value_max=one.high if one else None,
        unit_text=one.unit if one else "",
        comparator=comparator,
        deadline=deadline,
        baseline=one.baseline if one else None,
        commitment=_commitment(verb) if verb else "",
    )


def _commitment(verb: str) -> Commitment:
    table: dict[str, Commitment] = lexicon("english")["commitment"]
    return table.get(verb, "advance")
