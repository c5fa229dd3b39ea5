"""Secrets made up on the spot, so that none that looks real stands in this repository."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LETTERS = string.ascii_letters + string.digits
Make = Callable[[random.Random], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Planted:
    """`text` holds `secret`."""

    kind: str
    place: str
    text: str
    secret: str


def letters(dice: random.Random, count: int, of: str = LETTERS) -> str:
    # Generators give digits too; one without any looks like a name.
    return "".join(dice.choice(of) for _ in range(count - 2)) + dice.choice("23456789") + of[0]


def _hex(dice: random.Random, count: int) -> str:
    return letters(dice, count, "abcdef0123456789")


def _password(dice: random.Random) -> str:
    return letters(dice, dice.randint(6, 14), LETTERS + "!#%^*_+.")


def _token(prefix: str, count: int, of: str = LETTERS) -> Make:
    def make(dice: random.Random) -> tuple[str, str]:
        body = letters(dice, count, of)
        return prefix + body, body

    return make


def _form(form: str) -> Make:
    """A text with a password at `@@`."""

    def make(dice: random.Random) -> tuple[str, str]:
        secret = _password(dice)
        return form.replace("@@", secret), secret

    return make


def _web_token(dice: random.Random) -> tuple[str, str]:
    parts = [json.dumps({"alg": "HS256"}), json.dumps({"sub": letters(dice, 12)})]
    coded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
    body = letters(dice, 43)
    return ".".join([*coded, body]), body


def _key_block(dice: random.Random) -> tuple[str, str]:
    body = "\n".join(letters(dice, 64, LETTERS + "+/") for _ in range(4))
    dashes = "-" * 5
    return (
        f"{dashes}BEGIN RSA PRIVATE KEY{dashes}\n{body}\n{dashes}END RSA PRIVATE KEY{dashes}",
        body,
    )


# Anywhere: in a literal, a comment, code.
TOKENS: dict[str, Make] = {
    "OpenAI": _token("sk-" + "proj-", 48),
    "Anthropic": _token("sk-" + "ant-api03-", 80, LETTERS + "-_"),
    "Google": _token("AI" + "za", 35, LETTERS + "-_"),
    "GitHub": _token("gh" + "p_", 36),
    "GitHub, fine": _token("github" + "_pat_", 60, LETTERS + "_"),
    "GitLab": _token("gl" + "pat-", 20),
    "Slack": _token("xo" + "xb-123456789012-", 24),
    "Stripe": _token("sk" + "_live_", 24),
    "Twilio": _token("S" + "K", 32, "0123456789abcdef"),
    "SendGrid": lambda dice: (lambda a, b: ("S" + f"G.{a}.{b}", b))(
        letters(dice, 22), letters(dice, 43)
    ),
    "AWS key id": _token("AK" + "IA", 16, string.ascii_uppercase + "234567"),
    "npm": _token("np" + "m_", 36),
    "PyPI": _token("py" + "pi-", 80, LETTERS + "-_"),
    "Hugging Face": _token("h" + "f_", 34),
    "DigitalOcean": _token("do" + "p_v1_", 64, "abcdef0123456789"),
    "Databricks": _token("da" + "pi", 32, "abcdef0123456789"),
    "Azure storage": _token("DefaultEndpointsProtocol=https;Account" + "Key=", 88, LETTERS + "+/"),
    "JSON web token": _web_token,
    "URL": _form("postgresql" + "://app:@@@db.internal:5432/shop"),
    "SQLAlchemy": _form("mysql+pymysql" + "://root:@@@10.0.0.7/shop"),
    "MongoDB": _form("mongodb+srv" + "://app:@@@cluster0.example.net/x?retryWrites=true"),
    "web": _form("https" + "://user:@@@git.example.com/a.git"),
    "libpq": _form("host=db.internal dbname=shop user=app password=@@ sslmode=require"),
    "JDBC": _form("jdbc:postgresql" + "://db.internal/shop?user=app&password=@@"),
    "Oracle": _form("jdbc:oracle:thin:scott" + "/@@@db:1521/ORCL"),
    "ADO": _form("Server=db;Database=shop;User Id=app;Password=@@;Encrypt=true"),
    "signature": _form("https://acc.blob.core.windows.net/c/f.csv?sv=2024&sig=@@"),
    "bearer": _token("Authorization: Bearer ", 40),
}

# Whole statements, or lines that are one.
STATEMENTS: dict[str, Make] = {
    "role": _form("ALTER ROLE app WITH LOGIN PASSWORD '@@';"),
    "role, next line": _form("CREATE USER app\n  WITH PASSWORD\n  '@@';"),
    "open quote": _form("CREATE ROLE app PASSWORD '@@"),
    "dollars": _form("ALTER ROLE app PASSWORD $$@@$$;"),
    "identified": _form("CREATE USER 'app'@'%' IDENTIFIED BY '@@';"),
    "identified, bare": _form("CREATE USER app IDENTIFIED BY @@;"),
    "identified with": _form("ALTER USER app IDENTIFIED WITH caching_sha2_password BY '@@';"),
    "set password": _form("SET PASSWORD FOR 'app'@'%' = PASSWORD('@@');"),
    "mapping": _form("CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'u', password '@@');"),
    "copy": _token(
        "COPY t FROM 's3://b/k' CREDENTIALS 'aws_secret_access" + "_key=", 40, LETTERS + "/+"
    ),
    "stage": _token("CREATE STAGE s CREDENTIALS = (AWS_KEY_ID = 'x' AWS_SECRET" + "_KEY = '", 40),
    "duckdb": _form("CREATE SECRET s (TYPE s3, KEY_ID 'abc', SECRET '@@');"),
    "sqlcipher": _form("PRAGMA key = '@@';"),
    "attach": _form("ATTACH DATABASE 'x.db' AS x KEY '@@';"),
    "encryption key": _form("ATTACH 'x.duckdb' AS x (ENCRYPTION_KEY '@@');"),
    "master key": _form("CREATE MASTER KEY ENCRYPTION BY PASSWORD = '@@';"),
    "credential": _form("CREATE CREDENTIAL c WITH IDENTITY = 'app', SECRET = '@@';"),
    "replica": _form("CHANGE MASTER TO MASTER_HOST='db', MASTER_PASSWORD='@@';"),
    "dblink": _form("SELECT * FROM dblink('dbname=x password=@@', 'SELECT 1') AS t(a int);"),
    "setting": _form("SET app.jwt_secret = '@@';"),
    "set_config": _form("SELECT set_config('app.api_key', '@@', false);"),
    "insert": _form(
        "INSERT INTO users (name, password, age) VALUES ('a', 'b', 1), ('bob', '@@', 3);"
    ),
    "update": _form("UPDATE users SET password = '@@' WHERE id = 1;"),
    "where": _form("SELECT * FROM users u WHERE u.api_key = '@@' AND u.name = 'a';"),
    "crypt": _form("SELECT pgp_sym_decrypt(note, '@@') FROM notes;"),
    "hashed": _form("UPDATE users SET password = crypt('@@', gen_salt('bf'));"),
    "default": _form("CREATE TABLE t (id int, password varchar(20) NOT NULL DEFAULT '@@');"),
    "json": _form("""UPDATE t SET config = '{"user": "a", "password": "@@"}';"""),
    "psql": _form("\\set admin_password '@@'"),
    "pgpass": _form("db.internal:5432:shop:app:@@"),
    "environment": _form("-- export PGPASSWORD=@@"),
    "comment": _form("-- the password is @@"),
    "python": _form('conn = connect(user="app", password="@@")'),
    "yaml": _form("  db_password: @@"),
    "key block": _key_block,
}

AROUND: dict[str, str] = {
    "SQL": "SELECT id, name\nFROM clients\nWHERE note = '@@'\nORDER BY 1;",
    "DDL comment": "CREATE TABLE a (\n  id int, -- for @@\n  b text\n);",
    "table comment": "COMMENT ON TABLE a IS 'see @@';",
    "code": 'def load(db):\n    url = "@@"\n    return db.run(url)',
    "history": "SELECT 1;\n/* @@ */\nSELECT count(*) FROM orders WHERE total > 10;",
}


def everything(seed: int) -> Iterator[Planted]:
    """One of each kind in each place."""
    dice = random.Random(seed)
    for kind, make in TOKENS.items():
        for place, around in AROUND.items():
            text, secret = make(dice)
            yield Planted(kind, place, around.replace("@@", text), secret)
    for kind, make in STATEMENTS.items():
        for place in ("{}", "SELECT 1;\n{}", "SELECT a FROM b;\n\n{}\n\nSELECT c FROM d;"):
            text, secret = make(dice)
            yield Planted(
                kind,
                place,
                place.replace("{}", text),
                secret,
            )
