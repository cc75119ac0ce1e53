"""Answers of two steps: the clause that names the place, school or office, then what the plan says of it elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..corpus import Corpus, Row, genre, language, matching, named_leaders
from ..model import Bridge, Query, Wanted
from ..retrieve import ACTING, Ranked, coverage, gives, is_proper
from .draft import NEEDED, Draft
from .focus import focus_of

NEAR = 0.2
"""Share of how near a clause is to the whole question, beside how much it holds of one half."""
LEAST = 0.3
"""Share of a half's weight that a clause must hold to be of it."""
GIVES = 0.3
"""What it counts that a clause gives the kind of thing asked for."""
TRIED = 5
"""Clauses that the first step looks for a name in."""
MOST = 6
"""Units that a list in the second step may have."""
_NAME = re.compile(r"[\u4e00-\u9fff]{2,}")
_LEADING = frozenset({"lead", "responsible"})
_ANY_TASK: frozenset[Wanted] = frozenset({"", "owner", "who", "item", "programme", "title", "definition"})
"""What is asked where all that somebody leads is meant: 还牵头哪项工作."""
_RUN = 14
"""Characters before the end of a name that it may begin in."""


def bridged(draft: Draft, ranked: Sequence[Ranked]) -> bool:
    """Answer in two steps; ``False`` where the first names nothing of the sort, or the second finds nothing."""
    bridge = draft.query.bridge
    if bridge is None or not ranked or ranked[0].row.document.language != "zh":
        return False
    if re.fullmatch(language()["bridge"]["kinds"]["item"], bridge.sort):
        return _inside(draft, ranked, bridge)
    for first in _nearest(draft, ranked, bridge.first)[:TRIED]:
        names = _names(draft.corpus, first, bridge.sort)
        there = [h for h in ranked if h.row.index != first.index and any(_short(n) in h.row.view for n in names)]
        there = [h for h in there if h.row.unit_index != first.unit_index] or there
        found = _second(draft, there, bridge, names) if there else []
        if found:
            said = [name for name in names if any(_short(name) in row.view for row in found)]
            draft.lines.append(draft.say("fact_lead", focus=draft.say("names").join(said)))
            draft.take_all([first, *found], "fact_line")
            return True
    return False


def office_bridged(draft: Draft, ranked: Sequence[Ranked]) -> bool:
    """The same for a list of what an office answers for, which one thing tells: 抓校园安全的是哪个股？这个股负责的…"""
    bridge = draft.query.bridge
    office = language()["bridge"]["kinds"]["office"]
    return bridge is not None and re.fullmatch(office, bridge.sort) is not None and bridged(draft, ranked)


def _inside(draft: Draft, ranked: Sequence[Ranked], bridge: Bridge) -> bool:
    """What is asked of the item in which something else stands, from another clause of it."""
    near = _nearest(draft, ranked, bridge.first) if len(draft.query.asked) < 2 else []
    if not near:
        return False  # Several things asked are looked for each by itself.
    first, held, rest = near[0], coverage(draft.corpus, bridge.rest), bridge.rest
    inside = [h for h in ranked if h.row.unit_index == first.unit_index and h.row.index != first.index]
    there = [h for h in inside if held[h.row.index] > 0]
    found = _second(draft, there, bridge, []) if there else []
    if not found or (rest.wants in NEEDED and not gives(found[0], rest.wants, rest.measure)):
        return False
    asking = replace(draft, query=replace(draft.query, wants=rest.wants, measure=rest.measure))
    if focus := focus_of(asking, found):
        draft.lines.append(draft.say("fact_lead", focus=focus))
    draft.take_all([*found, first], "fact_line")
    return True


def _nearest(draft: Draft, among: Sequence[Ranked], half: Query) -> list[Row]:
    """The clauses that hold most of a half, the nearest to the whole question first among equals."""
    held = coverage(draft.corpus, half)
    top = max(h.score for h in among) or 1.0
    found = [h for h in among if held[h.row.index] >= LEAST]
    return [h.row for h in sorted(found, key=lambda h: -(held[h.row.index] + NEAR * h.score / top))]


def _second(draft: Draft, there: Sequence[Ranked], bridge: Bridge, names: Sequence[str]) -> list[Row]:
    """What is said elsewhere of what was found: the clause that fits best, or all where a list is asked for."""
    rest = bridge.rest
    led = _kind(bridge.sort) == "leader"
    if rest.intent in {"list_items", "count"} or (led and rest.wants in _ANY_TASK):
        units: dict[int, Row] = {}
        leads = re.search(language()["filter"][rest.language]["lead"], rest.question)
        for hit in sorted(there, key=lambda h: h.row.index):
            if led or not leads or any(b.role in _LEADING and matching(b.name) in names for b in hit.row.bodies):
                units.setdefault(hit.row.unit_index, hit.row)
        return list(units.values()) if len(units) <= MOST else []
    held = coverage(draft.corpus, rest)
    top = max(h.score for h in there) or 1.0

    def worth(hit: Ranked) -> float:
        given = rest.wants in NEEDED and gives(hit.row, rest.wants, rest.measure)
        return float(held[hit.row.index]) + NEAR * hit.score / top + (GIVES if given else 0.0)

    return [max(there, key=worth).row]


def _names(corpus: Corpus, row: Row, sort: str) -> list[str]:
    """Names of a sort in a clause that other clauses hold too; of an office, who acts in the clause's unit."""
    table, kind = language()["bridge"], _kind(sort)
    if kind == "leader":
        return list(
            dict.fromkeys(n for i in corpus.units[row.unit_index].rows for n in named_leaders(corpus.rows[i].view))
        )
    if kind == "office":
        rows = [corpus.rows[i] for i in corpus.units[row.unit_index].rows]
        leading = [b.name for r in rows for b in r.bodies if b.role in _LEADING]
        acting = [b.name for r in rows for b in r.bodies if b.role in ACTING]
        return [matching(name) for name in dict.fromkeys((leading or acting)[:1])]
    ends = table["ends"].get(sort, sort) if kind == "place" else table["schools"]
    found = (_name_before(corpus, row, match.end(), kind) for match in re.finditer(ends, row.view))
    names = list(dict.fromkeys(name for name in found if name))
    return [n for n in names if not any(o != n and o.startswith(n) for o in names)]


def _kind(sort: str) -> str:
    """What two facts are bridged by, of the word that the question has for it."""
    kinds: Mapping[str, str] = language()["bridge"]["kinds"]
    return next(name for name, words in kinds.items() if re.fullmatch(words, sort))


def _short(name: str) -> str:
    """A name as it may stand among others: in 若隆、扎曲、麦朵三县 the sort of place stands once behind the names."""
    return name[:-1] if len(name) > 2 and name[-1] in genre()["place_ends"] else name


def _name_before(corpus: Corpus, row: Row, end: int, kind: str) -> str:
    """The longest name that ends there and stands in another clause as well; empty where none does."""
    for start in range(max(0, end - _RUN), end - 2):
        name = row.view[start:end]
        if not _NAME.fullmatch(name) or name[0] in language()["bridge"]["before"]:
            continue
        if kind != "place" and not is_proper(name):
            continue
        if kind == "place" and re.search(genre()["place_sort"], name):
            continue
        if corpus.containing(_short(name)) - {row.index}:
            return name
    return ""
