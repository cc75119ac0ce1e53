"""What the pages may ask the server for: ids in, views out.

What lives here: the calls, their checks, and the answers that the open pages may still name.  What never will: Gradio
and HTML.  Every call may come from several threads at once.
"""

from __future__ import annotations

import gc
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from embeddings.bulk import trim_heap
from kg.errors import ServerError, UnknownTerm, YaodianError
from qa.model import Answer, Query
from qa.review import Reviews
from qa.servers import in_force

from .board import board_view
from .compare import BY, MOST, compare_view
from .graphs import evidence_view, graph_view, neighbours_view, overview_view, path_view
from .refusals import refusal
from .start import quiz_view, start_view
from .suggest import suggestions
from .views import Library, View, term_view

if TYPE_CHECKING:
    from qa.assistant import Assistant

KEPT_ANSWERS = 1000
"""Answers that pages may still refer to; each holds some kilobytes."""
NODES_SHOWN = 60
"""Above this, boxes with Chinese labels no longer fit beside each other on a laptop."""
LOOK = 0.05
"""Seconds after which a server is asked again which generation is in force: a request looks several times."""
LONGEST_QUESTION = 2000
LONGEST_ID = 1000


class BadRequest(YaodianError):
    """A call of a page that lacks something or holds something of the wrong kind."""


def text_of(request: Mapping[str, Any], name: str, longest: int = LONGEST_ID) -> str:
    """The text of that name in a request; :class:`BadRequest` where it is missing, too long, or no text.

    >>> text_of({"iri": " a "}, "iri")
    'a'
    """
    value = request.get(name) if isinstance(request, Mapping) else None
    if not isinstance(value, str) or not value.strip():
        raise BadRequest(f"the request lacks {name}")
    if len(value) > longest:
        raise BadRequest(f"{name} is longer than {longest} characters")
    return value.strip()


def texts_of(request: Mapping[str, Any], name: str, most: int = 100) -> tuple[str, ...]:
    """The list of texts of that name; empty where it is missing."""
    value = request.get(name) or ()
    if not isinstance(value, list | tuple) or len(value) > most:
        raise BadRequest(f"{name} is not a list of at most {most} texts")
    if not all(isinstance(v, str) and len(v) <= LONGEST_ID for v in value):
        raise BadRequest(f"{name} holds something that is not a short text")
    return tuple(value)


def limit_of(request: Mapping[str, Any]) -> int:
    """How many nodes a page asks for, 2 to :data:`NODES_SHOWN`."""
    value = request.get("limit", NODES_SHOWN)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRequest("limit is not a whole number")
    return max(2, min(value, NODES_SHOWN))


@dataclass(frozen=True)
class Opened:
    """One generation of the workspace: who answers from it, and its plans by IRI.  A request stays with one."""

    assistant: Assistant
    library: Library

    @classmethod
    def over(cls, assistant: Assistant) -> Opened:
        """Everything that requests share, made before the first of them sees it."""
        return cls(assistant, Library(assistant.plans(), assistant.settings.base))

    @cached_property
    def reviews(self) -> Reviews:
        """What people decided on these plans, and what is worth a look."""
        return Reviews.over(self.library.plans, self.assistant.store, self.assistant.thesaurus)

    @cached_property
    def generation(self) -> str:
        """Name of the generation; empty for plans that are in no workspace."""
        return self.assistant.generation


def give_back() -> None:
    """Give the system the memory that the generation before was held in.

    With answers made in many threads glibc keeps an arena for each, and in each what was let go.
    """
    gc.collect()
    trim_heap()


class Desk:
    """A workspace as the pages see it: always the generation in force."""

    def __init__(self, assistant: Assistant) -> None:
        self._opened = Opened.over(assistant)
        self._unusable = ""
        """Name of a generation that could not be opened: not tried again with each request."""
        self._looked = (0.0, "")
        """Until when what a server named last is taken for what it names now, and that."""
        self._suggestions: tuple[str, dict[str, list[str]]] | None = None
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._asked: OrderedDict[tuple[object, ...], Answer] = OrderedDict()
        """What was answered to a question that follows on nothing: the same question has the same answer."""
        self._lock = threading.Lock()
        self._opening = threading.Lock()

    def in_force(self) -> str:
        """Name of the generation that is in force now; that of the one in use where none is named or can be asked."""
        settings = self._opened.assistant.settings
        if settings.graph or settings.vectors:
            now = time.monotonic()
            if now < self._looked[0]:
                return self._looked[1] or self._opened.generation
        try:
            named = in_force(settings)
        except YaodianError:
            named = ""
        self._looked = (time.monotonic() + LOOK, named)
        return named or self._opened.generation

    def opened(self) -> Opened:
        """The generation in force; the first request after a change opens it, and the others wait for that.

        One that is damaged is left alone: the answers go on coming from the one before.
        """
        if not self._is_new(self.in_force()):
            return self._opened
        with self._opening:
            named = self.in_force()
            if self._is_new(named):
                try:
                    self._opened = Opened.over(self._opened.assistant.reload())
                    give_back()
                except ServerError:
                    pass  # It is being filled, or cannot be reached just now: the next request tries again.
                except YaodianError:
                    self._unusable = named
            return self._opened

    def _is_new(self, named: str) -> bool:
        return bool(self._opened.generation) and named not in (self._opened.generation, self._unusable)

    @property
    def assistant(self) -> Assistant:
        """Who answers from the generation in force."""
        return self.opened().assistant

    @property
    def library(self) -> Library:
        """The plans of the generation in force, by IRI."""
        return self.opened().library

    def suggestions(self, texts: Mapping[str, dict[str, str]]) -> dict[str, list[str]]:
        """Example questions in both languages, made from the loaded plans; once for a generation."""
        now = self.opened()
        made = self._suggestions
        if made is None or made[0] != now.generation:
            languages: tuple[Literal["zh", "en"], ...] = ("zh", "en")
            found: dict[str, list[str]] = {}
            for name in languages:
                found[name] = suggestions(now.library, now.assistant, texts[name], name)
            made = self._suggestions = (now.generation, found)
        return made[1]

    def titles(self) -> dict[str, str]:
        """Id → title of each loaded document."""
        return {plan.document.id: plan.document.title for plan in self.library.plans}

    def kept(self, key: str) -> Answer:
        """The answer of that key; :class:`UnknownTerm` where it was let go."""
        with self._lock:
            try:
                self._answers.move_to_end(key)
            except KeyError:
                raise UnknownTerm("this answer is no longer kept: ask the question again") from None
            return self._answers[key]

    def _keep(self, answer: Answer) -> str:
        # A key that cannot be guessed: who has it asked the question, or was given it.
        key = secrets.token_urlsafe(12)
        self._put(self._answers, key, answer)
        return key

    def _put(self, kept: OrderedDict[Any, Answer], key: object, answer: Answer) -> None:
        with self._lock:
            kept[key] = answer
            while len(kept) > KEPT_ANSWERS:
                kept.popitem(last=False)

    # ---- the calls; each takes the request that the page sent ----------------------------------------------------

    def ask(self, request: Mapping[str, Any]) -> Iterator[View]:
        """Answer a question: ``question``, ``after`` (key of the answer before), ``off`` (terms not to be used).

        Yields what the page draws, as soon as it is known, each with its ``step``: how many units are being checked
        (``checking``), how the words of the question were understood (``read``), what was decided and is cited
        (``understood``), each line of the answer (``line``), and the whole answer (``answer``).
        """
        question = text_of(request, "question", LONGEST_QUESTION)
        after = request.get("after") or ""
        now = self.opened()
        before = self._answers.get(after) if isinstance(after, str) else None
        if before is not None and any(item.iri not in now.library.places for item in before.items):
            before = None  # It speaks of a document that was since taken out.
        documents, off = texts_of(request, "documents"), texts_of(request, "off")
        yield {"step": "checking", "units": sum(len(plan.document.units) for plan in now.library.plans)}
        started = time.perf_counter()
        same = (now.generation, question, documents, off) if before is None and now.generation else None
        steps: Iterable[Query | Answer]
        if same is not None and (known := self._asked.get(same)) is not None:
            steps = (known.query, replace(known, elapsed_ms=round((time.perf_counter() - started) * 1000, 2)))
        else:
            steps = now.assistant.steps(question, after=before, documents=documents, switched_off=off)
        for made in steps:
            if isinstance(made, Query):
                yield {"step": "read", "intent": made.intent, "terms": [term_view(term) for term in made.terms]}
            else:
                answer = made
        if same is not None:
            self._put(self._asked, same, answer)
        view = now.library.answer(answer, self._keep(answer))
        lines = view["answer"].split("\n")
        first = ("intent", "terms", "status", "checked", "citations", "items", "borderline", "readings")
        yield {"step": "understood", "lines": len(lines), **{name: view[name] for name in first}}
        for line in lines:
            yield {"step": "line", "text": line}
        yield {"step": "answer", **view, "generation": now.generation}

    def documents(self, request: Mapping[str, Any]) -> View:
        """What is loaded, and example questions: what a page holds of a generation."""
        from .pages import texts

        return {"documents": self.library.documents(), "suggestions": self.suggestions(texts())}

    def read_plan(self, request: Mapping[str, Any]) -> View:
        """A whole document for the reader: ``document``."""
        return self.library.reading(text_of(request, "document"))

    def locate(self, request: Mapping[str, Any]) -> View:
        """The document in which ``iri`` stands."""
        return self.library.locate(text_of(request, "iri"))

    def node(self, request: Mapping[str, Any]) -> View:
        """The node ``iri`` with its facts and clauses."""
        return self.library.node(text_of(request, "iri"))

    def neighbourhood(self, request: Mapping[str, Any]) -> View:
        """The graph around ``iri``."""
        iri = text_of(request, "iri")
        now = self.opened()
        return graph_view(now.library, now.assistant.neighbourhood(iri, limit_of(request)))

    def overview(self, request: Mapping[str, Any]) -> View:
        """What ``document`` is about at first sight: its main themes, and the units about them."""
        return overview_view(self.library, text_of(request, "document"), limit_of(request))

    def neighbours(self, request: Mapping[str, Any]) -> View:
        """The neighbours of ``iri`` of one ``kind``, beside the nodes ``shown``; ``limit``: of both together."""
        iri, kind, shown = text_of(request, "iri"), text_of(request, "kind"), texts_of(request, "shown")
        return neighbours_view(self.library, iri, kind, shown, max(0, limit_of(request) - len(shown)))

    def answer_graph(self, request: Mapping[str, Any]) -> View:
        """The graph of the evidence of ``answer`` (its key)."""
        answer = self.kept(text_of(request, "answer"))
        return evidence_view(self.library, answer, limit_of(request))

    def path(self, request: Mapping[str, Any]) -> View:
        """The shortest way over facts from ``from`` to ``to``."""
        a, b = text_of(request, "from"), text_of(request, "to")
        now = self.opened()
        return path_view(now.library, now.assistant.path(a, b), a, b)

    def find(self, request: Mapping[str, Any]) -> View:
        """Nodes whose label holds ``words``."""
        return {"nodes": self.library.find(text_of(request, "words", 200))}

    def board(self, request: Mapping[str, Any]) -> View:
        """The board of ``document``."""
        return board_view(self.library, text_of(request, "document"))

    def compare(self, request: Mapping[str, Any]) -> View:
        """Two plans or more side by side (``documents``), by theme, body or programme (``by``)."""
        documents, by = texts_of(request, "documents"), text_of(request, "by")
        if not 2 <= len(set(documents)) <= MOST or by not in BY:
            raise BadRequest(f"name two to {MOST} documents, and by one of {', '.join(BY)}")
        return compare_view(self.library, documents, by)

    def start(self, request: Mapping[str, Any]) -> View:
        """The way into ``document`` for a newcomer."""
        return start_view(self.library, text_of(request, "document"))

    def quiz(self, request: Mapping[str, Any]) -> View:
        """The quiz on ``document`` of that ``round``."""
        number = request.get("round", 0)
        if not isinstance(number, int) or not 0 <= number < 10**6:
            raise BadRequest("round is not a small whole number")
        return quiz_view(self.library, text_of(request, "document"), number)

    def review(self, request: Mapping[str, Any]) -> View:
        """What is worth a look (``document``, ``kind``, ``from``), the facts of a ``clause``, or one ``id``."""
        from .review import review_view

        return review_view(self.opened(), request)

    def concepts(self, request: Mapping[str, Any]) -> View:
        """The concepts that a theme may be."""
        from .review import concepts_view

        return concepts_view(self.opened())

    def calls(self) -> tuple[Callable[[Mapping[str, Any]], View], ...]:
        """The calls that a page can make, each refusing with one clear line instead of raising.

        Each view says the ``generation`` in force before it was made, so that a page sees when its own is an old one.
        """
        return tuple(
            self._refusing(call)
            for call in (
                self.documents,
                self.read_plan,
                self.locate,
                self.node,
                self.neighbourhood,
                self.neighbours,
                self.overview,
                self.answer_graph,
                self.path,
                self.find,
                self.board,
                self.compare,
                self.start,
                self.quiz,
                self.review,
                self.concepts,
            )
        )

    def _refusing(self, call: Callable[[Mapping[str, Any]], View]) -> Callable[[Mapping[str, Any]], View]:
        def answer(request: Mapping[str, Any]) -> View:
            generation = self.opened().generation
            try:
                return {**call(request), "generation": generation}
            except YaodianError as error:
                return {**refusal(error), "generation": generation}

        answer.__name__ = call.__name__
        return answer
