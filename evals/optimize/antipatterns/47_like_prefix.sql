SELECT p_partkey, p_name
FROM part
WHERE p_name LIKE 'almond aqu%'
