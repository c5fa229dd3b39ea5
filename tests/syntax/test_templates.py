"""Templates are replaced by text of the same length that parses."""

from __future__ import annotations

import pytest

from sureql.syntax import dialects, parse, templates
from sureql.text import stand_in

CASES = [
    # dialect, text, masked
    ("postgres", "select {{ a }} from t", "select _______ from t"),
    ("postgres", "a >= '{{ var('b') }}' or c", "a >= '{{ var(_b_) }}' or c"),
    ("postgres", "'a' || {{ b }} || 'c'", "'a' || _______ || 'c'"),
    ("postgres", "from {{ rel('x') }} as a", "from ______________ as a"),
    ("postgres", "from {{ ref('x') }} as a", "from ǃxǃǃǃǃǃǃǃǃǃǃǃǃ as a"),
    ("postgres", "from {{source('a','b')}}", "from ǃaǃbǃǃǃǃǃǃǃǃǃǃǃǃǃǃǃ"),
    ("postgres", "from {{ ref('a-b') }}", "from ________________"),
    ("postgres", "from {{ ref('p', 'x') }}", "from ǃxǃǃǃǃǃǃǃǃǃǃǃǃǃǃǃǃǃ"),
    ("postgres", "from {{ ref('x', v=2) }}", "from ǃx_v2ǃǃǃǃǃǃǃǃǃǃǃǃǃǃ"),
    ("postgres", "a -- b\n{{ c }} as d", "a -- b\n        as d"),
    ("postgres", "a, -- b\n{{ c }} as d", "a, -- b\n_______ as d"),
    ("postgres", "1{% if x %}+2{% else %}+3{% endif %}", "1          +2                       "),
    ("postgres", "{% set q %}select 1{% endset %}select 2", " " * 31 + "select 2"),
    ("postgres", "{% macro m() %}select 1{% endmacro %}", " " * 15 + "select 1" + " " * 14),
    ("postgres", "{{ config() }}\nselect 1", f"{14 * stand_in.NOTHING}\nselect 1"),
    ("postgres", "where {% if x %} a {% endif %}", "where            a            "),
    ("postgres", "a {# no #} b", f"a {8 * stand_in.NOTHING} b"),
    ("postgres", "select '{{ a }}'", "select '{{ a }}'"),
    ("postgres", "-- {{ a }}\n1", "-- {{ a }}\n1"),
    ("postgres", "from {{ s }}.t", "from _______.t"),
    ("postgres", "from x_{{ s }}_y", "from x_________y"),
    ("postgres", "from t {{ limit }}", "from t            "),
    ("postgres", "= %s and b = %(x)s", "= :x and b = :xxxx"),
    ("postgres", "= $1 and b = :p", "= $1 and b = :p"),
    ("postgres", "= :'v'", "= :xxx"),
    ("postgres", "from :t where a", "from __ where a"),
    ("postgres", "from ${t} where a = ${x}", "from ____ where a = ____"),
    ("postgres", "a = #{x}", "a = ____"),
    ("postgres", "a ? 'b', c @> d, e::int, f[1:2]", "a ? 'b', c @> d, e::int, f[1:2]"),
    ("postgres", "5 %s", "5 %s"),
    ("sqlite", "= %s", "= :x"),
    ("sqlite", "= %(name)s", "= :xxxxxxx"),
    ("sqlite", "= $1 or ?1 or ?", "= :x or :x or ?"),
    ("sqlite", "= @p", "= @p"),
    ("duckdb", "{'a': {'b': 1}}", "{'a': {'b': 1}}"),
    ("duckdb", "x[1:2], {a: 1}", "x[1:2], {a: 1}"),
    ("duckdb", "= $1", "= $1"),
]


@pytest.mark.parametrize(("dialect", "text", "expected"), CASES)
def test_mask(dialect: str, text: str, expected: str) -> None:
    masked, holes = templates.mask(text, dialects.get(dialect))
    assert (masked, bool(holes)) == (expected, masked != text)


@pytest.mark.parametrize(
    ("text", "hole"),
    [
        ("select {{ a }} from t", "{{ a }}"),
        ("select 1 from {{ s }}.orders o", "{{ s }}.orders"),
        ("select 1 from raw_{{ s }}_x o", "raw_{{ s }}_x"),
        ("select 1 from db.{{ s }}", "db.{{ s }}"),
        ('select "{{ a }}" from t', '"{{ a }}"'),
    ],
)
def test_a_hole_covers_the_whole_name(text: str, hole: str) -> None:
    _, holes = templates.mask(text, dialects.get("postgres"))
    assert [found.of(text) for found in holes] == [hole]


@pytest.mark.parametrize("dialect", ["postgres", "sqlite", "duckdb", "mysql", "bigquery", "tsql"])
@pytest.mark.parametrize(
    "text",
    [
        "select {{ a }}, b.{{ c }} from {{ ref('x') }} b where {{ cond }}",
        "select a from t where a = %s and b in (%s, %s)",
        "select a from t where a = %(x)s",
        "select a from t where a = ?",
        "select a from t where a = :p",
        "select a from t where a = $1",
        "select a from ${schema}.t where a = ${x}",
        "{{ config(materialized='table') }}\n\nselect a from t",
        "with x as ({{ some_long_macro_name('a', 'b') }}) select a from x",
    ],
)
def test_masked_text_parses(text: str, dialect: str) -> None:
    rules = dialects.get(dialect)
    masked, _ = templates.mask(text, rules)
    found = parse.parse(masked, rules)
    assert (found.tree is not None, found.problem) == (True, None)


@pytest.mark.parametrize(
    "text",
    [
        "{% if x " * 20_000,
        "{# " * 20_000,
        "{% if x %}" * 3_000,
        "{% else %}" * 3_000,
        "{% endmacro %}{% macro m() %}" * 1_500,
        "'{{ a " * 10_000,
        "{{ ref('a" * 10_000,
    ],
)
def test_hostile_jinja_ends_and_keeps_its_length(text: str) -> None:
    masked, holes = templates.mask(text, dialects.get("postgres"))
    assert len(masked) == len(text)
    assert list(holes) == sorted(holes)
