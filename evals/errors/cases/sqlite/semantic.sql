-- case: misspelt table
SELECT name FROM «artsts»;

-- case: misspelt column
SELECT a.«nme» FROM artist a;

-- case: ambiguous column
SELECT «name» FROM track JOIN genre ON genre.genre_id = track.genre_id;

-- case: aggregate in WHERE
SELECT customer_id FROM invoice WHERE «sum(total)» > 10;

-- case: misspelt function
SELECT «lenght»(name) FROM artist;

-- case: too many arguments
SELECT «length»(name, 2) FROM artist;

-- case: function of PostgreSQL
SELECT «date_trunc»('month', invoice_date) FROM invoice;

-- case: now
SELECT «now»();

-- case: UNION with a different number of columns
SELECT name FROM artist UNION SELECT «genre_id, name» FROM genre;

-- case: INSERT with a column that is not there
INSERT INTO genre (name, «label») VALUES ('a', 'b');

-- case: INSERT too many values
INSERT INTO genre (name) VALUES (1, «2»);

-- case: UPDATE of a bad column
UPDATE track SET «price» = 1 WHERE track_id = 1;

-- case: index on a bad column
CREATE INDEX i ON track («length»);

-- case: CTE column
WITH s AS (SELECT customer_id AS id FROM invoice) SELECT «customer_id» FROM s;

-- case: ORDER BY position
SELECT name FROM artist ORDER BY «2»;

-- case: alias unknown
SELECT «t».name FROM track;

-- case: two errors
-- faults: 2
SELECT «naem» FROM artist WHERE «contry» = 'DE';

-- case: INSERT into a generated column
INSERT INTO track (name, media_type_id, milliseconds, «seconds») VALUES ('a', 1, 2, 3);

-- case: ON CONFLICT without a key
INSERT INTO artist (name) VALUES ('a') ON «CONFLICT (country)» DO NOTHING;

-- case: window in WHERE
SELECT name FROM track WHERE «row_number() OVER (ORDER BY name)» = 1;
