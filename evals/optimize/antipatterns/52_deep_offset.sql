SELECT o_orderkey, o_custkey, o_totalprice
FROM orders
ORDER BY o_orderkey
LIMIT 20 OFFSET 140000
