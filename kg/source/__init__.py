"""A file becomes text: decoding, the untouched characters, and a view of them to match words in.

What lives here: the way in (:func:`read`, :func:`read_bytes`).  Each format has a module of its own
(``docx.py``, ``html.py``, ``pdf.py``), what they share is in ``text.py``, the matching view in ``view.py``.
What never will: any knowledge of plans.  What a line means is for ``kg/structure``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from ..errors import DamagedFile, EmptyDocument, SourceError, TooLarge, UnsupportedFormat
from .text import MAX_BYTES, MAX_CHARACTERS, MAX_UNPACKED, Hint, HintKind, Source, Writer, decode
from .view import View, unglossed, view

__all__ = [
    "FORMATS", "MAX_BYTES", "MAX_CHARACTERS", "MAX_UNPACKED", "Hint", "HintKind", "Source", "View", "decode", "read",
    "read_bytes", "unglossed", "view",
]  # fmt: skip

FORMATS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
}


def read(path: Path | str) -> Source:
    """Read a file; :class:`SourceError` (and its kinds) in one line where that cannot be done."""
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise TooLarge(f"{path.name}: {size:,} bytes, over the limit of {MAX_BYTES:,}; split the file")
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    return read_bytes(path.name, data)


def read_bytes(name: str, data: bytes) -> Source:
    """Read the content of a file named ``name``; its ending says the format, its content must agree.

    Raises the kinds of :class:`SourceError`, each with one line that names the file.
    """
    name = Path(name).name
    form = FORMATS.get(Path(name).suffix.lower())
    if form is None:
        raise UnsupportedFormat(f"{name}: not a format that is read; use txt, md, html, docx or pdf")
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{name}: {len(data):,} bytes, over the limit of {MAX_BYTES:,}; split the file")
    if not data.strip():
        raise EmptyDocument(f"{name}: is empty; check the file")
    _agree(name, form, data)
    reader = _reader(form)
    made = reader(name, data) if reader is not None else None
    text = made.text if made is not None else decode(name, data)
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(f"{name}: {len(text):,} characters, over the limit of {MAX_CHARACTERS:,}; split the file")
    if not any(c.isalnum() for c in text):
        scanned = "; a scanned page must be put through text recognition first" if form == "pdf" else "; check the file"
        raise EmptyDocument(f"{name}: holds no text{scanned}")
    lost = text.count("\ufffd")
    warnings = [f"{lost} characters could not be decoded; check the file's encoding"] if lost else []
    if made is not None:
        warnings += made.warnings
    hints = tuple(made.hints) if made is not None else ()
    return Source(name, form, hashlib.sha256(data).hexdigest(), text, hints, tuple(warnings))


def _reader(form: str) -> Callable[[str, bytes], Writer] | None:
    """What reads a format that is not plain text; imported when it is wanted, since a question reads no file."""
    if form == "docx":
        from .docx import read_docx

        return read_docx
    if form == "html":
        from .html import read_html

        return read_html
    if form == "pdf":
        from .pdf import read_pdf

        return read_pdf
    return None


_SIGNATURES = (
    (b"%PDF-", "pdf", "a PDF file"),
    (b"PK\x03\x04", "docx", "a zip container"),
    (b"\xd0\xcf\x11\xe0", "", "an old Office file (.doc, .xls) or one with a password"),
    (b"\x89PNG", "", "an image"),
    (b"\xff\xd8\xff", "", "an image"),
    (b"\x1f\x8b", "", "a gzip archive"),
    (b"Rar!", "", "an archive"),
)


def _agree(name: str, form: str, data: bytes) -> None:
    """Refuse a file whose first bytes say another format than its ending."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    found = next(((kind, what) for sign, kind, what in _SIGNATURES if head.startswith(sign)), None)
    if found is None and form == "pdf" and b"%PDF-" in data[:1024]:
        return
    if found is None and form in ("docx", "pdf"):
        raise DamagedFile(f"{name}: is not a {form} file by its content; check the file or its ending")
    if found is not None and found[0] != form:
        raise DamagedFile(f"{name}: its content is {found[1]}, not {form}; give it the right ending or convert it")
