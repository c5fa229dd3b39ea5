-- dialect: postgres
-- Chinook with its quoted CamelCase names, beside a schema in snake_case.

CREATE TABLE "Artist" (
    "ArtistId" int PRIMARY KEY,
    "Name" varchar(120)
);

CREATE TABLE "Album" (
    "AlbumId" int PRIMARY KEY,
    "Title" varchar(160) NOT NULL,
    "ArtistId" int NOT NULL REFERENCES "Artist" ("ArtistId")
);

CREATE TABLE "Genre" (
    "GenreId" int PRIMARY KEY,
    "Name" varchar(120)
);

CREATE TABLE "Track" (
    "TrackId" int PRIMARY KEY,
    "Name" varchar(200) NOT NULL,
    "AlbumId" int REFERENCES "Album" ("AlbumId"),
    "GenreId" int REFERENCES "Genre" ("GenreId"),
    "Composer" varchar(220),
    "Milliseconds" int NOT NULL,
    "UnitPrice" numeric(10, 2) NOT NULL
);

CREATE TABLE "Playlist" (
    "PlaylistId" int PRIMARY KEY,
    "Name" varchar(120)
);

CREATE TABLE "PlaylistTrack" (
    "PlaylistId" int NOT NULL REFERENCES "Playlist" ("PlaylistId"),
    "TrackId" int NOT NULL REFERENCES "Track" ("TrackId"),
    PRIMARY KEY ("PlaylistId", "TrackId")
);

CREATE TABLE "Employee" (
    "EmployeeId" int PRIMARY KEY,
    "LastName" varchar(20) NOT NULL,
    "FirstName" varchar(20) NOT NULL,
    "ReportsTo" int REFERENCES "Employee" ("EmployeeId"),
    "HireDate" timestamp
);

CREATE TABLE "Customer" (
    "CustomerId" int PRIMARY KEY,
    "FirstName" varchar(40) NOT NULL,
    "LastName" varchar(20) NOT NULL,
    "Email" varchar(60) NOT NULL,
    "Country" varchar(40),
    "SupportRepId" int REFERENCES "Employee" ("EmployeeId")
);

CREATE SCHEMA sales;

CREATE TYPE sales.order_status AS ENUM ('pending', 'paid', 'shipped', 'returned');

CREATE TABLE sales.store (
    store_id serial PRIMARY KEY,
    city text NOT NULL,
    opened_on date
);

CREATE TABLE sales.orders (
    order_id bigserial PRIMARY KEY,
    customer_id int NOT NULL REFERENCES "Customer" ("CustomerId"),
    store_id int REFERENCES sales.store (store_id),
    status sales.order_status NOT NULL DEFAULT 'pending',
    placed_at timestamptz NOT NULL DEFAULT now(),
    shipped_at timestamptz,
    note text,
    details jsonb
);

CREATE TABLE sales.order_item (
    order_id bigint NOT NULL REFERENCES sales.orders (order_id),
    line_no int NOT NULL,
    track_id int NOT NULL REFERENCES "Track" ("TrackId"),
    quantity int NOT NULL DEFAULT 1,
    unit_price numeric(10, 2) NOT NULL,
    PRIMARY KEY (order_id, line_no)
);

CREATE TABLE sales.refund (
    refund_id bigserial PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES sales.orders (order_id),
    amount numeric(10, 2) NOT NULL,
    reason text,
    refunded_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sales.product (
    product_id serial PRIMARY KEY,
    sku text NOT NULL UNIQUE,
    title text NOT NULL,
    price numeric(10, 2) NOT NULL,
    stock int NOT NULL DEFAULT 0,
    discontinued boolean NOT NULL DEFAULT false
);

CREATE VIEW sales.order_totals AS
SELECT o.order_id, o.customer_id, o.status, sum(i.quantity * i.unit_price) AS order_total
FROM sales.orders o
JOIN sales.order_item i ON i.order_id = o.order_id
GROUP BY o.order_id, o.customer_id, o.status;

CREATE FUNCTION sales.net_price(price numeric, vat numeric DEFAULT 0.2) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$ SELECT price / (1 + vat) $$;
