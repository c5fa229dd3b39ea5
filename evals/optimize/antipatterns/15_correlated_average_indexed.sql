SELECT count(*)
FROM part p
JOIN lineitem l ON l.l_partkey = p.p_partkey
WHERE l.l_quantity < (SELECT 0.2 * avg(x.l_quantity) FROM lineitem x WHERE x.l_partkey = p.p_partkey)
