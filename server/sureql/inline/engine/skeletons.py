"""How statements usually go: typical statements of our own, whose form (not names) is learnt.

They answer what comes next until the user's own statements are known, and weigh less than those.
"""

from __future__ import annotations

from functools import lru_cache

from sureql.catalog import model as catalog
from sureql.history import normalise, recall
from sureql.syntax import dialects

_STATEMENTS = """
SELECT * FROM customer
SELECT * FROM customer WHERE customer_id = 1
SELECT * FROM customer WHERE country = 'FR' AND city = 'Lyon'
SELECT * FROM customer WHERE country = 'FR' ORDER BY name
SELECT * FROM orders WHERE status = 'open' ORDER BY created_at DESC LIMIT 10
SELECT * FROM orders ORDER BY created_at DESC LIMIT 10
SELECT name FROM customer
SELECT name, email FROM customer
SELECT name, email FROM customer WHERE country = 'FR'
SELECT name, email FROM customer WHERE country = 'FR' ORDER BY name
SELECT name, email, phone FROM customer ORDER BY name DESC
SELECT name, price FROM product WHERE price > 10 ORDER BY price DESC
SELECT name FROM product WHERE price > 10
SELECT name FROM product WHERE price < 10 AND stock > 0
SELECT name FROM product WHERE price BETWEEN 10 AND 20
SELECT name FROM product WHERE name LIKE '%x%'
SELECT name FROM product ORDER BY price DESC LIMIT 1
SELECT name, country FROM customer ORDER BY age
SELECT name FROM product WHERE category_id IN (SELECT category_id FROM category WHERE name = 'x')
SELECT name FROM customer WHERE customer_id NOT IN (SELECT customer_id FROM orders)
SELECT name FROM product WHERE price > (SELECT avg(price) FROM product)
SELECT name FROM product WHERE price = (SELECT max(price) FROM product)
SELECT name FROM customer WHERE email IS NULL
SELECT name FROM customer WHERE email IS NOT NULL AND country = 'FR'
SELECT DISTINCT country FROM customer
SELECT DISTINCT country FROM customer WHERE age > 20
SELECT DISTINCT c.country FROM customer AS c JOIN orders AS o ON c.customer_id = o.customer_id
SELECT count(*) FROM customer
SELECT count(*) FROM customer WHERE country = 'FR'
SELECT count(*) FROM orders WHERE status = 'open' AND total > 10
SELECT count(DISTINCT country) FROM customer
SELECT count(*) FROM customer AS c JOIN orders AS o ON c.customer_id = o.customer_id WHERE c.name = 'x'
SELECT max(price), min(price) FROM product
SELECT avg(price) FROM product
SELECT avg(price), max(price) FROM product WHERE category_id = 1
SELECT sum(total) FROM orders WHERE customer_id = 1
SELECT country, count(*) FROM customer GROUP BY country
SELECT country, count(*) FROM customer GROUP BY country ORDER BY count(*) DESC
SELECT country, count(*) AS customers FROM customer GROUP BY country ORDER BY customers DESC
SELECT country, avg(age) FROM customer GROUP BY country
SELECT count(*), country FROM customer GROUP BY country
SELECT country FROM customer GROUP BY country HAVING count(*) > 3
SELECT country FROM customer GROUP BY country ORDER BY count(*) DESC LIMIT 1
SELECT status, sum(total) AS total FROM orders WHERE created_at >= '2024-01-01' GROUP BY status
SELECT c.name, o.total FROM customer AS c JOIN orders AS o ON c.customer_id = o.customer_id
SELECT c.name, o.total FROM customer c JOIN orders o ON o.customer_id = c.customer_id
SELECT c.name, o.total FROM customer c JOIN orders o ON o.customer_id = c.customer_id WHERE o.status = 'x'
SELECT c.name FROM customer AS c JOIN orders AS o ON c.customer_id = o.customer_id WHERE o.total > 10
SELECT c.name FROM customer c LEFT JOIN orders o ON o.customer_id = c.customer_id WHERE o.order_id IS NULL
SELECT c.name, c.email, o.total FROM customer c JOIN orders o ON o.customer_id = c.customer_id ORDER BY o.total DESC
SELECT c.name, count(*) FROM customer AS c JOIN orders AS o ON c.customer_id = o.customer_id GROUP BY c.customer_id
SELECT c.name, count(*) FROM customer c JOIN orders o ON o.customer_id = c.customer_id GROUP BY c.name ORDER BY count(*) DESC
SELECT c.name, sum(o.total) AS total FROM customer c JOIN orders o ON o.customer_id = c.customer_id GROUP BY c.name ORDER BY total DESC LIMIT 10
SELECT c.name FROM customer AS c JOIN orders AS o ON c.customer_id = o.customer_id GROUP BY c.customer_id ORDER BY count(*) DESC LIMIT 1
SELECT c.name FROM customer AS c JOIN orders AS o ON c.customer_id = o.customer_id GROUP BY c.name HAVING count(*) > 2
SELECT p.name FROM customer AS c JOIN orders AS o ON c.customer_id = o.customer_id JOIN product AS p ON o.product_id = p.product_id WHERE c.name = 'x'
SELECT p.name, c.name FROM orders o JOIN customer c ON c.customer_id = o.customer_id JOIN product p ON p.product_id = o.product_id
SELECT c.name FROM customer c JOIN orders o ON o.customer_id = c.customer_id JOIN product p ON p.product_id = o.product_id WHERE p.name = 'x' AND o.status = 'open'
SELECT name FROM customer WHERE country = 'FR' UNION SELECT name FROM supplier WHERE country = 'FR'
SELECT name FROM customer WHERE country = 'FR' INTERSECT SELECT name FROM customer WHERE country = 'DE'
SELECT name FROM customer EXCEPT SELECT c.name FROM customer AS c JOIN orders AS o ON c.customer_id = o.customer_id
SELECT c.name FROM customer c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.customer_id)
SELECT name, CASE WHEN price > 10 THEN 'high' ELSE 'low' END AS level FROM product
SELECT name, rank() OVER (PARTITION BY category_id ORDER BY price DESC) FROM product
SELECT name, row_number() OVER (ORDER BY price DESC) AS position FROM product
SELECT coalesce(name, email) FROM customer
SELECT o.status, count(*) FROM orders o WHERE o.created_at >= '2024-01-01' GROUP BY o.status ORDER BY o.status
WITH totals AS (SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id) SELECT c.name, t.total FROM totals t JOIN customer c ON c.customer_id = t.customer_id
WITH recent AS (SELECT * FROM orders WHERE created_at >= '2024-01-01') SELECT count(*) FROM recent
INSERT INTO customer (name, email) VALUES ('x', 'y')
INSERT INTO customer (name, email, country) VALUES ('x', 'y', 'z') RETURNING customer_id
INSERT INTO product (name, price) VALUES ('x', 10)
INSERT INTO archive (order_id, total) SELECT order_id, total FROM orders WHERE status = 'done'
UPDATE customer SET email = 'x' WHERE customer_id = 1
UPDATE orders SET status = 'done' WHERE order_id = 1
UPDATE product SET price = price * 2 WHERE category_id = 1
UPDATE product SET price = 10, stock = 5 WHERE product_id = 1 RETURNING product_id
DELETE FROM orders WHERE order_id = 1
DELETE FROM orders WHERE status = 'done' AND created_at < '2020-01-01'
"""


@lru_cache(maxsize=1)
def past() -> recall.Past:
    """The typical statements as remembered shapes."""
    dialect = dialects.get("sqlite")
    nothing = catalog.empty("sqlite")
    lines = [line for line in _STATEMENTS.splitlines() if line]
    return recall.remember([normalise.shape(line, nothing, dialect).symbols for line in lines])
