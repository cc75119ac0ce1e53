"""An answer as a file: Markdown and Word, its clauses as footnotes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .desk import Desk
from .views import markdown


@dataclass(frozen=True, slots=True)
class Download:
    """A file to be saved by the browser."""

    name: str
    media: str
    data: bytes


def as_markdown(desk: Desk, key: str) -> Download:
    """The answer of that key as Markdown; :class:`~kg.errors.UnknownTerm` where it is no longer kept."""
    text = markdown(desk.kept(key), desk.titles())
    return Download("answer.md", "text/markdown; charset=utf-8", text.encode("utf-8"))


DOWNLOADS: Mapping[str, Callable[[Desk, str], Download]] = {"md": as_markdown}
