-- case: trailing comma
SELECT name«,» FROM artist;

-- case: misspelt FROM
SELECT name «FRM» artist WHERE country = 'DE';

-- case: double colon
SELECT total«::»text FROM invoice;

-- case: ILIKE
SELECT name FROM artist WHERE name «ILIKE» 'a%';

-- case: GROUP without BY
SELECT country, count(*) FROM customer «GROUP country»;

-- case: ORDER BY before WHERE
SELECT name FROM track «ORDER BY name WHERE» genre_id = 1;

-- case: parenthesis not closed
SELECT count«(»* FROM track« »;

-- case: TOP
SELECT «TOP 5» name FROM track;

-- case: INSERT without VALUES
INSERT INTO genre (name)« ('x')»;

-- case: WITH without AS
WITH a« »(«SELECT» 1 AS n) SELECT n FROM a;

-- case: TRUNCATE
«TRUNCATE TABLE» review;

-- case: ALTER COLUMN
ALTER TABLE track «ALTER COLUMN» name TYPE text;

-- case: RETURNING before WHERE
DELETE FROM review «RETURNING review_id WHERE» stars = 1;

-- case: interval
SELECT date('now') - «interval '1 day'»;

-- case: string not closed
SELECT name FROM artist WHERE country = «'DE;»
