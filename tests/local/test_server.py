"""The server of a model that sureql runs itself: shared, stopped, killed, garbage."""

from __future__ import annotations

from pathlib import Path

from support.llama import Llama


def test_server_runs(llama: Llama) -> None:
    assert llama.base_url.startswith("http://127.0.0.1:")
    assert llama.key
    assert Path(f"/proc/{llama.process}").exists() or not Path("/proc").exists()
