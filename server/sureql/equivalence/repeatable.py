"""What makes the result of a query differ from one run to the next, or the query unfit to be run.

`obstacles` finds it in the tree alone. It is careful: what it does not know it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from sqlglot import exp

from sureql.catalog import builtins
from sureql.catalog import model as catalog
from sureql.equivalence import total_order
from sureql.syntax.dialects import Dialect
from sureql.syntax.vocabulary import words


class Kind(Enum):
    HARMFUL = "harmful"  # It changes or reads something besides its tables: never run it.
    RANDOM = "random"  # Each run gives something else: nothing can be compared.
    UNKNOWN = "unknown"  # A function whose body is not known.
    FROZEN = "frozen"  # The same within a statement: `now()`. It goes on, and says so.
    CHOICE = "choice"  # Which rows or values come depends on an order that nothing fixes.
    ROUNDING = "rounding"  # Floating point: the last digits depend on the order of the rows.
    ENDLESS = "endless"  # Recursion: it may not end.
    COLLATION = "collation"  # Text is compared by rules of the engine's own.


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`what` is as a user would name it (`random()`, `LIMIT`), `sentence` says why it matters.
    `outermost` is True for a LIMIT or DISTINCT ON of the statement itself: its rows are then some
    of those that the query without it gives."""

    kind: Kind
    what: str
    sentence: str
    outermost: bool = False


_RANDOM = words(
    "rand random randn randstr uuid uuid_generate_v1 uuid_generate_v4 gen_random_uuid newid newsequentialid "
    "generate_uuid uuid_string uuidv4 uuidv7 gen_random_bytes randomblob random_normal clock_timestamp timeofday sysdate setseed "
    "array_shuffle array_sample last_insert_rowid last_insert_id changes total_changes found_rows "
    "row_count txid_current pg_current_xact_id pg_backend_pid scope_identity rand_cauchy"
)
_HARMFUL = words(
    "nextval currval lastval setval pg_sleep pg_sleep_for pg_sleep_until sleep benchmark set_config "
    "load_extension load_file lo_import lo_export pg_read_file pg_read_binary_file pg_ls_dir "
    "pg_terminate_backend pg_cancel_backend pg_reload_conf pg_notify pg_advisory_lock "
    "pg_advisory_xact_lock pg_try_advisory_lock pg_advisory_unlock query_to_xml read_csv read_csv_auto "
    "read_parquet read_json read_json_auto read_text read_blob readfile writefile edit "
    "fts3_tokenizer getenv query query_table sqlite_scan postgres_scan mysql_scan parquet_scan "
    "get_lock release_lock openrowset opendatasource openquery"
)
_HARMFUL_FAMILIES = ("dblink", "pg_logical_", "pg_replication_", "xp_", "utl_", "dbms_", "read_")
_FROZEN = words(
    "now today current_timestamp current_date current_time localtime localtimestamp curdate curtime "
    "utc_date utc_time utc_timestamp getdate getutcdate sysdatetime sysutcdatetime unixepoch transaction_timestamp "
    "statement_timestamp get_current_timestamp get_current_time current_localtimestamp current_localtime "
    "current_user session_user user current_role current_schema current_catalog current_database version "
    "current_setting unix_timestamp current_datetime current_timestamp_ltz current_timezone"
)
# Only with `'now'`, or without the date they would start from.
_CLOCKS = words(
    "date time datetime julianday unixepoch strftime time_to_str timediff "
    "ts_or_ds_to_timestamp ts_or_ds_to_date ts_or_ds_to_datetime"
)
_PICKS = (exp.AnyValue, exp.First, exp.Last, exp.ArgMax, exp.ArgMin, exp.Mode)
_GATHERS = (exp.GroupConcat, exp.ArrayAgg, exp.ArrayUniqueAgg, exp.JSONArrayAgg, exp.JSONObjectAgg)
_PICKING_NAMES = words(
    "any_value arbitrary first last max_by min_by arg_max arg_min mode list_first"
)
_GATHERING_NAMES = words(
    "string_agg group_concat array_agg list listagg json_agg jsonb_agg json_object_agg jsonb_object_agg "
    "json_group_array json_group_object xmlagg wm_concat json_arrayagg json_objectagg"
)
_BY_ROW = (
    exp.RowNumber, exp.Ntile, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue
)  # fmt: skip
_SPREADS = (exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop, exp.Corr)
_WAYS = (exp.CovarPop, exp.CovarSamp)
_FLOATS = ("FLOAT", "DOUBLE", "REAL", "FLOAT4", "FLOAT8")


def obstacles(tree: exp.Expr, dialect: Dialect, schema: catalog.Catalog) -> tuple[Obstacle, ...]:
    """What stands in the way, each thing once, the gravest kind first."""
    found: dict[tuple[Kind, str, bool], Obstacle] = {}
    for one in _all(tree, dialect, schema):
        found.setdefault((one.kind, one.what, one.outermost), one)
    ranks = {kind: rank for rank, kind in enumerate(Kind)}
    return tuple(sorted(found.values(), key=lambda one: ranks[one.kind]))


def forbidding(found: tuple[Obstacle, ...]) -> Obstacle | None:
    """The first of them that forbids running the query, or comparing what it gives."""
    return next((one for one in found if one.kind in (Kind.HARMFUL, Kind.RANDOM)), None)


def _all(tree: exp.Expr, dialect: Dialect, schema: catalog.Catalog) -> Iterator[Obstacle]:
    if not isinstance(tree, exp.Query):
        yield Obstacle(Kind.HARMFUL, tree.key.upper(), "Only queries are compared.")
        return
    for node in tree.walk():
        if isinstance(node, (exp.DML, exp.DDL, exp.Command, exp.Into)) and not isinstance(
            node, exp.Query
        ):
            what = "SELECT INTO" if isinstance(node, exp.Into) else node.key.upper()
            yield Obstacle(Kind.HARMFUL, what, f"`{what}` changes data, so it is not run.")
        elif isinstance(node, exp.TableSample):
            yield Obstacle(Kind.RANDOM, "TABLESAMPLE", "A sample has other rows in each run.")
        elif isinstance(node, exp.With) and node.recursive:
            yield Obstacle(Kind.ENDLESS, "RECURSIVE", "A recursive query has a time limit here.")
        elif isinstance(node, exp.Collate):
            yield Obstacle(Kind.COLLATION, "COLLATE", "The engine's own collation compares text.")
        elif isinstance(node, exp.Window):
            yield from _window(node, dialect, schema)
        elif isinstance(node, exp.Query):
            yield from _level(node, tree, dialect, schema)
        elif isinstance(node, exp.Func):
            yield from _call(node, dialect, schema)


def _call(node: exp.Func, dialect: Dialect, schema: catalog.Catalog) -> Iterator[Obstacle]:
    names = _names(node)
    shown = f"{min(names, key=len) if isinstance(node, exp.Anonymous) else _shown(node)}()"
    if names & _HARMFUL or any(name.startswith(_HARMFUL_FAMILIES) for name in names):
        sentence = f"`{shown}` does more than reading the tables, so it is not run."
        yield Obstacle(Kind.HARMFUL, shown, sentence)
    elif names & _RANDOM:
        sentence = f"`{shown}` gives something else in each run, so results can't be compared."
        yield Obstacle(Kind.RANDOM, shown, sentence)
    elif names & _FROZEN or (names & _CLOCKS and _reads_the_clock(node)):
        sentence = f"`{shown}` is taken to be the same in both."
        yield Obstacle(Kind.FROZEN, shown, sentence)
    elif _picks(node, names) and not _ordered(node, dialect, schema):
        sentence = f"`{shown}` depends on the order of the rows, which nothing fixes."
        yield Obstacle(Kind.CHOICE, shown, sentence)
    elif _rounds(node, schema):
        sentence = f"`{shown}` of floating-point numbers depends on the order of the rows in its last digits."
        yield Obstacle(Kind.ROUNDING, shown, sentence)
    elif isinstance(node, exp.Anonymous) and not names & builtins.functions(dialect.name).keys():
        sentence = f"What the function `{shown}` does is not known."
        yield Obstacle(Kind.UNKNOWN, shown, sentence)


def _names(node: exp.Func) -> set[str]:
    if isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc)):
        return {str(node.this).lower()} if isinstance(node.this, str) else {node.name.lower()}
    return {name.lower() for name in node.sql_names()}


def _shown(node: exp.Func) -> str:
    shown = {exp.Rand: "random", exp.GroupConcat: "string_agg", exp.TimeToStr: "strftime"}
    return shown.get(type(node), node.sql_name().lower())


def _reads_the_clock(node: exp.Func) -> bool:
    values = [one.name.lower() for one in node.find_all(exp.Literal) if one.is_string]
    return "now" in values or not any(
        isinstance(one, exp.Expr) for one in node.args.values() if one
    )


def _picks(node: exp.Func, names: set[str]) -> bool:
    return isinstance(node, (*_PICKS, *_GATHERS)) or bool(
        names & (_PICKING_NAMES | _GATHERING_NAMES)
    )


def _ordered(node: exp.Func, dialect: Dialect, schema: catalog.Catalog) -> bool:
    """True if an ORDER BY inside of the aggregate leaves nothing open."""
    order = node.find(exp.Order)
    within = node.find_ancestor(exp.WithinGroup)
    if order is None and within is not None and within.this is node:
        order = within.find(exp.Order)
    select = node.find_ancestor(exp.Select)
    if order is None or select is None:
        return False
    wanted = {one.this for one in order.expressions}
    value = order.this.unnest() if isinstance(order.this, exp.Expr) else node.this
    if isinstance(value, exp.Distinct) and len(value.expressions) == 1:
        value = value.expressions[0]
    # Rows that tie have the same value then: any order gives the same text.
    if value in wanted and isinstance(node, (exp.GroupConcat, exp.ArrayAgg)):
        return True
    return total_order.fixes_rows(tuple(wanted), select, dialect, schema)


def _rounds(node: exp.Func, schema: catalog.Catalog) -> bool:
    if isinstance(node, (*_SPREADS, *_WAYS)):
        return True
    if not isinstance(node, (exp.Sum, exp.Avg)):
        return False
    select = node.find_ancestor(exp.Select)
    if any(cast.to.sql().upper().startswith(_FLOATS) for cast in node.find_all(exp.Cast)):
        return True
    columns = {one.name.lower() for one in node.find_all(exp.Column)}
    for table in select.find_all(exp.Table) if select is not None else ():
        relation = schema.find([part.name for part in table.parts if isinstance(part, exp.Expr)])
        for column in relation.columns if relation is not None else ():
            if column.name.lower() in columns and column.type.upper().startswith(_FLOATS):
                return True
    return False


def _window(node: exp.Window, dialect: Dialect, schema: catalog.Catalog) -> Iterator[Obstacle]:
    function = node.this
    while isinstance(function, (exp.IgnoreNulls, exp.RespectNulls, exp.Filter)):
        function = function.this
    if not isinstance(function, exp.Expr) or not isinstance(node.parent, exp.Expr):
        return
    if isinstance(node.this, exp.Identifier):
        return  # A named window: it is looked at where it is used.
    select = node.find_ancestor(exp.Select)
    specification = _specification(node, select)
    frame = specification.args.get("spec") if specification is not None else None
    by_row = isinstance(function, _BY_ROW) or (
        frame is not None and str(frame.args.get("kind") or "").upper() == "ROWS"
    )
    if not by_row:
        return
    order = specification.args.get("order") if specification is not None else None
    keys = [one.this for one in order.expressions] if order is not None else []
    keys += specification.args.get("partition_by") or [] if specification is not None else []
    if select is not None and total_order.fixes_windows(tuple(keys), select, dialect, schema):
        return
    name = _shown(function) if isinstance(function, exp.Func) else function.key
    sentence = f"`{name}()` numbers rows that tie in an order that nothing fixes."
    yield Obstacle(Kind.CHOICE, f"{name}() OVER", sentence)


def _specification(node: exp.Window, select: exp.Select | None) -> exp.Window | None:
    named = node.args.get("alias")
    if named is None:
        return node
    for one in (select.args.get("windows") or ()) if select is not None else ():
        if one.name.lower() == named.name.lower() and not node.args.get("order"):
            return one if isinstance(one, exp.Window) else None
    return None


def _level(
    node: exp.Query, tree: exp.Expr, dialect: Dialect, schema: catalog.Catalog
) -> Iterator[Obstacle]:
    distinct = node.args.get("distinct")
    limited = bool(node.args.get("limit") or node.args.get("offset"))
    limited = limited and total_order.limit_matters(node)
    picking = isinstance(distinct, exp.Distinct) and distinct.args.get("on") is not None
    if (limited or picking) and not total_order.of_query(node, dialect, schema):
        name = "OFFSET" if node.args.get("limit") is None else "LIMIT"
        sentence = f"`{name}` without an ORDER BY that leaves no ties may take any of the rows."
        if picking:
            name = "DISTINCT ON"
            sentence = f"`{name}` takes any of the rows that its ORDER BY leaves tied."
        yield Obstacle(Kind.CHOICE, name, sentence, node is tree)
    if not isinstance(node, exp.Select):
        return
    if dialect.name not in ("postgres", "duckdb", "redshift"):
        for column in total_order.loose(node, dialect, schema):
            sentence = f"`{column.sql()}` is neither grouped nor aggregated: it comes from any row of a group."
            yield Obstacle(Kind.CHOICE, column.sql(), sentence)
