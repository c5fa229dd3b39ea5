"""JSON-RPC on top of pygls, with every request answered exactly once whatever the client sends."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import JsonRPCNotification, JsonRPCRequestMessage, LanguageServerProtocol

log = logging.getLogger(__name__)

Begin = Callable[[Any], Any]
"""Starts a handler: the answer, or what to await for it."""


class Protocol(LanguageServerProtocol):
    """pygls' protocol with our own reading, life cycle and execution of handlers."""

    begins: dict[str, Begin]
    exited: asyncio.Future[int]

    def receive(self, body: bytes) -> None:
        """Take in the body of one frame."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as error:
            log.warning("Received a body that is not JSON: %s", error)
            self._refuse(None, JsonRpcParseError("The message is not valid JSON."))
            return
        if not isinstance(message, dict):
            self._refuse(None, JsonRpcInvalidRequest("A message must be one JSON object."))
        elif "method" not in message:
            self._take_response(message)
        elif "id" in message:
            self._take_request(message)
        else:
            self._take_notification(message)

    def _take_request(self, message: dict[str, Any]) -> None:
        msg_id, method = message["id"], message["method"]
        if not isinstance(msg_id, str | int) or isinstance(msg_id, bool):
            self._refuse(None, JsonRpcInvalidRequest("A request's id must be a string or number."))
        elif not isinstance(method, str):
            self._refuse(msg_id, JsonRpcInvalidRequest("A request's method must be a string."))
        elif self._shutdown:
            self._refuse(msg_id, JsonRpcInvalidRequest("The server is shutting down."))
        elif self._workspace is None and method != types.INITIALIZE:
            self._refuse(msg_id, JsonRpcServerNotInitialized("Send `initialize` first."))
        elif self._workspace is not None and method == types.INITIALIZE:
            self._refuse(msg_id, JsonRpcInvalidRequest("`initialize` was already sent."))
        elif msg_id in self._request_futures:
            self._refuse(msg_id, JsonRpcInvalidRequest("A request with this id is under way."))
        else:
            try:
                self.handle_message(self._structured(message))
            except JsonRpcException as error:
                self._refuse(msg_id, error)

    def _take_notification(self, message: dict[str, Any]) -> None:
        if not isinstance(message["method"], str):
            log.warning("Ignored a notification whose method is no string.")
        elif message["method"] == types.EXIT:
            self.exit()
        elif self._shutdown or self._workspace is None:
            log.info("Ignored %s outside the session.", message["method"])
        else:
            try:
                self.handle_message(self._structured(message))
            except JsonRpcException as error:
                log.warning("Ignored a malformed %s: %s", message["method"], error)

    def _take_response(self, message: dict[str, Any]) -> None:
        if "id" not in message:
            self._refuse(None, JsonRpcInvalidRequest("A message needs a method or an id."))
        elif isinstance(message["id"], str) and message["id"] in self._result_types:
            try:
                self.handle_message(self._structured(message))
            except JsonRpcException as error:
                # Whoever waits for the answer must not wait for ever.
                self._handle_response(message["id"], error=error.to_response_error())
        else:
            log.info("Ignored an answer to nothing we asked.")

    def _structured(self, message: dict[str, Any]) -> Any:
        message["jsonrpc"] = self.VERSION
        method = message.get("method")
        if method is None or self.get_message_type(method) is not None:
            return self.structure_message(message)
        # Methods beyond the protocol keep their parameters as plain values.
        if "id" in message:
            return JsonRPCRequestMessage(
                id=message["id"], method=method, jsonrpc=self.VERSION, params=message.get("params")
            )
        return JsonRPCNotification(
            method=method, jsonrpc=self.VERSION, params=message.get("params")
        )

    def _handle_response(
        self, msg_id: str | int, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        future = self._request_futures.get(msg_id)
        if future is not None and future.cancelled():
            # Nobody waits any more, and a cancelled future takes no result.
            del self._request_futures[msg_id]
        else:
            super()._handle_response(msg_id, result, error)

    def tell_plain(self, method: str, params: dict[str, Any]) -> None:
        """A notification without the protocol's own types, which take long to convert."""
        self._send_data({"jsonrpc": self.VERSION, "method": method, "params": params})

    def _send_handler_result(self, future: Any, *, msg_id: str | int) -> None:
        error = None if future.cancelled() else future.exception()
        if isinstance(error, JsonRpcException):
            # An answer like any other, such as "not now": nothing has failed.
            self._request_futures.pop(msg_id, None)
            self._refuse(msg_id, error)
        else:
            super()._send_handler_result(future, msg_id=msg_id)

    def _refuse(self, msg_id: str | int | None, error: JsonRpcException) -> None:
        # As a plain value: the protocol's own type would leave out an id that is null.
        refusal = {"code": error.code, "message": error.message}
        if error.data is not None:
            refusal["data"] = error.data
        self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "error": refusal})

    def _handle_request(self, msg_id: str | int, method_name: str, params: Any) -> None:
        begin = self.begins.get(method_name)
        if begin is None:
            if method_name in self.fm.builtin_features:
                super()._handle_request(msg_id, method_name, params)
            else:
                log.info("Refused the unknown request %s.", method_name)
                self._refuse(msg_id, JsonRpcMethodNotFound.of(method_name))
            return
        outcome = begin(params)
        if isinstance(outcome, Coroutine | asyncio.Future):
            future = asyncio.ensure_future(outcome)
            self._futures[msg_id] = future
            future.add_done_callback(partial(self._send_handler_result, msg_id=msg_id))
        else:
            self._send_response(msg_id, outcome)

    def _handle_notification(self, method_name: str, params: Any) -> None:
        begin = self.begins.get(method_name)
        if begin is not None:
            begin(params)
        elif method_name == types.CANCEL_REQUEST:
            self.cancel(params.id)
        elif method_name in self.fm.builtin_features:
            super()._handle_notification(method_name, params)
        else:
            log.debug("Ignored the unknown notification %s.", method_name)

    def cancel(self, msg_id: str | int) -> None:
        """What the client no longer wants; it may be answered already."""
        future = self._futures.get(msg_id)
        # What we asked the client is a future of another class.
        if isinstance(future, asyncio.Future):
            future.cancel()

    def cancel_all(self) -> None:
        """Answer every request under way as cancelled, and stop waiting for the client."""
        for future in list(self._request_futures.values()):
            future.cancel()

    @property
    def _futures(self) -> dict[str | int, Any]:
        # pygls' type knows only one of the two classes of futures that it holds.
        return self._request_futures

    def stop(self) -> None:
        """From now on only `exit` is heard; further requests are refused."""
        self._shutdown = True

    def exit(self) -> None:
        """End the session: 0 if `shutdown` came first, as the specification says."""
        if not self.exited.done():
            self.exited.set_result(0 if self._shutdown else 1)
