"""The façade: one generation of the workspace, open for questions.  It holds the parts; the work is done elsewhere."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Vectors, load_encoder
from embeddings.gloss import GlossBook, open_glosses
from embeddings.hybrid import Hybrid, Scored
from kg.errors import UnknownTerm
from kg.model import Clause, Document, Fact, Plan, Unit
from kg.settings import Settings
from kg.store import AnyGraph
from kg.thesaurus import Thesaurus
from kg.workspace import DocumentSummary, State, Workspace

from .answer import compose, merge
from .answer.draft import phrases
from .corpus import Corpus, Row, plans_of
from .everyday import Everyday
from .model import MAX_QUESTION, Answer, Query
from .pointing import may_point_back, pointing, tells_of
from .question import asks_each, detect, documents_named, understand
from .retrieve import DEFAULT, Ranked, Weights, rank
from .servers import index_of, opened

if TYPE_CHECKING:
    from kg.explore import Neighbourhood
    from kg.queries import Table


WIDE = 50_000
"""Clauses that one question is decided over: about a second, and two hundred plans."""
EACH = 40
"""Documents that one question is put to one by one."""
KEPT_ROWS = 50_000
"""Clauses of single documents that are kept laid out: some 200 MB."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found by ``search``."""

    iri: str
    document: str
    item: str
    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with all that is around it."""

    iri: str
    document: Document
    unit: Unit
    clause: Clause
    facts: tuple[Fact, ...]


class Assistant:
    """Answers questions about the plans of a workspace."""

    def __init__(
        self,
        store: AnyGraph,
        index: Hybrid,
        encoder: Encoder,
        thesaurus: Thesaurus,
        glosses: GlossBook | None,
        settings: Settings,
        weights: Weights = DEFAULT,
        generation: State | None = None,
    ) -> None:
        """Hold the parts; :meth:`load` finds them.

        Args:
            store: the graph.
            index: the text indexes over its clauses.
            encoder: the one that made them.
            thesaurus: concepts.
            glosses: English words for Chinese ones, if there are any.
            settings: where the workspace is.
            weights: the shares of the kinds of evidence.
            generation: what the parts are of; with it plans are read one by one when they are wanted.
        """
        index.check_model(encoder.name)
        self.store = store
        self.index = index
        self.encoder = encoder
        self.thesaurus = thesaurus
        self.glosses = glosses
        self.settings = settings
        self.weights = weights
        self._generation = generation
        self._narrow: OrderedDict[frozenset[str], tuple[Corpus, NDArray[np.int64]]] = OrderedDict()
        self._lock = threading.Lock()
        self._last: tuple[str, Vectors] | None = None

    @classmethod
    def load(
        cls,
        workspace: Path | str = "workspace",
        *,
        settings: Settings | None = None,
        encoder: Callable[[], Encoder] | None = None,
    ) -> Assistant:
        """Open the generation in force.

        Args:
            workspace: its folder.
            settings: all others; by default those of the environment.
            encoder: hands over the encoder that the settings name, where somebody is loading it already.

        Raises:
            NothingIngested: nothing was ingested there.
            DamagedWorkspace: a file of it is not as it was written.
            ModelError: the index was made by another encoder than the settings name.
            ServerError: a server of the settings cannot be reached, or refuses.
        """
        chosen = replace(settings or Settings.load(), workspace=Path(workspace))
        state = opened(chosen)
        index = index_of(state, chosen)  # What is wrong with it is said before a model is loaded.
        cache = Workspace(chosen.workspace, chosen.base).cache
        store, thesaurus, glosses = state.store(), Thesaurus.load(cache=cache), open_glosses(cache)
        return cls(
            store,
            index,
            load_encoder(chosen.model, cache) if encoder is None else encoder(),
            thesaurus,
            glosses,
            replace(chosen, base=state.manifest.base),
            generation=state,
        )

    @property
    def generation(self) -> str:
        """Name of the generation that it answers from; empty for parts that are of none."""
        return "" if self._generation is None else self._generation.name

    def reload(self) -> Assistant:
        """An assistant over the generation now in force.

        It shares with this one what is no part of a generation: the encoder, the thesaurus, the dictionary.  An app
        that opened them anew with each change would hold them twice for a while, each time.
        """
        state = opened(self.settings)
        index = index_of(state, self.settings)
        settings = replace(self.settings, base=state.manifest.base)
        return Assistant(
            state.store(), index, self.encoder, self.thesaurus, self.glosses, settings, self.weights, state
        )

    @cached_property
    def corpus(self) -> Corpus:
        """The plans, laid out to be decided over; all of them are read when this is first wanted."""
        return self._laid_out(plans_of(self.store) if self._generation is None else self._generation.plans())

    def _laid_out(self, plans: Iterable[Plan]) -> Corpus:
        return Corpus(plans, self.thesaurus, self.settings.base, self.glosses)

    @cached_property
    def catalogue(self) -> Corpus:
        """The plans without their text: enough to tell which of them a question names."""
        if self._generation is None or "corpus" in vars(self):
            return self.corpus
        return self._laid_out(Plan(_bare(summary)) for summary in self._generation.documents())

    @cached_property
    def _ranges(self) -> Mapping[str, tuple[int, int]]:
        """Id of each document → the first of its rows in the indexes, and their end."""
        return self.index.ranges(self.settings.base)

    # -------------------------------------------------------------------------------------------- questions

    def ask(
        self,
        question: str,
        *,
        id: str = "",
        language: Literal["auto", "zh", "en"] = "auto",
        after: Answer | None = None,
        documents: tuple[str, ...] = (),
        switched_off: Iterable[str] = (),
    ) -> Answer:
        """Answer a question: the last step of :meth:`steps`, which takes the same and says what each argument is."""
        *_, answer = self.steps(
            question, id=id, language=language, after=after, documents=documents, switched_off=switched_off
        )
        assert isinstance(answer, Answer)
        return answer

    def steps(
        self,
        question: str,
        *,
        id: str = "",
        language: Literal["auto", "zh", "en"] = "auto",
        after: Answer | None = None,
        documents: tuple[str, ...] = (),
        switched_off: Iterable[str] = (),
    ) -> Iterator[Query | Answer]:
        """Answer a question in steps: how it was understood, as soon as that is known, then the answer.

        Args:
            question: in Chinese or English.
            id: given back in the answer.
            language: of the answer; ``auto`` takes the question's.
            after: the answer before it in the conversation, for questions that point back.
            documents: ids of the plans asked about; none for all.
            switched_off: words of the question that are not to be used.
        """
        started = time.perf_counter()
        named, asked = documents_named(question[: MAX_QUESTION + 1], self.catalogue)
        scope = documents or named or (after.query.documents if after else ())
        each = asks_each(question[: MAX_QUESTION + 1]) if len(scope or self.catalogue.plans) > 1 else ""
        wanted = scope or tuple(self._ranges)
        chosen = self._nearest(asked, wanted, EACH if each else len(wanted))
        scope = scope if len(chosen) == len(wanted) else chosen
        if each:
            answer = self._of_each(each, scope, id=id, language=language, question=question)
            yield self._finished(answer, started, len(chosen), len(wanted))
            return
        corpus, rows = self._narrowed(frozenset(scope))
        query = understand(
            asked,
            corpus,
            lang=language,
            after=after.query if after else None,
            documents=tuple(scope),
            switched_off=switched_off,
        )
        query = self._with_matters(replace(query, question=question), switched_off)
        if query.points_back and after is not None:
            query = pointing(query, after, corpus)
        yield query
        scored = self._scores(query, rows)
        answer = compose(corpus, query, scored, id=id, weights=self.weights)
        if after is not None and (further := may_point_back(query, answer, after)):
            # What the plan does not say by itself may be said of what was spoken of before.
            again = compose(corpus, pointing(further, after, corpus), scored, id=id, weights=self.weights)
            answer = again if tells_of(again, after) else answer
        yield self._finished(answer, started, len(chosen), len(wanted))

    def _nearest(self, asked: str, documents: tuple[str, ...], most: int) -> tuple[str, ...]:
        """Of some documents those that are decided over: all, or where they are too many the nearest to the question.

        A list is decided unit by unit, which is no wait for two hundred plans and a long one for thousands; so what is
        read is bounded by :data:`WIDE`, and the answer says it.
        """
        sizes = {name: end - start for name, (start, end) in self._ranges.items()}
        if len(documents) <= most and sum(sizes.get(name, 0) for name in documents) <= WIDE:
            return documents
        among = sorted(name for name in documents if name in sizes)
        rows = None
        if len(among) < len(sizes):
            rows = np.concatenate([np.arange(*self._ranges[name], dtype=np.int64) for name in among])
        scored = self.index.scores(
            asked, self.encoder.queries([asked or " "])[0], detect(asked), self.glosses, rows=rows
        )
        ends = np.cumsum([sizes[name] for name in among])
        chosen: dict[str, None] = {}
        left = WIDE
        for owner in np.searchsorted(ends, np.argsort(-scored.fused, kind="stable"), side="right"):
            name = among[int(owner)]
            if name not in chosen:
                left -= sizes[name]
                if chosen and (left < 0 or len(chosen) == most):
                    break
                chosen[name] = None
        return tuple(sorted(chosen))

    def _finished(self, answer: Answer, started: float, checked: int, wanted: int) -> Answer:
        """The answer with its time, and with a line on what was not looked at where that is so."""
        text = answer.answer
        if checked < wanted:
            text += "\n" + phrases()[answer.language]["bounded"].format(all=wanted, n=checked)
        return replace(answer, answer=text, elapsed_ms=round((time.perf_counter() - started) * 1000, 2))

    def ranked(self, query: Query) -> list[Ranked]:
        """The clauses in the order in which they answer a query, with what speaks for each."""
        corpus, rows = self._narrowed(frozenset(query.documents))
        return rank(corpus, query, self._scores(query, rows), self.weights) if corpus.rows else []

    def _of_each(
        self, asked: str, scope: tuple[str, ...], *, id: str, language: Literal["auto", "zh", "en"], question: str
    ) -> Answer:
        """The answers of several documents to one question, by year, as one."""
        chosen = [p.document for p in self.catalogue.plans if not scope or p.document.id in scope]
        chosen.sort(key=lambda d: (d.year or 0, d.id))
        spoken = detect(question) if language == "auto" else language
        answers = [self.ask(asked, id=id, language=spoken, documents=(d.id,)) for d in chosen]
        merged = merge(answers, [d.title or d.id for d in chosen])
        query = replace(merged.query, question=question, documents=tuple(d.id for d in chosen))
        return replace(merged, question=question, query=query)

    def _narrowed(self, documents: frozenset[str]) -> tuple[Corpus, NDArray[np.int64] | None]:
        """The corpus of some documents, and the rows of the whole that are its own; all of it for none."""
        if not documents:
            return self.corpus, None
        with self._lock:
            if documents in self._narrow:
                self._narrow.move_to_end(documents)
                return self._narrow[documents]
        names = sorted(documents & self._known)
        if self._generation is None or "corpus" in vars(self):
            corpus = self.corpus.narrowed(documents)
        else:
            corpus = self._laid_out([self._generation.plan(name) for name in names])
        spans = [np.arange(*self._ranges[name], dtype=np.int64) for name in names if name in self._ranges]
        rows = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
        with self._lock:
            self._narrow[documents] = (corpus, rows)
            # What is kept is bounded by what it weighs, so that a long-running app does not grow with its questions.
            while len(self._narrow) > 1 and sum(len(c.rows) for c, _ in self._narrow.values()) > KEPT_ROWS:
                self._narrow.popitem(last=False)
        return corpus, rows

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(p.document.id for p in self.catalogue.plans)

    def _row(self, iri: str) -> Row | None:
        """The row of a clause; of its document alone is read what is not read yet."""
        name = iri.removeprefix(self.settings.base).split("/", 1)[0]
        if "corpus" in vars(self):
            return self.corpus.by_iri.get(iri)
        return self._narrowed(frozenset((name,)))[0].by_iri.get(iri) if name in self._known else None

    def _vector(self, text: str) -> Vectors:
        """The vector of a question; the last one is kept."""
        with self._lock:
            if self._last is not None and self._last[0] == text:
                return self._last[1]
        vector: Vectors = self.encoder.queries([text or " "])[0]
        with self._lock:
            self._last = (text, vector)
        return vector

    @cached_property
    def _everyday(self) -> Everyday | None:
        return Everyday.load(self.encoder.name)

    def _with_matters(self, query: Query, switched_off: Iterable[str]) -> Query:
        """The query with what its wording is like; a person may switch each off by the first of its official words."""
        if self._everyday is None or not query.search_text.strip():
            return query
        off = frozenset(switched_off)
        matters = self._everyday.matters(self._vector(query.search_text))
        return replace(query, matters=tuple(m for m in matters if m.terms[0] not in off))

    def _scores(self, query: Query, rows: NDArray[np.int64] | None = None) -> Scored:
        """The text indexes' scores of every row, or of some."""
        beside = self._everyday.gist_of(query.matters) if self._everyday and query.matters else None
        return self.index.scores(
            query.search_text,
            self._vector(query.search_text),
            query.language,
            self.glosses,
            rows=rows,
            beside=beside,
        )

    def search(self, words: str, k: int = 10) -> tuple[Hit, ...]:
        """The ``k`` clauses nearest to the words, best first, whatever the plans are about."""
        hits = self.index.search(words, self.encoder, detect(words), k, self.glosses)
        found = []
        for hit in hits:
            row = self._row(hit.id)
            assert row is not None, "the index and the graph are of one generation"
            span = row.clause.span
            found.append(
                Hit(row.iri, row.document.id, row.unit.label, row.clause.text, span.start, span.end, hit.score)
            )
        return tuple(found)

    # -------------------------------------------------------------------------------------------- looking around

    def plans(self) -> tuple[Plan, ...]:
        """All plans, by id."""
        return self.corpus.plans

    def plan(self, document_id: str) -> Plan:
        """The plan of that id; :class:`UnknownTerm` where there is none."""
        if document_id in self._known:
            return self._narrowed(frozenset((document_id,)))[0].plans[0]
        raise UnknownTerm(f"no document {document_id!r} is ingested; see: yaodian list")

    def clause(self, iri: str) -> ClauseView:
        """The clause of that IRI; :class:`UnknownTerm` where it names none."""
        row = self._row(iri)
        if row is None:
            raise UnknownTerm(f"{iri[:200]!r} names no clause of the loaded plans")
        return ClauseView(row.iri, row.document, row.unit, row.clause, row.facts)

    def neighbourhood(self, iri: str, limit: int = 60) -> Neighbourhood:
        """What the graph says around a node."""
        from kg.explore import neighbourhood

        return neighbourhood(self.store, iri, limit)

    def facts_of(self, iri: str) -> Any:
        """The facts of a node, each with its clause."""
        from kg.explore import facts_of

        return facts_of(self.store, iri)

    def path(self, a: str, b: str) -> Any:
        """The shortest way between two nodes over facts."""
        from kg.explore import path

        return path(self.store, a, b)

    def sparql(self, text: str) -> Table:
        """Run a person's SPARQL, read-only and bounded."""
        from kg.queries import run_public

        return run_public(self.store, text)


def _bare(summary: DocumentSummary) -> Document:
    """What is said of a document without its text."""
    return Document(
        id=summary.id,
        source=summary.source,
        sha256=summary.sha256,
        format="",
        text="",
        language="en" if summary.language == "en" else "zh",
        title=summary.title,
        number=summary.number,
        issuers=summary.issuers,
        addressees=(),
        year=summary.year,
        issued=None,
        sections=(),
        units=(),
    )
