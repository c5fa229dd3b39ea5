-- case: FROM first
FROM product SELECT name WHERE price > 3 ORDER BY name;

-- case: GROUP BY ALL and trailing comma
SELECT state, customer_id, count(*) AS n, FROM orders GROUP BY ALL ORDER BY ALL;

-- case: alias used again
SELECT price * 2 AS twice, twice + 1 AS more FROM product WHERE twice > 3;

-- case: struct, map, list
SELECT dimensions.width, attributes['colour'], labels[1], list_transform(labels, lambda x: upper(x)), {'a': 1, 'b': [1, 2]} FROM product;

-- case: list comprehension and lambda
SELECT [x * 2 FOR x IN [1, 2, 3] IF x > 1], list_filter([1, 2], lambda x: x > 1);

-- case: EXCLUDE, REPLACE, COLUMNS
SELECT * EXCLUDE (price) REPLACE (upper(name) AS name) FROM product;
SELECT max(COLUMNS('.*price')) FROM product;

-- case: QUALIFY
SELECT order_id, row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at) AS n FROM orders QUALIFY n = 1;

-- case: PIVOT
PIVOT orders ON state USING count(*) GROUP BY customer_id;

-- case: table functions
SELECT range FROM range(10) WHERE range > 3;
SELECT unnest([1, 2, 3]) AS x;

-- case: CSV file
-- truth: none
SELECT id, name FROM read_csv('people.csv', header = true) WHERE id > 1;
SELECT * FROM 'data/*.parquet' WHERE x = 1;

-- case: CREATE OR REPLACE TABLE AS
CREATE OR REPLACE TABLE cheap AS SELECT product_id, price FROM product WHERE price < 3;
SELECT price FROM cheap WHERE product_id = 1;

-- case: macro
CREATE MACRO add_tax(x, rate := 1.19) AS x * rate;
SELECT add_tax(price), add_tax(price, rate := 1.07) FROM product;

-- case: ASOF JOIN
SELECT o.order_id FROM orders o ASOF JOIN staging.raw_order r ON o.ordered_at >= r.loaded_at;

-- case: SUMMARIZE and DESCRIBE
SUMMARIZE product;
DESCRIBE SELECT name FROM product;

-- case: INSERT BY NAME
INSERT INTO customer BY NAME SELECT 900 AS customer_id, 'x' AS name;

-- case: upsert
INSERT OR IGNORE INTO customer (customer_id, name) VALUES (1, 'a');
INSERT INTO customer (customer_id, name) VALUES (1, 'a') ON CONFLICT (customer_id) DO UPDATE SET name = excluded.name;

-- case: a value that an enum lacks, which DuckDB takes
SELECT order_id FROM orders WHERE state = 'lost';
