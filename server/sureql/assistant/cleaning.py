"""An ask as it may leave the machine."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sureql.assistant.terms import Terms
from sureql.ports.errors import ModelWithheld
from sureql.ports.provider import Ask, Grammar, Task, Turn
from sureql.privacy import hiding, literals, model, redaction
from sureql.syntax import dialects


@dataclass(frozen=True, slots=True)
class CleanAsk:
    """`redacted` counts secrets that were taken out; `changed` is True if anything was."""

    ask: Ask
    redacted: int = 0
    changed: bool = False


def cleaned(ask: Ask, terms: Terms) -> CleanAsk:
    """`ask` without what the terms forbid. Raises ModelWithheld if it names a hidden table."""
    if name := hiding.names_hidden_table(sent_text(ask), terms.ignore_tables):
        raise ModelWithheld(f"Nothing was sent: `{name}` is a table of `privacy.ignore_tables`.")
    clean = _redacted(ask) if terms.redact else CleanAsk(ask)
    if terms.mask_literals:
        masked = _masked(clean.ask)
        clean = CleanAsk(masked, clean.redacted, clean.changed or masked != clean.ask)
    if ask.grammar and hiding.names_hidden_table(ask.grammar.gbnf, terms.ignore_tables):
        clean = replace(clean, ask=replace(clean.ask, grammar=None), changed=True)
    if clean.changed:
        kept = _grammar(ask, clean.ask)
        clean = replace(clean, ask=replace(clean.ask, grammar=kept))
    return clean


def sent_text(ask: Ask) -> str:
    """All of `ask` that a model reads, for the log."""
    turns = [f"{turn.role}: {turn.text}" for turn in ask.turns]
    around = f"{ask.prefix}▮{ask.suffix}" if ask.prefix or ask.suffix else ""
    return "\n\n".join(part for part in (ask.rules, ask.context, around, *turns) if part)


def _redacted(ask: Ask) -> CleanAsk:
    rules, context = redaction.clean(ask.rules), redaction.clean(ask.context)
    turns = [redaction.clean(turn.text) for turn in ask.turns]
    # A secret that the cursor stands in shows only in the text around it.
    around = redaction.find(ask.prefix + ask.suffix)
    prefix, suffix = model.halves(ask.prefix, ask.suffix, around)
    count = sum(len(one.found) for one in (rules, context, *turns)) + len(around)
    grammar = ask.grammar
    if grammar is not None and redaction.find(grammar.gbnf + "\n" + grammar.lark):
        grammar = None
    if not count and grammar is ask.grammar:
        return CleanAsk(ask)
    said = tuple(Turn(old.role, new.text) for old, new in zip(ask.turns, turns, strict=True))
    clean = replace(
        ask,
        rules=rules.text,
        context=context.text,
        prefix=prefix,
        suffix=suffix,
        turns=said,
        grammar=grammar,
    )
    return CleanAsk(clean, count, True)


def _masked(ask: Ask) -> Ask:
    dialect = dialects.get(ask.dialect)
    prefix, suffix = model.halves(
        ask.prefix, ask.suffix, literals.find(ask.prefix + ask.suffix, dialect)
    )
    # What users ask for in their own words is theirs to say; SQL is in the other turns.
    own = ask.task in (Task.INTENT, Task.GENERATE)
    turns = tuple(
        turn if own and turn.role == "user" else Turn(turn.role, literals.mask(turn.text, dialect))
        for turn in ask.turns
    )
    context = literals.mask(ask.context, dialect)
    return replace(ask, prefix=prefix, suffix=suffix, context=context, turns=turns)


def _grammar(raw: Ask, clean: Ask) -> Grammar | None:
    """The grammar if it still fits the text around the cursor."""
    grammar = clean.grammar
    if grammar is None:
        return None
    half_typed = raw.prefix[len(raw.prefix) - grammar.back :]
    fits = clean.prefix.endswith(half_typed) and clean.suffix.startswith(grammar.lands)
    return grammar if fits else None
