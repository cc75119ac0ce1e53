"""Blocks to a tree, and each of its nodes told as section, unit or point.

Marks are put below each other by the order in which their kinds appear; then the tree as a whole decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from .. import english as en
from ..source import view
from .blocks import Block, run_in
from .lines import ANNEX, DATE, LINE_CLOSED
from .marks import MINOR, NEVER_UNIT, RANK
from .words import CN, lexicon

_BOX = re.compile(rf"(?:专栏|專欄|Box )[ \t]{{0,2}}[{CN}\d]{{1,3}}[ \t\u3000:：]{{0,4}}")


def mark_heads(text: str, blocks: list[Block], english: bool) -> None:
    """Short lines without a mark and without a stop that something follows are headings.

    Above bullets they are, where this happens more than once: one alone only says what is listed.
    """
    bulleted = sum(
        not a.marked and not a.cells and a.end - a.start <= 26 and b.kind == "dash" for a, b in pairwise(blocks)
    )
    if english:
        _english_heads(text, blocks)
        return
    for i, block in enumerate(blocks[:-1]):
        if block.marked or block.cells:
            continue
        inner = text[block.start : block.end].strip("* ")
        limit = 26
        if (
            len(inner) > limit
            or len(inner) < 2
            or not any(c.isalpha() for c in inner)
            or re.search(r"[，。；：:;,!?！？|]|[.]$", inner)
        ):
            continue
        after = blocks[i + 1]
        if (
            i
            and not blocks[i - 1].marked
            and not LINE_CLOSED.search(text[max(0, blocks[i - 1].end - 8) : blocks[i - 1].end])
        ):
            continue
        seen = view(inner).text
        if DATE.match(seen) or ANNEX.match(seen) or lexicon().caption.match(seen):
            continue
        if len(seen) == 2 and seen in lexicon().columns:
            continue
        follows = (
            after.marked
            and after.kind not in MINOR
            and (after.number in (1, None) or len(inner) > 3)
            or (after.kind == "dash" and bulleted > 1)
            or (not after.marked and after.end - after.start > max(30, 2 * len(inner)))
        )
        if follows:
            block.kind, block.why = "head", "a short line without mark or stop, with text below it"


def _place_heads(text: str, blocks: list[Block]) -> None:
    """A heading above the first numbered part holds the parts; one between a part and its own items is text."""
    marks = [(i, b) for i, b in enumerate(blocks) if b.marked and b.number is not None and b.kind not in MINOR]
    part = ""
    for i, block in enumerate(blocks):
        if block.kind.startswith("en ") and block.number is not None:
            printed = re.search(r"\d{1,2}(?:\.\d{1,2})?", text[block.start : block.body])
            part = printed[0] if printed and "." not in printed[0] else part if printed else ""
        elif block.kind == "head":
            at, following = next(((k, b) for k, b in marks if k > i), (0, None))
            if following is None:
                if any(b.kind.startswith(("en ", "upper")) for b in blocks[:i]):
                    block.kind = "h1"  # what closes the plan
                continue
            opens = text[following.start : following.body]
            if at == i + 1 and following.kind.startswith("en ") and "." not in opens:
                block.kind = "h1"
            elif part and at > i + 1 and re.search(rf"(?<!\d){part}\.", opens):
                block.kind = ""


def _english_heads(text: str, blocks: list[Block]) -> None:
    """Unnumbered headings of an English plan, told by how they are printed and by what stands around them."""
    for i in range(len(blocks) - 2, -1, -1):
        block, after = blocks[i], blocks[i + 1]
        if block.marked or block.cells:
            continue
        inner = text[block.start : block.end]
        look = en.looks_like_heading(inner)
        before = text[blocks[i - 1].start : blocks[i - 1].end] if i else ""
        if not look or i and not blocks[i - 1].marked and en.is_head(before):
            continue
        closed = (
            not i
            or bool(LINE_CLOSED.search(before[-8:]))
            or bool(blocks[i - 1].cells)
            or bool(en.label(before))
            or blocks[i - 1].kind == "head"
            or blocks[i - 1].kind.startswith(("en ", "h"))
            or text.count("\n", blocks[i - 1].end, block.start) > 1
        )
        below = text[after.start : after.end]
        sentence = below.rstrip().endswith(".") and len(below.split()) > 4 and len(below) > len(inner)
        long = not after.marked and not after.cells and not en.label(below)
        long = long and (len(below) > max(60, 2 * len(inner)) or sentence)
        listed = after.kind not in ("", "head", *MINOR) or after.kind == "head"
        formed = en.is_head(below) or bool(en.label(below)) or after.kind == "dash" or bool(after.cells)
        follows = long or listed or formed and look != "plain"
        if follows and (closed or look == "caps") and not (look == "plain" and len(inner.split()) > 9):
            block.kind, block.why = "head", "a short line without mark or stop, with text below it"
    _place_heads(text, blocks)
    # A head of the form that stands once, between headings, is one of them.
    said = Counter(en.key(text[b.start : b.end]) for b in blocks if not b.marked and b.end - b.start <= 60)
    for block, after in pairwise(blocks) if any(b.kind == "head" for b in blocks) else ():
        inner = text[block.start : block.end]
        sentence = not after.marked and not after.cells and after.end - after.start > 50
        heads = not block.marked and not block.cells and en.is_head(inner) and inner[:1].isupper()
        if heads and sentence and said[en.key(inner)] == 1 and ":" not in inner:
            block.kind, block.why = "head", "a head of the form that stands once, with a paragraph below it"


def mark_boxes(text: str, blocks: Sequence[Block]) -> None:
    """A box (专栏3 …) heads what is numbered or tabled right below it, apart from the plan's own numbering."""
    caption: Block | None = None
    following, kind = 0, ""
    for i, block in enumerate(blocks):
        if not block.marked:
            m = _BOX.match(text, block.start, min(block.end, block.start + 40))
            if m and block.end - block.start <= 60:
                caption, following, kind = block, 1, ""
            elif block.end - block.start > 60 or not following > 1:
                caption = None
        elif caption is not None and (
            block.kind == "row"
            or block.kind in ("ar", "pcn")
            and block.number == following
            and (following > 1 or blocks[i - 1] is caption)
            and kind in ("", block.kind)
        ):
            m = _BOX.match(text, caption.start, caption.end)
            if not caption.marked and m:
                caption.kind, caption.body, caption.why = "box", m.end(), "a box with entries below it"
            if block.kind != "row":
                kind = block.kind
                block.kind, block.why = "boxed", "an entry of a box"
                following += 1
        elif block.kind not in MINOR:
            caption, following = None, 0


def build_tree(blocks: Sequence[Block], english: bool = False) -> list[Block]:
    """Put marked blocks below each other: a kind not open yet goes one deeper, an open one closes what is below it.

    Paragraphs hang below the innermost open mark.  Returns what hangs at the top.
    """
    top: list[Block] = []
    stack: list[Block] = []
    known: dict[str, int] = {}
    for block in blocks:
        if block.marked:
            if block.kind not in ("boxed", "row", *MINOR) and (
                box := [i for i, b in enumerate(stack) if b.kind == "box"]
            ):
                del stack[box[0] :]  # a box ends where the plan goes on
            if english and block.kind == "head":  # closes the item before it, not the part that the item stands in
                at = (i for i, b in enumerate(stack) if b.kind.startswith("decimal") or b.kind.endswith("."))
                del stack[next(at, len(stack)) :]
            del stack[_place(stack, block, known) :]
            block.level = len(stack) + 1
            if block.number is not None:
                known[block.kind] = block.number
        else:
            # A paragraph goes on with the unit, not with the last of its bullets or table rows.
            while stack and stack[-1].kind in ("dash", "row", "boxed", "box"):
                stack.pop()
        block.parent = stack[-1] if stack else None
        (block.parent.children if block.parent else top).append(block)
        if block.marked:
            stack.append(block)
    return top


def _place(stack: Sequence[Block], block: Block, known: dict[str, int]) -> int:
    """How many of the open marks stay open above ``block``."""
    kinds = [b.kind for b in stack]
    if block.kind in kinds:
        return kinds.index(block.kind)
    if kinds and kinds[0] == "head" and (block.kind.startswith("en ") or block.kind == "upper"):
        return 0  # a named part stands beside an unnumbered heading with text of its own
    if re.fullmatch(r"h[1-6]", block.kind):
        deeper = [i for i, k in enumerate(kinds) if re.fullmatch(r"h[1-6]", k) and k > block.kind]
        if deeper:
            return deeper[0]
        return next((i for i, k in enumerate(kinds) if not re.fullmatch(r"h[1-6]", k)), len(kinds))
    if block.kind in ("part", "chapter", "division", "article") or block.kind == "row":
        rank = RANK.get(block.kind, 99)
        return next((i for i, k in enumerate(kinds) if RANK.get(k, -1) >= rank), len(kinds))
    if block.kind == "box":
        # Set apart from the items around it, a box stands below the part that holds them.
        parts = ("part", "chapter", "division", "head") if "chapter" in kinds or "division" in kinds else ("cn", "big")
        return next((i + 1 for i in range(len(kinds) - 1, -1, -1) if kinds[i] in parts), 0)
    if block.kind == "head":
        # A heading without a mark closes what its text was cut into before, not the part that it stands in.
        return next((i for i, k in enumerate(kinds) if k in ("ar", "row") or k in MINOR), len(kinds))
    if block.number is not None and block.number > 1 and known.get(block.kind, 0) + 1 != block.number:
        # Neither a first nor the next: an extract; the usual order of marks decides.
        rank = RANK.get(block.kind, 99)
        return next((i for i, k in enumerate(kinds) if RANK.get(k, -1) > rank), len(kinds))
    return len(kinds)


class Judge:
    """Gives each marked block of the tree its role: section, unit, or point inside a unit."""

    def __init__(self, text: str, english: bool) -> None:
        self.text = text
        self.english = english

    def decide(self, nodes: Sequence[Block], parent: Block | None) -> None:
        """Give each marked block of ``nodes``, which hang below ``parent``, and of what hangs below them its role."""
        marked = [n for n in nodes if n.marked]
        if not marked:
            return
        if self._are_points(nodes, marked, parent):
            for node in marked:
                self._point(node)
            return
        for node in marked:
            self.decide(node.children, node)
        for kind in dict.fromkeys(n.kind for n in marked):
            self._group([n for n in marked if n.kind == kind])

    def _group(self, group: Sequence[Block]) -> None:
        with_parts = {n for n in group if any(c.role in ("unit", "section") for c in n.children)}
        for node in group:
            alone = not self.run_in(node)
            if node in with_parts:
                node.role = "section"
                node.why += "; has units below it"
            elif alone and not node.cells and led_paragraphs(self.text, node.children):
                node.role = "section"
                node.why += "; paragraphs with titles of their own stand below it"
            elif node.kind in ("chapter", "part", "division", "head") or re.fullmatch(r"h[1-6]", node.kind):
                node.role = "section"
                node.why += "; always a heading"
            elif node.kind in ("cn", "big") and 2 * len(with_parts) >= len(group) and colon_title(self.text, node):
                node.role = "section"
                node.why += "; its neighbours have units below them and its heading ends in a colon"
            elif with_parts and (alone and node.children or self._lone(node)) and node.kind not in ("article", "row"):
                node.role = "section"
                node.why += "; its neighbours have units below them and its heading stands alone"
            else:
                node.role = "unit"
                node.why += "; no unit below it"

    def _lone(self, node: Block) -> bool:
        """Whether the text begins with a heading of the genre that lost its line end."""
        return bool(node.lead) or not node.cells and bool(lone_heading(self.text[node.body : node.end]))

    def run_in(self, node: Block) -> bool:
        """Whether a title is followed by text on its own line."""
        return run_in(self.text[node.body : node.end], self.english)

    def _are_points(self, nodes: Sequence[Block], marked: Sequence[Block], parent: Block | None) -> bool:
        """Whether the marks below ``parent`` only list points of its text."""
        if all(n.kind == "dash" for n in marked) and (parent is None or parent.kind == "head"):
            # Bullets that each say who does them are the tasks themselves.
            return 2 * sum(self._owned(n) for n in marked) < len(marked) or len(marked) < 2
        if parent is None:
            return all(n.kind in NEVER_UNIT for n in marked)
        if parent.kind == "box":
            return False
        if all(n.kind == "row" for n in marked):
            return parent.kind in ("ar", "pcn", "article", "decimal1") and self.run_in(parent)
        if parent.kind in ("article", "row") or all(n.kind in NEVER_UNIT for n in marked):
            return True
        before = [n for n in nodes[: nodes.index(marked[0])] if not n.marked]
        run_in = self.run_in(parent)
        lead = self.text[before[-1].start : before[-1].end] if before else self.text[parent.body : parent.end]
        if (
            lead.rstrip("* ").endswith(("：", ":"))
            and (before or run_in)
            and parent.kind not in ("head",)
            and not any(n.children for n in marked)
        ):
            return True
        spoken = bool(before) or run_in or marked[0].kind in MINOR
        if (
            len(marked) > 1
            and spoken
            and all(self.text[n.start : n.end].rstrip().endswith(("；", ";")) for n in marked[:-1])
        ):
            return True
        if not before and not run_in and 2 * sum(self._owned(n) for n in marked) >= len(marked):
            return False  # each has bodies of its own: these are the tasks, the text above them their heading
        return marked[0].kind in MINOR and (bool(before) or run_in or parent.kind == "ar" and parent.level > 1)

    def _owned(self, node: Block) -> bool:
        """Whether the text ends in a bracket that says who is responsible."""
        bracket = re.search(
            r"[（(〔\[]([^（）()〔〕\[\]]{2,120})[）)〕\]]\s{0,2}。?$",
            self.text[max(node.body, node.end - 130) : node.end],
        )
        return bool(bracket and lexicon().owners.search(view(bracket[1]).text))

    def _point(self, node: Block) -> None:
        node.role = "point"
        node.why += "; a point inside the unit"
        for child in node.children:
            if child.marked:
                self._point(child)


_LEAD = re.compile(r"[^。；：:;\n]{4,30}。(?=[^\n]{30})")


def title_sentence(text: str, block: Block) -> int:
    """Where the title sentence ends with which an unmarked paragraph begins; 0 where it begins with none."""
    m = None if block.marked or block.cells else _LEAD.match(text, block.start, block.end)
    return m.end() if m else 0


def led_paragraphs(text: str, blocks: Sequence[Block]) -> bool:
    """Whether there are several paragraphs and each begins with a title sentence."""
    plain = before_box(text, blocks)
    return len(plain) > 1 and all(title_sentence(text, b) for b in plain)


def before_box(text: str, blocks: Sequence[Block]) -> list[Block]:
    """The blocks up to the first caption of a box."""
    first = next((i for i, b in enumerate(blocks) if b.kind == "box" or _BOX.match(text, b.start, b.end)), len(blocks))
    return list(blocks[:first])


def colon_title(text: str, node: Block) -> int:
    """Where a short heading that ends in a colon ends and text follows on the line; 0 where there is none."""
    m = None if node.cells else re.compile(r"[^。，；,;：:]{2,16}[：:](?=.)").match(text, node.body, node.end)
    return m.end() if m else 0


def lone_heading(body: str) -> re.Match[str] | None:
    """The heading of the genre (总体要求 …) that ``body`` begins with and that its text follows without a break."""
    lone = lexicon().lone.match(body)
    return lone if lone and len(body) > lone.end() + 12 and body[lone.end()] not in "的和与及、。" else None
