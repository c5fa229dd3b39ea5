--- postgres
SELECT count(*)
FROM orders
WHERE extract(year FROM o_orderdate) * 100 + extract(month FROM o_orderdate) = 199505
--- duckdb
SELECT count(*)
FROM orders
WHERE extract(year FROM o_orderdate) * 100 + extract(month FROM o_orderdate) = 199505
--- sqlite
SELECT count(*)
FROM orders
WHERE CAST(strftime('%Y', o_orderdate) AS INTEGER) = 1995 AND strftime('%m', o_orderdate) = '05'
