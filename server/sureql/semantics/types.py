"""Result types and nullability of expressions, as SQL text of the dialect; '' where unknown."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from sureql.semantics.model import Field
from sureql.syntax.dialects import Dialect

Lookup = Callable[[exp.Expr], "Field | None"]
Inferred = tuple[str, bool]

_UNKNOWN: Inferred = ("", True)
_DEPTH = 60

# Integer and number types from narrow to wide: arithmetic takes the wider of two.
_NUMBERS = (
    ("TINYINT", "INT1"),
    ("SMALLINT", "INT2", "SMALLSERIAL"),
    ("INTEGER", "INT", "INT4", "SERIAL", "MEDIUMINT"),
    ("BIGINT", "INT8", "BIGSERIAL", "LONG"),
    ("HUGEINT",),
    ("NUMERIC", "DECIMAL", "NUMBER"),
    ("REAL", "FLOAT4"),
    ("DOUBLE PRECISION", "DOUBLE", "FLOAT8", "FLOAT"),
)
_RANK = {name: rank for rank, names in enumerate(_NUMBERS) for name in names}
_EXACT = 5  # Ranks below this one are integers.

_POSTGRES_NAMES = {"INT": "INTEGER", "DECIMAL": "NUMERIC"}

_BOOLEAN_NODES = (
    exp.Predicate,
    exp.Connector,
    exp.Not,
    exp.Exists,
    exp.RegexpLike,
    exp.Between,
    exp.In,
)
_TEXT_FUNCTIONS = (
    exp.Lower,
    exp.Upper,
    exp.Trim,
    exp.Substring,
    exp.Replace,
    exp.Concat,
    exp.ConcatWs,
    exp.DPipe,
    exp.Left,
    exp.Right,
    exp.GroupConcat,
    exp.TimeToStr,
    exp.ToChar,
    exp.Initcap,
    exp.Reverse,
    exp.Repeat,
    exp.Pad,
    exp.SplitPart,
    exp.RegexpReplace,
    exp.JSONExtractScalar,
    exp.MD5,
    exp.Chr,
)
_RANKING = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.Count, exp.CountIf)
_ANONYMOUS = {
    "now": "TIMESTAMPTZ",
    "gen_random_uuid": "UUID",
    "age": "INTERVAL",
    "to_tsvector": "TSVECTOR",
    "to_tsquery": "TSQUERY",
    "jsonb_build_object": "JSONB",
    "jsonb_agg": "JSONB",
    "to_jsonb": "JSONB",
    "to_json": "JSON",
    "row_to_json": "JSON",
    "json_build_object": "JSON",
    "json_agg": "JSON",
    "printf": "TEXT",
    "format": "TEXT",
    "quote": "TEXT",
    "hex": "TEXT",
    "instr": "INTEGER",
    "nextval": "BIGINT",
    "changes": "INTEGER",
    "last_insert_rowid": "INTEGER",
    "make_date": "DATE",
    "strftime": "TEXT",
    "julianday": "REAL",
    "percent_rank": "DOUBLE PRECISION",
    "cume_dist": "DOUBLE PRECISION",
}


def infer(node: exp.Expr | None, lookup: Lookup, dialect: Dialect, depth: int = 0) -> Inferred:
    """The type of an expression and whether it may be NULL.

    `lookup` gives the field that a column node or sub-query stands for.
    """
    if node is None or depth > _DEPTH:
        return _UNKNOWN

    def of(child: exp.Expr | None) -> Inferred:
        return infer(child, lookup, dialect, depth + 1)

    if isinstance(node, (exp.Column, exp.Subquery, exp.Dot)):
        field = lookup(node)
        return (field.type, field.nullable) if field else _UNKNOWN
    if isinstance(node, (exp.Alias, exp.Paren, exp.Ordered, exp.Filter, exp.Collate)):
        return of(node.this)
    if isinstance(node, exp.Literal):
        return _literal(node, dialect)
    if isinstance(node, exp.Null):
        return "", True
    if isinstance(node, exp.Boolean):
        return "BOOLEAN", False
    if isinstance(node, exp.Cast):
        return type_text(node.args.get("to"), dialect), of(node.this)[1]
    if isinstance(node, exp.Neg):
        return of(node.this)
    if isinstance(node, exp.DPipe):
        text = "VARCHAR" if dialect.name == "duckdb" else "TEXT"
        return text, of(node.this)[1] or of(node.expression)[1]
    if isinstance(node, _BOOLEAN_NODES) and not isinstance(node, exp.JSONExtract):
        return "BOOLEAN", _boolean_nullable(node, of)
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.IntDiv)):
        return _arithmetic(node, of(node.this), of(node.expression), dialect)
    if isinstance(node, (exp.Case, exp.If)):
        return _case(node, of)
    if isinstance(node, (exp.Coalesce, exp.Greatest, exp.Least)):
        return _first_of(node, of)
    if isinstance(node, exp.Nullif):
        return of(node.this)[0], True
    if isinstance(node, exp.Window):
        type_, nullable = of(node.this)
        return type_, nullable
    if isinstance(node, exp.Func):
        return _function(node, of, dialect)
    return _UNKNOWN


def type_text(node: exp.Expr | None, dialect: Dialect) -> str:
    """A type as SQL text; types come from sqlglot's own names, so writing them out is safe."""
    if not isinstance(node, exp.DataType):
        return ""
    written = node.sql(dialect=dialect.sqlglot or None)
    if dialect.name == "postgres":
        word = written.partition("(")[0]
        return _POSTGRES_NAMES.get(word, word) + written[len(word) :]
    return written


def _bare(type_: str) -> str:
    return type_.upper().split("(", 1)[0].strip()


def _literal(node: exp.Literal, dialect: Dialect) -> Inferred:
    if node.is_string:
        return ("VARCHAR" if dialect.name == "duckdb" else "TEXT"), False
    text = str(node.this)
    if text.isdigit():
        return "INTEGER", False
    if dialect.name == "sqlite":
        return "REAL", False
    return ("DOUBLE" if "e" in text.lower() else "NUMERIC"), False


def _boolean_nullable(node: exp.Expr, of: Callable[[exp.Expr | None], Inferred]) -> bool:
    if isinstance(node, (exp.Exists, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ)):
        return False
    if isinstance(node, (exp.Binary, exp.Not)):
        return any(
            of(child)[1] for child in (node.args.get("this"), node.args.get("expression")) if child
        )
    return True


def _arithmetic(node: exp.Expr, left: Inferred, right: Inferred, dialect: Dialect) -> Inferred:
    nullable = left[1] or right[1] or (isinstance(node, exp.Div) and dialect.name != "postgres")
    one, two = _bare(left[0]), _bare(right[0])
    if one in _RANK and two in _RANK:
        wide = left[0] if _RANK[one] >= _RANK[two] else right[0]
        if isinstance(node, exp.Div) and dialect.name == "duckdb":
            return "DOUBLE", nullable
        # Precision and scale of the result are the engine's business.
        return _bare(wide), nullable
    if isinstance(node, exp.Sub) and one == two and one in ("DATE", "TIMESTAMP", "TIMESTAMPTZ"):
        days = "INTEGER" if dialect.name == "postgres" else "BIGINT"
        return (days if one == "DATE" else "INTERVAL"), nullable
    if one in ("DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP WITHOUT TIME ZONE"):
        if two == "" and isinstance(node, exp.Sub):
            return "", nullable  # Less a moment it is a number of days or an interval.
        if two in ("INTERVAL", ""):
            return ("TIMESTAMP" if one == "DATE" and two == "INTERVAL" else one), nullable
        return one, nullable
    return "", nullable


def _case(node: exp.Expr, of: Callable[[exp.Expr | None], Inferred]) -> Inferred:
    if isinstance(node, exp.If):
        branches = [node.args.get("true"), node.args.get("false")]
    else:
        branches = [branch.args.get("true") for branch in node.args.get("ifs") or ()]
        branches.append(node.args.get("default"))
    found = [of(branch) for branch in branches if branch is not None]
    nullable = branches[-1] is None or any(nullable for _, nullable in found)
    return _common(type_ for type_, _ in found if type_), nullable


def _first_of(node: exp.Expr, of: Callable[[exp.Expr | None], Inferred]) -> Inferred:
    found = [of(child) for child in (node.this, *(node.args.get("expressions") or ()))]
    nullable = all(nullable for _, nullable in found)
    return _common(type_ for type_, _ in found if type_), nullable


def _common(types: object) -> str:
    found = list(types)  # type: ignore[call-overload]
    if not found:
        return ""
    if all(_bare(type_) in _RANK for type_ in found):
        return str(max(found, key=lambda type_: _RANK[_bare(type_)]))
    return str(found[0])


def _function(
    node: exp.Func, of: Callable[[exp.Expr | None], Inferred], dialect: Dialect
) -> Inferred:
    duck = dialect.name == "duckdb"
    text = "VARCHAR" if duck else "TEXT"
    if isinstance(node, _RANKING):
        return ("INTEGER" if dialect.name == "sqlite" else "BIGINT"), False
    if isinstance(node, _TEXT_FUNCTIONS):
        child = node.args.get("this")
        return text, of(child)[1] if isinstance(child, exp.Expr) else True
    if isinstance(node, (exp.Min, exp.Max, exp.FirstValue, exp.LastValue, exp.Lag, exp.Lead)):
        return of(node.this)[0], True
    if isinstance(node, (exp.AnyValue, exp.First, exp.Last, exp.Abs)):
        return of(node.this)
    if isinstance(node, exp.Sum):
        return _sum(of(node.this)[0], dialect), True
    if isinstance(node, exp.Avg):
        if duck:
            return "DOUBLE", True
        if dialect.name == "sqlite":
            return "REAL", True
        rank = _RANK.get(_bare(of(node.this)[0]))
        return ("" if rank is None else "DOUBLE PRECISION" if rank > _EXACT else "NUMERIC"), True
    if isinstance(node, (exp.Round, exp.Ceil, exp.Floor)):
        return _bare(of(node.this)[0]), of(node.this)[1]
    if isinstance(node, exp.Length):
        return ("BIGINT" if duck else "INTEGER"), of(node.this)[1]
    if isinstance(node, exp.CurrentDate):
        return "DATE", False
    if isinstance(node, exp.CurrentTimestamp):
        return ("TEXT" if dialect.name == "sqlite" else "TIMESTAMPTZ"), False
    if isinstance(node, exp.Extract):
        return ("BIGINT" if duck else "NUMERIC"), of(node.expression)[1]
    if isinstance(node, (exp.TimestampTrunc, exp.DateTrunc)):
        inner = of(node.this)
        return (inner[0] if _bare(inner[0]) in ("TIMESTAMPTZ",) else "TIMESTAMP"), inner[1]
    if isinstance(node, exp.ArrayAgg):
        inner_type = of(node.this if not isinstance(node.this, exp.Order) else node.this.this)[0]
        return (f"{inner_type}[]" if inner_type else ""), True
    if isinstance(node, (exp.LogicalOr, exp.LogicalAnd)):
        return "BOOLEAN", True
    if isinstance(node, (exp.Date, exp.TsOrDsToDate)):
        return ("TEXT" if dialect.name == "sqlite" else "DATE"), True
    if isinstance(node, exp.Anonymous):
        return _ANONYMOUS.get(str(node.name).lower(), ""), True
    return _UNKNOWN


def _sum(type_: str, dialect: Dialect) -> str:
    rank = _RANK.get(_bare(type_))
    if rank is None:
        return ""
    if dialect.name == "sqlite":
        return "INTEGER" if rank < _EXACT else "REAL"
    if dialect.name == "duckdb":
        return "HUGEINT" if rank < _EXACT else ("DOUBLE" if rank > _EXACT else "DECIMAL")
    if rank <= _RANK["INTEGER"]:
        return "BIGINT"
    return "NUMERIC" if rank <= _EXACT else _bare(type_)
