-- Welcome! The tables of this shop are in db/migrations.

-- 1. There is a misspelt column in this query. Put the cursor on it and press Ctrl+. (macOS: Cmd+.)
SELECT a.nme, count(*) AS albums
FROM artist AS a
JOIN album AS b ON b.artist_id = a.artist_id
GROUP BY a.artist_id;

-- 2. Type a space at the end of the last line. Grey text is a suggestion that has been checked:
--    Tab takes all of it, Ctrl+Right (macOS: Cmd+Right) takes a word.
SELECT a.name, count(*) FROM artist AS a JOIN