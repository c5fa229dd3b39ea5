SELECT per.o_custkey, per.total
FROM (SELECT o_custkey, sum(o_totalprice) AS total, count(*) AS orders FROM orders GROUP BY o_custkey) per
WHERE per.o_custkey = 370
