"""A real llama.cpp server with SmolLM2-135M for tests: `from support.llama import llama` in a conftest.

The model is `.venv/models/smollm2.gguf`, where `make` puts it (once, by `sureql model fetch smollm2`
with SUREQL_CACHE=.venv). Nothing is downloaded during a test run. Without the model, tests that
need it are skipped; with the variable CI they fail.

The server is the one that users get (`providers.local.server`): a process of its own on the loopback
with a random port and key, shared by all pytest processes of a run, gone when the last of them is.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from sureql.ports.provider import Endpoint
from sureql.providers.local import server

NAME = "smollm2"
WINDOW = 2048


@dataclass(frozen=True, slots=True)
class Llama:
    """`endpoint` has address, key and model; `process` is the server's number, `log` what it says."""

    endpoint: Endpoint
    process: int
    log: Path

    @property
    def base_url(self) -> str:
        return self.endpoint.base_url

    @property
    def key(self) -> str:
        return self.endpoint.key

    @property
    def model(self) -> str:
        return self.endpoint.model


def model_file() -> Path:
    """The model's file; skips the test if it is not here, or fails it under CI."""
    found = Path(sys.prefix) / "models" / f"{NAME}.gguf"
    missing = ""
    if not found.is_file():
        missing = f"{found} is not here: run `make .venv/models/smollm2.gguf`"
    elif not find_spec("xllamacpp"):
        missing = "xllamacpp is not installed"
    if missing and os.environ.get("CI"):
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    return found


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Llama]:
    """The server, started once for all tests of a run."""
    model = str(model_file())
    # All workers of one run have the same parent folder, so they share the server.
    shared = bool(os.environ.get("PYTEST_XDIST_WORKER"))
    base = tmp_path_factory.getbasetemp()
    cache = (base.parent if shared else base) / "llama"
    lease = server.Lease(model, cache, lives_on=0, window=WINDOW)
    endpoint = asyncio.run(lease.endpoint())
    try:
        state = next(cache.glob("servers/*/state"))
        process = json.loads(state.read_text())["pid"]
        yield Llama(endpoint, process, state.with_name("log"))
    finally:
        lease.leave()
