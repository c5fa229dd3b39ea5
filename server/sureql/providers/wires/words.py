"""How a place and a conversation are put into words for models that answer."""

from __future__ import annotations

from sureql.ports.provider import Ask, Task, Turn

_FORM = (
    "The text before the cursor stands between <before> and </before>, the text after it between "
    "<after> and </after>. Answer with nothing but what is to be inserted at the cursor: no "
    "explanation, no fences, nothing of the text before or after."
)


def rules(ask: Ask) -> str:
    """What the model is to do."""
    if ask.task is Task.CONTINUE:
        return "\n\n".join(one for one in (ask.rules, _FORM) if one)
    return ask.rules


def turns(ask: Ask) -> tuple[Turn, ...]:
    """The conversation. What changes least comes first, so that endpoints can keep what they read."""
    if ask.task is Task.CONTINUE:
        place = f"<before>{ask.prefix}</before>\n<after>{ask.suffix}</after>"
        return (Turn("user", _below(ask.context, place)),)
    first, *others = ask.turns or (Turn("user", ""),)
    return (Turn(first.role, _below(ask.context, first.text)), *others)


def plain(ask: Ask) -> str:
    """All of it as one text, for models that only go on with a text."""
    if ask.task is Task.CONTINUE:
        return _joined(ask.context, ask.prefix)
    said = "\n\n".join(
        f"{'Question' if turn.role == 'user' else 'Answer'}: {turn.text}" for turn in ask.turns
    )
    return "\n\n".join(one for one in (ask.rules, ask.context, said) if one) + "\n\nAnswer:\n"


def before(ask: Ask) -> str:
    """What stands before the place that a model fills."""
    return _joined(ask.context, ask.prefix)


def _joined(context: str, prefix: str) -> str:
    return f"{context.rstrip()}\n\n{prefix}" if context else prefix


def _below(context: str, text: str) -> str:
    return f"{context.rstrip()}\n\n{text}" if context else text
