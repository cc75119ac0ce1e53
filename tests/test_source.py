"""A file becomes text: nothing altered, nothing hostile let in, and a view that maps back."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import (
    DamagedFile,
    EmptyDocument,
    SourceError,
    TooLarge,
    UndecodableText,
    UnsupportedFormat,
)
from kg.model import Span
from kg.source import MAX_UNPACKED, decode, read, read_bytes, view

PLAIN = "某市教育局2031年工作要点：加强学校建设，推进课程改革。\n一、总体要求\n"
TRADITIONAL = "某市教育局工作要點：加強學校建設，推進課程。\n"
CURLY = "Each school’s “plan” for the coming year – 2031 – is to be written by the head and the governors.\n"
CHARACTERS = st.text(
    alphabet=st.sampled_from(
        " \n\t\u3000\xa0\u200b甲乙課程後台于（）()，,：；。「」“”１２Ａａ％①㎡ﬁabc12.%kèshì〔〕《》\ufeff"
    )
    | st.characters(codec="utf-8"),
    max_size=80,
)


def docx(document: str, **parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def body(inner: str) -> str:
    return f"<w:document {NS}><w:body>{inner}</w:body></w:document>"


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


# Plain text


ENCODED: dict[str, tuple[bytes, str]] = {
    "UTF-8": (PLAIN.encode(), PLAIN),
    "UTF-8 with a mark": (b"\xef\xbb\xbf" + PLAIN.encode(), "\ufeff" + PLAIN),
    "GBK": (PLAIN.encode("gbk"), PLAIN),
    "GB18030 with characters of four bytes": ((PLAIN + "㐀𠀀").encode("gb18030"), PLAIN + "㐀𠀀"),
    "GB18030 with a mark": (("\ufeff" + PLAIN).encode("gb18030"), "\ufeff" + PLAIN),
    "UTF-16 with a mark, little end first": (b"\xff\xfe" + PLAIN.encode("utf-16-le"), PLAIN),
    "UTF-16 with a mark, big end first": (b"\xfe\xff" + PLAIN.encode("utf-16-be"), PLAIN),
    "UTF-16 without a mark, little end first": (PLAIN.encode("utf-16-le"), PLAIN),
    "UTF-16 without a mark, big end first": (PLAIN.encode("utf-16-be"), PLAIN),
    "UTF-32": (PLAIN.encode("utf-32"), PLAIN),
    "Big5": (TRADITIONAL.encode("big5"), TRADITIONAL),
    "Big5 of Hong Kong": ((TRADITIONAL + "嘅喺").encode("big5hkscs"), TRADITIONAL + "嘅喺"),
    "English with curly quotes of Windows": (CURLY.encode("cp1252"), CURLY),
    "English in ASCII": (b"Goal 1: Improve attendance.\n", "Goal 1: Improve attendance.\n"),
    "line ends of all kinds": ("一、甲。\r\n二、乙。\r三、丙。\n".encode(), "一、甲。\r\n二、乙。\r三、丙。\n"),
    "one NUL": ((PLAIN + "\x00").encode(), PLAIN + "\x00"),
}


@pytest.mark.parametrize("rule", ENCODED)
def test_text_is_decoded_from(rule: str) -> None:
    data, text = ENCODED[rule]
    assert decode("a.txt", data) == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5hkscs", "utf-16"])
@pytest.mark.parametrize("harm", ["cut", "broken"])
def test_a_few_broken_bytes_are_told_and_the_rest_is_read(encoding: str, harm: str) -> None:
    data = ((TRADITIONAL if encoding == "big5hkscs" else PLAIN) * 40).encode(encoding)
    data = data[:-2] if harm == "cut" else data[:300] + b"\xff\xff" + data[302:]
    source = read_bytes("a.txt", data)
    assert 0 < source.text.count("\ufffd") <= 3 or encoding == "utf-16"
    assert source.text.count("教育局") + source.text.count("教育") >= 38
    assert bool(source.warnings) == ("\ufffd" in source.text)


@pytest.mark.parametrize("text", ["\n\n" + PLAIN, PLAIN.replace("\n", "\r\n"), "\ufeff" + PLAIN])
def test_text_holds_the_characters_of_the_file_and_no_others(text: str) -> None:
    assert read_bytes("a.txt", text.encode()).text == text


def test_reading_a_path_and_its_bytes_gives_the_same(tmp_path) -> None:
    path = tmp_path / "计划.md"
    path.write_bytes(PLAIN.encode())
    assert read(path) == read_bytes("计划.md", PLAIN.encode())


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.exe", b"x", UnsupportedFormat),
        ("a", b"x", UnsupportedFormat),
        ("a.txt", b"", EmptyDocument),
        ("a.txt", b" \r\n\t", EmptyDocument),
        ("a.txt", "　\n。".encode(), EmptyDocument),
        ("a.txt", bytes(range(256)) * 8, UndecodableText),
        ("a.txt", b"%PDF-1.7 x", DamagedFile),
        ("a.docx", b"plain", DamagedFile),
        ("a.docx", b"PK\x03\x04 cut off", DamagedFile),
        ("a.docx", b"\xd0\xcf\x11\xe0 old", DamagedFile),
        ("a.pdf", b"plain", DamagedFile),
        ("a.pdf", b"%PDF-1.4 nothing behind it", DamagedFile),
        ("a.html", b"<html><script>alert(1)</script></html>", EmptyDocument),
        ("a.docx", docx(body("")), EmptyDocument),
        ("a.docx", docx("<other/>"), DamagedFile),
        ("a.docx", docx(f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>{body("&e;")}'), DamagedFile),
        ("a.docx", docx(f"<!DOCTYPE x [<!ENTITY e 'ha'><!ENTITY f '&e;&e;'>]>{body('&f;')}"), DamagedFile),
        ("a.docx", docx(" " * (MAX_UNPACKED + 1)), TooLarge),
    ],
)
def test_bad_input_is_refused_in_one_line_that_names_the_file(name: str, data: bytes, error: type) -> None:
    with pytest.raises(error) as caught:
        read_bytes(name, data)
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused_in_one_line(tmp_path) -> None:
    with pytest.raises(SourceError, match="check the path"):
        read(tmp_path / "none.txt")


# Structured files


def test_docx_numbers_are_rendered_as_the_word_processor_shows_them() -> None:
    def level(i: int, form: str, text: str) -> str:
        return f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'

    levels = (
        level(0, "chineseCountingThousand", "%1、") + level(1, "chineseCounting", "（%2）") + level(2, "decimal", "%3.")
    )
    numbering = (
        f'<w:numbering {NS}><w:abstractNum w:abstractNumId="4">{levels}</w:abstractNum>'
        '<w:num w:numId="9"><w:abstractNumId w:val="4"/></w:num></w:numbering>'
    )

    def numbered(text: str, depth: int) -> str:
        return paragraph(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="9"/></w:numPr>')

    inner = (
        numbered("甲", 0)
        + numbered("乙", 1)
        + numbered("丙", 2)
        + numbered("丁", 0)
        + numbered("戊", 1)
        + paragraph("己")
    )
    text = read_bytes("a.docx", docx(body(inner), numbering=numbering)).text
    assert text == "一、甲\n（一）乙\n1. 丙\n二、丁\n（一）戊\n己\n"


def test_docx_tables_have_one_cell_a_field_and_deleted_text_is_left_out() -> None:
    cell = "<w:tc>{}</w:tc>".format
    row = f"<w:tr>{cell(paragraph('甲'))}{cell(paragraph('乙') + paragraph('丙'))}</w:tr>"
    deleted = "<w:p><w:del><w:r><w:t>旧</w:t></w:r></w:del><w:r><w:t>新</w:t></w:r></w:p>"
    assert read_bytes("a.docx", docx(body(f"<w:tbl>{row}</w:tbl>{deleted}"))).text == "| 甲 | 乙 丙 |\n新\n"


def test_html_keeps_the_main_content_and_its_headings() -> None:
    page = """<html><head><title>t</title><meta charset="gb2312"></head><body>
    <div class="nav">首页</div><div><h2>工作计划</h2><div class="share">分享</div>
    <div><p>一、甲<br>1.乙<b>丙</b>丁。</p><script>x()</script><ol start="2"><li>戊</li></ol>
    <table><tr><th>序号</th><th>任务</th></tr><tr><td>1</td><td>己</td></tr></table></div></div>
    <footer>版权</footer></body></html>"""
    source = read_bytes("a.html", page.encode("gb18030"))
    assert source.text == "工作计划\n一、甲\n1.乙丙丁。\n2. 戊\n| 序号 | 任务 |\n| 1 | 己 |\n"
    assert [(h.span, h.kind, h.value) for h in source.hints] == [(Span(0, 4), "heading", "2")]


# The view


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("工作计 划，\n总　则", "工作计划,总则"),
        ("下降 0.5 个\n百分点", "下降0.5个百分点"),
        ("at least\n60% of  schools", "at least 60% of schools"),
        ("２０３１年（Ａ类）１００％", "2031年(A类)100%"),
        ("課(kè)程（xué）習", "课程习"),
        ("甲（IT）乙(3)", "甲(IT)乙(3)"),
        ("「雙減」『甲』", "“双减”‘甲’"),
        ("甲\u200b乙\ufeff", "甲乙"),
        ("3∶1", "3:1"),
        ("⼀、⼈⺠⻓⾧", "一、人民长长"),
        ("\uf902\uf9b4", "车领"),
        ("课程（kè chéng）", "课程"),
        ("課(ke\u0300)程", "课程"),
        ("課(ㄎㄜˋ)程", "课程"),
    ],
)
def test_the_view_of_a_text(text: str, seen: str) -> None:
    assert view(text).text == seen


def test_a_match_in_the_view_maps_to_the_characters_it_was_made_of() -> None:
    text = "推進課(kè)程\n改革，達到 ９５％以上"
    seen = view(text, base=100)
    at = seen.text.index("课程改革")
    span = seen.span(at, at + 4)
    assert text[span.start - 100 : span.end - 100] == "課(kè)程\n改革"
    at = seen.text.index("95%")
    span = seen.span(at, at + 3)
    assert text[span.start - 100 : span.end - 100] == "９５％"


@given(CHARACTERS, st.integers(0, 1000))
def test_each_character_of_the_view_comes_from_the_place_it_maps_to(text: str, base: int) -> None:
    seen = view(text, base)
    last = base
    for i, c in enumerate(seen.text):
        span = seen.span(i, i + 1)
        assert last <= span.start < span.end <= base + len(text)
        last = span.start
        piece = text[span.start - base : span.end - base]
        assert c == " " if piece.isspace() else c in view(piece).text
    whole = seen.span(0, len(seen.text))
    assert base <= whole.start <= whole.end <= base + len(text)


@given(CHARACTERS)
def test_an_offset_finds_the_first_character_of_the_view_at_or_behind_it(text: str) -> None:
    seen = view(text)
    for offset in range(len(text) + 1):
        index = seen.index(offset)
        assert all(seen.span(i, i + 1).start >= offset for i in range(index, min(index + 2, len(seen.text))))
        assert index == 0 or seen.span(index - 1, index).start < offset


@settings(max_examples=50)
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.html", "a.docx", "a.pdf"]))
def test_any_bytes_are_read_or_refused_with_an_error_of_the_project(data: bytes, name: str) -> None:
    try:
        source = read_bytes(name, data)
    except SourceError as error:
        assert name in str(error)
    else:
        assert source.text
