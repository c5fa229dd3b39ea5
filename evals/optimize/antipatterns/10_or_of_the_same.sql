--- postgres duckdb
SELECT o_orderkey, o_orderdate
FROM orders
WHERE (o_orderdate = DATE '1997-05-01' AND o_orderstatus = 'O')
   OR (o_orderdate = DATE '1997-05-01' AND o_orderpriority = '5-LOW')
--- sqlite
SELECT o_orderkey, o_orderdate
FROM orders
WHERE (o_orderdate = '1997-05-01' AND o_orderstatus = 'O')
   OR (o_orderdate = '1997-05-01' AND o_orderpriority = '5-LOW')
