-- The tables that Calcite's rule tests are about, with the columns that the pairs use.
CREATE TABLE dept (deptno INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL);
CREATE TABLE emp (
    empno INTEGER NOT NULL PRIMARY KEY,
    ename VARCHAR(20) NOT NULL,
    job VARCHAR(10) NOT NULL,
    mgr INTEGER,
    hiredate TIMESTAMP NOT NULL,
    sal INTEGER NOT NULL,
    comm INTEGER NOT NULL,
    deptno INTEGER NOT NULL,
    slacker BOOLEAN NOT NULL
);
CREATE TABLE bonus (ename VARCHAR(20) NOT NULL, job VARCHAR(10) NOT NULL, sal INTEGER, comm INTEGER);
CREATE TABLE account (acctno INTEGER NOT NULL, type VARCHAR(20) NOT NULL, balance INTEGER NOT NULL);
CREATE TABLE anon (c INTEGER NOT NULL);
