"""Generates the data of TPC-H and TPC-DS: `python -m evals.optimize.generate FOLDER --scale 0.1`.

DuckDB's generators come as wheels for one version of DuckDB, so that they work without a network
of DuckDB's own. They are run in a virtual environment that is thrown away. What stays is FOLDER
with a Parquet and a CSV file for each table, in `tpch` and `tpcds`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

VERSION = "1.5.5"
PACKAGES = ("duckdb", "duckdb-extensions", "duckdb-extension-tpch", "duckdb-extension-tpcds")

# Run by the other environment's Python; arguments: the folder and the scale factor.
_PROGRAM = """
import sys, pathlib, duckdb, duckdb_extensions
for name, call in (("tpch", "dbgen"), ("tpcds", "dsdgen")):
    folder = pathlib.Path(sys.argv[1]) / name
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as made:
        duckdb_extensions.import_extension(name, con=made)
        made.execute(f"LOAD {name}")
        made.execute(f"CALL {call}(sf={float(sys.argv[2])})")
        for (table,) in made.execute("SHOW TABLES").fetchall():
            for form in ("parquet", "csv"):
                target = str(folder / f"{table}.{form}").replace("'", "''")
                made.execute(f"COPY {table} TO '{target}'")
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.optimize.generate")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=0.1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sureql-tpc-") as place:
        venv.create(place, with_pip=True)
        python = Path(place) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        wanted = [f"{package}=={VERSION}" for package in PACKAGES]
        subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=True)
        subprocess.run([python, "-c", _PROGRAM, options.folder, str(options.scale)], check=True)


if __name__ == "__main__":
    main()
