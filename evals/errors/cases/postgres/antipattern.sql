-- case: SELECT *
-- expects: select-star
SELECT «*» FROM customer WHERE country = 'DE';

-- case: SELECT * in a join
-- expects: select-star
SELECT «*» FROM album JOIN artist ON artist.artist_id = album.artist_id WHERE artist.country = 'DE';

-- case: = NULL
-- expects: equals-null
SELECT name FROM track WHERE «composer = NULL»;

-- case: <> NULL
-- expects: equals-null
SELECT name FROM track WHERE «composer <> NULL»;

-- case: DISTINCT with GROUP BY
-- expects: distinct-group-by
SELECT «DISTINCT» country, count(*) FROM customer GROUP BY country;

-- case: LIMIT without ORDER BY
-- expects: limit-without-order
SELECT name FROM track «LIMIT» 10;

-- case: unused CTE
-- expects: unused-cte
WITH «old_albums» AS (SELECT album_id FROM album WHERE released_on < '1980-01-01')
SELECT title FROM album;

-- case: UPDATE without WHERE
-- expects: update-without-where
«UPDATE» track SET unit_price = 1.29;

-- case: DELETE without WHERE
-- expects: delete-without-where
«DELETE» FROM review;

-- case: DROP TABLE
-- expects: drop-table
«DROP TABLE review»;

-- case: index not concurrently
-- expects: index-without-concurrently
CREATE «INDEX» track_composer_idx ON track (composer);

-- case: ADD COLUMN NOT NULL without default
-- expects: required-column
ALTER TABLE customer «ADD COLUMN vat_number text NOT NULL»;

-- case: SET NOT NULL
-- expects: set-not-null
ALTER TABLE customer «ALTER COLUMN company SET NOT NULL»;

-- case: NOT IN sub-query
-- expects: not-in-subquery not-in-null
SELECT last_name FROM employee WHERE employee_id «NOT IN (SELECT support_rep_id FROM customer)»;

-- case: leading wildcard
-- expects: leading-wildcard
SELECT name FROM track WHERE name LIKE «'%love%'»;

-- case: comma join without a condition
-- expects: implicit-cross-join
SELECT c.email, g.name FROM customer c«, genre g»;

-- case: comma join with a condition for one pair only
-- expects: implicit-cross-join
SELECT a.title, ar.name, g.name FROM album a«, artist ar, genre g» WHERE a.artist_id = ar.artist_id;

-- case: function on an indexed column
-- expects: function-on-column
SELECT customer_id FROM customer WHERE «lower(email)» = 'a@b.c';

-- case: arithmetic on an indexed column
-- expects: arithmetic-on-column function-on-column
SELECT invoice_id FROM invoice WHERE «invoice_id + 1» = 10;

-- case: date part of a timestamp
-- expects: function-on-column
SELECT invoice_id FROM invoice WHERE customer_id = 4 AND «date(invoice_date)» = '2024-01-01';

-- case: UNION without ALL
-- expects: union-distinct
SELECT city FROM customer «UNION» SELECT billing_city FROM invoice;

-- case: ORDER BY position
-- expects: order-by-ordinal
SELECT name, country FROM artist ORDER BY «2», «1»;

-- case: outer join undone
-- expects: outer-join-undone
SELECT c.email FROM customer c LEFT JOIN invoice i ON i.customer_id = c.customer_id WHERE «i.status = 'paid'»;

-- case: OFFSET paging
-- expects: offset-paging
SELECT name FROM artist ORDER BY artist_id LIMIT 20 «OFFSET 20000»;

-- case: count(*) to see whether there is one
-- expects: count-for-existence
SELECT email FROM customer c WHERE «(SELECT count(*) FROM invoice i WHERE i.customer_id = c.customer_id) > 0»;

-- case: ORDER BY random
-- expects: order-by-random
SELECT name FROM artist ORDER BY «random()» LIMIT 1;

-- case: integer division
-- expects: integer-division
SELECT «milliseconds / 1000» AS seconds_played FROM track;

-- case: drop column
-- expects: drop-column
ALTER TABLE customer «DROP COLUMN phone»;

-- case: type change
-- expects: column-type-change
ALTER TABLE invoice «ALTER COLUMN billing_city TYPE varchar(40)»;

-- case: rename column
-- expects: rename-column
ALTER TABLE customer «RENAME COLUMN phone TO telephone»;

-- case: AND and OR mixed
-- expects: ambiguous-and-or
SELECT name FROM track WHERE «genre_id = 1 OR genre_id = 2 AND unit_price > 1»;

-- case: NATURAL JOIN
-- expects: natural-join
SELECT name FROM media_type «NATURAL» JOIN track;

-- case: foreign key added without NOT VALID
-- expects: foreign-key-without-not-valid
ALTER TABLE audit.customer «ADD CONSTRAINT customer_fk FOREIGN KEY (customer_id) REFERENCES public.customer (customer_id)»;

-- case: BETWEEN on a timestamp
-- expects: between-timestamp
SELECT total FROM invoice WHERE invoice_date «BETWEEN '2024-01-01' AND '2024-01-31'»;
