"""``python -m ui.limits SECONDS BYTES COMMAND…``: one command of ``yaodian``, in a process that bounds itself first.

What lives here: what a stranger's file may cost this computer.  What never will: what is done with the file.
Where the system has no such limits (Windows), the caller's own time limit is what remains.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec


def bound(seconds: int, memory: int) -> None:
    """Limit this process for good: seconds of processor time, bytes of address space; no core file is written."""
    if find_spec("resource") is None:
        return
    import resource

    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
    ):
        # Never above what the process was given.
        _, hard = resource.getrlimit(what)
        top = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (top, top))


def main(argv: Sequence[str]) -> int:
    """Bound the process, then run the command; its exit code."""
    bound(int(argv[0]), int(argv[1]))
    from qa.cli import main as command

    return command(argv[2:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
