SELECT o_orderkey, o_totalprice, 'open' AS state FROM orders WHERE o_orderstatus = 'O'
UNION
SELECT o_orderkey, o_totalprice, 'done' AS state FROM orders WHERE o_orderstatus = 'F'
