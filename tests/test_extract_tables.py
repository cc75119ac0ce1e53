"""Tables of a task division: which cells name owners, in each of the shapes that copies have."""

from __future__ import annotations

import pytest

from kg.extract.tables import owner_cells
from tests.test_extract import one_clause

HEADS = ["序号", "工作任务", "牵头单位", "配合单位", "责任人"]
ROWS = [
    ["1", "推进阅读", "县教育局", "县财政局、县文旅局", "李明"],
    ["2", "修缮校舍", "县住建局", "县教育局", "王小兰"],
]
EXPECTED = [("县教育局", "lead"), ("县财政局、县文旅局", "support"), ("县住建局", "lead"), ("县教育局", "support")]


def found(text: str) -> list[tuple[str, str]]:
    return [(cell.span.of(text), cell.role) for cell in owner_cells(one_clause(text))]


@pytest.mark.parametrize("joint", ["|", " | ", "\t"])
def test_a_row_on_one_line(joint: str) -> None:
    assert found("\n".join(joint.join(row) for row in [HEADS, *ROWS])) == EXPECTED


def test_a_row_in_markdown() -> None:
    assert found("\n".join(f"| {' | '.join(row)} |" for row in [HEADS, ["---"] * 5, *ROWS])) == EXPECTED


@pytest.mark.parametrize("end", ["", "|", "\n"])
def test_one_cell_a_line(end: str) -> None:
    assert found("\n".join(cell + end for row in [HEADS, *ROWS] for cell in row)) == EXPECTED


def test_the_run_of_cells_ends_where_the_numbers_end() -> None:
    assert found("\n".join([*HEADS, *ROWS[0], "附件说明", "本表由县教育局解释", "甲", "乙", "丙"])) == EXPECTED[:2]


def test_a_text_without_heads_has_no_cells() -> None:
    assert found("甲|乙|丙\n1|2|3\n责任单位：市教育局") == []
