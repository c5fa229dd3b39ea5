"""No text and no number of the user's data, and SQL that still reads as SQL."""

from __future__ import annotations

import pytest

from sureql.privacy import literals
from sureql.syntax import dialects


@pytest.mark.parametrize(
    ("dialect", "text", "masked"),
    [
        ("postgres", "SELECT 'it''s', 12.5e3, -7", "SELECT '…', 0, -0"),
        (
            "postgres",
            "SELECT E'a\\'b', $$x$$, $q$ it's $q$, N'a'",
            "SELECT E'…', $$…$$, $q$…$q$, N'…'",
        ),
        ("postgres", "WHERE a = 'open", "WHERE a = '…"),
        ("postgres", "LIMIT 10 OFFSET 20", "LIMIT 10 OFFSET 20"),
        ("postgres", "FETCH FIRST 5 ROWS ONLY", "FETCH FIRST 5 ROWS ONLY"),
        ("postgres", "ORDER BY 1, 2 DESC, 3", "ORDER BY 1, 2 DESC, 3"),
        ("postgres", "GROUP BY 1, 2", "GROUP BY 1, 2"),
        ("postgres", "WHERE a IN (1, 2, '3')", "WHERE a IN (0, 0, '…')"),
        ("postgres", "WHERE a BETWEEN 5 AND 6", "WHERE a BETWEEN 0 AND 0"),
        (
            "postgres",
            "a varchar(20), b numeric(10, 2) DEFAULT 4",
            "a varchar(20), b numeric(10, 2) DEFAULT 0",
        ),
        ("postgres", "SELECT $1, :name, '' , 0", "SELECT $1, :name, '' , 0"),
        ("postgres", "-- Ann is 34\nSELECT 1", "-- …\nSELECT 0"),
        ("postgres", "/* Ann */ SELECT /*+ HINT(a) */ 1", "/* … */ SELECT /*+ HINT(a) */ 0"),
        ("postgres", 'SELECT "Ann 12"."b3" FROM t4', 'SELECT "Ann 12"."b3" FROM t4'),
        ("mysql", "SELECT \"Ann\", 'a\\'b' # Bob", "SELECT \"…\", '…' # …"),
        ("bigquery", "SELECT '''a'b''', r\"x\"", "SELECT '''…''', r\"…\""),
        ("postgres", "INTERVAL '3 days'", "INTERVAL '…'"),
        ("postgres", "X'ff', B'01', U&'d'", "X'…', B'…', U&'…'"),
    ],
)
def test_masks(dialect: str, text: str, masked: str) -> None:
    rules = dialects.get(dialect)
    assert literals.mask(text, rules) == masked
    assert literals.mask(masked, rules) == masked
