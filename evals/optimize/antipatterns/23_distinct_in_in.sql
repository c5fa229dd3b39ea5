SELECT count(*)
FROM orders
WHERE o_custkey IN (SELECT DISTINCT c_custkey FROM customer WHERE c_mktsegment = 'BUILDING')
