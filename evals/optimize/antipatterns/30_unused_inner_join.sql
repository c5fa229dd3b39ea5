SELECT l.l_orderkey, l.l_linenumber, l.l_quantity
FROM lineitem l
JOIN orders o ON o.o_orderkey = l.l_orderkey
WHERE l.l_quantity > 45
