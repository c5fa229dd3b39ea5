"""Sentences of others: what the explanation backs is kept, all else is refused."""

from __future__ import annotations

import pytest

from support import schemas
from sureql.ide.diagnostics import context
from sureql.ide.explain import explain, faithful
from sureql.syntax import dialects, script

_TEXT = (
    "SELECT c.country, sum(i.total) AS revenue FROM invoice i"
    " JOIN customer c ON c.customer_id = i.customer_id"
    " WHERE i.status = 'paid' AND i.invoice_date >= DATE '2024-01-01' AND c.city <> 'Bonn'"
    " GROUP BY c.country ORDER BY revenue DESC LIMIT 10"
)
_BACKED = (
    "For each country, it shows the total of `i.total`.",
    "It reads `invoice` and joins `customer`.",
    "Only rows where `i.status` is 'paid' are kept.",
    "Only invoices since 2024-01-01 are kept.",
    "At most 10 rows are returned.",
    "Sorted by revenue (descending).",
    "The result has one row per country.",
    "Rows where `c.city` is not 'Bonn' are kept.",
    "The invoice date is 2024-01-01 or later.",
)
_INVENTED = (
    "",
    "Only rows where `i.status` is not 'paid' are kept.",
    "Rows where `i.status` is 'open' are kept.",
    "Rows where `c.city` is 'Bonn' are kept.",
    "Rows where `c.city` is 'paid' are kept.",
    "Rows with status paid or city Bonn are kept.",
    "At most 20 rows are returned.",
    "At least 10 rows are returned.",
    "It returns twelve rows.",
    "It shows the average of `i.total`.",
    "Invoices before 2024-01-01 are kept.",
    "Premium customers are listed.",
    "Employees are listed.",
    "Every customer is listed.",
    "It joins `album`.",
    "It joins `customer.email`.",
    "The smallest revenue comes first.",
    "Sorted by revenue (ascending).",
    "All rows without a match stay.",
    "Customers have a left join.",
    "The query never returns duplicates.",
    "It probably lists customers.",
    "Only customers with at least 10 invoices are shown.",
    "This query is slow.",
    "It deletes rows from `invoice`.",
)


def _faithful(sentence: str) -> bool:
    rules = dialects.get("postgres")
    (statement,) = script.of(_TEXT, rules).statements
    seen = context.of(statement, schemas.catalog("music"), rules, "")
    return faithful.faithful(sentence, explain.explain(seen), seen)


@pytest.mark.parametrize("sentence", _BACKED)
def test_what_the_explanation_says_may_be_said_otherwise(sentence: str) -> None:
    assert _faithful(sentence)


@pytest.mark.parametrize("sentence", _INVENTED)
def test_what_the_explanation_does_not_say_is_refused(sentence: str) -> None:
    assert not _faithful(sentence)


def test_the_explanations_own_summary_is_faithful() -> None:
    rules = dialects.get("postgres")
    (statement,) = script.of("SELECT name FROM artist WHERE country = 'DE'", rules).statements
    seen = context.of(statement, schemas.catalog("music"), rules, "")
    found = explain.explain(seen)
    assert faithful.faithful(found.summary, found, seen)
    assert all(faithful.faithful(step.text, found, seen) for step in found.steps)
