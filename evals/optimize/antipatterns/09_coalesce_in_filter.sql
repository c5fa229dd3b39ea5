SELECT c_custkey, c_name
FROM customer
WHERE COALESCE(c_acctbal, 0) > 9990
