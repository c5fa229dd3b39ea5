-- Revenue per country in paid invoices.
SELECT c.country, sum(i.total) AS revenue
FROM customer c
JOIN invoice i ON i.customer_id = c.customer_id
WHERE i.status = 'paid'
GROUP BY c.country
ORDER BY revenue DESC;

-- Revenue per genre.
SELECT g.name, sum(il.unit_price * il.quantity) AS revenue
FROM invoice_line il
JOIN track t ON t.track_id = il.track_id
JOIN genre g ON g.genre_id = t.genre_id
GROUP BY g.name
ORDER BY revenue DESC;
