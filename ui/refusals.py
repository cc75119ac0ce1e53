"""Why something was refused: the program's own line, and the name of the sentence that the pages have for it.

What lives here: the reasons, told from the words of the line.  What never will: the sentences (``ui/texts.toml``).
"""

from __future__ import annotations

import re

from kg.errors import YaodianError

from .views import View

OF_FILES = (
    ("loaded", "a document of this name is loaded"),
    ("busy", "another document is being read"),
    ("format", "not a format that is read"),
    ("pages", " pages, over the limit"),
    ("size", "over the limit of|unpacks to more than"),
    ("cost", r"not done in \d|needs more memory or time|takes over \d"),
    ("nested", "nested too deeply"),
    ("scanned", "holds no text"),
    ("empty", "is empty|holds no page"),
    ("other_kind", "by its content|its content is|is a zip container but no docx"),
    ("encoding", "no encoding fits"),
    ("damaged", "is broken|the PDF file|declares a document type"),
)
"""What a file is refused for, and the words of the line that say so; its sentence names the file."""
OF_REQUESTS = (
    ("moved", "holds another state by now|is being filled|does not hold the state"),
    ("server", "^the (?:graph server|database) at "),
    ("let_go", "this answer is no longer kept"),
    ("not_loaded", r"^nothing that is loaded|^no (?:document|clause) (?:.* )?(?:is|that is) (?:loaded|ingested)"),
    ("not_loaded", "^no document of that name|names nothing to decide on"),
    ("writing", "another decision is being written|another process is writing"),
    ("feedback_full", "is full; move it elsewhere"),
    ("not_written", "cannot be written to"),
    ("reviewer", "a decision needs its reviewer's name"),
    ("words", "do not stand in the (?:clause|unit)"),
    ("verdict", "the verdict .* does not go with|two names are needed|clause of this fact is no longer"),
    ("target", "a target has a value, a date"),
    ("field", "takes a number, not|is not one line of at most|has no field|a body needs a role|has no concept"),
    ("page", "only this program's own page"),
    ("elsewhere", "are changed on the computer that serves them"),
    ("sign_in", "^sign in first"),
    ("slow_down", "^too many (?:requests|passwords)"),
    ("role", "your account may not do that"),
    ("long", "is longer than|is too long|of at most"),
    (
        "request",
        "^the request|^(?:limit|round|from|kind|values) is|holds something|^name two to|address of no",
    ),
    (
        "request",
        "there is no download|is none of|has no (?:unit|clause)|fact to add is|is no time in UTC|is not a list",
    ),
)
"""What anything else is refused for."""


def reason_of(line: str) -> str:
    """The name of the reason in a line that refuses something; empty for a line that nothing here knows.

    >>> reason_of("a.txt: is empty; check the file")
    'empty'
    >>> reason_of("the request lacks iri")
    'request'
    """
    return next((name for name, words in (*OF_REQUESTS, *OF_FILES) if re.search(words, line)), "")


def refusal(error: YaodianError | str) -> View:
    """The line that refuses, with its reason where the pages have a sentence for it."""
    line = str(error)
    reason = reason_of(line)
    return {"refused": line, **({"reason": reason} if reason else {})}
