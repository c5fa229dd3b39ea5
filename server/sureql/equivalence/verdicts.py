"""When the databases were telling enough to say that no difference was found.

The thresholds are shares, because some branches cannot be reached and some mutants mean the same as
the query: no two queries have all of them. They were set by measuring labelled pairs; see
`evals/equivalence`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sureql.equivalence.coverage import Ledger

LEAST_DATABASES = 20
"""Fewer say little, whatever they cover. A query needs half as many as it has mutants, too."""

LEAST_NON_EMPTY = 0.1
"""Of the databases, so many must change the result from that on empty tables."""

LEAST_TRUE = 0.9
"""Of the conditions, so many must have been true somewhere: what is never true is never tried."""

LEAST_FALSE = 0.8
"""And so many false: a condition that always held might as well not be there."""

LEAST_BRANCHES = 0.7
"""Of the truth values. NULL is often out of reach, and the other side of a condition may be, too."""

LEAST_KILLED = 0.75
"""Of the mutants. Those of DISTINCT over keys and of outer joins along foreign keys never die."""

FEW = 5
"""With fewer branches or mutants than that, a share means nothing."""


LONG_QUIET = 300
"""After so many databases in a row that showed nothing new, what is left unseen is mostly what cannot
be. Of the labelled pairs that differ, nineteen of twenty did so within twelve databases and all but
one within a hundred; that one in its ORDER BY, of which `order_doubt` asks more."""

LEAST_KILLED_AT_LENGTH = 0.5
"""Of the mutants, then; and with so many told apart, it may be that the query gives no rows at all."""


def doubt(ledger: Ledger, quiet: int = 0) -> str:
    """Why the databases were not enough, '' if they were; `quiet` are those since the last news."""
    found = ledger.coverage()
    if quiet >= LONG_QUIET and found.mutants:
        least = LEAST_KILLED_AT_LENGTH * found.mutants
        unseen = ledger.missing("true") + ledger.missing("false")
        reached = found.killed >= least and not unseen
        if reached and (found.non_empty >= LEAST_NON_EMPTY or found.mutants >= FEW):
            return ""
    if ledger.databases < max(LEAST_DATABASES, found.mutants // 2):
        return f"Only {ledger.databases} databases could be tried in the time."
    if found.non_empty < LEAST_NON_EMPTY:
        if never := ledger.never():
            return f"No database made `{_short(never[0])}` {never[1]} often enough to give rows."
        return f"Only {found.non_empty:.0%} of the databases gave rows."
    conditions = sum(one.ran for one in ledger.probes)
    never = ledger.never()
    if conditions and never:
        if ledger.missing("true") > (1 - LEAST_TRUE) * conditions:
            return f"No database made `{_short(never[0])}` {never[1]}."
        false = ledger.never("false")
        if false and ledger.missing("false") > (1 - LEAST_FALSE) * conditions:
            return f"No database made `{_short(false[0])}` false."
        if found.all_branches >= FEW and found.branches < LEAST_BRANCHES * found.all_branches:
            return f"No database made `{_short(never[0])}` {never[1]}."
    if found.mutants >= FEW and found.killed < LEAST_KILLED * found.mutants:
        return (
            f"The databases told only {found.killed} of {found.mutants} "
            "deliberately changed queries from the first one."
        )
    if not found.mutants and not found.all_branches and found.non_empty < 0.3:
        return "How much the databases could have shown is not known."
    return ""


def order_doubt(ledger: Ledger, odd_terms: Sequence[int], same_limit: bool) -> str:
    """Why order and LIMIT may differ unseen, '' if they cannot: what both statements write alike
    needs no database. `odd_terms` are places in the ORDER BY where they differ: each of those terms
    must have been seen to matter."""
    if not same_limit and ledger.order.limited and not ledger.bitten:
        return "No database gave more rows than the LIMIT lets through."
    turned = [ledger.turned[place] for place in odd_terms if place < len(ledger.turned)]
    if any(one.ran and not one.killed for one in turned):
        return "The databases did not show each part of the ORDER BY at work."
    return ""


def done(ledger: Ledger, quiet: int) -> bool:
    """True if more databases are not worth their time; `quiet` are those since the last news."""
    found = ledger.coverage()
    everything = found.branches == found.all_branches and found.killed == found.mutants
    wait = 40 if everything else 120
    return quiet >= wait and ledger.databases >= 100 and not doubt(ledger, quiet)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:77] + "…"
