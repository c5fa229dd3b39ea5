SELECT c.c_custkey
FROM customer c
WHERE (SELECT count(*) FROM orders o WHERE o.o_custkey = c.c_custkey AND o.o_totalprice > 1000) > 0
