SELECT o.o_custkey, o.o_orderkey, o.o_totalprice
FROM orders o
WHERE o.o_orderdate = (SELECT max(x.o_orderdate) FROM orders x WHERE x.o_custkey = o.o_custkey)
