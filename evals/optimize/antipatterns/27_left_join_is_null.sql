SELECT p.p_partkey, p.p_name
FROM part p
LEFT JOIN lineitem l ON l.l_partkey = p.p_partkey AND l.l_quantity = 50
WHERE l.l_orderkey IS NULL
