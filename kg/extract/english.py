"""Rules for English plans: who is responsible, named programmes, targets.

The patterns are those of school improvement plans: ``Responsible: …``, ``led by …``, ``at least 60%``, ``from 41% to
52% by July 2031``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from ..model import BodyFact, Commitment, Comparator, ProgrammeFact, Role, TargetFact
from .words import Window, any_of, lexicon, words

_ROLES: tuple[Role, ...] = ("lead", "responsible", "support")
_LABELS: dict[str, Role] = {label: role for role in _ROLES for label in words("english", "labels", role)}
_LABEL = re.compile(rf"(?<!\w)({any_of(_LABELS)})\s?:\s?", re.IGNORECASE)
_PROSE: dict[str, Role] = {label: role for role in _ROLES for label in words("english", "prose", role)}
_NAME = r"(?:the )?[A-Z][\w&'’./-]*(?: (?:of|for|and|the|&|[A-Z][\w&'’./-]*)){0,7}"
_BY = re.compile(rf"(?i:\b({any_of(_PROSE)})) ({_NAME})")
_SUBJECT = re.compile(rf"(?:^|(?<=[.;] ))({_NAME}) (?:will|shall|must|is responsible|are responsible)\b")
_SPLIT = re.compile(r"\s?[,;/]\s?(?:and )?| and (?=(?:the )?[A-Z])|\s&\s")
_GROUP = re.compile(rf"\b((?:[A-Za-z-]+ ){{0,2}}?)({any_of(words('english', 'affected', 'heads'))})\b", re.IGNORECASE)
_VERBS = frozenset(words("english", "verbs", "all"))
_MODIFIERS = frozenset(words("english", "affected", "modifiers"))


def _body(window: Window, start: int, end: int, role: Role, method: str, confidence: float) -> BodyFact | None:
    text = window.text
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and text[end - 1] in " .,;:":
        end -= 1
    if text[start:end].lower().startswith("the "):
        start += 4
    if not 2 <= end - start <= 80:
        return None
    name = window.readable(start, end)
    return BodyFact(
        unit=window.unit.id,
        clause=window.clause.number,
        span=window.span(start, end),
        method=method,
        confidence=confidence,
        name=name,
        canonical=name,
        role=role,
        kind="people" if role == "affected" else "body",
    )


def english_bodies(window: Window) -> Iterator[BodyFact]:
    """Case 1, ``Responsible: A, B``; ``led by the A``; ``The A will …``; people with the words that limit them."""
    text = window.text
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, int, Role, str, float]] = []
    labels = list(_LABEL.finditer(text))
    for i, m in enumerate(labels):
        end = labels[i + 1].start() if i + 1 < len(labels) else len(text)
        stop = next((s.start() for s in _SENTENCE.finditer(text, m.end(), end)), -1)
        found += [
            (a, b, _LABELS[m.group(1).lower()], "body.en-label@1", 0.95)
            for a, b in _pieces(text, m.end(), stop if stop >= 0 else end)
        ]
    if not labels and (role := _carried_on(window)):
        found += [(a, b, role, "body.en-label@1", 0.85) for a, b in _pieces(text, 0, len(text))]
    for m in _BY.finditer(text):
        found += [
            (a, b, _PROSE[m.group(1).lower()], "body.en-by@1", 0.85) for a, b in _pieces(text, m.start(2), m.end(2))
        ]
    found += [(m.start(1), m.end(1), "responsible", "body.en-subject@1", 0.7) for m in _SUBJECT.finditer(text)]
    for m in _GROUP.finditer(text):
        start = m.start(2)
        for word in reversed(list(re.finditer(r"[A-Za-z-]+", m.group(1)))):
            opens = m.start(1) + word.start() == 0
            if word.group().lower() not in _MODIFIERS or (opens and word.group().lower() in _VERBS):
                break
            start = m.start(1) + word.start()
        found.append((start, m.end(2), "affected", "body.en-group@1", 0.7))
    for a, b, role, method, confidence in found:
        fact = _body(window, a, b, role, method, confidence)
        if fact is not None and not any(fact.span.start < y and x < fact.span.end for x, y in taken):
            taken.append((fact.span.start, fact.span.end))
            yield fact


_TITLES = re.compile(r"(?:and )?[A-Z][\w’'/&().-]*(?: (?:of|for|and|the|&|[A-Z][\w’'/&().-]*)){0,6}[.;,]?")


def _carried_on(window: Window) -> Role | None:
    """The role of a list of owners that began in an earlier clause and went on after a semicolon."""
    if not _TITLES.fullmatch(window.text.strip()):
        return None
    for clause in reversed(window.unit.clauses[: window.clause.number - 1][-6:]):
        said = clause.text.rstrip()
        if not said.endswith(";"):
            return None
        if labels := list(_LABEL.finditer(said)):
            return _LABELS[labels[-1].group(1).lower()]
    return None


_SENTENCE = re.compile(r"(?<!\bMs)(?<!\bMr)(?<!\bDr)(?<!\bMrs)\. ")


_OFFICES = any_of(words("english", "affected", "offices"))
_OF_OFFICE = re.compile(rf"\W*(?:{_OFFICES}) (?:of|for)\b")


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for m in _SPLIT.finditer(text, start, end):
        if "and" in m.group() and _OF_OFFICE.match(text, at, m.start()):
            continue  # "Office of Curriculum and Instruction": one name
        yield at, m.start()
        at = m.end()
    yield at, end


_HEADS = any_of(words("english", "programmes", "heads"))
_PROGRAMME = re.compile(
    rf"(?<!\w)((?:[A-Z][\w’'&-]*|[\"“][^\"”]{{2,60}}[\"”]) "
    rf"(?:(?:of|for|and|the|in|to|as|with|&|[A-Z0-9][\w’'&.-]*) ){{0,7}}?)?({_HEADS})\b"
)
_QUOTED = re.compile(r"[“\"]([A-Z][^“”\"]{3,60})[”\"]")


def english_programmes(window: Window) -> Iterator[ProgrammeFact]:
    """Case 2, a capitalised name that ends in Programme, Plan, Strategy …; a capitalised name in quotation marks."""
    text = window.text
    taken: list[tuple[int, int]] = []
    spans = [(m.start(), m.end(), words_kind(m.group(2)), 0.85) for m in _PROGRAMME.finditer(text) if m.group(1)]
    spans += [(m.start(1), m.end(1), "slogan", 0.6) for m in _QUOTED.finditer(text)]
    for start, end, kind, confidence in spans:
        first = text[start:end].split(" ", 1)[0]
        if first.lower() in _VERBS:  # a capital only because the sentence begins there
            start += len(first) + 1
        if text[start:end].lower().startswith("the "):
            start += 4
        if _OF_OFFICE.match(text, start):
            continue
        if end - start < 8 or " " not in text[start:end] or any(start < y and x < end for x, y in taken):
            continue
        taken.append((start, end))
        name = window.readable(start, end)
        yield ProgrammeFact(
            unit=window.unit.id,
            clause=window.clause.number,
            span=window.span(start, end),
            method="programme.en-name@1",
            confidence=confidence,
            name=name,
            canonical=name,
            kind=kind,
            action=_verb_before(text, start),
        )


def words_kind(head: str) -> str:
    """The kind that an English head noun gives a name."""
    table = lexicon("english")["programmes"]["kinds"]
    return str(table.get(head.lower(), "project"))


_VERB = re.compile(rf"\b({any_of(words('english', 'verbs', 'all'))})\b", re.IGNORECASE)


def _verb_before(text: str, at: int) -> str:
    found = [m.group(1) for m in _VERB.finditer(text, max(0, at - 60), at)]
    return found[-1].lower() if found else ""


_WORDED = {w: i for i, w in enumerate(words("english", "targets", "numbers"), 1)}
_NUM = r"\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,4})?|\d{1,9}(?:\.\d{1,4})?"
_COUNTED = any_of(words("english", "targets", "units"))
_NUMBER = re.compile(
    rf"(?<![\w.#$£€/-])(?P<low>{_NUM}|(?:{any_of(_WORDED)})(?=\s))\s?(?P<p>%|per cent|percent|percentage points?)?"
    rf"(?:\s?(?:-|–|—|to|and)\s?(?P<high>{_NUM})\s?(?P<p2>%|per cent|percent|percentage points?)?)?"
    rf"(?:\s(?P<unit>(?:[a-z-]+ ){{0,2}}?(?:{_COUNTED})))?(?![\w])",
    re.IGNORECASE,
)
_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_DATE = re.compile(
    rf"\b(?P<how>by|before|until|no later than|in|during|from)\s(?:the )?(?:end of\s)?"
    rf"(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s)?"
    rf"(?:(?P<month>{'|'.join(_MONTHS)})\s?(?:(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?,?\s)?)?(?P<year>(?:19|20)\d{{2}})(?:[/-]\d{{2,4}})?\b",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bfrom (?:a baseline of |approximately |about )?$", re.IGNORECASE)


def english_targets(window: Window) -> Iterator[TargetFact]:
    """Case 3, ``at least 60%``, ``by 3%``, ``from 41.0% to 52.5%``, ``no fewer than 6 workshops``, ``by July 2031``."""
    text = window.text
    date = next(iter(_DATE.finditer(text)), None)
    deadline = _iso(date) if date else None
    found = False
    for m in _NUMBER.finditer(text):
        before = text[max(0, m.start() - 40) : m.start()]
        if not _counts(text, m, before, date):
            continue
        found = True
        low, high = _value(m["low"]), _value(m["high"]) if m["high"] else None
        baseline = None
        if high is not None and _FROM.search(before):
            baseline, low, high = low, high, None
        unit = (
            "%"
            if (m["p"] or m["p2"] or "").startswith(("%", "per cent", "percent")) and "point" not in (m["p"] or "")
            else ""
        )
        unit = unit or ("percentage points" if m["p"] or m["p2"] else m["unit"] or "")
        yield _target(
            window,
            low,
            high,
            unit,
            _comparator(before, text[m.end() : m.end() + 24], baseline, low),
            deadline,
            baseline,
        )
    if not found and date is not None and deadline is not None and date["how"].lower() not in ("in", "during", "from"):
        yield _target(window, None, None, "", "by_date", deadline, None)


_NUMBERED = re.compile(
    r"\b(?:Goal|Objective|Year|Grade|Grades|Key Stage|Phase|Step|Section|Page|Term|No|Level|aged|ages|Tel|KS|Target)"
    r"\.?\s?#?$",
    re.IGNORECASE,
)


_BASELINE = re.compile(
    r"\b(?:up from|down from|compared (?:to|with)|baseline(?: of|:)?|currently(?: at)?|current(?: rate)?:?|was|were"
    r"|from the current)"
    r"(?: (?:about|only|approximately))?\s?$",
    re.IGNORECASE,
)


def _counts(text: str, m: re.Match[str], before: str, date: re.Match[str] | None) -> bool:
    if date is not None and date.start() <= m.start() < date.end():
        return False
    if _NUMBERED.search(before) or _BASELINE.search(before):
        return False
    if _FROM.search(before) and re.match(r" in (?:19|20)\d{2} to\b", text[m.end() :]):
        return False  # the value it starts from
    if re.fullmatch(r"(?:19|20)\d{2}", m["low"]) and not (m["p"] or m["unit"]):
        return False
    return bool(m["p"] or m["p2"] or m["unit"])


def _value(text: str) -> float:
    return float(_WORDED.get(text.lower(), 0) or text.replace(",", ""))


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
    low: float | None,
    high: float | None,
    unit: str,
    comparator: Comparator,
    deadline: str | None,
    baseline: float | None,
) -> TargetFact:
    text = window.text
    end = len(text.rstrip(" ."))
    verb = _VERB.search(text)
    return TargetFact(
        unit=window.unit.id,
        clause=window.clause.number,
        span=window.span(0, end),
        method="target.en-number@1" if low is not None else "target.en-date@1",
        confidence=0.8,
        text=window.readable(0, end),
        measure=window.readable(verb.end() if verb and verb.end() < end - 3 else 0, end),
        value=low,
        value_max=high,
        unit_text=unit,
        comparator=comparator,
        deadline=deadline,
        baseline=baseline,
        commitment=_commitment(verb.group(1).lower()) if verb else "",
    )


def _commitment(verb: str) -> Commitment:
    table: dict[str, Commitment] = lexicon("english")["commitment"]
    return table.get(verb, "advance")


def _iso(m: re.Match[str]) -> str | None:
    year = int(m["year"])
    if not m["month"]:
        return f"{year:04}"
    month = _MONTHS[m["month"].lower()]
    last = calendar.monthrange(year, month)[1]
    day = int(m["day"] or m["day2"] or last)
    return f"{year:04}-{month:02}-{min(day, last):02}"
