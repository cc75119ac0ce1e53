"""Settings, from the environment only: one frozen object, read once at the door."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a person can set; each field names its environment variable."""

    workspace: Path = Path("workspace")
    """``YAODIAN_WORKSPACE``: the folder that holds everything built."""
    base: str = "https://w3id.org/yaodian/id/"
    """``YAODIAN_BASE``: the base of all data IRIs; ends in ``/`` or ``#``."""
    model: str = ""
    """``YAODIAN_MODEL``: name or path of a sentence-transformers model; empty for the one that ships."""
    host: str = "127.0.0.1"
    """``YAODIAN_HOST``: the address that the app listens on."""
    port: int = 7860
    """``PORT``: the port that the app listens on."""
    accounts: bool = False
    """``YAODIAN_ACCOUNTS``: ``always`` asks for a name and a password on this machine too, as behind a proxy."""
    requests: int = 600
    """``YAODIAN_REQUESTS``: requests a minute that one client may make of the app; 0 for any number."""

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; :class:`SettingsError` names the variable whose value cannot be used."""
        env = os.environ if environment is None else environment
        default = cls()
        base = env.get("YAODIAN_BASE") or default.base
        if not base.startswith(("http://", "https://", "urn:")) or not base.endswith(("/", "#", ":")):
            raise SettingsError(f"YAODIAN_BASE must be an absolute IRI that ends in / or #, not {base!r}")
        port = env.get("PORT") or str(default.port)
        if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise SettingsError(f"PORT must be a whole number from 1 to 65535, not {port!r}")
        accounts = env.get("YAODIAN_ACCOUNTS") or "auto"
        if accounts not in ("auto", "always"):
            raise SettingsError(f"YAODIAN_ACCOUNTS must be auto or always, not {accounts!r}")
        requests = env.get("YAODIAN_REQUESTS") or str(default.requests)
        if not requests.isascii() or not requests.isdigit() or len(requests) > 9:
            raise SettingsError(f"YAODIAN_REQUESTS must be a whole number, 0 for no limit, not {requests!r}")
        return cls(
            workspace=Path(env.get("YAODIAN_WORKSPACE") or default.workspace),
            base=base,
            model=env.get("YAODIAN_MODEL") or "",
            host=env.get("YAODIAN_HOST") or default.host,
            port=int(port),
            accounts=accounts == "always",
            requests=int(requests),
        )
