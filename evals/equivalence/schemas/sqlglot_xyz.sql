-- The tables of sqlglot's optimizer fixtures; none has a key.
CREATE TABLE x (a INTEGER, b INTEGER);
CREATE TABLE y (b INTEGER, c INTEGER);
CREATE TABLE z (b INTEGER, c INTEGER);
CREATE TABLE w (d TEXT, e TEXT);
CREATE TABLE temporal (d DATE, t TIMESTAMP);
