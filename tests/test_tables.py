"""Cells of a row, and tables that a copy has run together."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.tables import Cell, head_run, known_heads, owner_heads, row_cells, run_table

HEADS = ["序号", "重点任务", "牵头单位", "配合单位", "完成时限"]
ROWS = [
    ["1", "办好食堂，新建厨房6间。", "市教育局", "市发改委、市财政局", "8月底前"],
    ["2", "实施改造工程", "市住建局", "市教育局、各县区政府", "全年"],
    ["3", "开展2轮检查", "市公安局", "市交通运输局", "12月底前"],
]


def cells(text: str) -> list[list[str]]:
    heads = head_run(text, 0, len(text))
    assert heads is not None
    table = run_table(text, heads.start, len(text))
    assert table is not None
    return [[cell.span.of(text) for cell in row] for row in table.rows]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("| 1 | 甲 | 乙 |", ["1", "甲", "乙"]),
        ("1\t甲\t\t乙", ["1", "甲", "", "乙"]),
        ("1    甲    乙    丙", ["1", "甲", "乙", "丙"]),
        ("1\u3000\u3000甲\u3000\u3000乙\u3000\u3000丙", ["1", "甲", "乙", "丙"]),
        ("甲 乙 丙 丁", []),
        ("办好食堂。", []),
    ],
)
def test_bars_tabs_and_wide_blanks_divide_the_cells_of_a_row(line: str, expected: list[str]) -> None:
    assert [span.of(line) for span in row_cells(line, 0, len(line))] == expected


@pytest.mark.parametrize("gap", ["", " ", "  "])
def test_rows_begin_where_the_printed_numbers_go_on(gap: str) -> None:
    text = "某市任务表" + gap + gap.join([*HEADS, *(cell for row in ROWS for cell in row)])
    assert [row[0] for row in cells(text)] == ["1", "2", "3"]


def test_owners_and_dates_at_the_end_of_a_row_are_cells_of_their_own() -> None:
    assert cells("".join([*HEADS, *(cell for row in ROWS for cell in row)])) == ROWS


def test_a_row_that_begins_above_one_is_the_first_of_its_page() -> None:
    text = "".join([*HEADS, "31办好食堂。市教育局全年32修缮校舍。市住建局6月底前"])
    assert [row[0] for row in cells(text)] == ["31", "32"]


def test_heads_without_a_column_of_numbers_are_no_table() -> None:
    assert head_run("重点任务牵头单位配合单位", 0, 12) is None
    assert head_run("序号", 0, 2) is None


def test_every_head_that_names_owners_is_a_known_head() -> None:
    assert set(owner_heads()) <= known_heads()


@given(
    st.lists(
        st.sampled_from([*HEADS, "1", "2", "3", "市教育局", "、", "。", "办好", " ", "\n", "12月", "各县区"]),
        max_size=40,
    )
)
def test_cells_lie_in_the_text_one_behind_the_other(pieces: list[str]) -> None:
    text = "".join(pieces)
    heads = head_run(text, 0, len(text))
    table = run_table(text, heads.start, len(text)) if heads else None
    at = heads.end if heads else 0
    for cell in (cell for row in table.rows for cell in row) if table else ():
        assert isinstance(cell, Cell)
        assert at <= cell.span.start < cell.span.end <= len(text)
        at = cell.span.end


@pytest.mark.parametrize("piece", ["1", "市局", "序号重点任务牵头单位", "1市教育局2", " ", "　", "|"])
def test_a_hostile_line_takes_bounded_time(piece: str) -> None:
    text = "序号重点任务牵头单位" + piece * (100_000 // len(piece))
    begun = time.process_time()
    row_cells(text, 0, len(text))
    run_table(text, 0, len(text))
    assert time.process_time() - begun < 3.0
