"""Which kinds of statements may answer a wish: those that read, unless it clearly asks for more.

What a model proposes was perhaps put into its mouth by a comment in somebody's schema. So what the
user asked for is taken from the user's own words alone.
"""

from __future__ import annotations

import re
from enum import Enum

from sureql.syntax import lexer, script
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind

_READS = frozenset({"SELECT", "WITH", "VALUES", "FROM", "TABLE", "(", ""})
_CHANGES = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "UPSERT"})
_BUILDS = frozenset({"CREATE", "ALTER", "COMMENT"})
_DESTROYS = frozenset({"DROP", "TRUNCATE", "GRANT", "REVOKE"})
_BUILT = frozenset(
    """TABLE VIEW MATERIALIZED INDEX UNIQUE TEMP TEMPORARY SEQUENCE TYPE DOMAIN SCHEMA OR REPLACE CONCURRENTLY IF NOT
    EXISTS UNLOGGED""".split()  # noqa: SIM905
)
_ASKS_CHANGE = re.compile(
    r"^\W*(?:(?:please|now|then|and|bitte|por favor|s'il te plaît)\W+)?"
    r"(?:insert|add|update|set|change|delete|remove|merge|upsert|replace|increase|decrease|raise|mark|rename|fill|copy|"
    r"füge|ändere|aktualisiere|setze|lösche|entferne|erhöhe|ajoute[rz]?|insère|insérer|supprime[rz]?|"
    r"mets|modifie[rz]?|inserta[r]?|añade|añadir|agrega[r]?|actualiza[r]?|borra[r]?|elimina[r]?|cambia[r]?|inserisci|"
    r"aggiorna|cancella|insira|atualiz[ae]r?|apague|exclua|добав\w+|удали\w*|обнови\w*|измени\w*|встав\w+)\b"
    r"|\b(?:einfügen|löschen|aktualisieren|ändern|entfernen|hinzufügen)\W*$"
    r"|(?:插入|添加|新增|更新|修改|删除|刪除|設定|设置|追加|挿入|削除|変更|삽입|추가|갱신|수정|삭제|"
    r"أضف|احذف|حدّث|حدث|عدّل|امسح|הוסף|מחק|עדכן|ลบ|เพิ่ม|แก้ไข)",
    re.IGNORECASE,
)
_ASKS_BUILD = re.compile(
    r"^\W*(?:(?:please|now|then|and|bitte|por favor)\W+)?(?:create|alter|add (?:a |an |the )?(?:column|index|constraint|"
    r"foreign key|table)|make (?:a |an )?(?:table|view|index)|erstelle|lege|crée[rz]?|crea[r]?|создай\w*)\b"
    r"|\b(?:erstellen|anlegen)\W*$|(?:创建|建立|新建|作成|만들|أنشئ|צור|สร้าง)",
    re.IGNORECASE,
)


class Reach(Enum):
    """How far a statement may go."""

    READ = 0
    CHANGE = 1
    ANY = 2  # Also what can't be taken back, where the user's words name it.


def refused(sql: str, wishes: tuple[str, ...], most: Reach, dialect: Dialect) -> str:
    """Why `sql` goes further than the user's `wishes`, as a sentence; '' if it does not."""
    parts = script.of(sql, dialect).statements
    code = lexer.code(sql, dialect)
    if any(
        one.kind is Kind.COMMENT and one.text[:3] == "/*!" for one in lexer.tokens(sql, dialect)
    ):
        return "A comment in it would be executed."
    if not parts or not code:
        return "There is no statement in it."
    words = [token for token in code if token.kind is Kind.WORD]
    first = code[0].upper
    asked = _asked(wishes, most, words[0].upper if words else "")
    if first not in _READS and first not in asked:
        return f"{_named(first)} was not asked for."
    for index, token in enumerate(code):
        before = code[index - 1] if index else None
        opens = before is not None and before.text == "("
        if token.is_word(*_CHANGES, *_BUILDS, *_DESTROYS) and opens:
            call = index + 1 < len(code) and code[index + 1].text == "("
            if token.upper not in asked and not call:
                return f"{token.upper} was not asked for."
        if token.is_word("INTO") and first in _READS and not asked & _CHANGES:
            return "SELECT … INTO makes a table or a file, and nobody asked for that."
    return _odd_building(first, [token.upper for token in words[1:4]])


def _asked(wishes: tuple[str, ...], most: Reach, first: str) -> frozenset[str]:
    """The first words of statements that the wishes ask for beyond reading."""
    asked: set[str] = set()
    if most is not Reach.READ and any(_ASKS_CHANGE.search(wish) for wish in wishes):
        asked |= _CHANGES
    if most is not Reach.READ and any(_ASKS_BUILD.search(wish) for wish in wishes):
        asked |= _BUILDS
    if most is Reach.ANY and first in _DESTROYS:
        # Nothing but the word itself asks for what can't be taken back.
        asked |= {first} if any(_begins_with(wish, first) for wish in wishes) else set()
    return frozenset(asked)


def _begins_with(wish: str, word: str) -> bool:
    return re.match(rf"\W*(?:please\W+)?{word}\b", wish, re.IGNORECASE) is not None


def _odd_building(first: str, following: list[str]) -> str:
    if first == "CREATE" and following and following[0] not in _BUILT:
        return f"CREATE {following[0]} is nothing that is made here."
    if first == "ALTER" and following and following[0] not in ("TABLE", "VIEW", "INDEX"):
        return f"ALTER {following[0]} is nothing that is changed here."
    return ""


def _named(first: str) -> str:
    return first if first.isalpha() and len(first) < 20 else "Such a statement"
