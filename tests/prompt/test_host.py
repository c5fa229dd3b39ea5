"""What is told about the code around SQL, per language; a fixture per language in `fixtures/hosts`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import cases, fixture
from support.fixture import Case
from sureql.hosts import grammars
from sureql.prompt.model import Host
from sureql.prompt.sources import host
from sureql.text.span import Span

LANGUAGES = [name for name in grammars.names() if grammars.compiled(name, grammars.NEARBY)]
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case.title}")
    for path in sorted((cases.FIXTURES / "hosts").glob("*.txt"))
    for case in fixture.load(path)
]


def told(language: str, case: Case) -> str:
    return "\n".join(host.described(Host(language, case.source.text, Span(*case.source.span))))


@pytest.mark.parametrize(("language", "case"), CASES)
def test_the_code_around_sql_is_told(language: str, case: Case) -> None:
    cases.check(case, "prompt", told(language, case))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_fixture(language: str) -> None:
    assert len(fixture.load(cases.FIXTURES / "hosts" / f"{language}.txt")) >= 4


@pytest.mark.parametrize(("language", "case"), CASES)
def test_what_is_told_stays_in_few_plain_lines(language: str, case: Case) -> None:
    lines = host.described(Host(language, case.source.text, Span(*case.source.span)))
    assert len(lines) <= host.MOST_LINES
    assert all(line.isprintable() and "*/" not in line and "<|" not in line for line in lines)


SECRETS = {
    "python": """
def load(token="tiger", kind="monthly", pin="9876"):
    key = b"tiger"
    db = connect(f"{host}/tiger", 'tiger', \"\"\"tiger\"\"\", r"tiger")
    headers = {"x-key": "tiger", "tiger tiger": 1}
    status = "paid"
    return db.execute(SQL, {"since": day}, "tiger", ["bob@example.org"])
""",
    "javascript": """
async function f(db, token = 'tiger') {
  const passphrase = `tiger ${x} tiger`;
  const c = connect({ user: 'tiger', url: "tiger://tiger" });
  return db.query(SQL, ['tiger', `tiger`]);
}""",
    "go": """package x
func F(db *sql.DB) error {
	auth := []string{"tiger", `tiger`}
	r := Connect("tiger" + "tiger", 't')
	rows, err := db.Query(SQL, "tiger")
}""",
    "java": """class A { void f(@Named("a tiger") Connection c) {
  Connection d = DriverManager.getConnection("jdbc:x", "scott", "tiger");
  c.prepareStatement(SQL, "tiger");
}}""",
    "php": """<?php
function f($pdo) {
  $db = new PDO('tiger', "tiger $x", <<<X
tiger
X);
  return $pdo->query(SQL, 'tiger');
}""",
    "ruby": """
def f(conn)
  token ||= 'tiger'
  auth = { password: "tiger#{x}", other: %q(tiger) }
  conn.exec(SQL, ['tiger'])
end""",
    "rust": """async fn f(pool: &PgPool) {
  let token: &str = "tiger";
  let conn = connect(r#"tiger"#, b"tiger");
  sqlx::query(SQL).bind("tiger");
}""",
    "c-sharp": """class A { void F(Db c) {
  var conn = Connect("tiger", @"tiger", $"tiger {x}", 't');
  c.Query(SQL, "tiger");
}}""",
    "kotlin": """fun f(c: Connection) {
  val auth = login("tiger", \"\"\"tiger\"\"\", "tiger $x")
  c.prepareStatement(SQL, "tiger")
}""",
}


@pytest.mark.parametrize("language", SECRETS)
def test_what_strings_beside_sql_say_is_not_told(language: str) -> None:
    code = SECRETS[language].replace("SQL", '"SELECT 1"', 1)
    start = code.index('"SELECT 1"')
    lines = host.described(Host(language, code, Span(start, start + 10)))
    assert len(lines) >= 3
    assert "tiger" not in "\n".join(lines)
    assert "example.org" not in "\n".join(lines)
    assert "…" in "\n".join(lines)


def test_plain_words_that_are_no_secrets_are_told() -> None:
    code = SECRETS["python"].replace("SQL", '"SELECT 1"', 1)
    start = code.index('"SELECT 1"')
    lines = host.described(Host("python", code, Span(start, start + 10)))
    assert '  status = "paid"' in lines
    assert '  db.execute(SQL, {"since": day}, "…", ["…"])' in lines


@pytest.mark.parametrize("language", ["cobol", "", "../python", "host", "os.path"])
def test_a_language_that_is_not_known_tells_nothing(language: str) -> None:
    assert host.described(Host(language, "x = 'SELECT 1'", Span(5, 13))) == ()


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_broken_code_never_raises(data: st.DataObject) -> None:
    language, case = data.draw(st.sampled_from([one.values[:2] for one in CASES]))
    text = case.source.text
    first, last = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    noise = data.draw(st.text(max_size=8) | st.sampled_from(["{{{", "'''", '"""', "(((", "\ud800"]))
    torn = text[:first] + noise + text[last:]
    start = data.draw(st.integers(-5, len(torn) + 5))
    region = Span(start, start + data.draw(st.integers(0, 30)))
    assert len(host.described(Host(language, torn, region))) <= host.MOST_LINES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_file_is_read_in_part_and_quickly(language: str) -> None:
    case = next(one.values[1] for one in CASES if one.values[0] == language)
    text, (start, end) = case.source.text, case.source.span
    unit = text + "\n\n"
    copies = 2_000 // unit.count("\n")
    middle = len(unit) * (copies // 2)
    long = Host(language, unit * copies, Span(middle + start, middle + end))
    short = host.described(Host(language, text, Span(start, end)))
    assert host.described(long)[1:] == short[1:]
    spent = []
    for _ in range(7):
        began = time.process_time()
        host.described(long)
        spent.append(time.process_time() - began)
    # A tenth of it on a machine with nothing else to do.
    assert min(spent) < 0.02


def test_queries_are_found_in_a_packed_package_too(tmp_path: Path) -> None:
    package = Path(str(resources.files("sureql")))
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in package.rglob("*"):
            if path.suffix in (".py", ".scm", ".txt"):
                archive.write(path, Path("sureql") / path.relative_to(package))
        for path in (package.parents[1] / "grammars").glob("*/*.scm"):
            archive.write(path, Path("sureql", "grammars", path.parent.name, path.name))
    program = (
        "import sureql.prompt.sources.host as host; assert 'packed.zip' in host.__file__;"
        "print(host._known('typescript').shown)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(packed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.stdout.strip() == "TypeScript", shown.stderr
