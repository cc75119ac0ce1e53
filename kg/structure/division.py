"""A table behind the tasks that says who does each of them: every row goes to the task that it is about.

``8|集团组建|甲科|乙科|3月底`` below ``附表：任务分工`` bears the number and the words of item 8, so it is read as a
clause of item 8, though it stands elsewhere.  A table whose rows are mostly about nothing above it is left as it is:
then it is the plan itself, or a matter of its own.

What lives here: which rows are about which blocks.  What never will: finding rows (:mod:`.blocks`), and what their
cells say (``kg/extract/tables.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..model import Furniture, Span
from ..source import view
from .blocks import BETWEEN, Block
from .marks import MINOR
from .words import lexicon

LEAST_ROWS = 3
"""Rows that make a table worth asking."""
SAME_NUMBER, OTHER_NUMBER = 0.4, 0.8
"""Share of a row's words that the task must hold: less where it has the row's number."""
ABOUT = 0.6
"""Share of the rows that must be about tasks above the table."""
SAME = 0.8
"""Share of the rows so found that must bear the number of their task, for numbers alone to tell of the others."""
TITLE = 60
"""Characters of a task in which a row under another number must find its words; also the longest caption."""


@dataclass(slots=True)
class Division:
    """The blocks without the rows that are about others, and whose they are."""

    blocks: list[Block]
    furniture: list[Furniture] = field(default_factory=list)
    owners: list[tuple[Span, Block]] = field(default_factory=list)

    def hand_out(self) -> None:
        """Give each row to the unit or section of its task, once the tree is judged."""
        for row, task in self.owners:
            node: Block | None = task
            while node is not None and node.role not in ("unit", "section"):
                node = node.parent
            (node or task).rows.append(row)


def divide(text: str, blocks: Sequence[Block]) -> Division:
    """Find the tables of divisions; linear in the rows times the tasks before them.

    Args:
        text: the whole text.
        blocks: all blocks in order, before any is a part of the tree.
    """
    out = Division([])
    at = 0
    while at < len(blocks):
        end = _run(blocks, at)
        rows = [b for b in blocks[at:end] if b.kind == "row"]
        pairs = _pairs(text, rows, out.blocks) if len(rows) >= LEAST_ROWS else {}
        if pairs and len(pairs) >= ABOUT * len(rows):
            captions = _captions(text, out.blocks)
            out.furniture += [Furniture(Span(b.start, b.end), "caption of a table") for b in captions]
            for block in blocks[at:end]:
                span = Span(block.start, max(block.end, block.cells[-1].end) if block.cells else block.end)
                if block in pairs:
                    out.owners.append((span, pairs[block]))
                elif block.kind == "row":  # about no task: text, and no unit whose number would be another's
                    out.blocks.append(Block(block.start, block.end, body=block.start, why=block.why))
                else:
                    out.furniture.append(Furniture(span, BETWEEN))
            at = end
        else:
            out.blocks += blocks[at : max(end, at + 1)]
            at = max(end, at + 1)
    return out


def _run(blocks: Sequence[Block], at: int) -> int:
    """Where the table ends that begins at ``at``: rows, and single headings between them; ``at`` where none begins."""
    if blocks[at].kind != "row":
        return at
    end = at + 1
    while end < len(blocks):
        between = blocks[end].why == BETWEEN and end + 1 < len(blocks) and blocks[end + 1].kind == "row"
        if blocks[end].kind == "row" or between:
            end += 1
        else:
            break
    return end


def _pairs(text: str, rows: Sequence[Block], before: Sequence[Block]) -> dict[Block, Block]:
    """For each row that is about a task above the table, that task."""
    tasks = [b for b in before if b.marked and b.kind not in ("row", "box", "boxed", *MINOR)]
    words = [(_pieces(text[b.body : min(b.end, b.body + TITLE)]), _pieces(text[b.body : b.end])) for b in tasks]
    found: dict[Block, Block] = {}
    for row in rows:
        said = _pieces(row.cells[0].of(text)) if row.cells else frozenset()
        if not said:
            continue
        best = 0.0
        for task, (title, whole) in zip(tasks, words, strict=True):
            same = row.number is not None and row.number == task.number
            share = len(said & (whole if same else title)) / len(said)
            if share >= (SAME_NUMBER if same else OTHER_NUMBER) and share + same > best:
                best, found[row] = share + same, task
    return found | _by_number(rows, tasks, found)


def _by_number(rows: Sequence[Block], tasks: Sequence[Block], found: dict[Block, Block]) -> dict[Block, Block]:
    """The rows that share no word with a task, where the others show that rows and tasks have the same numbers."""
    same = sum(row.number is not None and row.number == task.number for row, task in found.items())
    if not found or same < SAME * len(found) or len(found) < ABOUT * len(rows):
        return {}
    kinds = {task.kind for task in found.values()}
    numbered = [task for task in tasks if task.kind in kinds]
    left: dict[Block, Block] = {}
    for row in rows:
        named = [task for task in numbered if row.number is not None and task.number == row.number]
        if row not in found and len(named) == 1:
            left[row] = named[0]
    return left


def _pieces(text: str) -> frozenset[str]:
    """Two characters each: what words are compared by."""
    seen = "".join(c for c in view(text).text if c.isalnum())
    return frozenset(seen[i : i + 2] for i in range(len(seen) - 1))


def _captions(text: str, blocks: list[Block]) -> list[Block]:
    """Take the lines off that name the table: they stand right above it."""
    taken: list[Block] = []
    while blocks and not blocks[-1].marked and blocks[-1].end - blocks[-1].start <= TITLE:
        seen = view(text[blocks[-1].start : blocks[-1].end]).text
        if not lexicon().table_caption.search(seen) or "。" in seen:
            break
        taken.append(blocks.pop())
    return taken
