"""A dbt project over the wire: found without settings, and read again when its files change."""

from __future__ import annotations

import shutil
from pathlib import Path

from lsp.conftest import Start
from lsp.test_session import CHANGED, inline, watched
from support import cases

MODEL = "select c.customer_id, c.\nfrom {{ ref('stg_customers') }} c\njoin {{ ref('') }}\n"


async def test_models_complete_hover_and_are_checked(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(cases.FIXTURES / "dbt" / "shop", folder)
    wire = await start(folder)
    checked = (folder / "models" / "wrong.sql").as_uri()
    wire.open(
        checked, "select nme from {{ ref('stg_customers') }}; select 1 from {{ ref('nobody') }}"
    )
    await wire.codes(checked, ["unknown-column", "unknown-ref"])

    uri = (folder / "models" / "new.sql").as_uri()
    wire.open(uri, MODEL)
    found = await wire.request("textDocument/completion", wire.at(uri, 0, 24))
    assert {"customer_id", "customer_name"} <= {item["label"] for item in found["items"]}
    found = await wire.request("textDocument/completion", wire.at(uri, 2, 13))
    assert "stg_orders" in {item["label"] for item in found["items"]}
    (ghost,) = await inline(wire, uri, 2, 13)
    assert ghost["insertText"] == "{{ ref('stg_orders"
    assert ghost["range"]["end"] == {"line": 2, "character": 13}
    hover = await wire.request("textDocument/hover", wire.at(uri, 1, 17))
    assert "One row for each customer." in hover["contents"]["value"]
    place = await wire.request("textDocument/definition", wire.at(uri, 1, 17))
    assert "stg_customers.sql" in str(place)

    model = folder / "models" / "staging" / "stg_customers.sql"
    model.write_text(model.read_text().replace("id as customer_id", "id as customer_id, id as nme"))
    watched(wire, CHANGED, model)
    await wire.codes(checked, ["unknown-ref"])
    assert await wire.end() == 0
