-- case: SELECT *
-- expects: select-star
SELECT «*» FROM customer WHERE name = 'DE';

-- case: = NULL
-- expects: equals-null
SELECT name FROM customer WHERE «email = NULL»;

-- case: UPDATE without WHERE
-- expects: update-without-where
«UPDATE» product SET price = 1;

-- case: UNION
-- expects: union-distinct
SELECT name FROM customer «UNION» SELECT name FROM product;
