"""Which kinds become which others by themselves, in assignments or when a cast is written."""

from __future__ import annotations

from collections.abc import Iterable

from sureql.catalog.builtins import signatures

POLYMORPHIC = frozenset(
    """anyelement anyarray anynonarray anyenum anyrange anymultirange anycompatible
    anycompatiblearray anycompatiblenonarray anycompatiblerange anycompatiblemultirange""".split()  # noqa: SIM905
)
_ORDER = {"i": 0, "a": 1, "e": 2}
_RANGES = {
    "int4range": "int4",
    "int8range": "int8",
    "numrange": "numeric",
    "tsrange": "timestamp",
    "tstzrange": "timestamptz",
    "daterange": "date",
}
_MULTIRANGES = {name.replace("range", "multirange"): kind for name, kind in _RANGES.items()}


def category(kind: str) -> str:
    """The type category, by PostgreSQL's letters; ' ' for what has none here."""
    if kind.endswith("[]"):
        return "A"
    if kind.startswith("e:"):
        return "E"
    if kind.startswith("c:"):
        return "C"
    return signatures.postgres().categories.get(kind, " ")


def is_preferred(kind: str) -> bool:
    return kind in signatures.postgres().preferred


def element(kind: str) -> str:
    """What an array's elements are; '' for what is no array."""
    if kind.endswith("[]"):
        return kind[:-2]
    return {"int2vector": "int2", "oidvector": "oid"}.get(kind, "")


def can(source: str, target: str, context: str = "i") -> bool:
    """True unless `source` certainly can't become `target`. Polymorphic targets take anything
    here: `polymorphic` says whether they fit together."""
    if not source or not target or source == target or source == "unknown":
        return True
    if target == "any" or target in POLYMORPHIC:
        return True
    if target == "unknown":
        return False
    if target == "record":
        return category(source) == "C"
    if source == "record":
        return target.startswith("c:") or (context != "i" and category(target) == "S")
    if target == "record[]":
        return source.endswith("[]") and category(source[:-2]) == "C"
    found = signatures.postgres().casts.get((source, target))
    if found is not None:
        return _ORDER[found] <= _ORDER[context]
    if source.endswith("[]") and target.endswith("[]"):
        return can(source[:-2], target[:-2], context)
    if source.startswith("c:") and target.startswith("c:"):
        return True  # One may inherit from the other.
    if context == "i":
        return False
    return category(target) == "S" or (context == "e" and category(source) == "S")


def common(kinds: Iterable[str]) -> str | None:
    """The kind that CASE, UNION, VALUES, ARRAY … give for branches of these kinds; '' if that is
    not known and None if the engine refuses them."""
    found = list(kinds)
    known = [kind for kind in found if kind and kind != "unknown"]
    if not known:
        return "" if "" in found or not found else "text"
    if len({category(kind) for kind in known}) > 1:
        return None
    chosen = known[0]
    for kind in known[1:]:
        if kind == chosen or is_preferred(chosen):
            continue
        if can(chosen, kind) and not can(kind, chosen):
            chosen = kind
    if "" in found:
        return ""
    return chosen if all(can(kind, chosen) for kind in known) else None


def polymorphic(actual: list[str], declared: list[str]) -> dict[str, str] | None:
    """What the polymorphic types of `declared` stand for, None if `actual` don't fit together."""
    element_, range_ = "", ""
    compatible: list[str] = []
    compatible_range = ""
    for kind, wanted in zip(actual, declared, strict=False):
        if wanted not in POLYMORPHIC or kind in ("", "unknown"):
            continue
        inner = _inner(kind, wanted)
        if inner is None:
            return None
        if inner == "":
            continue
        if wanted.startswith("anycompatible"):
            compatible.append(inner)
            if "range" in wanted:
                compatible_range = compatible_range or kind
        else:
            if element_ and inner != element_:
                return None
            element_ = inner
            if "range" in wanted:
                range_ = range_ or kind
    if "anynonarray" in declared and element_.endswith("[]"):
        return None
    if "anyenum" in declared and element_ and not element_.startswith("e:"):
        return None
    open_ = any(
        kind == "" and wanted.startswith("anycompatible")
        for kind, wanted in zip(actual, declared, strict=False)
    )
    chosen: str | None = ""
    if compatible:
        chosen = common([*compatible, ""] if open_ else compatible)
        if chosen is None:
            return None
    if "anycompatiblenonarray" in declared and chosen and chosen.endswith("[]"):
        return None
    found = _forms(element_, range_, "any")
    found.update(_forms(chosen or "", compatible_range, "anycompatible"))
    found["anyelement"], found["anynonarray"], found["anyenum"] = (element_,) * 3
    return found


def _forms(kind: str, range_: str, prefix: str) -> dict[str, str]:
    array = "" if not kind else kind if kind.endswith("[]") else f"{kind}[]"
    ranges = range_ if range_ in _RANGES else range_.replace("multirange", "range")
    return {
        prefix: kind,
        f"{prefix}nonarray": kind,
        f"{prefix}array": array,
        f"{prefix}range": ranges,
        f"{prefix}multirange": ranges.replace("range", "multirange"),
    }


def _inner(kind: str, wanted: str) -> str | None:
    """The element that `kind` brings to a polymorphic type; None if it can't be one."""
    if wanted.endswith("multirange"):
        return _MULTIRANGES.get(kind)
    if wanted.endswith("range"):
        return _RANGES.get(kind)
    if wanted in ("anyarray", "anycompatiblearray"):
        if kind == "anyarray":
            return ""
        return element(kind) or None
    if wanted == "anyenum" and not kind.startswith("e:"):
        return None
    return kind
