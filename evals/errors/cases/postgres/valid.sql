-- case: plain
SELECT artist_id, name FROM artist WHERE country = 'DE' ORDER BY name;

-- case: join of four tables
SELECT ar.name AS artist, al.title AS album, t.name AS track, g.name AS genre
FROM track AS t
JOIN album AS al ON al.album_id = t.album_id
JOIN artist AS ar ON ar.artist_id = al.artist_id
LEFT JOIN genre AS g ON g.genre_id = t.genre_id
WHERE ar.country IN ('DE', 'FR')
ORDER BY ar.name, al.title, t.name;

-- case: group by primary key, other columns of the table allowed
SELECT c.customer_id, c.first_name, c.last_name, sum(i.total) AS spent
FROM customer c JOIN invoice i ON i.customer_id = c.customer_id
GROUP BY c.customer_id
HAVING sum(i.total) > 40
ORDER BY spent DESC;

-- case: table created earlier in the file
CREATE TABLE price_change (track_id bigint PRIMARY KEY, old_price numeric, new_price numeric);
INSERT INTO price_change (track_id, old_price, new_price) SELECT track_id, unit_price, unit_price * 2 FROM track;
SELECT new_price - old_price AS difference FROM price_change WHERE track_id = 3;

-- case: temporary table
CREATE TEMP TABLE recent AS SELECT invoice_id, total FROM invoice WHERE invoice_date > now() - interval '7 days';
SELECT count(*), avg(total) FROM recent;
SELECT count(*) FROM pg_temp.recent;
DROP TABLE recent;

-- case: temporary table on commit drop
CREATE TEMPORARY TABLE tmp_ids (id integer) ON COMMIT DROP;
INSERT INTO tmp_ids VALUES (1), (2);
DELETE FROM tmp_ids WHERE id = 1;

-- case: column added earlier
ALTER TABLE customer ADD COLUMN vip boolean DEFAULT false;
UPDATE customer SET vip = true WHERE customer_id = 3;
SELECT customer_id FROM customer WHERE vip;

-- case: Jinja
-- truth: none
SELECT {{ column }} FROM artist WHERE country = '{{ country }}' {% if limit %} AND name = 'x' {% endif %};

-- case: dbt
-- truth: none
{{ config(materialized='table') }}
SELECT customer_id, count(*) AS orders FROM {{ ref('stg_orders') }} GROUP BY customer_id

-- case: pyformat
-- truth: none
SELECT name FROM artist WHERE country = %s AND founded_on > %(since)s;

-- case: question marks
-- truth: none
SELECT name FROM artist WHERE country = ? AND artist_id IN (?, ?);

-- case: colon names
-- truth: none
SELECT name FROM artist WHERE country = :country AND artist_id = :id LIMIT :n OFFSET :o;

-- case: dollar parameters
SELECT name FROM artist WHERE country = $1 AND artist_id = $2 ORDER BY artist_id LIMIT $3;

-- case: quoted identifiers
SELECT r."postedAt", "r"."stars" AS "Number of Stars" FROM "review" r WHERE r."postedAt" > '2024-01-01' ORDER BY "Number of Stars";

-- case: CTE with DELETE
WITH gone AS (DELETE FROM review WHERE stars = 1 RETURNING review_id, customer_id)
INSERT INTO audit.customer (customer_id, changed_by, old_row)
SELECT customer_id, current_user, to_jsonb(gone) FROM gone;

-- case: ctid
DELETE FROM review a USING review b WHERE a.ctid < b.ctid AND a.customer_id = b.customer_id AND a.album_id = b.album_id;

-- case: system columns
SELECT xmin, tableoid::regclass, name FROM genre WHERE ctid = '(0,1)';

-- case: recursive CTE
WITH RECURSIVE chain AS (
    SELECT employee_id, reports_to, 1 AS depth FROM employee WHERE reports_to IS NULL
    UNION ALL
    SELECT e.employee_id, e.reports_to, c.depth + 1 FROM employee e JOIN chain c ON c.employee_id = e.reports_to
)
SELECT depth, count(*) FROM chain GROUP BY depth ORDER BY depth;

-- case: window functions
SELECT name, milliseconds,
    rank() OVER (PARTITION BY album_id ORDER BY milliseconds DESC) AS place,
    sum(bytes) OVER w AS running,
    lag(name, 1, 'none') OVER w
FROM track
WINDOW w AS (ORDER BY track_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);

-- case: lateral join
SELECT a.name, best.title
FROM artist a
CROSS JOIN LATERAL (SELECT title FROM album b WHERE b.artist_id = a.artist_id ORDER BY released_on DESC LIMIT 1) AS best;

-- case: DISTINCT ON
SELECT DISTINCT ON (customer_id) customer_id, invoice_id, invoice_date FROM invoice ORDER BY customer_id, invoice_date DESC;

-- case: JSON
SELECT customer_id, preferences ->> 'theme' AS theme, preferences #>> '{a,b}', preferences @> '{"x": 1}'
FROM customer WHERE preferences ? 'newsletter' AND (preferences -> 'age')::int > 30;

-- case: arrays
SELECT title, tags[1], array_length(tags, 1), unnest(tags) FROM album WHERE 'live' = ANY (tags) OR tags && ARRAY['pop', 'rock'];

-- case: casts and intervals
SELECT invoice_date::date, CAST(total AS integer), date_trunc('month', invoice_date), now() - invoice_date,
    invoice_date + interval '1 month', extract(epoch FROM invoice_date)
FROM invoice WHERE invoice_date >= CURRENT_DATE - 30;

-- case: filter, string_agg, within group
SELECT album_id, count(*) FILTER (WHERE unit_price > 1), string_agg(name, ', ' ORDER BY name),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds), array_agg(DISTINCT genre_id)
FROM track GROUP BY album_id;

-- case: grouping sets
SELECT country, city, count(*), grouping(country) FROM customer GROUP BY ROLLUP (country, city);

-- case: upsert
INSERT INTO genre (name) VALUES ('Jazz'), ('Blues')
ON CONFLICT (name) DO UPDATE SET name = excluded.name
RETURNING genre_id, name;

-- case: upsert by constraint
INSERT INTO customer (first_name, last_name, email) VALUES ('A', 'B', 'a@b.c')
ON CONFLICT ON CONSTRAINT customer_email_key DO NOTHING;

-- case: update from
UPDATE invoice AS i SET total = s.total
FROM (SELECT invoice_id, sum(unit_price * quantity) AS total FROM invoice_line GROUP BY invoice_id) AS s
WHERE s.invoice_id = i.invoice_id AND i.total <> s.total;

-- case: multi-column update
UPDATE customer SET (city, country) = (SELECT billing_city, billing_country FROM invoice WHERE invoice.customer_id = customer.customer_id ORDER BY invoice_date DESC LIMIT 1)
WHERE city IS NULL;

-- case: merge
MERGE INTO genre AS g USING (VALUES ('Jazz'), ('Pop')) AS n (name) ON g.name = n.name
WHEN NOT MATCHED THEN INSERT (name) VALUES (n.name)
WHEN MATCHED THEN DO NOTHING;

-- case: function in FROM
SELECT d::date AS day, count(i.invoice_id) AS invoices
FROM generate_series('2024-01-01'::timestamp, '2024-01-31', interval '1 day') AS d
LEFT JOIN invoice i ON i.invoice_date >= d AND i.invoice_date < d + interval '1 day'
GROUP BY d ORDER BY d;

-- case: jsonb function in FROM with ordinality
SELECT c.customer_id, k.key, k.value FROM customer c, jsonb_each_text(c.preferences) AS k;

-- case: record function with column definitions
SELECT x.a, x.b FROM jsonb_to_recordset('[{"a": 1, "b": "y"}]') AS x (a int, b text);

-- case: own function
SELECT customer_id, customer_total(customer_id), customer_total(customer => customer_id, since => '2024-01-01') FROM customer;

-- case: view and materialised view
SELECT s.full_name, s.spend, t.name, t.revenue FROM customer_spend s, track_sales t WHERE s.spend = t.revenue;

-- case: second schema
SELECT e.last_name, l.happened_at, host(l.address) FROM audit.login_event l JOIN employee e USING (employee_id) WHERE NOT l.succeeded;

-- case: both customers
SELECT c.email, a.changed_by FROM customer c JOIN audit.customer a ON a.customer_id = c.customer_id;

-- case: search path
SET search_path TO audit, public;
SELECT login_event_id FROM login_event WHERE succeeded;

-- case: enum
SELECT status, count(*) FROM invoice WHERE status IN ('paid', 'void') GROUP BY status;
UPDATE invoice SET status = 'paid'::invoice_status WHERE invoice_id = 4;

-- case: enum made longer earlier
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE diary (day date PRIMARY KEY, mood mood NOT NULL);
INSERT INTO diary VALUES ('2024-01-01', 'happy');
SELECT day FROM diary WHERE mood = 'sad' ORDER BY day;

-- case: set operations
(SELECT name FROM artist ORDER BY name LIMIT 3) UNION ALL SELECT name FROM genre EXCEPT SELECT name FROM playlist ORDER BY name;

-- case: correlated sub-queries
SELECT name, (SELECT count(*) FROM album b WHERE b.artist_id = a.artist_id) AS albums FROM artist a
WHERE NOT EXISTS (SELECT FROM album b JOIN review r USING (album_id) WHERE b.artist_id = a.artist_id AND r.stars < 3);

-- case: row values
SELECT name FROM track WHERE (album_id, genre_id) IN ((1, 2), (3, 4)) AND (milliseconds, bytes) < (1000, 2000);

-- case: CASE in ORDER BY and alias as position
SELECT name AS n, CASE WHEN composer IS NULL THEN 'none' ELSE composer END AS by FROM track ORDER BY CASE WHEN genre_id = 1 THEN 0 ELSE 1 END, n;

-- case: group by alias and expression
SELECT date_trunc('year', invoice_date) AS year, count(*) FROM invoice GROUP BY year ORDER BY year;

-- case: group by expression repeated
SELECT extract(year FROM invoice_date), sum(total) FROM invoice GROUP BY extract(year FROM invoice_date);

-- case: reserved-like words as names
SELECT name AS value, position, 1 AS year FROM track t JOIN playlist_track USING (track_id) WHERE position > 3;

-- case: comments and dollar quotes
/* outer /* nested */ comment */
SELECT $tag$it's$tag$ AS text, E'a\'b', U&'\0041', 'it''s' -- the end
;

-- case: PL/pgSQL
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE n integer := 0;
BEGIN
    SELECT count(*) INTO n FROM invoice WHERE customer_id = NEW.customer_id;
    IF n > 3 THEN RAISE NOTICE 'many: %', n; END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER customer_touch BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION touch();

-- case: DO block
DO $$ BEGIN PERFORM 1 FROM artist; END $$;

-- case: transaction
-- truth: none
BEGIN;
UPDATE playlist SET name = 'x' WHERE playlist_id = 1;
SAVEPOINT a;
ROLLBACK TO SAVEPOINT a;
COMMIT;

-- case: explain
EXPLAIN (ANALYZE, BUFFERS, FORMAT json) SELECT name FROM artist WHERE artist_id = 1;

-- case: copy and psql
-- truth: none
\set ON_ERROR_STOP on
\copy artist (name, country) FROM 'artists.csv' WITH (FORMAT csv, HEADER)
SELECT name FROM artist WHERE country = :'country';

-- case: grants, comments, settings
GRANT SELECT ON artist TO PUBLIC;
COMMENT ON COLUMN artist.country IS 'ISO code';
SET LOCAL statement_timeout = '5s';
SHOW search_path;
ANALYZE artist;

-- case: create table like, partitioned, inherits
CREATE TABLE invoice_archive (LIKE invoice INCLUDING ALL);
CREATE TABLE measure (at timestamptz NOT NULL, v float8) PARTITION BY RANGE (at);
CREATE TABLE measure_2024 PARTITION OF measure FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
SELECT total, billing_city FROM invoice_archive WHERE status = 'paid';
SELECT at, v FROM measure_2024 WHERE v > 1;

-- case: row locks
SELECT invoice_id FROM invoice WHERE status = 'open' ORDER BY invoice_id FOR UPDATE SKIP LOCKED LIMIT 1;

-- case: text search and regular expressions
SELECT title, ts_rank(to_tsvector('english', title), plainto_tsquery('love')) FROM album
WHERE to_tsvector('english', title) @@ plainto_tsquery('love') AND title ~* '^the' AND title !~ 'x' AND title SIMILAR TO '(a|b)%';

-- case: system catalog
SELECT c.relname, n.nspname, pg_size_pretty(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r';
SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public';
SELECT pid, state, query FROM pg_stat_activity WHERE state <> 'idle';

-- case: whole-row reference
SELECT a, (a).name, row_to_json(a), a.* FROM artist a WHERE a IS NOT NULL;

-- case: VALUES list
VALUES (1, 'a'), (2, 'b');
SELECT v.id, v.label FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, label);

-- case: FETCH FIRST, TABLE, IS DISTINCT FROM
TABLE genre;
SELECT name FROM artist WHERE country IS DISTINCT FROM 'DE' ORDER BY name OFFSET 2 ROWS FETCH FIRST 5 ROWS ONLY;

-- case: CTE hints and used twice
WITH s AS MATERIALIZED (SELECT customer_id, sum(total) AS t FROM invoice GROUP BY 1), best AS (SELECT max(t) AS t FROM s)
SELECT s.customer_id FROM s JOIN best ON best.t = s.t;

-- case: GROUP BY with unique not enough, but functional dependency through the key of two tables
SELECT i.invoice_id, i.status, c.email, count(*) FROM invoice i JOIN customer c USING (customer_id) JOIN invoice_line l USING (invoice_id)
GROUP BY i.invoice_id, c.customer_id;

-- case: implicit casts
SELECT name FROM track WHERE unit_price > 1 AND bytes < 3.5 AND milliseconds = '1000' AND track_id = 4::smallint;
SELECT round(avg(total), 2), 'n: ' || count(*), total || '' FROM invoice GROUP BY total;

-- case: insert default and overriding
-- truth: none
INSERT INTO playlist DEFAULT VALUES;

-- case: insert overriding
INSERT INTO artist (artist_id, name) OVERRIDING SYSTEM VALUE VALUES (900, 'X');
INSERT INTO playlist (name, created_at) VALUES ('x', DEFAULT), ('y', '2024-01-01');

-- case: at time zone, overlaps, age
SELECT created_at AT TIME ZONE 'UTC', age(created_at), (created_at, interval '1 day') OVERLAPS (now(), now()), to_char(created_at, 'YYYY-MM') FROM playlist;

-- case: new view used below
CREATE OR REPLACE VIEW long_track AS SELECT track_id, name AS title FROM track WHERE milliseconds > 600000;
SELECT title FROM long_track WHERE track_id > 5;

-- case: non-ASCII text
SELECT name AS "Künstler 🎵", 'größer' AS größe FROM artist WHERE name = 'Die Ärzte 🎸';
-- case: AS as a name
SELECT name AS as, country AS select FROM artist;

