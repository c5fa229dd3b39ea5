"""All candidates at a place, ranked: one entry point for the popup and the planners."""

from __future__ import annotations

from sureql.candidates.model import Candidate, Place


def at(place: Place) -> tuple[Candidate, ...]:
    """Candidates at `place`, likeliest first, filtered by what was typed so far."""
    raise NotImplementedError
