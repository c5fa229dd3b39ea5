"""The dialect that a dbt project is written in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from sureql.sources import detect_dialect
from sureql.sources.dbt.artifacts import Artifacts
from sureql.sources.dbt.layout import Layout
from sureql.syntax import dialects

_TEMPLATE = re.compile(
    r"\{\{(?>(?:[^{}]|\}(?!\})|\{(?!\{))*)\}\}"
    r"|\{%(?>(?:[^{%]|%(?!\})|\{(?!%))*)%\}"
    r"|\{#(?>(?:[^{#]|#(?!\})|\{(?!#))*)#\}"
)
_SNOWFLAKE = re.compile(
    r"(?i)\biff\s*\(|\bcurrent_(?:date|timestamp)\(\)|\bparse_json\s*\(|\b\w+:\w+::\w|"
    r"\b(?:array_size|object_construct|to_timestamp_ntz|try_to_\w+)\s*\(|\blateral\s+flatten\b"
)
_NOT_POSTGRES = re.compile(
    r"(?i)\bqualify\b|\biff\s*\(|\bdate_?(?:add|diff)\s*\(|\bcurrent_date\(\)|\bnvl\s*\("
)
_MOST_READ = 300
_CERTAIN = 12


def of(wanted: str, project: Layout, left: Artifacts, texts: dict[str, str]) -> str:
    """The dialect of a project: `wanted`, that of its profile or of what dbt left, or the one it shows."""
    for name in (wanted, project.adapter, left.adapter):
        if name and dialects.known(name):
            return dialects.get(name).name
    models = (str(path) for path in project.files.models)
    return _written_in([texts[path] for path in models if path in texts][:_MOST_READ])


def _written_in(models: Iterable[str]) -> str:
    """The dialect that models show, generic SQL if they show none: packages are written for any, and
    what one engine refuses is everyday SQL in another."""
    total: Counter[str] = Counter()
    foreign = False
    for text in models:
        weights, not_postgres = _signs(text)
        total.update(dict(weights))
        foreign = foreign or not_postgres
    if foreign:
        total["postgres"] = 0
    ranked = [*total.most_common(2), ("", 0), ("", 0)]
    (best, most), (_, next_best) = ranked[:2]
    return best if most >= _CERTAIN and most > 2 * next_best else "generic"


@lru_cache(_MOST_READ)
def _signs(text: str) -> tuple[tuple[tuple[str, int], ...], bool]:
    """How much one model shows of each dialect, and whether it is none that PostgreSQL takes."""
    code = _TEMPLATE.sub(" x ", text)
    shown = Counter({name: min(one, 20) for name, one in detect_dialect.weights(code).items()})
    shown["snowflake"] += 3 * len({match[0].lower() for match in _SNOWFLAKE.finditer(code)})
    return tuple(shown.items()), _NOT_POSTGRES.search(code) is not None
