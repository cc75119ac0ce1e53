"""The loaded plans as rows to decide over: one row a clause, with all that a question can ask of it.

Made once from the typed plans that the graph gives back, and never changed.  Matching happens over ``row.view``, the
clause's matching view in lower case; offsets of answers come from the clause itself.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.gloss import GlossBook
from kg.graph import document_ids, read_plan
from kg.implied import implied_actors
from kg.model import (
    BodyFact,
    Clause,
    Document,
    Fact,
    Language,
    Plan,
    ProgrammeFact,
    Section,
    TargetFact,
    ThemeFact,
    Unit,
)
from kg.source import view
from kg.store import AnyGraph
from kg.thesaurus import Thesaurus
from kg.vocab import clause_iri, section_iri, unit_iri

if TYPE_CHECKING:
    from kg.names import SameBody

HAN = re.compile(r"[\u3400-\u9fff]")
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "参": 3,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
_SCALES = {"十": 10, "拾": 10, "百": 100}


def numeral(text: str) -> int | None:
    """The number that an Arabic or Chinese numeral below a thousand writes; ``None`` where it is none.

    >>> [numeral(t) for t in ("15", "十五", "二十", "一百零三", "无")]
    [15, 15, 20, 103, None]
    """
    if text.isascii() and text.isdigit():
        return int(text)
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _SCALES:
            total, digit = total + (digit or 1) * _SCALES[char], 0
        else:
            return None
    return total + digit if text else None


CARDINALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
"""Numbers as an English label or question spells them."""
_CARDINAL = {word: number for number, word in enumerate(CARDINALS.split(), 1)}


def section_number(sections: Iterable[Section], level: int) -> int | None:
    """The number of the section of that level around a unit, as printed; ``None`` where it has none."""
    return next((label_number(section.label) for section in sections if section.level == level), None)


def label_number(label: str) -> int | None:
    """The number that a section's label prints; ``None`` where it prints none.

    >>> [label_number(t) for t in ("二、", "第三十五章", "Goal 4:", "貳、", "")]
    [2, 35, 4, 2, None]
    >>> label_number("Goal Five:")
    5
    """
    text = matching(label)
    found = re.search(rf"[0-9]+|[{''.join(_DIGITS)}{''.join(_SCALES)}]+", text)
    if found:
        return numeral(found.group())
    return next((_CARDINAL[word] for word in re.findall(r"[a-z]+", text) if word in _CARDINAL), None)


def grades_of(text: str, spoken: Language) -> dict[str, frozenset[int]]:
    """The years of schooling that a text in lower case names, by the words for them.

    >>> {words: sorted(grades) for words, grades in grades_of("小学一、二年级，四至六年级，七年级以上", "zh").items()}
    {'一、二年级': [1, 2], '四至六年级': [4, 5, 6], '七年级以上': [7, 8, 9]}
    >>> grades_of("is grade nine older than a first-grader", "en")
    {'grade nine': frozenset({9}), 'first-grader': frozenset({1})}
    """
    found: dict[str, frozenset[int]] = {}
    for match in re.finditer(language()["class"][spoken]["graded"], text):
        said = match.groupdict()
        if said.get("o"):
            grades = [language()["measures"]["ordinals"].index(said["o"]) + 1]
        elif spoken == "en":
            grades = [label_number(said["n"]) or 0]
        else:
            digits = [numeral(digit) or 0 for digit in re.findall(f"[1-9{''.join(_DIGITS)}]", said["n"])]
            through = said["up"] or re.search("[至到—~-]", said["n"])
            grades = [*range(min(digits), (9 if said["up"] else max(digits)) + 1)] if through else digits
        found[match.group()] = frozenset(grades)
    return found


def matching(text: str) -> str:
    """The text as it is matched: its view, in lower case."""
    return view(text).text.lower()


@dataclass(frozen=True, slots=True)
class Row:
    """One clause, ready to be matched."""

    index: int
    unit_index: int
    document: Document
    unit: Unit
    clause: Clause
    iri: str
    view: str
    concepts: frozenset[str]
    facts: tuple[Fact, ...]
    translation: str = ""

    @property
    def targets(self) -> tuple[TargetFact, ...]:
        """The targets that the clause states."""
        return tuple(f for f in self.facts if isinstance(f, TargetFact))

    @property
    def bodies(self) -> tuple[BodyFact, ...]:
        """The bodies that the clause names."""
        return tuple(f for f in self.facts if isinstance(f, BodyFact))

    @property
    def programmes(self) -> tuple[ProgrammeFact, ...]:
        """The programmes and policy documents that the clause names."""
        return tuple(f for f in self.facts if isinstance(f, ProgrammeFact))


def named_leaders(text: str) -> list[str]:
    """The persons whom a text in matching view names behind a label for those who lead.

    >>> named_leaders("(牵头领导:王大明、副局长 李小雨;责任股室:人事股)")
    ['王大明', '李小雨']
    """
    behind = (match.group("names") for match in re.finditer(genre()["leader"], text))
    words = (word for names in behind for word in re.split(r"[、\s]+", names))
    return list(dict.fromkeys(w for w in words if HAN.search(w) and not re.search(genre()["post"], w)))


def _opening(document: Document) -> frozenset[str]:
    """Ids of the paragraphs that stand in no section and in front of the first item, where a plan has items."""
    kinds = [unit.kind for unit in document.units]
    first = next((k for k, kind in enumerate(kinds) if kind in {"item", "article"}), 0)
    return frozenset(u.id for u in document.units[:first] if u.kind == "paragraph" and not u.section)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit, with its clauses' rows and the sections around it."""

    index: int
    document: Document
    unit: Unit
    iri: str
    rows: tuple[int, ...]
    sections: tuple[Section, ...]
    """Outermost first."""
    preamble: bool
    """It stands in front of the first item or under a heading such as 总体要求: it names every theme in passing."""

    @property
    def in_front(self) -> bool:
        """Whether it opens the plan, as a preamble or a notice: such units name every theme in passing."""
        return self.preamble or self.unit.kind == "notice"


class Corpus:
    """All loaded plans, row by row."""

    def __init__(
        self, plans: Iterable[Plan], thesaurus: Thesaurus, base: str, glosses: GlossBook | None = None
    ) -> None:
        """Lay out the plans; ``glosses`` lets English words reach Chinese text."""
        self.glosses = glosses
        self.plans = tuple(plans)
        self.thesaurus = thesaurus
        self.base = base
        preamble = genre()["preamble"]
        rows: list[Row] = []
        units: list[UnitRow] = []
        for plan in self.plans:
            document = plan.document
            facts: dict[tuple[str, int], list[Fact]] = defaultdict(list)
            for fact in plan.facts:
                facts[fact.unit, fact.clause].append(fact)
            opening = _opening(document) if document.title else frozenset()
            for unit in document.units:
                first = len(rows)
                for clause in unit.clauses:
                    found = tuple(facts[unit.id, clause.number])
                    rows.append(
                        Row(
                            index=len(rows),
                            unit_index=len(units),
                            document=document,
                            unit=unit,
                            clause=clause,
                            iri=clause_iri(base, document.id, unit.id, clause.number),
                            view=matching(clause.text),
                            concepts=frozenset(f.concept for f in found if isinstance(f, ThemeFact)),
                            facts=found,
                            translation=clause.translation,
                        )
                    )
                sections = document.section_path(unit.section)
                units.append(
                    UnitRow(
                        index=len(units),
                        document=document,
                        unit=unit,
                        iri=unit_iri(base, document.id, unit.id),
                        rows=tuple(range(first, len(rows))),
                        sections=sections,
                        preamble=unit.id in opening
                        or (unit.kind == "paragraph" and any(re.search(preamble, s.title) for s in sections[-1:])),
                    )
                )
        self.rows = tuple(rows)
        self.units = tuple(units)

    def section_iris(self, unit: UnitRow) -> tuple[str, ...]:
        """IRIs of the sections around a unit, outermost first."""
        return tuple(section_iri(self.base, unit.document.id, s.id) for s in unit.sections)

    @cached_property
    def headings(self) -> Mapping[str, Section]:
        """Every section of the plans, by its IRI, in document order."""
        return {
            section_iri(self.base, plan.document.id, s.id): s for plan in self.plans for s in plan.document.sections
        }

    def parent_of(self, heading: str) -> str:
        """IRI of the section that a section stands in; empty for a top one."""
        parent = self.headings[heading].parent
        return f"{heading.rpartition('/')[0]}/{parent}" if parent else ""

    def is_below(self, heading: str, outer: str) -> bool:
        """Whether a section stands in another one, however deep."""
        parent = self.parent_of(heading)
        return bool(parent) and (parent == outer or self.is_below(parent, outer))

    @cached_property
    def by_iri(self) -> Mapping[str, Row]:
        """Rows by the clause's IRI."""
        return {row.iri: row for row in self.rows}

    @cached_property
    def implied(self) -> Mapping[str, tuple[str, ...]]:
        """IRIs of units that name nobody who acts → names of their plan's issuers."""
        return {
            unit_iri(self.base, plan.document.id, unit): names
            for plan in self.plans
            for unit, names in implied_actors(plan).items()
        }

    @cached_property
    def same_bodies(self) -> Mapping[str, tuple[tuple[str, SameBody], ...]]:
        """Name of a body as it is matched → other names that may stand for it, each with the suggestion that says so.

        Made at the first question that names a body.
        """
        from kg.names import suggestions

        made = suggestions(self.plans)
        shorter: dict[str, list[SameBody]] = defaultdict(list)
        for one in made:
            shorter[one.other].append(one)
        found: dict[str, dict[tuple[str, SameBody], None]] = defaultdict(dict)
        for one in made:
            found[matching(one.other)][matching(one.name), one] = None
            found[matching(one.name)][matching(one.other), one] = None
            for two in shorter[one.other]:  # 教育局 and 市教育局 are both 甲市教育局, in the plans of 甲市
                if two.name != one.name and set(two.documents) & set(one.documents):
                    weaker = min(one, two, key=lambda s: s.confidence)
                    found[matching(one.name)][matching(two.name), replace(weaker, documents=two.documents)] = None
        return {name: tuple(others) for name, others in found.items()}

    def certainly(self, name: str) -> tuple[str, ...]:
        """Other names of a body, as they are matched, that a plan itself gives."""
        if name not in self.body_spellings:
            return ()
        others = (other for other, s in self.same_bodies.get(name, ()) if s.confidence == 1.0)
        return tuple(dict.fromkeys(others))

    @cached_property
    def body_spellings(self) -> frozenset[str]:
        """Every way in which the plans write a body, as it is matched."""
        bodies = {body for row in self.rows for body in row.bodies}
        return frozenset(matching(text) for body in bodies for text in (body.name, body.canonical))

    @cached_property
    def acting(self) -> Mapping[str, frozenset[int]]:
        """Names of bodies as they are matched → rows in which they act, and are not merely acted on."""
        found: dict[str, set[int]] = defaultdict(set)
        for row in self.rows:
            for body in row.bodies:
                if body.role not in ("affected", "location"):
                    found[matching(body.canonical)].add(row.index)
        return {name: frozenset(indexes) for name, indexes in found.items()}

    @cached_property
    def document_names(self) -> Mapping[str, frozenset[str]]:
        """What documents are called in speech (lower case) → their ids: issuers, their places, titles, file names.

        Places in pinyin are in :attr:`romanised_names`.
        """
        found: dict[str, set[str]] = defaultdict(set)
        for plan in self.plans:
            document = plan.document
            names = {document.id, document.title.lower(), *(issuer.lower() for issuer in document.issuers)}
            for text in (*document.issuers, document.title):
                place = re.match(genre()["place"], text)
                if place:
                    names |= {place.group(), place.group("stem")}
            names |= {w for w in re.findall(r"[a-z]{5,}", document.title.lower()) if not self.is_english(w)}
            for name in names:
                if len(name) >= 2:
                    found[name].add(document.id)
        return {name: frozenset(ids) for name, ids in found.items()}

    @cached_property
    def romanised_names(self) -> Mapping[str, frozenset[str]]:
        """The places of issuers and titles in pinyin → ids of the documents."""
        found: dict[str, set[str]] = defaultdict(set)
        for plan in self.plans:
            for text in (*plan.document.issuers, plan.document.title):
                place = re.match(genre()["place"], text)
                if place:
                    found[_romanised(place.group("stem"))].add(plan.document.id)
        return {name: frozenset(ids) for name, ids in found.items() if len(name) >= 2}

    def names_a_document(self, words: str) -> bool:
        """Whether a document, its place or its issuer is called so, in characters or in pinyin."""
        return words in self.document_names or (may_be_pinyin(words) and words in self.romanised_names)

    @cached_property
    def document_years(self) -> Mapping[str, frozenset[str]]:
        """Years as a question writes them → ids of the documents for that year."""
        found: dict[str, set[str]] = defaultdict(set)
        for plan in self.plans:
            if plan.document.year is not None:
                for form in (f"{plan.document.year}年", str(plan.document.year)):
                    found[form].add(plan.document.id)
        return {form: frozenset(ids) for form, ids in found.items()}

    def narrowed(self, documents: frozenset[str]) -> Corpus:
        """The same over some of the documents."""
        plans = (p for p in self.plans if p.document.id in documents)
        return Corpus(plans, self.thesaurus, self.base, self.glosses)

    @cached_property
    def text(self) -> str:
        """All views, one clause a line: what occurs nowhere in it occurs nowhere."""
        return "\n".join(row.view for row in self.rows)

    @cached_property
    def english(self) -> Mapping[str, frozenset[int]]:
        """Stems of the translations and of English plans → rows."""
        found: dict[str, set[int]] = defaultdict(set)
        for row in self.rows:
            for stem in stems(f"{row.translation} {row.view if row.document.language == 'en' else ''}"):
                found[stem].add(row.index)
        return {stem: frozenset(indexes) for stem, indexes in found.items()}

    @cached_property
    def english_text(self) -> str:
        """Translations and English clauses, lower case, one a line."""
        return "\n".join(
            f"{row.translation.lower()}\n{row.view if row.document.language == 'en' else ''}" for row in self.rows
        )

    @cached_property
    def spelling(self) -> frozenset[str]:
        """English words that a question may be made of: those it is asked with, of the thesaurus, of the plans."""
        words = language()
        asked = " ".join(rule["pattern"] for rule in words["cue"]["en"])
        for table in ("extreme", "tally", "sentence"):
            asked += " ".join(words[table]["en"].values())
        labels = " ".join(label for c in self.thesaurus.concepts.values() for label, _ in c.labels("en", question=True))
        whole = f"{asked} {words['stop']['en']} {labels.lower()} {self.english_text}"
        return frozenset(re.findall(r"[a-z]{4,}", whole))

    def is_english(self, word: str) -> bool:
        """Whether the dictionary knows an English word or the word that it is a form of."""
        return self.glosses is not None and any(self.glosses.chinese(form) for form in _forms(word))

    def is_chinese(self, word: str) -> bool:
        """Whether the dictionary knows a Chinese word."""
        return self.glosses is not None and bool(self.glosses.english(word, 1))

    def is_matter(self, word: str) -> bool:
        """Whether a word that no plan uses names a thing, by its senses in the dictionary: what people do, how and when
        (*to hand in*, *secretly*, *in the evening*) says little of what is asked about.
        """
        if self.glosses is None or re.search(r"\w(?:ed|ly)$", word):
            return self.glosses is None
        if HAN.search(word):
            senses = self.glosses.english(word, 8)
        else:
            forms = _forms(word)
            senses = tuple(
                s for form in forms for g in self.glosses.chinese(form) for s in self.glosses.english(g.word, 8)
            )
            senses = tuple(s for s in senses if s.removeprefix("to ") in forms)
        return not senses or not all(_NO_MATTER.search(sense) for sense in senses)

    def nearest_word(self, word: str) -> str:
        """The known word that a misspelt one is nearest to; empty where none is near.

        Of those that are as near the one that begins most like it, *persent* as *percent* and not as *present*.
        """
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        scorer = DamerauLevenshtein.normalized_similarity
        hits = process.extract(word, self.spelling, scorer=scorer, score_cutoff=0.75, limit=None)
        ranked = sorted((-score, -len(os.path.commonprefix([word, known])), known) for known, score, _ in hits)
        return str(ranked[0][2]) if ranked and ranked[0][2][0] == word[0] else ""

    @cached_property
    def programmes(self) -> Mapping[str, frozenset[int]]:
        """Canonical names of programmes → rows."""
        return self._names(ProgrammeFact)

    @cached_property
    def bodies(self) -> Mapping[str, frozenset[int]]:
        """Canonical names of bodies → rows."""
        return self._names(BodyFact)

    def _names(self, kind: type[ProgrammeFact] | type[BodyFact]) -> Mapping[str, frozenset[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for row in self.rows:
            for fact in row.facts:
                if isinstance(fact, kind):
                    found[fact.canonical].add(row.index)
        return {name: frozenset(indexes) for name, indexes in found.items()}

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of programmes and bodies as they are matched, without quotes; three characters and more."""
        bare = (re.sub(r"[“”\"《》]", "", matching(name)) for name in (*self.programmes, *self.bodies))
        return frozenset(name for name in bare if len(name) >= 3 and name in self.text)

    @cached_property
    def long_names(self) -> tuple[str, ...]:
        """Names long enough to be shortened in speech."""
        return tuple(sorted(name for name in self.names if len(name) >= 4))

    @cached_property
    def sounds(self) -> tuple[str, str]:
        """Toneless pinyin of the text (a syllable a character, joined by blanks, ``|`` for other characters), and it.

        Made at the first question that is typed in pinyin or with wrong characters of the same sound.
        """
        from pypinyin import Style, lazy_pinyin

        text = self.text
        found = lazy_pinyin(text, style=Style.NORMAL, errors=_bars)  # type: ignore[arg-type]  # a list is allowed, the stub says a string
        return f" {' '.join(found)} ", text

    @cached_property
    def leaders(self) -> Mapping[str, frozenset[int]]:
        """Persons who lead, by the names behind a label such as 牵头领导, with the rows that name them."""
        found: dict[str, set[int]] = defaultdict(set)
        for row in self.rows:
            for name in named_leaders(row.view):
                found[name].add(row.index)
        return {name: frozenset(rows) for name, rows in found.items()}

    @cached_property
    def leaders_in_pinyin(self) -> Mapping[str, str]:
        """The names of those who lead by their toneless pinyin, surname first, as English writes them."""
        if not self.leaders:
            return {}
        from pypinyin import lazy_pinyin

        spelt = ((name, lazy_pinyin(name)) for name in self.leaders)
        return {f"{first} {''.join(given)}": name for name, (first, *given) in spelt if given}

    @cached_property
    def pinyin_syllables(self) -> frozenset[str]:
        """The syllables that occur in the text."""
        return frozenset(self.sounds[0].split()) - {"|"}

    def gloss(self, word: str) -> tuple[str, ...]:
        """Chinese words that an English one, or the word that it is a form of, may stand for and that occur."""
        for form in _forms(word) if self.glosses is not None else ():
            assert self.glosses is not None
            found = tuple(g.word for g in self.glosses.chinese(form, occurs=self._occurs))
            if found:
                said = (w for word in found for w in ((word,) if len(word) >= 2 else self._counting(word)))
                return tuple(dict.fromkeys(said))
        return ()

    def _occurs(self, word: str) -> bool:
        """Whether a Chinese word stands in the plans; of one character alone, whether it is counted there (35班)."""
        return word in self.text if len(word) >= 2 else word in self._counted

    def _counting(self, measure: str) -> tuple[str, ...]:
        """What is counted by a word of one character, as it stands there: 一期, 35班; by itself it is in many words."""
        said = re.findall(rf"[0-9一二三四五六七八九十百千两几多每各]+{measure}", self.text)
        return tuple(sorted(set(said)))[:_MOST_COUNTED]

    @cached_property
    def _counted(self) -> frozenset[str]:
        return frozenset(re.findall(r"\d([\u4e00-\u9fff])(?![\u4e00-\u9fff])", self.text))

    @cached_property
    def headed(self) -> bool:
        """Whether items stand under headings."""
        return any(plan.document.sections for plan in self.plans)

    @cached_property
    def concepts(self) -> frozenset[str]:
        """The concepts that some clause is about."""
        return frozenset(c for row in self.rows for c in row.concepts)

    def in_english(self, word: str) -> tuple[str, ...]:
        """English words of the plans, as stems marked ``en:``, that a Chinese word may stand for."""
        if self.glosses is None or not self.english:
            return ()
        found = (stem for sense in self.glosses.english(word) for stem in stems(sense))
        return tuple(dict.fromkeys(f"en:{s}" for s in found if s in self.english and s not in _STOP_STEMS))

    def containing(self, text: str) -> frozenset[int]:
        """Rows in whose view the text stands; one that begins with a number is no part of a longer number."""
        if text[:1].isdigit():
            whole = re.compile(rf"(?<![\d.]){re.escape(text)}")
            return frozenset(row.index for row in self.rows if whole.search(row.view))
        return frozenset(row.index for row in self.rows if text in row.view)


_MOST_COUNTED = 24
"""Ways in which one measure word may count before the rest are left aside."""
_NO_MATTER = re.compile(r"^(?:to|in|at|when|towards|by|on|as|not|very|so|from|with|for) |ly$")
"""How the dictionary words a sense that is no thing: a verb, a way, a time."""


def _forms(word: str) -> tuple[str, ...]:
    """An English word and the words that it may be a form of.

    >>> _forms("launches")
    ('launches', 'launche', 'launch')
    >>> _forms("won")
    ('won', 'win')
    """
    irregular: Mapping[str, str] = language()["irregular"]
    if word in irregular:
        return (word, irregular[word])
    bare = [word.removesuffix(end) for end in ("s", "es", "ed", "d", "ing")]
    bare += [f"{word.removesuffix('ing')}e"] if word.endswith("ing") else []
    bare += [f"{word.removesuffix('ies')}y"] if word.endswith("ies") else []
    return tuple(form for form in dict.fromkeys([word, *bare]) if len(form) >= 3)


@cache
def _syllables() -> frozenset[str]:
    return frozenset(initial + final for initial, finals in language()["pinyin"].items() for final in finals.split())


def is_pinyin(word: str) -> bool:
    """Whether a word is one syllable of toneless pinyin.

    Asked before the sounds of the plans themselves, which take half a second to make and which few English questions
    have a use for.

    >>> [word for word in ("shuang", "lv", "rural", "items") if is_pinyin(word)]
    ['shuang', 'lv']
    """
    return word in _syllables()


def may_be_pinyin(word: str, most: int = 6) -> bool:
    """Whether a word can be cut into one to ``most`` syllables of toneless pinyin.

    >>> [word for word in ("yiyang", "tongliao", "school", "rural") if may_be_pinyin(word)]
    ['yiyang', 'tongliao']
    """
    if not word.isascii() or len(word) > 6 * most:
        return False
    reached = {0}
    for _ in range(most):
        reached = {end for a in reached for end in range(a + 1, a + 7) if is_pinyin(word[a:end])}
        if len(word) in reached:
            return True
    return False


def _romanised(name: str) -> str:
    """A Chinese name in toneless pinyin without blanks."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(name, style=Style.NORMAL))


def _bars(characters: str) -> list[str]:
    """One mark for each character that has no sound."""
    return ["|"] * len(characters)


def plans_of(store: AnyGraph) -> list[Plan]:
    """All plans that the graph holds, by id."""
    return [read_plan(store, name) for name in document_ids(store)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Snowball stem of an English word."""
    found: str = _stemmer().stemWord(word)
    return found


def stems(text: str) -> frozenset[str]:
    """Snowball stems of the Latin words of a text, and its numbers."""
    return frozenset(stem(w) for w in re.findall(r"[a-z]+(?:'[a-z]+)?|[0-9]+(?:\.[0-9]+)?", text.lower()))


_STOP_STEMS = frozenset(
    ("to", "of", "a", "the", "be", "in", "on", "at", "and", "or", "for", "by", "with", "as", "sth", "sb", "one", "from")
)


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@cache
def language() -> Mapping[str, Any]:
    """The whole of ``language.toml``."""
    return tomllib.loads((Path(__file__).parent / "language.toml").read_text(encoding="utf-8"))


def genre() -> Mapping[str, str]:
    """Patterns of the genre that answers rest on, from ``language.toml``."""
    patterns: Mapping[str, str] = language()["genre"]
    return patterns
