SELECT o_orderkey, o_totalprice
FROM orders
WHERE o_orderkey + 1 = 70000
