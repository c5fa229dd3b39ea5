SELECT count(*) AS lines, sum(s.l_extendedprice) AS total
FROM (SELECT l_orderkey, l_extendedprice, l_comment FROM lineitem ORDER BY l_comment, l_extendedprice) s
