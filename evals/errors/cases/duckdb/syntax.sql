-- case: misspelt WHERE
SELECT name FROM product «WHRE» price > 3;

-- case: WHERE after GROUP BY
SELECT state, count(*) FROM orders «GROUP BY state WHERE» order_id > 1;

-- case: JOIN without ON
SELECT name FROM product p «JOIN order_item i »WHERE i.quantity > 1;

-- case: parenthesis not closed
SELECT sum«(»price FROM product« »;

-- case: INSERT without VALUES
INSERT INTO customer (customer_id, name)« (1, 'a')»;

-- case: CASE without END
SELECT «CASE» WHEN price > 3 THEN 'a' ELSE 'b'« »FROM product« »;

-- case: DELETE with JOIN
DELETE FROM order_item i «JOIN» product p ON p.product_id = i.product_id;

-- case: TOP
SELECT «TOP 5» name FROM product;

-- case: UPDATE without SET
UPDATE product «price = 3 WHERE» product_id = 1;

-- case: AND at the end
SELECT name FROM product WHERE price > 3 «AND »;
