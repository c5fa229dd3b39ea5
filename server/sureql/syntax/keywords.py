"""Words with a meaning: reserved ones per dialect, and those after which an operand follows.

The PostgreSQL, SQLite and DuckDB sets were found by asking the engines which words they refuse as
table and column names; words that only sqlglot refuses are in them too, because a quoted name is
right in both.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARSER_ONLY = _words(
    """alter between cube drop exclude function glob grant if insert lock regexp revoke rollback
    rollup values"""
)

POSTGRES = _PARSER_ONLY | _words(
    """all analyse analyze and anti any array as asc asof asymmetric authorization binary both case
    cast check collate collation column concurrently constraint create cross current_catalog
    current_date current_role current_schema current_time current_timestamp current_user default
    deferrable desc describe distinct do else end except false fetch for foreign freeze from full
    grant group having ilike in initially inner intersect into is isnull join lateral leading left
    like limit localtime localtimestamp natural not notnull null offset on only or order outer
    overlaps placing primary qualify references returning right select semi session_user similar
    some symmetric system_user table tablesample then to trailing true union unique user using
    variadic verbose when where window with"""
)
DUCKDB = _PARSER_ONLY | _words(
    """all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by
    case cast check collate collation column concurrently constraint create cross default deferrable
    desc describe distinct do else end except false fetch for force foreign freeze from full glob
    group having ilike in initially inner install intersect into is isnull join lambda lateral
    leading left like limit macro map natural not notnull null offset on only or order outer
    overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning
    right select semi show similar some summarize symmetric table tablesample then to trailing true
    union unique unpack unpivot using variadic verbose when where window with"""
)
SQLITE = _PARSER_ONLY | _words(
    """add all alter and any as asof autoincrement between case cast check collate commit constraint
    create cross current_date current_time current_timestamp default deferrable delete describe
    distinct drop else escape except exists fetch for foreign from full glob group having if ilike
    in index indexed inner insert intersect into is isnull join lateral left like limit natural not
    nothing notnull null offset on or order outer primary qualify raise references regexp returning
    right select set table tablesample then to transaction true false union unique update using
    values when where window with"""
)
RESERVED = _PARSER_ONLY | _words(
    """add all alter and any array as asc asof between both by case cast check collate column commit
    constraint create cross current_date current_time current_timestamp current_user default delete
    desc describe distinct drop else end escape except exists false fetch for foreign from full
    group having ilike in index inner insert intersect interval into is join lateral leading left
    like limit natural not null offset on or order outer over partition primary qualify references
    returning right select set some table tablesample then to trailing true union unique update user
    using values when where window with"""
)
MYSQL = RESERVED | _words(
    """accessible analyze asensitive before bigint binary blob call cascade change char character
    condition continue convert cumulative database databases day_hour day_minute day_second dec
    decimal declare delayed dense_rank deterministic distinctrow div double dual each elseif empty
    enclosed escaped exit explain first_value float force fulltext generated get groups
    high_priority hour_minute hour_second ignore infile inout insensitive int integer iterate
    json_table key keys kill lag last_value lead leave linear lines load localtime localtimestamp
    long longblob longtext loop low_priority match mediumblob mediumint mediumtext mod modifies
    nth_value ntile numeric of optimize option optionally out outfile percent_rank precision
    procedure purge range rank read reads real recursive release rename repeat replace require
    resignal restrict return rlike row rows row_number schema schemas sensitive separator show
    signal smallint spatial specific sql sqlexception sqlstate sqlwarning ssl starting stored
    straight_join system terminated tinyblob tinyint tinytext trigger undo unlock unsigned usage use
    utc_date utc_time utc_timestamp varbinary varchar varying virtual while write xor zerofill"""
)
BIGQUERY = RESERVED | _words(
    """assert_rows_modified at contains define enum extract following groups hash ignore lookup
    merge new no nulls of preceding proto range recursive respect rollup rows struct treat unbounded
    unnest within"""
)
SNOWFLAKE = RESERVED | _words(
    """account connect connection current database following gscluster ilike increment issue
    localtime localtimestamp minus of organization qualify regexp rlike row rows sample schema start
    trigger try_cast view whenever"""
)
TSQL = RESERVED | _words(
    """authorization backup begin break browse bulk cascade checkpoint close clustered coalesce
    compute contains containstable continue convert cursor database dbcc deallocate declare deny
    disk distributed double dump errlvl exec execute exit external file fillfactor freetext
    freetexttable goto holdlock identity identity_insert identitycol key kill lineno load merge
    national nocheck nonclustered nullif of off offsets open opendatasource openquery openrowset
    openxml option percent pivot plan precision print proc procedure public raiserror read readtext
    reconfigure replication restore restrict return revert rowcount rowguidcol rule save schema
    securityaudit session_user setuser shutdown statistics system_user textsize top tran transaction
    trigger truncate try_convert tsequal unpivot updatetext use varying view waitfor while
    writetext"""
)
ORACLE = RESERVED | _words(
    """access audit char cluster comment compress connect date decimal exclusive file float identified
    immediate increment initial integer level long maxextents minus mlslabel mode modify noaudit
    nocompress nowait number of offline online option pctfree prior public raw rename resource row
    rowid rownum rows session share size smallint start successful synonym sysdate trigger uid
    validate varchar varchar2 view whenever"""
)

# After these words an operand or a name follows, so that `?`, `%s` and `@x` are parameters there
# and a template stands for one.
BEFORE_OPERAND = _words(
    """ALL AND ANY AS BETWEEN BY CASE DELETE DISTINCT ELSE EXCEPT EXISTS FROM HAVING ILIKE IN INSERT
    INTERSECT INTERVAL INTO IS JOIN LIKE LIMIT MINUS NOT OFFSET ON ONLY OR OVER OVERWRITE PARTITION
    QUALIFY REGEXP RETURNING RETURN RLIKE SELECT SET SIMILAR SOME TABLE THEN TO TOP UNION UPDATE
    USING VALUES WHEN WHERE WITH ESCAPE GLOB MATCH DIV MOD FETCH FIRST NEXT VIEW EXECUTE CALL PERFORM
    REFERENCES LATERAL IF DEFAULT"""
)

# What the engines refuse as a table's alias behind AS; the other words above are sqlglot's only.
NO_ALIAS = {
    "postgres": (POSTGRES - _PARSER_ONLY - _words("anti asof describe qualify semi")) | {"grant"},
    "duckdb": (DUCKDB - _PARSER_ONLY - _words("force install macro map")) | {"glob"},
    "sqlite": _words(
        """add all alter and as autoincrement between case check collate commit constraint create
        default deferrable delete distinct drop else escape except exists foreign from group having
        in index insert intersect into is isnull join limit not nothing notnull null on or order
        primary references returning select set table then to transaction union unique update using
        values when where"""
    ),
}
