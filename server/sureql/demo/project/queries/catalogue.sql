-- Albums with the number of their tracks.
SELECT ar.name, al.title, count(*) AS tracks
FROM album al
JOIN artist ar ON ar.artist_id = al.artist_id
JOIN track t ON t.album_id = al.album_id
GROUP BY ar.name, al.title
ORDER BY ar.name, al.title;

-- The longest tracks.
SELECT t.name, t.milliseconds / 60000.0 AS minutes
FROM track t
ORDER BY t.milliseconds DESC
LIMIT 10;
