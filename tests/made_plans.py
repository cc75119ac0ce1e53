"""Invented plans for the tests of the graph: one small and whole, and a hypothesis strategy for any."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from hypothesis import strategies as st

from kg.model import (
    BodyFact,
    Clause,
    Document,
    Fact,
    Furniture,
    Plan,
    ProgrammeFact,
    Review,
    Section,
    Span,
    TargetFact,
    ThemeFact,
    Unit,
    UnitKind,
    readable,
)
from tools.plans import SHAPES, make

TEXT = (
    "丁市教育局文件\n丁教发〔2031〕7号\n各县教育局：\n现将要点印发给你们。\n"
    "一、甲类工作\n1. 办好学校食堂。由乙局牵头，丙局配合，年底前食堂达标率达到90%以上。\n"
    "2. 开展“丁字行动”。落实《戊办法》；=1+1。\n第 3 页\n"
)


def files_of(folder: Path, count: int) -> list[Path]:
    """Files of small made plans (``tools/plans.py``), of all shapes in turn."""
    folder.mkdir()
    paths = [folder / f"plan-{n:02}.txt" for n in range(count)]
    for n, path in enumerate(paths):
        path.write_text(make(3, n, 2, SHAPES[n % len(SHAPES)]).text, encoding="utf-8")
    return paths


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def clause(number: int, words: str, translation: str = "") -> Clause:
    return Clause(number, at(words), readable(words), translation)


def made_plan(document_id: str = "ding-2031") -> Plan:
    """A plan with two items, a notice, and a fact of every kind."""
    canteen = (
        clause(1, "办好学校食堂。", "Run school canteens well."),
        clause(2, "由乙局牵头，丙局配合，年底前食堂达标率达到90%以上。"),
    )
    action = (clause(1, "开展“丁字行动”。"), clause(2, "落实《戊办法》；"), clause(3, "=1+1。"))
    units = (
        Unit("notice", "通知", "notice", "", None, at("现将要点印发给你们。"), (clause(1, "现将要点印发给你们。"),)),
        Unit("i1", "1", "item", "办好学校食堂", "s1", Span(at("1. 办好").start, canteen[1].span.end), canteen),
        Unit("i2", "2", "item", "开展“丁字行动”", "s1", Span(at("2. 开展").start, action[2].span.end), action),
    )
    document = Document(
        id=document_id,
        source="丁市 2031.txt",
        sha256="0" * 64,
        format="txt",
        text=TEXT,
        language="zh",
        title="丁市教育局2031年工作要点",
        number="丁教发〔2031〕7号",
        issuers=("丁市教育局",),
        addressees=("各县教育局",),
        year=2031,
        issued="2031-03-01",
        sections=(Section("s1", "一、", "甲类工作", 1, None, at("一、甲类工作")),),
        units=units,
        furniture=(Furniture(at("第 3 页"), "page number"),),
        warnings=("a warning", "another <b>one</b>"),
    )
    facts: tuple[Fact, ...] = (
        BodyFact(unit="i1", clause=2, span=at("乙局"), method="body.prose@1", confidence=0.9, name="乙局",
                 canonical="丁市乙局", role="lead", kind="bureau"),
        BodyFact(unit="i1", clause=2, span=at("丙局"), method="body.prose@1", name="丙局", canonical="丁市丙局",
                 role="support", kind="bureau"),
        BodyFact(unit="i1", clause=1, span=at("学校"), method="body.head@1", name="学校", canonical="学校",
                 role="affected", kind="school"),
        TargetFact(unit="i1", clause=2, span=at("达标率达到90%以上"), method="target.reach@1", text="达标率达到90%以上",
                   measure="食堂达标率", value=90.0, unit_text="%", comparator=">=", deadline="2031-12-31",
                   commitment="complete"),
        ThemeFact(unit="i1", clause=1, span=at("食堂"), method="theme@1", concept="canteen", label_zh="食堂",
                  label_en="canteens"),
        ThemeFact(unit="i2", clause=1, span=at("行动"), method="theme@1", concept="canteen", label_zh="食堂",
                  label_en="canteens"),
        ProgrammeFact(unit="i2", clause=1, span=at("丁字行动"), method="programme.quoted@1", name="丁字行动",
                      canonical="丁字行动", kind="campaign", action="开展"),
        ProgrammeFact(unit="i2", clause=2, span=at("《戊办法》"), method="programme.title@1", name="《戊办法》",
                      canonical="戊办法", kind="policy_document", action="落实"),
    )  # fmt: skip
    return Plan(document, facts)


# Any character that a decoded file can hold; a lone surrogate cannot come from one.
_CHARACTERS = st.characters(exclude_categories=["Cs"])
_WORDS = st.text(_CHARACTERS, max_size=12)
_NAMES = st.text(_CHARACTERS, min_size=1, max_size=12)
_SLUGS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True) | st.sampled_from(["body", "programme", "vocab"])
_SPANS = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(lambda pair: Span(min(pair), max(pair)))
_TIMES = st.datetimes(min_value=datetime(1000, 1, 1)).map(lambda t: f"{t:%Y-%m-%dT%H:%M:%SZ}") | _WORDS
_NUMBERS = st.none() | st.floats(allow_nan=False)
_DAYS = (
    st.none() | st.dates().map(str) | st.sampled_from(["2031", "2031-02", "2031-02-30", "0000", "2031/2033"]) | _WORDS
)


def _facts(units: list[Unit]) -> st.SearchStrategy[Fact]:
    places = [(unit.id, clause.number) for unit in units for clause in unit.clauses]

    def common(kind: type[Fact], /, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Fact]:
        def build(place: tuple[str, int], rest: dict[str, object]) -> Fact:
            return kind(unit=place[0], clause=place[1], **rest)  # type: ignore[arg-type]

        shared = {
            "span": _SPANS,
            "method": _WORDS,
            "confidence": st.floats(0, 1),
            "status": st.sampled_from(["extracted", "approved", "edited"]),
            "review": st.none() | st.builds(Review, st.sampled_from(["0af1", "b2"]), _NAMES, _TIMES),
        }
        return st.builds(build, st.sampled_from(places), st.fixed_dictionaries({**shared, **fields}))

    roles = st.sampled_from(["lead", "responsible", "support", "participant", "affected", "location"])
    comparators = st.sampled_from([">=", "<=", "=", "coverage", "by_date", "in_period"])
    commitments = st.sampled_from(["ensure", "complete", "advance", "explore", ""])
    kinds = st.sampled_from(["policy_document", "project", ""]) | _WORDS
    return st.one_of(
        common(BodyFact, name=_WORDS, canonical=_NAMES, role=roles, kind=_WORDS),
        common(ProgrammeFact, name=_WORDS, canonical=_NAMES, kind=kinds, action=_WORDS),
        common(TargetFact, text=_WORDS, measure=_WORDS, value=_NUMBERS, value_max=_NUMBERS, unit_text=_WORDS,
               comparator=comparators, deadline=_DAYS, baseline=_NUMBERS, commitment=commitments),
        common(ThemeFact, concept=_NAMES.filter(lambda c: c not in {".", ".."}), label_zh=_WORDS, label_en=_WORDS),
    )  # fmt: skip


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan that the model can hold, sensible or not."""
    sections: list[Section] = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        parent = draw(st.none() | st.sampled_from([s.id for s in sections])) if sections else None
        sections.append(
            Section(f"s{number}", draw(_WORDS), draw(_WORDS), draw(st.integers(1, 5)), parent, draw(_SPANS))
        )
    homes = st.none() | st.sampled_from([section.id for section in sections]) if sections else st.none()
    kinds: st.SearchStrategy[UnitKind] = st.sampled_from(["notice", "item", "article", "paragraph", "annex"])
    names = draw(st.lists(st.from_regex(r"[aip][0-9]{1,3}|notice", fullmatch=True), unique=True, max_size=4))
    units = [
        Unit(
            id=name,
            label=draw(_WORDS),
            kind=draw(kinds),
            title=draw(_WORDS),
            section=draw(homes),
            span=draw(_SPANS),
            clauses=tuple(
                Clause(number, draw(_SPANS), draw(_WORDS), draw(_WORDS))
                for number in range(1, draw(st.integers(0, 3)) + 1)
            ),
        )
        for name in names
    ]
    document = Document(
        id=draw(_SLUGS),
        source=draw(_WORDS),
        sha256=draw(_WORDS),
        format=draw(st.sampled_from(["txt", "md", "html", "docx", "pdf"])),
        text=draw(st.text(_CHARACTERS, max_size=200)),
        language=draw(st.sampled_from(["zh", "en"])),
        title=draw(_WORDS),
        number=draw(st.none() | _WORDS),
        issuers=tuple(draw(st.lists(_WORDS, max_size=3))),
        addressees=tuple(draw(st.lists(_WORDS, max_size=3))),
        year=draw(st.none() | st.integers(-(10**6), 10**6)),
        issued=draw(_DAYS),
        sections=tuple(sections),
        units=tuple(units),
        furniture=tuple(draw(st.lists(st.builds(Furniture, _SPANS, _WORDS), max_size=3))),
        warnings=tuple(draw(st.lists(_WORDS, max_size=3))),
    )
    has_clauses = any(unit.clauses for unit in units)
    facts = draw(st.lists(_facts(units), max_size=6)) if has_clauses else []
    # Twice the same fact is two facts.
    return Plan(document, tuple(facts + facts[:1]))
