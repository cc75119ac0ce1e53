"""Who is meant to act where a unit names nobody: the issuer of the plan.

What lives here: that one derivation.  What never will: facts.  No clause states it, so it stands apart from the bodies
that clauses name, has no assertion, and is made again from the plan whenever it is needed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from .model import BodyFact, Document, Plan, readable

_LEXICON = Path(__file__).parent / "lexicon"
_ACTING = frozenset(("lead", "responsible", "support"))
_KINDS = frozenset(("item", "article", "paragraph"))


def implied_actors(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """Id of each unit that names nobody who acts → names of the plan's issuers; where it has none, of its title's body.

    Covering notices and annexes are left out, and so is every unit where neither issuers nor title name a body.

    Args:
        plan: the document and its facts; a body fact of the role lead, responsible or support speaks for its unit.
    """
    document = plan.document
    names = tuple(dict.fromkeys(document.issuers)) or body_of_title(document)
    if not names:
        return {}
    told = {fact.unit for fact in plan.facts if isinstance(fact, BodyFact) and fact.role in _ACTING}
    return {unit.id: names for unit in document.units if unit.kind in _KINDS and unit.id not in told}


def body_of_title(document: Document) -> tuple[str, ...]:
    """The body that a title begins with, 甲县教育局2031年工作要点; empty where it names none."""
    title = readable(document.title)
    m = (_english() if document.language == "en" else _chinese()).match(title)
    if m is None:
        return ()
    joint = _COMMITTEE.match(m["body"])  # 中共甲省委甲省人民政府: two bodies without a mark between them
    return tuple(joint.groups()) if joint else (m["body"].strip(),)


_COMMITTEE = re.compile(r"(中共[^委]{2,12}委(?:员会)?)(?=[\u4e00-\u9fff])(?!办公室|办|会|教育)(.{4,})")


@cache
def _chinese() -> re.Pattern[str]:
    words = _titles("zh")
    return re.compile(
        rf"(?:[12][0-9]{{3}}[—–-]?(?:[12][0-9]{{3}})?年?度?)?(?P<body>[\u4e00-\u9fff（）()]{{2,24}}?(?:{words['endings']}))"
        rf"(?=(?:{words['after']})(?![局厅委部处廳處室])|[0-9０-９〇零一二三四五六七八九十“《])"
    )


@cache
def _english() -> re.Pattern[str]:
    return re.compile(rf"(?P<body>[A-Z][^:–—]{{3,80}}?)(?:\s*[:–—]|,)?\s+(?:{_titles('en')['plans']})\b")


def _titles(language: str) -> dict[str, str]:
    raw = tomllib.loads((_LEXICON / "names.toml").read_text(encoding="utf-8"))["titles"][language]
    return {key: "|".join(sorted(map(re.escape, listed), key=len, reverse=True)) for key, listed in raw.items()}
