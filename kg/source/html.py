"""HTML: the main content of a page as lines, with headings, numbered lists, and tables one cell a field.

What lives here: what a browser shows of a page, and which part of it is the article.
What never will: what a line means for a plan.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import EmptyDocument, TooLarge
from .numbers import counted
from .table import Cell, write_table
from .text import HintKind, Writer, decode

_DROPPED = frozenset(
    ("script", "style", "noscript", "iframe", "svg", "button", "select", "textarea", "input", "template", "head")
    + ("object", "video", "audio", "del", "rp", "map", "dialog")
)
"""What shows no text of the article, whatever it holds.  A form is not among them: some servers put the page in one."""
_CHROME = frozenset(("nav", "header", "footer", "aside", "menu"))
_BLOCKS = frozenset(
    ("p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd")
    + ("table", "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "blockquote", "pre", "hr", "body", "center")
    + ("fieldset", "address", "figure", "figcaption", "form", "header", "footer", "details", "summary", "legend")
)
_CHROME_NAMES = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|breadcrumbs?|crumbs?|footer|share|menu|sidebar|copyright|toolbar|pagination|comments?)"
    r"(?:$|[-_\s])",
    re.IGNORECASE,
)
_INLINE = re.compile(r"</?(?:font|span|b|strong|i|em|u|s|small|big|a|o:p)(?:\s[^<>]{0,2000})?>", re.IGNORECASE)
_HIDDEN = re.compile(r"display:none|visibility:hidden|mso-hide:all|font-size:0(?:px|pt|em)?(?:;|!|$)")
_PRINT_ONLY = re.compile(r"@media[^{]{0,80}print[^{]{0,80}\{(?:[^{}]{0,2000}\{[^{}]{0,2000}\}){0,200}[^{}]{0,2000}\}")
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")


def read_html(name: str, data: bytes) -> Writer:
    """The file's text as lines.  Raises :class:`EmptyDocument`, and what :func:`decode` and the writer raise."""
    tree = _tree(name, _decoded(name, data).replace("\x00", ""))
    body = tree.find("body")
    root = body if body is not None else tree
    titles = _titles(tree)
    _clean(root, _hidden_names(tree))
    writer = Writer(name)
    _Walker(root, writer, _Page(root, titles)).run()
    return writer


def _tree(name: str, text: str) -> Any:
    """The page as a tree.  The parser stops at a depth, in silence: never with a part of the text lost."""
    from lxml import etree, html

    for attempt in (text, _INLINE.sub("", text)):  # pages that never close their fonts are deep in them alone
        # A huge tree is allowed, since the file's size is limited already.
        parser = html.HTMLParser(
            encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
        )
        try:
            tree = html.document_fromstring(attempt.encode("utf-8", "replace"), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError) as error:
            raise EmptyDocument(f"{name}: holds no page; check the file") from error
        if not any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
            return tree
    raise TooLarge(f"{name}: its elements are nested too deeply; save the article alone, or as text")


def _decoded(name: str, data: bytes) -> str:
    """The page's characters: by its own bytes where they are UTF-8 or have a mark, else as it says, else by guess."""
    declared = re.search(rb"charset\s{0,3}=\s{0,3}[\"']?([\w-]{3,20})", data[:4096])
    try:
        return data.decode("utf-8-sig")  # text of another encoding is never UTF-8 by chance
    except UnicodeDecodeError:
        pass
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = declared[1].decode("ascii").lower()
        encoding = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(encoding, encoding)
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            pass  # the page says what it is not; its bytes decide
    return decode(name, data).lstrip("\ufeff")


# Which part of the page is the article


def _plain(text: str) -> str:
    return "".join(text.split())


def _titles(tree: Any) -> tuple[str, ...]:
    """What the page says of its article's title in its head."""
    found = [tree.findtext(".//title") or ""]
    found += [m.get("content") or "" for m in tree.iter("meta") if "title" in (m.get("name") or "").lower()]
    return tuple(filter(None, map(_plain, found)))


def _hidden_names(tree: Any) -> frozenset[str]:
    """Classes (``.x``) and ids (``#x``) that the page's own style sheets hide."""
    sheets = "\n".join(style.text or "" for style in tree.iter("style"))[:200_000]
    sheets = _PRINT_ONLY.sub("", re.sub(r"/\*.*?\*/|<!--|-->", "", sheets, flags=re.DOTALL))
    return frozenset(
        selector.strip()
        for m in _RULE.finditer(sheets)
        if _HIDDEN.search(m[2].replace(" ", "").lower())
        for selector in m[1].split(",")
        if re.fullmatch(r"[.#][\w-]{1,60}", selector.strip())
    )


def _clean(root: Any, hidden: frozenset[str]) -> None:
    """Take out of the tree what is not shown, and what stands around the article by its tag or name."""
    for element in [e for e in root.iter() if e is not root and _is_unseen(e)]:
        if element.getparent() is not None:
            element.drop_tree()
    lengths = _lengths(root)
    for element in [e for e in root.iter() if e is not root and (_is_chrome(e) or _named(e) & hidden)]:
        # What holds the article is not what stands around it, whatever it is called.
        around = 3 * lengths.get(element, 0) < lengths[root] and not any(True for _ in element.iter("h1"))
        if around and element.getparent() is not None:
            element.drop_tree()


def _named(element: Any) -> set[str]:
    return {"." + name for name in (element.get("class") or "").split()} | {f"#{element.get('id') or ''}"}


def _is_unseen(element: Any) -> bool:
    if not isinstance(element.tag, str) or element.tag in _DROPPED or element.get("hidden") is not None:
        return True
    return bool(_HIDDEN.search((element.get("style") or "").replace(" ", "").lower()))


def _is_chrome(element: Any) -> bool:
    if element.tag in _CHROME:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return len(names) < 200 and bool(_CHROME_NAMES.search(names))


def _lengths(root: Any, links: bool = True) -> dict[Any, int]:
    """Characters of text in each element, with or without those of links."""
    lengths: dict[Any, int] = {}
    for element in reversed(list(root.iter())):
        if element.tag == "a" and not links:
            lengths[element] = 0
        else:
            own = len((element.text or "").strip())
            lengths[element] = own + sum(lengths.get(c, 0) + len((c.tail or "").strip()) for c in element)
    return lengths


class _Page:
    """How the text of a page is spread over its elements."""

    def __init__(self, root: Any, titles: Sequence[str]) -> None:
        self.root = root
        self.titles = titles
        self.lengths = _lengths(root)
        self.prose = _lengths(root, links=False)
        self.asides = self._find_asides()

    def _find_asides(self) -> dict[Any, str]:
        """Go down to the article, while one child holds nearly all text that is no link; what is passed is aside.

        What stands before the article is aside if it is short and no title, what stands behind it only if it is links:
        there may be who signed, and when.
        """
        here, asides = self.root, dict[Any, str]()
        while True:
            best = max(here, key=lambda e: self.prose.get(e, 0), default=None)
            if best is None or self.prose[best] < 0.7 * max(self.prose[here], 1):
                return asides
            if best.tag not in _BLOCKS or best.tag in ("p", "li") or best.tag == "table" and not self.is_layout(best):
                return asides
            before = True
            for child in here:
                before = before and child is not best
                links = 2 * self.prose.get(child, 0) < self.lengths.get(child, 0)
                if child is not best and (links or before and not self._matters(child)):
                    asides[child] = "links" if links else "beside the article"
            here = best

    def _matters(self, element: Any) -> bool:
        """Whether what stands before the article may belong to it: a title, a sentence, more than a line or two."""
        if element.tag in ("h1", "h2") or element.find(".//h1") is not None or self.prose.get(element, 0) >= 60:
            return True
        text = _plain("".join(element.itertext())) if self.lengths.get(element, 0) < 200 else ""
        if len(text) < 6:
            return False
        return text[-1] in "。：:" or any(text in title or title in text for title in self.titles)

    def aside(self, element: Any) -> str:
        """Why the element is not of the article; empty where it is."""
        return self.asides.get(element) or ("links" if self._is_links(element) else "")

    def _is_links(self, element: Any) -> bool:
        """Whether the element is a block of links to elsewhere and holds but little of the page."""
        length = self.lengths.get(element, 0)
        if element.tag not in _BLOCKS or not 0 < length < 0.4 * self.lengths[self.root]:
            return False
        return self.prose.get(element, 0) < 0.3 * length and sum(1 for _ in element.iter("a")) >= 3

    def is_layout(self, table: Any) -> bool:
        """Whether a table only lays out a page: it shows one column, holds other tables, or an article in a cell."""
        rows = _rows(table)
        if max(map(len, rows), default=0) < 2:
            return True
        length = self.lengths.get(table, 0)
        inner = sum(self.lengths.get(t, 0) for t in table.iter("table") if t is not table and _table_of(t) is table)
        if 2 * inner > length:
            return True
        if any(cell.tag == "th" for row in rows for cell in row) or len(rows) > 3:
            return False
        return any(
            2 * self.lengths.get(cell, 0) > length and sum(1 for _ in cell.iter("p", "br", "div")) > 6
            for row in rows
            for cell in row
        )


def _table_of(element: Any) -> Any:
    return next(element.iterancestors("table"), None)


def _rows(table: Any) -> list[list[Any]]:
    """The rows of a table itself, not those of tables in it."""
    return [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr") if _table_of(row) is table]


def _span(cell: Any, name: str) -> int:
    """How many columns or rows a cell spans; ``0`` of rows means all that follow."""
    value = (cell.get(name) or "1").strip()
    if not value.isdigit() or len(value) > 6:
        return 1
    return int(value) or (100_000 if name == "rowspan" else 1)


# Lines

_LIST_FORMS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "decimal": "decimal",
    "decimal-leading-zero": "decimalZero",
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    "cjk-ideographic": "chineseCounting",
    "simp-chinese-informal": "chineseCounting",
    "trad-chinese-informal": "chineseCounting",
    "simp-chinese-formal": "chineseLegalSimplified",
    "trad-chinese-formal": "ideographLegalTraditional",
    "cjk-decimal": "ideographDigital",
    "cjk-heavenly-stem": "ideographTraditional",
    "cjk-earthly-branch": "ideographZodiac",
}
_OWN_NUMBER = re.compile(r"[(（第]?\s{0,2}(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s{0,2}[)）.．、条條]|[①-⑳⑴-⒛㈠-㈩]")
"""An entry that prints a number of its own: its list shows none, whatever a style sheet elsewhere says."""


@dataclass(slots=True)
class _List:
    """A list that is open, and the number of its next entry."""

    form: str
    """Empty where it shows no numbers."""
    next: int = 1
    step: int = 1

    def label(self, item: Any) -> str:
        """The number before the entry; moves the count on."""
        value = item.get("value") or ""
        number = int(value) if re.fullmatch(r"\d{1,4}", value) else self.next
        self.next = number + self.step
        own = "".join(text for _, text in zip(range(9), item.itertext(), strict=False)).strip()
        if not self.form or _OWN_NUMBER.match(own):
            return ""
        shown = counted(number, self.form)
        return shown + (". " if shown.isascii() else "、")


def _list(element: Any) -> _List:
    if element.tag == "ul":
        return _List("")
    style = re.search(r"list-style(?:-type)?:([^;]{1,60})", (element.get("style") or "").replace(" :", ":").lower())
    words = style[1].split() if style else []
    form = next(
        (_LIST_FORMS[w] for w in words if w in _LIST_FORMS), _LIST_FORMS.get(element.get("type") or "", "decimal")
    )
    step = -1 if element.get("reversed") is not None else 1
    start = element.get("start") or ""
    first = sum(1 for child in element if child.tag == "li") if step < 0 else 1
    return _List("" if "none" in words else form, int(start) if re.fullmatch(r"\d{1,4}", start) else first, step)


class _Walker:
    """Gathers the inline text of an element into lines; by events, not by recursion, since a page may nest deeply."""

    def __init__(self, root: Any, writer: Writer, page: _Page | None) -> None:
        self.root = root
        self.writer = writer
        self.page = page
        """None inside a cell, where tables and links are text like any other."""
        self.line: list[str] = []
        self.lists: list[_List] = []
        self.label = ""
        """The number of a list's entry, until its text comes."""
        self.heading = ""
        self.pre = 0
        self.aside: Any = None
        """The open element that is not of the article."""
        self.reason = ""

    def run(self) -> None:
        """Write all lines."""
        from lxml import etree

        walker = etree.iterwalk(self.root, events=("start", "end"))
        whole: Any = None
        for event, element in walker:
            if event == "end":
                if element is whole:
                    whole = None
                    self.line.append(element.tail or "")
                else:
                    self.end(element)
            elif self.start(element):
                whole = element
                walker.skip_subtree()
        self.flush()

    def flush(self) -> None:
        """End the line."""
        kind: HintKind | None = "heading" if self.heading else None
        value = self.heading
        if self.aside is not None:
            kind, value = "furniture", self.reason
        for part in "".join(self.line).split("\v"):
            inner = re.sub(r"[ \t\r\n\f]+", " ", part).strip()
            if inner:
                self.writer.line(self.label + inner, kind, value)
                self.label = ""
        self.line.clear()

    def start(self, element: Any) -> bool:
        """Open an element; True where it was written whole and its content is to be passed over."""
        tag = element.tag
        if tag in _BLOCKS or tag == "br":
            self.flush()
        if self.page is not None and self.aside is None:
            if tag == "table" and not self.page.is_layout(element):
                self._table(element)
                return True
            self.reason = self.page.aside(element) if element is not self.root else ""
            if self.reason:
                self.flush()
                self.aside = element
        self._open(element)
        self._add(element.text)
        return False

    def _open(self, element: Any) -> None:
        tag = element.tag
        if re.fullmatch(r"h[1-6]", tag):
            self.heading = tag[1]
        elif tag in ("ul", "ol"):
            self.lists.append(_list(element))
        elif tag == "li":
            self.label = self.lists[-1].label(element) if self.lists else ""
        elif tag == "pre":
            self.pre += 1
        elif tag == "rt":
            self.line.append("(")  # a gloss above its character

    def end(self, element: Any) -> None:
        """Close an element."""
        tag = element.tag
        if tag in _BLOCKS:
            self.flush()
        if element is self.aside:
            self.flush()
            self.aside = None
        if re.fullmatch(r"h[1-6]", tag):
            self.heading = ""
        elif tag in ("ol", "ul") and self.lists:
            self.lists.pop()
        elif tag == "li":
            self.label = ""
        elif tag == "pre":
            self.pre -= 1
        elif tag == "rt":
            self.line.append(")")
        if element is not self.root:
            self._add(element.tail)

    def _add(self, text: str | None) -> None:
        if text:
            self.line.append(text.replace("\n", "\v") if self.pre else text.replace("\v", " "))

    def _table(self, table: Any) -> None:
        """Write a table of data row by row."""
        rows = _rows(table)
        for caption in table.iter("caption"):
            self.writer.line(" ".join("".join(caption.itertext()).split()))
        heads = 0
        for cells in rows:
            if (
                not cells
                or any(c.tag != "th" for c in cells)
                and not any(True for _ in cells[0].iterancestors("thead"))
            ):
                break
            heads += 1
        left = len(rows)
        made = []
        for cells in rows:
            made.append([Cell(_cell_text(c), _span(c, "colspan"), min(_span(c, "rowspan"), left)) for c in cells])
            left -= 1
        write_table(self.writer, made, heads)


def _cell_text(cell: Any) -> str:
    """The text of a cell, line ends as blanks."""
    inner = Writer("")
    _Walker(cell, inner, None).run()
    return " ".join(inner.text.split("\n"))
