SELECT o_custkey, count(*) AS orders, sum(o_totalprice) AS total
FROM orders
GROUP BY o_custkey
HAVING o_custkey BETWEEN 100 AND 200
