-- case: loose grouping
SELECT country, city, count(*) FROM customer GROUP BY country;

-- case: double quotes for a string, as SQLite takes it
SELECT name FROM artist ORDER BY name LIMIT 5, 10;

-- case: alias in WHERE
SELECT total * 2 AS twice FROM invoice WHERE twice > 10;

-- case: rowid
SELECT rowid, name FROM artist WHERE rowid = 3;

-- case: full-text search
SELECT name, rank FROM track_search WHERE track_search MATCH 'love' ORDER BY rank;

-- case: upsert and REPLACE
INSERT OR REPLACE INTO genre (genre_id, name) VALUES (1, 'a');
INSERT INTO genre (name) VALUES ('a') ON CONFLICT (name) DO UPDATE SET name = excluded.name;
REPLACE INTO genre (genre_id, name) VALUES (1, 'a');

-- case: dates
SELECT strftime('%Y', invoice_date), date('now', '-1 day'), julianday(invoice_date), datetime('now') FROM invoice;

-- case: JSON
SELECT json_extract(preferences, '$.a'), preferences ->> 'a', j.key FROM customer, json_each(customer.preferences) AS j;

-- case: temporary table
CREATE TEMP TABLE t AS SELECT name AS n FROM artist;
SELECT n FROM t;

-- case: recursive
WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5) SELECT n FROM c;

-- case: pragma, attach
PRAGMA foreign_keys = ON;
SELECT name FROM pragma_table_info('artist');
SELECT name, sql FROM sqlite_master WHERE type = 'table';

-- case: parameters
-- truth: none
SELECT name FROM artist WHERE artist_id = ?1 AND country = :c AND name = @n AND founded_on = $f;

-- case: group_concat, iif, glob
SELECT group_concat(name, ', '), iif(count(*) > 1, 'a', 'b') FROM track WHERE name GLOB 'A*' AND name IS NOT 'x' GROUP BY album_id;

-- case: odd operators
SELECT name FROM track WHERE genre_id == 1 AND name <> 'x' AND 'a' || name = 'b' AND bytes & 3 ORDER BY name COLLATE NOCASE;

-- case: trigger
CREATE TRIGGER t AFTER UPDATE OF name ON genre WHEN new.name IS NOT old.name BEGIN
    UPDATE genre SET name = upper(new.name) WHERE genre_id = new.genre_id;
END;

-- case: update from
UPDATE invoice SET total = s.t FROM (SELECT invoice_id AS id, sum(unit_price) AS t FROM invoice_line GROUP BY 1) AS s WHERE s.id = invoice_id;

-- case: bare column with max
SELECT customer_id, invoice_id, max(total) FROM invoice GROUP BY customer_id;

-- case: min of two
SELECT min(1, 2), max(milliseconds, bytes) FROM track;
