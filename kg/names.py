"""Which names may stand for one body: 市教育局 and 教育局 in a city's plan, 市教体局 and 市教育体育局, 我局.

A name is cut into the places or the level that it begins with and its core; the core is brought into one form by the
table of components of ``kg/lexicon/names.toml`` (教体 = 教育体育).  What a name leaves out is taken from the place of
its plan.  Names of one place and one core are one bucket, so no two names of different places or levels ever meet.

What lives here: suggestions, each with its reason.  What never will: decisions.  A suggestion changes no fact; both
spellings stay as they stand until a person confirms.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import combinations
from typing import Literal

from .extract.words import any_of, lexicon, words
from .model import BodyFact, Language, Plan
from .source import view

Reason = Literal["short_form", "self_reference", "place_prefix", "abbreviation", "merged_office", "spelling"]
"""Why two names may be one body.

``short_form``: the text gives the short form itself (以下简称); certain.  ``self_reference``: 我局, 本校 → the issuer.
``place_prefix``: the same name with and without its place or level.  ``abbreviation``: by the table of components
(教体 = 教育体育).  ``merged_office``: an office that was renamed or merged, at the same level (教育局, 教体局).
``spelling``: 和/与/及, brackets, traditional or simplified, full or half width.
"""

SURE: Mapping[Reason, float] = {
    "short_form": 1.0,
    "spelling": 0.97,
    "self_reference": 0.9,
    "place_prefix": 0.9,
    "abbreviation": 0.9,
    "merged_office": 0.35,
}
"""Confidence of a reason where both names say their place themselves; a place that was inferred takes from it."""


@dataclass(frozen=True, slots=True, order=True)
class SameBody:
    """Two names that may stand for one body: a suggestion until a person confirms it."""

    documents: tuple[str, ...]
    """Ids of the documents in which the two stand and for which it is suggested, sorted.

    Only for these: 市教育局 is another body in the plan of another city."""
    name: str
    """The spelling: ``BodyFact.canonical``, or the name of an issuer or addressee, or a short form that the text gives
    (then ``BodyFact.name``, as it is matched)."""
    other: str
    """The fuller name that it may stand for.  It stands in one of the documents, as the name of a body, an issuer or an
    addressee."""
    reason: Reason
    """Why; :func:`why` tells it in words."""
    confidence: float
    """From 0 to 1; 1 only where the text itself says so."""


def why(suggestion: SameBody, language: Language) -> str:
    """The reason in words, in Chinese or English.

    >>> why(SameBody(("a",), "我局", "甲市教育局", "self_reference", 0.9), "zh")
    '“我局”是发文单位的自称，发文单位是“甲市教育局”'
    """
    text: str = lexicon("names")["why"][language][suggestion.reason]
    return text.format(name=suggestion.name, other=suggestion.other)


# -- a name, cut into place and core ---------------------------------------------------------------------------------

_LEVELS: Mapping[str, str] = lexicon("names")["levels"]
_LEVEL = "".join(sorted({level for level in _LEVELS.values() if len(level) == 1}))
_NATION = "国"
"""The level above all: ministries and the commissions of the state."""
_SUFFIX = re.compile(any_of(_LEVELS))
_PROVINCES = words("bodies", "places", "provinces")
_MUNICIPALITIES = frozenset(("北京", "天津", "上海", "重庆"))
_NOT_PLACES = frozenset(words("bodies", "places", "not_places")) - _LEVELS.keys()
_NOT_LEVELS = re.compile(any_of(words("names", "words", "not_levels")))
_NO_STEM = re.compile(
    rf"[^\u4e00-\u9fff]|[的在局厅委]|(?:{any_of(_LEVELS)})[和与及]|^(?:关于|做好|加快|加强|推进|推动|全[省市县区]|中国)"
)
_OUTERMOST = ("省", "自治区", "特别行政区")
MAX_STEM = 5
"""Characters of a place's name before its suffix; more only for autonomous places (恩施土家族苗族自治州)."""
_JOINTS = re.compile(r"以?及|[和与、·“”\"'()\[\]【】〔〕（）《》 ]")

_CLASS_START = re.compile(any_of(words("names", "words", "class_starts")))
_CLASS_END = re.compile(rf"(?:{any_of(words('names', 'words', 'class_ends'))})$")
_CLASS = re.compile(
    rf"(?:{any_of((*words('bodies', 'modifiers', 'words'), *words('bodies', 'schools', 'heads')))})*"
    rf"(?:{any_of((*words('bodies', 'schools', 'heads'), *words('bodies', 'people', 'heads')))})"
)
_INNER = re.compile(rf"(?:{any_of(words('names', 'words', 'inner_ends'))})$")
_PARTY = re.compile(rf"^(?:{any_of(words('names', 'party', 'names'))})")
_YOUTH = re.compile(rf"^(?:{any_of(words('names', 'party', 'youth'))})(.+?)委(?:员会)?$")
_SCHOOLS: Mapping[str, str] = lexicon("names")["schools"]
_NUMBERED = re.compile(rf"第?([一二三四五六七八九十]{{1,3}})({any_of((*_SCHOOLS, *_SCHOOLS.values()))})")
_SELF = re.compile(rf"[{''.join(words('names', 'words', 'self_pronouns'))}]({any_of(lexicon('names')['self'])})")


@dataclass(frozen=True, slots=True)
class _Core:
    """What a name is behind its place, in the one form that all its spellings share."""

    key: str
    fields: frozenset[str] = frozenset()
    """The fields of work of an office whose name the table of components explains whole."""
    head: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    """A name, cut."""

    places: tuple[str, ...]
    """Outermost first; empty where it names none."""
    level: str
    """The word of its level where it names that alone: 市教育局."""
    rest: str
    """Behind the place or level, without 和, brackets and the like."""
    core: _Core

    @property
    def is_group(self) -> bool:
        """Whether its words say that it is several bodies."""
        return _CLASS_START.match(self.rest) is not None or _CLASS_END.search(self.rest) is not None

    @property
    def is_class(self) -> bool:
        """Whether it stands for all bodies of a kind: 各学校, 教育部门, 普通高中."""
        if self.is_group:
            return True
        bare = not (self.places or self.level)
        return (bare or not self.core.known) and (self.rest == "政府" or _CLASS.fullmatch(self.rest) is not None)


@cache
def _aliases() -> dict[str, str]:
    table: Mapping[str, list[str]] = lexicon("names")["aliases"]
    return {form: full for full, short in table.items() for form in (full, *(_joined(s) for s in short))}


@cache
def _components() -> dict[str, str]:
    table: Mapping[str, list[str]] = lexicon("names")["components"]
    return {form: full for full, short in table.items() for form in (*(_joined(s) for s in short), full)}


@cache
def _heads() -> tuple[tuple[str, str], ...]:
    table: Mapping[str, str] = lexicon("names")["heads"]
    return tuple((form, full) for full, short in table.items() for form in (full, short) if form)


@cache
def _party_offices() -> frozenset[str]:
    return frozenset(_plain_core(name).key for name in words("names", "party", "offices"))


def _joined(text: str) -> str:
    return _JOINTS.sub("", text)


@lru_cache(maxsize=65536)
def _core(rest: str) -> _Core:
    """The core of what stands behind the place: 教体局 and 教育和体育局 are one, so are 委编办 and 编办."""
    text = rest.replace("人民政府", "政府")
    if text.startswith("委") and not text.startswith("委员会") and text not in _aliases():
        text = "委员会" + text[1:]
    inner = text.removeprefix("委员会")
    if inner and inner != text and (office := _plain_core(inner)).key in _party_offices():
        return office
    inner = text.removeprefix("政府")
    if inner and inner != text and (office := _plain_core(inner)).fields and office.head in ("局", "处", "厅", "署"):
        return office  # 县政府教育处, 特别行政区政府教育局
    if text in ("委员会", "委"):
        return _Core("委员会", known=True)
    found = _plain_core(text)
    return _Core(found.key, known=True) if not found.known and text.startswith("政府") else found


def _plain_core(text: str) -> _Core:
    if text in _aliases():
        return _Core(_aliases()[text], known=True)
    if school := _NUMBERED.fullmatch(text):
        kind = school.group(2)
        return _Core(f"第{school.group(1)}{_SCHOOLS.get(kind, kind)}", known=True)
    for ending, head in _heads():
        if not text.endswith(ending) or text == ending:
            continue
        fields = frozenset(f for part in _fields(text[: -len(ending)]) for f in part.split("+"))
        single = len(text) - len(ending) == 1
        if fields and (not single or head == "委员会"):
            return _Core(f"{'+'.join(sorted(fields))}|{head}", fields, head, True)
    return _Core(text, known=text in words("names", "party", "offices"))


@lru_cache(maxsize=65536)
def _fields(text: str) -> tuple[str, ...]:
    """The components that a text is made of, the longest first; empty where something of it is none."""
    if not text:
        return ()
    for size in range(min(len(text), 14), 0, -1):
        component = _components().get(text[:size])
        if component is None:
            continue
        behind = _fields(text[size:])
        if behind or size == len(text):
            return (component, *behind)
    return ()


@lru_cache(maxsize=65536)
def _parse(name: str) -> _Name:
    """A name in its matching view, cut where most of it is explained."""
    text = _PARTY.sub("", name)
    text = _YOUTH.sub(r"\1团委", text)
    if text[:1] in ("我", "本") and text[1:2] in _LEVEL and len(text) > 3:
        text = text[1:]
    best: tuple[tuple[int, ...], _Name] | None = None
    for places, level, behind in _beginnings(text):
        rest = _joined(behind)
        if not rest:
            continue
        core = _core(rest)
        if level and not core.known and _NOT_LEVELS.match(text):
            continue
        grown = sum(p[-2:-1] in "省市县区" and len(p) > 1 for p in places)
        grown += sum(_SUFFIX.match(p) is not None for p in places[1:])
        grown += bool(places) and (behind[0] in _LEVEL or _SUFFIX.match(behind) is not None)
        found = _Name(places, level, rest, core)
        order = (core.known, -grown, len(places), bool(level), -len(behind))
        if best is None or order > best[0]:
            best = order, found
    return best[1] if best else _Name((), "", _joined(text), _Core(_joined(text)))


def is_office(name: str) -> bool:
    """Whether a name, behind its place or level, is an office of which the table of components knows every field.

    >>> is_office("甲市人力资源和社会保障局"), is_office("甲市教育局和财政局")
    (True, False)
    """
    return bool(_parse(_key(name)).core.fields)


def is_placed(name: str) -> bool:
    """Whether a name begins with a place or the word of a level: 甲市教育局, 市教育局."""
    cut = _parse(_key(name))
    return bool(cut.places or cut.level)


def _beginnings(text: str, depth: int = 0) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Every way to read the beginning of a name as places, or as one word of level."""
    yield (), "", text
    if depth == 0:
        state = next((w for w in (*words("names", "party", "state"), "国家") if text.startswith(w)), "")
        if state and len(text) > len(state) + 1:
            yield (), _NATION, text[len(state) :]
        level = next((w for w in ("街道", text[:1]) if w and text.startswith(w) and (w == "街道" or w in _LEVEL)), "")
        if level and len(text) > len(level):
            yield (), level, text[len(level) :]
    for place in _places(text):
        if depth < 3 and len(place) < len(text) and not (depth and place.endswith(_OUTERMOST)):
            for places, _, behind in _beginnings(text[len(place) :], depth + 1):
                yield (place, *places), "", behind


def _places(text: str) -> Iterator[str]:
    """Every beginning of the text that may be the name of a place."""
    for province in _PROVINCES:
        if text.startswith(province):
            yield province
    for m in _SUFFIX.finditer(text, 1, min(len(text), 20)):
        stem, place = text[: m.start()], text[: m.end()]
        if _NO_STEM.search(stem) or (len(stem) > MAX_STEM and not m.group().startswith("自治")):
            continue
        if (
            place not in _NOT_PLACES
            and place not in _LEVELS
            and not any(place.endswith(n) and len(place) - len(n) > 1 for n in _NOT_PLACES if len(n) >= 2)
        ):
            yield place


def _level_of(place: str) -> str:
    if place in _PROVINCES:
        return "市" if place in _MUNICIPALITIES else "特别行政区" if place in ("香港", "澳门") else "省"
    m = next((m for m in sorted(_LEVELS, key=len, reverse=True) if place.endswith(m)), "")
    return _LEVELS.get(m, "")


def _short_place(place: str) -> str:
    """A province by its short name, as 湖南教育厅 has it; any other place as it is."""
    for province in _PROVINCES:
        tail = place.removeprefix(province)
        if tail != place and (
            tail in ("省", "特别行政区")
            or (tail == "市" and province in _MUNICIPALITIES)
            or (tail.endswith("自治区") and not tail.endswith(("自治州", "自治县")))
        ):
            return province
    return place


# -- the place of a plan ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Home:
    """Whose plan it is: the places that its issuers or its title name."""

    document: str
    issuers: tuple[str, ...]
    own: str = ""
    """The one place of the plan; empty where it names none or several."""
    parents: tuple[str, ...] = ()
    levels: dict[str, str] = field(default_factory=dict)
    """Level → the place that the plan means by it."""
    sure: float = 1.0

    def of(self, place: str) -> tuple[str, ...]:
        """The places around a place, where the plan tells them."""
        return self.parents if place == self.own else ()


_BEFORE_TITLE = re.compile(r"^(?:[《<]|关于印发|(?:19|20)\d{2}年度?)*")


def _home(plan: Plan) -> _Home:
    document = plan.document
    issuers = tuple(_key(name) for name in document.issuers)
    home = _Home(document.id, issuers)
    title = _PARTY.sub("", _BEFORE_TITLE.sub("", _key(document.title)))
    chains, sure = [], 0.0
    for sure, found in (
        (1.0, [_parse(name).places for name in issuers]),
        (0.95, [_parse(title[:24]).places]),
        (0.85, [_parse(_key(name)).places for name in document.addressees]),
    ):
        chains = [tuple(_short_place(p) for p in chain) for chain in found if chain]
        if chains and (sure > 0.9 or len({c[-1] for c in chains}) == 1):
            break
    else:
        return home
    own = {chain[-1] for chain in chains}
    told = [*chains, *(c for c in [tuple(map(_short_place, _parse(title[:24]).places))] if c and c[-1] in own)]
    levels: defaultdict[str, set[str]] = defaultdict(set)
    for chain in told:
        for place in chain:
            levels[_level_of(place)].add(place)
    home.sure = sure
    home.levels = {level: next(iter(places)) for level, places in levels.items() if len(places) == 1 and level}
    if len(own) == 1:
        home.own = own.pop()
        home.parents = max((chain[:-1] for chain in told), key=len)
        home.levels.setdefault(_level_of(home.own), home.own)
    return home


# -- what each name of a plan stands for ----------------------------------------------------------------------------

_UNKNOWN = "?"
"""Begins the place of a bucket whose place the plan does not tell: such a bucket is the plan's alone."""


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a name stands for in one plan."""

    place: str
    parents: tuple[str, ...]
    core: _Core
    sure: float
    own: bool = False
    """It speaks of itself: 我局."""


def _key(name: str) -> str:
    """A name as it is compared: its matching view, in lower case."""
    return view(name).text.lower()


_LATIN = re.compile(r"[a-z]")
_HAN = re.compile(r"[\u3400-\u9fff]")


def _meant(name: str, home: _Home) -> _Meant | None:
    """What a name stands for in the plan; None for a kind of bodies, such as 各学校."""
    text = _key(name)
    if not _HAN.search(text):
        words_ = re.findall(r"[a-z0-9]+", text.removeprefix("the "))
        return _Meant(_UNKNOWN + home.document, (), _Core(" ".join(words_)), 1.0) if words_ else None
    if own := _SELF.fullmatch(text):
        ends = tuple(lexicon("names")["self"][own.group(1)])
        issuers = [issuer for issuer in home.issuers if issuer.endswith(ends)]
        meant = _meant(issuers[0], home) if len(issuers) == 1 else None
        return None if meant is None else _Meant(meant.place, meant.parents, meant.core, meant.sure, True)
    cut = _parse(text)
    if not cut.places and home.own:  # 甲洲教育局 in the plan of 甲洲市
        stem = _SUFFIX.sub("", home.own) if len(home.own) > 2 else ""
        if len(stem) >= 2 and text.startswith(stem) and not text.startswith(home.own):
            cut = _parse(home.own + text[len(stem) :])
    if cut.is_group or (cut.is_class and text not in home.issuers):
        return None
    core = cut.core
    if cut.places:
        place = _short_place(cut.places[-1])
        parents = tuple(map(_short_place, cut.places[:-1])) or home.of(place)
        return _Meant(place, parents, core, 1.0)
    if cut.level == _NATION or (not cut.level and core.fields and core.head == "部"):
        return _Meant(_NATION, (), core, 1.0)
    if cut.level:
        found = home.levels.get(cut.level)
        if found is None:
            return _Meant(f"{_UNKNOWN}{home.document}/{cut.level}", (), core, 1.0)
        return _Meant(found, home.of(found), core, home.sure)
    return _bare(text, core, home)


def _bare(text: str, core: _Core, home: _Home) -> _Meant:
    """A name without place and level: an office inside the issuer, or one of the plan's own place."""
    if _INNER.search(text) and text not in home.issuers:
        return _Meant(f"{_UNKNOWN}{'、'.join(home.issuers) or home.document}#", (), core, 0.9)
    level = _level_of(home.own)
    provincial = level in ("省", "自治区")
    if core.head == "厅" and not provincial:
        found = home.levels.get("省") or home.levels.get("自治区")
    elif provincial and core.head == "局":
        found = None  # there it is the bureaus of the cities and counties
    else:
        found = home.own or None
    if found is None:
        return _Meant(f"{_UNKNOWN}{home.document}/", (), core, 1.0)
    return _Meant(found, home.of(found), core, 0.75 * home.sure)


def _placed(meant: dict[str, _Meant], home: _Home) -> dict[str, _Meant]:
    """Names whose place the plan does not tell join the one fuller name of the same core that stands in it."""
    fuller: defaultdict[str, set[str]] = defaultdict(set)
    bare = f"{_UNKNOWN}{home.document}/"
    for one in meant.values():
        if one.place != bare:
            fuller[one.core.key].add(one.place)
    out = {}
    for name, one in meant.items():
        if one.place.startswith(bare) and not _LATIN.fullmatch(name[:1]):
            level = one.place.removeprefix(bare)
            places = fuller[one.core.key] - {one.place}
            others = {p for p in places if not level or (not p.startswith(_UNKNOWN) and _level_of(p) == level)}
            if len(others) == 1 and (not level or len(places) == 1):
                place = others.pop()
                parents = next(m.parents for m in meant.values() if m.place == place and m.core.key == one.core.key)
                one = _Meant(place, parents, one.core, 0.6)
        out[name] = one
    return out


# -- suggestions -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Bucket:
    """All names of one place and one core."""

    place: str
    core: _Core
    names: defaultdict[str, dict[str, _Meant]] = field(default_factory=lambda: defaultdict(dict))
    """Name → the documents in which it stands for this, with what it was resolved by."""

    def documents(self) -> set[str]:
        return {document for docs in self.names.values() for document in docs}


def suggestions(plans: Iterable[Plan]) -> tuple[SameBody, ...]:
    """Names that may stand for one body, within each plan and across them; sorted by name.

    Bodies of different places or levels are never put together.  The cost grows with the number of names: they meet
    in buckets of one place and one core, never all with all.

    Args:
        plans: the plans, each with its facts.
    """
    buckets: dict[tuple[str, str], _Bucket] = {}
    certain: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    standing: defaultdict[str, set[str]] = defaultdict(set)
    issuers: set[str] = set()
    years: dict[str, int | None] = {}
    for plan in plans:
        years[plan.document.id] = plan.document.year
        home, document = _home(plan), plan.document.id
        names = _standing(plan)
        for short, full in _short_forms(plan, names):
            certain[short, full].add(document)
        issuers.update(plan.document.issuers)
        resolved = {name: found for name in names if (found := _meant(name, home)) is not None}
        for name in names:
            standing[name].add(document)
        for name, found in _placed(resolved, home).items():
            bucket = buckets.setdefault((found.place, found.core.key), _Bucket(found.place, found.core))
            bucket.names[name][document] = found
    out = {pair: SameBody(tuple(sorted(docs)), *pair, "short_form", 1.0) for pair, docs in certain.items()}
    whole = [part for bucket in buckets.values() for part in _unmixed(bucket)]
    for bucket in whole:
        for one in _within(bucket, issuers, standing):
            if (one.other, one.name) not in out:
                out.setdefault((one.name, one.other), one)
    for one in _renamed(whole, issuers, years):
        out.setdefault((one.name, one.other), one)
    return tuple(sorted(out.values(), key=lambda s: (s.name, s.other, s.documents)))


def _standing(plan: Plan) -> dict[str, None]:
    """The names of bodies that stand in a plan, in order: facts, issuers, addressees; no people, places, groups."""
    from .extract.bodies import kind_of  # the rules, which a question without such a name need not load

    found: dict[str, None] = {}
    grouped = False
    for name in (*plan.document.issuers, *plan.document.addressees):
        text = _key(name)
        if kind_of(text) in ("generic", "people", "place") or _parse(text).is_group:
            grouped = True
        elif not grouped or is_placed(name):  # 各县教育局、财政局: the second is that of each county too
            found.setdefault(name)
    for fact in plan.facts:
        if isinstance(fact, BodyFact) and fact.kind not in ("generic", "people", "place") and len(fact.canonical) <= 60:
            found.setdefault(fact.canonical)
    return found


_GIVEN = re.compile(r"(.{2,40})[(](?:以下|下称|下文)?(?:统|统一)?(?:简称|称)?为?:?“?([^“”()]{2,16})”?[)]")


def _short_forms(plan: Plan, names: Mapping[str, None]) -> Iterator[tuple[str, str]]:
    """Short forms that the text itself gives: 甲市乙局（以下简称“市乙局”）."""
    for fact in plan.facts:
        if isinstance(fact, BodyFact) and fact.status == "extracted":
            name = _key(fact.name)
            if _joined(name) != _joined(_key(fact.canonical)):
                yield fact.name if fact.name in names else name, fact.canonical
    known = {_key(name): name for name in names}
    for _, clause in plan.document.clauses():
        if "简称" not in clause.text and "簡稱" not in clause.text and "下称" not in clause.text:
            continue
        for m in _GIVEN.finditer(_key(clause.text)):
            full = max((name for name in known if m.group(1).rstrip('”"').endswith(name)), key=len, default="")
            if full and m.group(2) in known and m.group(2) != full:
                yield known[m.group(2)], known[full]


def _unmixed(bucket: _Bucket) -> list[_Bucket]:
    """The bucket, or where places of one name lie in different places (two 朝阳区), a bucket for each of these."""
    chains = {m.parents for docs in bucket.names.values() for m in docs.values() if m.parents}
    clash = any(
        _level_of(a) == _level_of(b) and a != b for one, two in combinations(chains, 2) for a in one for b in two
    )
    if not clash:
        return [bucket]
    parts: dict[tuple[str, ...], _Bucket] = {}
    for name, docs in bucket.names.items():
        for document, meant in docs.items():
            part = parts.setdefault(meant.parents, _Bucket("/".join((*meant.parents, bucket.place)), bucket.core))
            part.names[name][document] = meant
    return list(parts.values())


def _fullest(bucket: _Bucket, issuers: set[str]) -> str:
    """The name that says most: with its place, with its level, written out."""

    def says(name: str) -> tuple[object, ...]:
        cut, text = _parse(_key(name)), _key(name)
        own = any(m.own for m in bucket.names[name].values())
        return (not own, bool(cut.places), bool(cut.level), len(_joined(text)), len(text), name in issuers, name)

    return max(bucket.names, key=says)


def _within(bucket: _Bucket, issuers: set[str], standing: Mapping[str, set[str]]) -> Iterator[SameBody]:
    """Each other name of a bucket → its fullest one."""
    if len(bucket.names) < 2:
        return
    fullest = _fullest(bucket, issuers)
    there = bucket.names[fullest]
    for name, docs in bucket.names.items():
        if name == fullest:
            continue
        reason = _reason(name, fullest, any(m.own for m in docs.values()))
        sure = SURE[reason] * min(m.sure for m in docs.values()) * min(m.sure for m in there.values())
        # Where the short name stands for another body, or for none, the suggestion does not hold.
        documents = {*docs, *(d for d in there if d not in standing[name])}
        yield SameBody(tuple(sorted(documents)), name, fullest, reason, round(sure, 2))


def _reason(name: str, other: str, own: bool) -> Reason:
    if own:
        return "self_reference"
    if not _HAN.search(name) or _joined(_key(name)) == _joined(_key(other)):
        return "spelling"
    one, two = _parse(_key(name)), _parse(_key(other))
    rests = [cut.rest.replace("人民政府", "政府") for cut in (one, two)]
    same = rests[0].endswith(rests[1]) or rests[1] in (f"政府{rests[0]}", f"委{rests[0]}")
    return "place_prefix" if same and (one.places, one.level) != (two.places, two.level) else "abbreviation"


def _renamed(buckets: Iterable[_Bucket], issuers: set[str], years: Mapping[str, int | None]) -> Iterator[SameBody]:
    """Offices of one place in plans of different years, one with all the other's fields: 教育局, later 教体局."""
    by_field: defaultdict[tuple[str, str], list[_Bucket]] = defaultdict(list)
    for bucket in buckets:
        if bucket.core.head in ("局", "委员会") and not bucket.place.startswith(_UNKNOWN):
            for component in bucket.core.fields:
                by_field[bucket.place, component].append(bucket)
    for group in by_field.values():
        for one, two in combinations(group, 2):
            small, large = sorted((one, two), key=lambda b: (len(b.core.fields), b.core.head == "委员会", b.core.key))
            if not small.core.fields <= large.core.fields or small.documents() & large.documents():
                continue
            told = [{years[d] for d in b.documents()} for b in (small, large)]
            if len(told[0] | told[1]) == 1 and None not in told[0]:
                continue  # side by side in one year
            sure = SURE["merged_office"] if small.core.head == large.core.head else 0.3
            documents = tuple(sorted(small.documents() | large.documents()))
            yield SameBody(documents, _fullest(small, issuers), _fullest(large, issuers), "merged_office", sure)
