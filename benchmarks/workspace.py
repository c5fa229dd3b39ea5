"""The workspace that is measured: a shop's schema of 30 tables, and a file of 5,000 lines."""

from __future__ import annotations

import random
from pathlib import Path

COLUMNS = ("name text NOT NULL", "status text", "amount numeric(12, 2)", "created_at timestamp")
PARENTS: dict[str, tuple[str, ...]] = {
    "country": (),
    "city": ("country",),
    "address": ("city",),
    "customer": ("address",),
    "customer_note": ("customer",),
    "supplier": ("address",),
    "warehouse": ("address",),
    "category": (),
    "brand": ("supplier",),
    "product": ("category", "brand"),
    "product_image": ("product",),
    "product_price": ("product",),
    "stock": ("product", "warehouse"),
    "cart": ("customer",),
    "cart_item": ("cart", "product"),
    "purchase": ("customer", "address"),
    "purchase_line": ("purchase", "product"),
    "payment": ("purchase",),
    "refund": ("payment",),
    "carrier": ("country",),
    "shipment": ("purchase", "carrier", "warehouse"),
    "shipment_event": ("shipment",),
    "coupon": ("category",),
    "coupon_use": ("coupon", "purchase"),
    "review": ("product", "customer"),
    "review_vote": ("review", "customer"),
    "department": (),
    "employee": ("department", "address"),
    "ticket": ("customer", "employee"),
    "ticket_message": ("ticket", "employee"),
}


JUDGED = {
    "sqlite": tuple(
        "SELECT max(p.name) OVER (ORDER BY p.name ROWS BETWEEN 1 "
        f"{{}} AND 1 {end}) FROM product p WHERE p.amount > {{{{}}}};\n".format(begin)
        for begin, end in (("PRECEDING", "FOLLOWING"), ("FOLLOWING", "PRECEDING"))
    ),
    "postgres": tuple(
        f"SELECT p.name FROM product p WHERE p.amount > {{}} AND '{array}'::int[] IS NOT NULL;\n"
        for array in ("{{1,2}}", "{{1,2")
    ),
}
"""For each engine a right statement and one with an error that only the engine finds."""


def schema() -> str:
    """The DDL of 30 tables with their foreign keys."""
    parts = []
    for table, parents in PARENTS.items():
        lines = [f"{table}_id integer PRIMARY KEY"]
        lines += [f"{parent}_id integer NOT NULL REFERENCES {parent}" for parent in parents]
        parts.append(
            f"CREATE TABLE {table} (\n    " + ",\n    ".join([*lines, *COLUMNS]) + "\n);\n"
        )
    return "\n".join(parts)


def statement(number: int, wrong: bool) -> str:
    """A query of five lines that occurs once in the file; `wrong`: it has one unknown column."""
    choice = random.Random(number)
    table = choice.choice([name for name, parents in PARENTS.items() if parents])
    parent = choice.choice(PARENTS[table])
    column = "nam" if wrong else "name"
    return (
        f"SELECT p.{column}, count(*) AS entries, sum(c.amount) AS total\n"
        f"FROM {table} c JOIN {parent} p ON p.{parent}_id = c.{parent}_id\n"
        f"WHERE c.amount > {number} AND c.status = 'open'\n"
        f"GROUP BY p.name\n"
        f"ORDER BY total DESC;\n"
    )


def file_of(lines: int, wrong_every: int, first: int = 0) -> tuple[str, int]:
    """A file of so many lines and the number of errors in it; no two `first` give equal texts."""
    count = lines // 5
    wrong = [number % wrong_every == 0 for number in range(count)]
    text = "".join(statement(first + number, wrong[number]) for number in range(count))
    return text, sum(wrong)


def create(folder: Path, dialect: str) -> None:
    """Write the schema and twenty files of past queries."""
    (folder / "schema.sql").write_text(schema())
    (folder / "sureql.toml").write_text(f'dialect = "{dialect}"\n')
    (folder / "queries").mkdir()
    for number in range(20):
        text, _ = file_of(100, 10_000, first=1_000_000 + 1_000 * number)
        (folder / "queries" / f"{number}.sql").write_text(text)
