"""What models may cost, and what they have cost."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from sureql.assistant.terms import Terms
from sureql.ports.errors import ModelWithheld
from sureql.ports.ledger import Ledger
from sureql.ports.provider import Usage


@dataclass(slots=True)
class Meter:
    """What this session has used (`received` of its tokens came back), and what requests under way
    will use at most."""

    tokens: int = 0
    received: int = field(default=0, compare=False)
    cost: float = 0.0
    reserved_tokens: int = 0
    reserved_cost: float = 0.0

    def reserve(self, usage: Usage, money: float) -> None:
        self.reserved_tokens += usage.prompt + usage.completion
        self.reserved_cost += money

    def release(self, usage: Usage, money: float) -> None:
        self.reserved_tokens -= usage.prompt + usage.completion
        self.reserved_cost -= money


def cost(usage: Usage, prices: tuple[float, float, float]) -> float | None:
    """Money for `usage`, None if no price is set."""
    sent, cached, received = prices
    if not any(prices):
        return None
    # Without a price of its own, what was cached costs what everything costs.
    fresh = max(usage.prompt - usage.cached, 0)
    money = fresh * sent + usage.cached * (cached or sent) + usage.completion * received
    return money / 1_000_000


def check(terms: Terms, meter: Meter, ledger: Ledger, need: Usage, now: float, free: bool) -> None:
    """Raise ModelWithheld if a request of `need` could exceed a limit. A `free` endpoint, one on this
    machine, needs no prices."""
    limited = terms.session_cost or terms.day_cost
    money = cost(need, terms.prices)
    if limited and money is None and not free:
        which = "budget.session_cost" if terms.session_cost else "budget.day_cost"
        raise ModelWithheld(
            f"`{which}` is set, but no price is: set `model.price_input` and `model.price_output`."
        )
    tokens = need.prompt + need.completion + meter.reserved_tokens
    money = (money or 0.0) + meter.reserved_cost
    _limit(meter.tokens + tokens, terms.session_tokens, "session", "tokens")
    _limit(meter.cost + money, terms.session_cost, "session", "cost")
    if terms.day_tokens or terms.day_cost:
        spent = ledger.spent(midnight(now))
        _limit(spent.tokens + tokens, terms.day_tokens, "day", "tokens")
        _limit(spent.cost + money, terms.day_cost, "day", "cost")


def midnight(now: float) -> float:
    """The beginning of the day of `now`, by this machine's clock."""
    day = time.localtime(now)
    return time.mktime((day.tm_year, day.tm_mon, day.tm_mday, 0, 0, 0, 0, 0, -1))


def _limit(would_be: float, most: float, period: str, unit: str) -> None:
    if not most or would_be <= most:
        return
    amount = f"{most:,} tokens" if unit == "tokens" else f"{most:g} in money"
    end = "after midnight" if period == "day" else "when the editor starts anew"
    raise ModelWithheld(
        f"The limit of {amount} a {period} is reached (`budget.{period}_{unit}`): "
        f"models are asked again {end}."
    )
