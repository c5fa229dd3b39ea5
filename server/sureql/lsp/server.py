"""The language server: a session with whoever is at the other end of standard input and output, or
of a connection (`listening.py`)."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import Any

from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

import sureql
from sureql.lsp import dispatch, stream
from sureql.lsp.editor import Editor
from sureql.lsp.journal import Journal
from sureql.lsp.protocol import Protocol
from sureql.lsp.session import Session
from sureql.lsp.stream import Output, Read

log = logging.getLogger(__name__)


class Server(LanguageServer):
    """pygls' server, which only knows methods and capabilities here."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__(
            "sureql",
            sureql.__version__,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Errors go to the log: a message box for each would make the editor unusable."""
        log.error("%s: %s", getattr(source, "__name__", source), error)


async def serve(output: Output, read: Read, journal: Journal, framed: bool = True) -> int:
    """One session from the first byte to the last; the exit code. `framed`: messages begin with headers
    that say how long they are, which WebSockets do by themselves."""
    server = Server()
    protocol = server.protocol
    protocol.exited = asyncio.get_running_loop().create_future()
    protocol.set_writer(output, include_headers=framed)
    session = Session(Editor(protocol), protocol.stop, journal)
    protocol.begins = {}
    for handler in dispatch.discover():
        begin = dispatch.begin(handler, session)
        server.feature(handler.method, handler.options)(begin)
        for command in handler.commands:
            server.command(command)(begin)
        if handler.method != "initialize":
            # pygls' own versions would keep a second, slow copy of every document. `initialize`
            # stays its own: it calls our handler and then announces the capabilities.
            protocol.begins[handler.method] = begin
    reading = asyncio.ensure_future(read(protocol.receive))
    ends: set[asyncio.Future[Any]] = {reading, protocol.exited}
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        # An input that ends without `exit` is an editor that has died.
        return protocol.exited.result() if protocol.exited.done() else 1
    finally:
        reading.cancel()
        protocol.cancel_all()
        await session.end()


def run_stdio() -> int:
    """Serve the client at standard input and output; the exit code."""
    journal = set_up_log()
    output = stream.own_stdout()
    return asyncio.run(serve(output, stream.read_stdin, journal))


def set_up_log() -> Journal:
    """The log of this process: its last lines for `sureql.showLog`, warnings on standard error."""
    journal = Journal()
    level = os.environ.get("SUREQL_LOG", "info").upper()
    log_to_screen = logging.StreamHandler(sys.stderr)
    log_to_screen.setLevel(logging.WARNING)
    known = logging.getLevelNamesMapping()
    logging.basicConfig(handlers=[journal, log_to_screen], level=known.get(level, logging.INFO))
    # pygls writes whole messages to its log, and a trace for each that is malformed.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    return journal
