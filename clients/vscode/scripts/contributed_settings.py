"""Writes the server's settings into package.json, from the server's own list of them.

    python clients/vscode/scripts/contributed_settings.py [--check]

Settings of the extension itself are the first category there, "VS Code", and stay as they are.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from sureql import settings

PACKAGE = Path(__file__).parents[1] / "package.json"
OWN = "VS Code"
TITLES = {
    "": "Schema and dialect",
    "inline": "Ghost text",
    "completion": "Popup list",
    "diagnostics": "Errors and warnings",
    "judge": "Judge",
    "programs": "Programs",
    "lint": "Formatting",
    "save": "On save",
    "history": "History",
    "model": "Model",
    "budget": "Budget",
    "privacy": "Privacy",
}
MACHINE = ("model.", "budget.", "judge.postgres")
"""What says where code and keys go and what is spent: a workspace has no say in it."""
RESTRICTED = ("schema", "lint.tool", "privacy.")
"""What counts from a workspace only when the user trusts it."""


def contributed(package: dict[str, Any]) -> dict[str, Any]:
    """`package` with the server's settings as they are now."""
    categories = [one for one in package["contributes"]["configuration"] if one["title"] == OWN]
    found = _properties(settings.json_schema()["properties"])
    sections = {key.rpartition(".")[0] for key in found}
    if missing := sections - TITLES.keys():
        raise SystemExit(f"These sections need a title: {', '.join(sorted(missing))}.")
    for section, title in TITLES.items():
        properties = {
            f"sureql.{key}": _property(key, schema)
            for key, schema in found.items()
            if key.rpartition(".")[0] == section
        }
        if properties:
            categories.append({"title": title, "properties": properties})
    package["contributes"]["configuration"] = categories
    limited = [
        name
        for category in categories
        for name, value in category["properties"].items()
        if value.get("scope") == "machine" or name.removeprefix("sureql.").startswith(RESTRICTED)
    ]
    package["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = limited
    return package


def text() -> str:
    """package.json as it should be."""
    package = contributed(json.loads(PACKAGE.read_text(encoding="utf-8")))
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _properties(tree: dict[str, Any], prefix: str = "") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, schema in tree.items():
        # A section has named properties; a setting that takes a table has none.
        if "properties" in schema:
            found |= _properties(schema["properties"], f"{prefix}{name}.")
        else:
            found[prefix + name] = schema
    return found


def _property(key: str, schema: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in schema.items() if name != "description"}
    if "anyOf" in told:
        told["type"] = [*(one["type"] for one in told.pop("anyOf")), "null"]
    if "enum" in told:
        told["type"] = "string"
    scope = "machine" if key.startswith(MACHINE) else "resource"
    return {
        **told,
        "default": told["default"] if "default" in told else _nothing(told["type"]),
        "scope": scope,
        "markdownDescription": schema["description"],
    }


def _nothing(kind: str | list[str]) -> Any:
    if isinstance(kind, list):
        return None
    return {"array": [], "object": {}, "string": ""}[kind]


if __name__ == "__main__":
    if "--check" in sys.argv:
        raise SystemExit(PACKAGE.read_text(encoding="utf-8") != text())
    PACKAGE.write_text(text(), encoding="utf-8")
