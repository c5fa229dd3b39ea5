"""Which expressions of the host language cannot carry SQL that somebody else chose: numbers,
constants, the program's own texts, what was quoted. Where that is not known they are no constants."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_TEXT = r"(?:[rRbBuU]{0,2}\"[^\"\n]*\"|[rRbBuU]{0,2}'[^'\n]*'|`[^`$]*`)"
_CONSTANT = re.compile(rf"[-+]?\d[\w.]*|{_TEXT}|[Tt]rue|[Ff]alse|None|null|nil")
_CAPITALS = re.compile(
    r"(?:[\w$]+(?:\.|::|->))*[A-Z][A-Z0-9_]+(?:(?:\.|->|\?\.)(?:value|name)(?:\(\))?)?(?:\[.*\])?"
)
_NUMERIC = re.compile(
    r"(?:int|float|bool|len|abs|round|ord|Number|parseInt|parseFloat|BigInt|intval|floatval|count"
    r"|strconv\.Itoa|strconv\.FormatInt|Integer\.parseInt|Long\.parseLong|Integer\.valueOf|Math\.\w+"
    r"|uuid\.uuid4|time\.time|int64|Decimal)\s*\(.*\)(?:\.hex)?",
    re.DOTALL,
)
_NUMERIC_END = re.compile(
    r".*\.(?:to_i|to_f|toInt\(\)|toLong\(\)|length|size|count|toFixed\(\d*\)|(?:toISOString|isoformat)\(\))",
    re.DOTALL,
)
_WRAPS = re.compile(r"(?:str|String|repr|text)\s*\((.*)\)", re.DOTALL)
_QUOTES = re.compile(
    r"(?i)[\w.$>:@-]*(?:escape|quote|ident|literal|placeholder|sql\.sql|composed)\w*\s*\(|\bdb_table\b|__tablename__|_meta\b"
)
_MARKS = re.compile(r"['\"`]\s*+(?:\(\s*+)?(?:\?|%s|\$\d?|:\w*)")
_MARK_NAME = re.compile(r"(?i)(?:\w*[._])?\w*(?:placeholder|qmark|marks|binds|bindings)\w*")
_SUM = re.compile(r"[^'\"`]*[-+*/]\s*\d+\s*\)?")
_CHOICE = re.compile(
    rf"{_TEXT}\s+if\s.+\selse\s+{_TEXT}|[^?]+\?\s*{_TEXT}\s*:\s*{_TEXT}", re.DOTALL
)
_NAME = re.compile(r"[$@]?(?:\w+(?:\.|->|\?\.))*[$@]?(\w+)")
_ASSIGNED = re.compile(
    r"(?m)^[ \t]*+(?:(?:export|public|private|protected|internal|static|final|readonly|const|let|var|val|auto|mut)[ \t]++)*"
    r"(?:(?:self|this|cls)\.|\$this->|@|\$)?(?:[\w<>\[\]?.]++[ \t]++)?(\w++)[ \t]*+(?::[^=\n]*+)?"
    r"(\+|\.|\||<)?(?::=|=|<)(?![=>])[ \t]*+([^\n]*)"
)
_TYPES = (
    r"(?:int|float|bool|boolean|number|bigint|long|short|double|byte|Int|Integer|Long|Short|Double|Boolean|i32|i64"
    r"|u32|u64|usize|u?int(?:8|16|32|64)|float(?:32|64)|UUID|uuid\.UUID|Guid|Decimal|decimal|date|datetime)"
)
_TYPED_AFTER = re.compile(rf"\b(\w+)\s*\??:\s*(?:Optional\[|datetime\.)?{_TYPES}\b")
_TYPED_BEFORE = re.compile(rf"\b{_TYPES}\??\s+\$?(\w+)\s*[,)=;:]")
_TYPED_BEHIND = re.compile(rf"\b(\w+)\s+{_TYPES}\s*[,)\n]")
_LOOP = re.compile(
    r"\bfor\s*\(?\s*(?:const |let |var |final )?\s*(?:\w+\s*,\s*)?(\w+)\s*(?:in|of|:)\s*"
    r"(?:[\[(]\s*['\"\d]|range\b|enumerate\s*\(\s*[\[(]|[A-Z][A-Z0-9_]+\b)"
)
_FUNCTION = re.compile(
    r"(?:\b(?:def|function|func|fn|fun|sub)\b[ \t]*(?:\([^()\n]*\)[ \t]*)?[\w$]*"
    r"|(?m:^)[ \t]*+(?>(?:(?:public|private|protected|static|final|async|override|export)[ \t]++)*)[\w<>\[\], ?]*[ \t]\w++)"
    r"[ \t]*(?:<[^<>\n]*>)?\(([^()]*(?:\([^()]*\)[^()]*)*)\)(?=[^;\n]*[{:=])"
)
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Known:
    """What a file says about its variables. `given` holds, by name, where one gets a value and which:
    None for what certainly holds a number or one of the program's own texts, '' for what is not
    known. `functions` are the offsets at which functions begin."""

    given: Mapping[str, tuple[tuple[int, str | None], ...]]
    functions: tuple[int, ...]

    def values(self, name: str, at: int) -> list[str | None]:
        """What a variable may hold at an offset: what its function says, or else what the file says."""
        index = bisect_right(self.functions, at)
        start = self.functions[index - 1] if index else 0
        end = self.functions[index] if index < len(self.functions) else at + 1
        found = self.given.get(name, ())
        own = [value for place, value in found if start <= place < max(end, at)]
        return own or [value for _, value in found]


@lru_cache(maxsize=8)
def known(host: str) -> Known:
    """What the text of a program says about its variables."""
    given: dict[str, list[tuple[int, str | None]]] = {}
    for found in _ASSIGNED.finditer(host):
        name, grows, value = found.groups()
        # What grows bit by bit is no constant.
        given.setdefault(name, []).append((found.start(1), "" if grows else _without_end(value)))
    safe = {
        found.start(1): found[1]
        for pattern in (_TYPED_AFTER, _TYPED_BEFORE, _TYPED_BEHIND, _LOOP)
        for found in pattern.finditer(host)
    }
    functions = []
    for function in _FUNCTION.finditer(host):
        functions.append(function.start())
        for word in re.finditer(r"\w+", function[1]):
            place = function.start(1) + word.start()
            if place not in safe:
                given.setdefault(word[0], []).append((place, ""))
    for place, name in safe.items():
        given[name] = [one for one in given.get(name, ()) if one[0] != place] + [(place, None)]
    return Known({name: tuple(found) for name, found in given.items()}, tuple(functions))


def is_trusted(expression: str, file: Known, at: int, depth: int = 0) -> bool:
    """True if what `expression` gives at an offset of the file is certainly the program's own, a
    number, or quoted."""
    text = expression.strip()
    if not text or depth > _DEEPEST:
        return False
    if _CONSTANT.fullmatch(text) or _CAPITALS.fullmatch(text) or _CHOICE.fullmatch(text):
        return True
    if (
        _SUM.fullmatch(text)
        or _NUMERIC.fullmatch(text)
        or _NUMERIC_END.fullmatch(text)
        or _QUOTES.match(text)
    ):
        return True
    if _MARKS.search(text) or _MARK_NAME.fullmatch(text):
        return True
    wrapped = _WRAPS.fullmatch(text)
    if wrapped is not None:
        return is_trusted(wrapped[1], file, at, depth + 1)
    name = _NAME.fullmatch(text)
    if name is None:
        return False
    values = file.values(name[1], at)
    return bool(values) and all(
        value is None or is_trusted(value, file, at, depth + 1) for value in values
    )


def _without_end(value: str) -> str:
    """An assigned value without a comment or semicolon behind it."""
    value = re.sub(r"\s+(?:#|//)[^'\"]*$", "", value.rstrip())
    return value.rstrip(";").rstrip()
