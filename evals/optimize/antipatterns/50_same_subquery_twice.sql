SELECT h.o_custkey, h.total
FROM (SELECT o_custkey, sum(o_totalprice) AS total FROM orders GROUP BY o_custkey) h
WHERE h.total > (SELECT 2 * avg(g.total)
                 FROM (SELECT o_custkey, sum(o_totalprice) AS total FROM orders GROUP BY o_custkey) g)
