"""CREATE: tables, indexes, views, routines and the rest."""

from __future__ import annotations

from sqlglot import exp

from sureql.ide.diagnostics.context import Context
from sureql.ide.diagnostics.facts import migrations
from sureql.ide.explain import conditions, locks, quoting, summary
from sureql.ide.explain.model import Explanation, Fact, Step
from sureql.ide.explain.wording import code, count, listed, sentence, sentences
from sureql.text.span import Span

_FILLER = frozenset(
    """CREATE OR REPLACE TEMP TEMPORARY UNLOGGED GLOBAL LOCAL UNIQUE MATERIALIZED RECURSIVE FOREIGN VIRTUAL
    SECURE EXTERNAL TRANSIENT CLUSTERED NONCLUSTERED FULLTEXT SPATIAL CONSTRAINT DEFINER""".split()  # noqa: SIM905
)
_MOST_LISTED = 12


def of(context: Context, words: list[str]) -> Explanation | None:
    """The explanation of a CREATE, without that of a query inside it."""
    at = 0
    while at < len(words) and words[at] in _FILLER:
        at += 1
    if at >= len(words):
        return None
    kind, before = words[at].lower(), words[:at]
    if kind == "index":
        return _index(context, words, at)
    place = migrations.skip(context.tokens, at + 1, "IF", "NOT", "EXISTS", "CONCURRENTLY")
    name, behind = migrations.name_at(context.tokens, place, context.dialect)
    if name is None:
        return None
    shown = code(quoting.spoken(context, name.span))
    adjectives = [one.lower() for one in before if one not in ("CREATE", "OR", "REPLACE")]
    adjectives = ["temporary" if one == "temp" else one for one in adjectives]
    noun = " ".join([*adjectives, kind])
    optional = "IF" in words[at : at + 2]
    if kind == "table":
        return _table(context, shown, noun, name.span, (optional, "REPLACE" in before))
    if kind in ("view",):
        return _view(context, shown, noun, "REPLACE" in before, name.span)
    if kind in ("function", "procedure"):
        return _routine(context, shown, noun, "REPLACE" in before)
    if kind == "trigger":
        return _trigger(context, shown, behind)
    head = f"creates the {noun} {shown}{', unless it exists' if optional else ''}"
    if kind == "database" and context.dialect.name == "postgres":
        return Explanation(sentence(head), undo=locks.alone())
    step = Step("change", sentence(head), name.span)
    return Explanation(sentence(head), steps=(step,), undo=locks.of_definition(context, "", ""))


def _table(
    context: Context, shown: str, noun: str, span: Span, known: tuple[bool, bool]
) -> Explanation:
    """`known` is what happens if the table exists: IF NOT EXISTS, OR REPLACE."""
    tree = context.tree
    optional, replaces = known
    head = f"{'creates or replaces' if replaces else 'creates'} the {noun} {shown}"
    outline = []
    query = tree.args.get("expression") if isinstance(tree, exp.Create) else None
    schema = tree.this if isinstance(tree, exp.Create) else None
    parts = schema.expressions if isinstance(schema, exp.Schema) else []
    # A column without a type, as SQLite allows it, is only a name in the tree.
    named = (exp.ColumnDef, exp.Column, exp.Identifier)
    defined = [one for one in parts if isinstance(one, named)]
    if isinstance(query, exp.Query):
        head += f" and fills it with {summary.noun(context, query)}"
    elif defined:
        head += f" with {count(len(defined), 'column')}"
    head += ", unless it exists" if optional else ""
    facts = (Fact("table", shown.strip("`").replace('"', "").lower()),)
    outline.append(Step("change", sentence(head), span, 0, facts))
    for one in defined[:_MOST_LISTED]:
        outline.append(Step("change", sentence(_column(context, one)), None, 1))
    if len(defined) > _MOST_LISTED:
        outline.append(Step("change", f"And {len(defined) - _MOST_LISTED} more columns.", None, 1))
    for one in parts:
        if not isinstance(one, named):
            outline.append(Step("change", sentence(_rule(context, one)), None, 1))
    remarks = []
    if any(one.find(exp.Reference) for one in parts) and context.dialect.name == "postgres":
        remarks.append(
            "others can still read the tables it refers to, but not write to them, until the "
            "transaction ends"
        )
    if replaces:
        remarks.append(f"the rows of a table {shown} that is there are lost")
    undo = locks.of_definition(context, "", shown if replaces else "", remarks)
    if "temporary" in noun and context.dialect.name in ("sqlite", "mysql"):
        # It is written to no shared file, and MySQL does not commit for it.
        undo = "Only this connection sees it, and it is gone when the connection ends."
    return Explanation(sentence(head), steps=tuple(outline), undo=undo)


def _column(context: Context, one: exp.Expr) -> str:
    if not isinstance(one, exp.ColumnDef):
        return code(quoting.name(context, one))
    rest = []
    for constraint in one.args.get("constraints") or ():
        kind = constraint.args.get("kind")
        if isinstance(kind, exp.NotNullColumnConstraint) and not kind.args.get("allow_null"):
            rest.append("never NULL")
        elif isinstance(kind, exp.PrimaryKeyColumnConstraint):
            rest.append("the primary key")
        elif isinstance(kind, exp.UniqueColumnConstraint):
            rest.append("unique")
        elif isinstance(kind, exp.DefaultColumnConstraint):
            rest.append(f"default {code(quoting.exactly(context, kind.this))}")
        elif isinstance(kind, exp.Reference):
            target = kind.this.this if isinstance(kind.this, exp.Schema) else kind.this
            rest.append(f"refers to {code(quoting.name(context, target))}")
        elif isinstance(kind, exp.CheckColumnConstraint):
            told = conditions.told(context, kind.this, summary.inner(context))
            rest.append(f"only where {told}")
    type_ = one.args.get("kind")
    written = type_.sql(context.dialect.sqlglot or None).lower() if type_ is not None else ""
    shown = f"{code(quoting.name(context, one.this))}{f' ({written})' if written else ''}"
    return f"{shown}: {', '.join(rest)}" if rest else shown


def _rule(context: Context, one: exp.Expr) -> str:
    """A constraint of the whole table."""
    named = f"{code(quoting.name(context, one.this))}: " if isinstance(one, exp.Constraint) else ""
    inner = one.expressions[0] if isinstance(one, exp.Constraint) and one.expressions else one
    if isinstance(inner, (exp.CheckColumnConstraint, exp.Check)):
        return (
            f"{named}only rows where {conditions.told(context, inner.this, summary.inner(context))}"
        )
    if isinstance(inner, exp.PrimaryKey):
        return f"{named}the primary key is {_names(context, inner.expressions)}"
    if isinstance(inner, exp.UniqueColumnConstraint):
        columns = inner.this.expressions if isinstance(inner.this, exp.Schema) else []
        return f"{named}no two rows have the same {_names(context, columns)}"
    if isinstance(inner, exp.ForeignKey):
        reference = inner.args.get("reference")
        target = reference.this if reference is not None else None
        table = target.this if isinstance(target, exp.Schema) else target
        refers = f" refers to {code(quoting.name(context, table))}" if table is not None else ""
        return f"{named}{_names(context, inner.expressions)}{refers}"
    kinds = (exp.IndexColumnConstraint,)
    about = "an index: " if isinstance(inner, kinds) else ""
    return f"{named}{about}{code(quoting.exactly(context, inner))}"


def _names(context: Context, nodes: list[exp.Expr]) -> str:
    return listed(code(quoting.exactly(context, one)) for one in nodes)


def _index(context: Context, words: list[str], at: int) -> Explanation | None:
    upper = [token.upper for token in context.tokens]
    if "ON" not in upper:
        return None
    on = upper.index("ON")
    place = migrations.skip(context.tokens, on + 1, "ONLY")
    table, behind = migrations.name_at(context.tokens, place, context.dialect)
    if table is None:
        return None
    shown = code(quoting.spoken(context, table.span))
    method = ""
    if upper[behind : behind + 1] == ["USING"]:
        method = f" ({upper[behind + 1].lower()})"
        behind += 2
    opening = context.tokens[behind] if behind < len(context.tokens) else None
    keys = []
    if opening is not None and opening.text == "(":
        depth, end = 0, behind
        while end < len(context.tokens):
            depth += (context.tokens[end].text == "(") - (context.tokens[end].text == ")")
            if not depth:
                break
            end += 1
        for one in filter(None, migrations.items(context.tokens[behind + 1 : end])):
            keys.append(code(quoting.spoken(context, Span(one[0].start, one[-1].end))))
    unique = "UNIQUE" in words[:at]
    special = [one.lower() for one in words[:at] if one in ("FULLTEXT", "SPATIAL")]
    slow = "CONCURRENTLY" in upper[:on]
    name = quoting.spoken(context, Span(context.tokens[on - 1].start, context.tokens[on - 1].end))
    called = code(name) if upper[on - 1] not in ("INDEX", "CONCURRENTLY", "EXISTS") else ""
    head = f"builds a{' unique' if unique else ''.join(f' {one}' for one in special) or 'n'} index{f' {called}' if called else ''} on {shown}"
    head += f" over {listed(keys)}{method}" if keys else ""
    where = context.tree.find(exp.Where) if context.tree is not None else None
    notes = []
    if where is not None:
        told = conditions.told(context, where.this, summary.inner(context))
        notes.append(f"only rows where {told} are in it")
    if unique:
        notes.append(
            "it fails if rows that are there have the same values, and refuses such rows later"
        )
    facts = (Fact("table", shown.strip("`").replace('"', "").lower()),)
    step = Step("change", sentences([head, *notes]), table.span, 0, facts)
    undo = locks.of_definition(context, "SHARE", shown)
    if slow and context.dialect.name == "postgres":
        undo = locks.alone(
            f"others can go on reading and writing {shown} while it is built; if it fails, an "
            "invalid index stays behind and has to be dropped"
        )
    elif context.dialect.name == "mysql":
        online = (
            "InnoDB builds it online: others can read and write meanwhile, except for a moment "
            "at the start and at the end"
        )
        if special:
            online = f"others can still read {shown} meanwhile, but not write to it"
        undo = sentences([online, locks.of_definition(context, "", "")])
    return Explanation(sentence(head), steps=(step,), undo=undo)


def _view(context: Context, shown: str, noun: str, replaces: bool, span: Span) -> Explanation:
    tree = context.tree
    query = tree.args.get("expression") if isinstance(tree, exp.Create) else tree
    about = f": {summary.noun(context, query)}" if isinstance(query, exp.Query) else ""
    verb = "creates or replaces" if replaces else "creates"
    head = f"{verb} the {noun} {shown}{about}"
    stored = "materialized" in noun
    note = "its rows are stored, and stay as they are until it is refreshed" if stored else ""
    facts = (Fact("table", shown.strip("`").replace('"', "").lower()),)
    step = Step("change", sentences([head, note]), span, 0, facts)
    level = "ACCESS EXCLUSIVE" if replaces else ""
    return Explanation(
        sentence(head),
        steps=(step,),
        undo=locks.of_definition(context, level, shown if replaces else ""),
    )


def _routine(context: Context, shown: str, noun: str, replaces: bool) -> Explanation:
    upper = [token.upper for token in context.tokens]
    verb = "creates or replaces" if replaces else "creates"
    language = ""
    if "LANGUAGE" in upper[:-1]:
        language = f" in {code(context.tokens[upper.index('LANGUAGE') + 1].text)}"
    head = f"{verb} the {noun} {shown}{language}"
    notes = ["nothing in it runs now"]
    if "DEFINER" in upper:
        notes.append("it runs with the rights of its owner (SECURITY DEFINER)")
    for word, meaning in (
        ("IMMUTABLE", "declared to give the same result for the same arguments for ever"),
        ("STABLE", "declared to give the same result within one statement"),
        ("VOLATILE", "may give another result at every call"),
    ):
        if word in upper:
            notes.append(meaning)
    step = Step("change", sentences([head, *notes]))
    return Explanation(sentence(head), steps=(step,), undo=locks.of_definition(context, "", ""))


def _trigger(context: Context, shown: str, behind: int) -> Explanation:
    upper = [token.upper for token in context.tokens]
    text = f"creates the trigger {shown}"
    table = ""
    if "ON" in upper[behind:]:
        on = upper.index("ON", behind)
        named, _ = migrations.name_at(context.tokens, on + 1, context.dialect)
        if named is not None:
            table = code(quoting.spoken(context, named.span))
            when = " ".join(upper[behind:on]).lower()
            text += f", which runs {when} on {table}"
    # SQLite and MySQL know no other triggers.
    rows = "ROW" in upper or context.dialect.name in ("sqlite", "mysql")
    each = "for each row" if rows else "once for each statement"
    step = Step("change", sentences([text, f"it runs {each}"]))
    undo = locks.of_definition(context, "SHARE ROW EXCLUSIVE", table)
    return Explanation(sentence(text), steps=(step,), undo=undo)
