"""What stands before the plan: the covering notice, the title, who issued it, to whom and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .. import english as en
from ..model import Furniture, Span, readable
from ..source import view
from .blocks import Block
from .lines import ANNEX, DATE, HEADINGS
from .marks import VALUE, numeral
from .words import lexicon

_EXCERPT = re.compile(r"^[^。，；:]{2,40}[(（](?:节录|节选|摘录|摘编|摘要|全文|草案|试行|暂行|征求意见稿)[)）]$")
_ISO_DATE = re.compile(r"((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})")

NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}[〔\[【(〈]?((?:19|20)\d{2})[〕\]】)〉]?第?\d{1,4}号(?!文)")
_ADDRESS = re.compile(r"^[^。;!?《》]{2,400}[:：]$")
YEAR = re.compile(r"((?:19|20)\d{2})\s{0,2}(?:[—–\-－~至到/]\s{0,2}(?:19|20)?\d{2}\s{0,2})?(?:学年度?|年度?|/\d{2})")
ROC_YEAR = re.compile(r"(?:民国)?(1[0-9]{2})(?:学年度?|年度)")
TOLD_YEAR = re.compile(r"(?:一九|二[〇零○O])[〇零○O一二三四五六七八九]{2}(?=年|财政年度|学年)")
BARE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


def _is_address(line: str) -> bool:
    """Whether a line of the view names who is addressed: bodies, and a colon at its end."""
    return bool(_ADDRESS.match(line) and lexicon().address.search(line))


@dataclass(slots=True)
class Front:
    """What stands before the first heading or paragraph of the plan."""

    notice: list[Span] = field(default_factory=list)
    titles: list[Span] = field(default_factory=list)
    furniture: list[Furniture] = field(default_factory=list)
    number: str | None = None
    title: str = ""
    notice_title: str = ""
    issuers: list[str] = field(default_factory=list)
    addressees: tuple[str, ...] = ()
    issued: str | None = None


class FrontReader:
    """Takes the covering notice and the title off the head of the blocks."""

    def __init__(self, text: str, english: bool) -> None:
        self.text = text
        self.english = english
        self.front = Front()

    def take(self, blocks: list[Block]) -> Front:
        """Take notice and title off the head of ``blocks``, which is changed, and read them."""
        words, front = lexicon(), self.front
        head: list[Block] = []
        while (
            blocks
            and (
                not blocks[0].marked
                or not head
                and blocks[0].kind == "h1"
                or head
                and self._occasion(blocks)
                or blocks[0].kind in ("h1", "h2", "head")
                and self._names_document(blocks[0])
            )
            and not blocks[0].cells
        ):
            head.append(blocks.pop(0))
        seen = [view(self.text[b.start : b.end]).text.strip("*# ") for b in head]
        last = -1
        for i, line in enumerate(seen):
            number = NUMBER.search(line)
            signs = (
                words.hand_over.search(line)
                and len(line) < 500
                or number
                and len(line) <= len(number[0]) + 16
                or _is_address(line)
                and i < 12
                and i + 1 < len(head)
                and not self.english
                or line.endswith("文件")
                and len(line) < 40
                or line.startswith(("关于印发", "关于下达", "关于转发"))
                and line.endswith("通知")
            )
            if signs:
                last = i
        # What signs the notice belongs to it: bodies and a date.
        while 0 <= last < len(head) - 1 and (
            DATE.match(seen[last + 1]) or words.body.match(seen[last + 1]) and self._signed(seen, last + 1)
        ):
            last += 1
        rest = last + 1
        while rest < len(head) and self._is_title(head[rest], seen[rest]):
            rest += 1
        rest = self._whole_title(head, seen, blocks, last + 1, rest)
        for block in reversed(head[rest:]):
            if block.kind in ("h1", "h2", "head"):
                block.kind = ""
            blocks.insert(0, block)
        front.notice = [Span(b.start, b.end) for b in head[: last + 1]]
        front.titles = [Span(b.start, b.end) for b in head[last + 1 : rest]]
        self._read(seen[: last + 1], seen[last + 1 : rest])
        return front

    def _whole_title(self, head: list[Block], seen: Sequence[str], blocks: list[Block], first: int, rest: int) -> int:
        """Where the title ends that begins at line ``first`` and of which the lines up to ``rest`` could be part."""
        if self.english:
            rest = self._english_title(head, blocks, first, rest)
        else:
            rest = self._end_of_title(seen, first, rest)
            if first < rest == len(head) - 1 and self._under_title(seen[rest], blocks):
                rest += 1
        alone = first == 0 and rest == 0 and head and (len(head) > 1 or blocks)
        if alone and len(seen[0]) <= 60 and not re.search(r"[。；]", seen[0]):
            return 1
        return rest

    @staticmethod
    def _under_title(line: str, blocks: Sequence[Block]) -> bool:
        """Whether a short line stands between the title and the first part: it says which field the plan is for."""
        return len(line) <= 16 and not re.search("[。，；:]", line) and bool(blocks) and blocks[0].kind in HEADINGS

    def _occasion(self, blocks: Sequence[Block]) -> bool:
        """Whether a line behind a dash stands alone under the title: when and where a report was given."""
        seen = view(self.text[blocks[0].start : blocks[0].end]).text
        return (
            blocks[0].kind == "dash"
            and len(seen) <= 60
            and not re.search("[。;；:]", seen)
            and not (len(blocks) > 1 and blocks[1].kind == "dash")
        )

    def _names_document(self, block: Block) -> bool:
        seen = view(self.text[block.start : block.end]).text.strip("*# ")
        return bool(lexicon().title.search(seen) and (YEAR.search(seen) or len(seen) > 8))

    def _english_title(self, head: Sequence[Block], below: Sequence[Block], first: int, end: int) -> int:
        """Behind the line that names the document only its year, who adopted it, and a motto go with it."""
        said = [self.text[b.start : b.end].strip("*# ") for b in head]
        if end == len(said) > first + 1 and en.is_place(said[-1]) and en.names_document(said[-2]):
            return end  # below the title the school that it is for
        named = next((i for i in range(first, end) if en.names_document(said[i])), -1)
        if named < 0:
            return min(end, first + 1 if len(head) > first + 1 or below else end)
        at = named + 1
        while at < len(said) and (en.is_front(said[at]) or at < end and en.names_document(said[at])):
            at += 1
        if at < end and at + 1 < len(said) and en.is_motto(said[at], said[at + 1]):
            at += 1
            while at < len(said) and en.is_front(said[at]):
                at += 1
        return at

    @staticmethod
    def _signed(seen: Sequence[str], at: int) -> bool:
        """Whether a date follows the lines of bodies from ``at``."""
        while at < len(seen) and lexicon().body.match(seen[at]):
            at += 1
        return at < len(seen) and bool(DATE.match(seen[at]))

    @staticmethod
    def _end_of_title(seen: Sequence[str], first: int, end: int) -> int:
        """Behind the line that ends a title only a second copy, brackets, names and dates go with it."""
        named = [i for i in range(first, end) if lexicon().title.search(seen[i])]
        if not named:
            return end
        at = named[0] + 1
        while at < end:
            line = seen[at]
            again = at in named and (line in seen[first:at] or YEAR.search(line) or "关于" in line)
            if not (
                again
                or _wrapped_title(seen[at - 1], line)
                or re.match(r"^[(（—【\[]", line)
                or _EXCERPT.search(line)
                or DATE.match(line)
                or lexicon().body.match(line)
                or len(line) <= 30
                and lexicon().speaker.search(line)
                or at + 1 in named
                and YEAR.search(line)
            ):
                break
            at += 1
        return at

    def _is_title(self, block: Block, seen: str) -> bool:
        """A line above the plan that is no prose: its title, who decided it, a date."""
        if block.kind in ("h1", "h2"):
            return True
        if len(seen) <= 30 and lexicon().speaker.search(seen) and not re.search("[。，；:]", seen):
            return True  # who gave the report
        if 3 < len(seen) <= 250 and re.match(r"^\(.*(?:19|20)\d{2}年.*\)$", seen):
            return True  # who passed it, and when
        if len(seen) > (120 if self.english else 70) or seen.endswith(("。", ";", "；", ":")):
            return False
        if self.english and seen.endswith(".") and len(seen) > 30:
            return False
        return "。" not in seen

    def _read(self, notice: Sequence[str], titles: Sequence[str]) -> None:
        """Metadata from the lines of the notice and of the title."""
        front = self.front
        for line in [*notice, *titles]:
            number = NUMBER.search(line)
            if number and len(line) <= len(number[0]) + 16:
                front.number = front.number or number[0].replace("(", "（").replace(")", "）")
            elif DATE.match(line):
                front.issued = front.issued or iso_date(line)
        bodies: list[str] = []
        signed: list[str] = []
        for span, line in zip(front.notice, notice, strict=True):
            self._read_notice_line(readable(span.of(self.text)).strip("*# "), line, bodies, signed)
        raw = [_without_furniture(self.text[s.start : s.end].strip(" *#\t")) for s in front.titles]
        front.title = self._title(raw, titles)
        if not front.title and not front.notice_title:
            shown = [readable(span.of(self.text)).strip("*# ") for span in front.notice]
            named = [
                s for s, line in zip(shown, notice, strict=True) if lexicon().title.search(line) and len(line) < 80
            ]
            front.notice_title = next(iter(named), "")
        if not front.title and front.notice_title:
            inner = re.search(r"《(.+)》", front.notice_title)
            front.title = inner[1] if inner else front.notice_title
        signed += self._bodies_in_titles(raw)
        front.issuers = list(dict.fromkeys(bodies + signed))

    def _read_notice_line(self, shown: str, line: str, bodies: list[str], signed: list[str]) -> None:
        """One line of the notice, as ``shown`` and as matched: letterhead, title, addressees or a body."""
        words, front = lexicon(), self.front
        if line.endswith("文件") and len(line) < 40:
            bodies.append(shown.removesuffix("文件"))
        elif line.endswith(("通知", "通告", "函")) and len(line) < 120:
            front.notice_title = shown
        elif _is_address(line) and not words.hand_over.search(line):
            front.addressees = split_names(shown.rstrip("：:"))
        elif words.body.match(line):
            signed.append(shown)

    def _bodies_in_titles(self, raw: Sequence[str]) -> list[str]:
        """The bodies that a title names before its year, or the notice's before 关于."""
        notice = self.front.notice_title
        before = re.split(r"关于(?:印发|下达|转发|做好)", notice)[0] if "关于" in notice else ""
        lead = YEAR.split("\n".join(raw), maxsplit=1)
        names = [*re.split(r"[\s、]+", before), *(re.split(r"[\s、]+", lead[0].strip()) if len(lead) > 1 else [])]
        return [name for name in names if lexicon().body.match(name)]

    def _title(self, raw: Sequence[str], seen: Sequence[str]) -> str:
        """The lines up to the one that ends in a word for a document; of two copies the last."""
        words = lexicon()
        if self.english:
            named = max((i for i, line in enumerate(raw) if en.names_document(line)), default=0)
            kept = [x for x in raw[: named + 1] if not en.is_front(x)][-2:] or list(raw[:1])
            return " ".join(" ".join(kept).split())
        best: list[str] = []
        lines: list[str] = []
        for line, plain in zip(raw, seen, strict=True):
            if DATE.match(plain) or re.match(r"^[(（—]", plain) or ANNEX.match(plain):
                continue
            lines.append(line)
            if len(lines) > 3 and re.search(r"关于|.(?:19|20)\d{2}", plain):
                lines = [line]  # a name whole in itself, below the menus of a page
            if words.title.search(plain):
                best, lines = lines, []
            elif best and lines == [line] and _wrapped_title(view(best[-1]).text, plain):
                best, lines = [*best, line], []
        chosen = best or lines[:2]
        return readable("\n".join(chosen))


def _wrapped_title(line: str, rest: str) -> bool:
    """Whether ``rest`` is the last sign or two of a title that did not fit on its line."""
    return len(rest) <= 2 and bool(lexicon().title.search(line + rest))


def _without_furniture(line: str) -> str:
    """A title without what a page put behind it on the same line."""
    seen = view(line)
    m = lexicon().furniture.search(seen.text)
    return line[: seen.span(m.start(), m.start()).start].strip() if m and m.start() > 6 else line


def iso_date(line: str) -> str | None:
    """The ISO form of a date in figures or Chinese numerals that is the whole of ``line``; None where it is none.

    >>> iso_date("2031年3月5日"), iso_date("二〇三一年十二月二十日"), iso_date("某年")
    ('2031-03-05', '2031-12-20', None)
    """
    m = DATE.match(line) or _ISO_DATE.search(line)
    if m is None:
        return None
    year = m[1] if m[1].isdigit() else "".join(str(VALUE.get(c, 0)) for c in m[1])
    month, day = (int(x) if x.isdigit() else numeral(x) or 0 for x in (m[2], m[3]))
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def split_names(text: str) -> tuple[str, ...]:
    """Split a list of bodies at commas outside brackets.

    >>> split_names("各区（县、市）教育局，市直学校")
    ('各区（县、市）教育局', '市直学校')
    """
    names, depth, start = [], 0, 0
    for i, c in enumerate(text):
        if c in "（(":
            depth += 1
        elif c in "）)":
            depth = max(0, depth - 1)
        elif c in "，,、；;" and not depth:
            names.append(text[start:i])
            start = i + 1
    names.append(text[start:])
    return tuple(n.strip() for n in names if n.strip())
