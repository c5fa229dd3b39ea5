--- postgres duckdb
SELECT o.o_orderkey,
       (SELECT c.c_name FROM customer c WHERE c.c_custkey = o.o_custkey) AS name,
       (SELECT c.c_phone FROM customer c WHERE c.c_custkey = o.o_custkey) AS phone
FROM orders o
WHERE o.o_orderdate >= DATE '1998-01-01'
--- sqlite
SELECT o.o_orderkey,
       (SELECT c.c_name FROM customer c WHERE c.c_custkey = o.o_custkey) AS name,
       (SELECT c.c_phone FROM customer c WHERE c.c_custkey = o.o_custkey) AS phone
FROM orders o
WHERE o.o_orderdate >= '1998-01-01'
