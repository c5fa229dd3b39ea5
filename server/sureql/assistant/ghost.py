"""Ghost text with a model: the engine's pipeline with the model between its steps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sureql.assistant import certainty, generate, ranking
from sureql.assistant.debounce import Debounce
from sureql.assistant.exchange import Exchange
from sureql.assistant.generate import Means
from sureql.assistant.ranking import Trust
from sureql.assistant.streams import Running, Streams
from sureql.assistant.warming import Warming
from sureql.assistant.within import within
from sureql.gate.model import Level, Outcome, Verdict
from sureql.inline import answer, intent, trigger
from sureql.inline import complete as pipeline
from sureql.inline import spot as spots
from sureql.inline.cache import Cache, Kept
from sureql.inline.complete import Asked, Proposal
from sureql.inline.intent import Wish
from sureql.inline.model import Item, Request
from sureql.ports.errors import ModelError
from sureql.ports.provider import Ask, Tokens
from sureql.prompt import build, tokens
from sureql.prompt.grammar import answer as constrained
from sureql.prompt.model import Limits, Place
from sureql.text.span import Span

SURE = 0.8
"""Confidence of the engine from which on no model is asked: five of six such texts are right."""
BETTER = 0.2
"""How much surer than a model the engine must be for the model not to be asked."""
ENOUGH = 0.15
"""Worth of a model's text below which it is not shown unasked."""
SURE_OF_IT = 0.7
"""The same where the model has told how probable it was. The engine is right with six of seven texts that
it shows, and who fills its gaps should not disturb more often."""
JOIN = 0.2
"""Seconds that an answer that has begun has to get ahead of what is being typed."""
SLOW = 1.5
"""How much longer than usual an answer may take to begin while somebody types along."""
HOLD = 0.4
"""Share of the wait for which an item of the engine is held back: the model may know better."""
WISH_PATIENCE = 20.0
OTHERS = (0.2, 0.4)
"""Temperatures for further answers when the user asks for several."""
PRIOR, SMALL_PRIOR = 0.6, 0.1
"""How often a model is right before anything is known of it; the second, measured, for small ones,
which are not asked where the engine has something to show."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a model is asked. `wait` is in seconds; `grammar` says whether answers can be held to one."""

    wait: float = 1.5
    limits: Limits = field(default_factory=Limits)
    grammar: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class _Question:
    """A place that the model is asked about, and what is known of it without a model."""

    asked: Asked
    typed: str
    engine: tuple[Kept, ...]
    cache: Cache
    ask: Ask


Said = tuple[str, Tokens]
"""A model's text, and its tokens where the endpoint tells them."""


class Ghost:
    """The ghost texts of one session with one model; `wishes` answers comments that ask in words."""

    def __init__(
        self,
        model: Exchange,
        debounce: Debounce,
        trust: Trust,
        habits: Habits | None = None,
        wishes: Exchange | None = None,
    ) -> None:
        self.debounce = debounce
        self.trust = trust
        self.sent = 0
        self._model = model
        self._wishes = wishes or model
        self._habits = habits or Habits()
        self._streams = Streams()
        self._warming = Warming(model)

    async def complete(
        self, request: Request, cache: Cache, place: Callable[[], Place], path: str = ""
    ) -> tuple[Item, ...]:
        """Checked items for `request`, best first; () when silence is better. `path` is the file's,
        relative to the workspace."""
        began = time.monotonic()
        wish = None if request.deleted else _wish(request)
        if wish is not None:
            # What small models answer is seldom what was meant.
            small = self._wishes.provider.endpoint.small and not request.invoked
            return () if small else await self._wished(request, wish, place, path)
        asked = pipeline.begin(request)
        if asked is None:
            self._streams.end(request.snapshot.uri)
            return ()
        if kept := pipeline.remembered(asked, cache):
            return pipeline.items(asked, kept)
        running = self._running(asked)
        engine = pipeline.by_engine(asked, cache)
        if not self._needed(asked, engine):
            return pipeline.items(asked, await self._sure(running, asked, engine, cache))
        if running is not None and not await self._gets_ahead(running, asked):
            self._streams.end(asked.key.uri)
            running = None
        question = None
        if running is None:
            await self._quiet(began, request.invoked)
            question = await self._question(asked, engine, cache, place)
            if question is None:
                return pipeline.items(asked, engine)
            running = self._ask(question, path)
        kept = await self._waited(running, asked, engine, cache, began)
        if request.invoked and question and running.over:
            kept = await self._others(question, kept, began, path)
        return pipeline.items(asked, kept)

    async def warm(self, place: Place, path: str = "") -> None:
        """Have the model read what prompts at a place begin with, while nobody waits for it."""
        prompt = await build.continuation(place, self._limits(), within, tokens.counter(), False)
        if not prompt.withheld and not self._streams.busy:
            self._warming.begin(prompt.ask, path)

    def edited(self, uri: str, text: str, start: int, old_end: int, new_end: int) -> None:
        """A document became `text` by an edit: an answer that it contradicts is given up at once."""
        self._streams.edited(uri, text, start, old_end, new_end)

    def unwanted(self, uri: str) -> None:
        """The editor has taken its request back and made no newer one: nobody waits any more."""
        self._streams.left(uri)

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self._streams.end(uri)

    def close(self) -> None:
        """Give up everything."""
        self._warming.end()
        self._streams.close()

    def _running(self, asked: Asked) -> Running | None:
        running = self._streams.get(asked.key.uri)
        if running is not None and not running.goes_along(asked):
            self._streams.end(asked.key.uri)
            return None
        if running is not None:
            running.joined += 1
        return running

    def _needed(self, asked: Asked, engine: tuple[Kept, ...]) -> bool:
        if not trigger.asks_model(asked.request, asked.spot):
            return False
        sure = min(SURE, self.trust.value + BETTER)
        return asked.request.invoked or not engine or engine[0].confidence < sure

    async def _sure(
        self, running: Running | None, asked: Asked, engine: tuple[Kept, ...], cache: Cache
    ) -> tuple[Kept, ...]:
        """The engine's items, but for what an answer under way may say at any moment."""
        if running is not None:
            if not await running.whole(JOIN):
                return engine  # The next key finds the answer in the cache.
            if kept := pipeline.remembered(asked, cache, new=True):
                return kept
        cache.store(asked.key, asked.spot.before, engine)
        return engine

    async def _gets_ahead(self, running: Running, asked: Asked) -> bool:
        """Whether an answer under way says more than what has been typed since it was asked for."""
        typed = asked.spot.before[len(running.asked.spot.before) :]
        usual = running.began + SLOW * (self.debounce.latency or self._habits.wait)
        until = time.monotonic() + JOIN
        while not running.over and not running.ahead(typed) and running.agrees(typed):
            left = (until if running.text else max(until, usual)) - time.monotonic()
            if left <= 0:
                return False
            begun = bool(running.text)
            await running.more(left)
            if not begun:
                until = time.monotonic() + JOIN
        return not running.given_up and running.agrees(typed)

    async def _quiet(self, began: float, invoked: bool) -> None:
        left = self.debounce.delay(invoked) - (time.monotonic() - began)
        # Even without a pause, what has arrived meanwhile is read first.
        await asyncio.sleep(max(left, 0.0))

    async def _question(
        self, asked: Asked, engine: tuple[Kept, ...], cache: Cache, place: Callable[[], Place]
    ) -> _Question | None:
        """None if nothing may be asked about the place."""
        count, grammar = tokens.counter(), self._habits.grammar()
        prompt = await build.continuation(place(), self._limits(), within, count, grammar)
        if prompt.withheld:
            return None
        return _Question(asked, spots.half_typed(asked.spot), engine, cache, prompt.ask)

    def _limits(self) -> Limits:
        known = self._model.provider.capabilities
        return self._habits.limits.fitting(known.window if known else 0, build.CLAUSE_TOKENS)

    def _ask(self, question: _Question, path: str) -> Running:
        def finished(said: Said) -> None:
            self.debounce.answered(running.seconds)
            kept = self._ranked(question, self._checked(question, said))
            question.cache.store(question.asked.key, question.asked.spot.before, kept)

        running = self._stream(question, path, finished)
        self._streams.put(question.asked.key.uri, running)
        return running

    def _stream(self, question: _Question, path: str, finished: Callable[[Said], None]) -> Running:
        asked, typed = question.asked, question.typed
        before, dialect = asked.spot.before, asked.spot.dialect
        self.sent += 1
        # What has been read so far stays read.
        self._warming.end()
        source = self._model.stream(question.ask, path)
        return Running(
            asked,
            typed,
            source,
            lambda text: answer.end(text, before, typed, dialect),
            lambda text: finished((text, tuple(source.tokens))),
        )

    def _checked(self, question: _Question, said: Said) -> tuple[Kept, ...]:
        asked, typed = question.asked, question.typed
        text, told = said
        proposal = Proposal(text, typed, "model", raw=True)
        if question.ask.grammar is not None:
            insert = constrained.insert(text, question.ask.grammar, typed, question.ask.prefix)
            if insert is not None:
                proposal = Proposal(insert, typed, "model")
        kept = pipeline.checked(asked, proposal, question.cache)
        if kept is None:
            return ()
        chance = certainty.chance(kept, told)
        worth = ranking.worth(kept, self.trust, chance)
        enough = ENOUGH if chance is None else SURE_OF_IT
        shown = worth >= enough or asked.request.invoked
        return (replace(kept, confidence=worth),) if shown else ()

    def _ranked(self, question: _Question, model: tuple[Kept, ...]) -> tuple[Kept, ...]:
        dialect = question.asked.spot.dialect
        return ranking.best(ranking.ranked(question.engine, model, dialect), question.asked.most)

    async def _waited(
        self,
        running: Running,
        asked: Asked,
        engine: tuple[Kept, ...],
        cache: Cache,
        began: float,
    ) -> tuple[Kept, ...]:
        """What there is when the model has answered, or when there is no more time."""
        patience = self._habits.wait * (HOLD if engine else 1.0)
        if asked.request.invoked:
            patience = self._habits.wait
        if not await running.whole(patience - (time.monotonic() - began)):
            # The late answer goes into the cache, where the next key finds it.
            return engine
        if running.given_up:
            return ()  # The text has become another.
        if not (kept := pipeline.remembered(asked, cache, new=True)):
            cache.store(asked.key, asked.spot.before, engine)
        return kept or engine

    async def _others(
        self, question: _Question, kept: tuple[Kept, ...], began: float, path: str
    ) -> tuple[Kept, ...]:
        """More answers, which differ from the first."""
        found: list[Said] = []
        warmer = [replace(question.ask, temperature=one) for one in OTHERS]
        running = [self._stream(replace(question, ask=ask), path, found.append) for ask in warmer]
        try:
            left = self._habits.wait - (time.monotonic() - began)
            await asyncio.gather(*(one.whole(left) for one in running))
        finally:
            for one in running:
                one.cancel()
        model = [one for said in found for one in self._checked(question, said)]
        dialect = question.asked.spot.dialect
        first = [one for one in kept if one.source == "model"]
        others = [one for one in kept if one.source != "model"]
        ranked = ranking.ranked((*others, *question.engine), (*first, *model), dialect)
        ranked = ranking.best(ranked, question.asked.most)
        question.cache.store(question.asked.key, question.asked.spot.before, ranked)
        return ranked

    async def _wished(
        self, request: Request, wish: Wish, place: Callable[[], Place], path: str
    ) -> tuple[Item, ...]:
        """A whole statement for what a comment asks."""
        self._streams.end(request.snapshot.uri)
        await self._quiet(
            time.monotonic() - self.debounce.delay(request.invoked) / 2, request.invoked
        )
        held = generate.held(self._wishes.provider)
        limits = self._habits.limits
        means = Means(self._wishes, tokens.counter(), within, limits, request.judge, held=held)
        try:
            async with asyncio.timeout(WISH_PATIENCE):
                found = await generate.for_comment(place(), wish, means, path)
        except (ModelError, TimeoutError):
            return ()
        if not found.sql:
            return ()
        insert = wish.lead + generate.inserted(found.sql, request.snapshot, wish.offset)
        level = next((one for one in Level if one.value == found.level), None)
        verdict = Verdict(Outcome.ACCEPTED, insert, level, "")
        return (Item(insert, Span(wish.offset, wish.offset), "model", verdict),)


def _wish(request: Request) -> Wish | None:
    if request.selected is not None:
        return None
    return intent.wish(request.snapshot, request.offset, request.invoked)
