"""The vocabulary is closed, in step with the ontology, and every IRI says what it names."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kg import vocab
from kg.vocab import CLASSES, DEFAULT_BASE, NS, ONTOLOGY, PREFIXES, PROPERTIES, SHAPES, parse_iri, slug, term

BASES = st.sampled_from([DEFAULT_BASE, "urn:x:", "http://example.org/a#"])
IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(lambda s: s not in {".", ".."})
DOCUMENTS = IDS | st.sampled_from(sorted(vocab._SHARED)) | st.sampled_from(["body~", "~", "vocab~~"])
UNITS = IDS.filter(lambda s: s not in vocab._PARTS and not re.fullmatch(r"s\d+", s))


def ontology(predicate: str) -> dict[str, list[tuple[str, str]]]:
    """Term → (value, language) of a property in the ontology."""
    found: dict[str, list[tuple[str, str]]] = {}
    for quad in parse(path=ONTOLOGY, format=RdfFormat.TURTLE):
        if quad.predicate.value == predicate and quad.subject.value.startswith(NS):
            value = quad.object
            found.setdefault(quad.subject.value, []).append((value.value, getattr(value, "language", None) or ""))
    return found


def test_the_vocabulary_and_the_ontology_have_the_same_terms() -> None:
    types = ontology(PREFIXES["rdf"] + "type")
    assert {iri.removeprefix(NS) for iri in types} == {*CLASSES, *PROPERTIES}
    for name in CLASSES:
        assert (PREFIXES["owl"] + "Class", "") in types[term(name)], name
    for name in PROPERTIES:
        kinds = {kind.removeprefix(PREFIXES["owl"]) for kind, _ in types[term(name)]}
        assert kinds & {"ObjectProperty", "DatatypeProperty"}, name


@pytest.mark.parametrize("predicate", [PREFIXES["rdfs"] + "label", PREFIXES["rdfs"] + "comment"])
def test_every_term_is_told_in_chinese_and_in_english(predicate: str) -> None:
    told = ontology(predicate)
    for name in (*CLASSES, *PROPERTIES):
        assert sorted(language for _, language in told[term(name)]) == ["en", "zh"], name


def test_labels_of_terms_come_from_the_ontology() -> None:
    assert vocab.term_labels()[term("leadBody")] == ("牵头单位", "lead body")


def test_what_the_shapes_name_is_in_the_vocabulary() -> None:
    used = re.findall(r"\bplan:(\w+)", SHAPES.read_text(encoding="utf-8"))
    assert set(used) <= {*CLASSES, *PROPERTIES}


def test_the_namespace_is_closed() -> None:
    from kg.vocab import PLAN

    assert str(PLAN.leadBody) == term("leadBody")
    with pytest.raises(AttributeError):
        PLAN.nosuchterm  # noqa: B018
    with pytest.raises(KeyError):
        term("nosuchterm")
    with pytest.raises(AttributeError):
        vocab.nosuchname  # noqa: B018


def test_importing_the_vocabulary_loads_neither_rdflib_nor_pypinyin() -> None:
    code = "import sys, kg.vocab, kg.graph, kg.workspace; assert not {'rdflib', 'pypinyin'} & set(sys.modules)"
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@given(BASES, DOCUMENTS, UNITS, st.integers(0, 10**6))
def test_an_iri_names_what_it_was_made_for(base: str, document: str, unit: str, number: int) -> None:
    assert parse_iri(base, vocab.document_iri(base, document)) == ("document", document, "", 0, "")
    assert parse_iri(base, vocab.unit_iri(base, document, unit)) == ("unit", document, unit, 0, "")
    assert parse_iri(base, vocab.section_iri(base, document, "s12")) == ("section", document, "s12", 0, "")
    assert parse_iri(base, vocab.clause_iri(base, document, unit, number)) == ("clause", document, unit, number, "")
    assert parse_iri(base, vocab.target_iri(base, document, unit, number)) == ("target", document, unit, number, "")
    assert parse_iri(base, vocab.assertion_iri(base, document, "0af1")) == ("assertion", document, "", 0, "0af1")
    assert parse_iri(base, vocab.concept_iri(base, unit)) == ("concept", "", "", 0, unit)


@given(BASES, IDS)
def test_bodies_and_programmes_have_ascii_iris_of_their_own(base: str, name: str) -> None:
    for make, kind in ((vocab.body_iri, "body"), (vocab.programme_iri, "programme")):
        iri = make(base, name)
        named = parse_iri(base, iri)
        assert iri.isascii()
        assert named is not None
        assert named.kind == kind
        assert len(named.slug) <= 60


@pytest.mark.parametrize(
    "iri",
    ["", "urn:elsewhere", DEFAULT_BASE, DEFAULT_BASE + "body", DEFAULT_BASE + "vocab", DEFAULT_BASE + "body/",
     DEFAULT_BASE + "a/source", DEFAULT_BASE + "a/i1/x", DEFAULT_BASE + "a/i1/c2/d", DEFAULT_BASE + "a/i1/c²"],
)  # fmt: skip
def test_what_names_nothing_is_none(iri: str) -> None:
    assert parse_iri(DEFAULT_BASE, iri) is None


@given(BASES, DOCUMENTS)
def test_a_document_never_takes_the_iri_of_something_shared(base: str, document: str) -> None:
    iri = vocab.document_iri(base, document)
    assert iri.isascii()
    assert iri not in {base + name for name in vocab._SHARED}


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_an_id_that_makes_no_iri_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        vocab.document_iri(DEFAULT_BASE, name)
    with pytest.raises(ValueError, match="cannot be"):
        vocab.unit_iri(DEFAULT_BASE, "a", "source")


def test_a_slug_is_the_pinyin_and_tells_homophones_apart() -> None:
    assert slug("丁市教育局").startswith("ding-shi-jiao-yu-ju-")
    assert slug("式") != slug("市")
    assert slug("式")[:4] == slug("市")[:4]
    assert slug("市") == slug("市")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug("“——”"))
