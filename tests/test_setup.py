"""The scripts behind `make install` and `make test` say clearly what they lack, and do nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def setup(venv: Path, kind: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHON": python}
    command = ["sh", "tools/setup.sh", str(venv), kind]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_python_that_is_too_old_or_missing_is_told_in_one_line(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for python in (str(old), str(tmp_path / "missing")):
        done = setup(tmp_path / "venv", "app", python)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert "Python 3.11 or newer" in line
        assert not (tmp_path / "venv").exists()


def test_an_unknown_kind_is_a_usage_error(tmp_path: Path) -> None:
    assert setup(tmp_path / "venv", "everything").returncode == 2


@pytest.mark.parametrize("kind", ["app", "servers", "dev"])
def test_an_environment_of_these_lock_files_is_left_alone_and_any_other_is_not(tmp_path: Path, kind: str) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    # A stand-in for Python that answers the version check and fails at anything else, such as pip.
    log = tmp_path / "log"
    python = venv / "bin" / "python"
    python.write_text(f'#!/bin/sh\necho "$*" >>"{log}"\ncase "$1" in -c) exit 0 ;; esac\nexit 1\n')
    python.chmod(0o755)
    (venv / "bin" / "yaodian").symlink_to(python)
    files = ["pyproject.toml", "requirements.lock", *([f"requirements-{kind}.lock"] if kind != "app" else [])]
    content = f"{ROOT}\n".encode() + b"".join((ROOT / name).read_bytes() for name in files)
    stamp = subprocess.run(["cksum"], input=content, capture_output=True, check=True).stdout
    (venv / f".installed-{kind}").write_bytes(stamp)
    assert setup(venv, kind).returncode == 0
    assert "pip" not in log.read_text()

    (venv / f".installed-{kind}").write_bytes(b"another\n")
    assert setup(venv, kind, str(tmp_path / "missing")).returncode == 1
    assert "pip" in log.read_text()


def test_every_make_target_can_be_planned() -> None:
    for target in ("install", "servers", "app", "test", "bench", "lock", "clean"):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
