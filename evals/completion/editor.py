"""Measures the hand-written popup situations as an editor sees them, through the real server.

`python -m evals.completion.editor` starts `sureql lsp` over stdio in a folder that holds only the
schema's DDL file and asks for completion in a second file. An editor keeps the items whose filter
text starts with what stands between the start of the item's range and the cursor, and sorts them
by sort text, then label. `--strict` keeps only items whose label starts with the typed word.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evals.completion import peer, situations
from evals.completion.situations import Situation

_WORD = re.compile(r"[^\W]*$")
_READY = 20.0


def shown(
    items: list[dict[str, Any]], text: str, offset: int, strict: bool = False
) -> list[dict[str, Any]]:
    """The items that an editor would show, in its order."""
    kept = []
    for item in items:
        label = item["label"]
        if strict:
            found = _WORD.search(text[:offset])
            typed, compared = found[0] if found else "", label.lstrip('"')
        else:
            typed, compared = _written(item, text, offset), item.get("filterText") or label
        if compared.lower().startswith(typed.lower()):
            kept.append(item)
    return sorted(kept, key=lambda one: (one.get("sortText") or one["label"], one["label"]))


def after(item: dict[str, Any], text: str) -> str:
    """The document after the item was accepted."""
    edit = item["textEdit"]
    span = edit.get("range") or edit["replace"]
    start, end = (_offset(text, span[side]) for side in ("start", "end"))
    return f"{text[:start]}{edit['newText']}{text[end:]}"


def rank(situation: Situation, items: list[dict[str, Any]], strict: bool) -> int | None:
    """The place of the first right item; for a silent situation 0 if nothing is shown."""
    kept = shown(items, situation.text, situation.offset, strict)
    if not situation.wanted:
        return None if kept else 0
    wanted = {situations.spelling(one) for one in situation.wanted}
    return next(
        (
            index
            for index, item in enumerate(kept)
            if wanted & {situations.spelling(item["label"]), situations.spelling(_insert(item))}
        ),
        None,
    )


def _insert(item: dict[str, Any]) -> str:
    return str((item.get("textEdit") or {}).get("newText") or item.get("insertText") or "")


def _written(item: dict[str, Any], text: str, offset: int) -> str:
    edit = item.get("textEdit")
    if not edit:
        found = _WORD.search(text[:offset])
        return found[0] if found else ""
    span = edit.get("range") or edit["insert"]
    return str(text[_offset(text, span["start"]) : offset])


def _offset(text: str, position: dict[str, int]) -> int:
    """The code point at a position that counts in UTF-16."""
    start = 0
    for _ in range(position["line"]):
        start = re.compile(r"\r\n|\r|\n").search(text, start).end()  # type: ignore[union-attr]
    units = position["character"]
    while units > 0 and start < len(text):
        units -= 2 if ord(text[start]) > 0xFFFF else 1
        start += 1
    return start


def ranks(server: peer.Server, asked: list[Situation], strict: bool = False) -> list[int | None]:
    """The rank of each situation's right item in a server that knows the schema."""
    return [rank(one, server.complete(one.text, one.offset), strict) for one in asked]


@contextmanager
def serving(ddl: Path) -> Iterator[peer.Server]:
    """Our server in a folder with nothing but `ddl`, once it knows the schema."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "schema.sql").write_text(ddl.read_text(encoding="utf-8"), encoding="utf-8")
        server = peer.Server([str(Path(sys.executable).parent / "sureql"), "lsp"], Path(folder))
        try:
            limit = time.monotonic() + _READY
            probe = "SELECT * FROM "
            while time.monotonic() < limit and not any(
                item.get("kind") == 7 for item in server.complete(probe, len(probe))
            ):
                time.sleep(0.1)
            yield server
        finally:
            server.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.completion.editor")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--strict", action="store_true", help="compare with labels only")
    parser.add_argument("--show", type=int, default=6, help="items shown for a missed situation")
    options = parser.parse_args()
    say = sys.stdout.write
    for path in options.files or sorted(situations.HERE.glob("situations*.txt")):
        ddl, all_here = situations.read(path)
        groups: dict[str, list[int | None]] = defaultdict(list)
        slow: list[float] = []
        with serving(ddl) as server:
            for one in all_here:
                began = time.perf_counter()
                items = server.complete(one.text, one.offset)
                slow.append(time.perf_counter() - began)
                found = rank(one, items, options.strict)
                for name in (one.category, "all"):
                    groups[name].append(found)
                if found != 0:
                    labels = [
                        item["label"] for item in shown(items, one.text, one.offset, options.strict)
                    ]
                    marked = f"{one.text[: one.offset]}<|>{one.text[one.offset :]}"
                    say(f"{found!s:>4}  {one.category}: {marked!r}\n")
                    say(f"      wanted {one.wanted}, shown {labels[: options.show]}\n")
        say(f"{path.name}\n")
        for name, ranks in groups.items():
            first = sum(one == 0 for one in ranks)
            five = sum(one is not None and one < 5 for one in ranks)
            say(f"  {name:14} {len(ranks):4}  first {first:4}  top 5 {five:4}\n")
        slow.sort()
        say(f"  median {slow[len(slow) // 2] * 1000:.0f} ms, slowest {slow[-1] * 1000:.0f} ms\n")


if __name__ == "__main__":
    main()
