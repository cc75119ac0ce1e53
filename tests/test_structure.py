"""The parts of a plan: what the invented plans hold is found, and no text of any kind is lost."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import extract
from kg.model import BodyFact, Document, Unit, readable
from kg.source import Source, read, read_bytes
from kg.structure import explain, iso_date, leaves, numeral, parse, split_names
from kg.thesaurus import Thesaurus

PLANS = Path(__file__).parent / "plans" / "structure"
GOLD = sorted(PLANS.glob("*.json"))
SAMPLE = Path(__file__).parents[1] / "data" / "plans"

WORDS = st.sampled_from(
    (
        "一、",
        "二、",
        "三、",
        "（一）",
        "（二）",
        "(三)",
        "1.",
        "2.",
        "3、",
        "4．",
        "（1）",
        "①",
        "第一条",
        "第二章",
        "第三节",
    )
    + (
        "——",
        "一是",
        "。",
        "；",
        "：",
        "，",
        "\n",
        "\n\n",
        "甲",
        "乙工作",
        "推进丙事项",
        "“",
        "”",
        "《",
        "》",
        "（",
        "）",
    )
    + ("附件", "附件1", "附件：1.", "2031年", "2031年3月5日", "某市教育局", "关于印发", "的通知", "工作要点", "现将")
    + ("某教发〔2031〕3号", "|", "| 1 |", "| 序号 | 任务 |", "---", "|---|---|", "#", "## ", "**", "\r\n", "\f", "　")
    + (
        "Goal 1:",
        "Objective 2.",
        "a.",
        "(i)",
        "1.1",
        "2.0",
        "总体要求",
        "责任单位：",
        "序号\n",
        "任务\n",
        "- 2 -",
        "2、",
    )
    + ("\ufeff", "各县区：", "…", "!", "?", ". ", "abc", "壹、", "90.", "\u2028", "\x00", "\x1c", "😀")
)
TEXTS = st.lists(WORDS, max_size=60).map("".join)
FORMATS = st.sampled_from(("txt", "md", "html", "docx", "pdf"))


def document(text: str, form: str = "txt") -> Document:
    return parse(Source(f"x.{form}", form, "0" * 64, text), "x")


def test_what_stands_behind_the_colon_of_a_heading_is_its_rest_or_a_text() -> None:
    found = document(
        "某区教育局2031年工作要点\n\n一、优供给：各学段协同扩充学位\n\n1. 扩充学位。新建学校。\n\n"
        "二、总体要求：坚持党的领导，全面推进改革。\n\n2. 加强党建。落实责任。\n"
    )
    assert [s.title for s in found.sections] == ["优供给：各学段协同扩充学位", "总体要求"]
    assert [u.label for u in found.units] == ["1", "二", "2"]
    (text,) = found.units[1].clauses
    assert text.text == "坚持党的领导，全面推进改革。"


def plain(text: str) -> str:
    return "".join(text.split())


# Invented plans


@pytest.fixture(params=GOLD, ids=lambda p: p.stem)
def pair(request) -> tuple[dict[str, Any], Document]:
    gold = json.loads(request.param.read_text(encoding="utf-8"))
    return gold, parse(read(PLANS / gold["doc"]), request.param.stem)


def test_sections_of_a_plan_are_found_with_label_title_level_and_parent(pair) -> None:
    gold, found = pair
    by_id = {s.id: s for s in found.sections}
    got = [(s.label, s.title, s.level, by_id[s.parent].label if s.parent else None) for s in found.sections]
    assert got == [(s["label"], s["title"], s["level"], s["parent"]) for s in gold["sections"]]


def test_units_of_a_plan_are_found_with_label_title_and_clauses(pair) -> None:
    gold, found = pair
    by_label: dict[str, list[Unit]] = {}
    for unit in found.units:
        by_label.setdefault(unit.label, []).append(unit)
    for item in gold["items"]:
        unit = by_label[item["label"]].pop(0)
        if "clauses" in item:
            assert [plain(c.text) for c in unit.clauses] == [plain(c) for c in item["clauses"]]
        if item["title"]:
            assert plain(unit.title) == plain(item["title"])
    if not gold.get("partial"):
        assert len(found.units) == len(gold["items"])


def _marks(found: Document) -> list[tuple[str, str]]:
    """Label and title of what bears a mark, whatever the width of its signs."""
    sections = [(s.label, s.title) for s in found.sections]
    units = [(u.label, u.title) for u in found.units if u.kind in ("item", "article")]
    return [(unicodedata.normalize("NFKC", a), plain(unicodedata.normalize("NFKC", b))) for a, b in sections + units]


_MENU = "您当前的位置：首页 > 信息公开 > 通知公告\n\n"
_LINKS = "\n\n【打印】【关闭】\n上一篇：甲\n下一篇：乙\n"


@pytest.mark.parametrize(
    "damage",
    [
        lambda t: t.replace("\n", "\r\n"),
        lambda t: re.sub(r"\n+", "\n\n", t),
        lambda t: re.sub(r"(?m)(?<=\S)$", "  ", t),
        lambda t: re.sub(r"(?m)^(?=[^\s|#\-])", "\u3000\u3000", t),
        lambda t: t.translate(str.maketrans("，；：（）", ",;:()")),
        lambda t: _MENU + t + _LINKS,
    ],
    ids=["carriage returns", "blank lines", "blanks at line ends", "indent", "half-width signs", "menu and links"],
)
def test_damage_of_a_copy_changes_no_section_and_no_item(pair, damage) -> None:
    gold, found = pair
    text = (PLANS / gold["doc"]).read_text(encoding="utf-8")
    if text.startswith("---") and damage("") != "":
        pytest.skip("a front block stands at the very start")
    broken = parse(read_bytes(gold["doc"], damage(text).encode()), "x")
    assert _marks(broken) == _marks(found)


ONE_LINE = (
    "01-*",
    "03-*",
    "08-*",
    "23-*",
    "42-*",
    "45-*",
    "47-*",
    "57-*",
    "60-*",
    "65-*",
    "67-*",
    "69-*",
    "71-*",
)


@pytest.mark.parametrize("name", ONE_LINE)
def test_a_copy_whose_line_ends_became_blanks_keeps_its_sections_and_items(name: str) -> None:
    path = next(p for p in PLANS.glob(name) if p.suffix == ".txt")
    text = path.read_text(encoding="utf-8")
    joined = parse(read_bytes(path.name, re.sub(r"\s*\n\s*", " ", text).encode()), "x")
    assert _marks(joined) == _marks(parse(read(path), "x"))


def test_metadata_of_a_plan_are_found(pair) -> None:
    gold, found = pair
    for name, value in gold["metadata"].items():
        got = getattr(found, name)
        assert (list(got) if isinstance(got, tuple) else got and plain(str(got))) == (
            value if isinstance(value, list) else value and plain(str(value))
        )


def test_every_unit_and_heading_is_explained(pair) -> None:
    gold, found = pair
    lines = explain(read(PLANS / gold["doc"]))
    assert sum(": section; " in line for line in lines) == len(found.sections)
    assert all("\n" not in line for line in lines)


def test_plans_of_the_project_say_what_their_manifest_says() -> None:
    for entry in json.loads((SAMPLE / "manifest.json").read_text(encoding="utf-8"))["plans"]:
        found = parse(read(SAMPLE / entry["file"]), "x")
        assert (found.sha256, found.number, found.year) == (entry["sha256"], entry["number"], entry["year"])
        assert list(found.issuers) == entry["issuer"]
        assert plain(found.title) == plain(entry["title"])
        assert found.warnings == ()


# Whatever the text


@settings(max_examples=300)
@given(TEXTS, FORMATS)
def test_the_leaves_are_a_partition_of_the_text(text: str, form: str) -> None:
    found = document(text, form)
    cells = leaves(found)
    assert "".join(cell.span.of(text) for cell in cells) == text
    assert all(a.span.end == b.span.start for a, b in zip(cells, cells[1:], strict=False))


@settings(max_examples=300)
@given(TEXTS, FORMATS)
def test_units_stand_in_order_and_hold_their_clauses(text: str, form: str) -> None:
    found = document(text, form)
    end = 0
    for unit in found.units:
        assert unit.span.start >= end
        end = unit.span.end
        assert unit.clauses
        assert [c.number for c in unit.clauses] == list(range(1, len(unit.clauses) + 1))
        at = unit.span.start
        for clause in unit.clauses:
            assert at <= clause.span.start < clause.span.end
            assert unit.span.holds(clause.span) or not any(u.span.meets(clause.span) for u in found.units)
            assert clause.text == readable(clause.span.of(text))
            at = clause.span.end
        assert unit.span.holds(unit.clauses[0].span)
    assert not any(s.span.meets(u.span) for s in found.sections for u in found.units)


@settings(max_examples=200)
@given(TEXTS, FORMATS)
def test_ids_are_unique_and_ascii(text: str, form: str) -> None:
    found = document(text, form)
    ids = [u.id for u in found.units] + [s.id for s in found.sections]
    assert max(Counter(ids).values(), default=1) == 1
    assert all(i.isascii() and i.replace("-", "").isalnum() for i in ids)
    assert all(u.section is None or found.section(u.section) for u in found.units)


@settings(max_examples=200)
@given(TEXTS)
def test_a_character_that_is_no_clause_heading_or_mark_is_furniture_with_a_reason(text: str) -> None:
    found = document(text)
    for cell in leaves(found):
        if cell.kind == "furniture" and any(c.isalnum() for c in cell.span.of(text)):
            assert any(f.span.meets(cell.span) and f.reason for f in found.furniture)


@pytest.mark.parametrize(
    "unit",
    [
        "一、",
        "（",
        "甲，",
        "一\n",
        "1.甲\n",
        "（一）甲（",
        "甲局\n",
        "1、甲，\n",
        "序号\n任务\n责任单位\n",
        "|",
        "| a ",
        "“",
        "#",
        "**",
    ],
)
def test_a_hostile_text_is_parsed_without_loss(unit: str) -> None:
    text = unit * (12_000 // len(unit))
    assert "".join(cell.span.of(text) for cell in leaves(document(text))) == text


# Single rules


def clauses(text: str) -> list[str]:
    return [c.text for _, c in document(text).clauses()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.甲。乙；丙。", ["甲。", "乙；", "丙。"]),
        ("1.甲“乙。丙；”丁。戊。", ["甲“乙。丙；”丁。", "戊。"]),
        ("1.甲（乙；丙）。丁《戊。己》庚。", ["甲（乙；丙）。", "丁《戊。己》庚。"]),
        ("1.甲说“乙。”丙。", ["甲说“乙。”丙。"]),
        ("1.甲！乙？丙。", ["甲！", "乙？", "丙。"]),
    ],
)
def test_a_clause_ends_at_a_stop_outside_quotes_and_brackets(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected


def test_an_unclosed_quote_does_not_swallow_the_text() -> None:
    text = "1.甲“乙。" + "丙。" * 300
    assert len(clauses(text)) == 301


@pytest.mark.parametrize(
    ("broken", "joined"),
    [
        ("1.甲。做好乙，推进丙\n\n丁戊工作。", "做好乙，推进丙丁戊工作。"),
        ("1.甲。新建4-6\n\n个，年内完成。", "新建4-6个，年内完成。"),
        ("1.甲。乙事项。（责任单\n\n位：丙局）", "（责任单位：丙局）"),
        ("1.甲。做好乙，推进《丙\n\n一、丁》落实。\n2.戊。己。", "做好乙，推进《丙一、丁》落实。"),
    ],
)
def test_a_page_break_in_mid_sentence_is_no_end(broken: str, joined: str) -> None:
    assert joined in clauses(broken)


DIVISION = """甲县教育局2031年工作要点

一、育人
1.开展劳动教育。建设田间基地两处，每学期不少于4次。
2.办好美育。组建合唱团30个。
二、保障
3.修建校舍。新建教学楼5栋。
4.管好食堂。明厨亮灶全覆盖。

附表：重点任务分工
{heads}
{rows}
"""
ROWS = ("1|劳动教育基地|德育科|县农业局|5月底", "2|美育|体艺科|县文化馆|9月底", "3|校舍修建|项目办|县住建局|8月底")


def _division(rows: Sequence[str], heads: str = "序号|任务|牵头单位|配合单位|完成时限", sign: str = "|") -> Document:
    return document(DIVISION.format(heads=heads.replace("|", sign), rows="\n".join(rows).replace("|", sign)), "txt")


@pytest.mark.parametrize("sign", ["|", " | ", "\t"])
def test_a_row_of_a_division_table_is_a_clause_of_the_item_that_it_is_about(sign: str) -> None:
    found = _division(ROWS, sign=sign)
    assert [u.label for u in found.units] == ["1", "2", "3", "4"]
    last = [u.clauses[-1] for u in found.units]
    assert [re.split(r"[|\t]", c.span.of(found.text))[0].strip() for c in last[:3]] == ["1", "2", "3"]
    assert last[3].text == "明厨亮灶全覆盖。"
    assert all(not u.span.holds(u.clauses[-1].span) for u in found.units[:3])
    assert {f.reason for f in found.furniture} >= {"column heads", "caption of a table"}
    bodies = {(f.unit, f.name): f.role for f in extract(found, Thesaurus.load()) if isinstance(f, BodyFact)}
    assert bodies["i1", "德育科"] == "lead" and bodies["i3", "县住建局"] == "support"
    assert ("i4", "德育科") not in bodies


def test_rows_without_a_shared_word_follow_the_numbers_and_are_never_units_of_their_own() -> None:
    found = _division((*ROWS, "4|公开栏建设|安全股|县市监局|6月底", "9|档案整理|办公室||全年"))
    assert [u.label for u in found.units] == ["1", "2", "3", "4"]
    assert any(c.text.startswith("4|公开栏") for c in found.units[3].clauses)
    assert any("9|档案整理" in c.text for u in found.units for c in u.clauses)


def test_a_table_that_is_about_other_matters_is_left_as_it_is() -> None:
    found = _division(
        ("1|甲村水渠|水务股|县农业局|5月", "2|乙村电站|电力股|县发改局|9月", "3|丙村桥|交通股|县交通局|8月")
    )
    assert not any("水渠" in c.text for u in found.units if u.label in ("1", "2") for c in u.clauses)


def test_rows_find_their_items_under_other_numbers_by_their_words() -> None:
    found = _division(("7|修建校舍|项目办|县住建局|8月底", "8|开展劳动教育|德育科||5月底", "9|办好美育|体艺科||9月底"))
    whose = {c.text[0]: u.label for u in found.units for c in u.clauses if c.text[:2] in ("7|", "8|", "9|")}
    assert whose == {"7": "3", "8": "1", "9": "2"}


def test_gaps_in_printed_numbers_are_warned_of() -> None:
    found = document("1.甲。乙。\n2.丙。丁。\n5.戊。己。")
    assert [u.label for u in found.units] == ["1", "2", "5"]
    assert any("highest printed number is 5, but 3 units" in w and "3, 4" in w for w in found.warnings)


def test_a_number_that_restarts_is_labelled_by_its_path() -> None:
    text = "一、甲\n1.乙。丙。\n2.丁。戊。\n二、己\n1.庚。辛。\n"
    assert [u.label for u in document(text).units] == ["一/1", "一/2", "二/1"]


def test_helpers_of_marks_dates_and_names() -> None:
    assert [numeral(t) for t in ("二十一", "（１２）", "参、", "拾")] == [21, 12, None, 10]
    assert iso_date("2031年13月5日") is None
    assert split_names("甲局、乙局（丙、丁）；戊") == ("甲局", "乙局（丙、丁）", "戊")


def test_a_month_right_behind_the_number_of_a_point_begins_its_text() -> None:
    points = "1.开展演练。\n2.检查食堂。\n3.8月底前，配齐教师。\n4.4月、9月各查一次校车。"
    text = f"甲县教育局2031年工作要点\n\n一、育人\n{points}"
    assert [u.label for u in document(text).units if u.kind == "item"] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("months", ["1、2月份", "9、10月"])
def test_two_months_behind_a_page_break_are_no_point(months: str) -> None:
    text = f"甲县教育局2031年工作要点\n\n一、育人\n1.开展检查。每年\n{months}完成检查。\n2.办好食堂。"
    assert f"每年{months}完成检查。" in clauses(text)
