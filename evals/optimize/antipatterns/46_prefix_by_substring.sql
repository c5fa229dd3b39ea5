SELECT c_custkey, c_name
FROM customer
WHERE substr(c_name, 1, 15) = 'Customer#000001'
