-- case: misspelt table
SELECT * FROM «artists»;

-- case: misspelt column
SELECT «nmae» FROM artist;

-- case: misspelt column behind an alias
SELECT t.«compser» FROM track t;

-- case: column of another table
SELECT a.«composer» FROM album a;

-- case: alias not defined
SELECT «x».name FROM artist a;

-- case: table name where it has an alias
SELECT «artist».name FROM artist a;

-- case: ambiguous column in SELECT
SELECT «name» FROM track t JOIN genre g ON g.genre_id = t.genre_id;

-- case: ambiguous column in WHERE
SELECT a.title FROM album a JOIN track t ON t.album_id = a.album_id WHERE «album_id» = 4;

-- case: ambiguous column in ORDER BY
SELECT c.email FROM customer c JOIN invoice i ON i.customer_id = c.customer_id ORDER BY «customer_id»;

-- case: alias of SELECT in WHERE
SELECT total * 1.19 AS gross FROM invoice WHERE «gross» > 10;

-- case: alias of SELECT in HAVING
SELECT country, count(*) AS n FROM customer GROUP BY country HAVING «n» > 2;

-- case: alias of SELECT in another item
SELECT total * 2 AS twice, «twice» + 1 AS more FROM invoice;

-- case: column not grouped
SELECT country, «city», count(*) FROM customer GROUP BY country;

-- case: aggregate without GROUP BY
SELECT «country», count(*) FROM customer;

-- case: column of a joined table not grouped
SELECT g.name, «t.unit_price», count(*)
FROM genre g JOIN track t ON t.genre_id = g.genre_id
GROUP BY g.name;

-- case: ORDER BY something not grouped
SELECT country, count(*) FROM customer GROUP BY country ORDER BY «city»;

-- case: HAVING with a column not grouped
SELECT country FROM customer GROUP BY country HAVING «city» = 'Rome';

-- case: aggregate in WHERE
SELECT customer_id FROM invoice WHERE «sum(total)» > 100 GROUP BY customer_id;

-- case: count in WHERE
SELECT genre_id FROM track WHERE «count(*)» > 10;

-- case: window function in WHERE
SELECT name FROM track WHERE «row_number() OVER (ORDER BY name)» = 1;

-- case: window function in HAVING
SELECT album_id FROM track GROUP BY album_id HAVING «rank() OVER (ORDER BY album_id)» < 3;

-- case: aggregate in aggregate
SELECT max(«count(*)») FROM invoice GROUP BY customer_id;

-- case: aggregate in GROUP BY
SELECT count(*) FROM track GROUP BY «sum(bytes)»;

-- case: aggregate in UPDATE
UPDATE invoice SET total = «sum(l.unit_price)» FROM invoice_line l WHERE l.invoice_id = invoice.invoice_id;

-- case: misspelt function
SELECT «coalese»(company, 'none') FROM customer;

-- case: function of MySQL
SELECT «ifnull»(company, 'none') FROM customer;

-- case: function of SQL Server
SELECT «getdate»();

-- case: date function of SQLite
SELECT «strftime»('%Y', invoice_date) FROM invoice;

-- case: group_concat
SELECT album_id, «group_concat»(name) FROM track GROUP BY album_id;

-- case: datediff
SELECT «datediff(day», invoice_date, now()) FROM invoice;

-- case: too many arguments
SELECT «lower»(name, 'x') FROM artist;

-- case: too few arguments
SELECT «replace»(name, 'x') FROM artist;

-- case: own function with too many arguments
SELECT «customer_total»(1, '2020-01-01', true);

-- case: own function, wrong type
SELECT «customer_total»('2020-01-01'::date);

-- case: round of a double precision with places
SELECT «round»(avg(stars)::float8, 2) FROM review;

-- case: text compared with a number
SELECT name FROM track WHERE «name = 5»;

-- case: date compared with a number
SELECT title FROM album WHERE «released_on > 2000»;

-- case: number compared with text that is none
SELECT name FROM track WHERE genre_id = «'rock'»;

-- case: bad value of an enum
SELECT invoice_id FROM invoice WHERE status = «'payed'»;

-- case: bad date
SELECT title FROM album WHERE released_on > «'2020-13-45'»;

-- case: text plus number
SELECT «first_name + last_name» FROM customer;

-- case: sum of text
SELECT «sum»(name) FROM track;

-- case: WHERE that is not boolean
SELECT name FROM track WHERE «genre_id»;

-- case: join on columns of different types
SELECT 1 FROM track t JOIN playlist p ON «p.name = t.track_id»;

-- case: CASE with branches of different types
SELECT CASE WHEN total > 5 THEN total ELSE «'none'» END FROM invoice;

-- case: coalesce of different types
SELECT coalesce(total, «'nothing'») FROM invoice;

-- case: LIKE on a number
SELECT invoice_id FROM invoice WHERE «total LIKE '1%'»;

-- case: UNION with a different number of columns
SELECT artist_id, name FROM artist UNION SELECT «genre_id» FROM genre;

-- case: UNION with different types
SELECT name FROM artist UNION SELECT «genre_id» FROM genre;

-- case: IN sub-query with two columns
SELECT name FROM artist WHERE artist_id IN («SELECT artist_id, title» FROM album);

-- case: scalar sub-query with two columns
SELECT name, («SELECT title, album_id» FROM album LIMIT 1) FROM artist;

-- case: INSERT into a column that does not exist
INSERT INTO genre (name, «descripton») VALUES ('Jazz', 'x');

-- case: INSERT with too many values
INSERT INTO genre (name) VALUES ('Jazz', «'x'»);

-- case: INSERT with too few values
INSERT INTO customer (first_name, last_name, «email») VALUES («'A', 'B'»);

-- case: INSERT SELECT with too few columns
INSERT INTO genre (genre_id, «name») SELECT «genre_id» FROM track;

-- case: INSERT of text into a number
INSERT INTO review (customer_id, album_id, stars) VALUES (1, 2, «'five'»);

-- case: INSERT of a type that does not fit
INSERT INTO album (title, artist_id, released_on) VALUES ('X', 1, «true»);

-- case: INSERT same column twice
INSERT INTO genre (name, «name») VALUES ('a', 'b');

-- case: INSERT into a generated identity
INSERT INTO artist («artist_id», name) VALUES («1», 'ABBA');

-- case: INSERT a generated column
INSERT INTO track (name, media_type_id, milliseconds, «seconds») VALUES ('x', 1, 1000, «1.0»);

-- case: UPDATE of a column that does not exist
UPDATE employee SET «salary» = 1000 WHERE employee_id = 1;

-- case: UPDATE with alias in SET
UPDATE employee e SET «e.title» = 'Boss' WHERE e.employee_id = 1;

-- case: UPDATE with a wrong type
UPDATE track SET milliseconds = «now()» WHERE track_id = 1;

-- case: UPDATE with column of a missing table
UPDATE track SET unit_price = 1 WHERE «album».title = 'X';

-- case: DELETE with a wrong column
DELETE FROM review WHERE «rating» < 2;

-- case: DELETE USING with a wrong column
DELETE FROM review r USING customer c WHERE c.«id» = r.customer_id;

-- case: RETURNING a wrong column
INSERT INTO genre (name) VALUES ('x') RETURNING «id»;

-- case: ON CONFLICT on a column that is not unique
INSERT INTO media_type (name) VALUES ('x') ON «CONFLICT (name)» DO NOTHING;

-- case: ON CONFLICT sets a wrong column
INSERT INTO genre (name) VALUES ('x') ON CONFLICT (name) DO UPDATE SET «nam» = excluded.name;

-- case: unknown schema
SELECT * FROM «adit.login_event»;

-- case: table in the wrong schema
SELECT * FROM audit.«invoice»;

-- case: table not in the search path
SELECT * FROM «login_event»;

-- case: column of the CTE that is not there
WITH s AS (SELECT customer_id, sum(total) AS spent FROM invoice GROUP BY customer_id)
SELECT s.customer_id, s.«total» FROM s;

-- case: CTE column list with too many names
WITH s («a, b, c») AS (SELECT artist_id, name FROM artist) SELECT a FROM s;

-- case: CTE misspelt
WITH spenders AS (SELECT 1 AS a) SELECT a FROM «spender»;

-- case: CTE used before it is defined
WITH a AS (SELECT x FROM «b»), b AS (SELECT 1 AS x) SELECT x FROM a;

-- case: sub-query column not exported
SELECT q.«title» FROM (SELECT album_id FROM album) q;

-- case: sub-query in FROM sees its neighbour without LATERAL
SELECT a.name FROM artist a JOIN (SELECT artist_id FROM album WHERE artist_id = «a».artist_id) b ON true;

-- case: same alias twice
SELECT 1 FROM track t JOIN album «t» ON true;

-- case: self join without alias
SELECT 1 FROM employee JOIN «employee» ON true;

-- case: join condition uses a table that comes later
SELECT 1 FROM artist a JOIN album b ON b.album_id = «t».album_id JOIN track t ON t.album_id = b.album_id;

-- case: USING a column that only one side has
SELECT 1 FROM album JOIN track USING («artist_id»);

-- case: comma join and JOIN mixed
SELECT 1 FROM artist a, album b JOIN track t ON t.album_id = b.album_id AND «a».artist_id = b.artist_id;

-- case: double quotes for a string
SELECT name FROM artist WHERE country = «"DE"»;

-- case: camel case column without quotes
SELECT «postedAt» FROM review;

-- case: unknown type in a cast
SELECT total::«money2» FROM invoice;

-- case: type of another engine
CREATE TABLE note (note_id int PRIMARY KEY, at «datetime»);

-- case: ORDER BY position too high
SELECT name, country FROM artist ORDER BY «3»;

-- case: GROUP BY position too high
SELECT name, count(*) FROM artist GROUP BY «5»;

-- case: DISTINCT with ORDER BY of something else
SELECT DISTINCT country FROM customer ORDER BY «city»;

-- case: window name not defined
SELECT name, rank() OVER «w» FROM track;

-- case: FILTER on what is no aggregate
SELECT «lower(name) FILTER (WHERE genre_id = 1)» FROM track;

-- case: set-returning function in WHERE
SELECT name FROM track WHERE «generate_series(1, 3)» = 1;

-- case: view with a bad column
CREATE VIEW german AS SELECT customer_id, «surname» FROM customer WHERE country = 'DE';

-- case: index on a bad column
CREATE INDEX ON track («length»);

-- case: foreign key to a bad column
CREATE TABLE fan (fan_id int PRIMARY KEY, artist int REFERENCES artist («id»));

-- case: foreign key to a bad table
CREATE TABLE fan (fan_id int PRIMARY KEY, artist int REFERENCES «artists» (artist_id));

-- case: foreign key to a column that is not unique
CREATE TABLE fan (fan_id int PRIMARY KEY, city text REFERENCES customer («city»));

-- case: primary key on a bad column
CREATE TABLE fan (fan_id int, PRIMARY KEY («id»));

-- case: ALTER TABLE on a bad column
ALTER TABLE track ALTER COLUMN «length» SET NOT NULL;

-- case: DROP COLUMN of a bad column
ALTER TABLE track DROP COLUMN «lenght»;

-- case: ADD COLUMN that is there
ALTER TABLE track ADD COLUMN «composer» text;

-- case: CREATE TABLE that is there
CREATE TABLE «genre» (genre_id int);

-- case: DROP TABLE that is not there
DROP TABLE «genres»;

-- case: CHECK with a bad column
CREATE TABLE fan (fan_id int, age int, CHECK («aeg» > 0));

-- case: default of a wrong type
CREATE TABLE fan (fan_id int DEFAULT «'abc'»);

-- case: bad column in PL/pgSQL is told
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT «bad_col» FROM artist $$;

-- case: ADD foreign key with a bad column
ALTER TABLE review ADD CONSTRAINT fk FOREIGN KEY («artist_id») REFERENCES artist (artist_id);

-- case: column dropped earlier in the file
ALTER TABLE track DROP COLUMN bytes;
SELECT «bytes» FROM track;

-- case: table renamed earlier in the file
ALTER TABLE review RENAME TO rating;
SELECT stars FROM «review»;

-- case: two errors in a statement
-- faults: 2
SELECT a.«nam», t.«titel» FROM artist a JOIN album t ON t.artist_id = a.artist_id;

-- case: three errors of different kinds
-- faults: 3
SELECT «coalsce»(c.city, ''), c.«zip» FROM customer c WHERE c.customer_id = «'abc'»;

-- case: errors in CTE and outside
-- faults: 2
WITH s AS (SELECT «cust_id», total FROM invoice) SELECT s.total FROM s JOIN «payments» p ON true;

-- case: errors in two statements
-- faults: 2
SELECT «foo» FROM artist;
SELECT name FROM artist;
SELECT name FROM «bar»;

-- case: wrong table and misspelt column elsewhere
-- faults: 2
SELECT t.name FROM «trak» t JOIN album a ON a.album_id = t.album_id WHERE a.«titl» = 'x';

-- case: LATERAL misspelt column
SELECT a.name, x.title FROM artist a, LATERAL (SELECT title FROM album b WHERE b.artist_id = a.«id») x;

-- case: extract from a text
SELECT «extract(year FROM name») FROM artist;

-- case: boolean compared with a number
SELECT 1 FROM audit.login_event WHERE «succeeded = 1»;

-- case: array compared with text
SELECT title FROM album WHERE «tags = 5»;

-- case: ANY on what is no array
SELECT title FROM album WHERE artist_id «= ANY (title)»;

-- case: interval plus number
SELECT «now() + 1»;

-- case: JSON arrow on text
SELECT «first_name ->> 'a'» FROM customer;

-- case: function that returns nothing like a column
SELECT now().«date» FROM invoice;

-- case: string_agg without separator
SELECT «string_agg»(name) FROM artist;

-- case: bad correlated column
SELECT name FROM artist a WHERE EXISTS (SELECT 1 FROM album b WHERE b.artist_id = a.«artistid»);

-- case: MERGE with a bad column
MERGE INTO genre g USING (SELECT 1 AS id, 'x' AS name) s ON g.genre_id = s.id
WHEN MATCHED THEN UPDATE SET «label» = s.name;

-- case: VALUES of different lengths
INSERT INTO genre (genre_id, name) VALUES (1, 'a'), «(2)»;

-- case: LIMIT with a column
SELECT name FROM track LIMIT «milliseconds»;

-- case: INSERT without column list, too many values
INSERT INTO genre VALUES (1, 'a', «'b'»);

-- case: date_part with its arguments swapped
SELECT «date_part»(invoice_date, 'year') FROM invoice;

-- case: two columns after = ANY
SELECT name FROM artist WHERE artist_id = ANY («SELECT artist_id, title» FROM album);

-- case: DISTINCT ON ordered by something else
SELECT DISTINCT ON (artist_id) title FROM album ORDER BY «title»;

-- case: series of texts
SELECT g FROM «generate_series»('a', 'b') AS g;

-- case: JSON arrow with a fraction
SELECT «preferences -> 1.5» FROM customer;

-- case: negative LIMIT
SELECT name FROM artist LIMIT «-1»;

-- case: type of Oracle
CREATE TABLE note (note_id int, body «varchar2»(20));

-- case: DROP INDEX that is not there
DROP INDEX «track_albm_idx»;
