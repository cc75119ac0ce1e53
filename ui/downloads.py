"""What a page offers as a file: an answer as Markdown or Word with its clauses as footnotes, due dates as a calendar.

The tables and the graph of a plan as files are the exports of ``kg.export``; this module only hands them on.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from xml.sax.saxutils import escape

from kg.errors import UnknownTerm
from qa.model import Answer

from .board import board_view
from .desk import Desk
from .views import markdown

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ttl": "text/turtle; charset=utf-8",
    "graphml": "application/graphml+xml",
}
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True, slots=True)
class Download:
    """A file to be saved by the browser."""

    name: str
    media: str
    data: bytes


def answer_as_markdown(desk: Desk, key: str) -> Download:
    """The answer of that key as Markdown; :class:`~kg.errors.UnknownTerm` where it is no longer kept."""
    text = markdown(desk.kept(key), desk.titles())
    return Download("yaodian-answer.md", "text/markdown; charset=utf-8", text.encode("utf-8"))


def answer_as_word(desk: Desk, key: str) -> Download:
    """The answer of that key as a Word document with real footnotes (ECMA-376, part 1, 17.11)."""
    data = word_document(desk.kept(key), desk.titles())
    media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return Download("yaodian-answer.docx", media, data)


def word_document(answer: Answer, titles: Mapping[str, str]) -> bytes:
    """The answer in Office Open XML; each ``[n]`` of its text is a footnote with the quote and where it stands."""
    from docx import Document
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = Document()
    normal = document.styles["Normal"]
    normal.font.name = "Calibri"
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Microsoft YaHei")
    document.add_heading(_clean(answer.question), level=1)
    notes = {c.n: f"{c.quote} — {titles.get(c.document, c.document)}, {c.item} <{c.iri}>" for c in answer.citations}
    for line in filter(str.strip, answer.answer.split("\n")):
        paragraph = document.add_paragraph()
        for piece in re.split(r"(\[\d+\])", line):
            number = int(piece[1:-1]) if re.fullmatch(r"\[\d+\]", piece) else 0
            if number in notes:
                run = paragraph.add_run()
                run.font.superscript = True
                mark = OxmlElement("w:footnoteReference")
                mark.set(qn("w:id"), str(number))
                run._r.append(mark)
            else:
                paragraph.add_run(_clean(piece))
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        _footnotes(notes),
        document.part.package,
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _footnotes(notes: Mapping[int, str]) -> bytes:
    # Word wants its two separators, under the ids -1 and 0, before the first note.
    rules = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{mark}/></w:r></w:p></w:footnote>'
        for kind, number, mark in (
            ("separator", -1, "separator"),
            ("continuationSeparator", 0, "continuationSeparator"),
        )
    )
    reference = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
    body = "".join(
        f'<w:footnote w:id="{number}"><w:p>{reference}<w:r>'
        f'<w:t xml:space="preserve"> {escape(_clean(text))}</w:t></w:r></w:p></w:footnote>'
        for number, text in sorted(notes.items())
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f'{head}<w:footnotes xmlns:w="{_W}">{rules}{body}</w:footnotes>'.encode()


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def plan_as(format_: str) -> Callable[[Desk, str], Download]:
    """One of the exports of a single plan."""

    def make(desk: Desk, document_id: str) -> Download:
        from kg.export import render

        desk.library.plan(document_id)
        return Download(
            f"{document_id}.{format_}", _MEDIA[format_], render(desk.assistant.store, format_, (document_id,))
        )

    return make


def targets_as_calendar(desk: Desk, document_id: str) -> Download:
    """The targets of a plan that have a date, as all-day events (iCalendar, RFC 5545)."""
    targets = board_view(desk.library, document_id)["targets"]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yaodian//Targets//ZH", "CALSCALE:GREGORIAN"]
    for target in targets:
        day = last_day(target["deadline"] or "")
        if day is None:
            continue
        uid = sha256(target["iri"].encode()).hexdigest()[:24]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uid}@yaodian",
            f"DTSTAMP:{day:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_ics(target['measure'] or target['words'])}",
            f"DESCRIPTION:{_ics(target['words'])} ({_ics(target['clause']['where'])})",
            f"URL:{target['clause']['iri']}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    data = "".join(f"{_folded(line)}\r\n" for line in lines).encode("utf-8")
    return Download(f"{document_id}-targets.ics", "text/calendar; charset=utf-8", data)


def last_day(deadline: str) -> date | None:
    """The last day of an ISO date, month, year, or period of those; ``None`` where it is none of them.

    >>> last_day("2031"), last_day("2031-02"), last_day("2031-01-01/2031-07-01"), last_day("soon")
    (datetime.date(2031, 12, 31), datetime.date(2031, 2, 28), datetime.date(2031, 7, 1), None)
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", deadline.rsplit("/", 1)[-1])
    if found is None:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    try:
        return date(year, month, int(found[3] or monthrange(year, month)[1]))
    except ValueError:
        return None


def _ics(text: str) -> str:
    escaped = re.sub(r"([\\;,])", r"\\\1", " ".join(text.split()))
    return _clean(escaped)


def _folded(line: str) -> str:
    # At most 75 octets a line, cut between characters (RFC 5545, 3.1).
    out, size = "", 0
    for char in line:
        width = len(char.encode("utf-8"))
        if size + width > 73:
            out, size = out + "\r\n ", 1
        out, size = out + char, size + width
    return out


DOWNLOADS: Mapping[str, Mapping[str, Callable[[Desk, str], Download]]] = {
    "answer": {"md": answer_as_markdown, "docx": answer_as_word},
    "plan": {"ics": targets_as_calendar, **{name: plan_as(name) for name in _MEDIA}},
}
"""Kind of thing → ending → how it is made from the open workspace and the thing's key or id."""


def download(desk: Desk, what: str, name: str, ending: str) -> Download:
    """The file; :class:`~kg.errors.UnknownTerm` where there is none of that kind."""
    make = DOWNLOADS.get(what, {}).get(ending)
    if make is None:
        raise UnknownTerm(f"there is no download of the kind {what[:20]}.{ending[:20]}")
    return make(desk, name)
