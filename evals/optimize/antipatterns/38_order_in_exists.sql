SELECT c_custkey
FROM customer c
WHERE EXISTS (SELECT * FROM orders o WHERE o.o_custkey = c.c_custkey ORDER BY o.o_orderdate)
