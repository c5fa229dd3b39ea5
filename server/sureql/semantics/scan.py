"""What can be named at the cursor when the statement does not parse: read from the token scan.

The scan's frames say which sources and CTEs are in sight. Catalog relations are looked up, and the
bodies of derived tables and CTEs are parsed one by one; of a broken body the select list is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sureql.catalog import model as catalog
from sureql.semantics import model, parsed, sources, statement
from sureql.semantics.scope import Entry
from sureql.syntax import cursor, lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind, Token
from sureql.text.span import Span

_NAMES = (Kind.WORD, Kind.QUOTED)
_DEEPEST = 12
_Ctes = Mapping[str, model.Source]
_Output = tuple[tuple[model.Field, ...], bool]


def visible(
    text: str, context: cursor.CursorContext, schema: catalog.Catalog, dialect: Dialect
) -> model.Visible:
    """What can be named at the cursor, by its frames."""
    reader = _Reader(text, schema, dialect)
    frame = context.frame
    ctes = reader.ctes(frame)
    entries = reader.entries(frame, ctes)
    outer: list[model.Source] = []
    level = frame.parent
    while level is not None:
        # LATERAL sees what stands before it.
        around = [one for one in level.sources if _holds(one, context.offset)]
        seen = tuple(
            one for one in level.sources if not around or one.span.end < around[0].span.start
        )
        outer += [entry.source for entry in reader.entries(replace(level, sources=seen), ctes)]
        level = level.parent
    target = next(
        (
            entry.source
            for raw, entry in zip(frame.sources, entries, strict=True)
            if raw.role == "target"
        ),
        None,
    )
    if target is None and context.target is not None:
        wanted = cursor.RawSource(context.target, "", None, context.target.span, role="target")
        target = reader.entries(cursor.Frame(frame.span, sources=(wanted,)), {})[0].source
    return model.Visible(
        sources=tuple(
            entry.source
            for raw, entry in zip(frame.sources, entries, strict=True)
            # A half-typed table at the cursor is no source yet.
            if not (raw.name is not None and not raw.alias and raw.span.touches(context.offset)
                    and context.expect is cursor.Expect.RELATION)
        ),
        outer=tuple(outer),
        ctes=tuple(ctes.values()),
        projection=tuple(
            field
            for span in frame.projection
            if not span.touches(context.offset) or span.end < context.word.start
            for field in reader.item(span, entries)[0]
        ),
        merged=reader.merged(frame, entries),
        target=target,
        exact=False,
    )  # fmt: skip


def _holds(raw: cursor.RawSource, offset: int) -> bool:
    return raw.body is not None and raw.body.touches(offset)


class _Reader:
    """Reads sources from frames of one text."""

    def __init__(self, text: str, schema: catalog.Catalog, dialect: Dialect) -> None:
        self.text = text
        self.schema = schema
        self.dialect = dialect
        self.depth = 0

    def key(self, name: str) -> str:
        return sources.key_of(name, self.dialect)

    def ctes(self, frame: cursor.Frame) -> dict[str, model.Source]:
        """The CTEs of the frame and those around it, resolved in the order they are written."""
        found: dict[str, model.Source] = {}
        chain: list[cursor.Frame] = []
        level: cursor.Frame | None = frame
        while level is not None:
            chain.append(level)
            level = level.parent
        for one in reversed(chain):
            for raw in one.ctes:
                found[self.key(raw.name)] = self._cte(raw, found)
        return found

    def _cte(self, raw: cursor.RawCte, ctes: _Ctes) -> model.Source:
        source = model.Source(raw.name, "cte", definition=raw.name_span, span=raw.name_span)
        known = dict(ctes)
        if raw.recursive:
            itself = tuple(model.Field(name) for name in raw.columns)
            known[self.key(raw.name)] = replace(source, fields=itself)
        fields, closed = self.body(raw.body, known)
        return replace(source, fields=_renamed(fields, raw.columns), closed=closed)

    def body(self, span: Span, ctes: _Ctes) -> _Output:
        """The output of the query in `span`."""
        if self.depth > _DEEPEST:
            return (), False
        # Blanks before it keep the offsets those of the statement.
        padded = " " * span.start + span.of(self.text)
        tree = parsed.tree(padded, self.dialect)
        if tree is not None:
            return statement.resolve(tree, self.schema, self.dialect, padded, ctes=ctes)[1]
        self.depth += 1
        try:
            return self._select_list(span, ctes)
        finally:
            self.depth -= 1

    def _select_list(self, span: Span, ctes: _Ctes) -> _Output:
        """The output of a query that does not parse, from its select list."""
        frame = cursor.at(self.text, span.end, self.dialect).frame
        while frame.parent is not None and not frame.span.covers(span):
            frame = frame.parent
        if not span.covers(frame.span):
            return (), False
        known = {**ctes}
        for raw in frame.ctes:
            if span.covers(raw.body) and self.key(raw.name) not in known:
                known[self.key(raw.name)] = self._cte(raw, known)
        entries = self.entries(frame, known)
        fields: list[model.Field] = []
        closed = True
        items = frame.projection
        returning = frame.clause(cursor.Clause.RETURNING)
        if not items and returning is not None:
            items = tuple(_items(returning.body, self.text, self.dialect))
        for item in items:
            found, whole = self.item(item, entries)
            fields += found
            closed = closed and whole
        return tuple(fields), closed and bool(items)

    def entries(self, frame: cursor.Frame, ctes: _Ctes) -> list[Entry]:
        """The sources of a frame, one for each of `frame.sources`."""
        return [self._entry(raw, ctes) for raw in frame.sources]

    def _entry(self, raw: cursor.RawSource, ctes: _Ctes) -> Entry:
        definition = raw.alias_span
        if raw.body is not None:
            fields, closed = self.body(raw.body, ctes)
            source = model.Source(
                raw.alias, "derived", fields, closed, None, bool(raw.alias), None, definition
            )
        elif raw.name is None:
            source = model.Source(raw.alias, "unknown", aliased=bool(raw.alias))
        elif raw.function:
            source = sources.of_function(raw.name.parts[-1], raw.alias, self.dialect)
            source = replace(source, definition=definition, span=raw.name.spans[-1])
        else:
            return self._named(raw, raw.name, ctes)
        source = replace(source, fields=_renamed(source.fields, raw.columns))
        return sources.entry_of(source, self.dialect)

    def _named(self, raw: cursor.RawSource, name: cursor.NamePath, ctes: _Ctes) -> Entry:
        label, span = name.parts[-1], name.spans[-1]
        cte = ctes.get(self.key(label)) if len(name.parts) == 1 else None
        if cte is not None:
            source = replace(
                cte,
                name=raw.alias or label,
                aliased=bool(raw.alias),
                span=span,
                definition=raw.alias_span or cte.definition,
            )
        else:
            relation = sources.find(name.parts, self.schema, self.dialect)
            if relation is not None:
                entry = sources.of_relation(
                    relation, self.schema, self.dialect, raw.alias, span, raw.alias_span
                )
                if not raw.columns:
                    return entry
                source = entry.source
            else:
                source = model.Source(
                    raw.alias or label, "unknown", (), False, None, bool(raw.alias), span,
                    raw.alias_span,
                )  # fmt: skip
        source = replace(source, fields=_renamed(source.fields, raw.columns))
        return sources.entry_of(source, self.dialect)

    def item(self, span: Span, entries: list[Entry]) -> _Output:
        """The columns that one item of a select list gives."""
        tokens = lexer.code(span.of(self.text), self.dialect)
        if not tokens:
            return (), True
        last = tokens[-1]
        if last.text == "*" and (len(tokens) == 1 or tokens[-2].text == "."):
            return self._star(tokens, entries)
        if last.kind not in _NAMES or (len(tokens) > 1 and tokens[-2].kind is Kind.OPERATOR):
            return (model.Field(""),), True
        name = self.dialect.normalize(last.text)
        place = Span(last.start, last.end).shift(span.start)
        field = model.Field(name, span=place)
        if _is_path(tokens):
            wanted = entries
            if len(tokens) >= 3:
                before = self.key(self.dialect.normalize(tokens[-3].text))
                wanted = [one for one in entries if self.key(one.source.name) == before]
            known = [one.index[self.key(name)][0] for one in wanted if self.key(name) in one.index]
            if known:
                field = replace(known[0], span=place)
        return (field,), True

    def _star(self, tokens: tuple[Token, ...], entries: list[Entry]) -> _Output:
        wanted = entries
        if len(tokens) >= 3:
            before = self.key(self.dialect.normalize(tokens[-3].text))
            wanted = [one for one in entries if self.key(one.source.name) == before][:1]
        fields = tuple(field for one in wanted for field in one.source.fields)
        closed = bool(wanted) and all(one.source.closed for one in wanted)
        return tuple(replace(field, span=None) for field in fields), closed

    def merged(self, frame: cursor.Frame, entries: list[Entry]) -> tuple[str, ...]:
        """Columns that USING and NATURAL merge."""
        found: dict[str, None] = {}
        for clause in frame.clauses:
            if clause.clause is cursor.Clause.USING:
                inside = [
                    token
                    for token in lexer.code(clause.body.of(self.text), self.dialect)
                    if token.kind in _NAMES
                ]
                if clause.body.of(self.text).lstrip().startswith("(") and not any(
                    clause.body.covers(raw.span) for raw in frame.sources
                ):
                    names = [self.dialect.normalize(token.text) for token in inside]
                    found.update((name, None) for name in names if self._has(name, entries))
            elif clause.keyword.of(self.text).upper().startswith("NATURAL"):
                found.update(dict.fromkeys(self._natural(clause, frame, entries)))
        return tuple(found)

    def _has(self, name: str, entries: list[Entry]) -> bool:
        return any(self.key(name) in one.index or not one.source.closed for one in entries)

    def _natural(
        self, clause: cursor.ClauseSpan, frame: cursor.Frame, entries: list[Entry]
    ) -> Iterator[str]:
        left: set[str] = set()
        for raw, entry in zip(frame.sources, entries, strict=True):
            if raw.span.start < clause.keyword.start:
                left.update(entry.index)
            elif clause.body.covers(raw.span):
                for key, fields in entry.index.items():
                    if key in left:
                        yield fields[0].name


def _renamed(fields: tuple[model.Field, ...], names: tuple[str, ...]) -> tuple[model.Field, ...]:
    if not names:
        return fields
    changed = tuple(
        replace(field, name=name, column=None) for field, name in zip(fields, names, strict=False)
    )
    more = tuple(model.Field(name) for name in names[len(fields) :])
    return changed + more + fields[len(names) :]


def _is_path(tokens: tuple[Token, ...]) -> bool:
    """True for `a` and `t.a`, false for an expression with an alias."""
    return (
        all(
            token.kind in _NAMES if index % 2 == 0 else token.text == "."
            for index, token in enumerate(tokens)
        )
        and len(tokens) % 2 == 1
    )


def _items(span: Span, text: str, dialect: Dialect) -> Iterator[Span]:
    """The comma-separated items in `span`."""
    depth, start = 0, span.start
    for token in lexer.code(span.of(text), dialect):
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if token.text == "," and depth == 0:
            yield Span(start, span.start + token.start)
            start = span.start + token.end
    yield Span(start, span.end)
