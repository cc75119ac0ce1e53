"""What can be checked: numbers, shares, dates, periods and coverage that a clause promises.

A target is told by the stretch between two commas that holds it; the number is found first, then what its neighbours
make of it.  Numbers inside names, titles of documents and quotations are none.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import cast

from ..model import Commitment, Comparator, Document, Span, TargetFact, readable
from ..source import unglossed, view
from .tables import line_rows
from .words import Segment, Window, any_of, commitment_of, lexicon, words

_DIGITS = r"\d{1,4}万(?:\d{3,4}|\d[, ]\d{3})(?!\d)|\d{1,3}(?:[, ]\d{3}){1,4}(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?"
_WORDS = "[零一二两三四五六七八九十百千万半]{1,8}"
_DASH = r"(?:%|％)?\s?(?:-|—{1,2}|–|－|~|～|至|到)\s?"
_UNIT = any_of([*words("targets", "units", "share"), *words("targets", "units", "counts")])
_WORDED = any_of(words("targets", "units", "worded"))
_NUMBER = re.compile(
    rf"(?<![\d.第〔A-Za-z])(?P<low>{_DIGITS})(?:{_DASH}(?P<high>{_DIGITS}))?(?P<unit>余?[万亿千]?余?(?:{_UNIT}))(?P<per>/[\u4e00-\u9fff]{{1,4}})?"
)
_BARE = re.compile(
    r"(?<![\d.第])(?P<low>\d{1,4}\.\d{1,4}|\d{1,6})(?P<unit>[万亿]?)(?=以上|以下|以内|左右|[，。；、）]|$)"
)
"""A number without a unit: a target where :data:`_KEPT` stands right before it."""
_KEPT = re.compile(r"(?:控制在|降至|降到|下降至|达到|提高到|提升至|提升到|不超过|不低于|不高于|突破|稳定在|保持在)$")
_WORD_NUMBER = re.compile(rf"(?<![第\d零一二两三四五六七八九十百千万])(?P<low>{_WORDS})(?P<unit>{_WORDED})")
_RATIO = re.compile(r"(?<![\d.])(?P<low>\d{1,3}(?:\.\d{1,2})?)(?P<unit>[：:]1)(?!\d)")
_RATIO_OF_ONE = re.compile(r"(?<![\d.：:])(?P<unit>1[：:])(?P<low>\d{1,4})(?![\d：:])")
"""``师生比不低于1:15``; only behind a word for a ratio."""
_RATIO_BEFORE = re.compile(r"比(?:例|率|值)?[^，。；]{0,12}$")
_PERCENT_WORDS = re.compile(r"(?P<unit>百分之)(?P<low>[零一二三四五六七八九十百点]{1,8})")
_NOT = re.compile(any_of(words("targets", "words", "not_targets")))
_DURATION = frozenset(words("targets", "units", "durations"))
_ORDER = cast("tuple[Comparator, ...]", (">=", "<=", ">", "<", "~", "increase", "decrease"))


@cache
def _around(side: str) -> tuple[tuple[str, Comparator], ...]:
    table = lexicon("targets")[side]
    pairs = [(word, c) for c in _ORDER for word in table.get(c, ())]
    return tuple(sorted(pairs, key=lambda p: -len(p[0])))


_CHINESE = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10000}


def number_of(text: str) -> float | None:
    """The value of digits or of a Chinese number; None where it is none.

    >>> number_of("1,200"), number_of("三百二十"), number_of("两"), number_of("十五")
    (1200.0, 320.0, 2.0, 15.0)
    """
    plain = text.replace(",", "").replace(" ", "")
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return float(plain)
    if mixed := re.fullmatch(r"(\d+)万(\d+)", plain):
        return float(int(mixed[1]) * 10000 + int(mixed[2]))
    if text == "半":
        return 0.5
    total, part, digit = 0, 0, 0
    for c in text:
        if c in _CHINESE:
            digit = _CHINESE[c]
        elif c == "万":
            total, part, digit = (total + part + digit) * 10000, 0, 0
        elif c in _POWERS:
            part += (digit or 1) * _POWERS[c]
            digit = 0
        else:
            return None
    return float(total + part + digit)


# -- dates ----------------------------------------------------------------------------------------------------------

_ROC = r"1[0-2]\d(?=年(?:度|1[0-2]月|[1-9]月|底|末|前|上半|下半))"
"""A year of the Republic of China, which counts from 1912: only where a part of the year follows."""
_YEAR = rf"(?:(?P<year>(?:19|20)\d{{2}}|{_ROC})年|(?P<rel>今年|本年度?|(?<![0-9一二两三四五六七八九十])年内|明年))"
_DATE = re.compile(
    r"(?:到|至|截至|截止|在|于|力争)?(?:(?P<school>(?:19|20)\d{2})[/-](?P<next>\d{2}|(?:19|20)\d{2})(?:学校?年度?|财政年度|年度)|"
    rf"{_YEAR}?"
    r"(?:(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>3[01]|[12]\d|0?[1-9])日)?(?P<part>底|末|初|上旬|中旬|下旬|份)?"
    r"|(?P<quarter>第?[一二三四1-4首]季度?|[一二三四]季度末)|(?P<half>上半年|下半年)"
    r"|(?P<season>春季|秋季|夏季|冬季|暑期|寒假|暑假)(?:学期)?(?:开学)?|(?P<end>年底|年末|底|末))?)"
    r"(?P<before>或?之?前|以前)?"
)
_SEASONS = lexicon("targets")["seasons"]
"""First and last day of each season of the school year; the years from the plan's own."""
_PARTS = {"初": "10", "上旬": "10", "中旬": "20"}


def _last(year: int, month: int) -> str:
    return f"{year:04}-{month:02}-{calendar.monthrange(year, month)[1]:02}"


def iso_date(m: re.Match[str], year: int | None) -> str | None:
    """The ISO date, year or period that a match of the date pattern names; ``year`` is the plan's own."""
    if m["school"]:
        return f"{m['school']}/{m['school'][: 4 - len(m['next'])]}{m['next']}"
    y = int(m["year"]) if m["year"] else year
    if y is not None and m["year"] and y < 1000:  # a year of the Republic of China, where the plan counts by these
        y = y + 1911 if year is None or abs(y + 1911 - year) <= 20 else None
    if m["rel"] == "明年" and year is not None:
        y = year + 1
    if y is None:
        return None
    if m["month"]:
        return _in_month(m, y, int(m["month"]))
    if m["quarter"]:
        said = next((i for i, c in enumerate("一二三四", 1) if c in m["quarter"].replace("首", "一")), 0)
        return _last(y, 3 * (said or int(re.sub(r"\D", "", m["quarter"]) or 4)))
    if m["half"]:
        return _last(y, 6 if m["half"] == "上半年" else 12)
    if m["season"]:
        return _in_season(y, m["season"], m["before"])
    return f"{y:04}-12-31" if m["end"] else f"{y:04}"


def _in_season(year: int, season: str, before: str | None) -> str:
    first, last, after = _SEASONS[season]
    return f"{year:04}-{first}" if before else f"{year:04}-{first}/{year + after:04}-{last}"


def _in_month(m: re.Match[str], year: int, month: int) -> str:
    if m["day"]:
        return f"{year:04}-{month:02}-{min(int(m['day']), calendar.monthrange(year, month)[1]):02}"
    if m["part"] in _PARTS:
        return f"{year:04}-{month:02}-{_PARTS[m['part']]}"
    last = _last(year, month)
    return last if m["part"] in ("底", "末") or m["before"] else f"{year:04}-{month:02}-01/{last}"


def _dates(window: Window, start: int, end: int) -> Iterator[re.Match[str]]:
    for m in _DATE.finditer(window.text, start, end):
        said = m["school"] or m["year"] or m["rel"] or m["month"] or m["quarter"] or m["half"] or m["season"]
        if m["school"] and window.text.startswith("起", m.end()):
            continue  # when it begins
        if not said and not (m["end"] and m["end"] in ("年底", "年末")):
            continue
        if _NO_DATE.match(window.text, m.end()) or (m["rel"] and _SHARE.match(window.text, m.end())):
            continue
        if m["year"] and _BASE_BEFORE.search(window.text, 0, m.start()) and _BASE_AFTER.match(window.text, m.end()):
            continue  # the year of the baseline
        if window.depth[m.start()] in "《“〔【" or (m.start() > 0 and window.text[m.start() - 1] in "0123456789.〔-—"):
            continue
        yield m


_NO_DATE = re.compile(r"度[^，。；]{0,14}(?:占比|占|比例|比重|比率)|的?(?:基础上|基数)")
_SHARE = re.compile(r"度?[^，。；]{0,14}(?:占比|占|比例|比重|比率)")
_BASE_BEFORE = re.compile(r"[由从比较]\Z")
_BASE_AFTER = re.compile(r"的?[^，。；]{0,8}?\d|的|[水基]")

# -- targets --------------------------------------------------------------------------------------------------------


def _bounds(window: Window, segment: Segment) -> tuple[int, int]:
    start, end = segment.start, segment.end
    while start < end and window.text[start] in "　 —-":
        start += 1
    return start, end


def _comparator(window: Window, start: int, end: int, floor: int) -> Comparator:
    before, after = window.text[max(floor, start - 12) : start], window.text[end : end + 6]
    for word, comparator in _around("after"):
        if after.startswith(word):
            if comparator in (">=", ">") and (change := _change(before)):
                return change
            return comparator
    for word, comparator in _around("before"):
        if before.endswith(word):
            return comparator
    return _change(before) or "="


def _change(before: str) -> Comparator | None:
    table = lexicon("targets")["before"]
    for comparator in cast("tuple[Comparator, ...]", ("decrease", "increase")):
        if any(before.endswith(word) for word in table[comparator]):
            return comparator
    return None


_ORDINAL = re.compile(r"[第〔]\s?$")


MAX_NUMBERS = 30
"""Numbers of one stretch that are read; more are a damaged table, not a sentence."""
MAX_BACK = 600
"""Characters before a stretch in which the date that it inherits is looked for."""


def numbers(window: Window) -> Iterator[TargetFact]:
    """Case 1, a number with a unit: ``达到90%以上``, ``不少于3场``, ``新建5所``, ``下降0.5个百分点``, ``三所``."""
    if _past(window):
        return
    for segment in window.segments:
        found = [
            m
            for p in (_NUMBER, _WORD_NUMBER, _PERCENT_WORDS, _RATIO, _RATIO_OF_ONE, _BARE)
            for m in p.finditer(window.text, segment.start, segment.end)
        ]
        for m in sorted(found, key=lambda m: m.start())[:MAX_NUMBERS]:
            if (
                m["unit"] in _DURATION
                and (len(found) > 1 or _SAID.search(window.text, m.end(), segment.end))
                and window.text[m.end() : m.end() + 1] in ("内", "来", "间")
            ):
                continue  # "三年内培训…名": the span of the other number
            if _is_target(window, segment, m):
                yield _number_fact(window, segment, m)


_PAST_HEADING = re.compile(
    rf"^(?:(?!{any_of(words('targets', 'past', 'aims'))}).)*?(?:{any_of(words('targets', 'past', 'headings'))})"
)
"""What is to be so is no past: 巩固提升“双减”工作成效."""
_PAST = re.compile(any_of(words("targets", "past", "openings")))


_OPENING_YEAR = re.compile(r"[^\u4e00-\u9fff\d]{0,4}((?:19|20)\d{2})年(?![至到\-—~～起底末]|以来)")


def _past(window: Window) -> bool:
    """Whether the clause tells of results that were reached, not of aims."""
    path = window.document.section_path(window.unit.section)
    titles = [section.title for section in path] + [window.unit.title]
    said = _OPENING_YEAR.match(window.text)
    before = window.document.year is not None and said is not None and int(said.group(1)) < window.document.year
    return (
        before
        or any(_PAST_HEADING.search(title) for title in titles)
        or _PAST.match(window.text) is not None
        or (
            window.clause.number == 1
            and _PAST_HEADING.search(window.text[:40].split("。")[0].split("，")[0]) is not None
            and not window.is_title
        )
    )


def _is_target(window: Window, segment: Segment, m: re.Match[str]) -> bool:
    text = window.text
    if window.depth[m.start()] in "《“〔" or _ORDINAL.search(text, max(0, m.start() - 2), m.start()):
        return False
    if m.re in (_PERCENT_WORDS, _RATIO):
        return True
    if m.re is _RATIO_OF_ONE:
        return _RATIO_BEFORE.search(text, max(segment.start, m.start() - 16), m.start()) is not None
    if m.re is _BARE:
        return _KEPT.search(text[max(segment.start, m.start() - 6) : m.start()]) is not None
    return _counts(window, segment, m)


def _counts(window: Window, segment: Segment, m: re.Match[str]) -> bool:
    """Whether a number with a unit tells what is to be reached, not a name, a qualifier or a starting point."""
    text = window.text
    unit = m["unit"].removeprefix("余")
    if _NOT.match(text, m.start("unit")) or _NOT.match(text, m.end("unit")):
        return False
    if unit == "年" and _FOUR_DIGITS.fullmatch(m["low"]):
        return False
    if unit in ("G", "M", "P") and _comparator(window, m.start(), m.end(), segment.start) == "=":
        return False  # "5G网络"
    if unit not in _SHARES and _QUALIFIES.match(text, m.end(), segment.end):
        return False  # "收入50万元以上的村占比达到45%": which villages, not how many
    if _RISES.match(text, m.end()) and _RISES_FROM.search(text, segment.start, m.start()):
        return False  # the value it starts from
    bare = _comparator(window, m.start(), m.end(), segment.start) == "="
    if unit in _DURATION and bare and not _LASTS.search(text, segment.start, m.start()):
        return False
    return m["low"][0].isdigit() or not bare or _worded(window, segment, m)


_SHARES = frozenset(words("targets", "units", "share"))
_QUALIFIES = re.compile(r"(?:及?以上|及?以下|以内)的[^，。；]{1,14}(?:占比|比例|比重|率|覆盖)")
_FOUR_DIGITS = re.compile(r"\d{4}")
_RISES = re.compile(
    r"[^，。；]{0,8}?(?:提高|提升|增加|扩大|增长|下降|降低|减少|压缩|缩短|增至|降至|整合为|合并为|调整为|优化为|缩减为|压减为)[到至]?\d"
)
_RISES_FROM = re.compile(r"[从由][^，]{0,24}$")
_LASTS = re.compile(r"每[天日周年月学]|(?:年限|时长|时间|学时|课时)[^，]{0,4}$")
_EVERY = re.compile(r"每(?:半年|季度?|个?月|年|学期|学年|周|两年|三年|五年)[^，。；]{0,8}$")
_HELD = re.compile(r"举办|开办|培训|组织")
_BOUNDED = re.compile(r"(?:至少|不少于|不低于|不超过|不多于)[^，]{0,6}$")
_MAKES = re.compile(r"[建办]|举办|开展|创|培")


def _worded(window: Window, segment: Segment, m: re.Match[str]) -> bool:
    """Whether a number in words is counted out (``新建两所``) and not a way of speaking (``四位一体``)."""
    if _BOUNDED.search(window.text, segment.start, m.start()):
        return True
    if m["unit"] == "次" and _EVERY.search(window.text, segment.start, m.start()):
        return True  # "每半年通报一次"
    if m["unit"] == "期" and m["low"] != "两" and not _HELD.search(window.text, segment.start, m.start()):
        return False  # "某校二期": an ordinal
    if m["low"] in _POWERS:
        return False  # "千名干部下基层": a way of speaking
    value = number_of(m["low"])
    if value is None or value < 2 or not segment.verbs or segment.verbs[0].start > m.start():
        return value == 1 and _each(window, segment) and bool(segment.verbs)
    if commitment_of(segment.verbs[-1].word) in ("complete", "ensure"):
        return True
    return _MAKES.search(window.text, max(segment.start, m.start() - 4), m.start()) is not None


def _each(window: Window, segment: Segment) -> bool:
    return re.search(r"每[个所名县校镇区年天日周月季学半两三]|各", window.text[segment.start : segment.end]) is not None


_PER = re.compile(
    r"每(?:个|所|名|位|家)?([\u4e00-\u9fff]{1,4}?)(?=重点|至少|不少|均|都|建|有|要|配|设|，|达|不低|开|创|新|培|组|完|遴|选|招|举|补|增|派|评|投|服|提|\d|[一二三四五六七八九十两])"
)


def _number_fact(window: Window, segment: Segment, m: re.Match[str]) -> TargetFact:
    text = window.text
    start, end = _bounds(window, segment)
    low = number_of(m["low"])
    high = number_of(m["high"]) if "high" in m.re.groupindex and m["high"] else None
    unit = {"百分之": "%", "：1": ":1", "1：": "1:", "1:": "1:", "成": "%"}.get(m["unit"], m["unit"].replace("余", ""))
    if m["unit"] == "成" and low is not None:  # "七成" is 70 %
        low, high = low * 10, None if high is None else high * 10
    per = _PER.search(text, segment.start, m.start())
    if per and unit in ("所", "个", "名", "项", "门", "次", "场", "套", "家", "节", "课时", "学时", "小时"):
        unit = f"{unit}/{per.group(1)}"
    comparator = _comparator(window, m.start(), m.end(), segment.start)
    if comparator == "=" and (far := _FAR.search(text, max(segment.start, m.start() - 14), m.start())):
        comparator = ">=" if far.group(1) else "<="
    baseline = None
    before = text[max(segment.start, m.start() - 40) : m.start()]
    from_ = re.search(
        rf"[从由]([^，]{{0,12}}?)({_DIGITS})[^，\d]{{0,6}}(?:提高|提升|增加|扩大|下降|降低|减少|压缩|缩短|增长|增|降)(?:到|至)?$",
        before,
    )
    if from_:
        baseline = number_of(from_.group(2))
    if pair := _paired(window, segment):
        baseline = pair.get(m.start(), baseline)
    if "余" in m["unit"] and comparator == "=":
        comparator = ">"
    if comparator == "=":
        verb = segment.verb_before(m.start())
        comparator = (_change(verb.word) if verb else None) or "="
    return TargetFact(
        unit=window.unit.id,
        clause=window.clause.number,
        span=window.span(start, end),
        method="target.number@1",
        confidence=0.85,
        text=window.readable(start, end),
        measure=window.readable(*_measure(window, segment, m.start(), m.end())),
        value=low,
        value_max=high,
        unit_text=unit,
        comparator=comparator,
        deadline=_deadline(window, segment),
        baseline=baseline,
        commitment=_strength(segment, m.start()),
    )


def _strength(segment: Segment, at: int) -> Commitment:
    """How firmly the stretch promises: 确保 before any other verb, else as the last verb before the place says."""
    said = [commitment_of(verb.word) for verb in segment.verbs if verb.end <= at]
    return "ensure" if "ensure" in said else (said or [""])[-1]


_FAR = re.compile(r"(至少|不少于|最少|不低于|不小于)|不超过|不高于|不多于")
_RISE = re.compile(r"(?:提高|提升|增加|扩大|增长|下降|降低|减少|压缩|缩短)[到至]")


def _paired(window: Window, segment: Segment) -> dict[int, float]:
    """Baselines by the place of their target: ``分别从2、3提高到4、5``, as many numbers before as behind."""
    begin = re.compile("[从由]").search(window.text, segment.start, segment.end)
    rise = _RISE.search(window.text, begin.end(), segment.end) if begin else None
    if begin is None or rise is None:
        return {}
    digits = re.compile(_DIGITS)
    old = [number_of(m.group()) for m in digits.finditer(window.text, begin.end(), rise.start())]
    new = [m.start() for m in digits.finditer(window.text, rise.end(), segment.end)]
    if len(old) != len(new):
        return {}
    return {at: value for at, value in zip(new, old, strict=True) if value is not None}


_SOURCE = re.compile(r"[从由](?![教业事])|[比较](?=上|去|前|同|20)")
_LIST_MARK = re.compile("[、和与及]")
_BOUND_AFTER = re.compile(r"(?:（[^（）]{1,8}）)?(?:以上|以内|以下|左右|及以上|上下)?的?")


def _measure(window: Window, segment: Segment, start: int, end: int) -> tuple[int, int]:
    """What is measured: the noun behind a counted number, else the words before it back to the verb."""
    text = window.text
    reaching = {word for word, _ in _around("before")} | {"实现", "保持"}
    left = next((v.end for v in reversed(segment.verbs) if v.end <= start and v.word not in reaching), segment.start)
    for mark in _LIST_MARK.finditer(text, left, start):
        if re.search(r"\d", text[left : mark.start()]):
            left = mark.end()
    bound = start
    for word, _ in _around("before"):
        if text[left:bound].endswith(word):
            bound -= len(word)
            break
    if text[left:bound].endswith("保持"):
        bound -= 2
    source = _SOURCE.search(text, left + 2, bound)
    bound = source.start() if source else bound
    after = _BOUND_AFTER.match(text, end)
    begin = after.end() if after else end
    stop = (
        next((m.start() for m in re.finditer("[、（]|和(?=\\d)", text[begin : segment.end])), segment.end - begin)
        + begin
    )
    if bound - left >= 2:
        return left, bound
    return (begin, stop) if stop - begin >= 2 else (segment.start, segment.end)


def _deadline(window: Window, segment: Segment) -> str | None:
    """A date in the same stretch, else the last one said before it in the clause."""
    best: re.Match[str] | None = None
    if "|" in window.text:
        return _row_deadline(window, segment)
    for m in _dates(window, max(0, segment.start - MAX_BACK), min(segment.end, segment.start + MAX_BACK)):
        if any(m[name] for name in ("school", "year", "rel", "end", "before", "season", "quarter", "half", "part")):
            best = m
    if best is not None and re.match(r"以来|年来|版|度(?!秋|春)", window.text[best.end() :]):
        return None
    if best is not None:
        return iso_date(best, _year(window, best))
    return _cell_deadline(window) or _led_deadline(window)


_LED = re.compile(r"[到至](20\d\d)年(底|末)?(?:[^\d，,。；;]{0,6}[，,：:]|$)")
_DASHED = re.compile(r"\s*(?:—|--|－－|[-•●◆■·])")
MAX_LED, MAX_DASHES = 4000, 20
"""Characters and lines before a clause in which the year of a list is looked for."""


def _led_deadline(window: Window) -> str | None:
    """The year that opens the paragraph (``到2030年，…。…``) or stands over the dashes of which the clause is one."""
    text, at = window.document.text, window.clause.span.start
    lines = text[max(0, at - MAX_LED) : at].split("\n")
    own = lines[-1] + text[at : at + 8]
    led = _LED.findall(view(lines[-1]).text)
    if not led and _DASHED.match(own):
        heads = [line for line in reversed(lines[:-1][-MAX_DASHES:]) if line.strip() and not _DASHED.match(line)]
        led = _LED.findall(view(heads[0]).text) if heads else []
    if not led:
        return None
    return f"{led[-1][0]}-12-31" if led[-1][1] else str(led[-1][0])


def _cell_deadline(window: Window) -> str | None:
    """The date that stands alone in a later clause of the unit: the cell under 完成时限 in a row of a table."""
    for clause in window.unit.clauses[window.clause.number :]:
        if len(clause.text) <= MAX_DATE_CELL:
            m = _DATE.fullmatch(view(clause.text).text)
            if m and (m["month"] or m["end"] or m["half"] or m["quarter"]):
                return iso_date(m, int(m["year"]) if m["year"] else window.document.year)
    return None


MAX_DATE_CELL = 14
"""Characters of a cell that holds a date and nothing else."""


def _row_deadline(window: Window, segment: Segment) -> str | None:
    """In a table: the last date of the row, which is a line of the document."""
    at, text = window.span(segment.start, segment.end).start, window.document.text
    row = view(text[text.rfind("\n", 0, at) + 1 : at + 2000].split("\n", 1)[0]).text
    found = [m for m in _DATE.finditer(row) if m["month"] or m["end"] in ("年底", "年末") or (m["year"] and m["end"])]
    said = [m for m in found if m["before"] or m["end"] or m["part"]]
    return iso_date(said[-1], int(said[-1]["year"] or window.document.year or 0) or None) if said else None


_SAID_YEAR = re.compile(r"(?<![到至—–~～-])((?:19|20)\d{2})\s?年")
_TITLED = re.compile("《[^《》]*》")
"""A title: its year is that of a document, and of no date behind it."""


def _year(window: Window, m: re.Match[str]) -> int | None:
    """The year that a date without one inherits: the last said in the unit before it, else the plan's."""
    if m["year"]:
        return int(m["year"]) if len(m["year"]) == 4 else window.document.year
    if not m["rel"]:
        unit = window.unit.span.start
        before = window.document.text[unit : window.span(m.start(), m.start() + 1).start]
        said = _SAID_YEAR.findall(_TITLED.sub("", before))
        if said and abs(int(said[-1]) - (window.document.year or int(said[-1]))) <= 5:
            return int(said[-1])
    return window.document.year


def deadlines(window: Window) -> Iterator[TargetFact]:
    """Case 2, a date by which or in which something is to be done: ``在3月9日前开工``, ``年底前完成``."""
    if _past(window):
        return
    for segment in window.segments:
        start, end = _bounds(window, segment)
        every = list(_dates(window, segment.start, segment.end))
        period = _period(window, every)
        bare = bool(every) and _dates_alone(window, segment, every)
        found = every if period or bare else [m for m in every if _is_deadline(window, segment, m)]
        if not found:
            continue
        m = found[-1]
        deadline = period or iso_date(m, _year(window, m))
        due = _DUE.search(window.text, 0, segment.start) is not None
        if due and deadline is not None and "/" in deadline:
            deadline = deadline.partition("/")[2]
        if deadline is None or _ANNOUNCES.match(window.text, m.end()):
            continue
        follow = end
        if end - m.end() < 2 and "|" not in window.text:  # "年底前，完成…": the promise stands behind the comma
            nxt = window.segment_at(end + 1)
            follow = nxt.end if nxt.start > start else end
        yield TargetFact(
            unit=window.unit.id,
            clause=window.clause.number,
            span=window.span(start, follow),
            method="target.date@1",
            confidence=0.8,
            text=window.readable(start, follow),
            measure=window.readable(*_date_measure(m, start, follow)),
            comparator="by_date" if due or m["before"] or m["end"] or m["part"] else "in_period",
            deadline=deadline,
            commitment=_strength(window.segment_at(follow - 1), follow),
        )


_DATES_ONLY = re.compile(r"[、和及至到\s—–~～。-]+")


def _dates_alone(window: Window, segment: Segment, found: Sequence[re.Match[str]]) -> bool:
    """Whether the clause is a cell of a table that holds dates and nothing else."""
    alone = len(window.segments) == 1 and window.unit.kind == "item" and len(window.unit.clauses) > 1
    return alone and not _DATES_ONLY.sub("", _without(window, segment, found))


def _without(window: Window, segment: Segment, found: Sequence[re.Match[str]]) -> str:
    """What a stretch holds beside its dates: nothing in a cell of a column of dates."""
    edges = [segment.start, *(i for m in found for i in m.span()), segment.end]
    return "".join(window.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))


_TO = re.compile(r"\s?(?:[-—–~～至到]{1,2})\s?")


def _period(window: Window, found: Sequence[re.Match[str]]) -> str | None:
    """``2031年9月至2032年5月``: from the first day of the one to the last day of the other; None for no such pair."""
    if len(found) < 2 or not _TO.fullmatch(window.text, found[-2].end(), found[-1].start()):
        return None
    first, last = (iso_date(m, _year(window, m)) for m in found[-2:])
    if first is None or last is None or not found[-2]["month"] or not found[-1]["month"]:
        return None
    return f"{first.partition('/')[0]}/{last.rpartition('/')[2]}"


_ANNOUNCES = re.compile(
    r"[^。；]{0,2}(?:主要|总体|发展|具体|工作|全[省市县区]|我[省市县区]|教育){0,4}(?:目标|指标)"
    r"[^，。；]{0,4}(?:如下|为|是|：|$)"
)
_WORD_VALUES = lexicon("targets")["words"]["values"]
_DUE = re.compile(r"(?:完成时限|时限要求|完成时间|时间节点|完成期限|时限)：$")
_SAID = re.compile(
    rf"({any_of([*_WORD_VALUES, *words('targets', 'words', 'full')])})(?=[，。；、）：|]|等|和|并|的?目标|$)"
)


def worded(window: Window) -> Iterator[TargetFact]:
    """Case 3, a word that is a number or says all of something: ``事故清零``, ``产值翻番``, ``实现资助全覆盖``."""
    if _past(window):
        return
    for m in _SAID.finditer(window.text):
        if window.depth[m.start()] in "《“":
            continue
        segment = window.segment_at(m.start())
        start, end = _bounds(window, segment)
        value, unit, comparator = _WORD_VALUES.get(m.group(1), (100, "%", "coverage"))
        left = max((v.end for v in segment.verbs if v.end < m.start()), default=start)
        yield TargetFact(
            unit=window.unit.id,
            clause=window.clause.number,
            span=window.span(start, end),
            method="target.word@1",
            confidence=0.75,
            text=window.readable(start, end),
            measure=window.readable(left if m.start() - left >= 2 else start, m.start() if m.start() > start else end),
            value=float(value),
            unit_text=unit,
            comparator=comparator,
            deadline=_deadline(window, segment),
            commitment=_strength(segment, m.end()),
        )


def _date_measure(m: re.Match[str], start: int, end: int) -> tuple[int, int]:
    spans = ((start, m.start()), (m.end(), end), (start, end))
    return max(spans[:2], key=lambda s: s[1] - s[0]) if end - start > m.end() - m.start() else spans[2]


_REACHED = re.compile(r"内?(?:基本|全面|力争){0,2}(?:完成|建成|实现|启用|竣工|达到|投用|开工|交付|验收)")


def _is_deadline(window: Window, segment: Segment, m: re.Match[str]) -> bool:
    after = window.text[m.end() : m.end() + 4]
    if re.match(r"以来|年来|工作|度|版|年|印发|发布|公布|的|通过|颁布|施行的", after) and not m["before"]:
        return False
    if (
        m["before"]
        or m["end"]
        or m["season"]
        or m["half"]
        or m["quarter"]
        or _DUE.search(window.text, 0, segment.start)
    ):
        return True
    if m["rel"] in ("今年", "年内", "明年"):
        return (
            bool(segment.verbs)
            and segment.verbs[-1].word in ("完成", "建成", "实现", "启用", "建成投用", "竣工", "达到", "建好")
            or _REACHED.match(window.text, m.end()) is not None
        )
    if m["month"]:
        return bool(m["part"] or m["day"]) or _REACHED.match(window.text, m.end()) is not None
    lead = window.text[max(0, m.start() - 1) : m.start() + 1]
    return bool(m["year"] or m["school"]) and (lead.endswith(("到", "至")) or "到" in m.group(0)[:1])


_CELL_DIVIDER = re.compile(r"[|\t]")
_HEAD_YEAR = re.compile(
    r"((?:19|20)\d{2})年?(?:底|末)?[（(]?"
    r"(?P<aim>目标值?|规划目标|预期值?|规划值?|实际值?|现状值?|基数|基期值?)?[）)]?"
)
_HEAD_AIM = re.compile(r"(?:规划|预期)?目标值?|规划值")
_CELL_VALUE = re.compile(
    rf"(?P<sign>[≥≤<>＞＜]|不低于|不少于|不超过|达到|大于|小于)?\s*(?P<low>{_DIGITS})(?:{_DASH}(?P<high>{_DIGITS}))?"
    r"\s*(?P<unit>[%％\u4e00-\u9fff]{0,4}?)(?P<bound>以上|左右|以内|以下)?"
)
_CELL_UNIT = re.compile(r"[（(]([%％‰\u4e00-\u9fff:：/]{1,8})[）)]")
_SIGNS: dict[str, Comparator] = {
    **dict.fromkeys(("≥", "不低于", "不少于", "达到", "以上"), ">="),
    **dict.fromkeys((">", "＞", "大于"), ">"),
    **dict.fromkeys(("≤", "不超过", "以内", "以下"), "<="),
    **dict.fromkeys(("<", "＜", "小于"), "<"),
    "左右": "~",
}
MAX_BOX = 6000
"""Characters before a row in which the heads of its columns are looked for."""


def _box_heads(text: str, at: int, columns: int) -> list[str]:
    """The heads of the columns over a row: the last line before it with as many cells, one of them a year."""
    for line in reversed(text[max(0, at - MAX_BOX) : at].split("\n")[:-1][-60:]):
        cells = _year_heads(line)
        if cells and len(cells) == columns:
            return list(cells)
    return []


@lru_cache(maxsize=1024)  # each line is looked at from many rows below it
def _year_heads(line: str) -> tuple[str, ...]:
    """The cells of a line if one of them names a year or an aim; else none."""
    cells = tuple(re.sub(r"\s", "", view(cell).text) for cell in _cells(line))
    return cells if any(_HEAD_YEAR.fullmatch(c) or _HEAD_AIM.fullmatch(c) for c in cells) else ()


def _cells(line: str) -> list[str]:
    return _CELL_DIVIDER.split(line.strip().strip("|"))


def indicators(window: Window) -> Iterator[TargetFact]:
    """Case 4, a row of an indicator box: ``甲率（%）| 91 | 95`` under ``指标 | 2025年 | 2030年``.

    The first of several years is the baseline; each later one, or a column headed 目标, holds a target.
    """
    document, span = window.document.text, window.clause.span
    first = document.rfind("\n", 0, span.start) + 1
    line = document[first : first + 2000].split("\n", 1)[0]
    if _CELL_DIVIDER.search(line) is None:
        return
    cells = _cells(line)
    heads = _box_heads(document, first, len(cells))
    if not heads:
        return
    years = [i for i, head in enumerate(heads) if _HEAD_YEAR.fullmatch(head)]
    aims = [i for i, head in enumerate(heads) if _HEAD_AIM.fullmatch(head) or _said_aim(head)]
    aims = aims or years[min(1, len(years) - 1) :]
    base = _cell_value(cells[years[0]]) if years and years[0] not in aims else None
    name = next((i for i, cell in enumerate(cells) if re.search(r"[\u4e00-\u9fff]{2}", cell)), 0)
    unit_column = next((i for i, head in enumerate(heads) if head in ("单位", "计量单位")), None)
    begin = max(span.start, document.find(cells[name].strip(), first))
    for i in aims:
        m = _cell_value(cells[i])
        if m is None or i <= name:
            continue
        said = _CELL_UNIT.search(view(cells[name]).text)
        unit = m["unit"] or (said.group(1) if said else "") or (cells[unit_column].strip() if unit_column else "")
        end = first + line.index(line.strip().strip("|")) + sum(len(c) + 1 for c in cells[:i]) + len(cells[i].rstrip())
        if not span.start <= begin < end <= span.end:
            continue
        here = Span(begin, end)
        year = _HEAD_YEAR.fullmatch(heads[i])
        yield TargetFact(
            unit=window.unit.id,
            clause=window.clause.number,
            span=here,
            method="target.indicator@1",
            confidence=0.85,
            text=readable(here.of(document)),
            measure=_CELL_UNIT.sub("", view(cells[name]).text),
            value=number_of(m["low"]),
            value_max=number_of(m["high"]) if m["high"] else None,
            unit_text=unit.replace("％", "%"),
            comparator=_SIGNS.get(m["sign"] or m["bound"] or "", "="),
            deadline=year.group(1) if year else None,
            baseline=number_of(base["low"]) if base else None,
            commitment="",
        )


def boxed(document: Document) -> dict[tuple[str, int], list[TargetFact]]:
    """Case 5, an indicator box with one cell a line, as case 4: facts by unit id and clause number.

    A unit that stands here is a row of such a box: its other cells hold no targets of their own.
    """
    out: dict[tuple[str, int], list[TargetFact]] = {}
    for row in line_rows(document):
        years = [i for i, head in enumerate(row.heads) if _HEAD_YEAR.fullmatch(head)]
        aims = [i for i, head in enumerate(row.heads) if _HEAD_AIM.fullmatch(head) or _said_aim(head)] or years[1:]
        texts = [readable(unglossed(span.of(document.text))) for span in row.cells]
        name = next((i for i, text in enumerate(texts) if re.search(r"[\u4e00-\u9fff]{2}", text)), 0)
        if not aims or len(texts) != len(row.heads):
            continue
        base = _cell_value(texts[years[0]]) if years and years[0] not in aims else None
        said = _CELL_UNIT.search(view(texts[name]).text)
        for i in aims:
            m = _cell_value(texts[i])
            clause = next((c for c in row.unit.clauses if c.span.holds(row.cells[i])), None)
            if m is None or clause is None or i <= name:
                continue
            year = _HEAD_YEAR.fullmatch(row.heads[i])
            out.setdefault((row.unit.id, clause.number), []).append(
                TargetFact(
                    unit=row.unit.id,
                    clause=clause.number,
                    span=row.cells[i],
                    method="target.indicator@2",
                    confidence=0.85,
                    text=texts[i],
                    measure=_CELL_UNIT.sub("", view(texts[name]).text),
                    value=number_of(m["low"]),
                    value_max=number_of(m["high"]) if m["high"] else None,
                    unit_text=(m["unit"] or (said.group(1) if said else "")).replace("％", "%"),
                    comparator=_SIGNS.get(m["sign"] or m["bound"] or "", "="),
                    deadline=year.group(1) if year else None,
                    baseline=number_of(base["low"]) if base else None,
                )
            )
    return out


def _said_aim(head: str) -> bool:
    m = _HEAD_YEAR.fullmatch(head)
    return m is not None and (m["aim"] or "").startswith(("目标", "规划", "预期"))


def _cell_value(cell: str) -> re.Match[str] | None:
    return _CELL_VALUE.fullmatch(re.sub(r"\s", "", cell).translate(_PLAIN_SIGNS))


_PLAIN_SIGNS = str.maketrans("％．，", "%.,")


def target_facts(window: Window) -> Iterator[TargetFact]:
    """All rules in order; a date whose stretch already gave a number is that number's deadline."""
    rows = list(indicators(window))
    if rows:
        yield from rows
        return
    taken: list[tuple[int, int]] = []
    for fact in chain(numbers(window), worded(window)):
        if fact.method.startswith("target.word@") and any(a <= fact.span.start < b for a, b in taken):
            continue  # "覆盖率100%，实现全覆盖" in one stretch is one target
        taken.append((fact.span.start, fact.span.end))
        yield fact
    for fact in deadlines(window):
        if not any(a < fact.span.end and fact.span.start < b for a, b in taken):
            yield fact
