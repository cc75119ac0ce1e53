"""docx: paragraphs with their automatic numbers as text, tables one cell a field, headings by their outline level.

What lives here: what a word processor shows of the file's XML (ECMA-376), revisions as accepted, hidden text left out.
What never will: what a number or a heading means for a plan.

The XML is read with lxml and not with python-docx, since a stranger's container is read within limits only, and since
that library neither counts automatic numbers nor knows revisions.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ..errors import DamagedFile, TooLarge
from .numbers import counted
from .table import Cell, write_table
from .text import MAX_UNPACKED, HintKind, Writer

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
"""The namespace of files saved as Strict Open XML; all else that is read of them is the same."""


def read_docx(name: str, data: bytes) -> Writer:
    """The file's text as lines.  Raises :class:`DamagedFile` and :class:`TooLarge`."""
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            package = _Package(name, archive)
            main = package.related("").get("officeDocument", "word/document.xml")
            body = package.part(main)
            parts = package.related(main)
            numbering, styles, footnotes, endnotes = (
                package.part(parts.get(kind, f"word/{kind}.xml"))
                for kind in ("numbering", "styles", "footnotes", "endnotes")
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, etree.XMLSyntaxError) as error:
        raise DamagedFile(f"{name}: the docx container is broken ({type(error).__name__}); save it again") from error
    content = body.find(f"{_W}body") if body is not None else None
    if content is None:
        raise DamagedFile(f"{name}: is a zip container but no docx file; check the file")
    reader = _Reader(Writer(name), _Styles(styles), numbering)
    reader.blocks(content)
    reader.notes(footnotes, "footnote")
    reader.notes(endnotes, "endnote")
    return reader.writer


class _Package:
    """The parts of the container, by name and by what they are to each other."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self.name = name
        self.archive = archive

    def part(self, part: str) -> Any:
        """A part as a tree, read with a limit and without entities; None where it is missing."""
        from lxml import etree

        try:
            info = self.archive.getinfo(part)
        except KeyError:
            return None
        if info.file_size > MAX_UNPACKED:
            raise TooLarge(
                f"{self.name}: {part} unpacks to {info.file_size:,} bytes, over the limit of {MAX_UNPACKED:,}; "
                "split the file"
            )
        with self.archive.open(info) as stream:
            data = stream.read(MAX_UNPACKED + 1)  # the header may lie about the size
        if len(data) > MAX_UNPACKED:
            raise TooLarge(f"{self.name}: {part} unpacks to more than {MAX_UNPACKED:,} bytes; split the file")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        tree = etree.fromstring(data.replace(_STRICT, _W[1:-1].encode()), parser)
        if tree.getroottree().docinfo.doctype:
            raise DamagedFile(f"{self.name}: {part} declares a document type, which no docx needs; it is refused")
        return tree

    def related(self, part: str) -> dict[str, str]:
        """The parts that ``part`` (the whole container where empty) refers to, by the last word of their type."""
        folder, file = posixpath.split(part)
        tree = self.part(posixpath.join(folder, "_rels", f"{file}.rels"))
        found: dict[str, str] = {}
        for relation in tree if tree is not None else ():
            kind, target = str(relation.get("Type", "")), str(relation.get("Target", ""))
            if relation.get("TargetMode") != "External" and target:
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found.setdefault(kind.rsplit("/", 1)[-1], path)
        return found


def _value(element: Any, name: str = "val") -> str:
    return str(element.get(f"{_W}{name}") or "") if element is not None else ""


@cache
def _path(path: str) -> str:
    """Names joined by ``/``, each in the namespace of word processing."""
    return "/".join(_W + step for step in path.split("/"))


def _child(element: Any, path: str) -> str:
    """The value of the child at ``path``, a name or names joined by ``/``."""
    return _value(element.find(_path(path))) if element is not None else ""


def _on(element: Any, path: str) -> bool:
    """Whether a property that is there or not, and may say ``0``, is set."""
    found = element.find(_path(path)) if element is not None else None
    return found is not None and _value(found) not in ("0", "false", "off")


def _has(element: Any, path: str) -> bool:
    return element is not None and element.find(_path(path)) is not None


def _integer(text: str | None, default: int = 0) -> int:
    return int(text) if text and text.isdigit() and len(text) < 6 else default


# Styles


class _Styles:
    """Named styles, each with those that it is based on."""

    def __init__(self, styles: Any) -> None:
        self.styles: dict[str, Any] = {}
        self.default = ""
        self.hiding: dict[str, bool] = {}
        for style in styles.iter(f"{_W}style") if styles is not None else ():
            self.styles[_value(style, "styleId")] = style
            if _value(style, "type") == "paragraph" and _value(style, "default") in ("1", "true", "on"):
                self.default = _value(style, "styleId")

    def of(self, paragraph: Any) -> str:
        """Id of the paragraph's style."""
        return _child(paragraph, "pPr/pStyle") or self.default

    def chain(self, style: str) -> Iterator[Any]:
        """The style and those it is based on, nearest first; a circle is left after one turn."""
        seen: set[str] = set()
        while style and style not in seen and style in self.styles:
            seen.add(style)
            yield self.styles[style]
            style = _child(self.styles[style], "basedOn")

    def name(self, style: str) -> str:
        """The style's name in lower case."""
        return _child(self.styles.get(style), "name").lower()

    def hidden(self, style: str) -> bool:
        """Whether the style hides its text."""
        if style not in self.hiding:
            own = (_on(s, "rPr/vanish") for s in self.chain(style) if _has(s, "rPr/vanish"))
            self.hiding[style] = next(own, False)
        return self.hiding[style]

    def outline(self, paragraph: Any) -> int:
        """Level of the heading that the paragraph is, from 1; 0 where it is none."""
        style = self.of(paragraph)
        for properties in (paragraph, *self.chain(style)):
            if _has(properties, "pPr/outlineLvl"):
                level = _integer(_child(properties, "pPr/outlineLvl"), 9)
                return min(level + 1, 6) if level < 9 else 0
        for link in self.chain(style):
            named = re.fullmatch(r"(?:heading|标题|標題)\s?([1-9])|(title|标题|標題)", _child(link, "name").lower())
            if named:
                return min(int(named[1] or 1), 6)
        return 0


# Automatic numbers


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a numbering: its format, its text (``%1.%2``), and when it starts anew."""

    form: str
    text: str
    start: int
    restart: int | None
    """Level (from 1) behind which it starts anew; None for any higher one, 0 for never."""
    legal: bool
    """Whether all numbers in its text are shown in figures."""


@dataclass(slots=True)
class _List:
    """A numbering as paragraphs name it: the definition whose count it shares, and what it has of its own."""

    abstract: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class _Numbers:
    """The automatic numbers of a docx file, counted as a word processor does (ECMA-376 part 1, 17.9)."""

    def __init__(self, numbering: Any, styles: _Styles) -> None:
        self.styles = styles
        self.levels: dict[str, dict[int, _Level]] = {}
        self.by_style: dict[tuple[str, str], int] = {}
        self.lists: dict[str, _List] = {}
        self.counters: dict[str, dict[int, int]] = {}
        self.started: set[tuple[str, int]] = set()
        links: dict[str, str] = {}
        for abstract in numbering.iter(f"{_W}abstractNum") if numbering is not None else ():
            identifier = _value(abstract, "abstractNumId")
            self.levels[identifier] = {}
            links[identifier] = _child(abstract, "numStyleLink")
            for lvl in abstract.iter(f"{_W}lvl"):
                index = _integer(_value(lvl, "ilvl"))
                self.levels[identifier][index] = self._level(lvl)
                self.by_style[identifier, _child(lvl, "pStyle")] = index
        for num in numbering.iter(f"{_W}num") if numbering is not None else ():
            entry = self.lists[_value(num, "numId")] = _List(_child(num, "abstractNumId"))
            for override in num.iter(f"{_W}lvlOverride"):
                index = _integer(_value(override, "ilvl"))
                if _has(override, "startOverride"):
                    entry.starts[index] = _integer(_child(override, "startOverride"))
                if _has(override, "lvl"):
                    entry.levels[index] = self._level(override.find(f"{_W}lvl"))
        for entry in self.lists.values():  # a definition may only name the list style that holds its levels
            for _ in range(9):
                style = links.get(entry.abstract, "")
                linked = self.lists.get(_child(styles.styles.get(style), "pPr/numPr/numId")) if style else None
                if linked is None or linked.abstract == entry.abstract:
                    break
                entry.abstract = linked.abstract

    @staticmethod
    def _level(lvl: Any) -> _Level:
        form = next((_value(f) for f in lvl.iter(f"{_W}numFmt")), "decimal")
        restart = _integer(_child(lvl, "lvlRestart")) if _has(lvl, "lvlRestart") else None
        start = _integer(_child(lvl, "start"), 1) if _has(lvl, "start") else 1
        return _Level(form, _child(lvl, "lvlText"), start, restart, _on(lvl, "isLgl"))

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """The list and level that the paragraph belongs to, by itself or by its style."""
        number = level = style = ""
        for properties in (paragraph, *self.styles.chain(self.styles.of(paragraph))):
            number = number or _child(properties, "pPr/numPr/numId")
            level = level or _child(properties, "pPr/numPr/ilvl")
            if number and not style and properties is not paragraph:
                style = _value(properties, "styleId")
            if number:
                break
        entry = self.lists.get(number)
        if entry is not None and not level:
            return number, self.by_style.get((entry.abstract, style or self.styles.of(paragraph)), 0)
        return number, _integer(level)

    def label(self, paragraph: Any) -> str:
        """The number that the word processor shows before the paragraph; moves the count on."""
        number, index = self._place(paragraph)
        entry = self.lists.get(number)
        if entry is None:
            return ""
        levels = self.levels.get(entry.abstract, {}) | entry.levels
        level = levels.get(index)
        if level is None:
            return ""
        counters = self.counters.setdefault(entry.abstract, {})
        if index in entry.starts and (number, index) not in self.started:
            counters[index] = entry.starts[index] - 1
        self.started.add((number, index))
        counters[index] = counters.get(index, level.start - 1) + 1
        for deeper in [k for k in counters if k > index]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or index < restart:
                del counters[deeper]
        if level.form == "bullet":
            return "• "

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            inner = levels.get(at)
            form = "decimal" if inner is None or level.legal and inner.form != "none" else inner.form
            return counted(counters.get(at, inner.start if inner else 1), form)

        text = re.sub(r"%([1-9])", shown, level.text)
        return text + (" " if text[-1:].isascii() and text else "")


# Paragraphs and tables

_RUN, _TEXT, _SDT = f"{_W}r", f"{_W}t", f"{_W}sdt"
_CONTAINERS = frozenset(
    _W + tag for tag in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "txbxContent")
) | {f"{_MC}AlternateContent", f"{_MC}Choice"}
"""Elements that stand around paragraphs, rows and cells and show nothing of their own."""
_SKIPPED = frozenset(_W + tag for tag in ("del", "moveFrom", "pPr", "rPr", "sdtPr")) | {f"{_MC}Fallback"}
"""Inside a paragraph: what was deleted, what says how things look, the copy for old programs."""
_REFERENCES = {f"{_W}footnoteReference": "footnote", f"{_W}endnoteReference": "endnote"}
_SIGNS = {
    f"{_W}tab": " ",
    f"{_W}ptab": " ",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}


def _is_prompt(control: Any) -> bool:
    """Whether a content control shows what is to be filled in."""
    return _has(control, "sdtPr/showingPlcHdr")


def _flat(element: Any) -> Iterator[Any]:
    """The children, with those of containers in their place; prompts of empty content controls are left out."""
    stack = list(reversed(element))
    while stack:
        child = stack.pop()
        if child.tag not in _CONTAINERS:
            yield child
        elif child.tag != _SDT or not _is_prompt(child):
            stack.extend(reversed(child))


class _Reader:
    """Writes blocks as lines."""

    def __init__(self, writer: Writer, styles: _Styles, numbering: Any) -> None:
        self.writer = writer
        self.styles = styles
        self.numbers = _Numbers(numbering, styles)
        self.fields: list[bool] = []
        """The fields that are open: False before their result begins."""
        self.carried = ""
        """Text of paragraphs whose end was deleted: it goes on in the next one."""
        self.noted: set[tuple[str, str]] = set()

    def blocks(self, content: Any) -> None:
        """Write the paragraphs and tables of ``content``; the boxes of a paragraph behind it."""
        stack = [_flat(content)]
        while stack:
            element = next(stack[-1], None)
            if element is None:
                stack.pop()
            elif element.tag == f"{_W}p":
                label, text, boxes = self._paragraph(element)
                if text.strip():
                    self._line(element, label + text)
                stack.extend(_flat(box) for box in reversed(boxes))
            elif element.tag == f"{_W}tbl":
                rows = [(row, self._row_cells(row)) for row in _flat(element) if row.tag == f"{_W}tr"]
                rows = [(row, cells) for row, cells in rows if not _has(row, "trPr/del")]
                if max((len(cells) for _, cells in rows), default=0) < 2:  # a frame around text
                    stack.extend(_flat(cell) for _, cells in reversed(rows) for cell in cells)
                else:
                    self._table(rows)

    def notes(self, part: Any, kind: str) -> None:
        """Write the notes that the text refers to, as what stands below it."""
        for note in part.iter(f"{_W}{kind}") if part is not None else ():
            if (kind, _value(note, "id")) in self.noted:
                text = "".join(self._paragraph(p)[1] for p in note.iter(f"{_W}p"))
                self.writer.line(" ".join(text.split()), "furniture", kind)

    def _line(self, paragraph: Any, text: str) -> None:
        style = self.styles.name(self.styles.of(paragraph))
        kind: HintKind | None = None
        value = ""
        if re.match(r"toc(?! heading)|目录\s?\d", style):
            kind, value = "furniture", "table of contents"
        else:
            level = self.styles.outline(paragraph)
            if level:
                text, kind, value = " ".join(text.split()), "heading", str(level)
        self.writer.line(text, kind, value)

    def _paragraph(self, paragraph: Any) -> tuple[str, str, list[Any]]:
        """The number of a paragraph, its visible text, and the text boxes that hang on it."""
        from lxml import etree

        out: list[str] = []
        boxes: list[Any] = []
        hidden = self.styles.hidden(self.styles.of(paragraph))
        walker = etree.iterwalk(paragraph, events=("start",))
        for _, node in walker:
            tag = node.tag
            if tag in _SKIPPED or tag == _RUN and self._hidden(node, hidden) or tag == _SDT and _is_prompt(node):
                walker.skip_subtree()
            elif tag == f"{_W}txbxContent":
                boxes.append(node)
                walker.skip_subtree()
            elif tag == f"{_W}fldChar":
                self._field(_value(node, "fldCharType"))
            elif tag in _REFERENCES:
                self.noted.add((_REFERENCES[tag], _value(node, "id")))
            elif tag == f"{_W}ruby":
                out.append(_ruby(node))
                walker.skip_subtree()
            elif all(self.fields):
                out.append((node.text or "") if tag in (_TEXT, _MATH) else _SIGNS.get(tag, ""))
        self.fields = [shown for shown in self.fields if shown]  # an instruction never goes over a paragraph
        text = "".join(out)
        if _has(paragraph, "pPr/rPr/del") or _has(paragraph, "pPr/rPr/moveFrom"):
            self.carried += text
            return "", "", boxes
        text, self.carried = self.carried + text, ""
        if not text.strip() and (hidden or _on(paragraph, "pPr/rPr/vanish")):
            return "", "", boxes
        return self.numbers.label(paragraph), text, boxes  # a paragraph without text is counted too

    def _hidden(self, run: Any, otherwise: bool) -> bool:
        properties = run.find(f"{_W}rPr")
        if properties is None:
            return otherwise
        if _has(properties, "vanish"):
            return _on(properties, "vanish")
        return self.styles.hidden(_child(properties, "rStyle")) or otherwise

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append(False)
        elif self.fields and kind == "separate":
            self.fields[-1] = True
        elif self.fields and kind == "end":
            self.fields.pop()

    @staticmethod
    def _row_cells(row: Any) -> list[Any]:
        return [cell for cell in _flat(row) if cell.tag == f"{_W}tc" and not _has(cell, "tcPr/cellDel")]

    def _table(self, rows: Sequence[tuple[Any, Sequence[Any]]]) -> None:
        heads = 0
        table: list[list[Cell]] = []
        open_: dict[int, Cell] = {}  # by grid column: the cell that may go on below
        for row, cells in rows:
            heads += _on(row, "trPr/tblHeader") and heads == len(table)
            at = min(_integer(_child(row, "trPr/gridBefore")), 60)
            line = [Cell("", at)] if at else []
            for cell in cells:
                width = min(max(_integer(_child(cell, "tcPr/gridSpan"), 1), 1), 60)
                text = self._cell(cell)
                merged = _has(cell, "tcPr/vMerge")
                above = open_.get(at)
                if merged and _child(cell, "tcPr/vMerge") != "restart" and above is not None:
                    above.height += 1
                    above.text = f"{above.text} {text}".strip()
                else:
                    line.append(Cell(text, width))
                    open_.pop(at, None)
                    if merged:
                        open_[at] = line[-1]
                at += width
            table.append(line)
        write_table(self.writer, table, heads)

    def _cell(self, cell: Any) -> str:
        """The text of a cell, a nested table row by row."""
        out: list[str] = []
        stack = [_flat(cell)]
        while stack:
            element = next(stack[-1], None)
            if element is None:
                stack.pop()
            elif element.tag == f"{_W}p":
                label, text, boxes = self._paragraph(element)
                out.append(label + text)
                stack.extend(_flat(box) for box in reversed(boxes))
            elif element.tag in (f"{_W}tbl", f"{_W}tr", f"{_W}tc"):
                stack.append(_flat(element))
        return " ".join(filter(None, out))


def _ruby(node: Any) -> str:
    """Characters with their gloss in brackets, as it is written where it cannot stand above them."""
    base, gloss = (
        "".join(t.text or "" for part in node.iter(f"{_W}{name}") for t in part.iter(f"{_W}t"))
        for name in ("rubyBase", "rt")
    )
    return f"{base}({gloss})" if gloss.strip() else base
