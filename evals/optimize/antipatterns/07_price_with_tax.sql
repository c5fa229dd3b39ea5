SELECT o_orderkey, o_custkey
FROM orders
WHERE o_totalprice - 1000 > 450000
