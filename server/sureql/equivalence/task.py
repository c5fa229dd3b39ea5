"""A comparison's task, and what is drawn from its two queries to guide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer import qualify

from sureql.catalog import model as catalog
from sureql.equivalence import conditions, domains, rows, scenes
from sureql.equivalence.subject import Subject
from sureql.syntax.dialects import Dialect

_LARGEST_GROUP = 24


@dataclass(frozen=True, slots=True)
class Task:
    """A comparison: the two texts without parameters, what they are about, and how long it may take.
    `names` says whether the names of result columns count. `choice` is a sentence about what the
    queries leave open, '' if nothing."""

    first: str
    second: str
    subject: Subject
    schema: catalog.Catalog
    dialect: Dialect
    seconds: float
    seed: int
    names: bool
    choice: str = ""


def bare(tree: exp.Expr) -> exp.Expr:
    """A copy without positions and comments: most of what it would take to copy it again and again."""
    made = tree.copy()
    for node in made.walk():
        node.comments = None
        node._meta = None
    return made


def qualified(tree: exp.Expr, task: Task) -> exp.Expr | None:
    # The tree with all columns qualified and stars spelt out, None if sqlglot cannot. It guides the
    # generator and is changed into mutants, whose control shows whether it still means the same.
    tables: dict[str, object] = {}
    for relation in task.subject.relations:
        columns = {column.name: "INT" for column in relation.columns}
        tables.setdefault(relation.name, columns)
    try:
        return qualify.qualify(
            bare(tree),
            schema=tables,
            dialect=task.dialect.sqlglot or None,
            quote_identifiers=False,
            identify=False,
            validate_qualify_columns=False,
        )
    except (SqlglotError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return None


def domains_of(trees: Sequence[exp.Expr], task: Task) -> domains.Domains:
    relations = {(one.schema, one.name): one for one in task.subject.relations}
    whole = [scenes.whole(tree, task.schema, relations) for tree in trees]
    for relation in task.subject.relations:
        parts = []
        for node in rows.check_trees(relation, task.dialect):
            made = node.copy()
            for column in made.find_all(exp.Column):
                column.set("table", exp.to_identifier("#0"))
            parts.append(made)
        if parts:
            whole.append(scenes.Scene({"#0": relation}, tuple(parts)))
    return domains.of(whole, task.subject.relations, task.schema, task.dialect.name)


def sizes(trees: Sequence[exp.Expr]) -> list[int]:
    # Numbers that a count is compared with, or that limit the rows.
    found: dict[int, None] = {}
    for tree in trees:
        for node in tree.find_all(exp.Having, exp.Limit, exp.Offset, exp.Where):
            if isinstance(node, exp.Where) and not node.find(exp.Count):
                continue
            for literal in node.find_all(exp.Literal):
                value = conditions.constant(literal)
                if isinstance(value, int) and 1 < value <= _LARGEST_GROUP:
                    found[value] = None
    return list(found)
