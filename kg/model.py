"""The shared nouns, frozen and checked once.

The one rule that everything rests on: offsets are half-open, count code points of ``Document.text``,
and ``document.text[span.start:span.end]`` *is* the thing.  ``Clause.text`` is that slice made readable
(:func:`readable`): it differs from the slice in white space only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

UnitKind = Literal["notice", "item", "article", "paragraph", "annex"]
LeafKind = Literal["heading", "mark", "clause", "furniture"]
Role = Literal["lead", "responsible", "support", "participant", "affected", "location"]
Status = Literal["extracted", "approved", "edited"]
Comparator = Literal[
    ">=", "<=", ">", "<", "=", "~", "increase", "decrease", "coverage", "by_date", "in_period", "ordinal"
]
Commitment = Literal["ensure", "complete", "advance", "explore", ""]
Language = Literal["zh", "en"]

_SPACE = re.compile(r"\s+")
_LATIN_GAP = re.compile(r"(?<=[A-Za-z,.;:!?)\]%’'\"]) (?=[A-Za-z0-9(\[$‘'\"])|(?<=[0-9]) (?=[A-Za-z])")


def readable(text: str) -> str:
    r"""The text of a slice as a person reads it: line breaks of a page removed, blanks kept between Latin words only.

    >>> readable("达标率提高 2.5 个\n百分点")
    '达标率提高2.5个百分点'
    >>> readable("at least\n60% of schools")
    'at least 60% of schools'
    >>> readable("the teachers’ union (2031) – a")
    'the teachers’ union (2031) – a'
    """
    single = _SPACE.sub(" ", text.strip())
    if _WORDS.search(single) and not _WIDE.search(single):
        return single
    keep = {m.start() for m in _LATIN_GAP.finditer(single)}
    return "".join(c for i, c in enumerate(single) if c != " " or i in keep)


_WORDS = re.compile(r"[A-Za-z]{2,} [^A-Za-z]{0,4}[A-Za-z]{2,}")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
"""Chinese, its punctuation, and full-width signs: only beside these is a blank layout."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points of the document's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def of(self, text: str) -> str:
        """The slice of ``text`` that the span names."""
        return text[self.start : self.end]

    def holds(self, other: Span) -> bool:
        """Whether ``other`` lies inside."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Clause:
    """The unit of citation and of embedding: a sentence that ends at 。 or ； outside quotes and brackets."""

    number: int
    """From 1, within its unit."""
    span: Span
    text: str
    """``readable(document.text[span])``."""
    translation: str = ""
    """Unofficial translation that came with the plan; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and the part of the plan that it opens."""

    id: str
    """``s1``, ``s2`` … in document order; the last step of its IRI."""
    label: str
    """As printed: ``二、``, ``(一)``; empty for a heading without a mark."""
    title: str
    level: int
    """From 1, by its place in the tree (not by the form of the mark)."""
    parent: str | None
    """Id of the section it stands in."""
    span: Span
    """The heading's own characters, mark included."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a reader would call a unit of the plan: a numbered item, an article, an unnumbered paragraph, the notice."""

    id: str
    """``i15``, ``p1``, ``notice`` … ASCII, unique in the document; the last step of its IRI."""
    label: str
    """``15``, ``一`` (the section's numeral), ``通知``, ``第七条``, ``二/（一）/3`` where numbers clash."""
    kind: UnitKind
    title: str
    """Without the closing stop; empty where there is none."""
    section: str | None
    """Id of the innermost section it stands in."""
    span: Span
    """From its mark to the end of its last clause; rows of a table behind the tasks that say more of it lie outside."""
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """Characters that belong to no heading, mark or clause: page numbers, breadcrumbs, the signature."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """One cell of the partition of the text: every character lies in exactly one."""

    span: Span
    kind: LeafKind
    owner: str
    """Id of the section or unit; empty for furniture."""


@dataclass(frozen=True, slots=True)
class Document:
    """A plan as it was ingested: its untouched text and the structure found in it."""

    id: str
    """ASCII slug, unique in the workspace."""
    source: str
    """File name."""
    sha256: str
    """Of the file's bytes."""
    format: str
    """``txt``, ``md``, ``html``, ``docx``, ``pdf``."""
    text: str
    language: Language
    title: str
    number: str | None
    """发文字号, e.g. ``甲教发〔2031〕3号``."""
    issuers: tuple[str, ...]
    addressees: tuple[str, ...]
    year: int | None
    """The year that the plan is for."""
    issued: str | None
    """ISO date of signature (成文日期)."""
    sections: tuple[Section, ...]
    units: tuple[Unit, ...]
    furniture: tuple[Furniture, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the parser was unsure of, one line each."""

    def unit(self, unit_id: str) -> Unit:
        """The unit of that id; :class:`KeyError` where there is none."""
        for unit in self.units:
            if unit.id == unit_id:
                return unit
        raise KeyError(unit_id)

    def section(self, section_id: str) -> Section:
        """The section of that id; :class:`KeyError` where there is none."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)

    def section_path(self, section_id: str | None) -> tuple[Section, ...]:
        """The section and those around it, outermost first."""
        path: list[Section] = []
        while section_id is not None:
            found = self.section(section_id)
            path.append(found)
            section_id = found.parent
        return tuple(reversed(path))

    def clauses(self) -> Iterator[tuple[Unit, Clause]]:
        """All clauses in document order, each with its unit."""
        for unit in self.units:
            for clause in unit.clauses:
                yield unit, clause


@dataclass(frozen=True, slots=True)
class Review:
    """Who gave a fact its status, and when."""

    decision: str
    """Id of the decision (:mod:`kg.review`)."""
    reviewer: str
    time: str
    """ISO 8601 in UTC, to the second: ``2031-03-01T08:00:00Z``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that one clause states.  ``span`` lies inside the clause and names the words that state it."""

    unit: str
    clause: int
    span: Span
    method: str
    """Rule and version, e.g. ``body.owner-bracket@1``."""
    confidence: float = 1.0
    status: Status = "extracted"
    review: Review | None = None
    """The decision behind a status other than ``extracted``."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence {self.confidence} is not in 0..1")


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyFact(Fact):
    """A body, group or place and the part it plays."""

    name: str
    """As it stands in the clause."""
    canonical: str
    """The name that all spellings of the body share."""
    role: Role
    kind: str
    """``bureau``, ``government``, ``party``, ``school``, ``people``, ``place``, ``generic`` …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFact(Fact):
    """A programme, campaign, mechanism or policy document that the clause names."""

    name: str
    canonical: str
    kind: str
    """``policy_document``, ``project``, ``campaign``, ``plan``, ``activity``, ``system``, ``pilot``, ``slogan`` …"""
    action: str
    """What the clause does with it (推进, 落实 …); empty where no verb governs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFact(Fact):
    """A stated number, share, date, period or coverage that can be checked."""

    text: str
    measure: str
    """What is measured, in the clause's words."""
    value: float | None = None
    value_max: float | None = None
    unit_text: str = ""
    """``个百分点``, ``%``, ``所`` …"""
    comparator: Comparator = "="
    deadline: str | None = None
    """ISO date, year, or ``start/end``."""
    baseline: float | None = None
    commitment: Commitment = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeFact(Fact):
    """A concept of the thesaurus that the clause is about."""

    concept: str
    """Id of the concept, the last step of its IRI."""
    label_zh: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A document and what was extracted from it: all that the graph says of it."""

    document: Document
    facts: tuple[Fact, ...] = field(default=())
