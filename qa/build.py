"""Ingest: files → plans → graph → indexes, the whole pipeline on one screen.

Nothing of the workspace in force is touched before everything of the new generation is written.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from embeddings.ahead import Ahead
from embeddings.dense import VectorCache
from embeddings.encoder import Encoder, is_default, load_encoder
from embeddings.gloss import open_glosses
from embeddings.hybrid import Begun, Entry, HybridIndex
from kg.errors import DamagedWorkspace, ModelError, NothingIngested, SourceError, UnknownDocument
from kg.extract import extract
from kg.graph import read_plan
from kg.model import Document, Plan
from kg.review import Decision, apply
from kg.settings import Settings
from kg.source import FORMATS, read
from kg.structure import parse
from kg.thesaurus import Thesaurus
from kg.vocab import clause_iri, document_iri, unit_iri
from kg.workspace import Draft, Generation, Workspace

from .reading import WORTH_IT, Shelf, digest_of, document_id, made_by, make_plan, read_ahead
from .servers import publish, reachable

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


def ingest(
    paths: Sequence[Path], settings: Settings, progress: Progress | None = None, encoder: Encoder | None = None
) -> tuple[Ingested, ...]:
    """Ingest files and folders into the workspace; a file that cannot be read is reported and the others go on.

    A document with the same id is replaced; a file that did not change since, with the same program and thesaurus, is
    left as it is.  Where no file could be read, the workspace stays as it is.  Many files are read by many processes;
    what they read, and what was embedded, is kept until it is in force, so that a run that was stopped goes on.

    Raises:
        SourceError: no file was named that could be read.
        WorkspaceError: the workspace cannot be written to.
        ServerError: a server of the settings cannot be reached, or broke off; the next ingest brings it what it lacks.
    """
    files = files_in(paths)
    if not files:
        raise SourceError(
            f"no file to ingest in {', '.join(map(str, paths))}; formats: {', '.join(sorted(set(FORMATS.values())))}"
        )
    say = progress or _silent
    reachable(settings)
    workspace = Workspace(settings.workspace, settings.base)
    thesaurus = Thesaurus.load(cache=workspace.cache)
    maker = made_by(thesaurus)
    known, changed = _known_and_changed(files, workspace, maker)
    shelf = Shelf(workspace.cache / "reading", maker)
    many = len(changed) >= WORTH_IT
    own = encoder is None and not settings.dask
    index: HybridIndex | None = None
    with ExitStack() as stack:
        ahead: Ahead | None = None
        if changed and own and not many and is_default(settings.model):
            # It starts while files are read.  Another model would be loaded here too, as its name takes all of it.
            ahead = stack.enter_context(_ahead(settings, workspace))
        if many:
            _read_ahead(files, changed, shelf, workspace, say, settings)
        results, plans = _read(files, known, shelf if many else None, maker, thesaurus, say)
        if ahead is not None and plans:
            for made in plans.values():
                ahead.put(_texts(made.load(), settings.base))
            ahead.begin()
        if plans:
            # What an older program, or an older thesaurus, made of the other documents is made anew beside them.
            old = [name for name, mark in known.items() if name not in plans and not mark.startswith(f"{maker}:")]
            for name in old:
                plans[name] = _again(workspace, name, thesaurus, maker, known[name])
            model = encoder or load_encoder(settings.model, workspace.cache, late=True)
            with farmed(model, settings) as far, workspace.writing() as draft:
                if own and ahead is None and len(plans) >= WORTH_IT:
                    ahead = stack.enter_context(_ahead(settings, workspace))
                index = _put(draft, workspace, plans, thesaurus, far, say, ahead)
            shelf.clear()
    if plans or known:
        publish(settings, say, index)
    return tuple(results)


def _read(
    files: Sequence[Path],
    known: Mapping[str, str],
    shelf: Shelf | None,
    maker: str,
    thesaurus: Thesaurus,
    say: Progress,
) -> tuple[list[Ingested], dict[str, Made]]:
    """What became of each file, and the plans to be put into the workspace; read already, where there is a shelf."""
    results: list[Ingested] = []
    plans: dict[str, Made] = {}
    for k, path in enumerate(files):
        try:
            digest = digest_of(path)
            if known.get(document_id(path.name)) == f"{maker}:{digest}" and document_id(path.name) not in plans:
                results.append(Ingested(path, None, unchanged=True))
                continue
            plan = (shelf.take(path, digest) if shelf else None) or make_plan(path, thesaurus)
        except SourceError as error:
            results.append(Ingested(path, None, problem=str(error)))
        else:
            plan = _own_id(plan, path, plans)
            name = plan.document.id
            load = partial(_taken, shelf, path, digest, name, thesaurus) if shelf else partial(_same, plan)
            plans[name] = Made(load, path, f"{maker}:{digest}")
            results.append(Ingested(path, plan.document, len(plan.facts)))
        if not shelf:
            say("read", k + 1, len(files))
    return results, plans


def _ahead(settings: Settings, workspace: Workspace) -> Ahead:
    return Ahead(settings.model, workspace.cache, _vectors(workspace))


def _texts(plan: Plan, base: str) -> list[str]:
    """What is embedded of a plan."""
    entries, units = entries_of(plan, base)
    return [entry.text for entry in entries] + list(units.values())


@contextmanager
def farmed(encoder: Encoder, settings: Settings) -> Iterator[Encoder]:
    """The encoder, with the workers of the settings behind it."""
    if not settings.dask:
        yield encoder
        return
    from .farming import FarEncoder, connected

    with connected(settings.dask) as client:
        yield FarEncoder(encoder, client, settings.model)


@dataclass(frozen=True, slots=True)
class Made:
    """A plan to be put into the workspace: a thousand of them at once are not held, but read when their turn comes."""

    load: Callable[[], Plan]
    path: Path
    """Its file."""
    mark: str
    """What it was made by and from."""


def _same(plan: Plan) -> Plan:
    return plan


def _taken(shelf: Shelf, path: Path, digest: str, name: str, thesaurus: Thesaurus) -> Plan:
    """The plan of a file from the shelf, under the id that this run gave it; read again where it lies there no more."""
    plan = shelf.take(path, digest) or make_plan(path, thesaurus)
    return plan if plan.document.id == name else replace(plan, document=replace(plan.document, id=name))


def _known_and_changed(
    files: Sequence[Path], workspace: Workspace, maker: str
) -> tuple[dict[str, str], Sequence[Path]]:
    """What the documents in force were made by and from, by id, and the files of which that is not true any more."""
    known = _in_force(workspace)
    changed = _changed(files, known, maker)
    if changed or _is_whole(workspace):
        return known, changed
    return {}, _changed(files, {}, maker)


def _changed(files: Sequence[Path], known: Mapping[str, str], maker: str) -> list[Path]:
    """The files that are new or changed; those that cannot be read are not among them."""
    changed: list[Path] = []
    for path in files:
        with suppress(SourceError):
            if known.get(document_id(path.name)) != f"{maker}:{digest_of(path)}":
                changed.append(path)
    return changed


def _read_ahead(
    files: Sequence[Path],
    changed: Sequence[Path],
    shelf: Shelf,
    workspace: Workspace,
    say: Progress,
    settings: Settings,
) -> None:
    """Have the files that are new or changed read by several processes, where they are not on the shelf already."""
    waiting = [path for path in changed if not shelf.has(path, digest_of(path))]
    before = len(files) - len(waiting)

    def told(done: int, _: int) -> None:
        say("read", before + done, len(files))

    if waiting and settings.dask:
        from .farming import connected, read_there

        with connected(settings.dask) as client:
            read_there(client, waiting, shelf, told)
    elif waiting:
        read_ahead(waiting, shelf, workspace.cache, told)


def _put(
    draft: Draft,
    workspace: Workspace,
    plans: Mapping[str, Made],
    thesaurus: Thesaurus,
    encoder: Encoder,
    say: Progress,
    ahead: Ahead | None = None,
) -> HybridIndex:
    """Plans into the draft, as people decided on them, and everything that is built from plans; the text indexes.

    With ``ahead`` their texts are embedded while the graph and the words are written.
    """
    decisions = draft.decisions()
    draft.expect(plans)
    for k, made in enumerate(plans.values()):
        plan = apply(made.load(), decisions)
        if ahead is not None:
            ahead.put(_texts(plan, draft.base))
        draft.put_plan(plan, made.path.read_bytes(), vocabulary=thesaurus.sha256)
        say("graph", k + 1, len(plans))
    if draft.notes.get("vocabulary") != thesaurus.sha256:
        draft.put_vocabulary(thesaurus.quads(draft.base))
    open_glosses(workspace.cache).close()  # Prepared now, so that the first question need not wait for it.
    index = _index(draft, workspace, encoder, say, plans, ahead)
    marks = {**draft.notes.get("made", {}), **{name: made.mark for name, made in plans.items()}}
    # Handed on from generation to generation: a server can tell whose they are.
    draft.notes.setdefault("origin", secrets.token_hex(8))
    draft.notes |= {"model": encoder.name, "vocabulary": thesaurus.sha256, "made": marks}
    return index


def _in_force(workspace: Workspace) -> dict[str, str]:
    """What the documents in force were made by and from, by id, if they can be built upon."""
    try:
        return dict(workspace.current().manifest.notes.get("made", {}))
    except (NothingIngested, DamagedWorkspace):
        return {}


def _is_whole(workspace: Workspace) -> bool:
    """Whether plans and indexes are as they were written.

    Only where nothing changed is it asked for: whoever writes a generation finds out about each of them, and makes
    again what is damaged.
    """
    try:
        generation = workspace.current()
        generation.directory("plans")
        HybridIndex.load(generation.path)
    except (NothingIngested, DamagedWorkspace):
        return False
    return True


def _again(workspace: Workspace, name: str, thesaurus: Thesaurus, maker: str, mark: str) -> Made:
    """A document in force to be made anew by this program from its stored file."""
    generation = workspace.current()
    load = partial(_made_again, generation, name, thesaurus)
    return Made(load, generation.file(name), f"{maker}:{mark.split(':')[-1]}")


def _made_again(generation: Generation, name: str, thesaurus: Thesaurus) -> Plan:
    """A document made anew; the translation of each clause that is still the same goes along."""
    document = parse(read(generation.file(name)), name)
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
    return Plan(document, extract(document, thesaurus))


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
    reachable(settings)
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
            made = {n: _again(workspace, n, thesaurus, maker, m) for n, m in old.items()}
            _put(draft, workspace, made, thesaurus, encoder or load_encoder(settings.model, workspace.cache), _silent)
        else:
            draft.keep("dense")
            draft.keep("lexical")
        for name in sorted(names - set(old)):
            plan = read_plan(draft.store, name)
            reviewed = apply(replace(plan, facts=extract(plan.document, thesaurus)), whole)
            if reviewed != plan:
                draft.put_facts(reviewed, vocabulary=thesaurus.sha256)
    publish(settings, _silent)


def _silent(stage: str, done: int, total: int) -> None:
    """Tells nobody."""


def remove(document: str, settings: Settings, progress: Progress | None = None, encoder: Encoder | None = None) -> None:
    """Take a document out, with everything built from it; :class:`kg.errors.UnknownDocument` where there is none."""
    reachable(settings)
    workspace = Workspace(settings.workspace, settings.base)
    with workspace.writing() as draft:
        draft.remove(document)
        draft.notes["made"] = {k: v for k, v in draft.notes.get("made", {}).items() if k != document}
        index = _index(
            draft,
            workspace,
            encoder or load_encoder(settings.model, workspace.cache, late=True),
            progress or _silent,
            {document},
        )
    publish(settings, progress or _silent, index)


def _vectors(workspace: Workspace) -> Path:
    return workspace.cache / "vectors.sqlite"


def _index(
    draft: Draft,
    workspace: Workspace,
    encoder: Encoder,
    say: Progress,
    changed: Collection[str],
    ahead: Ahead | None = None,
) -> HybridIndex:
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
    gone = {document_iri(draft.base, name) for name in changed}
    begun = Begun(entries, units, before, lambda key: _document_of(key, draft.base) not in gone)
    draft.directory("dense")
    draft.directory("lexical")
    begun.save_words(draft.path)

    def told(done: int, total: int) -> None:
        say("embed", done, total)

    if ahead is not None:
        ahead.finish(told)
    index = begun.finished(encoder, VectorCache(_vectors(workspace)), told)
    index.save_vectors(draft.path)
    return index


def _indexed(draft: Draft, encoder: Encoder) -> HybridIndex | None:
    """The previous generation's indexes, where they are whole and made by the same encoder."""
    if draft.previous is None:
        return None
    try:
        index = HybridIndex.load(draft.previous.path)
        index.check_model(encoder.name)
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
