"""The nouns of questions and answers, frozen: the query algebra first, the answer object after it.

A question becomes a :class:`Query`: what is asked (``intent``, ``wants``), of which units (``condition``, a small
algebra), and how each of its words was understood (``terms``).  Nothing later looks at the question's text again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kg.model import Language, Role

MAX_QUESTION = 500
"""Characters of a question; a longer one is not read, so that none can hold up the others."""

Status = Literal["answered", "partial", "not_stated", "unclear"]
Intent = Literal["list_items", "count", "fact", "compare", "navigate", "summary", "metadata", "yes_no", "connect"]
Wanted = Literal[
    "", "who", "owner", "company", "when", "how_much", "percent", "where", "document", "programme", "definition",
    "parts",    "person_name", "contact", "money", "title", "item", "how", "why", "number", "frequency", "section",
    "consequence", "criteria", "result",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class HasConcept:
    """Clauses about one of the concepts or a narrower one; where ``exactly`` about a narrower one only if they say so.

    What says so is one of the strings ``said``, in lower case: 乡村教师 says 乡村, which 特岗计划 does not.
    """

    concepts: tuple[str, ...]
    exactly: bool = False
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HasText:
    """Clauses in whose matching view one of the strings stands."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasTarget:
    """Clauses that state a target of a kind."""

    kind: Literal[
        "percent", "points", "number", "date", "deadline", "day", "moment", "money", "area", "people", "ceiling",
        "floor", "rise", "fall", "any",
    ]  # fmt: skip
    """``points`` are percentage points and no other shares, ``date`` is any time by or in which something is to happen,
    ``deadline`` a day or a month by which it must, ``day`` a day by which it must, ``moment`` such a time, or a month
    or season in which it happens, ``ceiling`` and ``floor`` a figure that must not be passed, ``rise`` and ``fall`` one
    that is to grow or to shrink."""


@dataclass(frozen=True, slots=True)
class DueIn:
    """Clauses with a target whose time ends between two days (ISO, both included)."""

    first: str
    last: str
    until: bool = False
    """The question says *by*: what ends earlier still is worth a look."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Clauses with a figure on the named side of a value; ``unit`` is a pattern for its unit, empty for any."""

    side: Literal[">=", ">", "<=", "<"]
    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class HasBody:
    """Clauses that name one of the bodies, by canonical name, in one of the roles; any body where none is named."""

    roles: tuple[Role, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharedBy:
    """Units in which so many bodies, and no other number, stand in one of the roles."""

    roles: tuple[Role, ...]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class NamesDocument:
    """Clauses that name a policy document."""


@dataclass(frozen=True, slots=True)
class NamesPlace:
    """Clauses that name a place of the country, or a body of one."""

    ends: str = ""
    """Characters that end the names of the sort that is meant: 镇, 乡; empty for any sort."""


@dataclass(frozen=True, slots=True)
class HasQuotes:
    """Clauses with something in quotation marks."""


@dataclass(frozen=True, slots=True)
class CitesTitle:
    """Clauses that cite a document, in book-title marks, in whose title one of the texts stands."""

    texts: tuple[str, ...]
    dated: bool = False
    """Its title must name a year, too."""


@dataclass(frozen=True, slots=True)
class YearAfter:
    """Clauses that name a year after this one: what runs on beyond it."""

    year: int


@dataclass(frozen=True, slots=True)
class Runs:
    """Clauses that name a stretch of years, 2024—2026年, that begins or ends in one of these."""

    years: tuple[int, ...]
    """None for the years of the plans asked about, which are put in once these are known."""
    ends: bool = True


@dataclass(frozen=True, slots=True)
class CitesNumber:
    """Clauses that cite another document by its number: 教发〔2023〕15号."""


@dataclass(frozen=True, slots=True)
class InUnit:
    """The units of these labels."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InSection:
    """The units that stand in the section of this numeral (1 for 一、) on its level."""

    number: int
    level: int = 1


@dataclass(frozen=True, slots=True)
class UnderHeading:
    """The units that stand in one of the sections of these IRIs."""

    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class And:
    """All parts; ``within`` one clause, or one unit."""

    parts: tuple[Node, ...]
    within: Literal["clause", "unit"] = "clause"


@dataclass(frozen=True, slots=True)
class Or:
    """One of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Units without the part."""

    part: Node


Node = (
    HasConcept
    | HasText
    | HasTarget
    | DueIn
    | Measured
    | HasBody
    | SharedBy
    | NamesDocument
    | NamesPlace
    | HasQuotes
    | CitesTitle
    | YearAfter
    | Runs
    | CitesNumber
    | InUnit
    | InSection
    | UnderHeading
    | And
    | Or
    | Not
)


Place = InUnit | InSection | UnderHeading
"""Conditions that name a part of the plan, and nothing that a clause would show."""


def terms_of(node: Node | None) -> tuple[Node, ...]:
    """The leaves of a condition, those that are refused left out."""
    if node is None:
        return ()
    if isinstance(node, And | Or):
        return tuple(leaf for part in node.parts for leaf in terms_of(part))
    return () if isinstance(node, Not) else (node,)


def all_of(a: Node | None, b: Node | None, within: Literal["clause", "unit"] = "unit") -> Node | None:
    """Both conditions; the other one where one is missing."""
    if a is None or b is None:
        return a if b is None else b
    return And((a, b), within)


def any_of(parts: Sequence[Node]) -> Node:
    """One of the conditions."""
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


@dataclass(frozen=True, slots=True)
class Term:
    """How words of the question were understood."""

    surface: str
    concept: str
    """Id or name of what they were linked to; empty where they link to nothing."""
    label_zh: str
    label_en: str = ""
    kind: Literal["concept", "body", "programme", "text", "unit", "section", "nothing"] = "concept"
    reason: str = ""
    """``label``, ``alternative``, ``pinyin``, ``spelling``, ``gloss``, ``quoted`` …"""
    rivals: tuple[str, ...] = ()
    active: bool = True
    """False where a person switched it off."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the things that a question asks for."""

    wants: Wanted
    measure: str = ""
    role: Literal["", "lead", "support"] = ""
    own: tuple[Node, ...] = ()
    """The words that stand in its part of the question."""
    again: bool = False
    """It asks the same as the part before it, of something else: *and …?*"""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a question may be about although it says so in everyday words."""

    terms: tuple[str, ...]
    """Official words for it, as plans have them."""
    gist: str
    """A sentence as plans have it."""
    weight: float
    """How far it stands out from all others, 0..1."""
    number: int
    """Its place in the bank of wordings."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Which sentences of a unit are asked for, by where they stand in it."""

    numbers: tuple[int, ...] = ()
    """1 for the first, -1 for the last; none where they are told by the one beside them."""
    titled: bool = False
    """The unit's title counts as its first."""
    step: Literal[-1, 0, 1] = 0
    """1 for the one behind that which the question tells of, -1 for the one before it."""


Form = Literal["sentences", "quotes", "documents", "dates", "percentages", "figures", "bodies", "places"]
"""Sorts of thing that clauses hold and that can be told by their form alone."""
Measure = Literal["due", "begins", "ends", "lasts", "percent", "money", "number"]
"""What things can be put in order by: a time, the years of a plan, a figure."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """What comes first or last in some order: the earliest deadline, the highest percentage, the item with the most."""

    by: Measure | Form
    """A form stands for how many things of that form a unit holds."""
    least: bool
    """The earliest, the lowest, the fewest."""
    unit: str = ""
    """A pattern of the units that count what is meant; empty for any."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood."""

    question: str
    language: Language
    intent: Intent
    wants: Wanted
    condition: Node | None
    terms: tuple[Term, ...]
    unlinked: tuple[str, ...] = ()
    """Content words that link to nothing: the strongest sign that the plan does not say."""
    asked_strange: tuple[str, ...] = ()
    """Those of them that are the very thing asked for."""
    documents: tuple[str, ...] = ()
    """Ids of the documents asked about; empty for all."""
    strict: bool = False
    """Word level ("mentions X") rather than matter ("concerns X")."""
    search_text: str = ""
    """What the text indexes are asked with."""
    also: tuple[Wanted, ...] = ()
    """Further kinds of thing that it asks for."""
    asked: tuple[Asked, ...] = ()
    """The parts of the question that ask for something, each by itself."""
    measure: str = ""
    """The measure word asked for (几所, 多少人); empty where any number will do."""
    asks_meaning: bool = False
    """It asks what a name stands for, in so many words."""
    role: Literal["", "lead", "support"] = ""
    """The part that the owners asked for play; empty for any."""
    plural: bool = False
    """It asks for several things."""
    asks_leave: bool = False
    """It asks whether one may: that the plan speaks of it is neither yes nor no."""
    single: bool = False
    """It asks for one item, which it takes to exist."""
    shift: tuple[int, ...] = ()
    """The neighbours of the item it names that it asks about: 1 the next, -1 the one before; none for itself."""
    sentence: Sentence | None = None
    """The sentences of the unit it names that it asks for, where it says so by their place."""
    extreme: Extreme | None = None
    """What comes first or last, where that is asked."""
    tally: Form | Literal[""] = ""
    """Things of this form are to be counted, and not units."""
    hops: bool = False
    """It names an item by one thing and asks for another thing in it."""
    asks_section: bool = False
    """It asks for a section rather than an item."""
    hints: tuple[Node, ...] = ()
    """What parts of longer terms were linked to: they help to rank, never to decide."""
    sides: tuple[Node, ...] = ()
    """What it sets beside each other, or asks for of each: a condition for every one of them."""
    counted: tuple[Node, ...] = ()
    """The thing whose number it asks for, right after the words that ask for it; empty where none stands there."""
    points_back: bool = False
    """It asks further about what the question before it was answered with."""
    focus: tuple[str, ...] = ()
    """IRIs of the units that a question that points back is about."""
    seen: tuple[str, ...] = ()
    """IRIs of the clauses that were quoted before it, where it asks for others."""
    told: tuple[str, ...] = ()
    """The same where it asks more of them."""
    matters: tuple[Matter, ...] = ()
    """What its wording as a whole is like, by the bank of everyday wordings: they help to rank, never to decide."""
    bridge: Bridge | None = None
    """The two questions that it is made of, where one thing is asked of what another one names."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """Two questions that meet in a place, a school or an office: the first tells which, the second asks of it."""

    first: Query
    rest: Query
    sort: str
    """What it is called in the question: 县, *school*."""


@dataclass(frozen=True, slots=True)
class ItemRef:
    """A unit that the answer consists of or rests on."""

    document: str
    label: str
    title: str
    iri: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that was checked: ``document.text[start:end]`` without white space equals ``quote`` without it."""

    n: int
    document: str
    item: str
    quote: str
    start: int
    end: int
    iri: str
    translation: str = ""
    """Unofficial translation of the clause, where one came with the plan."""


@dataclass(frozen=True, slots=True)
class Borderline:
    """A unit that only the text suggests, offered apart."""

    document: str
    label: str
    title: str
    why: str
    iri: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What found a clause."""

    iri: str
    graph: bool
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the answer was found; ``sparql`` can be run again and gives the same units."""

    intent: str
    terms: tuple[Term, ...]
    sparql: str
    evidence: tuple[Evidence, ...]
    readings: tuple[str, ...] = ()
    """Questions that say more exactly what this one may mean."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer object of the contract, typed."""

    id: str
    question: str
    language: Language
    status: Status
    answer: str
    items: tuple[ItemRef, ...]
    citations: tuple[Citation, ...]
    borderline: tuple[Borderline, ...]
    checked: int
    explanation: Explanation
    elapsed_ms: float
    query: Query = field(repr=False, compare=False)
    """What a follow-up question builds on; not part of the JSON."""

    def to_json(self) -> Mapping[str, Any]:
        """The object of the contract, ready for :func:`json.dumps`."""
        from dataclasses import asdict

        whole = asdict(self)
        del whole["query"]
        return whole
