--- postgres duckdb
SELECT count(*)
FROM lineitem
WHERE CAST(l_receiptdate AS DATE) = DATE '1994-02-03'
--- sqlite
SELECT count(*)
FROM lineitem
WHERE date(l_receiptdate) = '1994-02-03'
