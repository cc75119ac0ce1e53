"""A damaged workspace is named, a whole one is well."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from kg.settings import Settings
from qa.check import check


def test_a_whole_workspace_is_well(workspace: Path) -> None:
    assert check(replace(Settings.load({}), workspace=workspace)) == ()


def test_a_changed_index_file_is_named(workspace: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(workspace, copy)
    victim = next(copy.rglob("dense/*.npy"))
    data = bytearray(victim.read_bytes())
    data[-1] ^= 1
    victim.write_bytes(bytes(data))
    problems = check(replace(Settings.load({}), workspace=copy))
    assert len(problems) == 1 and victim.name in problems[0]
