SELECT c.c_custkey, c.c_name,
       (SELECT count(*) FROM orders o WHERE o.o_custkey = c.c_custkey) AS orders
FROM customer c
