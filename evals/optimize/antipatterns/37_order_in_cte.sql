WITH sorted AS (
    SELECT l_partkey, l_quantity
    FROM lineitem
    ORDER BY l_quantity DESC, l_shipdate
)
SELECT p.p_brand, sum(s.l_quantity) AS quantity
FROM sorted s
JOIN part p ON p.p_partkey = s.l_partkey
GROUP BY p.p_brand
