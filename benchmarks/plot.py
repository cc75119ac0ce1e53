"""Figures of the benchmarks drawn as SVG, without a library: bars of ratios and curves over sizes.

    python -m benchmarks.plot SIZES.json FOLDER [INGEST.json …]

``SIZES.json`` is what ``benchmarks.bench_scale --json`` wrote, each ``INGEST.json`` what ``benchmarks.bench_ingest
--json`` wrote of one size; ``docs/benchmarks.md`` shows the pictures.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

COLOURS = ("#1b6ca8", "#b3541e", "#3a7d44", "#7a4fa3", "#8a6d00", "#c2185b")
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" '
    'font-size="13" role="img"><title>{title}</title><rect width="100%" height="100%" fill="#fff"/>'
)


def bars(title: str, values: Mapping[str, float], line: float = 1.0) -> str:
    """Horizontal bars, shortest first, on a logarithmic scale from 0.5; a line marks ``line``."""
    rows = sorted(values.items(), key=lambda item: item[1])
    width, left, step = 720, 210, 26
    height = 60 + step * len(rows)
    most = math.log(max(values.values()) / 0.5)

    def at(value: float) -> float:
        return left + (width - left - 70) * math.log(max(value, 0.5) / 0.5) / most

    parts = [_HEAD.format(width=width, height=height, title=escape(title))]
    parts.append(f'<text x="12" y="24" font-weight="600">{escape(title)}</text>')
    for number, (name, value) in enumerate(rows):
        top = 40 + number * step
        colour = COLOURS[0] if name.startswith("yaodian") else "#9aa5b1"
        parts.append(f'<text x="{left - 8}" y="{top + 14}" text-anchor="end">{escape(name)}</text>')
        parts.append(
            f'<rect x="{left}" y="{top}" width="{max(1.0, at(value) - left):.1f}" height="18" fill="{colour}"/>'
        )
        parts.append(f'<text x="{at(value) + 6:.1f}" y="{top + 14}">{value:g}</text>')
    parts.append(f'<path d="M{at(line):.1f} 34V{height - 14}" stroke="#333" stroke-dasharray="3 3" fill="none"/>')
    return "".join(parts) + "</svg>\n"


def curves(title: str, sizes: Sequence[int], lines: Mapping[str, Sequence[float]], unit: str) -> str:
    """Lines over sizes, both axes logarithmic."""
    width, height, left, right, top, bottom = 720, 420, 64, 190, 40, 40
    values = [value for line in lines.values() for value in line if value > 0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(size: float) -> float:
        return left + (width - left - right) * (math.log10(size) - first) / max(last - first, 1e-9)

    def y(value: float) -> float:
        return height - bottom - (height - top - bottom) * (math.log10(value) - low) / max(high - low, 1)

    parts = [_HEAD.format(width=width, height=height, title=escape(title))]
    parts.append(f'<text x="12" y="24" font-weight="600">{escape(title)}</text>')
    for power in range(low, high + 1):
        place = y(10**power)
        parts.append(f'<path d="M{left} {place:.1f}H{width - right}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{place + 4:.1f}" text-anchor="end">{10.0**power:g} {unit}</text>')
    for size in sizes:
        parts.append(f'<text x="{x(size):.1f}" y="{height - 16}" text-anchor="middle">{size:,}</text>')
    above = 0.0
    for number, (name, line) in enumerate(sorted(lines.items(), key=lambda item: -item[1][-1])):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in zip(sizes, line, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        above = place = max(y(line[-1]), above + 15)  # no name lies on another
        parts.append(f'<text x="{width - right + 8}" y="{place + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return "".join(parts) + "</svg>\n"


def ingested(files: Sequence[str]) -> str:
    """What an ingest takes, by clauses: all of it, and one plan changed, on the clock and of the processor."""
    runs: list[dict[str, Any]] = [json.loads(Path(file).read_text(encoding="utf-8")) for file in files]
    runs.sort(key=lambda run: int(run["clauses"]))
    lines = {
        f"{name}, {what}": [float(run[key][what]) for run in runs]
        for key, name in (("all", "all"), ("one changed", "one changed"))
        for what in ("seconds", "processor")
    }
    title = "Ingest without embedding, by clauses"
    return curves(title, [int(run["clauses"]) for run in runs], lines, "s")


def main() -> None:
    """Read the figures and draw them."""
    told: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    sizes = sorted(map(int, told["sizes"]))
    rows = [told["sizes"][str(size)] for size in sizes]
    names = ("bare", "scoped", "whole", "dense alone", "lexical alone", "floor")
    medians = {name: [row[name] for row in rows] for name in names}
    slowest = {name: [row["p95"][name] for row in rows] for name in names[:3]}
    memory = {
        f"{whose}, after {what}": [row[f"MB after {key}"][kind] for row in rows]
        for kind, whose in (("own", "its own"), ("mapped", "of files"))
        for key, what in (("scoped questions", "scoped ones"), ("a question over all", "one over all"))
    }
    for name, title, lines, unit in (
        ("sizes", "One question, by clauses (median)", medians, "ms"),
        ("p95", "One question, by clauses (95th percentile)", slowest, "ms"),
        ("memory", "Memory of the process, by clauses", memory, "MB"),
    ):
        (folder / f"bench-{name}.svg").write_text(curves(title, sizes, lines, unit), "utf-8")
    if "peers" in told:
        ratios = {name: found["over bare"] for name, found in told["peers"].items()}
        title = "A question over bare embedding, 10,000 clauses, first ten"
        (folder / "bench-peers.svg").write_text(bars(title, ratios), "utf-8")
    if sys.argv[3:]:
        (folder / "bench-ingest.svg").write_text(ingested(sys.argv[3:]), "utf-8")


if __name__ == "__main__":
    main()
