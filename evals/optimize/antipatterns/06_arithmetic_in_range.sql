SELECT count(*), min(p_retailprice)
FROM part
WHERE p_size - 1 > 48
