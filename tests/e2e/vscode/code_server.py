"""VS Code as a web server, with sureql's extension and the tests' companion in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from e2e.vscode import installation
from support.waiting import wait_until

HERE = Path(__file__).parent
COMPANION = HERE / "companion"
EXTENSION = installation.ROOT / "clients" / "vscode" / "build"
# No shop of extensions, so that nothing asks one.
NO_GALLERY = '{"serviceUrl": "", "itemUrl": "", "resourceUrlTemplate": ""}'
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
QUIET: dict[str, Any] = {
    "chat.commandCenter.enabled": False,
    "chat.disableAIFeatures": True,
    "editor.fontFamily": "DejaVu Sans Mono",
    "editor.minimap.enabled": False,
    # Ghost text that is not there within 750 ms makes way for the list: what a busy machine shows
    # would be chance. Tests of the list ask for it.
    "editor.quickSuggestions": {"other": "off"},
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "files.autoSave": "off",
    "files.hotExit": "off",
    "git.enabled": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "window.restoreWindows": "none",
    "workbench.enableExperiments": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.settings.enableNaturalLanguageSearch": False,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}
"""Settings of the editor that keep it from asking and moving."""


def vsix() -> Path | None:
    """The extension as users install it, if it was built."""
    built = sorted(EXTENSION.glob("*.vsix"), key=lambda path: path.stat().st_mtime)
    return built[-1] if built else None


class CodeServer:
    """A running server with folders of its own in `folder`. `extensions` are `.vsix` files,
    `settings` the user's from the start, `environment` variables of its own."""

    def __init__(
        self,
        folder: Path,
        extensions: tuple[Path, ...],
        settings: dict[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._told = folder / "companion"
        self._told.mkdir(parents=True)
        self._data = folder / "data"
        # Sockets are made here, whose paths must be short.
        self._temporary = tempfile.TemporaryDirectory(prefix="sureql-", ignore_cleanup_errors=True)
        self._environment = {**self._surroundings(), **(environment or {})}
        self._install(packed(COMPANION, folder / "companion.vsix"), *extensions)
        self._turn = 0
        self._settings: dict[str, Any] = {}
        self.set(settings or {})
        self._log = (folder / "code-server.log").open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [*self._command(), "--bind-addr", "127.0.0.1:0", *_BARE],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_until(self._listens)
        except AssertionError:
            said = Path(self._log.name).read_text(encoding="utf-8")
            self.close()
            raise AssertionError(f"code-server never listened: {said}") from None
        self.port = self._listens()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def set(self, settings: dict[str, Any]) -> int:
        """Make these the settings, on top of the quiet ones. Returns the number of this turn, which
        is in the settings too, as `companion.turn`."""
        wanted = {**QUIET, "sureql.path": _program(), **settings}
        if wanted != self._settings:
            self._settings = wanted
            self._turn += 1
            self.write()
        return self._turn

    def write(self) -> None:
        """Write the settings, once more if they are there."""
        # They go where those of a machine are, which count more than the user's. Of changes in the
        # user's own the web version does not hear reliably: those stay as they were at the start.
        for where in ("Machine", "User"):
            file = self._data / where / "settings.json"
            if where == "User" and file.exists():
                break
            file.parent.mkdir(parents=True, exist_ok=True)
            marked = {**self._settings, "companion.turn": self._turn}
            _overwrite(file, json.dumps(marked, indent=1).encode())

    def forget_companion(self) -> None:
        """Before a page is opened: what an earlier extension host told is over."""
        (self._told / "companion.json").unlink(missing_ok=True)

    def companion(self, folder: Path) -> int | None:
        """The port of the companion in the extension host of this folder, when it is there."""
        try:
            told = json.loads((self._told / "companion.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return int(told["port"]) if Path(told["folder"]) == folder else None

    def servers(self) -> list[psutil.Process]:
        """The language servers that run below this process, without their workers."""
        below = psutil.Process(self._process.pid).children(recursive=True)
        return [one for one in below if _is_server(one)]

    def logs(self, into: Path) -> None:
        """Copy what was logged: of the server, the extension host and the output channels."""
        into.mkdir(parents=True, exist_ok=True)
        shutil.copy(self._folder / "code-server.log", into)
        for log in (self._data / "logs").rglob("*.log"):
            if log.stat().st_size:
                shutil.copy(log, into / "-".join(log.relative_to(self._data / "logs").parts[1:]))

    def close(self) -> None:
        below = psutil.Process(self._process.pid).children(recursive=True)
        os.killpg(self._process.pid, signal.SIGTERM)
        _, alive = psutil.wait_procs([psutil.Process(self._process.pid), *below], timeout=10)
        for one in alive:
            one.kill()
        self._process.wait()
        self._log.close()
        self._temporary.cleanup()

    def _command(self) -> list[str]:
        folders = (
            "--user-data-dir",
            str(self._data),
            "--extensions-dir",
            str(self._folder / "ext"),
        )
        return [str(installation.node()), str(installation.ENTRY), *folders]

    def _surroundings(self) -> dict[str, str]:
        home = self._folder / "home"
        home.mkdir()
        without = {name for name in os.environ if name.upper() in PROXIES}
        inherited = {name: value for name, value in os.environ.items() if name not in without}
        return {
            **inherited,
            "HOME": str(home),
            "TMPDIR": self._temporary.name,
            "XDG_RUNTIME_DIR": self._temporary.name,
            # Each has caches and settings of its own, also where all tests of a run share some.
            "SUREQL_CACHE": str(home / "cache" / "sureql"),
            "SUREQL_CONFIG": str(home / "config" / "sureql" / "config.toml"),
            "EXTENSIONS_GALLERY": NO_GALLERY,
            "COMPANION_FOLDER": str(self._told),
            **{
                f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "CACHE")
            },
        }

    def _install(self, *extensions: Path) -> None:
        named = [part for one in extensions for part in ("--install-extension", str(one))]
        command = [*self._command(), *named]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def _listens(self) -> int:
        """The port that the system gave it, 0 before there is one."""
        said = Path(self._log.name).read_text(encoding="utf-8")
        found = re.search(r"HTTP server listening on http://127\.0\.0\.1:(\d+)", said)
        return int(found[1]) if found else 0


_BARE = (
    "--auth=none",
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-getting-started-override",
    "--disable-proxy",
    # What a closed page leaves behind goes soon.
    "--reconnection-grace-time=5",
)


def _program() -> str:
    return str(Path(sys.executable).parent / "sureql")


def _overwrite(file: Path, content: bytes) -> None:
    """Write a small file in one piece and in its place. VS Code watches the file itself, so another
    must not take its name; an empty one would be read as no settings, and restart what runs."""
    size = file.stat().st_size if file.exists() else 0
    with file.open("r+b" if size else "wb", buffering=0) as opened:
        opened.write(content.ljust(size))


def _is_server(process: psutil.Process) -> bool:
    try:
        line = process.cmdline()
    except psutil.Error:
        return False
    return "lsp" in line and any("sureql" in part for part in line)


def packed(folder: Path, vsix: Path) -> Path:
    """The files of a folder as an extension that can be installed, written to `vsix`."""
    # The least that VS Code takes for an extension: a manifest of the package, and the files.
    manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    identity = f'Id="{manifest["name"]}" Version="{manifest["version"]}"'
    with zipfile.ZipFile(vsix, "w") as archive:
        archive.writestr(
            "extension.vsixmanifest",
            '<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">'
            f'<Metadata><Identity Language="en-US" Publisher="{manifest["publisher"]}" {identity}/>'
            '</Metadata><Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/>'
            "</Installation></PackageManifest>",
        )
        for file in sorted(folder.iterdir()):
            archive.write(file, f"extension/{file.name}")
    return vsix
