SELECT o.o_orderkey, o.o_totalprice, c.c_name
FROM orders o
JOIN customer c ON c.c_custkey = o.o_custkey
WHERE o.o_clerk = 'Clerk#000000042' OR c.c_name = 'Customer#000000042'
