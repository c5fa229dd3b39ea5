-- Customers and who looks after them.
SELECT c.first_name, c.last_name, c.email, e.last_name AS support
FROM customer c
LEFT JOIN employee e ON e.employee_id = c.support_rep_id
WHERE c.country = 'Brazil'
ORDER BY c.last_name;
