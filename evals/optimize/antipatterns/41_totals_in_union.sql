SELECT 'returned' AS kind, count(*) AS lines FROM lineitem WHERE l_returnflag = 'R'
UNION ALL
SELECT 'accepted' AS kind, count(*) AS lines FROM lineitem WHERE l_returnflag = 'A'
UNION ALL
SELECT 'open' AS kind, count(*) AS lines FROM lineitem WHERE l_returnflag = 'N'
