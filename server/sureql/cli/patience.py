"""Says on a terminal what a command is waiting for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from sureql import app
from sureql.providers import address
from sureql.settings.options import Model


@contextmanager
def waiting_for(model: Model, *, intent: bool = False) -> Iterator[None]:
    """While a model may be asked; nothing is said where there is none, or nobody who reads it."""
    console = Console(stderr=True)
    if not (model.configured and console.is_terminal):
        yield
        return
    with console.status(Text(f"Asking {shown(model, intent=intent)} ...")):
        yield


def shown(model: Model, *, intent: bool = False) -> str:
    """The model and where it is, as it may be shown."""
    if model.local:
        return f"{model.local}, on this machine"
    name = (model.intent_name if intent else "") or model.name
    return f"{name} at {address.host(model.base_url or app.OPENAI)}"
