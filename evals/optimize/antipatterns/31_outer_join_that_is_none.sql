SELECT o.o_orderkey, c.c_name
FROM orders o
LEFT JOIN customer c ON c.c_custkey = o.o_custkey
WHERE c.c_acctbal > 9900
