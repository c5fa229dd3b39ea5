SELECT o.o_orderkey, o.o_clerk, o.o_orderdate
FROM orders o
WHERE o.o_totalprice = (SELECT max(i.o_totalprice) FROM orders i WHERE i.o_orderpriority = o.o_orderpriority)
