-- case: SELECT *
-- expects: select-star
SELECT «*» FROM customer WHERE country = 'DE';

-- case: = NULL
-- expects: equals-null
SELECT name FROM track WHERE «composer = NULL»;

-- case: DELETE without WHERE
-- expects: delete-without-where
«DELETE» FROM review;

-- case: leading wildcard
-- expects: leading-wildcard
SELECT name FROM track WHERE name LIKE «'%love%'»;

-- case: NOT IN
-- expects: not-in-subquery not-in-null
SELECT last_name FROM employee WHERE employee_id «NOT IN (SELECT support_rep_id FROM customer)»;
