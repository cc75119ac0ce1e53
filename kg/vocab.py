"""The names of the graph: the closed vocabulary, its labels, and ids to IRIs and back.

What lives here: every term of ``ontology.ttl`` (a test holds the two in step) and the shape of every IRI.
What never will: triples, queries, and anything that opens a store.

Nothing here imports rdflib or pypinyin before it is asked to: a question from a cold process needs neither.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from rdflib.namespace import DefinedNamespace

    class PLAN(DefinedNamespace):
        """The vocabulary as rdflib likes it; ``PLAN.nosuchterm`` raises :class:`AttributeError`."""


NS = "https://w3id.org/yaodian/ns#"
DEFAULT_BASE = "https://w3id.org/yaodian/id/"
ONTOLOGY = Path(__file__).with_name("ontology.ttl")
SHAPES = Path(__file__).with_name("shapes.ttl")

PREFIXES: dict[str, str] = {
    "plan": NS,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
}

CLASSES: tuple[str, ...] = (
    "PlanDocument", "Section", "Unit", "PlanItem", "Article", "Paragraph", "Notice", "Annex", "Clause", "Furniture",
    "Warning", "Naming", "Body", "Place", "Programme", "PolicyDocument", "Target", "Theme", "Population", "Assertion",
    "ExtractionRun", "Decision",
)  # fmt: skip

PROPERTIES: tuple[str, ...] = (
    # of a document
    "documentNumber", "planYear", "addressee", "issuerNaming", "addresseeNaming", "names", "sourceFile", "sourceSha256",
    "sourceFormat", "text", "hasWarning", "hasFurniture", "reason",
    # of its structure
    "inDocument", "position", "ordinalPath", "numberLabel", "level", "unitLabel", "unitKind", "clauseNumber",
    "translation", "charStart", "charEnd",
    # facts: unit → thing, and clause → thing
    "responsibleBody", "leadBody", "supportBody", "participant", "affects", "place", "mentionsProgramme", "citesPolicy",
    "hasTarget", "concerns", "states",
    # derived: unit → body
    "impliedActor",
    # of the things
    "canonicalName", "bodyKind", "programmeKind", "measure", "value", "valueMax", "unit", "comparator", "baseline",
    "due", "commitment",
    # of an assertion
    "statedIn", "method", "confidence", "status", "name", "action",
    # of an extraction run
    "softwareVersion", "vocabularySha256",
    # of a decision of a person, and of an assertion that one made
    "decidedBy", "verdict", "note", "about", "wanted", "reviewedUnit", "reviewedClause", "oneName", "otherName",
    # of a concept of the thesaurus
    "negativeLabel", "sharedLabel", "composedOf",
)  # fmt: skip

_TERMS = frozenset((*CLASSES, *PROPERTIES))

FACT_PREDICATES: tuple[str, ...] = (
    "responsibleBody", "leadBody", "supportBody", "participant", "affects", "place", "mentionsProgramme", "citesPolicy",
    "hasTarget", "concerns",
)  # fmt: skip
"""The properties of which each triple is a fact, with an assertion beside it."""

Kind = Literal["document", "section", "unit", "clause", "target", "assertion", "body", "programme", "concept"]

Part = Literal["source", "extracted", "assertions"]
PARTS: tuple[Part, ...] = get_args(Part)
"""The named graphs of a document."""

# First steps of a path that name no document, and second steps that name no section or unit.
_SHARED = frozenset(("body", "programme", "concept", "scheme", "review", "reviewer", "vocab", "manifest"))
_PARTS = frozenset(("source", "extracted", "assertions", "assertion", "issuer", "addressee", "furniture", "warning",
                    "run", "decision"))  # fmt: skip
_SECTION = re.compile(r"s\d+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


class Named(NamedTuple):
    """What an IRI names; the fields that do not apply are empty."""

    kind: Kind
    document: str = ""
    unit: str = ""
    """Id of the unit or section."""
    number: int = 0
    """Of the clause or target."""
    slug: str = ""
    """Last step of a body, programme, concept or assertion."""


def term(name: str) -> str:
    """The IRI of a term of the vocabulary; :class:`KeyError` for a name that it does not have.

    >>> term("leadBody")
    'https://w3id.org/yaodian/ns#leadBody'
    """
    if name not in _TERMS:
        raise KeyError(f"{name} is no term of {NS}")
    return NS + name


def __getattr__(name: str) -> Any:
    """``PLAN``, made when it is first asked for, since it needs rdflib."""
    if name != "PLAN":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from rdflib import Namespace
    from rdflib.namespace import DefinedNamespace

    content = {"_NS": Namespace(NS), "_fail": True, "_extras": sorted(_TERMS), "__annotations__": {}}
    made = type("PLAN", (DefinedNamespace,), content)
    globals()["PLAN"] = made
    return made


@cache
def term_labels() -> dict[str, tuple[str, str]]:
    """IRI of each term of the ontology → its Chinese and its English label."""
    from pyoxigraph import Literal as Text
    from pyoxigraph import NamedNode, RdfFormat, parse

    found: dict[str, dict[str, str]] = {}
    for quad in parse(path=ONTOLOGY, format=RdfFormat.TURTLE):
        if (
            quad.predicate.value == PREFIXES["rdfs"] + "label"
            and isinstance(quad.subject, NamedNode)
            and isinstance(quad.object, Text)
        ):
            found.setdefault(quad.subject.value, {})[quad.object.language or ""] = quad.object.value
    return {iri: (label.get("zh", ""), label.get("en", "")) for iri, label in found.items()}


def language_of(text: str) -> Literal["zh", "en"]:
    """``zh`` for a text that holds a Han character, else ``en``.

    >>> language_of("市教育局"), language_of("School Board")
    ('zh', 'en')
    """
    return "zh" if _HAN.search(text) else "en"


@lru_cache(maxsize=50_000)
def slug(name: str) -> str:
    """ASCII step of an IRI for a name: its pinyin (Hanyu Pinyin without tones), and a hash that tells homophones apart.

    >>> slug("市教育局")
    'shi-jiao-yu-ju-d08afb0399'
    """
    digest = hashlib.sha256(name.encode("utf-8")).hexdigest()[:10]
    words: list[str] = []
    if _HAN.search(name):
        from pypinyin import lazy_pinyin

        spoken: list[str] = lazy_pinyin(name[:40])
    else:
        spoken = [name[:60]]
    for word in spoken:
        words += re.findall(r"[a-z0-9]+", word.lower())
    return "-".join([*"-".join(words)[:48].strip("-").split("-"), digest]).lstrip("-")


def _step(text: str) -> str:
    if text in ("", ".", ".."):
        raise ValueError(f"{text!r} cannot be an id")
    return quote(text, safe="-._~")


def document_iri(base: str, document: str) -> str:
    """IRI of a document.

    >>> document_iri(DEFAULT_BASE, "a-2031")
    'https://w3id.org/yaodian/id/a-2031'
    """
    # A file may well be called "programme": what would clash gets a tilde, which no slug ends in.
    return base + _step(f"{document}~" if document in _SHARED or document.endswith("~") else document)


def _part(base: str, document: str, part: str) -> str:
    if part in _PARTS:
        raise ValueError(f"{part!r} cannot be the id of a section or unit: the name is taken")
    return f"{document_iri(base, document)}/{_step(part)}"


def section_iri(base: str, document: str, section: str) -> str:
    """IRI of a section, e.g. ``…/a-2031/s2``."""
    return _part(base, document, section)


def unit_iri(base: str, document: str, unit: str) -> str:
    """IRI of a unit, e.g. ``…/a-2031/i7``."""
    return _part(base, document, unit)


def clause_iri(base: str, document: str, unit: str, number: int) -> str:
    """IRI of a clause, e.g. ``…/a-2031/i7/c2``."""
    return f"{_part(base, document, unit)}/c{number}"


def target_iri(base: str, document: str, unit: str, number: int) -> str:
    """IRI of the unit's target of that number (from 1), e.g. ``…/a-2031/i7/t1``."""
    return f"{_part(base, document, unit)}/t{number}"


def assertion_iri(base: str, document: str, digest: str) -> str:
    """IRI of an assertion by the hash of its content."""
    return f"{document_iri(base, document)}/assertion/{_step(digest)}"


def decision_iri(base: str, document: str, decision: str) -> str:
    """IRI of what a person decided, by its id."""
    return f"{document_iri(base, document)}/decision/{_step(decision)}"


def reviewer_iri(base: str, name: str) -> str:
    """IRI of a person who decides, by the name that the person gave."""
    return f"{base}reviewer/{slug(name)}"


def body_iri(base: str, canonical: str) -> str:
    """IRI of a body, group or place by the name that all its spellings share."""
    return f"{base}body/{slug(canonical)}"


def programme_iri(base: str, canonical: str) -> str:
    """IRI of a programme or policy document by the name that all its spellings share."""
    return f"{base}programme/{slug(canonical)}"


def concept_iri(base: str, concept: str) -> str:
    """IRI of a concept of the thesaurus by its id."""
    return f"{base}concept/{_step(concept)}"


def graph_iri(base: str, document: str, part: Part) -> str:
    """IRI of one of the three named graphs of a document."""
    return f"{document_iri(base, document)}/{part}"


def shared_graph_iri(base: str, name: Literal["review", "vocab", "manifest"]) -> str:
    """IRI of a named graph that all documents share."""
    return base + name


def parse_iri(base: str, iri: str) -> Named | None:
    """What an IRI under ``base`` names, from its shape alone; None for any other.

    >>> parse_iri(DEFAULT_BASE, DEFAULT_BASE + "a-2031/i7/c2")
    Named(kind='clause', document='a-2031', unit='i7', number=2, slug='')
    """
    if not iri.startswith(base):
        return None
    steps = [unquote(step) for step in iri[len(base) :].split("/")]
    named: Named | None = None
    match steps:
        case ["body", last] if last:
            named = Named("body", slug=last)
        case ["programme", last] if last:
            named = Named("programme", slug=last)
        case ["concept", last] if last:
            named = Named("concept", slug=last)
        case [document, *rest] if document and document not in _SHARED:
            named = _named_in(document.removesuffix("~"), rest)
    return named


def _named_in(document: str, steps: list[str]) -> Named | None:
    match steps:
        case []:
            return Named("document", document)
        case ["assertion", digest] if digest:
            return Named("assertion", document, slug=digest)
        case [unit] if unit and unit not in _PARTS:
            return Named("section" if _SECTION.fullmatch(unit) else "unit", document, unit)
        case [unit, last] if re.fullmatch(r"[ct][0-9]{1,9}", last):
            return Named("clause" if last[0] == "c" else "target", document, unit, int(last[1:]))
    return None
