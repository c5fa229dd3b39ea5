"""What may be written inside `{{ }}` and `{% %}` in a dbt project: models, sources, variables, macros."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sureql.candidates import match
from sureql.catalog import model as catalog
from sureql.catalog.project import Project
from sureql.ide.model import Completion
from sureql.syntax import jinja
from sureql.text.span import Span

_MOST = 500
_REF = re.compile(
    r"\bref\s*\(\s*(?:'[^']*'\s*,\s*|\"[^\"]*\"\s*,\s*)?(?P<quote>['\"])(?P<typed>[^'\"]*)\Z"
)
_SOURCE = re.compile(r"\bsource\s*\(\s*(?P<quote>['\"])(?P<typed>[^'\"]*)\Z")
_TABLE = re.compile(
    r"\bsource\s*\(\s*['\"](?P<source>[^'\"]*)['\"]\s*,\s*(?P<quote>['\"])(?P<typed>[^'\"]*)\Z"
)
_VARIABLE = re.compile(r"\bvar\s*\(\s*(?P<quote>['\"])(?P<typed>[^'\"]*)\Z")
_WORD = re.compile(r"(?<![\w.])(?P<typed>(?:[^\W\d][\w.]*)?)\Z")
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_REST = re.compile(r"[\w-]*")

_Named = tuple[str, str, str, str]
"""Name, kind, detail and the key of its documentation."""


def at(text: str, offset: int, schema: catalog.Catalog) -> tuple[Completion, ...] | None:
    """The items at an offset of a document, likeliest first; None outside templates, and where no
    project is known."""
    project = schema.project
    start = jinja.opened(text, offset) if project is not None else -1
    if project is None or start < 0:
        return None
    before = text[start:offset]
    if found := _REF.search(before):
        return _quoted(text, offset, found, _models(schema))
    if found := _TABLE.search(before):
        return _quoted(text, offset, found, _tables(schema, found["source"]))
    if found := _SOURCE.search(before):
        return _quoted(text, offset, found, _sources(schema))
    if found := _VARIABLE.search(before):
        return _quoted(text, offset, found, _variables(project))
    if "'" in (rest := _STRING.sub("", before)) or '"' in rest:
        return ()  # In a text that means nothing to us.
    found = _WORD.search(before)
    return _macros(project, offset, found["typed"]) if found else ()


def _models(schema: catalog.Catalog) -> Iterable[_Named]:
    own = schema.schema("")
    for one in own.relations.values() if own else ():
        yield one.name, one.kind, _first_line(one.comment), f"relation\n{one.schema}\n{one.name}"


def _sources(schema: catalog.Catalog) -> Iterable[_Named]:
    for key, one in schema.schemas.items():
        if key:
            yield one.name, "schema", "source", ""


def _tables(schema: catalog.Catalog, source: str) -> Iterable[_Named]:
    found = schema.schema(source)
    for one in found.relations.values() if found else ():
        yield one.name, one.kind, _first_line(one.comment), f"relation\n{one.schema}\n{one.name}"


def _variables(project: Project) -> Iterable[_Named]:
    for name, value in project.variables:
        yield name, "value", value, ""


def _quoted(
    text: str, offset: int, found: re.Match[str], names: Iterable[_Named]
) -> tuple[Completion, ...]:
    """Items for the inside of a literal, which is closed if it is not yet."""
    rest = _REST.match(text, offset)
    end = rest.end() if rest else offset
    closing = "" if text.startswith(found["quote"], end) else found["quote"]
    replace = Span(offset - len(found["typed"]), end)
    return _ranked(
        found["typed"], ((name, f"{name}{closing}", *more) for name, *more in names), replace
    )


def _macros(project: Project, offset: int, typed: str) -> tuple[Completion, ...]:
    replace = Span(offset - len(typed), offset)
    items = []
    for one in project.macros:
        inside = "'$1'" if one.name in ("ref", "source", "var", "env_var") else "$1"
        insert = f"{one.name}({inside})$0" if one.arguments else f"{one.name}()"
        items.append((one.name, insert, "function", f"({one.arguments})", ""))
    return _ranked(typed, items, replace, snippet=True)


def _ranked(
    typed: str, items: Iterable[Iterable[str]], replace: Span, snippet: bool = False
) -> tuple[Completion, ...]:
    matcher = match.Matcher(typed)
    fitting = []
    for name, insert, kind, detail, key in items:
        tier = matcher.tier(name) if typed else match.PREFIX
        if tier:
            fitting.append((-tier, name, insert, kind, detail, key))
    fitting.sort()
    return tuple(
        Completion(
            label=name,
            kind="view" if "view" in kind else kind,
            insert=insert,
            replace=replace,
            match=name,
            rank=rank,
            detail=detail,
            snippet=snippet and "$" in insert,
            key=key,
        )
        for rank, (_, name, insert, kind, detail, key) in enumerate(fitting[:_MOST])
    )


def _first_line(comment: str) -> str:
    return comment.partition("\n")[0][:120]
