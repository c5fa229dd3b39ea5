SELECT ranked.o_orderkey, ranked.place
FROM (SELECT o_orderkey, o_custkey, row_number() OVER (PARTITION BY o_custkey ORDER BY o_totalprice DESC, o_orderkey) AS place
      FROM orders) ranked
WHERE ranked.o_custkey = 370 AND ranked.place <= 3
