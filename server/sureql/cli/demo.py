"""`sureql demo`: a tour on a sample project."""

from __future__ import annotations

import argparse

from rich.console import Console

from sureql.demo import tour


def run(options: argparse.Namespace) -> int:
    return tour.run(Console(highlight=False))
