"""Neighbourhoods and paths of the graph as the graph pane draws them."""

from __future__ import annotations
