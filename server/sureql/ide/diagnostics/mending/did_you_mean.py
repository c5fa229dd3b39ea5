"""Fixes that put another name in a problem's place: those that semantics proposes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from rapidfuzz.distance import OSA

from sureql.catalog import model as catalog
from sureql.ide.diagnostics.context import Context
from sureql.ide.model import Fix
from sureql.semantics.model import Problem
from sureql.text.edits import TextEdit
from sureql.text.span import Span

_MOST_RELATIONS = 300
_FAR = 4
"""Beyond so many slips the names only have words in common, and none is the closest."""


def fixes(context: Context, problem: Problem) -> Iterator[Fix]:
    """The problem's names, closest first, then what may stand elsewhere."""
    yield from names(context, problem, problem.names)
    for span, text in problem.elsewhere:
        yield changed(span, text)


def names(
    context: Context, problem: Problem, known: Iterable[str], certain: bool = True
) -> Iterator[Fix]:
    """Each of `known` in the problem's place. As close as the first one are all that could have
    been meant as well. One slip away from a long name it is certain, if `certain` allows."""
    written = problem.span.of(context.text)
    names = list(known)
    slips = [min(distance(written, name), _FAR) for name in names]
    sure = certain and len(names) == 1 and problem.severity == "error" and not _loses(context)
    for name, far in zip(names, slips, strict=True):
        safe = sure and far == 1 and len(written) > 3 and _is_slip(context, written, name)
        yield changed(problem.span, name, safe, far == min(slips))


def changed(span: Span, text: str, safe: bool = False, preferred: bool = False) -> Fix:
    """The fix that puts `text` at `span`."""
    edits = (TextEdit(span, text),)
    return Fix(f"Change to `{text}`", edits, "safe" if safe else "unsafe", preferred)


def distance(written: str, name: str) -> int:
    """The slips of the finger between two names, whatever their quotes and qualifiers."""
    return OSA.distance(_bare(written), _bare(name))


def _is_slip(context: Context, written: str, name: str) -> bool:
    """False where the name as written may have been meant: another table has such a column."""
    low = _bare(written)
    if low[:1] != _bare(name)[:1]:
        return False
    return low not in _columns(context.schema)


# By identity: comparing catalogs would read them. Those of the newest one are kept.
_known: list[tuple[catalog.Catalog, frozenset[str]]] = []


def _columns(schema: catalog.Catalog) -> frozenset[str]:
    """The names of all columns in lower case, of big schemas those of the first tables."""
    if not (_known and _known[0][0] is schema):
        relations = islice(schema.relations(), _MOST_RELATIONS)
        names = frozenset(column.name.lower() for one in relations for column in one.columns)
        _known[:] = [(schema, names)]
    return _known[0][1]


def _loses(context: Context) -> bool:
    """True for statements that throw away what they name: nobody wants another name there unasked."""
    return bool(context.tokens) and context.tokens[0].upper in ("DROP", "TRUNCATE", "DELETE")


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip('"`[]').lower()
