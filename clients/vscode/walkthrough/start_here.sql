-- Welcome! The tables of this shop are in db/migrations.

-- Mend an error: there is a misspelt column here. Put the cursor on it, press Ctrl+. (macOS: Cmd+.)
SELECT c.last_nme, sum(i.total) AS spent
FROM customer AS c
JOIN invoice AS i ON i.customer_id = c.customer_id
GROUP BY c.customer_id;

-- Explain: put the cursor into this query, press Alt+Q, then E (macOS: Ctrl+Alt+Q).
-- Make it faster: Alt+Q, then O.
SELECT ar.name, (SELECT count(*) FROM album AS al WHERE al.artist_id = ar.artist_id) AS albums
FROM artist AS ar
ORDER BY albums DESC;

-- Ghost text: type JOIN and a space at the end of the last line. The grey text has been checked;
-- Tab takes all of it, Ctrl+Right (macOS: Cmd+Right) a word.
SELECT a.name, count(*)
FROM artist AS a