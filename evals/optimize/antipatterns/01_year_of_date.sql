--- postgres duckdb
-- The index on the date cannot be used.
SELECT count(*), sum(o_totalprice)
FROM orders
WHERE extract(year FROM o_orderdate) = 1998 AND o_orderpriority = '1-URGENT'
--- sqlite
SELECT count(*), sum(o_totalprice)
FROM orders
WHERE strftime('%Y', o_orderdate) = '1998' AND o_orderpriority = '1-URGENT'
