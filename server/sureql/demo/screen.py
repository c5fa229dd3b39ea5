"""How the demo draws: SQL as it is typed, ghost text dimmed, a panel for each result."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.markdown import Markdown
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from sureql.demo.document import Document, Ghost

KINDS = {
    3: "function",
    5: "column",
    6: "alias",
    7: "table",
    8: "view",
    12: "value",
    14: "keyword",
    18: "join",
    20: "value",
    22: "cte",
}

VERDICTS = {
    "judged": "the engine itself accepts the statement",
    "resolved": "it parses, and every name in it exists",
    "known": "it parses, and every added name is known",
    "prefix": "a valid beginning; every added name exists",
    "no-worse": "it brings no new problem",
}


class Screen:
    """Draws on `console`; on a terminal, typing is animated."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None

    def title(self, root: Path) -> None:
        self._console.print(
            Panel(
                Text.assemble(
                    ("sureql", "bold"),
                    " runs here as your editor would run it, on a copy of a sample project:\n",
                    (str(root), "cyan"),
                    "\nIts schema comes from three migrations. No key, no network, no setting: only the last"
                    "\nscene asks a model, if you have named one in your settings.",
                ),
                border_style="cyan",
            )
        )

    def scene(self, name: str, what: str) -> None:
        self._console.print()
        self._console.print(Rule(Text.assemble((name, "bold cyan"), f"  {what}"), align="left"))

    @contextmanager
    def live(self, document: Document) -> Iterator[None]:
        """Draw every keystroke while it lasts; what stays on the screen is printed afterwards."""
        if not self._console.is_terminal:
            yield
            return
        with Live(console=self._console, transient=True, refresh_per_second=30) as live:
            self._live = live
            self.typing(document)
            yield
        self._live = None

    def typing(self, document: Document) -> None:
        if self._live:
            self._live.update(_indented(_code(document, cursor=True)))

    def ghost(self, document: Document, ghost: Ghost) -> None:
        if self._live:
            self._live.update(_indented(_code(document, ghost.rest)))

    def verdict(self, document: Document, ghost: Ghost) -> None:
        mark = Text.assemble(
            ("✓ ", "green"),
            (ghost.verdict, "bold green"),
            f": {VERDICTS.get(ghost.verdict, 'checked')} ",
            (f"({ghost.source}, {ghost.milliseconds:.0f} ms)", "dim"),
        )
        # Without colours the proposed part would look like the typed one.
        rest = ghost.rest if self._console.color_system else f"‹{ghost.rest}›"
        self._console.print(_indented(_code(document, rest)))
        self._console.print(Padding(mark, (0, 0, 1, 4)))

    def popup(self, document: Document, items: list[dict[str, Any]]) -> None:
        self._console.print(_indented(_code(document, cursor=True)))
        table = Table(box=None, show_header=False, padding=(0, 2))
        for item in items[:7]:
            kind = KINDS.get(item.get("kind", 0), "")
            detail = item.get("detail") or ""
            told = "" if detail == kind else detail
            table.add_row(Text(item["label"], "bold"), Text(kind, "cyan"), Text(told, "dim"))
        left = len(items) - 7
        rest = [Text(f"… {left} more", "dim")] if left > 0 else []
        self._console.print(_indented(Panel.fit(Group(table, *rest), border_style="dim")))

    def problem(self, document: Document, diagnostic: dict[str, Any]) -> None:
        start, end = (diagnostic["range"][side]["character"] for side in ("start", "end"))
        self._console.print(_indented(_code(document)))
        squiggle = Text.assemble(
            " " * start,
            ("~" * max(end - start, 1), "bold red"),
            (f"  {diagnostic['message']}", "red"),
            (f"  [{diagnostic.get('code', '')}]", "dim"),
        )
        self._console.print(_indented(squiggle))

    def fixed(self, document: Document, title: str) -> None:
        self._console.print(_indented(Text.assemble(("fix ", "bold green"), title)))
        self._console.print(_indented(_code(document)))

    def text(self, document: Document) -> None:
        self._console.print(_indented(_code(document)))

    def note(self, text: str) -> None:
        self._console.print(_indented(Text.assemble(("✓ ", "green"), text)))

    def aside(self, text: str) -> None:
        self._console.print(_indented(_indented(Text(text, "dim"))))

    def change(self, before: str, after: str) -> None:
        """The lines of a statement that change, and how."""
        lines = difflib.unified_diff(
            before.strip().splitlines(), after.strip().splitlines(), lineterm="", n=99
        )
        styles = {"+": "green", "-": "red"}
        for line in list(lines)[3:]:
            self._console.print(_indented(Text(line, styles.get(line[:1], ""))))

    def trouble(self, text: str, advice: str) -> None:
        self._console.print(_indented(Text.assemble(("! ", "yellow"), text)))
        self._console.print(_indented(Text(f"  → {advice}", "dim")))

    def plain(self, text: str) -> None:
        self._console.print(_indented(Text(text)))

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Say what is waited for, on a terminal."""
        if not self._console.is_terminal:
            yield
            return
        with self._console.status(Text(text)):
            yield

    def markdown(self, text: str) -> None:
        self._console.print(
            _indented(Panel.fit(Markdown(_without_links(text)), border_style="dim"))
        )


def _code(document: Document, ghost: str = "", cursor: bool = False) -> Text:
    text = document.text
    drawn = Syntax(text, document.language, background_color="default").highlight(text)
    drawn.rstrip()
    # Highlighting drops blanks at the end, which matter before a cursor.
    drawn.append(text[len(text.rstrip()) :])
    if ghost:
        drawn.append(ghost, "italic bright_black")
    if cursor:
        drawn.append("▏", "bold")
    return drawn


def _indented(what: Any) -> Padding:
    return Padding(what, (0, 0, 0, 2))


def _without_links(text: str) -> str:
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
