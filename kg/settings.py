"""Settings, from the environment only: one frozen object, read once at the door."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
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

    graph: str = field(default="", repr=False)
    """``YAODIAN_GRAPH``: address of a SPARQL 1.1 server that holds the graph; empty for the workspace's own.

    Like the next one it may hold a password, so that neither is shown with the settings."""
    vectors: str = field(default="", repr=False)
    """``YAODIAN_VECTORS``: address of a PostgreSQL database with pgvector for vectors and words; empty for files."""
    dask: str = ""
    """``YAODIAN_DASK``: address of a Dask scheduler whose workers read and embed; empty for this machine."""

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
        graph, vectors, dask = (env.get(name) or "" for name in ("YAODIAN_GRAPH", "YAODIAN_VECTORS", "YAODIAN_DASK"))
        # What is wrong with an address is told without it: it may hold a password.
        if graph and not all(part.startswith(("http://", "https://")) for part in graph.split()):
            raise SettingsError("YAODIAN_GRAPH must be the http address of a SPARQL server, like http://127.0.0.1:7878")
        if vectors and not vectors.startswith(("postgresql://", "postgres://")):
            raise SettingsError("YAODIAN_VECTORS must be an address like postgresql://name:password@host:5432/database")
        if dask and not dask.startswith(("tcp://", "tls://")):
            raise SettingsError("YAODIAN_DASK must be the address of a Dask scheduler, like tcp://127.0.0.1:8786")
        return cls(
            workspace=Path(env.get("YAODIAN_WORKSPACE") or default.workspace),
            base=base,
            model=env.get("YAODIAN_MODEL") or "",
            host=env.get("YAODIAN_HOST") or default.host,
            port=int(port),
            accounts=accounts == "always",
            requests=int(requests),
            graph=graph.strip(),
            vectors=vectors.strip(),
            dask=dask.strip(),
        )
