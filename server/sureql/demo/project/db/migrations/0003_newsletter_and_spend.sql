-- Later changes: migrations are read in order, so these are known too.
ALTER TABLE customer ADD COLUMN newsletter INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invoice RENAME COLUMN issued_on TO invoice_date;

CREATE VIEW customer_spend AS
SELECT c.customer_id, c.last_name, c.country, sum(i.total) AS spent
FROM customer c
JOIN invoice i ON i.customer_id = c.customer_id
WHERE i.status = 'paid'
GROUP BY c.customer_id, c.last_name, c.country;
