"""Judging, repeated and at a hundred times the size, and a draw of some thousands from a list of millions: from files alone."""
import json
import os
import re
import sqlite3

from server import command, note, say

SCHEME = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "Schemes", "ruyang-two-month", "2019.evaluation.yaml")
FRAME = int(os.environ.get("LUOSHI_BENCH_FRAME", "30000000"))


def facts_of_the_county(binary, folder):
    """The frozen facts of the county's last round, played to its end."""
    place = os.path.join(folder, "played")
    command([binary, "demo", "--data", place, "--county", "ruyang", "--until", "2019-10-25"])
    database = sqlite3.connect(os.path.join(place, "luoshi.sqlite"))
    (text,) = database.execute("SELECT facts FROM evaluation_round WHERE layer = 'sampled'").fetchone()
    database.close()
    return json.loads(text)


def times(facts, count):
    """So many counties in one list: units and facts under names of their own."""
    whole = dict(facts, units=[], facts=[])
    for county in range(count):
        def name(text):
            return f"{county}-{text}"
        for unit in facts["units"]:
            whole["units"].append(dict(unit, id=name(unit["id"]), within={kind: name(outer) for kind, outer in unit["within"].items()}))
        for fact in facts["facts"]:
            whole["facts"].append(dict(fact, unit=name(fact["unit"])))
    return whole


def write(folder, name, value):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)
    return path


def measure(binary, folder):
    # First: what this process holds itself counts into the memory of the commands that it starts.
    draw(binary, folder)
    facts = facts_of_the_county(binary, folder)
    one = write(folder, "facts.json", facts)
    judge = [binary, "evaluate", "--scheme", SCHEME]
    _, seconds, memory = command([*judge, "--facts", one, "--format", "json"])
    note(f"{len(facts['units'])} units, {len(facts['facts'])} facts; {memory:.0f} MB")
    say("evaluation", seconds, "s", "ceiling", 1)
    many = write(folder, "hundred.json", times(facts, 100))
    _, hundred, memory = command([*judge, "--facts", many, "--format", "json"])
    note(f"100 counties in one list: {hundred / seconds:.0f} × one")
    say("evaluation-hundred", hundred, "s", "ceiling", 60)
    say("evaluation-hundred-memory", memory, "MB", "ceiling", 1000)
    printed, _, _ = command([*judge, "--facts", one, "--times", "1000"])
    say("dry-runs", float(re.search(r"([0-9.e-]+) s", printed)[1]), "s", "ceiling", 10)


def draw(binary, folder):
    """2,000 of 30 million in proportion to size, the list read and not held."""
    frame, seed = os.path.join(folder, "frame.tsv"), os.path.join(folder, "seed")
    with open(frame, "w", encoding="ascii") as file:
        for start in range(0, FRAME, 100_000):
            file.write("".join(f"h{number}\t\t{number % 9 + 1}\n" for number in range(start, min(start + 100_000, FRAME))))
    command([binary, "sample", "commit", "--frame", frame, "--seed-file", seed])
    printed, seconds, memory = command(
        [binary, "sample", "draw", "--frame", frame, "--seed-file", seed, "--design", "pps", "--size", "2000", "--streaming", "--format", "json"])
    drawn = json.loads(printed)["drawn"]
    if sum(item["hits"] for item in drawn) != 2000:
        raise SystemExit(f"{len(drawn)} drawn")
    note(f"2,000 of {FRAME} in {seconds:.0f} s: {FRAME / seconds / 1e6:.1f} million lines a second, read twice")
    say("draw-memory", memory, "MB", "ceiling", 200)
    os.remove(frame)
