SELECT o.o_orderkey, o.o_totalprice
FROM orders o
LEFT JOIN customer c ON c.c_custkey = o.o_custkey
LEFT JOIN nation n ON n.n_nationkey = c.c_nationkey
WHERE o.o_totalprice > 200000
