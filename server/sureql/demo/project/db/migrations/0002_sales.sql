-- Who buys it, and who looks after them.
CREATE TABLE employee (
    employee_id INTEGER PRIMARY KEY AUTOINCREMENT,
    first_name  TEXT NOT NULL,
    last_name   TEXT NOT NULL,
    title       TEXT,
    reports_to  INTEGER REFERENCES employee (employee_id)
);

CREATE TABLE customer (
    customer_id    INTEGER PRIMARY KEY AUTOINCREMENT,
    first_name     TEXT NOT NULL,
    last_name      TEXT NOT NULL,
    email          TEXT NOT NULL UNIQUE,
    country        TEXT NOT NULL,
    support_rep_id INTEGER REFERENCES employee (employee_id)
);

CREATE TABLE invoice (
    invoice_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (customer_id),
    issued_on   TEXT NOT NULL,
    status      TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'void')),
    total       NUMERIC NOT NULL
);

CREATE TABLE invoice_line (
    invoice_line_id INTEGER PRIMARY KEY AUTOINCREMENT,
    invoice_id      INTEGER NOT NULL REFERENCES invoice (invoice_id),
    track_id        INTEGER NOT NULL REFERENCES track (track_id),
    unit_price      NUMERIC NOT NULL,
    quantity        INTEGER NOT NULL DEFAULT 1
);
