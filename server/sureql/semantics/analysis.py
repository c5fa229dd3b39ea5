"""Name resolution over a parsed statement: references, problems, output columns."""

from __future__ import annotations

from collections import OrderedDict

from sqlglot import exp

from sureql.catalog import model as catalog
from sureql.semantics import model, objects, parsed, past, query, statement, structure
from sureql.semantics.resolver import Resolver
from sureql.syntax import dialects
from sureql.text import stand_in
from sureql.text.span import Span

_KEEP = 512
_Key = tuple[str, str, str, int, tuple[Span, ...], bool]
# The catalog is kept with the result so that its identity can't be reused by another one.
_kept: OrderedDict[_Key, tuple[catalog.Catalog, model.Analysis]] = OrderedDict()


def analyse(
    text: str,
    schema: catalog.Catalog,
    dialect: dialects.Dialect,
    holes: tuple[Span, ...] = (),
    path: str = "",
) -> model.Analysis:
    """Analyse one statement. `text` is masked; problems that touch one of `holes` are left out.

    `path` is the file it stands in: a migration may speak of what the schema no longer has.
    """
    settled = not past.speaks_of_it(path, schema.sources)
    key = (text, dialect.name, schema.version, id(schema), holes, settled)
    found = _kept.get(key)
    if found is not None:
        _kept.move_to_end(key)
        return found[1]
    try:
        result = _analyse(text, schema, dialect, holes, settled)
    except RecursionError:
        # A statement nested hundreds of levels deep: nothing is said about it.
        result = model.Analysis(parsed=False)
    _kept[key] = (schema, result)
    while len(_kept) > _KEEP:
        _kept.popitem(last=False)
    return result


def _analyse(
    text: str,
    schema: catalog.Catalog,
    dialect: dialects.Dialect,
    holes: tuple[Span, ...],
    settled: bool,
) -> model.Analysis:
    tree = parsed.tree(text, dialect)
    if tree is None:
        named = Resolver(text, schema, dialect, query.run, holes, settled)
        for problem in objects.check(named):
            named.report(problem)
        return model.Analysis(parsed=False, problems=tuple(named.problems))
    resolver, (output, closed) = statement.resolve(
        tree, schema, dialect, text, holes, settled=settled
    )
    if not isinstance(tree, (exp.Query, exp.DML)):
        known_spans = {one.span for one in resolver.problems}
        for problem in objects.check(resolver):
            if problem.span not in known_spans:
                resolver.report(problem)
    # A template that vanished may have brought sources, columns or CTEs with it.
    hidden = any(
        text[: hole.end].strip()
        and not hole.of(text).strip()
        and stand_in.NOTHING not in hole.of(text)
        for hole in holes
    )
    problems = {} if hidden else {(one.span, one.code): one for one in resolver.problems}
    known = len(resolver.problems)
    structure.check(resolver, tree)
    forbidden = {} if hidden else {(one.span, one.code): one for one in resolver.problems[known:]}
    sources = tuple(
        entry.source for _, scope in resolver.scopes for entry in scope.entries if entry.source.name
    )
    return model.Analysis(
        parsed=True,
        references=tuple(sorted(resolver.references, key=lambda one: one.span)),
        problems=tuple(sorted(problems.values(), key=lambda one: one.span)),
        structure=tuple(sorted(forbidden.values(), key=lambda one: one.span)),
        output=output,
        output_closed=closed and not hidden,
        sources=sources,
    )
