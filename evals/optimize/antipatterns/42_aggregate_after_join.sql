SELECT c.c_name, sum(o.o_totalprice) AS total
FROM customer c
JOIN orders o ON o.o_custkey = c.c_custkey
GROUP BY c.c_custkey, c.c_name, c.c_address, c.c_phone, c.c_comment
