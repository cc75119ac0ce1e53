"""What a benchmark measured, as JSON on the terminal and, where it is wanted, in a file.

What never lives here: measuring.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def tell(told: Mapping[str, Any], path: Path | None) -> None:
    """Print figures, and write them to ``path`` too where one is given."""
    text = json.dumps(told, ensure_ascii=False, indent=1)
    print(text)
    if path is not None:
        path.write_text(text + "\n", encoding="utf-8")
