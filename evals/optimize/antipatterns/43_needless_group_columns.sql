SELECT o.o_orderkey, o.o_orderdate, o.o_clerk, o.o_comment, sum(l.l_quantity) AS quantity
FROM orders o
JOIN lineitem l ON l.l_orderkey = o.o_orderkey
GROUP BY o.o_orderkey, o.o_orderdate, o.o_clerk, o.o_comment
