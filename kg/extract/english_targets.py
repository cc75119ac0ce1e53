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
_NUM = r"\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,4})?|\d{1,9}(?:\.\d{1,4})?"
_MONEY = r"(?:(?:HK|US|A|NZ|C|S)?\$|£|€)[ ]?"
_PER = r"%|per cent\b|percent\b|percentage points?\b|points?\b"
_SCALE = r"(?:[ ]?(?:million|billion|m|bn|k)\b)?"
_UNITS = any_of(words("english", "targets", "units"))
_NOT_UNITS = any_of(words("english", "targets", "not_units"))
_NO_PART = any_of((*words("english", "targets", "not_parts"), *_WORDED))
_NOUN = rf"(?:(?!(?:{_NO_PART})(?!\w))(?:[a-z][a-z'-]{{1,20}}|[A-Z][A-Za-z0-9-]{{0,20}})[ ]){{0,4}}?(?:(?:{_UNITS})(?!\w)|(?!(?:{_NOT_UNITS})(?!\w))(?:[a-z][a-z-]{{1,24}}[a-rt-z]s|[A-Z][a-z]{{2,20}}s)(?!\w))"
_FROM = re.compile(
    rf"(?<!\w)from (?:an? )?(?:baseline of |approximately |about |around |the current )?(?P<m1>{_MONEY})?(?P<low>{_NUM}){_SCALE}[ ]?(?P<p1>{_PER})?(?: [a-z]{{2,16}}){{0,2}}?"
    rf"(?: \([^()]{{1,30}}\))?(?:,? (?:in|of) (?:[A-Z]?[a-z]{{2,9}} )?(?:19|20)\d\d(?:[-–/]\d{{2,4}})?,?)? to (?P<how>(?:[a-z]+ ){{0,4}}?)(?P<m2>{_MONEY})?(?P<high>{_NUM})(?P<scale>{_SCALE})[ ]?(?P<p2>{_PER})?(?![\w-])(?: (?P<unit>{_NOUN}))?"
)
_NUMBER = re.compile(
    rf"(?<![\w.#$£€/,'-])(?<![–])(?P<money>{_MONEY})?(?P<low>{_NUM}|(?i:{any_of(_WORDED)})(?=[ -]))(?P<scale>{_SCALE})[ ]?(?P<p>{_PER})?"
    rf"(?:[ ]?(?:-|–|—|to)[ ]?(?:{_MONEY})?(?P<high>{_NUM})[ ]?(?P<p2>{_PER})?)?(?![\w])(?:(?:[ ]|(?<=\w)-)(?P<unit>{_NOUN}))?"
)
_OFTEN = re.compile(
    r"(?<!\w)(?i:(?P<n>once|twice|thrice))(?: (?:a|an|each|every|per|in the|in a|in|during the) (?:\w{2,9} )?(?:year|years|term|terms|month|week|fortnight|semester|day|quarter|half-term|school year|cycle))?(?!\w)"
)
_SHARE = re.compile(
    r"(?<!\w)(?P<by>by )?(?P<n>(?:one |a |two |three )?(?:half|third|quarter|fifth|tenth|thirds|quarters|fifths))(?= of |$|[.,;:)]| (?:against|compared|by|within|over|from))",
    re.I,
)
_RATIO = re.compile(
    rf"(?<!\w)(?P<n>{any_of(_WORDED)}|\d{{1,2}}) (?:in|out of) (?:every )?(?P<of>{any_of(_WORDED)}|\d{{1,3}})(?!\w| years?| weeks?| terms?)",
    re.I,
)
_FRACTION = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = any_of(_MONTHS)
_SEASONS = {"easter": 4, "christmas": 12}
_SEASON = r"spring|summer|autumn|fall|winter|easter|christmas"
_DATE = re.compile(
    rf"(?<![\w/])(?:(?P<how>by|before|until|till|no later than|not later than|in|during|from|on|of|to|at|after|starting|for)[ ])?(?P<lead>(?:the )?(?:(?P<end>end|start|beginning|close|middle)(?: of)? )?(?:the )?)"
    rf"(?:(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)? )?(?P<month>{_MONTH})\.?(?!\w)(?: (?P<day2>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:%])(?! ?per))?(?:,? (?P<year>(?:19|20)\d\d))?"
    rf"|(?P<num>\d{{1,2}})/(?P<year2>(?:19|20)\d\d)|(?P<d3>\d{{1,2}})[/.](?P<m3>\d{{1,2}})[/.](?P<year3>(?:19|20)\d\d)|(?P<iso>(?:19|20)\d\d-\d\d(?:-\d\d)?)(?!\d)"
    rf"|(?:(?P<season>{_SEASON})(?: (?:term|semester|holidays?|break|of))?,? )(?P<year4>(?:19|20)\d\d)(?:[–/-](?P<to4>\d{{2,4}}))?"
    rf"|(?:(?:school|academic|financial|fiscal) year )?(?P<year5>(?:19|20)\d\d)(?:[–/-](?P<to>\d{{2,4}}))?(?!\d|[-–]\d)(?: (?:school|academic|financial|fiscal) year)?)(?![\w%])",
    re.I,
)
_FIRM = frozenset(("by", "before", "until", "till", "no later than", "not later than"))
_NO_YEAR = frozenset((*_FIRM, "in", "on", "during"))
_ORDERED = re.compile(
    rf"(?<![\w-])(?:{any_of(words('english', 'targets', 'ordered'))})[. ]?[ ]?#?\d{{1,2}}(?:\.\d{{1,2}})?(?!\d|%| per)(?:[ ]?(?:,|and|to|or|through|-|–|&|/)[ ]?(?:[A-Z]{{1,2}}|[Yy]ear )?\d{{1,2}}(?![\d%]| per)){{0,4}}",
    re.I,
)
_AGE = re.compile(
    r"(?<!\w)(?:[a-z]+|\d{1,2})(?:-|–| )(?:year|month)s?(?:-|–| )olds?(?!\w)|(?<!\w)[KSPFY]\d?[–-]\d{1,2}(?!\w)|(?<!\w)\d{1,2}(?::\d\d| ?[ap]\.?m\b\.?)|\d+(?:st|nd|rd|th)\b",
    re.I,
)
_PAST_BRACKET = re.compile(
    r"\((?![^()]{0,60}\bby\b)[^()]{0,60}(?:19|20)\d\d[^()]{0,60}\)|\([^()]{0,60}?(?:19|20)\d\d(?:[–/-]\d{2,4})?:? [^()]{0,60}\)|\((?:19|20)\d\d[–/-]?\d{0,4}:[^()]{0,40}\)|\((?:\d[\d.,]* [^()]{2,30}|(?:baseline|currently|from|was|up from|national)[^()]{0,60})\)",
    re.I,
)
_PAST_BEFORE = re.compile(
    r"(?<!\w)(?:up from|down from|compared (?:to|with)|baseline(?: of|:)?|currently(?: at)?|current|was|were|had|now|already|last year|previously|stood at|passed|scored|fell to|rose to|only|national(?:ly)?|from the current|budget of|cost(?:s|ing)?(?: of)?)(?: [\w-]+){0,2}? ?$|(?<!\w)(?:past|last|first|aged?|ages|recent|existing|since|remaining|top|bottom|lowest|highest) $",
    re.I,
)
_PAST_AFTER = re.compile(
    r"^[^,;.]{0,60}?(?<!\w)(?:was|were|fell|passed|scored|had|met|did|attended|reported|dropped|left|took|achieved|received)(?!\w)",
    re.I,
)
_FUTURE = re.compile(r"(?<!\w)(?:will|to|shall|should|must|target|targets|at least|no more than|by)(?!\w)", re.I)
_QUALIFIER = re.compile(
    rf"(?i:(?:{'|'.join(lexicon('english')['comparators'])}|by|within|over|from|every|to|all|all the|each of (?:the|our|its)|the|our|its|its|a further|an additional|another|first|once in|for)\s?)+$"
)
_VERB = re.compile(rf"(?<!\w)({any_of(words('english', 'verbs', 'all'))})(?!\w)", re.I)
_EDGE = re.compile(r"(?:,(?!\d)|[;:()\[\]•|])|\. |[–—] |(?<=\w) - ")
_AFTER = re.compile(
    r"[;:()\[\]•|]|\.(?=\s|$)|, |[ ](?:and|but|so that|which|who|that|so|while|using|through|with|under|including|where)(?= )"
)
_HANGING = re.compile(r"(?:[ .,;:]|[ ](?:by|in|of|to|for|with|and|or|the|a|an|at|on|from|as|their|its|our))$")
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
        opens = (
            date is not None
            and date.end <= one.start
            and not re.search(r"[.;] |\w ", text[: date.start].split(": ")[-1])
        )
        near = (
            date is not None
            and date.start >= one.end
            and (
                date.start - one.end <= 36 or not re.search(r" (?:will|to|is|are|must|be) ", text[one.end : date.start])
            )
        )
        if date is not None and (near or opens):
            used.add(date.start)
        before = text[max(0, one.start - 44) : one.start]
        verb = _verb(text, begin, one.start)
        yield _target(
            window,
            begin,
            end,
            one,
            _comparator(before, text[one.end : one.end + 24], one.baseline, one.value),
            date.iso if date else None,
            verb,
        )
    yield from _deadlines(window, [d for d in dates if d.start not in used], head)


def _deadlines(window: Window, dates: list[_Date], head: str) -> Iterator[TargetFact]:
    """Dates with which no number stands: each day of a list, else the last of the clause."""
    text = window.text
    year = window.document.year or 0
    dates = [d for d in dates if int(d.iso[:4]) >= year]
    kept = [
        d for d in dates if head == "time" or d.how in _NO_YEAR and (d.how in _FIRM or not _past(text, d.start, d.end))
    ]
    if not kept:
        return
    if head == "time" and (len(kept) < 2 or not all(d.full for d in kept)):
        label = re.match(r"[\w .()/?-]{2,40}: ?", text) if shape.label(text) else None
        start, end = label.end() if label else 0, len(text.rstrip(" ."))
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
    spanned = bool(re.search(r"(?:19|20)\d\d ?[-–/] ?\d{2,4}", title))
    found = list(_DATE.finditer(text))
    for i, m in enumerate(found):
        how = (m["how"] or "").lower()
        said = next((m[k] for k in ("year", "year2", "year3", "year4", "year5") if m[k]), None)
        if m["iso"]:
            yield _Date(m.start(), m.end(), m["iso"], how, len(m["iso"]) == 10)
            continue
        number = int(said) if said else None
        month = _MONTHS[m["month"].lower()] if m["month"] else int(m["num"] or m["m3"] or 0)
        if m["month"] and number is None:
            if m["month"].islower() or m["month"] == "May" and not how and not timed and not (m["day"] or m["day2"]):
                continue
            if how not in _NO_YEAR and not timed and not (m["day"] or m["day2"]):
                continue
            later = next((int(n["year"]) for n in found[i + 1 : i + 2] if n["year"]), None) if timed else None
            if later is None and year is None:
                continue
            number = later or (year or 0) + (1 if spanned and month < 8 else 0)
        if number is None or month > 12:
            continue
        day = int(m["day"] or m["day2"] or m["d3"] or 0)
        if m["season"]:
            extra = m["season"].lower()
            last = _later(number, m["to4"])
            yield _Date(
                m.start(), m.end(), f"{last:04}-{_SEASONS[extra]:02}" if extra in _SEASONS else f"{last:04}", how, False
            )
        elif not month:
            if not how and not timed:
                continue
            last = _later(number, m["to"])
            whole = f"{last:04}" + (
                "-12-31"
                if m["end"] and m["end"].lower() in ("end", "close") and not m["to"] and "year" not in m[0]
                else ""
            )
            yield _Date(m.start(), m.end(), whole, how, False)
        else:
            length = calendar.monthrange(number, month)[1]
            ended = (m["end"] or "").lower() in ("end", "close")
            firm = how in _FIRM and not (m["end"] and not ended) and how != "before"
            iso = f"{number:04}-{month:02}"
            if day or ended or firm:
                iso += f"-{min(day or length, length):02}"
            yield _Date(m.start(), m.end(), iso, how, bool(day))


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
    taken: list[_Found] = []
    label = re.match(r"\s?(?:[A-Z]{1,3}\d{0,2}[.)]|\(?\d{1,2}(?:\.\d{1,2}){0,2}[.):]) ", text)
    if label:
        masked[0 : label.end()] = b"\1" * label.end()
    for m in _FROM.finditer(text):
        if _past(text, m.start(), m.end()):
            continue
        unit = _unit(m["p2"] or m["p1"], m["m2"] or m["m1"], m["unit"])
        found = _Found(m.start(), m.end(), _scaled(m["high"], m["scale"]), None, unit, _value(m["low"]))
        taken.append(found)
        yield found
    for m in _OFTEN.finditer(text):
        once = m["n"].lower() == "once"
        if (
            " " not in m.group()
            or once
            and not re.search(r"(?:least|than) $", text[max(0, m.start() - 8) : m.start()], re.I)
        ):
            continue
        if not any(m.start() < t.end and t.start < m.end() for t in taken):
            found = _Found(
                m.start(),
                m.end(),
                {"once": 1.0, "twice": 2.0}.get(m["n"].lower(), 3.0),
                None,
                "times " + m.group().split(" ", 1)[-1] if " " in m.group() else "times",
            )
            taken.append(found)
            yield found
    for m in _RATIO.finditer(text):
        part, whole = _value(m["n"]), _value(m["of"])
        if not _past(text, m.start(), m.end()) and 0 < part < whole:
            found = _Found(m.start(), m.end(), round(100 * part / whole, 2), None, "%")
            taken.append(found)
            yield found
    for m in _SHARE.finditer(text):
        said = m["n"].lower().split(" ")
        times = {"two": 2, "three": 3}.get(said[0], 1)
        noun = said[-1].rstrip("s") if said[-1] != "half" else "half"
        if not m["by"] and (len(said) < 2 and noun != "half" or not text[m.end() :].startswith(" of")):
            continue
        if not _past(text, m.start(), m.end()):
            found = _Found(m.start(), m.end(), round(_FRACTION[noun] * times, 2), None, "%")
            taken.append(found)
            yield found
    for m in _NUMBER.finditer(text):
        if not _counts(text, m, masked, taken):
            continue
        low, high = _scaled(m["low"], m["scale"]), _value(m["high"]) if m["high"] else None
        unit = _unit(m["p"] or m["p2"], m["money"], m["unit"])
        end = (
            m.end()
            if m["unit"] or m["p"] or m["p2"]
            else max(m.end("low"), m.end("scale"), m.end("high") if m["high"] else 0)
        )
        found = _Found(m.start(), end, low, high, unit)
        taken.append(found)
        yield found


def _counts(text: str, m: re.Match[str], masked: bytearray, taken: list[_Found]) -> bool:
    if any(masked[m.start("low") : m.end("low")]) or any(m.start() < t.end and t.start < m.end("low") for t in taken):
        return False
    if not (m["p"] or m["p2"] or m["money"] or m["unit"] or _reached(text, m)):
        return False
    if m["unit"] and not (m["p"] or m["p2"] or m["money"]):
        said = m["unit"].split(" ")
        if said[0].lower() in (
            "of",
            "in",
            "is",
            "was",
            "and",
            "or",
            "to",
            "the",
            "per",
            "for",
            "by",
            "at",
            "a",
            "that",
            "who",
            "will",
            "on",
            "with",
            "has",
            "have",
            "are",
            "years'",
            "than",
        ):
            if said[0].lower() != "of" or m["low"].lower() == "one":
                return False
        if m["low"].lower() == "one" and not re.search(
            r"(?:least|than|only)\s$", text[max(0, m.start() - 12) : m.start()], re.I
        ):
            return False
    elif m["low"].lower() == "one" and not (m["p"] or m["money"]):
        if not re.search(r"at least $|less than $|minimum of $", text[max(0, m.start() - 12) : m.start()], re.I):
            return False
    return not _past(text, m.start(), m.end())


def _reached(text: str, m: re.Match[str]) -> bool:
    """Whether a bare number is a score that is reached: ``rise to 4.2``, ``at least 4``; or one of a noun in the singular."""
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


def _past(text: str, start: int, end: int) -> bool:
    """Whether a number tells what was, not what shall be."""
    opening = max((m.end() for m in _EDGE.finditer(text, max(0, start - 120), start)), default=max(0, start - 120))
    before, after = text[opening:start], text[end : end + 80]
    if _FUTURE.search(before[-60:]) and not re.search(r"(?:up|down) from [^,;]{0,12}$|compared (?:to|with) $", before):
        if not re.search(r"(?:budget of|cost of|past|last|first|aged?|ages) $", before, re.I):
            return False
    if _PAST_BEFORE.search(before[-60:]):
        return True
    if re.search(
        r"(?<!\w)(?:last year|in (?:spring |autumn |fall )?(?:19|20)\d\d,?|following the|in which)(?: [\w-]+){0,4} ?$",
        text[max(0, start - 60) : start],
        re.I,
    ) and (_PAST_AFTER.match(after)):
        return True
    return bool(_PAST_AFTER.match(after)) and not _FUTURE.search(before[-60:])


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
    """Where the phrase begins: at the verb before the number, else at the words that qualify it or name what it counts."""
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
