"""Nothing is lost: writers are killed at random moments, disks refuse, two write at once (see ``tests/killing.py``)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.settings import Settings
from kg.workspace import Workspace
from qa.build import ingest
from tests import killing
from tools.plans import make

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_writer_killed_at_a_random_moment_loses_nothing(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    warm(tmp_path / "workspace")
    ends = killing.run(tmp_path, times=4, seed=7)
    assert sum(ends.values()) == 4
    assert any("killed" in end for end in ends)


def small(tmp_path: Path) -> tuple[Path, Settings]:
    path = tmp_path / "plan.txt"
    path.write_text(make(1, 0, 2).text, encoding="utf-8")
    return path, replace(Settings.load({}), workspace=tmp_path / "workspace")


_COMMAND = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import qa.build
from tests.killing import Hashed
qa.build.load_encoder = lambda *_, **__: Hashed()
from qa.cli import main
raise SystemExit(main(["ingest", sys.argv[2], "--workspace", sys.argv[3]]))
"""


def ingested_by_command(path: Path, workspace: Path, limit: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _COMMAND, str(ROOT), str(path), str(workspace)]
    if limit:
        command = ["sh", "-c", f'{limit}; exec "$@"', "sh", *command]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_second_ingest_at_once_is_refused_in_one_line_and_the_first_goes_on(tmp_path: Path) -> None:
    path, settings = small(tmp_path)
    workspace = Workspace(settings.workspace)
    with workspace.writing() as draft:
        second = ingested_by_command(path, settings.workspace)
        assert second.returncode == 1
        assert second.stderr.count("\n") == 1
        assert "another process is writing" in second.stderr
        draft.notes["first"] = True
    assert workspace.current().manifest.notes == {"first": True}


def test_a_full_disk_is_one_line_and_the_old_state_stays(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """The limit on the size of a file stands for the disk: a write beyond it fails as one on a full disk does."""
    path, settings = small(tmp_path)
    warm(settings.workspace)
    ingest([path], settings, encoder=killing.Hashed())
    before = killing.state(settings)
    path.write_text(make(2, 0, 30).text, encoding="utf-8")
    done = ingested_by_command(path, settings.workspace, "trap '' XFSZ; ulimit -f 60")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("yaodian: cannot write to the workspace")
    assert killing.state(settings) == before
    assert ingested_by_command(path, settings.workspace).returncode == 0
    assert killing.state(settings) != before


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_one_line(tmp_path: Path) -> None:
    path, settings = small(tmp_path)
    settings.workspace.mkdir(mode=0o500)
    done = ingested_by_command(path, settings.workspace)
    assert done.returncode == 1
    assert "cannot write to the workspace" in done.stderr and done.stderr.count("\n") == 1


def test_a_place_in_which_nothing_can_be_made_is_one_line(tmp_path: Path) -> None:
    path, _ = small(tmp_path)
    done = ingested_by_command(path, Path("/proc/workspace"))
    assert done.returncode == 1
    assert "cannot write to the workspace" in done.stderr and done.stderr.count("\n") == 1
