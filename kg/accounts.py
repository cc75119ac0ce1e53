"""Who may use the app when others can reach it: names, roles and hashed passwords; and the log of what they changed.

What lives here: the two files, ``accounts.json`` and ``audit.jsonl`` in the workspace, and the checking of a password.
What never will: sessions, pages, requests (``ui/door.py``).

Passwords are hashed by ``argon2-cffi`` (Argon2id with the library's own defaults) and are never written down.  A hash
of an older strength is renewed when its owner comes in.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from .errors import AccountError, DamagedWorkspace, WorkspaceError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Role: TypeAlias = Literal["ask", "review", "manage"]
ROLES: tuple[Role, ...] = get_args(Role)
"""From the least to the most; each may do what those before it may."""
SHORTEST = 10
"""Characters of a password."""
LONGEST = 200
_NAME = re.compile(r"[\w.@+-]{1,64}")


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may come in."""

    name: str
    role: Role
    hash: str
    """Argon2id with its parameters and salt."""

    def may(self, role: Role) -> bool:
        """Whether the account's role reaches so far."""
        return ROLES.index(self.role) >= ROLES.index(role)


class Accounts:
    """The accounts of a workspace; a change made by another process is seen at the next question."""

    def __init__(self, workspace: Path) -> None:
        """Use ``accounts.json`` of a workspace; it is made with the first account."""
        self.path = workspace / "accounts.json"
        self._read: tuple[tuple[int, int, int], Mapping[str, Account]] | None = None

    def all(self) -> tuple[Account, ...]:
        """All accounts, by name; :class:`DamagedWorkspace` where the file cannot be read."""
        return tuple(found for _, found in sorted(self._held().items()))

    def named(self, name: str) -> Account | None:
        """The account of that name."""
        return self._held().get(_plain(name))

    def put(self, name: str, role: str, password: str) -> Account:
        """Make an account, or give the one of that name another role and password.

        Raises:
            AccountError: the name, the role or the password cannot be taken.
            WorkspaceError: the file cannot be written.
        """
        plain = _plain(name)
        if not _NAME.fullmatch(plain):
            raise AccountError("the name of an account is 1 to 64 letters, figures and the marks . @ + - _")
        if role not in ROLES:
            raise AccountError(f"no role {role!r}; choose one of {', '.join(ROLES)}")
        if not SHORTEST <= len(password) <= LONGEST:
            raise AccountError(f"a password has {SHORTEST} to {LONGEST} characters")
        made = Account(plain, role, _hasher().hash(password))
        with self._writing() as held:
            held[plain] = made
        return made

    def remove(self, name: str) -> None:
        """Take an account away; :class:`AccountError` where there is none of that name."""
        with self._writing() as held:
            if held.pop(_plain(name), None) is None:
                raise AccountError(f"no account {name!r}; see: yaodian account list")

    def check(self, name: str, password: str) -> Account | None:
        """The account, where the password is its own; as slow for a name that does not exist."""
        from argon2.exceptions import InvalidHashError, VerificationError

        account = self.named(name)
        try:
            _hasher().verify(account.hash if account else _nobody(), password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return None
        if account is not None and _hasher().check_needs_rehash(account.hash):
            account = self.put(account.name, account.role, password)
        return account

    def _held(self) -> Mapping[str, Account]:
        try:
            stat = self.path.stat()
            version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if self._read is None or self._read[0] != version:
                whole = json.loads(self.path.read_text(encoding="utf-8"))
                self._read = (version, {a["name"]: Account(**a) for a in whole["accounts"]})
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedWorkspace(f"{self.path} cannot be read; mend it, or make the accounts anew") from error
        return self._read[1]

    @contextmanager
    def _writing(self) -> Iterator[dict[str, Account]]:
        """The accounts to be changed, by one process at a time; written as a whole, readable by their owner alone."""
        from filelock import FileLock

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock"), timeout=30):
                held = dict(self._held())
                yield held
                text = json.dumps({"accounts": [asdict(held[n]) for n in sorted(held)]}, ensure_ascii=False, indent=1)
                handle, draft = tempfile.mkstemp(dir=self.path.parent, prefix=".accounts-")  # its mode is 600
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    stream.write(text + "\n")
                    stream.flush()
                    os.fsync(stream.fileno())
                os.replace(draft, self.path)
        except OSError as error:
            raise WorkspaceError(f"cannot write {self.path} ({error.strerror or error})") from error


def audit(workspace: Path, who: str, what: str, about: Mapping[str, str] | None = None) -> None:
    """Add a line to ``audit.jsonl``: when, who, what, about what.  Lines are only ever added.

    Raises:
        WorkspaceError: it cannot be written; what it would have told must then not be done.
    """
    from filelock import FileLock

    line = {"time": datetime.now(UTC).isoformat(timespec="seconds"), "who": who, "what": what, **(about or {})}
    data = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    path = workspace / "audit.jsonl"
    try:
        with FileLock(workspace / "audit.lock"):
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, data)
                os.fsync(handle)
            finally:
                os.close(handle)
    except OSError as error:
        raise WorkspaceError(f"cannot write {path} ({error.strerror or error}); nothing was changed") from error


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip())


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password has: what the password of an unknown name is compared with."""
    return _hasher().hash(os.urandom(32).hex())
