SELECT count(*)
FROM partsupp
WHERE ps_partkey NOT IN (SELECT l_partkey FROM lineitem WHERE l_quantity > 45)
