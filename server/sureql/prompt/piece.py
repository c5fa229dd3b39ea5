"""What sources offer for a prompt, and what they know of the place."""

from __future__ import annotations

from dataclasses import dataclass

from sureql.catalog import model as catalog
from sureql.prompt.hidden import Hidden
from sureql.prompt.windows import Window
from sureql.syntax.context import CursorContext
from sureql.syntax.dialects import Dialect
from sureql.syntax.script import Statement


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that is told whole or not at all; the more `worth`, from 0 to 1, the sooner.

    `title` says what it is where it is left out: `table invoice`. `shorter` are texts that may stand
    in its place if there is little room, the longest first; `mention` is what stands for it in a
    list of names if there is none.
    """

    text: str
    worth: float
    title: str
    shorter: tuple[str, ...] = ()
    mention: str = ""


@dataclass(frozen=True, slots=True)
class Here:
    """What is known of a place before any source is asked.

    `text` is the statement as written with the blanks up to the cursor, `masked` the same with
    templates replaced, `context` what stands there.
    `schema` is the catalog that the statement sees, without hidden tables. `settled` is the text that
    choices of what to tell are made by: the words asked for, or what stands in the statement except
    for the clause that is being written. So a choice holds while somebody types, and endpoints can
    keep what they have read. `window` is the part of the document that is told; `asked` says that `settled` are
    words, or SQL, which are told as they are.
    """

    statement: Statement
    text: str
    masked: str
    context: CursorContext
    schema: catalog.Catalog
    dialect: Dialect
    window: Window
    settled: str
    hidden: Hidden
    asked: bool = False

    def hides(self, text: str) -> bool:
        """True if `text` names a table that nothing may be told of."""
        return self.hidden.named_in(text)
