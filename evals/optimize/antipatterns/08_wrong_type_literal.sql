--- postgres
SELECT l_orderkey, l_linenumber, l_quantity
FROM lineitem
WHERE l_orderkey = 59011.0
--- duckdb
SELECT l_orderkey, l_linenumber, l_quantity
FROM lineitem
WHERE l_orderkey = 59011.0
--- sqlite
SELECT l_orderkey, l_linenumber, l_quantity
FROM lineitem
WHERE CAST(l_orderkey AS TEXT) = '59011'
