"""Secrets that are known by what stands around them: in SQL, in its comments, in the code that holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sureql.privacy import sql_values
from sureql.privacy.model import MARK, Hidden

_NAME = (
    r"(?:pass(?:word|wd|phrase|code|wort)|passwd|pwd|\bpass|contrase[nñ]a|mot_de_passe|secret"
    r"|api[_-]?key|(?:access|secret|private|account|encryption|master|signing|storage|subscription"
    r"|service|license|ssh|shared[_-]?access)[_-]?key|hexkey|rekey"
    r"|(?:auth|access|refresh|session|bearer|bot|security|aws|sas|csrf)[_-]?token|credentials?"
    r"|connection[_-]?str(?:ing)?|conn[_-]?str|aws[_-]?key[_-]?id|authorization)"
    r"(?:[_-]?(?:hash(?:ed)?|enc(?:rypted)?|value|text|plain(?:text)?|digest|prod|dev|test|old|new|key"
    r"|access[_-]?key|key[_-]?id|id|hex|b64|base64|\d{1,3}|s))?"
)
_WEAK = r"\b(?:[a-z0-9]{1,20}[_-]){0,4}(?:token|key_id|dsn|sas|salt|nonce|otp|pin|cvv)"
"""Names that hold secrets only sometimes."""

# A text in quotes of any kind, also one in a text, or one that the end of the line leaves open.
_TEXT = (
    r"(?:[eEnN]|[uU]&)?(?:''(?P<a>[^'\r\n]+)''|\\+\"(?P<b>[^\"\\\r\n]+)\\+\"|\\+'(?P<c>[^'\\\r\n]+)\\+'"
    r"|'(?P<d>(?:[^'\\\r\n]|''|\\.)*)|\"(?P<e>(?:[^\"\\\r\n]|\\.)*)(?!\"\s*\.)|`(?P<f>[^`\r\n]*)"
    r"|\$(?P<tag>\w*)\$(?P<g>[\s\S]*?)(?:\$(?P=tag)\$|\Z))"
)
_GROUPS = ("a", "b", "c", "d", "e", "f", "g", "v")
_IS = r"\s{0,20}(?:=>|:=|==?|<>|!=|:|\bTO\b|\b(?:NOT\s+)?I?LIKE\b)\s{0,20}"
_CALLS = r"(?:[\w.]+\s*\(\s*){0,2}"
_BARE = r"(?P<v>[^\s'\"`;,(){}<>\[\]\\…][^\s'\"`;,(){}]*+)(?!\s*\()"
_SCHEMES = (
    r"postgres(?:ql)?|mysql|mariadb|mssql|sqlserver|oracle|mongodb|redis|rediss|amqps?|snowflake"
    r"|clickhouse|redshift|cockroachdb|trino|presto|databricks|hive2?|ldaps?|db2|teradata|vertica"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """`hints`: in lower case; a text without any of them is not searched. `strict` values must hold
    a digit or a sign, because words stand there too."""

    kind: str
    hints: tuple[str, ...]
    form: re.Pattern[str]
    strict: bool = False


def _rule(kind: str, hints: str, form: str, strict: bool = False) -> Rule:
    return Rule(kind, tuple(hints.split()), re.compile(form, re.IGNORECASE | re.MULTILINE), strict)


_NAMED = "pass pwd contrase secret key token credential conn authorization"

_KEY_BLOCK = _rule(
    "private key",
    "private",
    r"(?P<v>-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?"
    r"(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z))",
)
_RULES = (
    _rule("private key", "private-mac private-lines", r"\bPrivate-MAC:\s*(?P<v>[0-9a-f]+)"),
    _rule(
        "password in SQL", _NAMED, _NAME + r"[\"'`\]]{0,2}\s{0,3}(?:::\w+)?" + _IS + _CALLS + _TEXT
    ),
    _rule(
        "password in SQL",
        "password passphrase secret key credentials identified token",
        r"\b(?:password|passphrase|secret|secret_access_key|access_key_id|key_id|encryption[_\s]+key"
        r"|(?:session_)?token|credentials(?:\s+as)?|key|connection)\b\s{1,20}(?=[eEnN]?'|\$\w*\$)"
        + _TEXT,
    ),
    _rule("password in SQL", "password", r"\bpassword\s*\(\s*" + _TEXT),
    _rule(
        "password in SQL",
        "identified",
        r"\bidentified\s+(?:by|with|via)\s+(?:values\s+|password\s+)?(?:\S+\s+(?:as|by|using)\s+)?"
        r"(?:password\s*\(\s*)?(?:" + _TEXT + "|" + _BARE + ")",
    ),
    _rule(
        "password in SQL",
        "passw pwd secret token key",
        _NAME + r"[\"'`\]]?\s+[a-z][\w ()]{2,40}\bdefault\s+" + _TEXT,
    ),
    _rule(
        "password in SQL",
        _NAMED,
        _NAME + r"[\"'`\]]?\s+(?:not\s+)?in\s{0,5}\(\s{0,5}'(?P<v>[^)]{0,500})'\s{0,5}\)",
    ),
    _rule(
        "token",
        "token key_id dsn sas salt nonce otp pin cvv",
        _WEAK + r"[\"'`\]]{0,2}" + _IS + _TEXT,
        True,
    ),
    # set_config('app.jwt_secret', 'x'), {'password', 'x'}
    _rule(
        "password in SQL",
        _NAMED,
        r"['\"](?:[\w.]{0,40}[._])?" + _NAME + r"['\"]\s*,\s*" + _TEXT,
        True,
    ),
    _rule(
        "password",
        _NAMED,
        _NAME + r"['\"`]?\s{1,5}(?:is|was|=|:)?\s{0,5}['\"`]?" + _BARE,
        True,
    ),
    _rule("password", _NAMED, r"(?<!\w)(?!\w*\.)\w*" + _NAME + r"=" + _BARE, True),
    _rule(
        "password",
        _NAMED,
        r"^\s*(?:export\s+|--\s*|#\s*|//\s*|ENV\s+)+[A-Z0-9_]*" + _NAME + r"\s*=\s*" + _BARE,
    ),
    _rule("password", _NAMED, _NAME + r"['\"]?:\s*" + _BARE, True),
    _rule("password in SQL", "pragma", r"\bpragma\s+\w*key\s*=\s*" + _TEXT),
    _rule(
        "connection string",
        "= password pwd",
        r"\b(?:host|hostaddr|dbname|user|port|server|uid|user id|data source|database|sslmode|initial catalog)"
        r"\s*=[^\r\n]{0,300}?\b(?:password|pwd|passwd)\s*=\s*(?:"
        + _TEXT
        + r"|(?P<v>[^\s'\";…](?:[^'\";=\r\n]*(?=;)|[^'\";\s]*)))",
    ),
    _rule(
        "connection string",
        "password= pwd=",
        r"\b(?:password|pwd|passwd)\s*=\s*(?P<v>[^\s'\";…](?:[^'\";\s]*|[^'\";=\r\n]*(?=;)))(?=[\s;]+(?:host|hostaddr|dbname|user|port|server"
        r"|uid|user id|data source|database|sslmode|initial catalog|encrypt|trusted_connection)\s*=)",
    ),
    _rule(
        "connection string",
        "://",
        r"\b[a-z][a-z0-9+.-]{0,30}://(?P<v>[^\s'\"`<>@/:]*:[^\s'\"`<>]+@[^\s'\"`<>]*)",
    ),
    _rule(
        "connection string", "://", rf"\b(?:jdbc:)?(?:{_SCHEMES})(?:\+\w+)*://(?P<v>[^\s'\"`<>]+)"
    ),
    _rule(
        "connection string",
        "jdbc:",
        r"\bjdbc:\w+:(?>(?:\w+:)*)(?>(?://)?)(?P<v>[^\s'\"`<>:/…][^\s'\"`<>]*)",
    ),
    _rule(
        "address with a key",
        "= ?",
        r"[?&](?:\w*(?:sig|signature|token|key|password|pwd|secret|credential|code))=(?P<v>[^&\s'\"`]+)",
    ),
    _rule(
        "storage key",
        "accountkey sharedaccess",
        r"(?:AccountKey|SharedAccessKey|SharedAccessSignature)\s*=\s*(?P<v>[^;\s'\"]+)",
    ),
    _rule(
        "authorization",
        "bearer basic authorization",
        r"\b(?:bearer|basic)\s+(?P<v>[A-Za-z0-9._~+/=-]{8,})",
        True,
    ),
    _rule(
        "authorization",
        "authorization api-key auth-token",
        r"\b(?:authorization|x-[\w-]*(?:key|token))['\"]?\s*[:=]\s*['\"]?(?>(?:(?:bearer|basic|token)\s+)?)(?P<v>[^\s'\",]{6,})",
    ),
    _rule("password file", ":", r"^[\w.*-]+:(?:\d{2,5}|\*):[\w*-]+:[\w*-]+:(?P<v>\S+)\s*$"),
    _rule(
        "psql variable",
        "\\set \\password",
        r"^\s*\\set\s+\w*" + _NAME + r"\w*\s+(?:" + _TEXT + r"|(?P<v>\S+))",
    ),
    _rule("npm token", "_authtoken", r"_authToken\s*=\s*(?P<v>[^\s'\"]+)"),
)

_SUSPECT = re.compile(
    r"pass|pwd|contrase|mot_de|secret|token|credential|conn|authori|identified|://|jdbc:|bearer|basic\s"
    r"|private|\\set|(?:\b|_)(?:dsn|sas|salt|nonce|otp|pin|cvv)\b|[a-z_-]key|aws_?key|:(?:\d{2,5}|\*):"
    r"|\bkey['\"]?\s*(?:[=:'\"$]|$)|[?&]\w+=|accountkey|sharedaccess|encryption|pragma"
)
"""What one of the rules needs, in lower case; anything else is not searched."""

_PLACEHOLDER = re.compile(
    r"%s|%\(\w+\)s|\$\{[^}]*\}|\{\{[^}]*\}\}|\{\w*\}|<[\w -]*>|\*+|\?|[x.]{3,}|null|none|true|false|default",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"[:@]\w+|\w+\.\w*(?:pass|pwd|secret|token|key|hash|code)\w*|\$\d+|&\w+|\w+\([^)]*\)?",
    re.IGNORECASE,
)
_TELLING = re.compile(r"\d|[^\w\s.\-]")


def is_suspect(line: str) -> bool:
    """True if a secret may begin in this line."""
    return _SUSPECT.search(line.lower()) is not None


@lru_cache(maxsize=2048)
def after(window: str, first: int) -> tuple[Hidden, ...]:
    """Those that begin in the first `first` characters of a few lines."""
    lowered = window.lower()
    return tuple(
        found
        for rule in _RULES
        if any(hint in lowered for hint in rule.hints)
        for found in _by(rule, window, first)
    )


def anywhere(text: str) -> Iterator[Hidden]:
    """Those that go on over many lines; in any order."""
    lowered = text.lower()
    if "private key" in lowered:
        yield from _by(_KEY_BLOCK, text, len(text))
    yield from sql_values.find(text, lowered, _IS_SECRET)


def _by(rule: Rule, text: str, first: int) -> Iterator[Hidden]:
    at = 0
    while (match := rule.form.search(text, at)) and match.start() <= first:
        # What follows a value may be the name of the next one.
        at = match.end()
        groups = match.groupdict()
        name = next((one for one in _GROUPS if groups.get(one)), None)
        if name is None:
            continue
        start, end = match.span(name)
        if _is_worth(match[name], quoted=name != "v", strict=rule.strict):
            yield Hidden(start, end, rule.kind)


def _is_worth(value: str, quoted: bool, strict: bool) -> bool:
    """False for what is no secret: a placeholder, a parameter, what is hidden already."""
    plain = value.strip()
    if not plain.replace(MARK, "") or _PLACEHOLDER.fullmatch(plain):
        return False
    if not quoted and _PARAMETER.fullmatch(plain):
        return False
    return not strict or (len(plain) >= 6 and _TELLING.search(plain) is not None)


_IS_SECRET = re.compile(_NAME + "|" + _WEAK, re.IGNORECASE)
