-- case: trailing comma before FROM
SELECT track_id, name, milliseconds« »,« »
FROM track;

-- case: doubled comma
SELECT first_name,« , »last_name FROM customer;

-- case: comma missing between columns
SELECT c.first_name« c.»last_name, c.email
FROM customer c;

-- case: misspelt SELECT
«SELCT» name FROM artist;

-- case: misspelt FROM
SELECT name «FORM» artist WHERE country = 'DE';

-- case: misspelt WHERE
SELECT title FROM album «WHER» «artist_id» = 3;

-- case: misspelt GROUP BY
SELECT genre_id, count(*) FROM track «GRUOP» BY genre_id;

-- case: misspelt ORDER BY
SELECT name FROM genre «ODER» BY name;

-- case: GROUP without BY
SELECT album_id, sum(milliseconds) FROM track «GROUP album_id» ;

-- case: ORDER without BY
SELECT name FROM artist «ORDER name» ;

-- case: JOIN without ON
SELECT a.title, t.name
FROM album a
«JOIN track t »
WHERE a.album_id = 5;

-- case: LEFT JOIN without ON, then another join
SELECT c.email, i.total, l.quantity
FROM customer c
«LEFT JOIN invoice i »
JOIN invoice_line l ON l.invoice_id = i.invoice_id« »;

-- case: ON without a condition
SELECT a.title FROM album a JOIN artist ar «ON WHERE» ar.country = 'FR';

-- case: ORDER BY before WHERE
SELECT name FROM track «ORDER BY name WHERE» milliseconds > 300000;

-- case: WHERE after GROUP BY
SELECT genre_id, count(*) FROM track «GROUP BY genre_id WHERE» unit_price > 1;

-- case: HAVING before GROUP BY
SELECT country, count(*) FROM customer «HAVING count(*) > 3 GROUP» BY country;

-- case: LIMIT before ORDER BY
SELECT name FROM artist «LIMIT 5 ORDER» BY name;

-- case: LIMIT with offset the MySQL way
SELECT name FROM artist ORDER BY name «LIMIT 5, 10»;

-- case: SELECT TOP
SELECT «TOP 10» name FROM artist ORDER BY name;

-- case: WITH without AS
WITH spenders« »(«SELECT» customer_id, spend FROM customer_spend WHERE spend > 100)
SELECT * FROM spenders;

-- case: comma after the last CTE
WITH a AS (SELECT artist_id FROM artist)«,»
«SELECT» artist_id FROM a;

-- case: comma missing between CTEs
WITH a AS (SELECT artist_id FROM artist)«
b» AS (SELECT album_id FROM album)
SELECT * FROM a, b;

-- case: CTE without a query behind it
WITH a AS (SELECT artist_id FROM artist)« »

-- case: parenthesis not closed in a function
SELECT upper«(»name FROM artist« »;

-- case: parenthesis too many
SELECT count(*)«)» FROM invoice WHERE status = 'paid';

-- case: sub-query not closed
SELECT name FROM artist WHERE artist_id IN «(»SELECT artist_id FROM album WHERE released_on > '2000-01-01'« »;

-- case: string not closed
SELECT name FROM artist WHERE country = «'DE;»

-- case: quoted identifier not closed
SELECT «"postedAt FROM review;»

-- case: empty IN list
SELECT name FROM track WHERE genre_id IN «()»;

-- case: trailing comma in IN list
SELECT name FROM track WHERE genre_id IN (1, 2«, )»;

-- case: double equals
SELECT name FROM track WHERE genre_id «==» 3;

-- case: C-style and
SELECT name FROM track WHERE genre_id = 3 «&&» milliseconds > 1000;

-- case: BETWEEN without AND
SELECT name FROM track WHERE milliseconds BETWEEN 1000 «,» 2000;

-- case: IS = NULL
SELECT name FROM track WHERE composer «IS = NULL»;

-- case: CASE without END
SELECT «CASE» WHEN total > 10 THEN 'big' ELSE 'small'« »AS size FROM invoice« »;

-- case: CASE without THEN
SELECT CASE WHEN total > 10« 'big' »ELSE 'small' END FROM invoice;

-- case: ELSE IF in CASE
SELECT CASE WHEN total > 10 THEN 'big' «ELSE IF total > 5 THEN» 'mid' ELSE 'small' END FROM invoice;

-- case: INSERT without INTO
«INSERT genre» (name) VALUES ('Jazz');

-- case: INSERT without VALUES
INSERT INTO genre (name)« ('Jazz')»;

-- case: INSERT with trailing comma in the columns
INSERT INTO genre (name«, )» VALUES ('Jazz');

-- case: INSERT with comma missing between rows
INSERT INTO genre (name) VALUES ('Jazz')« ('Rock')»;

-- case: INSERT with SET as in MySQL
INSERT INTO genre «SET» name = 'Jazz';

-- case: UPDATE without SET
UPDATE track «unit_price = 1.29 WHERE» track_id = 1;

-- case: UPDATE with AND between assignments is a type error, with missing comma a syntax error
UPDATE customer SET city = 'Paris'« country »= 'FR' WHERE customer_id = 4;

-- case: UPDATE with trailing comma
UPDATE customer SET city = 'Paris', country = 'FR'«,» «WHERE» customer_id = 4;

-- case: UPDATE with FROM before SET
UPDATE track «FROM album SET unit_price» = 1 WHERE track.album_id = album.album_id;

-- case: DELETE with star
DELETE «*» FROM review WHERE stars = 1;

-- case: DELETE without FROM
«DELETE review »WHERE stars = 1;

-- case: DELETE with JOIN
DELETE FROM review r «JOIN» customer c ON c.customer_id = r.customer_id WHERE c.country = 'DE';

-- case: reserved word as alias
SELECT user_id FROM (SELECT employee_id AS user_id FROM employee) AS «user» WHERE 1 = 1;

-- case: reserved word as column of a new table
CREATE TABLE stock (id int PRIMARY KEY, «order» int NOT NULL);

-- case: trailing comma in CREATE TABLE
CREATE TABLE tag (
    tag_id serial PRIMARY KEY,
    label text NOT NULL«,
)»;

-- case: comma missing in CREATE TABLE
CREATE TABLE tag (
    tag_id serial PRIMARY KEY«
    label» text NOT NULL
);

-- case: backticks
SELECT «`name`» FROM «`artist`»;

-- case: square brackets
SELECT «[name]» FROM artist;

-- case: AUTO_INCREMENT
CREATE TABLE tag (tag_id int «AUTO_INCREMENT» PRIMARY KEY);

-- case: UNION with trailing nothing
SELECT name FROM artist UNION ALL« »;

-- case: two WHERE
SELECT name FROM track WHERE genre_id = 1 «WHERE» album_id = 2;

-- case: AND at the end
SELECT name FROM track WHERE genre_id = 1 «AND »;

-- case: AND before ORDER
SELECT name FROM track WHERE genre_id = 1 «AND ORDER BY» name;

-- case: nothing after WHERE
SELECT name FROM track WHERE« »;

-- case: NOT EQUAL with a space
SELECT name FROM track WHERE genre_id «! =» 1;

-- case: EXISTS without parentheses
SELECT name FROM artist a WHERE «EXISTS SELECT» 1 FROM album b WHERE b.artist_id = a.artist_id;

-- case: no alias problem: OVER without parentheses content closed
SELECT name, row_number() OVER «(»PARTITION BY album_id ORDER BY name« FROM track »;

-- case: PARTITION without BY
SELECT name, row_number() OVER («PARTITION album_id »ORDER BY name) FROM track;

-- case: three broken statements in a file
-- faults: 3
SELECT name FROM artist;
SELECT name«, FROM »artist;
SELECT count(*) FROM track;
SELECT title FROM album «WERE» album_id = 1;
UPDATE genre SET «name 'x'» WHERE genre_id = 1;
SELECT 1;

-- case: AS twice
SELECT name AS «AS» artist_name FROM artist;

-- case: number with letters as alias
SELECT total AS «2023_total» FROM invoice;

-- case: dash in a name
SELECT first_name AS first«-»name FROM customer;

-- case: semicolon in the middle
SELECT name FROM track;
«WHERE» genre_id = 1;
