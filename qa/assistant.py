"""The façade: one generation of the workspace, open for questions.  It holds the parts; the work is done elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, load_encoder
from embeddings.gloss import GlossBook, open_glosses
from embeddings.hybrid import HybridIndex, Scored
from kg.errors import UnknownTerm
from kg.model import Clause, Document, Fact, Plan, Unit
from kg.settings import Settings
from kg.store import GraphStore
from kg.thesaurus import Thesaurus
from kg.workspace import Workspace

from .answer import compose, merge
from .corpus import Corpus, Row, plans_of
from .model import MAX_QUESTION, Answer, Query
from .question import asks_each, detect, documents_named, understand
from .retrieve import DEFAULT, Ranked, Weights, rank

if TYPE_CHECKING:
    from kg.explore import Neighbourhood
    from kg.queries import Table


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
        store: GraphStore,
        index: HybridIndex,
        encoder: Encoder,
        thesaurus: Thesaurus,
        glosses: GlossBook | None,
        settings: Settings,
        weights: Weights = DEFAULT,
    ) -> None:
        """Hold the parts; :meth:`load` finds them.  ``weights`` are the shares of the kinds of evidence."""
        index.clauses.check_model(encoder.name)
        self.store = store
        self.index = index
        self.encoder = encoder
        self.thesaurus = thesaurus
        self.glosses = glosses
        self.settings = settings
        self.weights = weights
        self._narrow: dict[frozenset[str], tuple[Corpus, NDArray[np.int64]]] = {}

    @classmethod
    def load(cls, workspace: Path | str = "workspace", *, settings: Settings | None = None) -> Assistant:
        """Open the generation in force.

        Raises:
            NothingIngested: nothing was ingested there.
            DamagedWorkspace: a file of it is not as it was written.
            ModelError: the index was made by another encoder than the settings name.
        """
        chosen = replace(settings or Settings.load(), workspace=Path(workspace))
        place = Workspace(chosen.workspace, chosen.base)
        generation = place.current()
        generation.directory("dense")
        generation.directory("lexical")
        return cls(
            generation.store(),
            HybridIndex.load(generation.path),
            load_encoder(chosen.model, place.cache),
            Thesaurus.load(),
            open_glosses(place.cache),
            replace(chosen, base=generation.manifest.base),
        )

    def reload(self) -> Assistant:
        """An assistant over the generation now in force."""
        return Assistant.load(self.settings.workspace, settings=self.settings)

    @cached_property
    def corpus(self) -> Corpus:
        """The plans, laid out to be decided over."""
        return Corpus(plans_of(self.store), self.thesaurus, self.settings.base, self.glosses)

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
        named, asked = documents_named(question[: MAX_QUESTION + 1], self.corpus)
        scope = documents or named or (after.query.documents if after else ())
        each = asks_each(question[: MAX_QUESTION + 1]) if len(scope or self.corpus.plans) > 1 else ""
        if each:
            answer = self._of_each(each, scope, id=id, language=language, question=question)
            yield replace(answer, elapsed_ms=round((time.perf_counter() - started) * 1000, 2))
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
        query = replace(query, question=question, search_text=asked)
        if query.points_back and after is not None:
            query = self._pointing(query, after)
        yield query
        answer = compose(corpus, query, self._scores(query, rows), id=id, weights=self.weights)
        yield replace(answer, elapsed_ms=round((time.perf_counter() - started) * 1000, 2))

    def ranked(self, query: Query) -> list[Ranked]:
        """The clauses in the order in which they answer a query, with what speaks for each."""
        corpus, rows = self._narrowed(frozenset(query.documents))
        return rank(corpus, query, self._scores(query, rows), self.weights) if corpus.rows else []

    def _of_each(
        self, asked: str, scope: tuple[str, ...], *, id: str, language: Literal["auto", "zh", "en"], question: str
    ) -> Answer:
        """The answers of several documents to one question, by year, as one."""
        chosen = [p.document for p in self.corpus.plans if not scope or p.document.id in scope]
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
        if documents not in self._narrow:
            whole = self.corpus
            rows = np.array([r.index for r in whole.rows if r.document.id in documents], dtype=np.int64)
            self._narrow[documents] = (whole.narrowed(documents), rows)
        return self._narrow[documents]

    def _pointing(self, query: Query, after: Answer) -> Query:
        """The question, limited to the units that the answer before it rests on."""
        focus = tuple(item.iri for item in after.items) or after.query.focus
        return replace(query, focus=focus, seen=tuple(c.iri for c in after.citations) if _asks_for_more(query) else ())

    def _scores(self, query: Query, rows: NDArray[np.int64] | None = None) -> Scored:
        """The text indexes' scores of every row, or of some."""
        vector = self.encoder.queries([query.search_text or " "])[0]
        scored = self.index.scores(query.search_text, vector, query.language, self.glosses)
        if rows is None:
            return scored
        return Scored(scored.dense[rows], scored.lexical[rows], scored.fused[rows], scored.terms)

    def search(self, words: str, k: int = 10) -> tuple[Hit, ...]:
        """The ``k`` clauses nearest to the words, best first, whatever the plans are about."""
        hits = self.index.search(words, self.encoder, detect(words), k, self.glosses)
        found = []
        for hit in hits:
            row = self.corpus.by_iri[hit.id]
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
        for plan in self.corpus.plans:
            if plan.document.id == document_id:
                return plan
        raise UnknownTerm(f"no document {document_id!r} is ingested; see: yaodian list")

    def clause(self, iri: str) -> ClauseView:
        """The clause of that IRI; :class:`UnknownTerm` where it names none."""
        row: Row | None = self.corpus.by_iri.get(iri)
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


def _asks_for_more(query: Query) -> bool:
    import re

    from .corpus import language

    return re.search(language()["filter"][query.language]["other"], query.question.lower()) is not None
