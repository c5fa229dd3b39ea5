WITH months AS (
    SELECT o_custkey, o_orderdate, sum(o_totalprice) AS total, count(*) AS orders
    FROM orders
    GROUP BY o_custkey, o_orderdate
)
SELECT a.o_orderdate, a.total, b.total AS other
FROM months a
JOIN months b ON b.o_custkey = a.o_custkey AND b.o_orderdate > a.o_orderdate
WHERE a.o_custkey = 370 AND b.o_custkey = 370
