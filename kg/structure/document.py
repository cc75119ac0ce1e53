"""The parser: holds a text while its parts are found, gives them labels, and makes the document."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import english as en
from ..model import Clause, Document, Furniture, Section, Span, Unit, UnitKind, readable
from ..source import Source, unglossed, view
from .blocks import Block, Cutter, run_in
from .division import divide
from .front import BARE_YEAR, NUMBER, ROC_YEAR, TOLD_YEAR, YEAR, Front, FrontReader, iso_date, split_names
from .lines import ANNEX, DATE, Line, data_row, read_lines
from .marks import VALUE
from .sentences import cut_sentences, trim
from .tree import (
    Judge,
    before_box,
    build_tree,
    colon_title,
    led_paragraphs,
    lone_heading,
    mark_boxes,
    mark_heads,
    title_sentence,
)
from .words import language_of, lexicon


def parse(source: Source, document_id: str) -> Document:
    """Find the structure of ``source``.  Never fails and never loses a character (see :func:`leaves`)."""
    return _Parser(source).document(document_id)


def explain(source: Source) -> tuple[str, ...]:
    """One line for each heading, unit and piece of furniture: what it was taken for, and why; then the warnings."""
    parser = _Parser(source)
    document = parser.document("explained")
    furniture = [f"furniture ({f.reason}): {readable(f.span.of(source.text))[:40]}" for f in document.furniture]
    return (*parser.reasons, *furniture, *(f"unsure: {w}" for w in document.warnings))


NOTICE = "通知"
"""The label of the covering notice."""


@dataclass(slots=True)
class _Draft:
    """A unit that has no label yet."""

    kind: UnitKind
    node: Block | None
    title: str
    section: str | None
    clauses: list[Span]
    label: str = ""
    rows: Sequence[Span] = ()
    """Rows of a table of divisions that say more of the unit: the only clauses that may lie outside its span."""


class _Parser:
    """Holds the text and what was found while one document is parsed."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.english = language_of(self.text) == "en"
        self.sections: list[Section] = []
        self.by_id: dict[str, Section] = {}
        self.filled: set[str] = set()
        self.drafts: list[_Draft] = []
        self.furniture: list[Furniture] = []
        self.warnings: list[str] = list(source.warnings)
        self.reasons: list[str] = []

    def document(self, document_id: str) -> Document:
        text = self.text
        lines = read_lines(self.source)
        cutter = Cutter(self.source, lines, self.english)
        blocks = cutter.run()
        self.warnings += cutter.warnings
        self.furniture += cutter.furniture
        self.furniture += [Furniture(Span(x.start, x.end), x.reason) for x in lines if x.reason]
        front = FrontReader(text, self.english).take(blocks)
        self._data(lines, front)
        if not front.title and cutter.one_line:
            front.title = self._first_title()
        division = divide(text, blocks)
        self.furniture += division.furniture
        blocks, annexes = self._annexes(division.blocks)
        blocks = self._signature(blocks, front)
        mark_heads(text, blocks, self.english)
        mark_boxes(text, blocks)
        top = build_tree(blocks, self.english)
        Judge(text, self.english).decide(top, None)
        division.hand_out()
        if front.notice:
            self._draft("notice", None, "", None, [s for b in front.notice for s in self._cut(b)], NOTICE)
            self.reasons.append(f"{NOTICE}: notice; the lines up to the sentence that hands the plan over")
        self.furniture += [Furniture(span, "title") for span in front.titles]
        self._walk(top, None)
        for annex in annexes:
            self._annex(annex)
        self._check_numbers(blocks)
        units = self._named(titled=bool(front.title))
        return Document(
            id=document_id,
            source=self.source.name,
            sha256=self.source.sha256,
            format=self.source.format,
            text=text,
            language="en" if self.english else "zh",
            title=front.title,
            number=front.number,
            issuers=tuple(front.issuers),
            addressees=front.addressees,
            year=self._year(front),
            issued=front.issued,
            sections=tuple(self.sections),
            units=units,
            furniture=tuple(sorted(self.furniture, key=lambda f: f.span)),
            warnings=tuple(self.warnings),
        )

    # Metadata

    def _first_title(self) -> str:
        """The first piece between blanks that names a document: the title in a copy that lost its line ends."""
        pieces = (readable(p) for p in re.split(r"\s+", self.text[:400]))
        return next((p for p in pieces if 6 < len(p) <= 60 and lexicon().title.search(view(p).text)), "")

    def _year(self, front: Front) -> int | None:
        for line in (front.title, front.notice_title):
            plain = view(line).text
            found = YEAR.search(plain)
            if found:
                return int(found[1])
            roc = ROC_YEAR.search(plain)
            if roc:
                return int(roc[1]) + 1911  # years of the Republic of China count from 1912
            bare = BARE_YEAR.search(line)
            if bare:
                return int(bare[1])
            told = TOLD_YEAR.search(plain)
            if told:
                return int("".join(str(VALUE.get(c, 0)) for c in told[0]))
        if front.number:
            return int(re.search(r"(?:19|20)\d{2}", front.number)[0])  # type: ignore[index]
        for line in [*(span.of(self.text) for span in front.titles), *(section.title for section in self.sections)]:
            if found := YEAR.search(view(line).text):
                return int(found[1])
        if self.english:
            years = (BARE_YEAR.search(span.of(self.text)) for span in front.titles)
            return next((int(found[1]) for found in years if found), None)
        return int(front.issued[:4]) if front.issued else None

    def _data(self, lines: Sequence[Line], front: Front) -> None:
        """What the data block of a government page says, where the notice says nothing."""
        for line in lines:
            if line.reason != "data block":
                continue
            seen = line.seen.replace("**", "").lstrip("#-*+•·●_ ")
            for entry in data_row(seen) if seen.startswith("|") else [seen]:
                m = lexicon().data.match(entry)
                if m is not None:
                    self._entry(m, entry[m.end() :].strip("*_ "), front)

    @staticmethod
    def _entry(label: re.Match[str], value: str, front: Front) -> None:
        """Take over what one label of the data block says."""
        number = NUMBER.search(value)
        if label["number"] and number:
            front.number = front.number or number[0]
        elif label["issuer"] and value and not front.issuers:
            front.issuers = list(split_names(value))
        elif label["issued"]:
            front.issued = front.issued or iso_date(value)

    def _signature(self, blocks: list[Block], front: Front) -> list[Block]:
        """Take bodies with a date below them out of the text: who signed, and when."""
        kept: list[Block] = []
        for block in blocks:
            seen = view(self.text[block.start : block.end]).text
            if block.marked or not DATE.match(seen):
                kept.append(block)
                continue
            front.issued = front.issued or iso_date(seen)
            names: list[Block] = []
            while (
                kept
                and not kept[-1].marked
                and lexicon().body.match(view(self.text[kept[-1].start : kept[-1].end]).text)
            ):
                names.insert(0, kept.pop())
            front.issuers = list(
                dict.fromkeys([*front.issuers, *(readable(self.text[b.start : b.end]) for b in names)])
            )
            self.furniture += [Furniture(Span(b.start, b.end), "signature") for b in [*names, block]]
        return kept

    # Annexes

    def _annexes(self, blocks: list[Block]) -> tuple[list[Block], list[list[Block]]]:
        """Cut off what stands behind a line that says 附件; where nothing numbered stands before it, it is the plan."""
        for i, block in enumerate(blocks):
            if block.marked and block.kind not in ("head", "en annex", "en appendix"):
                continue
            seen = view(self.text[block.start : block.end]).text.strip("*# ")
            if not ANNEX.match(seen) and block.kind not in ("en annex", "en appendix"):
                continue
            if not any(b.marked for b in blocks[:i]):
                self.furniture.append(Furniture(Span(block.start, block.end), "annex line"))
                rest = blocks[i + 1 :]
                if (
                    rest
                    and not rest[0].marked
                    and lexicon().title.search(view(self.text[rest[0].start : rest[0].end]).text)
                ):
                    self.furniture.append(Furniture(Span(rest[0].start, rest[0].end), "title"))
                    rest = rest[1:]
                return self._annexes(blocks[:i] + rest)
            groups: list[list[Block]] = []
            for b in blocks[i:]:
                if (
                    not groups
                    or ANNEX.match(view(self.text[b.start : b.end]).text.strip("*# "))
                    or b.kind in ("en annex", "en appendix")
                ):
                    groups.append([])
                groups[-1].append(b)
            return blocks[:i], groups
        return blocks, []

    def _annex(self, group: Sequence[Block]) -> None:
        label = readable(self.text[group[0].start : group[0].end]).strip("：:*# ")
        title = readable(self.text[group[1].start : group[1].end]).strip("*# ") if len(group) > 1 else ""
        spans = [s for b in group for s in (b.cells or self._cut(Span(b.start, b.end)))]
        self._draft("annex", None, title if len(title) <= 60 else "", None, spans, label)
        self.reasons.append(f"{label}: annex; a line that says so")

    # Sections and units

    def _cut(self, span: Span, at: int = -1) -> list[Span]:
        return cut_sentences(self.text, span.start, span.end, self.english, at)

    def _title(self, node: Block) -> tuple[str, int]:
        """The title of a marked block and where its text goes on; the end of the block where it does not."""
        text, start, end = self.text, node.body, node.end
        if node.cells:
            return readable(node.cells[0].of(text)), end
        body = text[start:end]
        bold = re.match(r"[^*]{2,80}\*\*", body) if node.bold else None
        if bold:
            return _bare_title(bold[0]), start + bold.end()
        if node.lead:
            return _bare_title(text[start : node.lead]), node.lead
        lone = lone_heading(body)
        if lone:
            return _bare_title(lone[0]), start + lone.end()
        if self.english and (own := self._english_own(body)):
            return _bare_title(body[:own]), start + own
        return self._body_title(node, body)

    def _body_title(self, node: Block, body: str) -> tuple[str, int]:
        """The title of a block whose text has no heading of its own: its first sentence, if that is short."""
        text, start, end = self.text, node.body, node.end
        colon = None if self.english else re.match(r"[^。，；,;：:]{4,30}[：:](?=.)", body)
        if colon and not run_in(body, False) and len(body) > 2 * colon.end():
            return _bare_title(colon[0]), end
        if not run_in(body, self.english) and len(body) <= (120 if self.english else 60):
            return self._cut_owner(body), end
        gap = re.match(r"([^\s。，；：,;:]{4,40})(?:\u3000{1,4}|[ ]{2,8})(?=[^\s])", body)
        if gap and len(body) > 2 * gap.end():
            return _bare_title(gap[1]), start + gap.end()
        sentences = self._cut(Span(start, end))
        first = sentences[0] if sentences else Span(start, end)
        plain = first.of(text)
        if colon and first.end - first.start > colon.end() + 4:
            return _bare_title(colon[0]), first.end
        if first.end - first.start <= (160 if self.english or node.kind == "dash" else 62):
            return self._cut_owner(plain), first.end
        return "", first.end

    @staticmethod
    def _english_own(body: str) -> int:
        """Where a title ends that a colon or dash divides from its text, or a bracket of owners; 0 where none does."""
        name = re.match(r"[A-Z“\"][^.:;!?]{3,70}(?::[ ]|[ ][–—-][ ])(?=[A-Z“\"])", body)
        if name and not en.label(body) and run_in(body, True):
            return name.end()
        owner = en.closing_bracket(body)
        return owner if owner <= 220 and not run_in(body[:owner], True) else 0

    @staticmethod
    def _cut_owner(title: str) -> str:
        m = lexicon().owner.search(title)
        return _bare_title(title[: m.start()] if m and m.start() > 1 else title)

    def _walk(self, nodes: Sequence[Block], section: str | None) -> None:
        loose: list[Span] = []
        plain = section is None and not any(n.marked for n in nodes)
        led: list[Block] = []
        if section is not None and led_paragraphs(self.text, nodes):
            led = before_box(self.text, nodes)

        def flush() -> None:
            if loose:
                self._paragraph(section, list(loose))
                loose.clear()

        for node in nodes:
            if node in led:
                at = title_sentence(self.text, node)
                clauses = self._cut(Span(node.start, node.end))
                self._draft("paragraph", None, _bare_title(self.text[node.start : at]), section, clauses)
                self.reasons.append(
                    f"{readable(self.text[node.start : at])[:30]}: paragraph; it has a title of its own"
                )
                continue
            if not node.marked:
                loose.extend(node.cells or self._cut(Span(node.start, node.end)))
                if plain and not self.text[node.start : node.end].endswith(("：", ":")):
                    flush()
                continue
            if node.role == "point":
                loose.extend(self._inner(node))
                continue
            flush()
            if node.role == "section":
                self._section(node, section)
            else:
                self._item(node, section)
        flush()

    def _section(self, node: Block, parent: str | None) -> None:
        section = f"s{len(self.sections) + 1}"
        title, rest = self._title(node)
        colon = 0 if self.english or node.kind not in ("cn", "big") else colon_title(self.text, node)
        if colon:
            line = self.text.find("\n", colon, node.end)
            line = node.end if line < 0 else line
            # 优供给：各学段协同扩充学位: without a stop in it the line is the heading.
            whole = line - colon <= _MOTTO and not re.search("[。；;！!]", self.text[colon:line])
            rest = line if whole else colon
            title = _bare_title(self.text[node.body : rest])
        heading = trim(self.text, node.start, rest) or Span(node.start, rest)
        if not title and rest >= node.end:
            title = _bare_title(self.text[node.body : rest])
        if not title:  # a long first sentence: text, not a heading
            rest, heading = node.body, Span(node.start, node.body)
        label = _shown_mark(self.text[node.start : node.body])
        self.by_id[section] = Section(section, label, title, self._level(parent), parent, heading)
        self.sections.append(self.by_id[section])
        self.reasons.append(f"{label} {title[:40]}: section; {node.why}")
        clauses = self._cut(Span(rest, node.end)) if rest < node.end else []
        if clauses or node.rows:
            self._paragraph(section, clauses, node.rows)
        self._walk(node.children, section)

    def _level(self, parent: str | None) -> int:
        return self.by_id[parent].level + 1 if parent else 1

    def _item(self, node: Block, section: str | None) -> None:
        title, rest = self._title(node)
        if node.cells:
            clauses = [s for cell in node.cells for s in self._cut(cell)]
        else:
            clauses = self._cut(Span(node.body, node.end), rest)
        for child in node.children:
            clauses += self._inner(child)
        kind: UnitKind = "article" if node.kind == "article" else "item"
        self._draft(kind, node, "" if kind == "article" else title, section, clauses, rows=node.rows)
        self.reasons.append(f"{readable(self.text[node.start : node.body])} {title[:30]}: {kind}; {node.why}")

    def _inner(self, block: Block) -> list[Span]:
        spans = list(block.cells) or self._cut(Span(block.start, block.end))
        number = trim(self.text, block.start, block.cells[0].start) if block.cells else None
        if number is not None and any(c.isalnum() for c in number.of(self.text)):
            spans.insert(0, number)
        for child in block.children:
            spans += self._inner(child)
        return spans

    def _paragraph(self, section: str | None, clauses: list[Span], rows: Sequence[Span] = ()) -> None:
        if not clauses:
            clauses, rows = list(rows[:1]), rows[1:]
        previous = self.drafts[-1] if self.drafts else None
        if previous is not None and section and previous.section == section and previous.kind == "paragraph":
            previous.clauses += clauses
            return
        # Below its heading a paragraph bears the heading's title; another one further down does not.
        title = self.by_id[section].title if section and section not in self.filled else ""
        self._draft("paragraph", None, title, section, clauses, rows=rows)
        self.reasons.append(f"{readable(clauses[0].of(self.text))[:30]}: paragraph; text without a mark of its own")

    def _draft(
        self,
        kind: UnitKind,
        node: Block | None,
        title: str,
        section: str | None,
        clauses: list[Span],
        label: str = "",
        rows: Sequence[Span] = (),
    ) -> None:
        if not clauses and node is not None and node.body > node.start:
            clauses = [Span(node.start, node.body)]
        if clauses:
            self.drafts.append(_Draft(kind, node, title, section, clauses, label, rows))
            self.filled.add(section or "")

    # Labels

    def _named(self, titled: bool) -> tuple[Unit, ...]:
        """Labels and ids: plain where they are unique, the path where numbers restart."""
        for draft in self.drafts:
            draft.label = draft.label or self._plain_label(draft)
        counts = Counter(d.label for d in self.drafts if d.label and d.node is not None)
        clashing = {d.node.kind for d in self.drafts if d.node is not None and counts[d.label] > 1}
        units: list[Unit] = []
        used: dict[str, int] = {}
        kinds: Counter[str] = Counter()
        loose = 0
        opening = self._opening() if titled and not self.english else []
        for draft in self.drafts:
            node = draft.node
            if node is not None and node.kind in clashing:
                draft.label = "/".join(filter(None, (self._mark(b) for b in _path(node)))) or draft.label
            if not draft.label:
                loose += 1
                draft.label = NOTICE if any(draft is one for one in opening) else f"¶{loose}"
            kinds[draft.kind] += 1
            unit_id = _unique(self._id(draft, clashing, kinds[draft.kind]), used)
            spans = sorted(draft.clauses)
            clauses = tuple(
                Clause(i, s, readable(s.of(self.text))) for i, s in enumerate([*spans, *sorted(draft.rows)], 1)
            )
            begin = min(node.start, spans[0].start) if node is not None else spans[0].start
            units.append(
                Unit(unit_id, draft.label, draft.kind, draft.title, draft.section, Span(begin, spans[-1].end), clauses)
            )
        return tuple(sorted(units, key=lambda u: u.span))

    def _opening(self) -> list[_Draft]:
        """The paragraphs in front of the first item, where a plan that has no covering notice opens with some.

        A reader finds them where a notice would stand, and so they bear its label.
        """
        first = next((k for k, d in enumerate(self.drafts) if d.node is not None), 0)
        front = self.drafts[:first]
        return [] if any(d.kind == "notice" for d in front) else [d for d in front if d.kind == "paragraph"]

    @staticmethod
    def _id(draft: _Draft, clashing: set[str], ordinal: int) -> str:
        if draft.kind == "notice":
            return "notice"
        if draft.node is None:
            return ("x" if draft.kind == "annex" else "p") + str(ordinal)
        if draft.node.kind.startswith("decimal") or draft.node.kind.startswith("en ") and "." in draft.node.label:
            return "i" + "-".join(re.findall(r"\d+", draft.label.split("/")[-1]))
        numbers = [b.number for b in _path(draft.node) if b.number is not None]
        tail = "-".join(map(str, numbers if draft.node.kind in clashing else numbers[-1:])) or "0"
        return ("a" if draft.kind == "article" else "i") + tail

    def _mark(self, node: Block) -> str:
        if node.kind == "dash":
            return ""
        if node.label:
            return node.label
        if node.kind == "row":
            printed = re.match(r"\d{1,3}(?:[.．]\d{1,3}){0,3}", self.text[node.start : node.body])
            return printed[0] if printed else str(node.number) if node.number is not None else ""
        return _strip_mark(_shown_mark(self.text[node.start : node.body]))

    def _plain_label(self, draft: _Draft) -> str:
        if draft.node is None:
            return _strip_mark(self.by_id[draft.section].label) if draft.section else ""
        return self._mark(draft.node)

    def _check_numbers(self, blocks: Iterable[Block]) -> None:
        units = [b for b in blocks if b.role == "unit" and b.number is not None]
        for kind in dict.fromkeys(b.kind for b in units):
            numbers = [b.number for b in units if b.kind == kind and b.number is not None]
            highest = max(numbers)
            restarts = len(set(numbers)) < len(numbers)
            missing = sorted(set(range(1, min(highest, 2000) + 1)) - set(numbers))
            if missing and not restarts:
                shown = f"{', '.join(map(str, missing[:10]))}{' …' if len(missing) > 10 else ''}"
                self.warnings.append(
                    f"highest printed number is {highest}, but {len(numbers)} units were found; missing: {shown}"
                )


def _unique(unit_id: str, used: dict[str, int]) -> str:
    """The id itself where it is free, else with a number behind it."""
    name = unit_id
    while name in used:
        used[unit_id] += 1
        name = f"{unit_id}x{used[unit_id]}"
    used[name] = 1
    return name


def _path(node: Block) -> list[Block]:
    path: list[Block] = []
    at: Block | None = node
    while at is not None:
        path.append(at)
        at = at.parent
    return path[::-1]


_MOTTO = 40
"""Characters behind a colon that may be the rest of a heading."""
_EDGE = " \t\u3000\xa0*#、.．:：,，。；;_–—-"


def _shown_mark(mark: str) -> str:
    """A mark as printed, without Markdown signs, white space inside (but between Latin words) and a closing dash."""
    plain = " ".join(mark.split()) if re.search("[A-Za-z]", mark) else readable(mark)
    return plain.strip("#*_ ").rstrip(" –—-") or plain


def _strip_mark(label: str) -> str:
    """A label in plain form: ``15.`` → ``15``, ``三、`` → ``三``, ``（一）`` stays."""
    return unicodedata.normalize("NFKC", label).strip(_EDGE).replace("(", "（").replace(")", "）")


def _bare_title(text: str) -> str:
    return readable(unglossed(text)).replace("**", "").strip(_EDGE)
