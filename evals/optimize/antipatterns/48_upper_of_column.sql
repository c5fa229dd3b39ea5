SELECT o_orderkey
FROM orders
WHERE upper(o_clerk) = upper('Clerk#000000042')
