--- postgres
SELECT l_orderkey, l_linenumber, l_shipdate
FROM lineitem
WHERE l_shipdate::text LIKE '1995-06%' AND l_quantity > 49
--- duckdb
SELECT l_orderkey, l_linenumber, l_shipdate
FROM lineitem
WHERE CAST(l_shipdate AS VARCHAR) LIKE '1995-06%' AND l_quantity > 49
--- sqlite
SELECT l_orderkey, l_linenumber, l_shipdate
FROM lineitem
WHERE l_shipdate LIKE '1995-06%' AND l_quantity > 49
