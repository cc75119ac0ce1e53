"""What clauses hold of a form, counted, and what comes first or last of it in some order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from ..corpus import Row, genre, matching
from ..model import Extreme, Form, InUnit, Place, terms_of
from ..retrieve import YEAR, figure_of, held_by, last_day, select
from ..sparql import to_sparql
from .draft import QUOTES_A_UNIT, Draft, squeeze
from .focus import short_forms


def tally(draft: Draft) -> None:
    """How many things of a form the part of the plan holds that is asked about, and which."""
    form, corpus = draft.query.tally, draft.corpus
    assert form
    rows = _rows(draft)
    held = {row.index: things for row in rows if (things := held_by(row, form))}
    names = list(dict.fromkeys(thing for things in held.values() for thing in things))
    # A short form is no second document beside the full name that a clause gives it.
    full = {squeeze(short): squeeze(name) for row in corpus.rows for short, name in short_forms(row).items()}
    told = {squeeze(name) for name in names}
    names = [name for name in names if full.get(squeeze(name), "") not in told]
    draft.checked = len(corpus.units)
    units = list(dict.fromkeys(row.unit_index for row in rows)) if not held else []
    draft.lines.append(
        draft.say("how_many", n=len(names), names=draft.say("names").join(names)) if held else draft.say("tally_none")
    )
    for unit in units[:1]:
        draft.take(corpus.units[unit], [corpus.rows[corpus.units[unit].rows[0]]])
    draft.take_all([corpus.rows[index] for index in held])


def extreme(draft: Draft) -> bool:
    """What comes first or last in the order asked for; ``False`` where nothing can be put in it."""
    asked, query = draft.query.extreme, draft.query
    assert asked is not None
    picks = query.wants == "item" or query.intent in {"list_items", "count"}
    if asked.by == "due" and not picks and not _of_parts(draft):
        return False  # The latest time of one matter is its deadline: 教师招聘最晚完成时间是哪天.
    rows = _rows(draft)
    form: Form | None = next((form for form in get_args(Form) if form == asked.by), None)
    if form is not None:
        return _extreme_unit(draft, form, rows, least=asked.least)
    found = [(value, name, row) for row in rows for value, name in _valued(draft, asked, row)]
    if not found:
        return _none(draft)
    best = (min if asked.least else max)(value for value, _, _ in found)
    chosen = [(name, row) for value, name, row in found if value == best]
    draft.checked = len(draft.corpus.units)
    names = draft.say("names").join(dict.fromkeys(name for name, _ in chosen))
    draft.lines.append(draft.say("extreme", focus=names, n=len(found)))
    draft.take_all([row for _, row in chosen], "fact_line")
    return True


def _none(draft: Draft) -> bool:
    """That a part of the plan, or all of it, holds nothing to be put in order; of a matter something else may tell."""
    if not _of_parts(draft):
        return False
    draft.status, draft.checked = "not_stated", len(draft.corpus.units)
    draft.lines.append(draft.say("tally_none"))
    return True


def _of_parts(draft: Draft) -> bool:
    """Whether a question names parts of the plan at most, and no matter."""
    return all(isinstance(leaf, Place) for leaf in terms_of(draft.query.condition))


def _extreme_unit(draft: Draft, form: Form, rows: Sequence[Row], *, least: bool) -> bool:
    """The unit that holds the most, or the fewest, things of a form."""
    corpus = draft.corpus
    units = [u for u in corpus.units if u.unit.kind in {"item", "article"}]
    inside = {row.unit_index for row in rows}
    counts = {
        u.index: len({t for i in u.rows for t in held_by(corpus.rows[i], form)}) for u in units if u.index in inside
    }
    counts = {unit: n for unit, n in counts.items() if n}
    if not counts:
        return _none(draft)
    best = (min if least else max)(counts.values())
    draft.checked = len(corpus.units)
    for unit in (corpus.units[index] for index, n in counts.items() if n == best):
        held = [corpus.rows[i] for i in unit.rows if held_by(corpus.rows[i], form)]
        draft.lines.append(draft.say("extreme_unit", unit=draft.unit(unit), n=best))
        draft.take(unit, held[:QUOTES_A_UNIT], "fact_line")
    return True


def _rows(draft: Draft) -> list[Row]:
    """The clauses that the question is about: those that meet its condition, whole units where parts are named."""
    corpus, query = draft.corpus, draft.query
    if query.condition is None:
        return list(corpus.rows)
    selection = select(corpus, query)
    if selection.condition is not None:
        draft.sparql = to_sparql(selection.condition, corpus)
    named = _of_parts(draft)
    shown: Iterator[Iterable[int]] = (
        corpus.units[unit].rows if named else rows for unit, rows in selection.units.items()
    )
    single = any(isinstance(leaf, InUnit) for leaf in terms_of(query.condition))
    return [corpus.rows[i] for rows in shown for i in sorted(rows) if single or not _in_front(draft, i)]


def _in_front(draft: Draft, row: int) -> bool:
    return draft.corpus.units[draft.corpus.rows[row].unit_index].in_front


def _valued(draft: Draft, asked: Extreme, row: Row) -> Iterator[tuple[str | float, str]]:
    """The things of a clause that can be put in the order asked for, each with its place in it."""
    if asked.by in {"begins", "ends", "lasts"}:
        for name in (p.name for p in row.programmes):
            for span in re.findall(genre()["span_of_years"], f"{name} {_behind(row, name)}"):
                first, *rest = (int(year) for year in YEAR.findall(span))
                if rest:
                    told = name if span in name else f"{name}（{span}）"
                    yield {"begins": first, "ends": rest[0], "lasts": rest[0] - first}[asked.by], told
        return
    for target in row.targets:
        if asked.by == "due" and target.deadline and target.comparator != "in_period":
            yield last_day(target.deadline), target.text
        elif asked.by != "due" and target.value is not None and _is_of(asked, target.unit_text, target.text):
            yield figure_of(target), target.text


def _behind(row: Row, name: str) -> str:
    """What stands right behind a name in a clause: its years, where they are no part of the title."""
    text = row.clause.text
    bare = name.strip("《》")
    return text[text.find(bare) + len(bare) :][:16] if bare in text else ""


def _is_of(asked: Extreme, unit: str, text: str) -> bool:
    """Whether a figure counts what is put in order: a share, a sum, or things of the sort that is meant."""
    if asked.unit and not re.search(asked.unit, unit):
        return False
    share, money = re.search("[%％]|百分|per ?cent", unit + text), re.search(genre()["money"], matching(unit))
    return bool({"percent": share and "点" not in unit, "money": money}.get(asked.by, not share and not money and unit))


__all__ = ["extreme", "tally"]
