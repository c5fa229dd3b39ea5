"""`sureql lsp`: the language server."""

from __future__ import annotations

import argparse

from sureql.ports.errors import ConfigurationError


def run(options: argparse.Namespace) -> int:
    """Serve until the editor says goodbye; the exit code."""
    if not options.tcp:
        if options.allow_origin or options.allow_remote:
            raise ConfigurationError("--allow-origin and --allow-remote go with --tcp HOST:PORT.")
        from sureql.lsp import server

        return server.run_stdio()
    host, _, port = options.tcp.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ConfigurationError(
            f"--tcp takes HOST:PORT, such as 127.0.0.1:7474, not `{options.tcp}`."
        )
    from sureql.lsp import listening

    return listening.run(host.strip("[]"), int(port), options.allow_origin, options.allow_remote)
