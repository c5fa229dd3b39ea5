"""Does a text begin like SQL? Told by its first words alone: what it says need not be finished or valid."""

from __future__ import annotations

import re
from functools import lru_cache

_BEFORE = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?(?:\*/|$)|\()*", re.DOTALL)
_HINT = re.compile(r"\s*(?:--\s*(?:language\s*=\s*)?sql\b[^\n]*|/\*\s*sql\s*\*/)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_]+")

_NAME = r"(?:[\w$#@.\"`\[\]]|\$\{\w*\}|\{\{(?:(?!\}\}).)*\}\}|%\w+%(?!\w))+"
_END = r"(?:\s*(?:;|$))"
_OBJECT = (
    r"(?:OR|TABLE|VIEW|INDEX|UNIQUE|TEMP|TEMPORARY|SCHEMA|DATABASE|FUNCTION|PROCEDURE|TRIGGER|SEQUENCE|"
    r"TYPE|DOMAIN|EXTENSION|ROLE|USER|MATERIALIZED|VIRTUAL|EXTERNAL|UNLOGGED|GLOBAL|LOCAL|TRANSIENT|"
    r"POLICY|RULE|AGGREGATE|CAST|COLLATION|PUBLICATION|SUBSCRIPTION|SERVER|FOREIGN|TABLESPACE|STAGE|"
    r"WAREHOUSE|STREAM|TASK|PIPE|MACRO|SECRET|CLUSTERED|NONCLUSTERED|FULLTEXT|SPATIAL|COLUMN|EVENT|"
    r"LOGIN|SYSTEM|SESSION|DEFAULT|OWNED|STATISTICS|CONSTRAINT|OPERATOR|LANGUAGE|DYNAMIC|IF)"
)
# What follows the first word of a statement, as far as it is written. Of words that are English too,
# what follows must be as only SQL has it.
_FOLLOWS = {
    "SELECT": r"\s(?!\s*>)|[(*'\"`$@?\d{/]|[+\-][\s\d(.$@:?]|$",
    "INSERT": rf"\s+(?:INTO|OR|OVERWRITE|IGNORE|ALL|FIRST|LOW_PRIORITY|DELAYED|HIGH_PRIORITY)\b|\s+{_NAME}\s*(?:\(|VALUES|SELECT)",
    "UPDATE": rf"\s+(?:OR\s+\w+\s+|ONLY\s+|IGNORE\s+|LOW_PRIORITY\s+|TOP\s*\(.*?\)\s*)?{_NAME}(?:\s*$|\s*,|\s+(?:AS\s+)?(?:{_NAME}\s+)?(?:SET|JOIN|INNER|LEFT|FROM|WITH)\b)|\s*$",
    "DELETE": rf"\s+(?:FROM|LOW_PRIORITY|QUICK|IGNORE)\b|\s+{_NAME}\s+(?:FROM|WHERE)\b|\s*$",
    "WITH": rf"\s+(?:RECURSIVE\b|{_NAME}\s*(?:\([^()]*\)\s*)?(?:$|AS\s*(?:$|\(|(?:NOT\s+)?MATERIALIZED)))|\s*$",
    "VALUES": r"\s*(?:\(|ROW\s*\(|$)",
    "CREATE": rf"\s+{_OBJECT}\b|\s*$",
    "ALTER": rf"\s+{_OBJECT}\b|\s*$",
    "DROP": rf"\s+{_OBJECT}\b|\s*$",
    "TRUNCATE": rf"\s+TABLE\b|\s+{_NAME}{_END}|\s*$",
    "MERGE": rf"\s+INTO\b|\s+{_NAME}\s+(?:AS\s+)?(?:{_NAME}\s+)?USING\b|\s*$",
    "REPLACE": rf"\s+INTO\b|\s+{_NAME}\s*\(",
    "EXPLAIN": r"\s+(?:ANALY[ZS]E|VERBOSE|QUERY|PLAN|FORMAT|EXTENDED|SELECT|WITH|INSERT|UPDATE|DELETE)\b|\s*\(|\s*$",
    "PRAGMA": rf"\s+{_NAME}|\s*$",
    "SET": rf"\s+(?:(?:SESSION|LOCAL|GLOBAL|TRANSACTION|ROLE|NAMES|SCHEMA|SEARCH_PATH|CONSTRAINTS|IDENTITY_INSERT|NOCOUNT)\b|{_NAME}\s*(?:=|TO\b))",
    "SHOW": r"\s+(?:TABLES|DATABASES|COLUMNS|CREATE|INDEX|INDEXES|SCHEMAS|VARIABLES|STATUS|GRANTS|FULL|ALL|SEARCH_PATH|SERVER_VERSION|PROCESSLIST|KEYS|TRANSACTION)\b|\s+"
    + _NAME
    + _END,
    "BEGIN": rf"\s+(?:TRANSACTION|WORK|IMMEDIATE|EXCLUSIVE|DEFERRED|ISOLATION|READ|CONCURRENT|TRAN)\b|{_END}",
    "DO": r"\s+(?:\$|'|LANGUAGE\b)",
    "START": r"\s+TRANSACTION\b",
    "COMMIT": rf"\s+(?:TRANSACTION|WORK|PREPARED|AND|TRAN)\b|{_END}",
    "ROLLBACK": rf"\s+(?:TRANSACTION|WORK|PREPARED|TO|AND|TRAN)\b|{_END}",
    "SAVEPOINT": rf"\s+{_NAME}{_END}",
    "RELEASE": r"\s+SAVEPOINT\b",
    "GRANT": r"\s+[\w\s,()]+\s+(?:ON|TO)\b",
    "REVOKE": r"\s+[\w\s,()]+\s+(?:ON|FROM)\b",
    "CALL": rf"\s+{_NAME}\s*\(",
    "EXEC": rf"\s+{_NAME}(?:\s*$|\s+@|\s*;)",
    "COPY": rf"\s*\(|\s+(?:INTO\s+)?{_NAME}\s*(?:\([^()]*\)\s*)?(?:FROM|TO)\b",
    "COMMENT": r"\s+ON\b",
    "VACUUM": rf"\s*\(|\s+(?:FULL|FREEZE|VERBOSE|ANALYZE|INTO)\b|\s+{_NAME}{_END}|{_END}",
    "ANALYZE": rf"\s+(?:TABLE|VERBOSE)\b|\s+{_NAME}{_END}|{_END}",
    "REINDEX": r"\s+(?:TABLE|INDEX|DATABASE|SCHEMA|SYSTEM)\b",
    "REFRESH": r"\s+MATERIALIZED\b",
    "LOCK": r"\s+TABLES?\b",
    "ATTACH": r"\s+(?:DATABASE\b|')",
    "DETACH": r"\s+DATABASE\b",
    "LISTEN": rf"\s+{_NAME}{_END}",
    "NOTIFY": rf"\s+{_NAME}(?:\s*,\s*'.*)?{_END}",
    "DESCRIBE": rf"\s+(?:TABLE|EXTENDED|FORMATTED)\b|\s+{_NAME}{_END}",
    "DECLARE": rf"\s+(?:@|{_NAME}\s+(?:CURSOR|NO|BINARY|INSENSITIVE|SCROLL)\b)",
    "FETCH": r"\s+(?:NEXT|PRIOR|FIRST|LAST|ALL|FORWARD|BACKWARD|ABSOLUTE|RELATIVE|FROM)\b",
    "UNLOAD": r"\s*\(",
    "USE": rf"\s+{_NAME}{_END}",
    "UNLISTEN": rf"\s+(?:\*|{_NAME}){_END}",
    "DISCARD": rf"\s+(?:ALL|PLANS|SEQUENCES|TEMP|TEMPORARY){_END}",
    "RESET": rf"\s+(?:ALL|ROLE|SESSION\s+AUTHORIZATION|{_NAME}){_END}",
    "PREPARE": rf"\s+(?:TRANSACTION\b|{_NAME}\s*(?:\([^()]*\)\s*)?(?:AS|FROM)\b)",
    "DEALLOCATE": rf"\s+(?:PREPARE\s+)?{_NAME}{_END}",
    "EXECUTE": rf"\s+{_NAME}\s*(?:\(|USING\b|IMMEDIATE\b|;|$)",
    "CLOSE": rf"\s+{_NAME}{_END}",
    "OPTIMIZE": rf"\s+(?:TABLE\b|{_NAME}{_END})",
    "RENAME": r"\s+(?:TABLE|USER)\b",
    "IF": r"\s*\(?\s*(?:NOT\s+)?(?:EXISTS|OBJECT_ID|COL_LENGTH|SCHEMA_ID|DB_ID)\b\s*\(",
}
_COMPILED = {word: re.compile(what, re.IGNORECASE) for word, what in _FOLLOWS.items()}
# Of the words that are English too, the rest of the statement must be there as well before a text is taken
# for SQL that nothing says is sent to a database.
_ALSO = {
    "UPDATE": r".*?\bSET\b",
    "DELETE": r"\s+FROM\b",
    "CREATE": r".*?(?:\(|\b(?:AS|ON|FOR|EXTENSION|SCHEMA|DATABASE|SEQUENCE|ROLE)\b)",
    "ALTER": r".*?\b(?:ADD|DROP|ALTER|RENAME|SET|OWNER|MODIFY|CHANGE|ENABLE|DISABLE|VALIDATE|ATTACH|DETACH|RESTART|ENGINE)\b",
    "DROP": rf"\s+\w+(?:\s+(?:VIEW|TABLE))?\s+(?:CONCURRENTLY\s+)?(?:IF\s+EXISTS\s+)?{_NAME}(?:\s*\(.*?\))?(?:\s*,\s*{_NAME})*(?:\s+ON\s+{_NAME})?(?:\s+(?:CASCADE|RESTRICT))?{_END}",
    "COPY": r".*?\b(?:FROM|TO)\s+(?:STDIN|STDOUT|PROGRAM|['@$:?%(])",
    "TRUNCATE": r"\s+TABLE\b",
    "SET": rf"\s+(?:TRANSACTION|ROLE|SCHEMA|NAMES)\b|\s+(?:(?:SESSION|LOCAL|GLOBAL)\s+)?{_NAME}\s*(?:=|TO\b)\s*[^\s,]+(?:\s*,\s*[^\s,]+)*{_END}",
    "CALL": rf"\s+{_NAME}\s*\(.*\)",
    "LISTEN": "(?!)",
    "NOTIFY": r".*?,\s*'",
    "DESCRIBE": "(?!)",
    "ANALYZE": "(?!)",
    "VACUUM": r"\s+(?:FULL|FREEZE|ANALYZE|INTO)\b",
    "SAVEPOINT": "(?!)",
    "USE": "(?!)",
    "UNLISTEN": "(?!)",
    "DISCARD": "(?!)",
    "RESET": "(?!)",
    "PREPARE": r"\s+TRANSACTION\b|.*?\b(?:AS|FROM)\s+(?:SELECT|INSERT|UPDATE|DELETE|WITH|['@])",
    "DEALLOCATE": "(?!)",
    "EXECUTE": "(?!)",
    "CLOSE": "(?!)",
    "OPTIMIZE": r"\s+TABLE\b",
    "RENAME": r"\s+TABLE\b.*?\bTO\b",
    "EXEC": "(?!)",
    "SHOW": r"\s+(?:TABLES|DATABASES|CREATE|SEARCH_PATH|SERVER_VERSION)\b",
    "BEGIN": r"\s+(?:TRANSACTION|IMMEDIATE|EXCLUSIVE|DEFERRED|ISOLATION)\b",
    "COMMIT": "(?!)",
    "ROLLBACK": r"\s+TO\b",
    "FETCH": r"\s+\w+.*?\bFROM\b",
    "GRANT": r".*?\bON\b.*?\bTO\b",
    "REVOKE": r".*?\bON\b.*?\bFROM\b",
}
_WHOLE = {word: re.compile(what, re.IGNORECASE | re.DOTALL) for word, what in _ALSO.items()}
_FREQUENT = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "ALTER", "DROP")
_SHORTEST = 3
_LOOKED_AT, _LONGEST_BEFORE = 4_000, 20_000
_QUICK = re.compile(r"[\s(]*(?:--|/\*|" + "|".join(_FOLLOWS) + r")", re.IGNORECASE)

# Words that stand before a thing in English, and hardly ever where SQL has a name.
_ARTICLES = r"(?:an?|the|your|my|our|their|its|this|that|these|those|all|one|some|any|each|every|which|what|how|multiple|whether|from\s+(?:an?|the|your|these|this))"
_PROSE = re.compile(
    rf"(?:SELECT|UPDATE|DELETE(?:\s+FROM)?|INSERT\s+INTO|INSERT|WITH|CREATE)\s+{_ARTICLES}\s+(?!FROM\b|AS\b|WHERE\b|SET\b|ON\b|VALUES\b)[A-Za-z]",
    re.IGNORECASE,
)
# What a sentence hardly has.
_SIGNS = re.compile(r"[=*()<>;'\"`@$%\[\]]|\w\.\w")
# `select something` says too little.
_BARE = re.compile(r"SELECT\s+[A-Za-z_]\w*(?:\s+[A-Za-z_]\w*)?\s*$", re.IGNORECASE)
# What only a whole statement has.
_ON = {
    word: re.compile(what, re.IGNORECASE)
    for word, what in {
        "SELECT": r"\bFROM\b|\([^()]*\)|(?<=SELECT)\s+(?:\d|[$:?@'])",
        "INSERT": r"\(|\b(?:VALUES|SELECT|SET|DEFAULT)\b",
        "UPDATE": r"\bSET\b",
        "DELETE": r"\bFROM\s+\S",
        "MERGE": r"\bUSING\b",
        "WITH": r"\b(?:SELECT|INSERT|UPDATE|DELETE|VALUES)\b",
        "EXPLAIN": r"\b(?:SELECT|INSERT|UPDATE|DELETE)\b",
        "VALUES": r"\(",
        "SHOW": "(?!)",
        "CALL": r"\(",
        "DO": r"\$",
    }.items()
}
_CLASS = re.compile(
    r"\b(?i:FROM|JOIN|UPDATE|INTO)\s+(?:\w+[.\\\\])*(?:[A-Z][a-z0-9]+)+(?:\s+(?i:AS\s+)?[a-z_]\w*)?\s*(?:$|[^\s\w\"(]|(?i:WHERE|JOIN|LEFT|INNER|ORDER|GROUP|SET|FETCH)\b)"
)
_MAIN = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE|MERGE|VALUES|TABLE)\b", re.IGNORECASE)
_LAST = re.compile(r"(?:\w+|[^\w\s])\Z")
_LONGEST_LAST = 40
_WANTS = frozenset(
    """select distinct from where and or on join by set values in not as like between having limit with
    into using union all case when then else left inner returning , = ( + - < > .""".split()  # noqa: SIM905
)
_ALL = re.compile(r"\s*SELECT\s+\*", re.IGNORECASE)
_NOT_CODE = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|--[^\n]*|/\*.*?(?:\*/|\Z)|\$\{\w*\}|\{\{.*?(?:\}\}|\Z)",
    re.DOTALL,
)
# Bare words one after the other: a table or column has an alias at most.
_CLAUSES = frozenset(
    """select from where join left right inner outer full cross natural on using group by order having
    limit offset union all distinct as and or not in is null like ilike between case when then else end
    asc desc with recursive insert into values update set delete create table view index if exists
    primary key references default unique check foreign constraint cascade restrict returning over
    partition rows range preceding following current row unbounded interval fetch first next only for
    nulls last lateral window filter within except intersect any some cast collate at time zone conflict
    do nothing ignore replace temp temporary materialized or alter drop add column type to begin
    transaction integer int text varchar char boolean timestamp date numeric decimal float double
    precision serial bigint smallint autoincrement auto_increment unsigned qualify sample tablesample
    pivot unpivot array struct escape similar regexp rlike glob exec call grant revoke merge matched top
    percent ties no wait nowait skip locked share of declare cursor binary hold without scroll prepare
    execute""".split()  # noqa: SIM905
)


def begins(text: str) -> bool:
    """True if `text` begins like a statement, as far as it goes. An empty one does not."""
    return _statement(text) is not None


def begun(text: str) -> bool:
    """True if `text` is the first letters of a statement's first word, or its first words half typed."""
    rest = text[_before(text) :].upper()
    word = _WORD.match(rest)
    if word is None:
        return False
    if word.end() == len(rest.rstrip()):
        return len(word[0]) >= _SHORTEST and any(one.startswith(word[0]) for one in _FREQUENT)
    # The word at the end is still being typed: `insert in`, `create tab`.
    first, _, last = rest.rpartition(" ")
    return word[0] in _FREQUENT and first.strip() == word[0] and (not last or last.isalpha())


def lone(text: str) -> bool:
    """True if `text` is one word, and not followed by so much as a space."""
    return text.lstrip().isalpha()


def reads(text: str) -> bool:
    """True if `text` reads like SQL and not like a sentence that begins with the same word."""
    word = _statement(text)
    if word is None:
        return False
    code = text[word.start() : word.start() + _LOOKED_AT]
    more = _WHOLE.get(word[0].upper())
    if more is not None and not more.match(_squeezed(text, word.end())):
        return False
    if _PROSE.match(code) or _BARE.match(code):
        return False
    if word[0][1:].islower() and word[0][0].isupper() and not _SIGNS.search(code):
        return False
    return not _sentence(_NOT_CODE.sub(" , ", code[:400]))


def whole(text: str) -> bool:
    """True if `text` reads like a statement that says on what it works."""
    word = _statement(text)
    # In parentheses it is a part of another.
    if word is None or "(" in text[: word.start()] or lone(text.strip()) or not reads(text):
        return False
    more = _ON.get(word[0].upper())
    if more is not None and not more.search(text, word.end(), word.end() + _LOOKED_AT):
        return False
    return word[0].upper() != "WITH" or not _only_names(text)


@lru_cache(maxsize=512)
def finished(text: str) -> bool:
    """False if `text` surely needs more: its last word or sign wants something behind it, a parenthesis is
    open, what it changes is not chosen, or a table that it names by its alias is not there yet."""
    last = _LAST.search(text.rstrip()[-_LONGEST_LAST:])
    if last is None or last[0].lower() in _WANTS or text.count("(") != text.count(")"):
        return False
    first = verb(text).upper()
    if first in ("UPDATE", "DELETE") and not re.search(r"\bWHERE\b", text, re.IGNORECASE):
        return False
    code = _NOT_CODE.sub(" ", text)
    owners = set(re.findall(r"\b([A-Za-z_]\w*)\.", code))
    return whole(text) and owners <= set(re.findall(r"\b[A-Za-z_]\w*\b(?!\.)", code))


def cut(text: str) -> bool:
    """True if `text` ends with a quote that begins a string: the rest of it stands somewhere else."""
    return text.endswith("'") and "'" in _NOT_CODE.sub(" ", text)


def verb(text: str) -> str:
    """The first word of the statement that `text` begins like, '' if it begins like none."""
    word = _statement(text)
    return word[0] if word else ""


def of_classes(text: str) -> bool:
    """True if what `text` reads from has a name like a class. Languages that ask for objects look like SQL."""
    return _CLASS.search(text, 0, _LOOKED_AT) is not None and not _ALL.match(text)


def hinted(text: str) -> bool:
    """True if its first line says that it is SQL: `--sql`."""
    return _HINT.match(text) is not None


def _statement(text: str) -> re.Match[str] | None:
    """The first word of the statement that `text` begins like."""
    if _QUICK.match(text) is None:
        return None
    word = _WORD.match(text, _before(text))
    follows = _COMPILED.get(word[0].upper()) if word else None
    if word is None or follows is None:
        return None
    return word if follows.match(_squeezed(text, word.end())) else None


def _squeezed(text: str, start: int) -> str:
    """What stands behind a first word, with one space for any white space: trying each part of a long one
    takes minutes."""
    code = text[start : start + _LOOKED_AT]
    return " " * code[:1].isspace() + " ".join(code.split())


def _sentence(code: str) -> bool:
    """True if three words follow one another that only a sentence has so."""
    row = 0
    for one in re.finditer(r"[A-Za-z_]\w*(?:'[a-z]+)?|[^\sA-Za-z_]", code):
        word = one[0]
        if (
            word[0].isalpha()
            and word.lower() not in _CLAUSES
            and code[one.end() : one.end() + 1] not in ("(", ".")
        ):
            row += 1
            if row == 3:
                return True
        else:
            row = 0
    return False


def _only_names(text: str) -> bool:
    """True if a text that begins with WITH ends before it says what is done with what it names: others put
    a statement behind it."""
    if not text.endswith((")", ",")):
        return False
    code, depth = _NOT_CODE.sub(" ", text), 0
    outside: list[str] = []
    for one in code:
        depth += (one == "(") - (one == ")")
        outside.append(" " if depth else one)
    return depth == 0 and not _MAIN.search("".join(outside))


def _before(text: str) -> int:
    found = _BEFORE.match(text, 0, _LONGEST_BEFORE)
    return found.end() if found else 0
