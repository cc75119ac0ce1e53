"""What a name stands for: explained beside it, told by its clause, or named only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..corpus import genre, language, numeral
from ..model import (
    HasConcept,
    HasText,
    terms_of,
)
from ..retrieve import (
    Ranked,
    clauses_of,
)
from .draft import Draft


def define(draft: Draft, ranked: Sequence[Ranked]) -> bool:
    """A name that the plan explains beside it, or names only.

    ``False`` where the question is about no name, or asks what it is for, which its clause tells.
    """
    active = [t for t in draft.query.terms if t.active]
    quoted = [t.concept for t in active if t.kind == "text" and t.reason == "quoted"]
    names = [t.concept for t in active if t.kind == "text" and t.reason in {"quoted", "verbatim", "spelling"}]
    if draft.query.asks_meaning:
        quoted = quoted or names + [t.surface for t in active if t.surface in draft.corpus.text]
        names = names or quoted
    if not names:
        return False
    name = max(quoted or names, key=len)
    if quoted and (_told_by_its_clause(draft, ranked, name) or _is_one_of_several(draft, ranked, name)):
        return False
    explained = [h for h in ranked if name in h.row.view and explains(h.row.view, name)]
    if explained:
        unit = draft.corpus.units[explained[0].row.unit_index]
        draft.take(unit, [explained[0].row], "fact_line")
        return True
    if not quoted or re.search(language()["filter"][draft.query.language]["purpose"], draft.query.question.lower()):
        return False
    named = [h for h in ranked if name in h.row.view]
    if not named or _lists_asked(draft, named[0].row.view):
        return False
    draft.status = "not_stated"
    draft.lines.append(draft.say("not_stated_definition", name=name))
    draft.nearest(named)
    _general_meaning(draft, name)
    return True


def _told_by_its_clause(draft: Draft, ranked: Sequence[Ranked], name: str) -> bool:
    """Whether a question describes a name by what its clause says of it, and the clause says what sort of thing it is.

    *What is the “X” that is to be renewed*: the clause that renews a thing called “X” is the answer.
    """
    if not re.search(language()["filter"][draft.query.language]["described"], draft.query.question.lower()):
        return False
    others = [n for n in terms_of(draft.query.condition) if not (isinstance(n, HasText) and name in n.texts)]
    if not others or not ranked or not all(ranked[0].row.index in clauses_of(draft.corpus, n) for n in others):
        return False
    before = re.search(rf"([\u4e00-\u9fff]{{2,}})[“\"]{re.escape(name)}", ranked[0].row.view)
    return before is not None and not re.search(genre()["action"], before.group(1))


def _is_one_of_several(draft: Draft, ranked: Sequence[Ranked], name: str) -> bool:
    """Whether the others beside a name are asked for, and a clause lists it among them."""
    asked = draft.query.question.lower()
    if not re.search(language()["filter"][draft.query.language]["other"], asked) or not ranked:
        return False
    return re.search(rf"{re.escape(name)}[”\"]?、|、[“\"]?{re.escape(name)}", ranked[0].row.view) is not None


def _lists_asked(draft: Draft, text: str) -> bool:
    """Whether a clause lists the things asked for by their sort: 主攻哪几个方向, 深海装备、现代种业两个方向."""
    asked = re.search(language()["filter"]["zh"]["several_things"], draft.query.question)
    return asked is not None and re.search(rf"、[^，。；]{{1,20}}{re.escape(asked.group('x'))}", text) is not None


def _general_meaning(draft: Draft, name: str) -> None:
    """What the thesaurus says of a name that the plan does not explain, marked as such."""
    thesaurus = draft.corpus.thesaurus
    found = [c for node in terms_of(draft.query.condition) if isinstance(node, HasConcept) for c in node.concepts]
    found += [m.concept for m in thesaurus.match(name, "zh") if m.end - m.start == len(name)]
    for concept in found:
        definition = thesaurus.concepts[concept].definition.get(draft.query.language, "")
        if definition:
            draft.lines.append(draft.say("general_meaning", definition=definition))
            return


def explains(text: str, name: str) -> bool:
    """Whether a clause says what a name in it stands for: in brackets after it, by a verb, in a quote right before.

    >>> explains("推进“三融”（课程融合、活动融合、管理融合）", "三融")
    True
    >>> explains("打造“三融”网络文化品牌", "三融")
    True
    >>> explains("落实“三融”要求", "三融")
    False
    """
    at = text.find(name)
    while at >= 0:
        after = text[at + len(name) :].lstrip('”"』」》')[:160]
        before = text[:at].rstrip('“"『「《')
        if re.match(rf"[\u4e00-\u9fff]{{0,4}}(?:{genre()['definition']})", after):
            return True
        if re.match(genre()["described_name"], after):
            return True
        if (parts := _AS_MANY.search(after[:60])) and len(parts.group(1).split("、")) == numeral(parts.group(2)):
            return True
        if re.search(r"以下简称$|简称$|下称$", before) or re.search(r"[A-Za-z)] [(]$", text[:at]) and after[:1] == ")":
            return True
        if re.search(r"[、，][^“”]{1,40}”$", before) or names_as_many(name, text[:at]):
            return True
        at = text.find(name, at + 1)
    return False


_AS_MANY = re.compile(
    r"((?:[^、，。；]{1,8}、){1,6}[^、，。；]{1,8}?)([两二三四五六七八\d])(?:级|类|种|步|个?层[次级]|个?阶段)"
)
"""A series of as many as the number behind it says: 启航、续航、领航三级."""
_NUMERAL = re.compile(r"[一二两三四五六七八九十\d]+")


def names_as_many(slogan: str, before: str) -> bool:
    """Whether right before a slogan stands a series of as many as it counts: 县长、乡镇长、校长“三长”.

    >>> [names_as_many("三长", before) for before in ("压实县长、乡镇长、校长“", "压实校长、教师“")]
    [True, False]
    """
    number = _NUMERAL.search(slogan)
    series = re.split("、|和|及", re.split("[，。；：,;:]", before.rstrip("“「"))[-1])
    return number is not None and len(series) == numeral(number.group()) != 1
