"""The parts of a plan: covering notice, sections, units, clauses, each with its exact place in the text.

A mark does not say its level: ``一、`` heads a part in one plan and is the item itself in another.  So the text is
first cut into *blocks* (a mark with its text, a table row, a paragraph), the marks are put into a tree by the order
in which their kinds appear, and only then the tree as a whole decides what is a section, what a unit and what a
point inside a unit.

What lives here: cutting, the tree, the covering notice, clauses, the partition into leaves; one module each.
What never will: reading files (``kg/source``), what clauses say (``kg/extract``), words of one plan; the words
of the genre are in ``kg/lexicon/structure.toml``.
"""

from .document import explain, parse
from .front import iso_date, split_names
from .leaves import leaves
from .marks import numeral

__all__ = ["explain", "iso_date", "leaves", "numeral", "parse", "split_names"]
