"""dbt projects that were read before: what is still true is not read again, and nothing else is kept."""

from __future__ import annotations

from pathlib import Path

from sources.test_dbt import made, model, names
from sureql.sources.dbt import load as dbt
from sureql.sources.dbt import queries
from sureql.storage import catalog_cache


def test_what_changed_models_read_differently_is_found_however_it_was_known(tmp_path: Path) -> None:
    texts = {
        "models__a.sql": "select 1 as x",
        "models__b.sql": "select * from {{ ref('a') }}",
        "models__c.sql": "select b.*, 2 as own from {{ ref('b') }} b",
        "models__d.sql": "select 3 as alone",
        "models__e.sql": "select * from {{ ref('v') }}",
        "models__v_v1.sql": "select 1 as first",
        "models__m.yml": "models: [{name: v, versions: [{v: 1}]}]",
    }
    first = made(tmp_path, **texts)
    stored = {first.version: catalog_cache.read(catalog_cache.write(first, tmp_path / "cache"))}
    for _ in range(2):
        # First from the same process, then as if another one had left it.
        changed = made(
            tmp_path,
            **{
                **texts,
                "models__a.sql": "select 1 as x, 2 as y",
                "models__v_v1.sql": "select 1 as second",
            },
        )
        assert names(model(changed, "c")) == ["x", "y", "own"]
        assert names(model(changed, "d")) == ["alone"]
        assert names(model(changed, "e")) == ["second"]
        assert changed.version != first.version
        made(tmp_path, **texts)
        dbt._kept.clear()
        queries._kept.clear()
        again = dbt.load(tmp_path, tmp_path, "postgres", stored.get)
        assert names(model(again, "c")) == ["x", "own"]
        assert again is stored[first.version]


def test_a_changed_description_or_file_is_never_taken_for_the_stored_catalog(
    tmp_path: Path,
) -> None:
    texts = {"models__a.sql": "select 1 as x", "models__m.yml": "models: [{name: a}]"}
    versions = {made(tmp_path, **texts).version}
    versions.add(made(tmp_path, **{**texts, "models__m.yml": "models: [{name: b}]"}).version)
    versions.add(made(tmp_path, **{**texts, "seeds__s.csv": "x\n"}).version)
    versions.add(dbt.load(tmp_path, tmp_path, "duckdb").version)
    assert len(versions) == 4
