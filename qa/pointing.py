"""What a further question points back to: the units of the answer before it, one of them, or the part they stand in.

What lives here: which units a question that points back is about.  What never will: whether it points back
(``qa/question/``).
"""

from __future__ import annotations

import re
from dataclasses import replace

from .corpus import Corpus, language
from .model import Answer, Query, UnderHeading


def pointing(query: Query, after: Answer, corpus: Corpus) -> Query:
    """The question, limited to what it points back to.

    Args:
        query: a question that points back.
        after: the answer before it.
        corpus: the plans that it is asked of.
    """
    said = language()["back"]
    asked = query.question.lower()
    units = [item.iri for item in after.items]
    if units and not query.terms and re.search(said[f"part_{query.language}"], asked):
        around = next((corpus.section_iris(u) for u in corpus.units if u.iri == units[0]), ())
        if around:
            return replace(query, condition=UnderHeading(around[-1:]), intent="navigate", points_back=False)
    for which, at in (("first", 0), ("last", -1)):
        if len(units) > 1 and re.search(said[f"{which}_{query.language}"], asked):
            units = [units[at]]
    more = re.search(language()["filter"][query.language]["other"], asked) is not None
    seen = tuple(c.iri for c in after.citations) if more else ()
    return replace(query, focus=tuple(units) or after.query.focus, seen=seen)
