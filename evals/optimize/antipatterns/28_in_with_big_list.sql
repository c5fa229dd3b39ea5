SELECT count(*), sum(o_totalprice)
FROM orders
WHERE o_custkey IN (SELECT c_custkey FROM customer WHERE c_nationkey IN (SELECT n_nationkey FROM nation WHERE n_name = 'KENYA'))
