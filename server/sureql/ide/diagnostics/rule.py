"""What a rule is. Each module of `rules` is one; its docstring is its page.

The docstring's first line is the summary. Then come the sections `What`, `Why`, `Example` and
`Use instead`, each a line of its own that ends with a colon, with an indented text below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sureql.ide.diagnostics.context import Context
from sureql.ide.model import Fix
from sureql.text.span import Span


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken. Offsets are the statement's.

    `severity` is for findings that weigh more or less than the rule's others, '' for the rule's.
    """

    span: Span
    message: str
    fixes: tuple[Fix, ...] = ()
    related: tuple[tuple[Span, str], ...] = ()
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`category`: correctness, safety, performance, style. `severity`: warning, information, hint.

    `dialects` it speaks about, () for all. `kinds` are the first keywords of the statements it
    looks at, () for all: a cheap way to skip the others. `fix` says how far its fixes go: safe,
    unsafe, or '' if it has none. `whole`: what it says may be untrue where a template hides a part
    of the statement. A rule with `default` False runs only for those who switch it on. `check` sees
    a statement that parses, and never raises. `tokens`: it reads tokens only, and so sees as well
    what has no tree but no syntax error either, such as VACUUM.
    """

    category: str
    severity: str
    check: Callable[[Context], Iterator[Finding]]
    dialects: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    default: bool = True
    tags: tuple[str, ...] = ()
    fix: str = ""
    whole: bool = False
    tokens: bool = False
