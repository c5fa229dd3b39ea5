"""For people: whether queries return the same rows, and the rows that show that they do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.columns import Columns
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from sureql.cli.printable import printable
from sureql.equivalence import told
from sureql.equivalence.model import Kind, Verdict, Witness
from sureql.ports.executor import Outcome, Row, Value

MOST = 12
"""Rows of one table that are shown; a witness has fewer as a rule."""
_NO_ROWS = "no rows"
_STYLES = {
    Kind.PROVED: "bold green",
    Kind.NO_DIFFERENCE: "bold green",
    Kind.DIFFERENT: "bold red",
    Kind.INCONCLUSIVE: "bold yellow",
}
_WORDS = {
    Kind.PROVED: "They return the same rows: proved.",
    Kind.NO_DIFFERENCE: "No difference was found.",
    Kind.DIFFERENT: "They return different rows.",
    Kind.INCONCLUSIVE: "Nothing is known.",
}


def write(verdicts: Sequence[Verdict], worst: Verdict, names: tuple[str, str]) -> None:
    """Print all verdicts, the worst one first if there are several."""
    console = Console(highlight=False)
    if len(verdicts) > 1:
        at = verdicts.index(worst) + 1
        said = f"{len(verdicts)} pairs of queries. The worst is pair {at}:"
        console.print(Styled(said, "bold"))
    for part in _told(worst, names):
        console.print(part)
    for number, one in enumerate(verdicts, start=1) if len(verdicts) > 1 else ():
        line = Styled.assemble(f"{number:>3}  ", (one.kind.value, _STYLES[one.kind]))
        console.print(line, Styled(printable(one.reason), "dim"))


def _told(verdict: Verdict, names: tuple[str, str]) -> Iterator[RenderableType]:
    yield Styled(_WORDS[verdict.kind], _STYLES[verdict.kind])
    if verdict.reason:
        yield Styled(printable(verdict.reason))
    if verdict.witness is not None:
        yield from _shown(verdict.witness, names)
    if verdict.databases:
        where = f" on {verdict.engine}" if verdict.engine else ""
        tried = f"Tried{where}: {_counted(verdict.databases)}"
        tells = verdict.kind in (Kind.NO_DIFFERENCE, Kind.INCONCLUSIVE)
        more = f" ({told.coverage(verdict.coverage)})" if tells else ""
        yield Styled(printable(f"{tried}{more}."), "dim")
    for assumed in verdict.assumed:
        yield Styled(printable(f"Taken for granted: {assumed}"), "dim")


def _shown(witness: Witness, names: tuple[str, str]) -> Iterator[RenderableType]:
    """The database, and what both give on it, side by side."""
    tables = [_table(one.name, one.columns, one.rows) for one in witness.database if one.columns]
    yield Styled("\nWith these rows, and no others:" if tables else "\nWith empty tables:")
    if tables:
        yield Columns(tables, padding=(0, 3))
    yield Styled("they give:")
    both = zip(names, (witness.first, witness.second), strict=True)
    yield Columns([_outcome(name, one) for name, one in both], padding=(0, 3))


def _outcome(name: str, outcome: Outcome) -> RenderableType:
    if outcome.error:
        return _table(name, ("error",), ((outcome.error,),), "red")
    return _table(name, outcome.columns, outcome.rows, "cyan")


def _table(
    title: str, columns: Sequence[str], rows: Sequence[Row], style: str = "bold"
) -> RenderableType:
    made = Table(
        title=Styled(printable(title), style, no_wrap=True),
        title_justify="left",
        show_edge=False,
        pad_edge=False,
        min_width=max(len(_NO_ROWS), min(len(title), 40)),
    )
    for column in columns:
        made.add_column(Styled(printable(column)), overflow="fold")
    for row in rows[:MOST]:
        made.add_row(*(_value(value) for value in row))
    if not rows:
        made.caption = Styled(_NO_ROWS, "dim")
    elif len(rows) > MOST:
        made.caption = Styled(f"and {len(rows) - MOST} more rows", "dim")
    return made


def _value(value: Value) -> Styled:
    if value is None:
        return Styled("NULL", "dim italic")
    if isinstance(value, bytes):
        return Styled(f"x'{value.hex()}'")
    if value == "":
        return Styled("''", "dim")
    return Styled(printable(str(value)))


def _counted(databases: int) -> str:
    return f"{databases:,} generated database{'' if databases == 1 else 's'}"
