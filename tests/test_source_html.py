"""Web pages as authorities put them up: the article is found, what stands around it is told as furniture."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from kg.errors import SourceError
from kg.source import read_bytes
from kg.structure import parse
from tests.test_source_docx import owners, read_whole


def text_of(inner: str) -> str:
    return read_bytes("a.html", f"<html><body>{inner}</body></html>".encode()).text


SHOWN: dict[str, tuple[str, str]] = {
    "a line ends with its block or a break": ("<p>甲<b>乙</b>丙<br>丁</p><div>戊</div>己", "甲乙丙\n丁\n戊\n己\n"),
    "blanks that indent are no text": ("<p>&nbsp;&nbsp;　　一、甲</p>", "一、甲\n"),
    "hidden text is not read": (
        '<p>甲<span style="DISPLAY: none">密</span></p><p hidden>密</p><p style="font-size:0">密</p>',
        "甲\n",
    ),
    "text that the page's own style sheet hides is not read": (
        "<style>/* x */ .a, #b { color:red; display : none }</style><p class='x a'>密</p><p id=b>密</p>"
        "<p>甲乙丙丁。</p>",
        "甲乙丙丁。\n",
    ),
    "what is hidden on paper only is read": (
        "<style>@media print { .a { display:none } }</style><p class=a>甲</p>",
        "甲\n",
    ),
    "struck out text is not read, inserted text is": ("<p>甲<del>旧</del><ins>新</ins></p>", "甲新\n"),
    "a list shows its numbers": ("<ol start=3><li>甲<li>乙</ol>", "3. 甲\n4. 乙\n"),
    "a list may be numbered in Chinese": (
        "<ol style='list-style-type: cjk-ideographic'><li>甲</li><li>乙</li></ol>",
        "一、甲\n二、乙\n",
    ),
    "a list may be numbered in letters": ("<ol type=a><li>甲</li></ol>", "a. 甲\n"),
    "a list may be without numbers": ("<ol style='list-style:none'><li>甲</li></ol><ul><li>乙</li></ul>", "甲\n乙\n"),
    "an entry may have a number of its own": ("<ol><li>甲<li value=7>乙<li>丙</ol>", "1. 甲\n7. 乙\n8. 丙\n"),
    "a list may count down": ("<ol reversed><li>甲<li>乙</ol>", "2. 甲\n1. 乙\n"),
    "entries that print their numbers are not numbered twice": ("<ol><li>一、甲<li>2．乙</ol>", "一、甲\n2．乙\n"),
    "the number stands before the first paragraph of its entry": (
        "<ol><li><p>甲</p><p>乙</p></li></ol>",
        "1. 甲\n乙\n",
    ),
    "lists stand in lists": ("<ol><li>甲<ol><li>乙</ol><li>丙</ol>", "1. 甲\n1. 乙\n2. 丙\n"),
    "a gloss stands in brackets": (
        "<p><ruby>課<rp>(</rp><rt>kè</rt><rp>)</rp></ruby>程<ruby>改<rt>gǎi</rt></ruby></p>",
        "課(kè)程改(gǎi)\n",
    ),
    "line ends count in preformatted text": ("<pre>一、甲\n二、乙</pre>", "一、甲\n二、乙\n"),
    "a page inside a form is read": ("<form><input value=x><p>甲</p><button>打印</button></form>", "甲\n"),
    "a name does not make the article furniture": (
        "<div class='main-nav menu'><p>甲乙丙丁。</p></div>",
        "甲乙丙丁。\n",
    ),
    "a heading may stand in a header": ("<header><h1>甲</h1></header><p>乙丙丁戊己。</p>", "甲\n乙丙丁戊己。\n"),
}


@pytest.mark.parametrize("rule", SHOWN)
def test_of_a_page(rule: str) -> None:
    inner, shown = SHOWN[rule]
    assert text_of(inner) == shown


ENCODED: dict[str, bytes] = {
    "GB2312 as it says": "<meta charset=gb2312><p>镕基教育，工作要点。</p>".encode("gb18030"),
    "UTF-8 that says it is GB2312": "<meta charset=gb2312><p>镕基教育，工作要点。</p>".encode(),
    "GBK that says it is UTF-8": "<meta charset=utf-8><p>镕基教育，工作要点。</p>".encode("gbk"),
    "UTF-16 with a mark": "<meta charset=gbk><p>镕基教育，工作要点。</p>".encode("utf-16"),
    "an encoding that is none": "<meta charset=x-none><p>镕基教育，工作要点。</p>".encode("gbk"),
    "Big5": "<meta charset=big5><p>教育工作要點。</p>".encode("big5"),
}


@pytest.mark.parametrize("rule", ENCODED)
def test_a_page_is_decoded(rule: str) -> None:
    expected = "教育工作要點。\n" if rule == "Big5" else "镕基教育，工作要点。\n"
    assert read_bytes("a.html", ENCODED[rule]).text == expected


HEADS = "<tr><th>序号<th>工作任务<th>牵头单位<th>配合单位</tr>"
DIVISIONS: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "an owner over two rows owns both, a line end parts two owners": (
        f"<table>{HEADS}<tr><td>1<td>阅读<td rowspan=2>市教育局<td>市财政局<br>市文旅局</tr>"
        "<tr><td>2<td>修缮<td><p>市住建局</p></tr></table>",
        [
            ("1", "lead", "市教育局"),
            ("1", "support", "市财政局"),
            ("1", "support", "市文旅局"),
            ("2", "lead", "市教育局"),
            ("2", "support", "市住建局"),
        ],
    ),
    "rows under one number are one unit": (
        f"<table>{HEADS}<tr><td rowspan=2>1<td>阅读<td>市教育局<td></tr><tr><td>演讲<td>市文旅局<td></tr>"
        "<tr><td>2<td>修缮<td>市住建局<td></tr></table>",
        [("1", "lead", "市教育局"), ("1", "lead", "市文旅局"), ("2", "lead", "市住建局")],
    ),
    "heads in two rows, groups of rows": (
        "<table><thead><tr><td rowspan=2>类别<td rowspan=2>序号<td rowspan=2>工作任务<td colspan=2>责任单位</tr>"
        "<tr><td>牵头单位<td>配合单位</tr></thead><tr><td rowspan=1>改革<td>1<td>阅读<td>市教育局<td></tr>"
        "<tr><td rowspan=0>保障<td>2<td>修缮<td>市住建局<td>市财政局</tr>"
        "<tr><td>3<td>督导<td>市教育局<td></tr></table>",
        [
            ("1", "lead", "市教育局"),
            ("2", "lead", "市住建局"),
            ("2", "support", "市财政局"),
            ("3", "lead", "市教育局"),
        ],
    ),
    "a table inside the layout of a page": (
        f"<table><tr><td><a>首页</a></td><td><table>{HEADS}<tr><td>1<td>阅读<td>市教育局<td>市财政局</tr></table></td></tr></table>",
        [("1", "lead", "市教育局"), ("1", "support", "市财政局")],
    ),
}


@pytest.mark.parametrize("rule", DIVISIONS)
def test_of_a_division_of_tasks(rule: str) -> None:
    inner, expected = DIVISIONS[rule]
    page = f"<html><body><h2>某市教育局2031年工作任务分工表</h2>{inner}</body></html>"
    document = read_whole(read_bytes("a.html", page.encode()))
    assert owners(document) == expected
    assert [u.label for u in document.units] == sorted({label for label, _, _ in expected})


PAGE = """<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>某市教育局2031年工作要点_某市人民政府</title><style>.no{display:none}</style></head>
<body><form action="x.aspx"><input type="hidden" value="abc"><table width="1000"><tr><td><a href="/">首页</a>
<a href="/a">政务公开</a><a href="/b">办事服务</a><a href="/c">互动交流</a></td></tr>
<tr><td>您现在的位置：<a>首页</a> &gt; <a>政务公开</a> &gt; 正文</td></tr>
<tr><td><table border="1"><tr><td>索引号：</td><td>431000-2031-0012</td><td>发布机构：</td><td>某市教育局</td></tr>
<tr><td>文　　号：</td><td>某教发〔2031〕3号</td><td>成文日期：</td><td>2031年3月5日</td></tr></table></td></tr>
<tr><td><table><tr><td><ul><li><a>政策文件</a></li><li><a>计划规划</a></li><li><a>统计数据</a></li></ul></td>
<td><div class="bt">某市教育局2031年工作要点</div>
<div>发布时间：2031-03-06 来源：某市教育局 【字体：<a>大</a> <a>小</a>】</div>
<div id="zoom"><p class="no">不应出现</p><p>&nbsp;&nbsp;<strong>一、总体要求</strong></p>
<p>　　坚持立德树人，推进教育高质量发展，办好人民满意的教育，为建设教育强市作出新的贡献。</p>
<p>　　<strong>二、重点任务</strong></p>
<p>　　<strong>1．推进课程建设。</strong>开展教研活动，提升课堂教学质量。（责任单位：基教科、教科院）</p>
<p>　　2．改善办学条件。新建学校3所，增加学位2000个。（牵头单位：市教育局；配合单位：市财政局）</p>
<p align="right">某市教育局<br>2031年3月5日</p><p>附件：<a>1.工作任务分工表.doc</a><br><a>2.指标表.doc</a></p></div>
<div>分享到：<a>微信</a><a>微博</a><a>空间</a></div>
<div>上一篇：<a>某市教育局关于开展检查的通知</a></div></td></tr></table>
</td></tr><tr><td>主办单位：某市教育局　地址：某市某路1号<br>备案号：湘ICP备05000001号</td></tr></table></form>
</body></html>"""


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_page_of_layout_tables(encoding: str) -> None:
    document = read_whole(read_bytes("a.html", PAGE.encode(encoding)))
    assert (document.title, document.number, document.issued) == (
        "某市教育局2031年工作要点",
        "某教发〔2031〕3号",
        "2031-03-05",
    )
    assert document.issuers == ("某市教育局",)
    assert [(s.label, s.title) for s in document.sections] == [("一、", "总体要求"), ("二、", "重点任务")]
    assert [(u.label, len(u.clauses)) for u in document.units] == [("一", 1), ("1", 3), ("2", 3)]
    reasons = {f.reason for f in document.furniture}
    assert reasons >= {"links", "breadcrumb", "data block", "title", "page furniture", "signature"}
    assert "不应出现" not in document.text


def test_what_signs_behind_the_article_is_kept_and_links_beside_it_are_furniture() -> None:
    links = "".join(f"<li><a>第{k}个栏目的名称</a></li>" for k in range(9))
    page = (
        "<title>某区教育局2031年工作计划-某区</title><div>今天是星期四</div>"
        f"<div class=bt>某区教育局2031年工作计划</div><div>{'<p>一、甲事项推进有关工作落实到位。</p>' * 9}</div>"
        f"<p>某区教育局</p><p>2031年2月1日</p><ul>{links}</ul>"
    )
    document = read_whole(read_bytes("a.html", page.encode()))
    assert (document.title, document.issuers, document.issued) == (
        "某区教育局2031年工作计划",
        ("某区教育局",),
        "2031-02-01",
    )
    assert {f.reason for f in document.furniture} >= {"beside the article", "links"}


# Pages that mean harm

PROSE = "<p>一、甲事项。</p><p>二、乙事项。</p>"
HARMFUL: dict[str, Callable[[], str]] = {
    "blocks nested without end": lambda: "<div>" * 100_000 + PROSE,
    "tables nested without end": lambda: "<table><tr><td>a</td><td>" * 5000 + PROSE,
    "lists nested without end": lambda: "<ol><li>" * 20_000 + PROSE,
    "a line of ten million characters": lambda: "<p>" + "a" * 10_500_000,
    "tens of thousands of rows": lambda: "<table>" + "<tr><td>1</td><td>甲</td></tr>" * 30_000,
    "spans of millions": lambda: "<table><tr><td colspan=999999 rowspan=999999>甲</td><td>乙</td></tr></table>" + PROSE,
    "spans that multiply": lambda: (
        "<table>" + f"<tr><td rowspan=9999>1</td><td rowspan=9999>{'甲' * 99}</td><td>b</td></tr>" * 3999
    ),
    "an entity of another file": lambda: f"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><p>&e;</p>{PROSE}",
    "style sheets without end": lambda: "<style>" + "@media print{a{" * 50_000 + "</style>" + PROSE,
    "a hundred thousand links": lambda: "<div>" + "<a>甲</a>" * 100_000 + "</div>" + PROSE,
}


@pytest.mark.parametrize("rule", HARMFUL)
def test_harm_ends_soon_and_in_one_line(rule: str) -> None:
    data = HARMFUL[rule]().encode()
    begun = time.process_time()
    try:
        parse(read_bytes("a.html", data), "d")
    except SourceError as error:
        assert str(error).startswith("a.html: ")
        assert "\n" not in str(error)
    assert time.process_time() - begun < 60


@pytest.mark.parametrize("tag", ["font", "span", "b"])
def test_no_text_is_lost_where_thousands_of_tags_are_never_closed(tag: str) -> None:
    text = text_of("".join(f"<p><{tag}>第{k}段。" for k in range(5000)))
    assert text.split() == [f"第{k}段。" for k in range(5000)]
