--- postgres duckdb
SELECT l.l_orderkey, l.l_linenumber, l.l_quantity
FROM lineitem l
WHERE l.l_quantity < (SELECT 0.3 * avg(x.l_quantity) FROM lineitem x WHERE x.l_shipmode = l.l_shipmode
                      AND x.l_returnflag = l.l_returnflag)
  AND l.l_shipdate = DATE '1996-01-02'
--- sqlite
SELECT l.l_orderkey, l.l_linenumber, l.l_quantity
FROM lineitem l
WHERE l.l_quantity < (SELECT 0.3 * avg(x.l_quantity) FROM lineitem x WHERE x.l_shipmode = l.l_shipmode
                      AND x.l_returnflag = l.l_returnflag)
  AND l.l_shipdate = '1996-01-02'
