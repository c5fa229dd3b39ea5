SELECT (SELECT count(*) FROM lineitem WHERE l_returnflag = 'R') AS returned,
       (SELECT count(*) FROM lineitem WHERE l_returnflag = 'A') AS accepted,
       (SELECT sum(l_quantity) FROM lineitem WHERE l_returnflag = 'N') AS open_quantity,
       (SELECT count(*) FROM lineitem WHERE l_linestatus = 'O') AS open_lines
