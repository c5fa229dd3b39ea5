"""Lies that a model might tell of a statement, none of which may be kept, and other words for the
truth, which are."""

from __future__ import annotations

from functools import cache

import pytest

from support import schemas
from sureql.ide.diagnostics import context
from sureql.ide.diagnostics.context import Context
from sureql.ide.explain import explain, faithful
from sureql.ide.explain.model import Explanation
from sureql.syntax import dialects, script

_SHOP = """
CREATE TABLE customers (
    id integer PRIMARY KEY,
    name varchar(80) NOT NULL,
    country char(2),
    email text UNIQUE,
    created_at timestamp NOT NULL);
CREATE TABLE products (
    id integer PRIMARY KEY,
    name text NOT NULL,
    price numeric(10,2),
    category text);
CREATE TABLE orders (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customers(id),
    status text NOT NULL,
    total numeric(10,2),
    ordered_at timestamp NOT NULL,
    shipped_at timestamp);
CREATE TABLE order_items (
    order_id integer NOT NULL REFERENCES orders(id),
    line integer NOT NULL,
    product_id integer NOT NULL REFERENCES products(id),
    quantity integer NOT NULL,
    price numeric(10,2) NOT NULL,
    PRIMARY KEY (order_id,
    line));
CREATE TABLE employees (
    id integer PRIMARY KEY,
    name text NOT NULL,
    manager_id integer REFERENCES employees(id),
    salary numeric,
    dept text);
"""
_SPENT = """WITH spent AS (SELECT customer_id, sum(total) AS s, max(ordered_at) AS last FROM orders WHERE status <> 'lost' GROUP BY customer_id)
SELECT c.id, c.name, s.s FROM customers c JOIN spent s ON s.customer_id = c.id WHERE c.country IN ('DE', 'AT') AND s.s > (SELECT avg(total) FROM orders) ORDER BY s.s DESC, c.name LIMIT 25"""
_SPENT_LIES = """
It lists customers from France.
Customers from 'DE' or 'CH' are kept.
Customers outside 'DE' and 'AT' are kept.
The country is neither 'DE' nor 'AT'.
Only lost orders are summed.
Orders whose status is 'lost' are kept.
It reads `products`.
The total of `s.s` is shown.
`s.s` is less than what the sub-query gives.
`s.s` is at least the average of `total`.
`s.s` is more than the largest `total`.
The sub-query gives the total of `total`.
It is sorted by `c.name` first.
It is sorted by `c.country`.
It is sorted by `s.s` (ascending).
It returns the first 50 rows.
It skips 25 rows.
At least 25 rows are returned.
`spent` has one row per order.
`spent` has one row per country.
`spent` holds the average of `total`.
`spent` shows the earliest `ordered_at`.
The CTE is recursive.
Customers without spending stay, with NULLs.
It adds `spent` with a left join.
A row can match several rows of `spent`.
It joins `customers` to `orders` where `c.id` is `s.s`.
The newest customers come first.
It removes duplicates.
It shows `c.email`.
It gives the names of VIP customers.
It returns one row per country.
Rows are grouped by `c.country`.
For each country, the total of `total` is computed.
The orders are from 2024.
Each customer has 25 orders.
The average is more than 25.
"""
_SPENT_TRUTHS = """
It lists `c.id`, `c.name` and `s.s` from `customers` and `spent`.
Only customers whose country is 'DE' or 'AT' are kept.
It joins `spent` where `s.customer_id` equals `c.id`.
It is sorted by `s.s` (descending) and `c.name`.
At most 25 rows are returned.
`s.s` is more than the average of `total` from `orders`.
A row finds at most one match.
"""
_PRICES = """SELECT p.category, avg(i.price) AS mean, min(i.quantity) FROM products p LEFT JOIN order_items i ON i.product_id = p.id WHERE p.price IS NULL OR p.price < 20 GROUP BY p.category"""
_PRICES_LIES = """
It shows the total of `i.price`.
It shows the largest `i.quantity`.
It shows the average of `p.price`.
It shows the smallest `i.price`.
Products without order items are dropped.
It joins `order_items` with an inner join.
Only products whose price is not NULL are kept.
Only products with a price of at least 20 are kept.
Only products with a price of more than 20 are kept.
Products where the price is NULL and less than 20 are kept.
One row per product.
Grouped by `p.id`.
For each product it shows the average of `i.price`.
It counts the order items for each category.
It lists 20 categories.
It is sorted by category.
A row finds at most one match.
`i.product_id` equals `p.category`.
It shows the median of `i.price`.
Rows are returned in random order.
"""
_PRICES_TRUTHS = """
For each category, it shows the average of `i.price` and the smallest `i.quantity`.
One row per category.
It adds `order_items` with a left join where `i.product_id` equals `p.id`.
Rows without a match stay.
Results are grouped by `p.category`.
The average of `i.price` is called `mean`.
"""
_RISE = (
    """UPDATE employees SET salary = salary * 1.1 WHERE dept = 'it' AND manager_id IS NOT NULL"""
)
_RISE_LIES = """
It sets `salary` to 1.1.
It sets `salary` to `salary * 1.2`.
It updates every row.
It updates all employees.
It updates employees outside 'it'.
It updates rows where `dept` is not 'it'.
It updates rows where `manager_id` is NULL.
It updates `dept`.
It sets `dept` to 'it'.
It deletes employees.
It updates managers.
Nobody else can read `employees`.
It cannot be rolled back.
It gives everybody a rise.
The rows are locked until tomorrow.
It adds rows to `employees`.
"""
_RISE_TRUTHS = """
It updates `employees`.
It sets `salary` to `salary * 1.1`.
Only rows where `dept` is 'it' are updated.
Only employees in the dept 'it' are updated.
Only rows where `manager_id` is not NULL are updated.
It can be rolled back until COMMIT.
"""
_RANKED = """SELECT dept, salary, rank() OVER (PARTITION BY dept ORDER BY salary DESC) AS place FROM employees WHERE manager_id IS NULL OR salary > 1000"""
_RANKED_LIES = """
It ranks rows by dept.
It ranks within each salary, ordered by dept.
The lowest salary comes first.
Ties do not share a rank.
Ranks have no gaps.
It numbers the rows within each dept.
Employees with a manager are kept.
Only employees without a manager and a salary over 1000 are kept.
The salary is less than 1000.
The salary is at least 1000.
Only managers are listed.
It shows the average salary of each dept.
One row per dept.
"""
_LOST = """DELETE FROM orders WHERE status IN ('open', 'lost') AND ordered_at < DATE '2020-01-01'"""
_LOST_LIES = """
It deletes all orders.
It deletes orders whose status is paid.
It deletes orders that are neither open nor lost.
It deletes orders after 2020-01-01.
It deletes orders since 2020-01-01.
It deletes rows from `customers`.
It updates rows of `orders`.
It keeps rows where the status is open.
It cannot be rolled back.
Nobody else can read `orders` meanwhile.
Others can still write to the changed rows.
It moves old orders into an archive.
It deletes every row of `orders`.
It only deletes orders where the status is 'open'.
The rows are deleted at once and for ever.
"""
_LOST_TRUTHS = """
It deletes rows from `orders`.
Only orders where the status is 'open' or 'lost' are deleted.
It deletes rows where `status` is 'open' or 'lost'.
The orders are from before 2020-01-01.
`ordered_at` is before 2020-01-01.
Inside a transaction it can be rolled back until COMMIT.
Others can still read `orders` as it was.
"""
_PAID = """SELECT c.country, sum(o.total) AS revenue, count(DISTINCT o.customer_id) AS buyers FROM orders o JOIN customers c ON c.id = o.customer_id
WHERE o.status = 'paid' AND o.ordered_at >= DATE '2024-01-01' AND c.name <> 'Bonn' AND o.total BETWEEN 10 AND 500 GROUP BY c.country HAVING count(*) > 3 ORDER BY revenue DESC LIMIT 10"""
_PAID_LIES = """
Only orders whose status is unpaid are kept.
Only orders that are not paid are counted.
Orders from before 2024-01-01 are kept.
Orders on or before 2024-01-01 are kept.
Orders after 2024-01-01 are kept.
Orders since 2023-01-01 are kept.
Orders since January 2024 in Germany are kept.
The total lies between 10 and 5000.
The total lies between 500 and 10.
The total lies outside the range from 10 to 500.
The total is at least 500.
The total is at most 10.
Groups with at least 3 rows are kept.
Groups with fewer than 3 rows are kept.
Groups with more than 30 rows are kept.
Groups with more than 10 rows are kept.
It keeps at most 3 rows.
It keeps the 500 largest rows.
It returns exactly 10 rows.
It returns at least ten rows.
It returns 100 rows.
It shows the top five countries.
The smallest revenue comes first.
It is sorted by buyers.
It is sorted by country.
It is sorted by `revenue` in ascending order.
It shows the average of `o.total`.
It shows the largest `o.total`.
It shows the number of orders per country.
It shows the number of rows for each country.
It shows the number of all customers.
It shows one row per customer.
One row per order is returned.
It joins `products`.
It joins `order_items` on `order_id`.
It reads `orders` and `employees`.
It adds `customers` with a left join.
It combines every order with every customer.
Customers without orders stay.
Orders without a customer are kept.
A row can match several customers.
Rows are multiplied by the join.
`c.id` equals `o.id`.
`c.id` equals `o.total`.
Rows where `c.name` is 'Bonn' are kept.
Rows where `c.name` is 'paid' are kept.
Rows where `o.status` is 'Bonn' are kept.
Only customers in Bonn are shown.
The customers live in Bonn.
It finds the best customers for marketing.
This report is for the finance team.
It is used to detect fraud.
The query is very fast.
The query uses an index on `orders`.
This helps to find loyal buyers.
It includes refunds.
Rows with NULL status are kept.
Revenue includes tax.
Duplicates are removed.
It updates `orders`.
It locks `orders`.
It cannot be undone.
All orders are counted.
Every order is paid.
The paid orders are excluded.
It ignores orders since 2024-01-01.
Either the status is 'paid' or the date is 2024-01-01 or later.
For each customer, it shows the total of `o.total`.
For each country, it shows the total of `o.id`.
For each country, it shows the number of different `o.status`.
Only the first 3 groups are kept.
Revenue is more than 3.
Revenue is between 10 and 500.
"""


@cache
def _seen(text: str) -> tuple[Context, Explanation]:
    rules = dialects.get("postgres")
    (statement,) = script.of(text, rules).statements
    found = context.of(statement, schemas.of(_SHOP), rules, "")
    return found, explain.explain(found)


def _cases(*pairs: tuple[str, str]) -> list[tuple[str, str]]:
    return [(text, said) for text, lines in pairs for said in lines.strip().splitlines()]


@pytest.mark.parametrize(
    ("text", "said"),
    _cases(
        (_SPENT, _SPENT_LIES),
        (_PRICES, _PRICES_LIES),
        (_RISE, _RISE_LIES),
        (_RANKED, _RANKED_LIES),
        (_LOST, _LOST_LIES),
        (_PAID, _PAID_LIES),
    ),
)
def test_no_lie_is_kept(text: str, said: str) -> None:
    seen, found = _seen(text)
    assert not faithful.faithful(said, found, seen)


@pytest.mark.parametrize(
    ("text", "said"),
    _cases(
        (_SPENT, _SPENT_TRUTHS),
        (_PRICES, _PRICES_TRUTHS),
        (_RISE, _RISE_TRUTHS),
        (_LOST, _LOST_TRUTHS),
    ),
)
def test_the_truth_in_other_words_is_kept(text: str, said: str) -> None:
    seen, found = _seen(text)
    assert faithful.faithful(said, found, seen)
