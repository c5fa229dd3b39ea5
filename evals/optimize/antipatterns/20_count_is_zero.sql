SELECT c.c_custkey, c.c_name
FROM customer c
WHERE (SELECT count(*) FROM orders o WHERE o.o_custkey = c.c_custkey) = 0
