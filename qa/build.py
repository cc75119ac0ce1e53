"""Ingest: files → plans → graph → indexes, the whole pipeline on one screen.

Nothing of the workspace in force is touched before everything of the new generation is written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import kg
from embeddings.dense import VectorCache
from embeddings.encoder import Encoder, load_encoder
from embeddings.gloss import open_glosses
from embeddings.hybrid import Entry, HybridIndex
from kg.errors import DamagedWorkspace, ModelError, NothingIngested, SourceError, UnknownDocument
from kg.extract import extract
from kg.graph import read_plan
from kg.model import Document, Plan
from kg.review import Decision, apply
from kg.settings import Settings
from kg.source import FORMATS, read
from kg.structure import parse
from kg.thesaurus import Thesaurus
from kg.vocab import clause_iri, document_iri, slug, unit_iri
from kg.workspace import Draft, Workspace

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much is done and how much there is."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file."""

    path: Path
    document: Document | None
    facts: int = 0
    problem: str = ""
    unchanged: bool = False


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files to ingest: those named, and those of a readable format in the folders named."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in FORMATS)
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def document_id(name: str) -> str:
    """The id of a document: its file name without the ending, as an ASCII slug.

    >>> document_id("Plan 2031.txt")
    'plan-2031'
    """
    stem = Path(name).stem
    plain = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    return plain if stem.isascii() and plain else slug(stem)


def make_plan(path: Path, thesaurus: Thesaurus) -> Plan:
    """One file → its plan; :class:`SourceError` where it cannot be read."""
    document = parse(read(path), document_id(path.name))
    document = translated(document, path)
    return Plan(document, extract(document, thesaurus))


def translated(document: Document, path: Path) -> Document:
    """The document with the unofficial translation that lies beside its file (``<stem>.en.json``), where there is one.

    A translation is aligned by unit label and clause; one that does not fit is refused, not guessed at.
    """
    beside = path.with_suffix(".en.json")
    if not beside.is_file():
        return document
    try:
        units = json.loads(beside.read_text(encoding="utf-8"))["units"]
        texts = {label: [str(t) for t in lines] for label, lines in units.items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise SourceError(
            f"{beside.name}: not a translation file; it needs an object 'units' of lists of sentences"
        ) from error
    made = []
    for unit in document.units:
        lines = texts.get(unit.label, [])
        if lines and len(lines) != len(unit.clauses):
            raise SourceError(
                f"{beside.name}: unit {unit.label} has {len(lines)} sentences, the plan has {len(unit.clauses)} clauses"
            )
        clauses = tuple(replace(c, translation=t) for c, t in zip(unit.clauses, lines, strict=False)) or unit.clauses
        made.append(replace(unit, clauses=clauses))
    return replace(document, units=tuple(made))


def ingest(
    paths: Sequence[Path], settings: Settings, progress: Progress | None = None, encoder: Encoder | None = None
) -> tuple[Ingested, ...]:
    """Ingest files and folders into the workspace; a file that cannot be read is reported and the others go on.

    A document with the same id is replaced; a file that did not change since, with the same program and thesaurus, is
    left as it is.  Where no file could be read, the workspace stays as it is.

    Raises:
        SourceError: no file was named that could be read.
        WorkspaceError: the workspace cannot be written to.
    """
    files = files_in(paths)
    if not files:
        raise SourceError(
            f"no file to ingest in {', '.join(map(str, paths))}; formats: {', '.join(sorted(set(FORMATS.values())))}"
        )
    say = progress or _silent
    workspace = Workspace(settings.workspace, settings.base)
    thesaurus = Thesaurus.load(cache=workspace.cache)
    known, maker = _in_force(workspace), made_by(thesaurus)
    results: list[Ingested] = []
    plans: dict[str, tuple[Plan, Path, str]] = {}
    for k, path in enumerate(files):
        try:
            digest = _digest(path)
            if known.get(document_id(path.name)) == f"{maker}:{digest}" and document_id(path.name) not in plans:
                results.append(Ingested(path, None, unchanged=True))
                continue
            plan = make_plan(path, thesaurus)
        except SourceError as error:
            results.append(Ingested(path, None, problem=str(error)))
        else:
            plan = _own_id(plan, path, plans)
            plans[plan.document.id] = (plan, path, f"{maker}:{digest}")
            results.append(Ingested(path, plan.document, len(plan.facts)))
        say("read", k + 1, len(files))
    if plans:
        # What an older program, or an older thesaurus, made of the other documents is made anew beside them.
        old = [name for name, mark in known.items() if name not in plans and not mark.startswith(f"{maker}:")]
        for name in old:
            plans[name] = _made_again(workspace, name, thesaurus, f"{maker}:{known[name].split(':')[-1]}")
        model = encoder or load_encoder(settings.model, workspace.cache)
        with workspace.writing() as draft:
            _put(draft, workspace, plans, thesaurus, model, say)
    return tuple(results)


Made = Mapping[str, tuple[Plan, Path, str]]
"""By id of the document: the plan, its file, and what it was made by and from."""


def _put(
    draft: Draft, workspace: Workspace, plans: Made, thesaurus: Thesaurus, encoder: Encoder, say: Progress
) -> None:
    """Plans into the draft, as people decided on them, and everything that is built from plans."""
    decisions = draft.decisions()
    for k, (plan, path, _) in enumerate(plans.values()):
        draft.put_plan(apply(plan, decisions), path.read_bytes(), vocabulary=thesaurus.sha256)
        say("graph", k + 1, len(plans))
    draft.put_vocabulary(thesaurus.quads(draft.base))
    _index(draft, workspace, encoder, say, plans)
    open_glosses(workspace.cache).close()  # Prepared now, so that the first question need not wait for it.
    marks = {**draft.notes.get("made", {}), **{name: mark for name, (_, _, mark) in plans.items()}}
    draft.notes |= {"model": encoder.name, "vocabulary": thesaurus.sha256, "made": marks}


def made_by(thesaurus: Thesaurus) -> str:
    """A short hash of all that turns a file into facts: the code and the lexicons of ``kg``, and the thesaurus."""
    folder = Path(kg.__file__).parent
    parts = sorted(p for p in folder.rglob("*") if p.suffix in {".py", ".toml"})
    whole = hashlib.sha256(thesaurus.sha256.encode())
    for part in parts:
        whole.update(part.read_bytes())
    return whole.hexdigest()[:16]


def _in_force(workspace: Workspace) -> dict[str, str]:
    """What the documents in force were made by and from, by id; empty where nothing can be built upon."""
    try:
        generation = workspace.current()
        generation.directory("plans")
        HybridIndex.load(generation.path)
        return dict(generation.manifest.notes.get("made", {}))
    except (NothingIngested, DamagedWorkspace):
        return {}


def _digest(path: Path) -> str:
    """A hash of a file and of the translation beside it."""
    try:
        whole = hashlib.sha256(path.read_bytes())
        beside = path.with_suffix(".en.json")
        whole.update(beside.read_bytes() if beside.is_file() else b"")
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    return whole.hexdigest()


def _made_again(workspace: Workspace, name: str, thesaurus: Thesaurus, mark: str) -> tuple[Plan, Path, str]:
    """A document made anew from its stored file; the translation of each clause that is still the same goes along."""
    generation = workspace.current()
    path = generation.file(name)
    document = parse(read(path), name)
    texts = {
        (unit.label, clause.number, clause.text): clause.translation
        for unit, clause in read_plan(generation.store(), name).document.clauses()
    }
    units = tuple(
        replace(
            unit,
            clauses=tuple(replace(c, translation=texts.get((unit.label, c.number, c.text), "")) for c in unit.clauses),
        )
        for unit in document.units
    )
    document = replace(document, units=units)
    return Plan(document, extract(document, thesaurus)), path, mark


def _own_id(plan: Plan, path: Path, plans: Mapping[str, object]) -> Plan:
    """Two files of one name in one run are two documents: the second gets its content's hash into its id."""
    name = plan.document.id
    if name not in plans:
        return plan
    own = f"{name}-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"
    return replace(plan, document=replace(plan.document, id=own))


def decide(
    decisions: Sequence[Decision],
    settings: Settings,
    encoder: Encoder | None = None,
    thesaurus: Thesaurus | None = None,
) -> None:
    """Write what people decided, and put it in force.

    The facts are extracted again and all decisions applied to them, so that the last decision on a thing undoes those
    before it.  The text indexes know clauses and no facts: they are taken over as they are.  What an older program made
    is made anew first, and the indexes with it.

    Raises:
        UnknownDocument: a decision is about a document that is not ingested.
        NothingIngested: nothing is.
        WorkspaceBusy: another process is writing.
    """
    workspace = Workspace(settings.workspace, settings.base)
    workspace.current()
    thesaurus = thesaurus or Thesaurus.load(cache=workspace.cache)
    with workspace.writing() as draft:
        names = {decision.document for decision in decisions}
        for name in names - {document.id for document in draft.documents()}:
            raise UnknownDocument(f"no document {name!r} is ingested; see: yaodian list")
        whole = tuple({decision.id: decision for decision in (*draft.decisions(), *decisions)}.values())
        draft.put_decisions(whole)
        maker, marks = made_by(thesaurus), draft.notes.get("made", {})
        old = {d.id: marks.get(d.id, "") for d in draft.documents() if not marks.get(d.id, "").startswith(f"{maker}:")}
        if old:
            made = {n: _made_again(workspace, n, thesaurus, f"{maker}:{m.split(':')[-1]}") for n, m in old.items()}
            _put(draft, workspace, made, thesaurus, encoder or load_encoder(settings.model, workspace.cache), _silent)
        else:
            draft.keep("dense")
            draft.keep("lexical")
        for name in sorted(names - set(old)):
            plan = read_plan(draft.store, name)
            reviewed = apply(replace(plan, facts=extract(plan.document, thesaurus)), whole)
            if reviewed != plan:
                draft.put_facts(reviewed, vocabulary=thesaurus.sha256)


def _silent(stage: str, done: int, total: int) -> None:
    """Tells nobody."""


def remove(document: str, settings: Settings, progress: Progress | None = None, encoder: Encoder | None = None) -> None:
    """Take a document out, with everything built from it; :class:`kg.errors.UnknownDocument` where there is none."""
    workspace = Workspace(settings.workspace, settings.base)
    with workspace.writing() as draft:
        draft.remove(document)
        draft.notes["made"] = {k: v for k, v in draft.notes.get("made", {}).items() if k != document}
        _index(
            draft,
            workspace,
            encoder or load_encoder(settings.model, workspace.cache),
            progress or _silent,
            {document},
        )


def _index(draft: Draft, workspace: Workspace, encoder: Encoder, say: Progress, changed: Collection[str]) -> None:
    """Both text indexes over all plans of the draft; vectors of texts seen before come from the cache.

    What the previous generation's indexes say of documents that did not change is taken over: the cost is that of the
    changed ones, and of copying.
    """
    before = _indexed(draft, encoder)
    names = [d.id for d in draft.documents() if before is None or d.id in changed]
    entries: list[Entry] = []
    units: dict[str, str] = {}
    for name in names:
        made = entries_of(draft.plan(name), draft.base)
        entries += made[0]
        units |= made[1]
    cache = VectorCache(workspace.cache / "vectors.sqlite")
    index = HybridIndex.build(entries, units, encoder, cache, lambda done, total: say("embed", done, total))
    if before is not None:
        gone = {document_iri(draft.base, name) for name in changed}
        index = before.changed(index, lambda key: _document_of(key, draft.base) not in gone)
    draft.directory("dense")
    draft.directory("lexical")
    index.save(draft.path)


def _indexed(draft: Draft, encoder: Encoder) -> HybridIndex | None:
    """The previous generation's indexes, where they are whole and made by the same encoder."""
    if draft.previous is None:
        return None
    try:
        index = HybridIndex.load(draft.previous.path)
        index.clauses.check_model(encoder.name)
    except (DamagedWorkspace, ModelError):
        return None
    return index


def _document_of(key: str, base: str) -> str:
    """The IRI of the document that a clause or unit is of.

    >>> _document_of("https://x/id/plan-2031/i7/c2", "https://x/id/")
    'https://x/id/plan-2031'
    """
    return base + key.removeprefix(base).split("/", 1)[0]


def entries_of(plan: Plan, base: str) -> tuple[list[Entry], dict[str, str]]:
    """What is indexed of a plan: its clauses, and its units as whole texts."""
    document = plan.document
    entries: list[Entry] = []
    units: dict[str, str] = {}
    for unit in document.units:
        key = unit_iri(base, document.id, unit.id)
        units[key] = "".join(c.text for c in unit.clauses) or unit.title
        entries += [Entry(clause_iri(base, document.id, unit.id, c.number), key, c.text) for c in unit.clauses]
    return entries, units
