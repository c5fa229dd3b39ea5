SELECT DISTINCT o_orderkey, o_custkey, o_orderdate, o_comment
FROM orders
