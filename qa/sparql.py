"""The query algebra as SPARQL 1.1: what a condition means, in a text that anyone can run again.

:func:`qa.retrieve.decide` and the text made here decide alike; a test holds them to it.  Strings are written as escaped
literals, never pasted.  What never lives here: the program's own queries (``kg/queries.py``).
"""

from __future__ import annotations

import re
from itertools import count

from kg.graph import ROLES
from kg.vocab import NS, PREFIXES, body_iri, concept_iri

from .corpus import Corpus
from .model import (
    And,
    CitesNumber,
    CitesTitle,
    DueIn,
    HasBody,
    HasConcept,
    HasQuotes,
    HasTarget,
    HasText,
    InUnit,
    Measured,
    NamesDocument,
    NamesPlace,
    Node,
    Not,
    Or,
    Place,
    Runs,
    SharedBy,
    UnderHeading,
    YearAfter,
)
from .retrieve import DAY, DAY_OR_MONTH, EQUAL, OPEN, SCALES, SIDES, UNITS, place_names, shape_of


def literal(text: str) -> str:
    r"""A SPARQL string literal, escaped (SPARQL 1.1, 19.7).

    >>> print(literal('a"b'))
    "a\"b"
    """
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return f'"{escaped}"'


def to_sparql(node: Node, corpus: Corpus) -> str:
    """A SELECT over ``?unit`` that decides the condition over all loaded plans."""
    names = count(1)
    body = _pattern(node, corpus, names, "?unit", None)
    prefixes = "".join(
        f"PREFIX {p}: <{iri}>\n"
        for p, iri in {**PREFIXES, "plan": NS}.items()
        if re.search(rf"\b{p}:", body) or p == "plan"
    )
    return (
        f"{prefixes}SELECT DISTINCT ?unit ?label WHERE {{\n  ?unit plan:unitLabel ?label .\n{body}}}\nORDER BY ?unit\n"
    )


def _clause(names: object, shared: str | None) -> tuple[str, str]:
    """The variable of a clause, and the triple that ties it to the unit where it is a new one."""
    if shared is not None:
        return shared, ""
    variable = f"?c{next(names)}"  # type: ignore[call-overload]
    return variable, f"  {variable} dct:isPartOf ?unit ; a plan:Clause .\n"


def _pattern(node: Node, corpus: Corpus, names: object, unit: str, shared: str | None) -> str:
    if isinstance(node, Or):
        return "  UNION\n".join(f"  {{\n{_pattern(p, corpus, names, unit, shared)}  }}\n" for p in node.parts)
    if isinstance(node, Not):
        inner = _pattern(node.part, corpus, names, unit, None)
        notice = "" if isinstance(node.part, Place) else f"  FILTER NOT EXISTS {{ {unit} a plan:Notice }}\n"
        return f"  FILTER NOT EXISTS {{\n{inner}  }}\n{notice}"
    if isinstance(node, And):
        if node.within == "clause":
            variable, tie = _clause(names, shared)
            return tie + "".join(
                _pattern(p, corpus, names, unit, None if isinstance(p, Place | Not) else variable) for p in node.parts
            )
        return "".join(_pattern(p, corpus, names, unit, None) for p in node.parts)
    if isinstance(node, NamesPlace):
        node = HasText(place_names(corpus, node.ends))
    return _leaf(node, corpus, names, unit, shared)


def _leaf(node: Node, corpus: Corpus, names: object, unit: str, shared: str | None) -> str:
    if isinstance(node, Place):
        return _place(node, names, unit)
    if isinstance(node, SharedBy):
        paths = "|".join(f"plan:{ROLES[role]}" for role in node.roles)
        body = f"?b{next(names)}"  # type: ignore[call-overload]
        many = f"COUNT(DISTINCT {body})"
        return (
            f"  {{ SELECT {unit} WHERE {{ {unit} {paths} {body} . }}\n    GROUP BY {unit} "
            f"HAVING ({many} >= {node.least} && {many} <= {node.most}) }}\n"
        )
    variable, tie = _clause(names, shared)
    if isinstance(node, HasBody):
        body = f"?b{next(names)}"  # type: ignore[call-overload]
        wanted = " ".join(f"<{body_iri(corpus.base, name)}>" for name in node.names)
        paths = "|".join(f"plan:{ROLES[role]}" for role in node.roles)
        states = f"  {variable} plan:states {body} .\n"
        values = f"  VALUES {body} {{ {wanted} }}\n" if node.names else ""
        return f"{tie}{values}  {unit} {paths} {body} .\n{states}"
    if isinstance(node, HasConcept):
        wanted = " ".join(f"<{concept_iri(corpus.base, c)}>" for c in node.concepts)
        top, found = f"?t{next(names)}", f"?k{next(names)}"  # type: ignore[call-overload]
        about = (
            f"{tie}  VALUES {top} {{ {wanted} }}\n  {variable} plan:states {found} .\n  {found} skos:broader* {top} .\n"
        )
        if not node.exactly:
            return about
        tests = [f"{found} = {top}", *(f"CONTAINS(LCASE(STR({found}v)), {literal(text)})" for text in node.said)]
        return f"{about}  {variable} rdf:value {found}v .\n  FILTER({' || '.join(tests)})\n"
    if isinstance(node, HasText | HasQuotes | CitesTitle | CitesNumber | Runs | YearAfter):
        return f"{tie}{_worded(node, variable, names)}"
    if isinstance(node, HasTarget):
        target = f"?t{next(names)}"  # type: ignore[call-overload]
        needs = {
            "money": 'plan:value [] ; plan:unit ?mu . FILTER(REGEX(?mu, "元|yuan|dollar", "i"))',
            "percent": (
                "plan:value [] ; plan:unit ?pu ; plan:comparator ?pc . "
                'FILTER(?pc != "coverage" && REGEX(?pu, "%|百分|per ?cent"))'
            ),
            "points": 'plan:value [] ; plan:unit ?pt . FILTER(REGEX(?pt, "百分点|percentage point"))',
            "area": f"plan:value [] ; plan:unit ?au . FILTER(REGEX(?au, {literal(UNITS['area'])}))",
            "people": f"plan:value [] ; plan:unit ?eu . FILTER(REGEX(?eu, {literal(UNITS['people'])}))",
            "rise": 'plan:value [] ; plan:comparator "increase"',
            "fall": 'plan:value [] ; plan:comparator "decrease"',
            "ceiling": 'plan:value [] ; plan:comparator ?cc . FILTER(?cc IN ("<=", "<"))',
            "floor": 'plan:value [] ; plan:comparator ?fc . FILTER(?fc IN (">=", ">"))',
            "date": "plan:due []",
            "moment": (
                f"plan:due ?dl ; plan:comparator ?dc . FILTER({_exact('?dl', '(.*/)?')} "
                f'&& (?dc != "in_period" || NOT EXISTS {{ {unit} a plan:Notice }}))'
            ),
            "day": (
                f"plan:due ?dd ; plan:comparator ?dk . {variable} rdf:value ?dv . "
                f"FILTER(REGEX(STR(?dv), {literal(DAY)}) "
                f'&& (?dk != "in_period" || NOT EXISTS {{ {unit} a plan:Notice }}))'
            ),
            "deadline": f'plan:due ?dl ; plan:comparator ?dc . FILTER(?dc != "in_period" && {_exact("?dl")})',
        }
        tail = needs.get(node.kind, "plan:value []" if node.kind == "number" else "a plan:Target")
        return f"{tie}  {variable} plan:states {target} .\n  {target} {tail}{'' if tail.endswith(')') else ' .'}\n"
    if isinstance(node, DueIn | Measured):
        target = f"?t{next(names)}"  # type: ignore[call-overload]
        return f"{tie}  {variable} plan:states {target} .\n" + (
            _due(node, target, unit) if isinstance(node, DueIn) else _measured(node, target)
        )
    if isinstance(node, NamesDocument):
        named = f"?d{next(names)}"  # type: ignore[call-overload]
        return f"{tie}  {variable} plan:states {named} .\n  {named} a plan:PolicyDocument .\n"
    raise TypeError(f"not a leaf: {node!r}")


def _worded(
    node: HasText | HasQuotes | CitesTitle | CitesNumber | Runs | YearAfter, variable: str, names: object
) -> str:
    """What the text of a clause must hold."""
    value = f"?v{next(names)}"  # type: ignore[call-overload]
    if isinstance(node, YearAfter):
        year = f"?y{next(names)}"  # type: ignore[call-overload]
        years = " ".join(f'"{y}"' for y in range(node.year + 1, node.year + 51))
        test = f"  VALUES {year} {{ {years} }}\n  FILTER(CONTAINS({value}, {year}))\n"
        return f"  {variable} rdf:value {value} .\n{test}"
    if isinstance(node, HasQuotes | CitesNumber | Runs):
        return f"  {variable} rdf:value {value} .\n  FILTER(REGEX(STR({value}), {literal(shape_of(node))}))\n"
    if isinstance(node, CitesTitle):
        tests = [f"REGEX(LCASE(STR({value})), {literal(f'《[^《》]*{re.escape(t)}[^《》]*》')})" for t in node.texts]
        dated = (
            f"  FILTER(REGEX(STR({value}), {literal('《[^《》]*(19|20)[0-9][0-9][^《》]*》')}))\n" if node.dated else ""
        )
        return f"  {variable} rdf:value {value} .\n  FILTER({' || '.join(tests)})\n{dated}"
    chinese = [t for t in node.texts if not t.startswith("en:")]
    english = [t[3:] for t in node.texts if t.startswith("en:")]
    tests = [f"CONTAINS(LCASE(STR({value})), {literal(t)})" for t in chinese if not t[:1].isdigit()]
    tests += [
        f"REGEX(LCASE(STR({value})), {literal(rf'(^|[^0-9.]){re.escape(t)}')})" for t in chinese if t[:1].isdigit()
    ]
    tests += [f'REGEX(STR({value}), {literal(rf"(^|[^a-z]){re.escape(t)}")}, "i")' for t in english]
    path = "plan:translation|rdf:value" if english else "rdf:value"
    return f"  {variable} {path} {value} .\n  FILTER({' || '.join(tests)})\n"


def _place(node: Place, names: object, unit: str) -> str:
    """That a unit is one that is named, or stands in a section that is."""
    if isinstance(node, InUnit):
        return f"  VALUES ?label {{ {' '.join(literal(label) for label in node.labels)} }}\n"
    section = f"?s{next(names)}"  # type: ignore[call-overload]
    if isinstance(node, UnderHeading):
        return (
            f"  VALUES {section} {{ {' '.join(f'<{iri}>' for iri in node.sections)} }}\n"
            f"  {unit} dct:isPartOf+ {section} .\n"
        )
    number = f"?n{next(names)}"  # type: ignore[call-overload]
    return (
        f"  {unit} dct:isPartOf+ {section} .\n  {section} plan:level {node.level} ; plan:numberLabel {number} .\n"
        f"  FILTER REGEX({number}, {literal(_numeral_pattern(node.number))})\n"
    )


def _exact(variable: str, begins: str = "") -> str:
    return f"REGEX(STR({variable}), {literal(f'^{begins}{DAY_OR_MONTH}$')})"


def _due(node: DueIn, target: str, unit: str) -> str:
    """That a target's time ends between two days; a month or a year ends with its last day."""
    end, due = f"{target}e", f"{target}d"
    begins = f'  FILTER(!CONTAINS(STR({due}), "/") || STRBEFORE(STR({due}), "/") >= {literal(node.first)})\n'
    begins = "" if node.last == OPEN[1] else begins
    return (
        f"  {target} plan:due {due} ; plan:comparator {due}c .\n"
        f'  FILTER({due}c != "in_period" || NOT EXISTS {{ {unit} a plan:Notice }})\n'
        f'    BIND(REPLACE(STR({due}), "^.*/", "") AS {end}p)\n'
        f'  BIND(IF(STRLEN({end}p) = 4, CONCAT({end}p, "-12-31"), '
        f'IF(STRLEN({end}p) = 7, CONCAT({end}p, "-31"), {end}p)) AS {end})\n'
        f"  FILTER({literal(node.first)} <= {end} && {end} <= {literal(node.last)})\n{begins}"
    )


def _measured(node: Measured, target: str) -> str:
    """That a target's figure lies on the named side of a value."""
    value, side, unit = f"{target}v", f"{target}s", f"{target}u"
    sides = " ".join(literal(s) for s in sorted(SIDES[node.side]))
    equal = ", ".join(literal(s) for s in sorted(EQUAL[node.side]))
    scale = "1"
    for sign, size in SCALES.items():
        scale = f"IF(STRSTARTS({unit}, {literal(sign)}), {size}, {scale})"
    counted = f" && REGEX({unit}, {literal(node.unit)})" if node.unit else ""
    return (
        f"  VALUES {side} {{ {sides} }}\n"
        f"  {target} plan:value {value}n ; plan:comparator {side} ; plan:unit {unit} .\n"
        f"  BIND({value}n * {scale} AS {value})\n"
        f"  FILTER(({value} {node.side[0]} {node.value} || ({value} = {node.value} && {side} IN ({equal}))){counted})\n"
    )


_FORMAL = ["〇", "[壹壱]", "[贰貳]", "[叁參]", "肆", "伍", "[陆陸]", "柒", "捌", "玖", "拾"]


def _numeral_pattern(number: int) -> str:
    """A pattern of the labels that print a number."""
    digits = "〇一二三四五六七八九十"
    if number <= 10:
        written = f"{digits[number]}|{_FORMAL[number]}"
    else:
        tens, ones = divmod(number, 10)
        written = f"{digits[tens] if tens > 1 else ''}十{digits[ones] if ones else ''}" if number < 100 else str(number)
    numerals = "0-9一二三四五六七八九十"
    return f"^[^{numerals}]*({written}|{number})[^{numerals}]*$"
