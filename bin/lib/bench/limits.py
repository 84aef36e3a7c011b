"""What an engine does by itself: the rows of one reported case, written again and again without Luoshi."""
import os
import re
import sqlite3
import subprocess

from server import SECONDS

COUNTY = "410305"
# What tells one row from the next; everything else is taken from a case that was reported through HTTP.
OWN = {"id": "'limit-' || CAST(CAST(?1 AS BIGINT) AS TEXT)", "number": "'limit-' || CAST(CAST(?1 AS BIGINT) AS TEXT)",
       "subject_id": "'limit-' || CAST(CAST(?1 AS BIGINT) AS TEXT)", "seq": "1000000000 + CAST(?1 AS BIGINT)"}
TABLES = {"case_file": "id", "case_history": "id", "event": "subject_kind = 'case' AND subject_id", "case_unindexed": "id"}


def statements(case, columns):
    """One INSERT a table that a report writes. `columns`: a function from a table to its columns."""
    for table, key in TABLES.items():
        names = columns(table)
        taken = ", ".join(OWN.get(name, f'"{name}"') for name in names)
        into = ", ".join(f'"{name}"' for name in names)
        # The search notes are taken up and cleared while we look: that row is written as it would be.
        source = "case_file" if table == "case_unindexed" else table
        yield f"INSERT INTO {table} ({into}) SELECT {taken} FROM {source} WHERE county = '{COUNTY}' AND {key} = '{case}'"


def sqlite(folder, data, case, clients):
    """Cases a second that a loop in C writes into a copy of the database, `clients` in a commit."""
    program = os.path.join(folder, "limit")
    if not os.path.exists(program):
        source = os.path.join(os.path.dirname(__file__), "limit.c")
        subprocess.run(["cc", "-O2", "-o", program, source, "-lsqlite3"], check=True)
    copy, script = os.path.join(folder, "limit.sqlite"), os.path.join(folder, "limit.sql")
    with sqlite3.connect(os.path.join(data, "luoshi.sqlite")) as original, sqlite3.connect(copy) as target:
        original.backup(target)
        columns = lambda table: [row[1] for row in target.execute(f"PRAGMA table_info({table})")]
        text = ";\n".join(statements(case, columns))
    with open(script, "w", encoding="utf-8") as file:
        file.write(text)
    out = subprocess.run([program, copy, script, str(clients), SECONDS], check=True, capture_output=True, text=True).stdout
    for end in ["", "-wal", "-shm"]:
        if os.path.exists(copy + end):
            os.remove(copy + end)
    return float(out)


def postgres(folder, address, case, clients):
    """Cases a second that pgbench writes with as many clients, each commit durable."""
    def columns(table):
        question = f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        return subprocess.run(["psql", "-qAt", address, "-c", question], check=True, capture_output=True, text=True).stdout.split()

    script = os.path.join(folder, "limit.pgbench")
    body = ";\n".join(statements(case, columns)).replace("?1", ":n")
    with open(script, "w", encoding="utf-8") as file:
        file.write(f"\\set k :k + 1\n\\set n :start + :client_id * 100000 + :k\nBEGIN;\n{body};\nCOMMIT;\n")
    out = subprocess.run(
        ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", SECONDS, "-D", "k=0", "-D", f"start={clients * 1000000}",
         "-f", script, address], check=True, capture_output=True, text=True).stdout
    return float(re.search(r"tps = ([\d.]+)", out)[1])
