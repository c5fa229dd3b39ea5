--- postgres duckdb
SELECT sum(d.l_quantity) AS quantity
FROM (SELECT DISTINCT l.*, o.o_orderdate FROM lineitem l JOIN orders o ON o.o_orderkey = l.l_orderkey) d
WHERE d.o_orderdate < DATE '1992-06-01'
--- sqlite
SELECT sum(d.l_quantity) AS quantity
FROM (SELECT DISTINCT l.*, o.o_orderdate FROM lineitem l JOIN orders o ON o.o_orderkey = l.l_orderkey) d
WHERE d.o_orderdate < '1992-06-01'
