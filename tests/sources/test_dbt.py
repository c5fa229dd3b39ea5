"""dbt projects as schemas: what they make known, and projects that are broken or hostile."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from support import cases
from sureql.catalog.model import Catalog, Relation
from sureql.sources import files, load
from sureql.sources.dbt import load as dbt
from sureql.sources.load import Spec
from sureql.storage import catalog_cache

SHOP = cases.FIXTURES / "dbt" / "shop"
PROJECT = "name: tiny\n"


def made(folder: Path, **texts: str) -> Catalog:
    """The catalog of a project with these files; `__` in a name stands for a folder's slash."""
    for name, text in {"dbt_project.yml": PROJECT, **texts}.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return dbt.load(folder, folder, "postgres")


def model(found: Catalog, name: str) -> Relation:
    relation = found.find((name,))
    assert relation is not None
    return relation


def names(relation: Relation) -> list[str]:
    return [column.name for column in relation.columns]


def test_a_project_is_found_and_read_without_settings() -> None:
    (group,) = files.discover(SHOP)
    assert group.project == str(SHOP)
    found = load.load(Spec(str(SHOP), path=str(SHOP / "models" / "marts")))
    assert found.dialect == "postgres"  # The profile says so.
    assert found.problems == ()
    assert found.project is not None
    assert found.project.complete
    assert dict(found.project.variables) == {"first_day": "2024-01-01", "currency": "EUR"}
    assert "cents_to_euros" in {one.name for one in found.project.macros}


def test_models_have_the_columns_of_their_queries() -> None:
    found = dbt.load(SHOP, SHOP)
    orders = model(found, "stg_orders")
    assert names(orders) == ["order_id", "customer_id", "status", "placed_on", "amount"]
    assert orders.closed
    assert orders.kind == "table"
    assert [one.type for one in orders.columns] == ["", "INTEGER", "", "DATE", ""]
    assert names(model(found, "ratings")) == ["rating", "label"]
    # What a loop makes is not known.
    assert not model(found, "customers").closed
    assert not model(found, "order_history").closed


def test_what_is_tested_is_told_but_no_key() -> None:
    found = dbt.load(SHOP, SHOP)
    customers = model(found, "stg_customers")
    assert customers.keys == ()
    assert all(column.nullable for column in customers.columns)
    assert "Tested by dbt: unique, not null." in customers.columns[0].comment
    assert "The number on the customer's card." in customers.columns[0].comment
    orders = model(found, "stg_orders")
    assert orders.checks == ("status IN ('placed', 'shipped', 'returned')",)
    assert orders.foreign_keys[0].target == ("", "stg_customers")
    plain = found.enforced()
    assert model(plain, "stg_orders").checks == ()
    assert model(plain, "stg_orders").foreign_keys == ()
    assert names(model(plain, "stg_orders")) == names(orders)


def test_everything_survives_the_cache_file(tmp_path: Path) -> None:
    found = dbt.load(SHOP, SHOP)
    kept = catalog_cache.read(catalog_cache.write(found, tmp_path))
    assert kept is not None
    assert kept.project == found.project
    assert model(kept, "stg_orders") == model(found, "stg_orders")


def test_secrets_of_a_profile_stay_in_it(tmp_path: Path) -> None:
    found = dbt.load(SHOP, SHOP)
    held = catalog_cache.write(found, tmp_path).read_bytes()
    assert b"never-read-this" not in held
    assert b"nobody" not in held
    assert str(SHOP / "profiles.yml") not in found.sources


def test_rows_of_a_seed_are_not_read() -> None:
    text = dbt._header(SHOP / "seeds" / "ratings.csv")
    assert text == "rating,label\n"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_seeds_with_any_mark_between_their_columns(tmp_path: Path, mark: str) -> None:
    line = mark.join(["a", '"b, c"', "d"])
    found = made(tmp_path, **{"seeds__x.csv": f"{line}\n", "seeds__alone.csv": "one\n1,2\n"})
    assert names(model(found, "x")) == ["a", "b, c", "d"]
    assert names(model(found, "alone")) == ["one"]


def test_models_that_read_one_another(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        **{
            "models__a.sql": "select x from {{ ref('b') }}",
            "models__b.sql": "select x from {{ ref('a') }}",
            "models__c.sql": "select x from {{ ref('a') }}",
            "models__d.sql": "select x as y from {{ ref('c') }}",
        },
    )
    assert "read one another" in found.problems[0].message
    assert names(model(found, "d")) == ["y"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("models: [", "This YAML is broken"),
        ("a: b: c", "This YAML is broken"),
        ("\0", "This YAML is broken"),
        ("[" * 100_000, "nested too deeply"),
        ("- " * 100_000, "nested too deeply"),
        ("? " * 100_000, "nested too deeply"),
        # Brackets in quotes do not close others.
        ("x: '" + "]" * 200_000 + "'\ny: " + "[" * 200_000, "nested too deeply"),
        ("['[]]', " * 50_000, "nested too deeply"),
    ],
)
def test_broken_yaml_is_told_and_opens_the_project(tmp_path: Path, text: str, message: str) -> None:
    found = made(tmp_path, **{"models__m.sql": "select 1 as x", "models__m.yml": text})
    assert message in found.problems[0].message
    assert found.project is not None
    assert not found.project.complete
    assert names(model(found, "m")) == ["x"]


def test_yaml_that_doubles_itself_ends(tmp_path: Path) -> None:
    lines = ["a0: &a0 {name: x, columns: [{name: c}]}"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    lines += ["m0: &m0 {k: v}"]
    lines += [f"m{n}: &m{n} {{'<<': [{', '.join([f'*m{n - 1}'] * 9)}]}}" for n in range(1, 30)]
    columns = ", ".join(["*c"] * 2000)
    lines += ["c: &c {name: x}", f"l: &l [{columns}]"]
    models = ", ".join(["{name: m, columns: *l}"] * 1000)
    lines += [f"models: [{models}]"]
    found = made(tmp_path, **{"models__m.yml": "\n".join(lines)})
    assert "repeats itself" in found.problems[0].message


@pytest.mark.parametrize(
    "text",
    [
        "{% docs a %}",
        "{%- docs ",
        "{{ ",
        "{% ",
        "{#",
        "{% macro a(",
        "{##} ref('a') ",
        "/* {% set a = 1 %}",
        "{{ ref( ",
        "{{ doc('",
        "materialized = ",
        "{% snapshot s %}",
    ],
)
def test_files_that_are_made_to_take_long(tmp_path: Path, text: str) -> None:
    # Each took minutes at least once; the limit of a test's time tells.
    long = text * (1_000_000 // len(text))
    places = {"models__d.md": long, "macros__m.sql": long, "snapshots__s.sql": long}
    found = made(tmp_path, **{"models__m.sql": f"select 1 as x {long}"}, **places)
    assert found.find(("m",)) is not None


def test_folders_named_very_often_are_read_once(tmp_path: Path) -> None:
    named = "".join(f"  - {'./' * (n % 7)}models\n" for n in range(20_000))
    found = made(
        tmp_path,
        **{"dbt_project.yml": f"{PROJECT}model-paths:\n{named}"},
        **{f"models__m{n}.sql": "select 1 as x" for n in range(50)},
    )
    assert len(list(found.relations())) == 50


def test_what_dbt_left_is_not_looked_for_elsewhere(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    columns = '{"secret": {"name": "secret", "type": "text"}}'
    (outside / "catalog.json").write_text(
        f'{{"nodes": {{"model.tiny.m": {{"columns": {columns}}}}}}}', encoding="utf-8"
    )
    # Newer than all models: only then it counts.
    os.utime(outside / "catalog.json", (4e9, 4e9))
    text = {"models__m.sql": "select * from {{ source('a', 'b') }}"}
    found = made(inside, **text, **{"dbt_project.yml": f"{PROJECT}target-path: ../outside\n"})
    assert names(model(found, "m")) == []
    (inside / "target").symlink_to(outside)
    assert names(model(made(inside, **text), "m")) == []
    (inside / "target").unlink()
    (outside / "catalog.json").rename(inside / "catalog.json")
    found = made(inside, **text, **{"dbt_project.yml": f"{PROJECT}target-path: .\n"})
    assert names(model(found, "m")) == ["secret"]


def test_tags_run_nothing(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    text = f"models: !!python/object/apply:os.system ['touch {trap}']\n"
    made(
        tmp_path,
        **{
            "models__m.yml": text,
            "dbt_project.yml": f"{PROJECT}vars: {{a: !!python/name:os.system }}",
        },
    )
    assert not trap.exists()


def test_links_out_of_the_workspace_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    (outside / "secret.sql").write_text("select 1 as stolen", encoding="utf-8")
    (inside / "models").mkdir(parents=True)
    (inside / "models" / "secret.sql").symlink_to(outside / "secret.sql")
    (inside / "models" / "folder").symlink_to(outside)
    (inside / "seeds").symlink_to(outside)
    found = made(inside, **{"models__own.sql": "select 1 as x"})
    assert [one.name for one in found.relations()] == ["own"]


def test_paths_out_of_the_workspace_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    (outside / "secret.sql").write_text("select 1 as stolen", encoding="utf-8")
    found = made(
        inside, **{"dbt_project.yml": f"{PROJECT}model-paths: ['../outside', '{outside}']\n"}
    )
    assert list(found.relations()) == []


def test_packages_that_are_not_installed_leave_names_open(tmp_path: Path) -> None:
    packages = "packages:\n  - package: some/thing\n    version: 1.0.0\n"
    found = made(tmp_path, **{"packages.yml": packages, "models__a.sql": "select 1 as x"})
    assert found.project is not None
    assert not found.project.complete
    found = made(
        tmp_path,
        **{
            "dbt_packages__thing__dbt_project.yml": "name: thing\n",
            "dbt_packages__thing__models__theirs.sql": "select 2 as y",
            "dbt_packages__thing__macros__m.sql": "{% macro useful(a) %}{% endmacro %}",
        },
    )
    assert found.project is not None
    assert found.project.complete
    assert names(model(found, "theirs")) == ["y"]
    assert "thing.useful" in {one.name for one in found.project.macros}


def test_a_branch_or_macro_that_may_bring_columns_opens_the_model(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        **{
            "models__branch.sql": "select a {% if x %}, b {% else %}, c {% endif %} from t",
            "models__filter.sql": "select a from t {% if x %} where b {% else %} where c {% endif %}",
            "models__macro.sql": "select a, {{ more() }} from t",
            "models__named.sql": "select a, {{ more() }} as b from t",
            "models__inside.sql": "select a, coalesce({{ more() }}, 1) as b from t",
            "models__name.sql": "select a as {{ more }}_b from t",
            "models__where.sql": "select a from t where {{ more() }}",
            "models__two.sql": "select 1 as a; select 2 as b",
        },
    )
    closed = {one.name: one.closed for one in found.relations()}
    assert closed == {
        "branch": False,
        "filter": True,
        "macro": False,
        "named": True,
        "inside": True,
        "name": False,
        "where": True,
        "two": False,
    }


def test_types_of_the_warehouse_while_they_are_true(tmp_path: Path) -> None:
    columns = '{"A": {"name": "A", "type": "text", "index": 1}, "B": {"name": "B", "type": "int", "index": 2}}'
    artifact = f'{{"nodes": {{"model.tiny.m": {{"columns": {columns}}}}}}}'
    texts = {"models__m.sql": "select a from t", "target__catalog.json": artifact}
    found = made(tmp_path, **texts)
    assert [(one.name, one.type) for one in model(found, "m").columns] == [("a", "TEXT")]
    found = made(tmp_path, **{**texts, "target__catalog.json": "{"})
    assert [one.type for one in model(found, "m").columns] == [""]


def test_a_changed_description_reaches_the_models_behind(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(SHOP, folder)
    before = dbt.load(folder, folder)
    path = folder / "models" / "staging" / "staging.yml"
    text = path.read_text(encoding="utf-8").replace("As it is printed on bills.", "Their name.")
    path.write_text(text, encoding="utf-8")
    after = dbt.load(folder, folder)
    assert before.version != after.version
    column = after.column(model(after, "customers"), "customer_name")
    assert column is not None
    assert column.comment == "Their name."


def test_an_engine_is_named_only_where_models_show_it(tmp_path: Path) -> None:
    texts = {
        f"models__m{n}.sql": f"select iff(a, 1, 2) as x{n}, b:c::int from t qualify 1 = 1"
        for n in range(3)
    }
    made(tmp_path, **texts)
    assert dbt.load(tmp_path, tmp_path).dialect == "snowflake"
    other = tmp_path / "other"
    made(other, **{"models__m.sql": "select a::date from t"})
    assert dbt.load(other, other).dialect == "generic"


def test_a_project_is_read_once_until_a_file_changes(tmp_path: Path) -> None:
    first = made(tmp_path, **{"models__a.sql": "select 1 as x"})
    assert dbt.load(tmp_path, tmp_path, "postgres") is first
    changed = made(tmp_path, **{"models__a.sql": "select 1 as x, 2 as y"})
    assert names(model(changed, "a")) == ["x", "y"]
    (tmp_path / "dbt_project.yml").write_text(PROJECT + "vars: {day: 1}\n", encoding="utf-8")
    told = dbt.load(tmp_path, tmp_path, "postgres").project
    assert told is not None
    assert told.variables == (("day", "1"),)


def test_a_project_for_several_engines_is_in_no_dialect_of_one(tmp_path: Path) -> None:
    outputs = "{prod: {type: postgres}, local: {type: %s}}"
    for other, dialect in (("duckdb", "generic"), ("materialize", "postgres")):
        profile = f"mine: {{target: local, outputs: {outputs % other}}}"
        texts = {"dbt_project.yml": "name: tiny\nprofile: mine", "profiles.yml": profile}
        made(tmp_path, **texts)
        assert dbt.load(tmp_path, tmp_path).dialect == dialect


def test_versions_of_models_and_snapshots_that_are_only_described(tmp_path: Path) -> None:
    described = """
models:
  - name: dim
    latest_version: 2
    versions: [{v: 1}, {v: 2, defined_in: dim_new}, {v: 3, defined_in: gone}]
  - name: fact
    versions: [{v: 9}, {v: 10}]
sources:
  - name: raw
    tables: [{name: orders, columns: [{name: oid}]}]
snapshots:
  - {name: kept, relation: "ref('dim', v=1)"}
  - {name: kept_orders, relation: "source('raw', 'orders')"}
"""
    found = made(
        tmp_path,
        **{
            "models__all.yml": described,
            "models__dim_v1.sql": "select 1 as id",
            "models__dim_new.sql": "select 1 as id, 2 as extra",
            "models__fact_v9.sql": "select 1 as old",
            "models__fact_v10.sql": "select 1 as new",
            "models__reader.sql": "select * from {{ ref('dim') }} join {{ ref('fact') }} on true",
        },
    )
    assert names(model(found, "dim")) == names(model(found, "dim_v2")) == ["id", "extra"]
    assert model(found, "dim").closed
    assert model(found, "dim").written == "{{ ref('dim') }}"
    assert model(found, "dim_v1").written == "{{ ref('dim', v=1) }}"
    assert names(model(found, "reader")) == ["id", "extra", "new"]
    assert names(model(found, "kept"))[:2] == ["id", "dbt_scd_id"]
    assert "oid" in names(model(found, "kept_orders"))
    assert not model(found, "dim_v3").closed
    assert model(found, "dim_v3").columns == ()
