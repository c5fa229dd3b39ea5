-- case: misspelt table
SELECT name FROM «products»;

-- case: misspelt column
SELECT p.«nam» FROM product p;

-- case: ambiguous column
SELECT «price» FROM product JOIN order_item USING (product_id);

-- case: not grouped
SELECT state, «customer_id», count(*) FROM orders GROUP BY state;

-- case: aggregate in WHERE
SELECT state FROM orders WHERE «count(*)» > 1 GROUP BY state;

-- case: misspelt function
SELECT «uper»(name) FROM product;

-- case: UNION with a different number of columns
SELECT product_id, name FROM product UNION SELECT «customer_id» FROM customer;

-- case: INSERT with a bad column
INSERT INTO customer (customer_id, «title») VALUES (1, 'a');

-- case: INSERT with too many values
INSERT INTO customer (customer_id) VALUES (1, «'a'»);

-- case: UPDATE of a bad column
UPDATE product SET «cost» = 1 WHERE product_id = 1;

-- case: struct field
SELECT dimensions.«lenght» FROM product;

-- case: unknown schema
SELECT * FROM «stagin.raw_order»;

-- case: CTE column
WITH s AS (SELECT order_id AS id FROM orders) SELECT s.«order_id» FROM s;

-- case: window in WHERE
SELECT name FROM product WHERE «row_number() OVER (ORDER BY name)» = 1;

-- case: EXCLUDE of a bad column
SELECT * EXCLUDE («colour») FROM product;
