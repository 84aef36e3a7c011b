"""A hundred times the county: its registered households copied ninety-nine times within it, and the same questions asked again."""
import os
import shutil
import sqlite3
import time

from server import Load, Server, command, note, say, signed

TIMES = int(os.environ.get("LUOSHI_BENCH_TIMES", "100"))
# Crockford's letters. A copy's identity has the two behind the moment moved on by its number: never onto the original, and the
# tail, which counts on within a moment, stays as it is.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# What is copied: each table with the columns that hold an identity of a copied row, and those whose text has to differ.
TABLES = [
    ("household", ["id"], ["number"]),
    ("household_version", ["id"], []),
    ("member", ["id"], ["number"]),
    ("member_version", ["id", "household"], []),
    ("income_version", ["id"], []),
    ("measure", ["id", "household"], []),
    ("help_link", ["id", "household"], []),
    ("frozen_household", ["id"], []),
    ("visit", ["id", "household"], []),
    ("duty_due", ["subject", "visit"], []),
]
# Which rows belong to a registered household.
OF = {
    "household": "t.id", "household_version": "t.id", "member_version": "t.household", "income_version": "t.id", "measure": "t.household",
    "help_link": "t.household", "frozen_household": "t.id", "visit": "t.household", "duty_due": "t.subject",
}


def moved(identity, by):
    if identity is None:
        return None
    place = (LETTERS.index(identity[10]) * 32 + LETTERS.index(identity[11]) + by) % 1024
    return identity[:10] + LETTERS[place // 32] + LETTERS[place % 32] + identity[12:]


def multiply(file):
    """Copies within the database, in the order of the keys, without a journal: what breaks is made anew."""
    database = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -3000000", "foreign_keys = OFF", "temp_store = MEMORY"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TEMP TABLE wanted AS SELECT DISTINCT id FROM household_version WHERE kind = 'registered' AND until = '9999-12-31'"
                     " AND known_until = 253402300799000")
    database.execute("CREATE UNIQUE INDEX temp.wanted_id ON wanted (id)")
    database.create_function("moved", 2, moved, deterministic=True)
    database.execute("CREATE TEMP TABLE copy (n INTEGER PRIMARY KEY)")
    database.executemany("INSERT INTO copy VALUES (?)", [(n,) for n in range(1, TIMES)])
    for table, identities, texts in TABLES:
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        key = [row[1] for row in sorted(database.execute(f"PRAGMA table_info({table})"), key=lambda row: row[5]) if row[5]]

        def value(column):
            if column in identities:
                return f"moved(t.{column}, c.n)"
            return f"t.{column} || '-' || c.n" if column in texts else f"t.{column}"

        chosen = ("t.id IN (SELECT m.id FROM member_version m WHERE m.household IN (SELECT id FROM wanted))" if table == "member"
                  else f"{OF[table]} IN (SELECT id FROM wanted)")
        began = time.monotonic()
        database.execute("BEGIN")
        database.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(value(column) for column in columns)} FROM {table} t CROSS JOIN copy c"
            f" WHERE t.county = '410326' AND {chosen} ORDER BY c.n, {', '.join('t.' + column for column in key)}")
        database.execute("COMMIT")
        note(f"{table}: {database.execute('SELECT changes()').fetchone()[0]} rows in {time.monotonic() - began:.0f} s")
    database.execute("BEGIN")
    database.execute("CREATE TEMP TABLE sums AS SELECT campaign, duty, post, village, COUNT(*) AS households, COUNT(visit) AS done FROM duty_due"
                     " WHERE county = '410326' GROUP BY campaign, duty, post, village")
    database.execute("CREATE UNIQUE INDEX temp.sums_key ON sums (campaign, duty, post, village)")
    database.execute(
        "UPDATE duty_count SET due = CASE WHEN due < duty_count.households THEN due ELSE s.households END, households = s.households, done = s.done FROM sums s"
        " WHERE s.campaign = duty_count.campaign AND s.duty = duty_count.duty AND s.post = duty_count.post AND s.village = duty_count.village"
        " AND duty_count.county = '410326'")
    database.execute("COMMIT")
    database.execute("PRAGMA analysis_limit = 1000")
    database.execute("ANALYZE")
    households, people = database.execute(
        "SELECT COUNT(*), SUM(headcount) FROM household_version WHERE kind = 'registered' AND until = '9999-12-31'"
        " AND known_until = 253402300799000").fetchone()
    database.close()
    note(f"{households} registered households with {people} people")
    return households


def ask(binary, place):
    """Seconds of the recount; and over HTTP: the slowest list of a cell and the p99 of the coverage page, in ms."""
    recount = command([binary, "coverage", "--recount", *place])[1]
    with Server(binary, place) as server:
        leader = server.token("tanyiwei")
        towns = [t["id"] for t in server.ask("/api/v1/territories?level=town&limit=200", token=leader)["items"]]
        villages = [t["id"] for t in server.ask("/api/v1/territories?level=village&limit=200", token=leader)["items"]][:20]
        slowest = 0
        for cell in [f"territory={town}&kind=registered" for town in towns] + [f"territory={village}" for village in villages] + [
                "house_grade=C,D&kind=registered", "is_water_safe=no&kind=registered", "status=poor", "status=exit_planned"]:
            began = time.monotonic()
            server.ask(f"/api/v1/register?{cell}&limit=50", token=leader)
            slowest = max(slowest, (time.monotonic() - began) * 1000)
        script = place[1] + ".lua"
        with open(script, "w", encoding="utf-8") as file:
            file.write(signed(leader))
        # What is counted once after a start, and by one request every few seconds, is not what every reader waits for.
        server.settle("/campaign?by=town", leader)
        load = Load(server, "/campaign?by=town", script)
        note(f"coverage page: {load}; memory {server.resident_megabytes():.0f} MB")
    return recount, slowest, load.p99


def measure(binary, folder):
    place = ["--data", os.path.join(folder, "hundredfold")]
    command([binary, "demo", "--county", "ruyang", *place])
    file = os.path.join(place[1], "luoshi.sqlite")
    one, size = ask(binary, place), os.path.getsize(file)
    households = multiply(file)
    many, grown = ask(binary, place), os.path.getsize(file)
    note(f"{(grown - size) / (households - households / TIMES):.0f} bytes a copied household; {grown / 1e9:.1f} GB in all")
    for name, before, after, unit, ceiling in [
            ("hundredfold-recount", one[0], many[0], "s", 60), ("hundredfold-list", one[1], many[1], "ms", 200),
            ("hundredfold-coverage-p99", one[2], many[2], "ms", 100)]:
        note(f"{name}: {before:.2f} {unit} at the county's size, {after:.2f} {unit} at a hundred times: {after / before:.1f} ×")
        say(name, after, unit, "ceiling", ceiling)
    shutil.rmtree(place[1])
