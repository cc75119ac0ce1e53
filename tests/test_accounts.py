"""Accounts: a password opens its own account and no other, and is written down nowhere."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kg.accounts import ROLES, Accounts, audit
from kg.errors import AccountError, DamagedWorkspace, WorkspaceError

ROOT = Path(__file__).resolve().parent.parent
WORD = "correct horse battery"


def command(workspace: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "qa.cli", "account", *words, "--workspace", str(workspace)]
    return subprocess.run(line, cwd=ROOT, input=typed, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_password_opens_its_own_account_and_no_other(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.put("李老师", "review", WORD)
    accounts.put("admin", "manage", "another password")
    found = accounts.check(" 李老师 ", WORD)
    assert found is not None and (found.name, found.role) == ("李老师", "review")
    for name, password in (("李老师", "another password"), ("admin", WORD), ("nobody", WORD), ("李老师", "")):
        assert accounts.check(name, password) is None


def test_each_role_may_what_those_before_it_may(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    for place, role in enumerate(ROLES):
        account = accounts.put(role, role, WORD)
        assert [account.may(other) for other in ROLES] == [n <= place for n in range(len(ROLES))]


def test_no_password_is_written_down_and_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.put("a", "ask", WORD)
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600
    text = accounts.path.read_text(encoding="utf-8")
    assert WORD not in text and json.loads(text)["accounts"][0]["hash"].startswith("$argon2id$")
    accounts.put("b", "ask", WORD)
    assert len({account.hash for account in accounts.all()}) == 2


def test_what_another_process_changes_is_seen_at_once(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    assert accounts.all() == ()
    assert command(tmp_path, "add", "ann", "--role", "manage", typed=WORD + "\n").returncode == 0
    assert accounts.check("ann", WORD) is not None
    assert command(tmp_path, "list").stdout == "ann\tmanage\n"
    assert command(tmp_path, "remove", "ann").returncode == 0
    assert accounts.check("ann", WORD) is None
    gone = command(tmp_path, "remove", "ann")
    assert gone.returncode == 1 and gone.stderr.count("\n") == 1
    lines = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["what"] for line in lines] == ["account: add", "account: remove"]


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [("", "ask", WORD), ("a b", "ask", WORD), ("../a", "ask", WORD), ("a", "root", WORD), ("a", "ask", "short"),
     ("a", "ask", "x" * 201), ("a\u202eb", "ask", WORD), ("x" * 65, "ask", WORD)],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_in_one_line(tmp_path: Path, name: str, role: str, password: str) -> None:
    with pytest.raises(AccountError) as caught:
        Accounts(tmp_path).put(name, role, password)
    assert "\n" not in str(caught.value)
    assert Accounts(tmp_path).all() == ()


def test_a_damaged_file_lets_nobody_in(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.put("a", "ask", WORD)
    accounts.path.write_text('{"accounts": [', encoding="utf-8")
    with pytest.raises(DamagedWorkspace, match=r"accounts\.json"):
        accounts.check("a", WORD)


def test_the_log_is_only_added_to_and_holds_a_line_for_each(tmp_path: Path) -> None:
    for number in range(3):
        audit(tmp_path, "甲", "does", {"number": f"{number}\n"})
    lines = (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["number"] for line in lines] == ["0\n", "1\n", "2\n"]
    with pytest.raises(WorkspaceError):
        audit(tmp_path / "audit.jsonl", "a", "does")
