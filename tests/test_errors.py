"""The error tree is the one that is drawn at the head of the module."""

from __future__ import annotations

import inspect

from kg import errors


def drawn() -> dict[str, str]:
    """Class to parent, read off the drawing."""
    parents = {}
    stack: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        words = line.replace("│", " ").replace("├──", "   ").replace("└──", "   ")
        name = words.split()[0] if words.strip() else ""
        if not hasattr(errors, name):
            continue
        depth = len(words) - len(words.lstrip())
        while stack and stack[-1][0] >= depth:
            stack.pop()
        parents[name] = stack[-1][1] if stack else "Exception"
        stack.append((depth, name))
    return parents


def test_the_drawing_shows_every_error_under_its_parent() -> None:
    real = {
        name: found.__bases__[0].__name__
        for name, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, Exception)
    }
    assert drawn() == real


def test_every_error_says_when() -> None:
    for _, found in inspect.getmembers(errors, inspect.isclass):
        assert found.__doc__
