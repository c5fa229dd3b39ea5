"""Which kinds of statements may answer a wish: those that read, unless it clearly asks for more.

What a model proposes was perhaps put into its mouth by a comment in somebody's schema. So what the
user asked for is taken from the user's own words alone.
"""

from __future__ import annotations

import re
from enum import Enum

from sureql.gate import harm
from sureql.syntax import lexer
from sureql.syntax.dialects import Dialect
from sureql.syntax.tokens import Kind
from sureql.text.span import Span

_CHANGES = ("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE")
_BUILDS = ("CREATE", "ALTER", "COMMENT")
_DESTROYS = ("DROP", "TRUNCATE", "GRANT", "REVOKE")
_QUERIES = ("SELECT", "WITH", "VALUES", "FROM", "TABLE", "(")
_BUILT = frozenset(
    """TABLE VIEW MATERIALIZED INDEX UNIQUE TEMP TEMPORARY SEQUENCE TYPE DOMAIN SCHEMA OR UNLOGGED
    COLUMN""".split()  # noqa: SIM905
)
_POLITE = r"^\W*(?:(?:please|now|then|and|bitte|por favor|s'il te plaît)\W+)?"
_ASKS_CHANGE = re.compile(
    _POLITE
    + r"(?:insert|add|update|set|change|delete|remove|merge|upsert|replace|increase|decrease|"
    r"raise|mark|rename|fill|copy|"
    r"füge|ändere|aktualisiere|setze|lösche|entferne|erhöhe|ajoute[rz]?|insère|insérer|supprime[rz]?|"
    r"mets|modifie[rz]?|inserta[r]?|añade|añadir|agrega[r]?|actualiza[r]?|borra[r]?|elimina[r]?|"
    r"cambia[r]?|inserisci|aggiorna|cancella|insira|atualiz[ae]r?|apague|exclua|"
    r"добав\w+|удали\w*|обнови\w*|измени\w*|встав\w+)\b"
    r"|\b(?:einfügen|löschen|aktualisieren|ändern|entfernen|hinzufügen)\W*$"
    r"|^\W*(?:请|請)?(?:把|将)?.{0,12}?(?:插入|添加|新增|更新|修改|删除|刪除|設定|设置|追加)"
    r"|(?:を|に)(?:挿入|追加|削除|更新|変更)|(?:을|를)?\s?(?:삽입|추가|갱신|수정|삭제)(?:해|하)"
    r"|^\W*(?:أضف|احذف|حدّث|حدث|عدّل|امسح|הוסף|מחק|עדכן|ลบ|เพิ่ม|แก้ไข)",
    re.IGNORECASE,
)
_ASKS_BUILD = re.compile(
    _POLITE + r"(?:create|alter|add (?:a |an |the )?(?:column|index|constraint|foreign key|table)|"
    r"make (?:a |an )?(?:table|view|index)|erstelle|crée[rz]?|crea[r]?|создай\w*)\b"
    r"|\b(?:erstellen|anlegen)\W*$|^\W*(?:请|請)?(?:创建|建立|新建)|を作成|만들어|^\W*(?:أنشئ|צור|สร้าง)",
    re.IGNORECASE,
)


class Reach(Enum):
    """How far a statement may go."""

    READ = 0
    CHANGE = 1
    ANY = 2  # Also what can't be taken back, where the user's words name it.


def refused(sql: str, wishes: tuple[str, ...], most: Reach, dialect: Dialect) -> str:
    """Why `sql` goes further than the user's `wishes`, as a sentence; '' if it does not."""
    code = lexer.code(sql, dialect)
    if not code:
        return "There is no statement in it."
    asked = _asked(wishes, most)
    words = [token.upper for token in code if token.kind is Kind.WORD][:3]
    if words[:1] == ["CREATE"] and words[1:2] and words[1] not in _BUILT:
        return f"CREATE {words[1]} is nothing that is made here."
    if words[:1] == ["ALTER"] and words[1:2] and words[1] not in ("TABLE", "VIEW", "INDEX"):
        return f"ALTER {words[1]} is nothing that is changed here."
    if code[0].upper not in (*_QUERIES, *asked):
        named = code[0].upper if code[0].kind is Kind.WORD else "This"
        return f"{named[:20]} was not asked for."
    return _brought(sql, " ".join(asked), dialect)


def exceeds(sql: str, own: str, dialect: Dialect) -> str:
    """Why `sql` goes further than the user's `own` statement, as a sentence; '' if it does not."""
    before, after = lexer.code(own, dialect), lexer.code(sql, dialect)
    kinds = (*_CHANGES, *_BUILDS, *_DESTROYS, *_QUERIES)
    first, now = (tokens[0].upper if tokens else "" for tokens in (before, after))
    both_read = first in _QUERIES and now in _QUERIES
    if first in kinds and now != first and not both_read:
        return "It is a statement of another kind."
    return _brought(sql, own, dialect)


def _brought(sql: str, theirs: str, dialect: Dialect) -> str:
    found = harm.brought(sql, Span(0, len(sql)), theirs, dialect)
    if "would INTO" in found:
        return "SELECT … INTO makes a table or a file, which was not asked for."
    return f"{found[:1].upper()}{found[1:]}." if found else ""


def _asked(wishes: tuple[str, ...], most: Reach) -> tuple[str, ...]:
    """The words that begin what the wishes ask for beyond reading."""
    if most is Reach.READ:
        return ()
    asked: tuple[str, ...] = ()
    if any(_ASKS_CHANGE.search(wish) for wish in wishes):
        asked += (*_CHANGES, "INTO", "SET")
    if any(_ASKS_BUILD.search(wish) for wish in wishes):
        asked += _BUILDS
    if most is Reach.ANY:
        # Nothing but the word itself asks for what can't be taken back.
        asked += tuple(
            word
            for word in _DESTROYS
            if any(re.search(rf"{_POLITE}{word}\b", wish, re.IGNORECASE) for wish in wishes)
        )
    return asked
