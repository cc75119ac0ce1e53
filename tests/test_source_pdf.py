"""PDF files: lines, ruled tables, running heads, and what a page break cuts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kg.errors import DamagedFile, EmptyDocument, TooLarge
from kg.source import Source, read, read_bytes, view
from kg.source.pdf import MAX_PAGES
from kg.structure import parse
from tests.test_source_docx import owners, read_whole

Text = tuple[float, float, str]
"""Left, height above the lower edge (both in points), and characters of 10 points each."""
Rule = tuple[float, float, float, float]
"""Left, bottom, width and height of a filled box: a drawn line."""


def pdf(*pages: tuple[list[Text], list[Rule]], trailer: str = "", kids: int = 0) -> bytes:
    """A PDF file with the texts and lines given; its font is a name, as no glyph is ever drawn."""
    codes = sorted({ord(c) for texts, _ in pages for _, _, text in texts for c in text})
    # Characters by number; a text layer says by a table which sign each of them is.
    units = [(k, chr(code).encode("utf-16-be").hex()) for k, code in enumerate(codes, 1)]
    number = {code: k for k, code in enumerate(codes, 1)}
    chunks = [units[i : i + 100] for i in range(0, len(units), 100)]
    table = "".join(
        f"{len(chunk)} beginbfchar\n" + "".join(f"<{k:04x}> <{sign}>\n" for k, sign in chunk) + "endbfchar\n"
        for chunk in chunks
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{table}endcmap end end"
    )
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "",
        "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 6 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/X/DW 1000/FontDescriptor 5 0 R"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        "<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 -200 1000 800]/Ascent 800/Descent -200"
        "/ItalicAngle 0/CapHeight 700/StemV 80>>",
        f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream",
    ]
    shown = []
    for texts, rules in pages:
        content = "".join(f"{x} {y} {w} {h} re f\n" for x, y, w, h in rules)
        for x, y, text in texts:
            codes_of = "".join(f"{number[ord(c)]:04x}" for c in text)
            content += f"BT /F 10 Tf 1 0 0 1 {x} {y} Tm <{codes_of}> Tj ET\n"
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
        stream = f"{len(objects)} 0 R"
        fonts = "/Resources<</Font<</F 3 0 R>>>>"
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {stream}{fonts}>>")
        shown.append(f"{len(objects)} 0 R")
    shown = shown * kids if kids else shown
    objects[1] = f"<</Type/Pages/Count {len(shown)}/Kids[{' '.join(shown)}]>>"
    out = b"%PDF-1.7\n"
    places = []
    for k, inner in enumerate(objects, 1):
        places.append(len(out))
        out += f"{k} 0 obj\n{inner}\nendobj\n".encode()
    table = "".join(f"{at:010} 00000 n \n" for at in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Root 1 0 R/Size {size}{trailer}>>"
    return out + f"{end}\nstartxref\n{len(out)}\n%%EOF\n".encode()


def lines(*texts: str, top: float = 700) -> list[Text]:
    return [(60, top - 16 * k, text) for k, text in enumerate(texts)]


HEAD: Text = (250, 780, "某市教育局文件")


def foot(number: int) -> Text:
    return (280, 30, f"— {number} —")


def of(*pages: tuple[list[Text], list[Rule]]) -> Source:
    return read_bytes("a.pdf", pdf(*pages))


def plain(source: Source) -> str:
    """What is left without furniture."""
    text = source.text
    for hint in reversed(source.hints):
        if hint.kind == "furniture":
            text = text[: hint.span.start] + text[hint.span.end + 1 :]
    return text


PROSE = ["一、推进阅读。开展全市中小学生阅读活动，", "覆盖学校三百所。", "二、修缮校舍。完成改造项目二十个，投入资"]


@pytest.mark.parametrize("pages", [2, 3, 5])
def test_running_heads_and_page_numbers_are_furniture_and_cut_no_sentence(pages: int) -> None:
    rest = ["金三千万元。", "三、加强领导。"]
    made: list[tuple[list[Text], list[Rule]]] = [
        ([HEAD, *lines(*PROSE), foot(1)], []),
        ([*lines(*rest), foot(2), HEAD], []),
    ]
    made += [([*lines(f"附言{'甲乙丙'[k]}。"), foot(k + 3), HEAD], []) for k in range(pages - 2)]
    source = of(*made)
    assert sum(h.kind == "furniture" for h in source.hints) == 2 * pages
    assert plain(source).splitlines()[:5] == [*PROSE, *rest]
    document = read_whole(source)
    assert "完成改造项目二十个，投入资金三千万元。" in [clause.text for _, clause in document.clauses()]


def test_lines_of_the_text_at_the_edges_of_two_pages_are_no_furniture() -> None:
    same = "（责任单位：市教育局）"
    source = of((lines("一、甲事项。", same, top=80), []), (lines("二、乙事项。", same, top=80), []))
    assert not source.hints


def test_columns_are_read_one_after_the_other_as_the_file_has_them() -> None:
    left = [(40.0, 700.0 - 16 * k, text) for k, text in enumerate(("一、甲事项的", "第一句。"))]
    right = [(320.0, 700.0 - 16 * k, text) for k, text in enumerate(("二、乙事项的", "第二句。"))]
    assert of(([*left, *right], [])).text.split() == ["一、甲事项的", "第一句。", "二、乙事项的", "第二句。"]


# Ruled tables

COLUMNS = (60.0, 100.0, 260.0, 340.0, 460.0)
HEADS = ("序号", "工作任务", "牵头单位", "配合单位")


def ruled(
    rows: Sequence[tuple[str, ...]], top: float = 700, gone: set[tuple[int, int]] | None = None
) -> tuple[list[Text], list[Rule]]:
    """A table of rows 50 points high, wrapped inside its cells; ``gone`` names cells that have no line above them."""
    texts: list[Text] = []
    rules: list[Rule] = []
    for r in range(len(rows) + 1):
        for c in range(len(COLUMNS) - 1):
            if (r, c) not in (gone or set()):
                rules.append((COLUMNS[c], top - 50 * r, COLUMNS[c + 1] - COLUMNS[c], 0.5))
    rules += [(x, top - 50 * len(rows), 0.5, 50 * len(rows)) for x in COLUMNS]
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            wide = int((COLUMNS[c + 1] - COLUMNS[c] - 4) // 10)
            parts = [p[i : i + wide] for p in text.split("/") for i in range(0, len(p), wide)]
            texts += [(COLUMNS[c] + 2, top - 50 * r - 12 - 12 * k, part) for k, part in enumerate(parts)]
    return texts, rules


ROW = "推进中小学生阅读，开展读书活动三百场"


def test_a_ruled_table_is_read_row_by_row_with_wrapped_cells_whole() -> None:
    source = of(
        ruled(
            [
                HEADS,
                ("1", ROW, "市教育局", "市财政局、市文化旅游广电局"),
                ("2", "修缮", "市住建局", "市教育局/市财政局"),
            ]
        )
    )
    assert source.text.splitlines() == [
        "| 序号 | 工作任务 | 牵头单位 | 配合单位 |",
        f"| 1 | {ROW} | 市教育局 | 市财政局、市文化旅游广电局 |",
        "| 2 | 修缮 | 市住建局 | 市教育局 市财政局 |",
    ]
    assert owners(read_whole(source))[-2:] == [("2", "support", "市教育局"), ("2", "support", "市财政局")]


def test_a_cell_over_rows_of_a_ruled_table_holds_for_each() -> None:
    rows = [HEADS, ("1", "甲事", "市教育局", "市财政局"), ("2", "乙事", "", "市住建局")]
    assert of(ruled(rows, gone={(2, 2)})).text.endswith("| 2 | 乙事 | 市教育局 | 市住建局 |\n")


def test_a_table_goes_on_overleaf_with_its_heads_told_as_furniture_and_a_cut_row_whole() -> None:
    one, two = (
        ruled([HEADS, ("1", "甲事", "市教育局", "市财"), ("2", "乙事", "市教育局", "市财")], top=220),
        ruled([HEADS, ("", "", "", "政局"), ("3", "丙事", "市住建局", "")]),
    )
    source = of(([HEAD, *one[0], foot(1)], one[1]), ([HEAD, *two[0], foot(2)], two[1]))
    assert plain(source).splitlines() == [
        "| 序号 | 工作任务 | 牵头单位 | 配合单位 |",
        "| 1 | 甲事 | 市教育局 | 市财 |",
        "| 2 | 乙事 | 市教育局 | 市财政局 |",
        "| 3 | 丙事 | 市住建局 |  |",
    ]
    assert [u.label for u in read_whole(source).units] == ["1", "2", "3"]


def test_a_frame_around_text_and_a_line_below_it_are_no_table() -> None:
    frame = [
        (50.0, 600.0, 500.0, 0.5),
        (50.0, 750.0, 500.0, 0.5),
        (50.0, 600.0, 0.5, 150.0),
        (550.0, 600.0, 0.5, 150.0),
    ]
    assert of((lines(*PROSE), [*frame, (60, 690, 200, 0.5)])).text.splitlines() == PROSE


# What the text layer may hold


def test_radicals_in_the_text_layer_are_kept_and_matched_as_the_characters_that_they_show() -> None:
    source = of((lines("⼀、推进⼈⺠教育。成⽴⼩组。", "⼆、加强⻓效管理。", "三、完善机制。"), []))
    assert source.text.startswith("⼀、推进⼈⺠教育。")
    assert view(source.text).text.startswith("一、推进人民教育。成立小组。二、加强长效管理。")
    assert [u.label for u in read_whole(source).units] == ["一", "二", "三"]


def test_pages_without_text_are_named() -> None:
    source = of((lines("一、甲。"), []), ([], []))
    assert source.warnings == ("pages without text: 2; a scanned page must be put through text recognition first",)
    assert source.warnings[0] in parse(source, "d").warnings


REFUSED: dict[str, tuple[Callable[[], bytes], type, str]] = {
    "a scan": (lambda: pdf(([], [(60, 60, 400, 400)])), EmptyDocument, "text recognition"),
    "a file with a password": (
        lambda: pdf(
            (lines("一、甲。"), []),
            trailer=f"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'11' * 32}>/U<{'22' * 32}>>>/ID[<33><33>]",
        ),
        DamagedFile,
        "password",
    ),
    "too many pages": (lambda: pdf((lines("一、甲。"), []), kids=MAX_PAGES + 1), TooLarge, "pages"),
    "a cut file": (lambda: pdf((lines("一、甲。"), []))[:300], DamagedFile, "broken"),
}


@pytest.mark.parametrize("rule", REFUSED)
def test_refused_in_one_line(rule: str) -> None:
    make, error, word = REFUSED[rule]
    with pytest.raises(error, match=word) as caught:
        read_bytes("a.pdf", make())
    assert str(caught.value).startswith("a.pdf: ")
    assert "\n" not in str(caught.value)


def test_a_drawing_of_many_lines_ends_soon() -> None:
    many = [(float(x), float(y), 3.5, 0.5) for x in range(0, 600, 4) for y in range(0, 800, 4)]
    many += [(x, y, 0.5, 3.5) for x, y, _, _ in many]
    few = [(0.0, 4.0 * k, 590.0, 0.5) for k in range(190)] + [(4.0 * k, 0.0, 0.5, 790.0) for k in range(140)]
    begun = time.process_time()
    for rules in (many, few):
        assert "一、甲" in "".join(re.split(r"[\s|]", of((lines("一、甲。"), rules)).text))
    assert time.process_time() - begun < 30


# As a browser prints it

PRINTED = """<html lang="zh"><style>body{font-family:"Noto Serif CJK SC";font-size:15pt;line-height:26pt}
table{border-collapse:collapse;width:100%;font-size:12pt}td,th{border:1px solid #000}</style>
<h1>某市教育局2031年工作任务分工表</h1><table><thead><tr><th>序号</th><th>工作任务</th><th>牵头单位</th><th>配合单位</th></tr></thead>
ROWS</table></html>"""


@pytest.mark.browser
def test_a_table_over_pages_as_a_browser_prints_it(chromium: Path, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    row = f"<tr><td>{{0}}</td><td>{ROW}、演讲活动{{0}}场</td><td>市教育局</td><td>市财政局、市文化和旅游局</td></tr>"
    page_number = '<div style="font-size:9px">— <span class="pageNumber"></span> —</div>'
    head = '<div style="font-size:9px">某市教育局文件</div>'
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(PRINTED.replace("ROWS", "".join(row.format(k) for k in range(1, 31))))
        page.pdf(
            path=str(tmp_path / "a.pdf"),
            format="A4",
            display_header_footer=True,
            header_template=head,
            footer_template=page_number,
            margin={"top": "2cm", "bottom": "2cm", "left": "2.5cm", "right": "2.5cm"},
        )
        browser.close()
    document = read_whole(read(tmp_path / "a.pdf"))
    assert [u.label for u in document.units] == [str(k) for k in range(1, 31)]
    assert len(owners(document)) == 90
    assert {f.reason for f in document.furniture} >= {"repeated at page edges", "column heads", "title"}
