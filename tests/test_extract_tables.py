"""Tables of a task division: which cells name owners, in each of the shapes that copies have."""

from __future__ import annotations

import pytest

from kg.extract.tables import owner_cells
from kg.source import read_bytes
from kg.structure import parse
from tests.test_extract import one_clause

HEADS = ["序号", "工作任务", "牵头单位", "配合单位", "责任人"]
ROWS = [
    ["1", "推进阅读", "县教育局", "县财政局、县文旅局", "李明"],
    ["2", "修缮校舍", "县住建局", "县教育局", "王小兰"],
]
EXPECTED = [("县教育局", "lead"), ("县财政局、县文旅局", "support"), ("县住建局", "lead"), ("县教育局", "support")]


def found(text: str) -> list[tuple[str, str]]:
    return [(cell.span.of(text), cell.role) for cell in owner_cells(one_clause(text)) if not cell.posted]


@pytest.mark.parametrize("joint", ["|", " | ", "\t"])
def test_a_row_on_one_line(joint: str) -> None:
    assert found("\n".join(joint.join(row) for row in [HEADS, *ROWS])) == EXPECTED


def test_a_row_in_markdown() -> None:
    assert found("\n".join(f"| {' | '.join(row)} |" for row in [HEADS, ["---"] * 5, *ROWS])) == EXPECTED


def in_lines(lines: list[str], end: str = "") -> list[tuple[str, str]]:
    """What stands in the cells for owners of a whole document in which each cell has a line."""
    document = parse(read_bytes("plan.txt", "\n".join(line + end for line in lines).encode()), "plan")
    return [(cell.span.of(document.text), cell.role) for cell in owner_cells(document) if not cell.posted]


@pytest.mark.parametrize("end", ["", "|", "\n"])
def test_one_cell_a_line(end: str) -> None:
    assert in_lines([cell for row in [HEADS, *ROWS] for cell in row], end) == EXPECTED


def test_a_cell_that_a_page_broke_and_heads_that_stand_again_in_mid_row() -> None:
    broken = [*HEADS, *ROWS[0][:3], *HEADS, "县财政局、", "县文旅局", "李明", *ROWS[1]]
    assert in_lines(broken) == [EXPECTED[0], ("县财政局、", "support"), ("县文旅局", "support"), *EXPECTED[2:]]


def test_an_empty_cell_moves_no_other() -> None:
    assert in_lines(
        [*HEADS, *ROWS[0], "2", "修缮校舍", "县住建局", "王小兰", "3", "办好食堂", "县教育局", "县卫健委", "张三"]
    ) == [
        *EXPECTED[:3],
        ("县教育局", "lead"),
        ("县卫健委", "support"),
    ]


@pytest.mark.parametrize("gap", ["", " ", "    "])
def test_cells_run_together(gap: str) -> None:
    heads = gap.join(HEADS[:4])
    rows = gap.join(
        [
            "1",
            "推进阅读，建成书香校园5所。",
            "县教育局",
            "县财政局、县文旅局",
            "2",
            "修缮校舍。",
            "县住建局",
            "县教育局",
        ]
    )
    assert in_lines([f"某县任务表\n{heads}{gap}{rows}"]) == EXPECTED


def test_a_text_without_heads_has_no_cells() -> None:
    assert found("甲|乙|丙\n1|2|3\n责任单位：市教育局") == []
