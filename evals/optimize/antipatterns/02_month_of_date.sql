--- postgres
SELECT o_clerk, count(*) AS orders
FROM orders
WHERE date_trunc('month', o_orderdate) = DATE '1996-03-01'
GROUP BY o_clerk
ORDER BY orders DESC, o_clerk
LIMIT 10
--- duckdb
SELECT o_clerk, count(*) AS orders
FROM orders
WHERE date_trunc('month', o_orderdate) = DATE '1996-03-01'
GROUP BY o_clerk
ORDER BY orders DESC, o_clerk
LIMIT 10
--- sqlite
SELECT o_clerk, count(*) AS orders
FROM orders
WHERE strftime('%Y-%m', o_orderdate) = '1996-03'
GROUP BY o_clerk
ORDER BY orders DESC, o_clerk
LIMIT 10
