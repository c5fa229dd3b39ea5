SELECT a.orders AS urgent, b.orders AS low, c.orders AS high
FROM (SELECT count(*) AS orders FROM orders WHERE o_orderpriority = '1-URGENT') a,
     (SELECT count(*) AS orders FROM orders WHERE o_orderpriority = '5-LOW') b,
     (SELECT count(*) AS orders FROM orders WHERE o_orderpriority = '2-HIGH') c
