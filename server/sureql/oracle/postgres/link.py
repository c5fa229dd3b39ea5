"""A connection to a PostgreSQL server that never waits longer than it was told.

It speaks through libpq itself, because only there a statement can be sent as a Parse message
without ever being run, and every wait can have a limit. A connection whose answer came too late is
given up: what a hung server says later belongs to nobody.
"""

from __future__ import annotations

import re
import selectors
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
from psycopg import conninfo, pq

from sureql.ports.errors import JudgeError

_HOST = re.compile(r"(\[[^]]*\]|[^:]*)(:\d*)?")
FAILED = (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE)
"""What the status of a result is that is an error."""


class LinkLost(Exception):
    """The server is gone or did not answer in time; the connection is closed."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of the server's. `position` is 1-based in characters, 0 if it points nowhere.

    `source` is the server's C function that raised it: unlike the message it is never translated.
    """

    code: str
    message: str
    position: int = 0
    hint: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """What a statement takes and yields, as (oid of the type, its modifier)."""

    parameters: tuple[tuple[int, int], ...]
    results: tuple[tuple[str, int, int], ...]


Rows = tuple[tuple[str, ...], ...]


class Link:
    """One connection, always in pipeline mode. Used by one thread at a time."""

    def __init__(self, address: str, seconds: float, within: Sequence[str] = ()) -> None:
        """Connect to `address` (a connection string). Raises JudgeError.

        `within` are commands for the transaction of each statement that is described.
        """
        self._within = [("run", command.encode()) for command in within]
        self._connection = _connected(address, time.monotonic() + seconds)
        self._connection.nonblocking = 1
        self._connection.enter_pipeline_mode()
        self.closed = False

    def run(self, commands: Sequence[str], seconds: float) -> list[Rows | Refusal]:
        """Run each of our own commands by itself, in order; one answer for each.

        Raises LinkLost.
        """
        if not commands:
            return []
        results = self.exchange([[("run", command.encode())] for command in commands], seconds)
        return [_rows(group[0]) if group else () for group in results]

    def describe(self, statement: bytes, seconds: float) -> Description | Refusal:
        """Let the server parse and analyse `statement`, which is neither planned nor run.

        All in a read-only transaction that is rolled back. Raises LinkLost.
        """
        begin = [("run", b"BEGIN READ ONLY"), *self._within]
        asked = [[*begin, ("parse", statement), ("describe", b"")], [("run", b"ROLLBACK")]]
        results = self.exchange(asked, seconds)[0]
        for index, result in enumerate(results):
            if result.status in FAILED:
                if index < len(begin):
                    self.close()
                    raise LinkLost(refusal(result).message)
                return refusal(result)
        return _description(results[-1])

    def exchange(
        self, groups: list[list[tuple[str, bytes]]], seconds: float
    ) -> list[list[pq.abc.PGresult]]:
        """The server's results for groups of ("run", command), ("parse", statement) and ("describe", "").

        All are sent at once. A failure skips the rest of its group only. Raises LinkLost.
        """
        if self.closed:
            raise LinkLost
        try:
            for group in groups:
                for kind, text in group:
                    if kind == "run":
                        self._connection.send_query_params(text, None)
                    elif kind == "parse":
                        self._connection.send_prepare(b"", text)
                    else:
                        self._connection.send_describe_prepared(text)
                self._connection.pipeline_sync()
            return self._collected(len(groups), time.monotonic() + seconds)
        except psycopg.Error as error:
            self.close()
            raise LinkLost(str(error).strip()) from error
        except LinkLost:
            self.close()
            raise

    def is_superuser(self) -> bool:
        """True if the session may do anything."""
        return self._connection.parameter_status(b"is_superuser") == b"on"

    def close(self) -> None:
        """Close without waiting."""
        if not self.closed:
            self.closed = True
            self._connection.finish()

    def _collected(self, groups: int, until: float) -> list[list[pq.abc.PGresult]]:
        found: list[list[pq.abc.PGresult]] = [[]]
        unflushed = self._connection.flush() == 1
        empty = 0
        while len(found) <= groups:
            if self._connection.is_busy():
                self._wait(until, unflushed)
                self._connection.consume_input()
                unflushed = self._connection.flush() == 1
                continue
            result = self._connection.get_result()
            empty = empty + 1 if result is None else 0
            if empty > 1:
                raise LinkLost("The server closed the connection.")
            if result is None:
                continue
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                found.append([])
            elif result.status != pq.ExecStatus.PIPELINE_ABORTED:
                found[-1].append(result)
        return found[:-1]

    def _wait(self, until: float, writing: bool) -> None:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if writing else 0)
        if not _ready(self._connection.socket, events, until):
            raise LinkLost("The server did not answer in time.")


def address(url: str, **changed: str | int) -> str:
    """`url` (a URL or a connection string) with other parameters. Raises JudgeError."""
    try:
        if not _is_misread(url):
            return conninfo.make_conninfo(url, **changed)
    except psycopg.Error:
        pass  # Its text quotes the part of the address that is wrong, which may be the password.
    raise JudgeError(
        "This is no address of a PostgreSQL server: in its password write `@` as `%40`, `/` as `%2F`, "
        "`#` as `%23` and `?` as `%3F`."
    )


def _is_misread(url: str) -> bool:
    # True if a password may stand where a host or a port is read: it would end up in messages.
    if "://" not in url:
        return False
    try:
        place = urlsplit(url).netloc
    except ValueError:
        return True
    hosts = place.rpartition("@")[2].split(",")
    return url.count("@") > ("@" in place) or not all(map(_HOST.fullmatch, hosts))


def parameter(url: str, name: str) -> str:
    """One parameter of a connection string, '' if it has none."""
    return str(conninfo.conninfo_to_dict(url).get(name) or "")


def _connected(target: str, until: float) -> pq.abc.PGconn:
    connection: pq.abc.PGconn = pq.PGconn.connect_start(target.encode())
    while connection.status != pq.ConnStatus.BAD:
        status = connection.connect_poll()
        if status == pq.PollingStatus.OK:
            return connection
        if status == pq.PollingStatus.FAILED:
            break
        reading = status == pq.PollingStatus.READING
        event = selectors.EVENT_READ if reading else selectors.EVENT_WRITE
        if not _ready(connection.socket, event, until):
            connection.finish()
            raise JudgeError("The PostgreSQL server does not answer.")
    message = connection.get_error_message().strip().partition("\n")[0].rstrip(".")
    connection.finish()
    if password := parameter(target, "password"):
        message = message.replace(password, "…")
    raise JudgeError(f"The PostgreSQL server cannot be reached: {message}.")


def _ready(socket: int, events: int, until: float) -> bool:
    left = until - time.monotonic()
    if left <= 0:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(socket, events)
        return bool(selector.select(left))


def _rows(result: pq.abc.PGresult) -> Rows | Refusal:
    if result.status in FAILED:
        return refusal(result)
    return tuple(
        tuple(
            (result.get_value(row, column) or b"").decode(errors="replace")
            for column in range(result.nfields)
        )
        for row in range(result.ntuples)
    )


def refusal(result: pq.abc.PGresult) -> Refusal:
    """The error that a result with a status of FAILED is."""

    def text(field: pq.DiagnosticField) -> str:
        return (result.error_field(field) or b"").decode(errors="replace")

    position = text(pq.DiagnosticField.STATEMENT_POSITION)
    return Refusal(
        text(pq.DiagnosticField.SQLSTATE),
        text(pq.DiagnosticField.MESSAGE_PRIMARY),
        int(position) if position.isdecimal() else 0,
        text(pq.DiagnosticField.MESSAGE_HINT),
        text(pq.DiagnosticField.SOURCE_FUNCTION),
    )


def _description(result: pq.abc.PGresult) -> Description:
    return Description(
        tuple((result.param_type(index), -1) for index in range(result.nparams)),
        tuple(
            (
                (result.fname(index) or b"").decode(errors="replace"),
                result.ftype(index),
                result.fmod(index),
            )
            for index in range(result.nfields)
        ),
    )
