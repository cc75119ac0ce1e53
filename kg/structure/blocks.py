"""Lines to blocks: a mark with its text, a table row, a paragraph; sentences that page breaks cut are joined.

Which block holds which is told in :mod:`.tree`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .. import english as en
from ..model import Furniture, Span
from ..source import Source, view
from ..tables import row_cells, run_table
from .lines import HEADINGS, LINE_CLOSED, STOPS, Line
from .marks import MID, MINOR, RANK, Mark, mark_at, numeral
from .sentences import open_bracket, protected_ranges
from .words import CN, lexicon

_NOTE = re.compile(r"(?:注|备注|備註|说明|說明|注释)[ \t]{0,2}[:：]")
_BRACKET_ONLY = re.compile(r"^[(（\[【][^()（）\[\]【】。]{2,80}[)）\]】]。?$")
_ANNEX_LIST = re.compile(r"^附件[一二三四五六七八九十\d]{0,2}:.")
_LOST = re.compile(r"[^\s。，；：,;:、]{2,24}[ \t\u3000\xa0]{1,4}(?=\S)")
_REST = re.compile(r"\s{1,4}[^\s。，；：,;:]{1,12}。")
_HEADING_CELL = re.compile(rf"^(?:[{CN}]{{1,3}}、|[(（][{CN}]{{1,3}}[)）])")
_HALF_STOP = re.compile(r"(?<=[\u4e00-\u9fff”）)%])\.(?=[\u4e00-\u9fff“（(])")

BETWEEN = "a heading between the rows of a table"
"""Why such a block is a heading."""


@dataclass(slots=True, eq=False)
class Block:
    """A mark with its text up to the next block, a table row, or a paragraph."""

    start: int
    end: int
    kind: str = ""
    number: int | None = None
    body: int = 0
    """Where the text behind the mark begins."""
    why: str = ""
    bold: bool = False
    last: int = 0
    """Start of its last line."""
    lead: int = 0
    """Where a heading ends whose line end became a blank; 0 where there is none."""
    cells: list[Span] = field(default_factory=list)
    rows: list[Span] = field(default_factory=list)
    """Rows of a table further down that say more of it."""
    children: list[Block] = field(default_factory=list)
    parent: Block | None = None
    level: int = 0
    label: str = ""
    """What its item is called, where that is not what is printed."""
    role: str = ""
    """``section``, ``unit`` or ``point``; empty for a paragraph."""

    @property
    def marked(self) -> bool:
        """Whether a mark, or a heading of the file's own format, opens it."""
        return bool(self.kind)


_TAIL = 400
"""Characters at the end of a block that tell whether its sentence is finished; bounds the work on joined lines."""


class Cutter:
    """Lines to blocks, by one pass that knows what came before."""

    def __init__(self, source: Source, lines: Sequence[Line], english: bool) -> None:
        self.text = source.text
        self.lines = [line for line in lines if not line.reason]
        self.english = english
        self.breaks = source.format in ("txt", "md", "pdf")
        self.width = self._width()
        self.size = sum(line.end - line.start for line in self.lines)
        gaps = [self.text.count("\n", a.end, b.start) for a, b in pairwise(self.lines)]
        self.spaced = sum(n > 1 for n in gaps) > 0.7 * len(gaps)
        self.blocks: list[Block] = []
        self.furniture: list[Furniture] = []
        self.warnings: list[str] = []
        self.last: dict[str, int] = {}
        self.styles = self._styles()
        self.unstopped = self._unstopped()
        self.wrap = en.wrap([self.text[x.start : x.end] for x in self.lines]) if english else en.Wrap(0)
        self.one_line = any(self._dense(line) for line in self.lines) or self._same_line()
        self.numbers = self._all_numbers()

    # What the whole text tells

    def _width(self) -> int:
        """Characters of a full line where the text is wrapped at a fixed width; 0 where it is not."""
        lengths = sorted(line.end - line.start for line in self.lines)
        if len(lengths) < 8 or self.english:
            return 0
        widest = lengths[int(len(lengths) * 0.9)]
        full = sum(widest - 3 <= n <= widest + 2 for n in lengths)
        return widest if 18 <= widest <= 60 and full >= 0.4 * len(lengths) else 0

    def _styles(self) -> dict[str, bool]:
        """For each kind of mark whether its titles are mostly run in (True) or on a line of their own."""
        votes: Counter[tuple[str, bool]] = Counter()
        for line in self.lines:
            mark = mark_at(self.text, line.start, line.end, self.english)
            if mark is not None:
                votes[mark.kind, _stops(self.text[mark.end : line.end])] += 1
        return {kind: votes[kind, True] > votes[kind, False] for kind, _ in votes}

    def _unstopped(self) -> frozenset[str]:
        """Kinds of bullets whose lines mostly end without a stop: there a missing stop is no sign of a broken line."""
        votes: Counter[tuple[str, bool]] = Counter()
        for line in self.lines:
            mark = mark_at(self.text, line.start, line.end, self.english)
            if mark is not None and mark.kind in MINOR:
                votes[mark.kind, bool(LINE_CLOSED.search(self.text[max(mark.end, line.end - 8) : line.end]))] += 1
        return (
            frozenset(k for k, _ in votes if votes[k, False] > max(1, votes[k, True]))
            if not self.width
            else frozenset()
        )

    def _dense(self, line: Line) -> bool:
        """Whether a line holds so much of the text, and so many marks behind stops, that line ends were lost."""
        inner = self.text[line.start : line.end]
        if len(inner) < 120 or len(inner) < 0.4 * self.size:
            return False
        return (
            sum(inner[: m.start()].rstrip()[-1:] in ("。", "；", "！", ".", "）") for m in MID.finditer(inner, 1)) >= 3
        )

    def _same_line(self) -> bool:
        """Whether most lines are pieces of one line of the file."""
        return len(self.lines) > 4 and 2 * sum(
            "\n" not in self.text[a.end : b.start] for a, b in pairwise(self.lines)
        ) > len(self.lines)

    def _all_numbers(self) -> dict[str, set[int]]:
        """The numbers that stand anywhere in the text as a mark could: to ask whether a first has a second."""
        found: dict[str, set[int]] = {}
        for m in MID.finditer(self.text):
            n = numeral(m[0])
            if m.lastgroup and n is not None and n <= 3:
                found.setdefault(m.lastgroup, set()).add(n)
        return found

    # The pass

    def run(self) -> list[Block]:
        """All blocks, in order."""
        i = 0
        while i < len(self.lines):
            taken = self._table(i) or (self._english_cells(i) if self.english else self._attachments(i))
            if taken:
                i += taken
                continue
            self._line(self.lines[i], self.lines[i + 1] if i + 1 < len(self.lines) else None)
            i += 1
        if self.one_line:
            for block in self.blocks:
                m = _LOST.match(self.text, block.body, block.end) if block.kind in HEADINGS else None
                block.lead = m.end() if m and block.end - m.end() > 16 else 0
        return self.blocks

    def _line(self, line: Line, after: Line | None) -> None:
        mark = mark_at(self.text, line.start, line.end, self.english)
        if mark is not None and not self._fits(mark, line):
            mark = None
        previous = self.blocks[-1] if self.blocks else None
        if mark is not None:
            self._open(line.start, line.end, mark, f"line begins with a {mark.kind} mark")
        elif line.heading and not (line.end - line.start > 80 and "。" in line.seen):
            body = line.start + len(re.match(r"#{0,6}[ \t]*(?:\*\*)?", self.text[line.start : line.end])[0])  # type: ignore[index]
            self.blocks.append(
                Block(
                    line.start,
                    line.end,
                    f"h{line.heading}",
                    None,
                    body,
                    "a heading of the file's own format",
                    last=line.start,
                )
            )
            return
        elif previous is not None and (self._owner_line(previous, line) or self._continues(previous, line)):
            previous.last = line.start
            previous.end = line.end
        else:
            self.blocks.append(Block(line.start, line.end, body=line.start, last=line.start))
        if not self.english or self.one_line:
            self._split(line)

    def _open(self, start: int, end: int, mark: Mark, why: str) -> None:
        self.blocks.append(
            Block(start, end, mark.kind, mark.number, mark.end, why, mark.bold, last=start, label=mark.label)
        )
        if mark.number is not None:
            self.last[mark.kind] = mark.number

    def _fits(self, mark: Mark, line: Line) -> bool:
        """Whether a mark at a line start is one, or part of a sentence that a page break cut."""
        previous = self.blocks[-1] if self.blocks else None
        following = self.last.get(mark.kind, 0) + 1
        fits = mark.number in (1, following)
        if mark.kind == "upper":  # else the initial of a name
            return fits and self._has_second(mark.number == 1)
        rest = self.text[mark.end : line.end]
        if mark.kind.startswith("decimal"):
            first = self.text[line.start : mark.end]
            return (
                mark.number == 1
                or fits
                or not (previous and self._broken(previous))
                and not re.search(r"[.．]0", first)
            )
        if mark.kind == "cn" and re.match(rf"[{CN}]{{1,3}}[、年是级类]", rest) and not fits:
            return False
        if mark.kind == "article" and re.match(r"[、和及至的规款第]", rest):
            return False
        if previous is None or not self.breaks:
            return True
        if (
            mark.kind == "ar"
            and mark.number
            and mark.number > 1
            and not previous.marked
            and _NOTE.match(self.text, previous.start, previous.end)
        ):
            return False  # the second of the notes below a table
        opened = open_bracket(self.text, max(previous.start, previous.end - 120), previous.end)
        if opened >= 0 and not (fits and mark.kind in ("cn", "pcn", "ar") and previous.end - opened > 40):
            return False
        if not self._broken(previous) or fits:
            return True
        if mark.kind == "ar" and "、" in self.text[line.start : mark.end]:
            self.warnings.append(
                f"taken for a page number in mid-sentence: {self.text[line.start : mark.end].strip()!r} at {line.start}"
            )
            return False
        return mark.kind not in ("cn", "dash", "ar") or mark.number is not None and mark.number > following

    def _has_second(self, first: bool) -> bool:
        """Whether a lettered part that is the first has a second."""
        if not first:
            return True
        marks = (en.mark(self.text, x.start, x.end) for x in self.lines)
        return any(m is not None and m.kind == "upper" and m.number == 2 for m in marks)

    def _broken(self, block: Block) -> bool:
        """Whether the block stops in mid-sentence."""
        if block.cells or LINE_CLOSED.search(self.text[max(block.start, block.end - 8) : block.end]):
            return False
        if block.kind.startswith("h"):
            return False
        tail = self.text[max(block.body, block.end - _TAIL) : block.end]
        if block.kind in self.unstopped:
            return tail[-1:] in "，,、"
        if block.marked and not run_in(tail, self.english):
            if not self.width and len(tail) <= 26 and not any(c in "，,、；" for c in tail) and self._next_to(block):
                # A heading on a line of its own, unless the line below is the rest of its sentence.
                return self.styles.get(block.kind, False) and bool(_REST.match(self.text, block.end))
            return self.styles.get(block.kind, False) or len(tail) > 60
        return any(c in "，,、。；" for c in tail)

    def _next_to(self, block: Block) -> bool:
        """Whether the line below a block is as near as lines of this text are: no page break between them."""
        return self.text.count("\n", block.end, block.end + 8) <= (2 if self.spaced else 1)

    @staticmethod
    def _owner_line(previous: Block, line: Line) -> bool:
        """Whether a line is nothing but the bracket that says who does what the marked block above it tells."""
        return (
            previous.marked
            and not previous.cells
            and bool(_BRACKET_ONLY.match(line.seen))
            and bool(lexicon().owners.search(line.seen))
        )

    def _continues(self, previous: Block, line: Line) -> bool:
        """Whether ``line`` goes on with a sentence that a line end or page break cut in ``previous``."""
        if previous.cells or previous.kind.startswith("h") and previous.kind != "head":
            return False
        tail = self.text[max(previous.start, previous.end - _TAIL) : previous.end]
        if self.breaks and open_bracket(self.text, max(previous.start, previous.end - 120), previous.end) >= 0:
            return True
        if self.english:
            if previous.kind not in ("", "dash", "head") and not self.text[previous.body : previous.end].strip():
                return not en.is_head(self.text[line.start : line.end])  # a mark on a line of its own
            return self.wrap.joins(self.text[previous.last : previous.end], self.text[line.start : line.end])
        if LINE_CLOSED.search(tail[-8:]):
            return False
        if not self.breaks:
            return False
        if self.width:
            return previous.end - previous.last >= self.width - 3
        return (
            self._broken(previous)
            and not lexicon().title.search(view(tail[-40:]).text)
            and not lexicon().body.match(line.seen)
        )

    # Marks in mid-line

    def _split(self, line: Line) -> None:
        """Cut the last block at marks that stand in mid-line, as in copies of one-line pages."""
        text = self.text
        inline: dict[str, int] = {}
        begun = self.blocks[-1]
        protected = protected_ranges(text, line.start, line.end)
        k = 0
        for m in MID.finditer(text, line.start + 1, line.end):
            kind, number = m.lastgroup or "", numeral(m[0])
            at = m.start()
            while k < len(protected) and protected[k][1] <= at:
                k += 1
            bracket = k < len(protected) and protected[k][0] == at and kind == "pcn"
            if number is None or at < begun.body or (k < len(protected) and protected[k][0] <= at and not bracket):
                continue
            before = text[line.start : at].rstrip(" \t\u3000\xa0*")
            if not before:
                continue
            previous = before[-1]
            gap = len(before) < at - line.start
            if (
                number == 1
                and (previous in "：:" or self._listed(kind, m.end(), line.end))
                or inline.get(kind, 0) + 1 == number
                and number > 1
            ):
                inline[kind] = number
                continue
            stopped = previous in "。！？；;.!?」”）)》"
            if not self._mid_fits(kind, number, begun, at, stopped, gap):
                continue
            block = self.blocks[-1]
            block.end = max(block.body, line.start + len(before))
            inline.clear()
            self._open(at, line.end, Mark(kind, number, m.end()), f"{kind} mark in mid-line")
            begun = self.blocks[-1]

    def _listed(self, kind: str, at: int, end: int) -> bool:
        """Whether a first point in mid-line ends in a semicolon before the second: a list inside a sentence."""
        second = next((m for m in MID.finditer(self.text, at, min(end, at + 200)) if m.lastgroup == kind), None)
        return (
            kind in ("ar", "pcn")
            and second is not None
            and numeral(second[0]) == 2
            and self.text[at : second.start()].rstrip()[-1:] in ("；", ";")
        )

    def _mid_fits(self, kind: str, number: int, begun: Block, at: int, stopped: bool, gap: bool) -> bool:
        lead = self.text[begun.body : at]
        heading = (
            begun.marked and len(lead) <= 40 and not any(c in "。；，" for c in lead.strip()) and begun.kind != kind
        )
        if heading and RANK.get(kind, 99) <= RANK.get(begun.kind, -1):
            heading = False
        expected = self.last.get(kind, 0) + 1
        if kind == "article" and not (stopped and self.one_line):
            return False
        if number == 1:
            if 2 not in self.numbers.get(kind, ()):
                return False
            if heading:
                return True
            return self.one_line and (stopped or gap or kind not in self.last and kind in ("cn", "pcn", "big", "part"))
        if number != expected:
            return heading and kind == "pcn" and number > 1
        return stopped or heading or (gap and self.one_line)

    # Tables and lists of attachments

    def _table(self, i: int) -> int:
        """Take a table that begins at line ``i``; the number of lines taken."""
        text = self.text
        rows: list[list[Span]] = []
        at = i
        bare = self._bare_heads(self.lines[i])
        while at < len(self.lines):
            line = self.lines[at]
            cells = row_cells(text, line.start, line.end, bare=bare)
            if not cells and rows and at + 1 < len(self.lines) and self._between_rows(at):
                cells = [Span(line.start, line.end), Span(line.end, line.end)]
            if not cells:
                break
            rows.append(cells)
            at += 1
        if len(rows) >= 2:
            self._rows(rows, [line.continued for line in self.lines[i:at]])
            return len(rows)
        return self._gap_table(i) or self._cell_lines(i) or self._run_together(i)

    def _bare_heads(self, line: Line) -> bool:
        """Whether a line holds column heads with bars between them and none at its ends: ``序号|任务|牵头单位``."""
        seen = [view(c.of(self.text)).text for c in row_cells(self.text, line.start, line.end, bare=True)]
        return "|" in line.seen and 2 * sum(s in lexicon().columns for s in seen) > len(seen)

    def _run_together(self, i: int) -> int:
        """Take a table whose cells stand one behind the other in running text."""
        table = run_table(self.text, self.lines[i].start, self.lines[-1].end)
        if table is None:
            return 0
        self.furniture.append(Furniture(table.heads, "column heads"))
        for row in table.rows:
            spans = [cell.span for cell in row]
            mark = mark_at(self.text, spans[0].start, spans[0].end, self.english) if len(row) == 1 else None
            if mark is not None:
                self._open(spans[0].start, spans[0].end, mark, BETWEEN)
            else:
                self._row(spans, True)
        return sum(line.start < table.end for line in self.lines[i:])

    def _between_rows(self, at: int) -> bool:
        """Whether a short line between two rows of a table is a heading with a mark: ``二、甲工作（5项）``."""
        line, after = self.lines[at], self.lines[at + 1]
        mark = mark_at(self.text, line.start, line.end, self.english)
        return (
            mark is not None
            and mark.kind in HEADINGS
            and line.end - line.start <= 40
            and "。" not in line.seen
            and bool(row_cells(self.text, after.start, after.end))
        )

    def _rows(self, rows: Sequence[list[Span]], continued: Sequence[bool]) -> None:
        text = self.text
        head: list[str] = []
        numbered = False
        at, numbers = 0, False  # the column of numbers, and whether there is one
        group = ""
        for k, cells in enumerate(rows):
            seen = [view(c.of(text)).text.strip("*") for c in cells]
            filled = [c for c, s in zip(cells, seen, strict=True) if s]
            whole = Span(cells[0].start, cells[-1].end)
            if not filled:
                continue
            if _names_columns(seen, head, k):
                head = seen
                numbered = numbered or any(s in lexicon().tasks for s in seen)
                at = next((i for i, s in enumerate(seen) if s in lexicon().ordinals), 0)
                numbers = any(s in lexicon().ordinals for s in seen)
                numbered = numbered or self.english and sum(bool(en.column(s)) for s in seen) >= 2
                self.furniture.append(Furniture(whole, "column heads"))
                continue
            if continued[k] and self.blocks and self.blocks[-1].kind == "row":
                self.blocks[-1].cells += filled
                self.blocks[-1].end = filled[-1].end
                continue
            if len(filled) == 1 and len(cells) > 1:
                mark = mark_at(text, filled[0].start, filled[0].end, self.english)
                if mark is not None:
                    self._open(filled[0].start, filled[0].end, mark, "a table row that holds a heading alone")
                    continue
                if numbered and seen[0] and k + 1 < len(rows) and _is_title(seen):
                    self._group(filled[0], "a table row that holds a heading alone")
                    continue
            if 0 < at < len(cells) and re.fullmatch(rf"[\d{CN}]{{1,4}}[.、]?", seen[at]):
                filled, group = self._before_number(cells, seen, at, group)
            elif numbers and not any(seen[: at + 1]) and self.blocks and self.blocks[-1].kind == "row":
                self.blocks[-1].cells += filled  # a row without a number goes on with the one above
                self.blocks[-1].end = filled[-1].end
                continue
            self._row(filled, numbered)

    def _before_number(self, cells: Sequence[Span], seen: Sequence[str], at: int, group: str) -> tuple[list[Span], str]:
        """The cells that make the row where its number stands in column ``at``, and the group that it belongs to."""
        filled = [(i, c) for i, (c, s) in enumerate(zip(cells, seen, strict=True)) if s]
        before = [s for s in seen[:at] if s]
        if before and not _is_title(before):
            return [c for _, c in filled], group
        if before and before[0] != group:
            group = before[0]
            self._group(filled[0][1], "a table cell before the number of its row")
        return [c for i, c in filled if i >= at], group

    def _group(self, cell: Span, why: str) -> None:
        """A heading of the table rows below it."""
        mark = mark_at(self.text, cell.start, cell.end, self.english)
        if mark is not None:
            self._open(cell.start, cell.end, mark, why)
            return
        self.blocks.append(Block(cell.start, cell.end, "head", None, cell.start, why, last=cell.start))

    def _gap_table(self, i: int) -> int:
        """Take an English table whose cells are divided by blanks: known heads, then a row on each line."""
        if not self.english:
            return 0
        first = self.lines[i]
        if not en.gap_rows(self.text, [(first.start, first.end)]):
            return 0
        lines = [(x.start, x.end) for x in self.lines[i : i + 200]]
        rows = en.gap_rows(self.text, lines)
        if len(rows) < 2:
            return 0
        self.furniture.append(Furniture(Span(rows[0][0][0], rows[0][-1][1]), "column heads"))
        for cells in rows[1:]:
            spans = [Span(a, b) for a, b in cells]
            if len(spans) == 1 and self.blocks[-1].kind == "row":
                self.blocks[-1].cells.append(spans[0])
                self.blocks[-1].end = spans[0].end
            else:
                self._row(spans, True)
        return len(rows)

    def _english_cells(self, i: int) -> int:
        """Take an English table that was copied one cell a line; the number of lines taken."""
        if not en.column(self.text[self.lines[i].start : self.lines[i].end]):
            return 0
        said = [self.text[x.start : x.end] for x in self.lines[i : i + 400]]
        width = en.head_lines(said)
        if not width:
            return 0
        heads = [en.key(x) for x in said[:width]]
        kinds = [k for k in map(en.column, said[:width]) if k != "number"]
        at, taken = i + width, [i]
        table: list[int] = []
        while at < i + len(said):
            if [en.key(x) for x in said[at - i : at - i + width]] == heads:
                taken.append(at)
                at += width
                continue
            if self._ends_table(at, table) or en.head_lines(said[at - i : at - i + 12]):
                break
            table.append(at)
            at += 1
        if not table:
            for k in taken if len(taken) > 1 else ():
                self._column_heads(k, width)
            return at - i if len(taken) > 1 else 0
        self._known_rows(taken, table, width, kinds)
        return at - i

    def _known_rows(self, taken: Sequence[int], table: Sequence[int], width: int, kinds: Sequence[str]) -> None:
        """Add the rows of a table of one cell a line: by their numbers, else by what the cells look like."""
        for k in taken:
            self._column_heads(k, width)
        first = self._row_number(table[0])
        if first:
            openings = [k for k, n in enumerate(table) if self._row_number(n) == first]
        else:
            openings = en.rows([self.text[self.lines[n].start : self.lines[n].end] for n in table], kinds)
        for a, b in pairwise([*openings, len(table)]):
            self._english_row([Span(self.lines[n].start, self.lines[n].end) for n in table[a:b]], kinds)

    def _english_row(self, cells: list[Span], kinds: Sequence[str]) -> None:
        """Add a row of one cell a line; the lines of its first cell become one."""
        if cells:
            number = (
                bool(re.fullmatch(r"\(?[\dA-Za-z]{1,2}(?:\.\d{1,2})?[.)]?", cells[0].of(self.text))) and len(cells) > 1
            )
            rest = cells[1:] if number else cells
            columns = en.aligned([c.of(self.text) for c in rest], kinds)
            task = rest[: en.first_cell([c.of(self.text) for c in rest], columns)]
            self._row([*cells[: len(cells) - len(rest)], Span(task[0].start, task[-1].end), *rest[len(task) :]], True)

    def _ends_table(self, at: int, table: Sequence[int]) -> bool:
        """Whether a line heads a part: a table of which the lines are known ends above it."""
        line = self.lines[at]
        mark = mark_at(self.text, line.start, line.end, True)
        if mark is None or line.heading:
            return bool(line.heading)
        if not table:
            return mark.kind == "upper"
        first = mark_at(self.text, self.lines[table[0]].start, self.lines[table[0]].end, True)
        own = first is not None and first.kind == mark.kind
        return (mark.kind.startswith("en ") or mark.kind == "upper") and not own

    def _row_number(self, at: int) -> str:
        """The kind of number with which a row begins; empty where the line begins with none."""
        line = self.lines[at]
        plain = self.text[line.start : line.end]
        if re.fullmatch(r"\d{1,2}[.)]?", plain):
            return "ar"
        mark = mark_at(self.text, line.start, line.end, True)
        return mark.kind if mark is not None and mark.kind not in ("dash", "roman", "rom") else ""

    def _row(self, cells: list[Span], numbered: bool) -> None:
        text = self.text
        first = view(cells[0].of(text)).text.strip(".、*()")
        number = numeral(first) if re.fullmatch(rf"[\d{CN}]{{1,4}}", first) else None
        mark = None if number is not None else mark_at(text, cells[0].start, cells[0].end, self.english)
        body = cells[1].start if number is not None and len(cells) > 1 else cells[0].start
        if mark is not None and mark.kind not in MINOR:
            number, body = mark.number, mark.end
        if number is None and not numbered:
            self.blocks.append(
                Block(cells[0].start, cells[-1].end, body=cells[0].start, last=cells[0].start, why="table row")
            )
            self.blocks[-1].cells = [Span(cells[0].start, cells[-1].end)]
            return
        rest = [c for c in cells if c.end > body] or cells[-1:]
        rest[0] = Span(min(max(rest[0].start, body), rest[0].end), rest[0].end)
        self.blocks.append(
            Block(cells[0].start, cells[-1].end, "row", number, body, "a table row", last=cells[0].start)
        )
        self.blocks[-1].cells = rest

    def _cell_lines(self, i: int) -> int:
        """Take a table that was copied one cell a line: column heads, then cells, rows by their printed number."""
        cells = [line.seen.strip("|*") for line in self.lines[i : i + 12]]
        width = self._head_width(cells)
        if width < 3:
            return 0
        heads = cells[:width]
        at = i + width
        rows: list[list[Span]] = []
        filled = 0  # rows with more than their number
        while at < len(self.lines):
            if [x.seen.strip("|*") for x in self.lines[at : at + width]] == heads:
                self._column_heads(at, width)
                at += width
                continue
            opens = self._opens_row(at, rows, filled, width, heads[0] in ("序号", "No."))
            if opens is None:
                break
            if opens:
                rows.append([])
            line = self.lines[at]
            core = self.text[line.start : line.end].strip("| \t")
            start = line.start + self.text[line.start : line.end].index(core)
            rows[-1].append(Span(start, start + len(core)))
            filled += len(rows[-1]) == 2
            at += 1
        if not rows and at == i + width:
            return 0
        self._column_heads(i, width)
        for row in rows:
            mark = mark_at(self.text, row[0].start, row[0].end, self.english) if len(row) == 1 else None
            if mark is not None:
                self._open(row[0].start, row[0].end, mark, "a table row that holds a heading alone")
            else:
                self._row(row, any(head in lexicon().tasks for head in heads))
        return at - i

    @staticmethod
    def _head_width(cells: Sequence[str]) -> int:
        """How many of the cells are column heads: known ones, or short words between them up to the first number."""
        known = [seen in lexicon().columns for seen in cells]
        width = next((k for k, is_known in enumerate(known) if not is_known), len(cells))
        if cells and cells[0] in ("序号", "编号", "No.") and sum(known) >= 2:
            first = next((k for k, seen in enumerate(cells) if seen == "1" or _HEADING_CELL.match(seen)), 0)
            if all(len(seen) <= 12 and not any(c in "，。；：" for c in seen) for seen in cells[:first]):
                return max(width, first)
        return width

    def _column_heads(self, at: int, width: int) -> None:
        self.furniture.append(Furniture(Span(self.lines[at].start, self.lines[at + width - 1].end), "column heads"))

    def _opens_row(self, at: int, rows: Sequence[list[Span]], filled: int, width: int, numbered: bool) -> bool | None:
        """Whether the cell in line ``at`` begins a row; None where the table has ended."""
        line = self.lines[at]
        seen = line.seen.strip("|*")
        full = not rows or len(rows[-1]) >= width
        mark = mark_at(self.text, line.start, line.end, self.english)
        if rows and mark is not None and mark.kind == self._row_mark(rows) and mark.number is not None:
            return True  # each row begins with a mark of its own
        if not rows and mark is not None and mark.kind in ("ar", "decimal1", "pcn", "par"):
            return True
        if numbered or re.fullmatch(r"\d{1,3}", seen):
            if seen == str(filled + 1) or seen == "1" and len(rows[-1:]) and len(rows[-1]) == 1:
                return True
            ahead = (x.seen.strip("|*") for x in self.lines[at + 1 : at + 6])
            heading = mark is not None and mark.kind in ("cn", "pcn")
            if full and rows and not heading and len(rows[-1]) < width + 4 and str(filled + 1) in ahead:
                return False  # a cell that a page broke: the next number is still to come
            if not full and not (numbered and mark is not None and mark.kind == "cn" and len(rows[-1]) > 2):
                return False
            return True if mark is not None and mark.kind in ("cn", "pcn") else None
        if not full:
            return False
        if len(self.lines) - at < width or mark is not None or self._row_mark(rows):
            return None
        return True

    def _row_mark(self, rows: Sequence[list[Span]]) -> str:
        """The kind of mark that the first row begins with; empty where it begins with none."""
        first = next((row[0] for row in rows if len(row) > 1 or len(rows) == 1), None)
        mark = mark_at(self.text, first.start, first.end, self.english) if first is not None else None
        return mark.kind if mark is not None and mark.kind in ("ar", "decimal1", "pcn", "par") else ""

    def _attachments(self, i: int) -> int:
        """Take a list of attachments (附件：1.… 2.…) with the lines that go on with it."""
        line = self.lines[i]
        if not _ANNEX_LIST.match(line.seen) or len(line.seen) > 120:
            return 0
        taken, number = 1, 1
        while i + taken < len(self.lines):
            follower = self.lines[i + taken]
            mark = mark_at(self.text, follower.start, follower.end, self.english)
            again = _ANNEX_LIST.match(follower.seen)
            if len(follower.seen) > 90 or not (
                again or mark is not None and mark.kind == "ar" and mark.number == number + 1
            ):
                break
            taken, number = taken + 1, number + 1
        content = i + taken < len(self.lines) and sum(len(x.seen) for x in self.lines[i + taken :]) > 200
        if taken == 1 and content and self.blocks and not re.search(r"附件:\S", line.seen):
            return 0
        self.furniture.append(Furniture(Span(line.start, self.lines[i + taken - 1].end), "list of attachments"))
        return taken


def _names_columns(seen: Sequence[str], head: Sequence[str], k: int) -> bool:
    """Whether row ``k`` holds the heads of the columns: the first row, one that repeats it, a second row of heads."""
    known = sum(s in lexicon().columns for s in seen) >= 2
    if not head:
        return k == 0 or known
    return seen == head or k == 1 and known and all(s in head or s in lexicon().columns for s in seen)


def _is_title(seen: Sequence[str]) -> bool:
    """Whether the cells that are filled, of one row, are one short heading."""
    filled = [s for s in seen if s]
    return len(filled) == 1 and 2 <= len(filled[0]) <= 40 and not re.search(r"[，。；：,;:!?]|\d$", filled[0])


def run_in(body: str, english: bool) -> bool:
    """Whether a sentence ends before the end: a title with text behind it on the same line."""
    core = body.strip(" \t\u3000*#_")[:-1]
    if english:
        return bool(re.search(r"[.;!?][\"”)]?\s+[A-Z(“\"\[]", core))
    return _stops(core)


def _stops(text: str) -> bool:
    """Whether a sentence of Chinese ends in ``text``; a half-width stop between characters counts."""
    return any(c in STOPS for c in text) or bool(_HALF_STOP.search(text))
