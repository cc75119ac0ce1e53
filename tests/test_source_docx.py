"""docx files as they come: what a word processor shows of them is what is read, and nothing else."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable

import pytest
from docx import Document as Blank
from docx.document import Document as Made
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml

from kg.errors import SourceError
from kg.extract import extract
from kg.model import BodyFact, Document
from kg.source import MAX_UNPACKED, Source, read_bytes
from kg.structure import leaves, parse
from kg.thesaurus import Thesaurus

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NS = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def package(document: str, **parts: str) -> bytes:
    """A docx container with nothing but the parts given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def body(inner: str) -> str:
    return f"<w:document {NS}><w:body>{inner}</w:body></w:document>"


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def par(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(r if r.startswith('<') else run(r) for r in runs)}</w:p>"


def cell(*blocks: str, properties: str = "") -> str:
    inner = "".join(b if b.startswith("<") else par(b) for b in blocks) or par()
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows: list[str], heads: int = 0) -> str:
    made = [
        f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if i < heads else ''}"
        f"{''.join(c if c.startswith('<') else cell(c) for c in row)}</w:tr>"
        for i, row in enumerate(rows)
    ]
    return f"<w:tbl>{''.join(made)}</w:tbl>"


def text_of(inner: str, **parts: str) -> str:
    return read_bytes("a.docx", package(body(inner), **parts)).text


BEGINS = '<w:vMerge w:val="restart"/>'
GOES_ON = "<w:vMerge/>"
WIDE = '<w:gridSpan w:val="{}"/>'.format


# What shows and what does not

SHOWN: dict[str, tuple[str, str]] = {
    "deleted text is not read": (
        par("<w:del><w:r><w:delText>旧</w:delText><w:t>旧</w:t></w:r></w:del>", "新"),
        "新\n",
    ),
    "inserted text is": (par("甲", f"<w:ins>{run('乙')}</w:ins>"), "甲乙\n"),
    "moved text stands where it was moved to": (
        par(f"<w:moveFrom>{run('甲')}</w:moveFrom>", "乙") + par(f"<w:moveTo>{run('甲')}</w:moveTo>"),
        "乙\n甲\n",
    ),
    "a paragraph whose end was deleted goes on in the next one": (
        par("甲", properties="<w:rPr><w:del/></w:rPr>") + par("乙"),
        "甲乙\n",
    ),
    "hidden text is not read": (par("甲", run("密", "<w:vanish/>"), run("乙", '<w:vanish w:val="0"/>')), "甲乙\n"),
    "what a field was made of is not read, its result is": (
        par(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>',
            "指令",
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
            "结果",
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "后文",
        ),
        "结果后文\n",
    ),
    "a field that was never closed hides nothing below it": (
        par('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "甲") + par("乙"),
        "乙\n",
    ),
    "a link shows its text": (par(f"<w:hyperlink>{run('甲')}</w:hyperlink>", "乙"), "甲乙\n"),
    "a simple field shows its text": (par(f"<w:fldSimple>{run('3')}</w:fldSimple>"), "3\n"),
    "a soft line end is one, a tab is a blank": (
        par("甲<w:br/>乙".replace("甲", "<w:r><w:t>甲</w:t>").replace("乙", "<w:tab/><w:t>乙</w:t></w:r>")),
        "甲\n 乙\n",
    ),
    "tab stops are no tabs": (par("甲", properties='<w:tabs><w:tab w:val="left"/></w:tabs>'), "甲\n"),
    "a content control shows its content, a prompt is none": (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{par('甲')}</w:sdtContent></w:sdt>"
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{par('点击输入')}</w:sdtContent></w:sdt>"
        + par(f"<w:sdt><w:sdtPr/><w:sdtContent>{run('乙')}</w:sdtContent></w:sdt>"),
        "甲\n乙\n",
    ),
    "a text box stands behind its paragraph, once": (
        par(
            "甲",
            "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx>"
            f"<w:txbxContent>{par('盒')}</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><w:pict><v:textbox>"
            f"<w:txbxContent>{par('盒')}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
            "乙",
        ),
        "甲乙\n盒\n",
    ),
    "a text box of old programs is read": (
        par(f"<w:r><w:pict><v:textbox><w:txbxContent>{par('盒')}</w:txbxContent></v:textbox></w:pict></w:r>"),
        "盒\n",
    ),
    "a gloss above a character stands in brackets behind it": (
        par(
            "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>kè</w:t></w:r></w:rt>"
            "<w:rubyBase><w:r><w:t>课</w:t></w:r></w:rubyBase></w:ruby></w:r>",
            "程",
        ),
        "课(kè)程\n",
    ),
    "a formula shows its letters": (par("率", "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"), "率x\n"),
    "comments are not read": (par("甲", '<w:r><w:commentReference w:id="0"/></w:r>'), "甲\n"),
}


@pytest.mark.parametrize("rule", SHOWN)
def test_of_a_paragraph(rule: str) -> None:
    inner, shown = SHOWN[rule]
    assert text_of(inner) == shown


def test_notes_stand_below_the_text_as_furniture_if_the_text_refers_to_them() -> None:
    notes = (
        f"<w:footnotes {NS}><w:footnote w:id='-1'>{par('线')}</w:footnote>"
        f"<w:footnote w:id='2'>{par('指甲。')}</w:footnote><w:footnote w:id='3'>{par('无人引')}</w:footnote>"
        "</w:footnotes>"
    )
    inner = par("甲", "<w:r><w:footnoteReference w:id='2'/></w:r>", "乙。")
    source = read_bytes("a.docx", package(body(inner), footnotes=notes))
    assert source.text == "甲乙。\n指甲。\n"
    assert [(h.kind, h.value, h.span.of(source.text)) for h in source.hints] == [("furniture", "footnote", "指甲。")]


def test_running_heads_and_page_numbers_are_not_part_of_the_text() -> None:
    made = Blank()
    made.add_paragraph("正文。")
    made.sections[0].header.paragraphs[0].text = "页眉"
    made.sections[0].footer.paragraphs[0].text = "- 1 -"
    assert read_made(made).text == "正文。\n"


def test_a_file_in_the_strict_form_of_the_standard_is_read() -> None:
    strict = body(par("甲")).replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert read_bytes("a.docx", package(strict)).text == "甲\n"


def test_the_main_part_is_found_by_what_the_container_says() -> None:
    out = io.BytesIO()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("_rels/.rels", f"<R><r Type='{kind}' Target='/word/document2.xml'/></R>")
        archive.writestr("word/document2.xml", body(par("甲")))
    assert read_bytes("a.docx", out.getvalue()).text == "甲\n"


# Tables

TABLES: dict[str, tuple[str, str]] = {
    "a cell over columns leaves the others empty": (
        table(["甲", "乙", "丙"], [cell("丁", properties=WIDE(2)), "戊"]),
        "| 甲 | 乙 | 丙 |\n| 丁 |  | 戊 |\n",
    ),
    "a cell over rows holds for each of them": (
        table(
            ["序号", "任务", "单位"],
            ["1", "甲", cell("某局", properties=BEGINS)],
            ["2", "乙", cell(properties=GOES_ON)],
        ),
        "| 序号 | 任务 | 单位 |\n| 1 | 甲 | 某局 |\n| 2 | 乙 | 某局 |\n",
    ),
    "what heads several rows stands above them": (
        table(
            ["类别", "序号", "任务"],
            [cell("改革", properties=BEGINS), "1", "甲"],
            [cell(properties=GOES_ON), "2", "乙"],
            ["保障", "3", "丙"],
        ),
        "| 类别 | 序号 | 任务 |\n| 改革 |  |  |\n|  | 1 | 甲 |\n|  | 2 | 乙 |\n| 保障 | 3 | 丙 |\n",
    ),
    "a number over several rows is not repeated": (
        table(
            ["序号", "任务", "单位"],
            [cell("1", properties=BEGINS), "甲", "某局"],
            [cell(properties=GOES_ON), "乙", "某厅"],
        ),
        "| 序号 | 任务 | 单位 |\n| 1 | 甲 | 某局 |\n|  | 乙 | 某厅 |\n",
    ),
    "heads in two rows are repeated in the second": (
        table(
            [cell("序号", properties=BEGINS), cell("任务", properties=BEGINS), cell("单位", properties=WIDE(2))],
            [cell(properties=GOES_ON), cell(properties=GOES_ON), "牵头单位", "配合单位"],
            ["1", "甲", "某局", "某厅"],
        ),
        "| 序号 | 任务 | 单位 |  |\n| 序号 | 任务 | 牵头单位 | 配合单位 |\n| 1 | 甲 | 某局 | 某厅 |\n",
    ),
    "a table inside a cell is text of that cell, once": (
        table(["甲", cell("乙", table(["丙", "丁"], ["戊", "己"]), par())], ["庚", "辛"]),
        "| 甲 | 乙 丙 丁 戊 己 |\n| 庚 | 辛 |\n",
    ),
    "a table of one column is a frame around text": (
        table([cell("甲。", "乙。")], [cell("丙。", table(["丁", "戊"]))]),
        "甲。\n乙。\n丙。\n| 丁 | 戊 |\n",
    ),
    "a deleted row is not read": (
        table(["甲", "乙"]).replace("</w:tbl>", "")
        + f"<w:tr><w:trPr><w:del/></w:trPr>{cell('旧')}{cell('旧')}</w:tr></w:tbl>",
        "| 甲 | 乙 |\n",
    ),
    "rows and cells inside content controls are read": (
        "<w:tbl><w:sdt><w:sdtPr/><w:sdtContent><w:tr>"
        f"{cell('甲')}<w:sdt><w:sdtPr/><w:sdtContent>{cell('乙')}</w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt></w:tbl>",
        "| 甲 | 乙 |\n",
    ),
    "a bar inside a cell does not divide it": (table(["甲|乙", "丙"]), "| 甲｜乙 | 丙 |\n"),
}


@pytest.mark.parametrize("rule", TABLES)
def test_of_a_table(rule: str) -> None:
    inner, shown = TABLES[rule]
    assert text_of(inner) == shown


# Automatic numbers


def level(index: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(identifier: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{identifier}">{"".join(levels)}</w:abstractNum>'


def num(identifier: int, of: int, more: str = "") -> str:
    return f'<w:num w:numId="{identifier}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def numbering(*parts: str) -> str:
    return f"<w:numbering {NS}>{''.join(parts)}</w:numbering>"


def in_list(*places: tuple[int, int], text: str = "甲") -> str:
    return "".join(
        par(text, properties=f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')
        for number, depth in places
    )


START = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{}"/></w:lvlOverride>'.format
OUTLINE = abstract(
    0, level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2"), level(2, "decimal", "（%3）")
)
COUNTED: dict[str, tuple[str, list[tuple[int, int]], str]] = {
    "a deeper level begins anew behind a higher one": (
        OUTLINE + num(1, 0),
        [(1, 0), (1, 2), (1, 2), (1, 1), (1, 2), (1, 0), (1, 2)],
        "第一章 （1） （2） 一.1 （1） 第二章 （1）",
    ),
    "a level that says so shows all numbers in figures": (
        abstract(0, level(0, "chineseCounting", "%1、"), level(1, "decimal", "%1.%2", "<w:isLgl/>")) + num(1, 0),
        [(1, 0), (1, 1), (1, 1)],
        "一、 1.1 1.2",
    ),
    "a level that never begins anew goes on": (
        abstract(0, level(0, "decimal", "%1."), level(1, "decimal", "（%2）", '<w:lvlRestart w:val="0"/>')) + num(1, 0),
        [(1, 0), (1, 1), (1, 0), (1, 1)],
        "1. （1） 2. （2）",
    ),
    "lists of one definition count on together": (
        OUTLINE + num(1, 0) + num(2, 0),
        [(1, 0), (2, 0), (1, 0)],
        "第一章 第二章 第三章",
    ),
    "a list that starts anew does so once": (
        OUTLINE + num(1, 0) + num(2, 0, START(1)),
        [(1, 0), (1, 0), (2, 0), (2, 0), (1, 0)],
        "第一章 第二章 第一章 第二章 第三章",
    ),
    "a list may start anywhere": (abstract(0, level(0, "decimal", "%1.", start=5)) + num(1, 0), [(1, 0)] * 2, "5. 6."),
    "a list may have levels of its own": (
        OUTLINE + num(1, 0, f'<w:lvlOverride w:ilvl="0">{level(0, "decimal", "目标%1：")}</w:lvlOverride>'),
        [(1, 0)],
        "目标1：",
    ),
    "no list is no number": (OUTLINE + num(1, 0), [(0, 0), (9, 0), (1, 7)], ""),
    "a bullet is a sign": (abstract(0, level(0, "bullet", "\uf0b7")) + num(1, 0), [(1, 0)], "•"),
}


@pytest.mark.parametrize("rule", COUNTED)
def test_of_counting(rule: str) -> None:
    parts, places, shown = COUNTED[rule]
    text = text_of(in_list(*places), numbering=numbering(parts))
    assert " ".join(filter(None, (line.removesuffix("甲").strip() for line in text.splitlines()))) == shown


def test_a_paragraph_without_text_counts_and_a_deleted_one_does_not() -> None:
    inner = in_list((1, 0)) + in_list((1, 0), text="")
    inner += in_list((1, 0), text="").replace("</w:pPr>", "<w:rPr><w:del/></w:rPr></w:pPr>") + in_list((1, 0))
    assert text_of(inner, numbering=numbering(OUTLINE, num(1, 0))) == "第一章甲\n第三章甲\n"


def test_a_style_may_number_its_paragraphs_and_hand_that_on() -> None:
    styles = (
        f'<w:styles {NS}><w:style w:styleId="a"><w:name w:val="x"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        '</w:pPr></w:style><w:style w:styleId="b"><w:name w:val="y"/><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    linked = abstract(0, level(0, "decimal", "%1."), level(1, "decimal", "（%2）", '<w:pStyle w:val="a"/>')) + num(1, 0)
    inner = par("甲", properties='<w:pStyle w:val="a"/>') + par("乙", properties='<w:pStyle w:val="b"/>')
    without = par("丙", properties='<w:pStyle w:val="b"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    assert text_of(inner + without, numbering=numbering(linked), styles=styles) == "（1）甲\n（2）乙\n丙\n"


def test_circles_of_styles_and_numberings_end() -> None:
    styles = (
        f'<w:styles {NS}><w:style w:styleId="a"><w:name w:val="x"/><w:basedOn w:val="b"/></w:style>'
        '<w:style w:styleId="b"><w:name w:val="y"/><w:basedOn w:val="a"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style></w:styles>"
    )
    circle = '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="b"/></w:abstractNum>' + num(1, 0) + num(2, 0)
    inner = par("甲", properties='<w:pStyle w:val="a"/>')
    assert text_of(inner, styles=styles, numbering=numbering(circle)) == "甲\n"


# Headings


def read_made(made: Made) -> Source:
    out = io.BytesIO()
    made.save(out)
    return read_bytes("a.docx", out.getvalue())


@pytest.mark.parametrize(
    ("name", "properties", "heading"),
    [
        ("heading 2", "", "2"),
        ("标题 3", "", "3"),
        ("Title", "", "1"),
        ("一级", '<w:outlineLvl w:val="0"/>', "1"),
        ("heading 1", '<w:outlineLvl w:val="9"/>', None),
        ("Normal", "", None),
    ],
)
def test_a_heading_is_told_by_its_outline_level_or_its_style(name: str, properties: str, heading: str | None) -> None:
    styles = (
        f'<w:styles {NS}><w:style w:styleId="a"><w:name w:val="{name}"/><w:pPr>{properties}</w:pPr></w:style>'
        '<w:style w:styleId="b"><w:name w:val="own"/><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    inner = par("  总则", properties='<w:pStyle w:val="b"/>') + par("正文。")
    source = read_bytes("a.docx", package(body(inner), styles=styles))
    assert [(h.span.of(source.text), h.value) for h in source.hints] == ([("总则", heading)] if heading else [])


def test_entries_of_a_table_of_contents_are_furniture() -> None:
    styles = f'<w:styles {NS}><w:style w:styleId="a"><w:name w:val="toc 1"/></w:style></w:styles>'
    source = read_bytes("a.docx", package(body(par("一、甲", properties='<w:pStyle w:val="a"/>')), styles=styles))
    assert [h.value for h in source.hints] == ["table of contents"]


# A plan as it is written


def styled(made: Made, name: str, base: str, number: int) -> None:
    style = made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = made.styles[base]
    style.element.get_or_add_pPr().append(parse_xml(f'<w:numPr xmlns:w="{W}"><w:numId w:val="{number}"/></w:numPr>'))


def a_plan() -> Made:
    """A plan whose marks are all automatic numbers, with a table of the division of tasks."""
    made = Blank()
    for name, base in (("一级", "Heading 1"), ("二级", "Heading 2"), ("条目", "Normal")):
        styled(made, name, base, 1)
    ids = {name: made.styles[name].style_id for name in ("一级", "二级", "条目")}
    definition = made.part.numbering_part.element
    for child in list(definition):
        definition.remove(child)
    levels = (
        level(0, "chineseCountingThousand", "%1、", f'<w:pStyle w:val="{ids["一级"]}"/>'),
        level(1, "chineseCounting", "（%2）", f'<w:pStyle w:val="{ids["二级"]}"/>'),
        level(2, "decimal", "%3.", f'<w:pStyle w:val="{ids["条目"]}"/>'),
    )
    for part in (abstract(0, *levels), num(1, 0)):
        definition.append(parse_xml(part.replace(">", f' xmlns:w="{W}">', 1)))
    made.add_paragraph("某市教育局2031年工作要点", style="Title")
    made.add_paragraph("总体要求", style="一级")
    made.add_paragraph("坚持立德树人，推进教育高质量发展。")
    made.add_paragraph("重点任务", style="一级")
    made.add_paragraph("深化教学改革", style="二级")
    made.add_paragraph("推进课程建设。开展教研活动。", style="条目")
    made.add_paragraph("加强教师培训。培训500人次。（责任单位：教师科、师训中心）", style="条目")
    made.add_paragraph("改善办学条件", style="二级")
    made.add_paragraph("新建学校3所。（牵头单位：市教育局；配合单位：市财政局、市住建局）", style="条目")
    return made


def read_whole(source: Source) -> Document:
    """The document, after what holds of every document was checked."""
    document = parse(source, "d")
    assert "".join(leaf.span.of(document.text) for leaf in leaves(document)) == document.text
    for unit, clause in document.clauses():
        assert re.sub(r"\s", "", clause.span.of(document.text)) == re.sub(r"\s", "", clause.text), unit.id
    return document


def owners(document: Document) -> list[tuple[str, str, str]]:
    facts = [f for f in extract(document, Thesaurus.load()) if isinstance(f, BodyFact)]
    named = {"lead", "responsible", "support"}
    return [(document.unit(f.unit).label, f.role, f.name) for f in facts if f.role in named]


def test_a_plan_whose_marks_are_all_automatic_numbers() -> None:
    document = read_whole(read_made(a_plan()))
    assert document.title == "某市教育局2031年工作要点"
    assert [(s.label, s.title, s.level) for s in document.sections] == [
        ("一、", "总体要求", 1),
        ("二、", "重点任务", 1),
        ("（一）", "深化教学改革", 2),
        ("（二）", "改善办学条件", 2),
    ]
    assert [u.label for u in document.units] == ["一", "二/（一）/1", "二/（一）/2", "二/（二）/1"]
    assert owners(document) == [
        ("二/（一）/2", "responsible", "教师科"),
        ("二/（一）/2", "responsible", "师训中心"),
        ("二/（二）/1", "lead", "市教育局"),
        ("二/（二）/1", "support", "市财政局"),
        ("二/（二）/1", "support", "市住建局"),
    ]


HEADS = ["序号", "工作任务", "牵头单位", "配合单位"]
DIVISIONS: dict[str, tuple[str, list[str], list[tuple[str, str, str]]]] = {
    "an owner over two rows owns both": (
        table(
            HEADS,
            ["1", "推进阅读", cell("市教育局", properties=BEGINS), "市财政局"],
            ["2", "修缮校舍", cell(properties=GOES_ON), "市住建局"],
        ),
        ["1", "2"],
        [
            ("1", "lead", "市教育局"),
            ("1", "support", "市财政局"),
            ("2", "lead", "市教育局"),
            ("2", "support", "市住建局"),
        ],
    ),
    "rows under one number are one unit": (
        table(
            HEADS,
            [cell("1", properties=BEGINS), "推进阅读", "市教育局", "市财政局"],
            [cell(properties=GOES_ON), "开展演讲", "市文旅局", ""],
            ["2", "修缮校舍", "市住建局", ""],
        ),
        ["1", "2"],
        [
            ("1", "lead", "市教育局"),
            ("1", "support", "市财政局"),
            ("1", "lead", "市文旅局"),
            ("2", "lead", "市住建局"),
        ],
    ),
    "heads in two rows": (
        table(
            [cell("序号", properties=BEGINS), cell("工作任务", properties=BEGINS), cell("单位", properties=WIDE(2))],
            [cell(properties=GOES_ON), cell(properties=GOES_ON), "牵头单位", "配合单位"],
            ["1", "推进阅读", "市教育局", "市财政局"],
            ["2", "修缮校舍", "市住建局", "市教育局"],
        ),
        ["1", "2"],
        [
            ("1", "lead", "市教育局"),
            ("1", "support", "市财政局"),
            ("2", "lead", "市住建局"),
            ("2", "support", "市教育局"),
        ],
    ),
    "what heads several rows is a section of them": (
        table(
            ["类别", *HEADS],
            [cell("深化改革", properties=BEGINS), "1", "推进阅读", "市教育局", "市财政局"],
            [cell(properties=GOES_ON), "2", "修缮校舍", "市住建局", ""],
            [cell("强化保障", properties=BEGINS), "3", "落实经费", "市财政局", ""],
            [cell(properties=GOES_ON), "4", "开展督导", "市教育局", ""],
        ),
        ["1", "2", "3", "4"],
        [
            ("1", "lead", "市教育局"),
            ("1", "support", "市财政局"),
            ("2", "lead", "市住建局"),
            ("3", "lead", "市财政局"),
            ("4", "lead", "市教育局"),
        ],
    ),
    "a row of one cell over all columns is a heading": (
        table(
            HEADS,
            [cell("一、深化改革", properties=WIDE(4))],
            ["1", "推进阅读", "市教育局", "市财政局"],
            [cell("强化保障", properties=WIDE(4))],
            ["2", "落实经费", "市财政局", ""],
        ),
        ["1", "2"],
        [("1", "lead", "市教育局"), ("1", "support", "市财政局"), ("2", "lead", "市财政局")],
    ),
    "a number in the second column numbers the row": (
        table(
            ["类别", *HEADS],
            ["深化改革", "1", "推进阅读", "市教育局", "市财政局"],
            ["强化保障", "2", "落实经费", "市财政局", ""],
        ),
        ["1", "2"],
        [("1", "lead", "市教育局"), ("1", "support", "市财政局"), ("2", "lead", "市财政局")],
    ),
    "numbers of rows may be automatic": (
        table(
            HEADS,
            [cell(in_list((1, 0), text="")), "推进阅读", "市教育局", "市财政局"],
            [cell(in_list((1, 0), text="")), "落实经费", "市财政局", ""],
        ),
        ["1", "2"],
        [("1", "lead", "市教育局"), ("1", "support", "市财政局"), ("2", "lead", "市财政局")],
    ),
    "owners of one cell may stand in paragraphs of their own": (
        table(
            HEADS,
            ["1", "推进阅读", "市教育局", cell("市财政局", "市文旅局")],
            ["2", "落实经费", "市财政局", ""],
        ),
        ["1", "2"],
        [
            ("1", "lead", "市教育局"),
            ("1", "support", "市财政局"),
            ("1", "support", "市文旅局"),
            ("2", "lead", "市财政局"),
        ],
    ),
}


@pytest.mark.parametrize("rule", DIVISIONS)
def test_of_a_division_of_tasks(rule: str) -> None:
    inner, labels, expected = DIVISIONS[rule]
    inner = par("某市教育局2031年工作任务分工表") + inner
    plain = numbering(abstract(0, level(0, "decimal", "%1")), num(1, 0))
    document = read_whole(read_bytes("a.docx", package(body(inner), numbering=plain)))
    assert [u.label for u in document.units] == labels
    assert owners(document) == expected


# Files that mean harm


def many_rows() -> bytes:
    row = "<w:tr>" + "<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>" * 2 + "</w:tr>"
    return package(body(f"<w:tbl>{row * 30_000}</w:tbl>"))


HARMFUL: dict[str, Callable[[], bytes]] = {
    "one part that unpacks without end": lambda: package(" " * (MAX_UNPACKED + 1)),
    "a numbering that unpacks without end": lambda: package(body(par("甲")), numbering=" " * (MAX_UNPACKED + 1)),
    "an entity of another file": lambda: package(
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>{body(par("&e;"))}'
    ),
    "entities of entities": lambda: package(f"<!DOCTYPE x [<!ENTITY e 'ha'><!ENTITY f '&e;&e;'>]>{body(par('&f;'))}"),
    "elements nested without end": lambda: package(body("<w:sdt><w:sdtContent>" * 5000)),
    "a span of millions": lambda: package(body(table([cell("甲", properties=WIDE(99999)), "乙"], ["丙", "丁"]))),
    "tens of thousands of rows": many_rows,
    "a line of ten million characters": lambda: package(body(par("甲" * 10_000_000))),
    "a path out of the container": lambda: package(body(par("甲")), **{"../../../x": "y"}),
    "a cut container": lambda: package(body(par("甲")))[:-40],
    "a damaged container": lambda: package(body(par("甲" * 999))).replace(b"word/document", b"word/documenT", 1),
}


@pytest.mark.parametrize("rule", HARMFUL)
def test_harm_ends_soon_and_in_one_line(rule: str) -> None:
    data = HARMFUL[rule]()
    begun = time.process_time()
    try:
        parse(read_bytes("a.docx", data), "d")
    except SourceError as error:
        assert str(error).startswith("a.docx: ")
        assert "\n" not in str(error)
    assert time.process_time() - begun < 60
