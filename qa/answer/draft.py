"""An answer in the making: its lines, the units it rests on, its quotes, each held against the source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import BrokenCitation
from kg.model import Language

from ..corpus import Corpus, Row, UnitRow, section_number
from ..model import (
    Borderline,
    Citation,
    HasConcept,
    HasText,
    InSection,
    Node,
    Query,
    Status,
    Term,
    UnderHeading,
    Wanted,
)
from ..retrieve import (
    SHORT_CELL,
    Ranked,
    is_headed,
)

NEEDED: frozenset[Wanted] = frozenset(
    {
        "person_name",
        "contact",
        "money",
        "percent",
        "how_much",
        "when",
        "where",
        "frequency",
        "consequence",
        "criteria",
        "result",
        "why",
        "document",
        "who",
        "owner",
        "company",
    }
)
"""Kinds of thing that a clause either gives or does not: where none does, the plan does not say."""
BESIDES: frozenset[Wanted] = frozenset(
    {"when", "document", "owner", "who", "how_much", "percent", "money", "frequency"}
)
"""Kinds of thing that a question may ask for beside another."""
QUOTES_A_UNIT = 3
"""Clauses of one unit that a list quotes; the unit itself opens the rest."""
FOUND = 0.45
"""Share of the question that the best clause must hold to be the one item that was asked for."""


@cache
def phrases() -> Mapping[Language, Mapping[str, Any]]:
    """The phrases of answers, by language."""
    return tomllib.loads((Path(__file__).parent.parent / "phrases.toml").read_text(encoding="utf-8"))  # type: ignore[return-value]


def squeeze(text: str) -> str:
    """The text without white space: what a quote is compared by."""
    return re.sub(r"\s+", "", text)


@dataclass(slots=True)
class Draft:
    """An answer in the making."""

    corpus: Corpus
    query: Query
    lines: list[str] = field(default_factory=list)
    units: dict[int, None] = field(default_factory=dict)
    cited: dict[int, int] = field(default_factory=dict)
    borderline: list[Borderline] = field(default_factory=list)
    checked: int = 0
    status: Status = "answered"
    sparql: str = ""
    sections_told: bool = False
    """The section was the answer itself."""

    def say(self, phrase: str, **values: object) -> str:
        """A phrase in the question's language."""
        text: str = phrases()[self.query.language][phrase]
        return text.format(**values)

    def wants(self, wanted: str) -> str:
        """The name of a kind of thing asked for."""
        table: Mapping[str, str] = phrases()[self.query.language]["wants"]
        return table.get(wanted, "")

    def unit(self, unit: UnitRow, *, title: bool = True) -> str:
        """How a unit is called in the answer."""
        kind = "opening" if unit.preamble and not unit.sections else unit.unit.kind
        name = self.say(f"unit_{kind}", label=unit.unit.label)
        if len(self.corpus.plans) > 1:
            name += self.say("in_document", title=unit.document.title or unit.document.id)
        if title and unit.unit.title and unit.unit.kind == "item":
            name = self.say("unit_title", unit=name, title=unit.unit.title)
        return name

    def quote(self, rows: Iterable[Row]) -> str:
        """Quotes with their marks; each becomes a citation."""
        parts = []
        for row in rows:
            n = self.cited.setdefault(row.index, len(self.cited) + 1)
            text = row.clause.text
            if self.query.language == "en" and row.translation:
                text = f"{text}” – “{row.translation}"
            parts.append(self.say("quote", quote=text, marks=f"[{n}]"))
        return ("" if self.query.language == "zh" else " ").join(parts)

    def take(self, unit: UnitRow, rows: Sequence[Row], phrase: str = "line") -> None:
        """A line that rests on a unit."""
        self.units.setdefault(unit.index)
        self.lines.append(self.say(phrase, unit=self.unit(unit), quotes=self.quote(rows)))

    def take_all(self, rows: Sequence[Row], phrase: str = "line") -> None:
        """The clauses, unit by unit; of a row of short cells all of them, as none says anything alone."""
        by_unit: dict[int, dict[int, Row]] = {}
        for row in rows:
            by_unit.setdefault(row.unit_index, {}).setdefault(row.index, row)
        for index, chosen in by_unit.items():
            unit = self.corpus.units[index]
            cells = [self.corpus.rows[i] for i in unit.rows]
            short = is_headed(self.corpus, index) and all(len(cell.clause.text) <= SHORT_CELL for cell in cells[1:])
            self.take(unit, cells if short else list(chosen.values()), phrase)

    def issuer_of(self, units: Iterable[UnitRow]) -> None:
        """For units that name nobody who acts: that they do not, and who issued their plan."""
        if self.query.wants not in {"owner", "who"}:
            return
        for unit in units:
            if names := self.corpus.implied.get(unit.iri):
                unit_name = self.unit(unit, title=False)
                self.lines.append(self.say("implied_actor", unit=unit_name, names=self.say("names").join(names)))

    def nearest(self, ranked: Sequence[Ranked]) -> None:
        """Point to the clause that comes nearest, without listing its unit as an answer."""
        for hit in ranked[:1]:
            unit = self.corpus.units[hit.row.unit_index]
            self.lines.append(self.say("nearest", unit=self.unit(unit), quotes=self.quote([hit.row])))


def stands_for(term: Term, leaf: Node) -> bool:
    """Whether a leaf of the condition is what a word of the question was taken for."""
    if isinstance(leaf, HasConcept):
        return term.concept in leaf.concepts
    texts = {text.removeprefix("en:") for text in leaf.texts} if isinstance(leaf, HasText) else set()
    return term.surface in texts or not texts.isdisjoint(term.concept.split("、"))


def citation_of(row: Row, n: int) -> Citation:
    """A clause as the n-th citation, held against the source; :class:`~kg.errors.BrokenCitation` where it differs."""
    span = row.clause.span
    if squeeze(span.of(row.document.text)) != squeeze(row.clause.text):
        raise BrokenCitation(
            f"{row.document.id}, {row.unit.label}: the quote is not at {span.start}..{span.end}; run: yaodian check"
        )
    return Citation(n, row.document.id, row.unit.label, row.clause.text, span.start, span.end, row.iri, row.translation)


def sections_of(corpus: Corpus, node: InSection | UnderHeading) -> list[str]:
    """IRIs of the sections that a node names, in every plan."""
    if isinstance(node, UnderHeading):
        return [iri for iri in corpus.headings if iri in node.sections]
    return [
        iri
        for iri, s in corpus.headings.items()
        if s.level == node.level and section_number((s,), node.level) == node.number
    ]
