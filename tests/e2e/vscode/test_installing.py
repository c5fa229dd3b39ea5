"""The extension installs its own server: what stands in the way is said, and trying again is a click."""

from __future__ import annotations

import http.server
import shutil
import socket
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from e2e.vscode.code_server import CodeServer
from e2e.vscode.conftest import OpenWindow
from e2e.vscode.window import PATIENCE, Window

NEEDED = "sureql-test-part"
AGAIN = 10.0
"""Seconds after which a user would try again what had no visible effect."""
INSTALLING = 120.0
"""Seconds that an environment may take on a busy machine."""
SERVER = """\
import os, sys
import sureql_test_part
def main():
    program = {program!r}
    os.execv(program, [program, *sys.argv[1:]])
"""


def wheel(
    file: Path, name: str, modules: dict[str, str], needs: str = "", script: str = ""
) -> Path:
    """A package that can be installed."""
    info = f"{name.replace('-', '_')}-1.0.dist-info"
    requires = f"Requires-Dist: {needs}\n" if needs else ""
    with zipfile.ZipFile(file, "w") as archive:
        for module, text in modules.items():
            archive.writestr(f"{module}.py", text)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requires}"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        if script:
            archive.writestr(f"{info}/entry_points.txt", f"[console_scripts]\n{script}\n")
        archive.writestr(f"{info}/RECORD", "")
    return file


class Bare:
    """A machine of its own: the programs on its PATH, a package index that may be away, and where the
    extension installs."""

    def __init__(self, folder: Path, extension: Path) -> None:
        self.programs = folder / "bin"
        self.programs.mkdir()
        self._index = folder / "index"
        # A port that is held without listening refuses whoever comes, until it is served.
        self._held = socket.socket()
        self._held.bind(("127.0.0.1", 0))
        self._port = int(self._held.getsockname()[1])
        where = self._index / "simple" / NEEDED
        where.mkdir(parents=True)
        part = wheel(
            where / "sureql_test_part-1.0-py3-none-any.whl", NEEDED, {"sureql_test_part": ""}
        )
        (where / "index.html").write_text(f'<a href="{part.name}">{part.name}</a>')
        environment = {
            "PATH": str(self.programs),
            # Else VS Code takes PATH from the shell that the user logs in with.
            "VSCODE_CLI": "1",
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_INDEX_URL": f"http://127.0.0.1:{self._port}/simple",
            "PIP_RETRIES": "1",
        }
        self.server = CodeServer(folder / "vscode", (extension,), {"sureql.path": ""}, environment)
        (shipped,) = (folder / "vscode" / "ext").glob("sureql.sureql-*/server/*.whl")
        shipped.unlink()
        # What it needs would take minutes to install; the server that then runs is the real one.
        wheel(
            shipped.with_name("sureql-1.0-py3-none-any.whl"),
            "sureql",
            {
                "sureql_test_server": SERVER.format(
                    program=str(Path(sys.executable).parent / "sureql")
                )
            },
            NEEDED,
            "sureql = sureql_test_server:main",
        )
        self.storage = folder / "vscode" / "data" / "User" / "globalStorage" / "sureql.sureql"

    def close(self) -> None:
        self.server.close()
        self._held.close()

    def python(self, script: str) -> None:
        """The only Python there is, '' for none."""
        file = self.programs / "python3"
        file.unlink(missing_ok=True)
        if script:
            file.write_text(f"#!/bin/sh\n{script}\n")
            file.chmod(0o755)

    def index(self) -> http.server.ThreadingHTTPServer:
        """The package index, which is away until it is served."""
        root = str(self._index)

        class Files(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *given: object) -> None:
                super().__init__(*given, directory=root)  # type: ignore[arg-type]

            def log_message(self, *_: object) -> None:
                pass

        served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files, bind_and_activate=False)
        served.socket.close()
        served.socket = self._held
        served.server_address = self._held.getsockname()
        served.server_activate()
        threading.Thread(target=served.serve_forever, daemon=True).start()
        return served


@pytest.fixture(scope="module")
def bare(extension: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    with closing(Bare(tmp_path_factory.mktemp("bare"), extension)) as made:
        yield made


@pytest.fixture(scope="module")
def newcomer(bare: Bare, open_window: OpenWindow) -> Iterator[Window]:
    """The window of somebody who has just installed the extension."""
    window = open_window(bare.server, {})
    yield window
    window.page.close()


def told(window: Window, message: str, *buttons: str, again: float = AGAIN) -> None:
    """Let it look for a server, until it says that message and has those buttons. `again` is in seconds: what
    takes long is not to be disturbed."""
    window.edit("queries/first.sql", "SELECT titel FROM album;\n")
    tried = 0.0

    def said() -> bool:
        nonlocal tried
        if any(message in text for text in window.notices()):
            return True
        if time.monotonic() > tried:
            # VS Code keeps messages back that come too soon after others.
            tried = time.monotonic() + again
            window.command("notifications.clearAll")
            window.begin("sureql.restart")
        return False

    window.until(said, message, max(again, PATIENCE))
    for text in buttons:
        window.seen(f".notifications-toasts .monaco-button:has-text('{text}')")
    assert not window.server.servers()


def test_without_python_it_says_so(newcomer: Window, bare: Bare) -> None:
    bare.python("")
    told(
        newcomer, "sureql needs Python 3.11 or later, and none was found", "Get Python", "Try Again"
    )
    newcomer.picture("no_python")


def test_a_python_that_is_too_old_is_named(newcomer: Window, bare: Bare) -> None:
    bare.python("echo '3 9 2 True'")
    told(newcomer, "the newest one found is 3.9.2", "Get Python", "Try Again")


def test_without_the_module_for_environments_it_has_the_command(
    newcomer: Window, bare: Bare
) -> None:
    bare.python("echo '3 11 4 False'")
    told(newcomer, "sudo apt install python3.11-venv", "Copy Command", "Try Again")


def test_a_place_that_cannot_be_written_to_is_named(newcomer: Window, bare: Bare) -> None:
    # Where even root may not make a folder.
    sealed = Path("/sys")
    if not sealed.is_dir():
        pytest.skip("There is no folder here that root may not write to.")
    bare.python(f'exec {sys.executable} "$@"')
    shutil.rmtree(bare.storage, ignore_errors=True)
    bare.storage.symlink_to(sealed)
    try:
        told(newcomer, "can't be written to", "Try Again", "Open Settings")
        newcomer.picture("read_only")
    finally:
        bare.storage.unlink()


def test_a_restart_ends_an_installation(newcomer: Window, bare: Bare) -> None:
    # It makes an environment, and never comes to an end with it.
    bare.python(
        f"case \"$*\" in *'-m venv'*) exec {shutil.which('sleep')} 1000;; esac;"
        f' exec {sys.executable} "$@"'
    )
    newcomer.begin("sureql.restart")
    newcomer.until(
        lambda: any("Making an environment" in text for text in newcomer.notices()), "it is made"
    )
    bare.python("")
    told(newcomer, "none was found")


@pytest.mark.timeout(360)
def test_offline_it_says_so_and_online_it_installs(newcomer: Window, bare: Bare) -> None:
    bare.python(f'exec {sys.executable} "$@"')
    message = "the Python package index can't be reached"
    told(newcomer, message, "Try Again", "Show Log", again=INSTALLING)
    newcomer.picture("offline")
    assert not [one for one in bare.storage.iterdir() if one.name.startswith("server-")]
    index = bare.index()
    try:
        newcomer.page.locator(
            ".notifications-toasts .monaco-button:has-text('Try Again')"
        ).first.click()
        newcomer.until(
            lambda: newcomer.problems() == ["unknown-column"], "its own server checks", INSTALLING
        )
    finally:
        index.shutdown()
        index.server_close()
    assert (bare.storage / "installing").exists() is False
    (made,) = bare.storage.glob("server-1.0-*")
    assert (made / "complete.json").exists()
