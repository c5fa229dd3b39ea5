SELECT o.o_orderkey, o.o_totalprice, m.most
FROM orders o
JOIN (SELECT o_clerk, max(o_totalprice) AS most FROM orders GROUP BY o_clerk) m ON m.o_clerk = o.o_clerk
WHERE o.o_totalprice = m.most
