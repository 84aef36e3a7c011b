"""A server that is killed under load, again and again: what it acknowledged is there afterwards, once."""
import collections
import http.client
import itertools
import json
import os
import random
import sqlite3
import subprocess
import threading
import time

from ground import Ground
from server import Server, note, say

ROUNDS = int(os.environ.get("LUOSHI_BENCH_ROUNDS", "100"))
# How many send cases and visits, rows of an import, and how much is sent again after a restart.
CASES, VISITS, ROWS, AGAIN = 4, 4, 20, 12
# Letters only: what looks like a telephone number would be masked.
LETTERS = "abcdefghijklmnopqrstuvwxyz"
REFUSED = {}
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def word(number):
    text = ""
    while number or not text:
        number, letter = divmod(number, 26)
        text = LETTERS[letter] + text
    return text


def new_id():
    """As a telephone makes it that was offline."""
    number = int(time.time() * 1000) << 80 | random.getrandbits(80)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


class Record:
    """Something that is sent until it is acknowledged, under one identity: an id or an Idempotency-Key."""

    numbers = itertools.count()

    def __init__(self, kind, path, token, status, fields=None, table=None, has_id=False):
        number = next(Record.numbers)
        self.kind, self.path, self.status = kind, path, status
        self.mark = f"kill-{kind}-{word(number)}"
        content = "text/csv" if table else "application/json"
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": content}
        self.answer, self.tries, self.line = None, 0, None
        if has_id:
            fields["id"] = new_id()
        else:
            self.headers["Idempotency-Key"] = self.mark
        if table:
            self.rows = [f"{self.mark}-{word(row)}" for row in range(ROWS)]
            lines = [f"{row},楼道堆物,{row}\n" for row in self.rows]
            self.body = ("number,body,place\n" + "".join(lines)).encode()
        else:
            fields[fields.pop("mark")] = self.mark
            self.body = json.dumps(fields).encode()


class Writers:
    """People who send records of every kind while the gate is open, each until it is acknowledged."""

    def __init__(self, server):
        self.port, self.gate, self.ended = server.port, threading.Event(), threading.Event()
        self.acknowledged, self.faults, self.busy, self.lock = [], [], set(), threading.Lock()
        for number, make in enumerate(self.makers(server)):
            threading.Thread(target=self.write, args=(number, make), daemon=True).start()

    def makers(self, server):
        """A function for each writer that makes the next record."""
        clerk, visitor = server.token("qinxiaoman"), server.token("ts101")
        for number in range(CASES):
            # Half of them as telephones do, half as programs do.
            yield lambda number=number: Record("case", "/api/v1/cases", clerk, 201, {
                "source": "patrol", "body": "楼道堆物", "mark": "place"}, has_id=number % 2 == 0)
        found = server.ask("/api/v1/register?kind=registered&limit=200", token=visitor)["items"]
        homes = [f"/api/v1/register/{item['id']}/visits" for item in found]
        for number in range(VISITS):
            doors = itertools.cycle(homes[number::VISITS])
            yield lambda number=number, doors=doors: Record("visit", next(doors), visitor, 201, {
                "result": "met", "mark": "note"}, has_id=number % 2 == 0)
        for login in ("shanglikun", "tm209"):
            token = server.token(login)
            sheet = server.ask("/api/v1/sheets", token=token)["items"][0]["id"]
            lines = server.ask(f"/api/v1/sheets/{sheet}", token=token)["lines"]
            yield self.marking(token, sheet, itertools.cycle([line for line in lines if not line["refused"]]))
        for login in ("admin", "ruyang-admin"):
            token, path = server.token(login), "/api/v1/imports/cases?source=hotline"
            yield lambda token=token, path=path: Record("import", path, token, 200, table=True)

    @staticmethod
    def marking(token, sheet, lines):
        def make():
            line = next(lines)
            record = Record("mark", f"/api/v1/sheets/{sheet}/marks", token, 200, {
                "unit": line["unit"], "indicator": line["indicator"], "mark": "why"})
            fields = json.loads(record.body)
            record.body = json.dumps(fields | {"mark": random.randint(0, line["most"])}).encode()
            record.line = (sheet, line["unit"], line["indicator"])
            return record
        return make

    def send(self, connection, record):
        """The answer to one try; None if it says to try again, REFUSED if it was one that cannot be."""
        connection.request("POST", record.path, record.body, record.headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status == record.status:
            return json.loads(text)
        # Busy, or an import of the same person that is still being done.
        if answer.status == 503 or answer.status == 409 and record.kind == "import":
            return None
        with self.lock:
            self.faults.append(
                f"{record.mark} was answered {answer.status}: {text[:200].decode(errors='replace')}")
        return REFUSED

    def write(self, number, make):
        connection = None
        while not self.ended.is_set():
            if not self.gate.wait(0.1):
                continue
            with self.lock:
                if not self.gate.is_set():
                    continue
                self.busy.add(number)
            record = make()
            while record.answer is None and not self.ended.is_set():
                record.tries += 1
                try:
                    connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                    record.answer = self.send(connection, record)
                except (OSError, http.client.HTTPException):
                    connection.close()
                    connection = None
                if record.answer is None:
                    time.sleep(0.02)
            with self.lock:
                if record.answer not in (None, REFUSED):
                    self.acknowledged.append(record)
                self.busy.discard(number)

    def drain(self):
        """Waits until everything that was sent is acknowledged."""
        with self.lock:
            self.gate.clear()
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with self.lock:
                if not self.busy:
                    return
            time.sleep(0.01)
        raise SystemExit(f"not acknowledged two minutes after the restart; {self.faults[-3:]}")

    def ask_again(self):
        """Some of what was acknowledged, sent again: the same answer has to come."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        for record in random.sample(self.acknowledged, min(AGAIN, len(self.acknowledged))):
            first, again = record.answer, self.send(connection, record)
            # What is known by its `id` is shown as it is now; by its key the first answer is given again.
            if again and (again["id"] != first["id"] if "id" in first else again != first):
                self.faults.append(f"{record.mark} was first answered {first}, later {again}")
        connection.close()


class Database:
    """Reads what is stored, past the server."""

    def __init__(self, ground):
        self.address = ground.place[1] if ground.postgres else None
        self.file = os.path.join(ground.place[1], "luoshi.sqlite")
        self.first = dict(self.rows("SELECT county, event_seq FROM county_head"))
        self.owed = self.debts()

    def rows(self, question):
        if self.address:
            words = ["psql", "-qAt", "-F", "\t", self.address, "-c", question]
            out = subprocess.run(words, check=True, capture_output=True, text=True).stdout
            return [tuple(line.split("\t")) for line in out.splitlines()]
        database = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=30)
        try:
            return database.execute(question).fetchall()
        finally:
            database.close()

    def events(self, kind, column):
        """That column of each line of one kind that came since the start."""
        since = " OR ".join(f"county = '{county}' AND seq > {seq}" for county, seq in self.first.items())
        found = self.rows(f"SELECT {column} FROM event WHERE kind = '{kind}' AND ({since})")
        return [row[0] for row in found]

    def debts(self):
        """How many visits the sums say are done, less those that are marked as done: always the same."""
        paid = self.rows("SELECT COUNT(*) FROM duty_due WHERE visit IS NOT NULL")[0][0]
        return int(self.rows("SELECT SUM(done) FROM duty_count")[0][0]) - int(paid)

    def check(self, acknowledged):
        """What of it is lost and what is there more than once, each told in words."""
        lost, doubled = [], []
        cases = {place: (int(count), id) for place, count, id in self.rows(
            "SELECT place, COUNT(*), MIN(id) FROM case_file WHERE place LIKE 'kill-%' GROUP BY place")}
        visits = {text: (int(count), id) for text, count, id in self.rows(
            "SELECT note, COUNT(*), MIN(id) FROM visit WHERE note LIKE 'kill-%' GROUP BY note")}
        for found in (cases, visits):
            doubled += [f"{mark} is stored {count} times" for mark, (count, _) in found.items() if count > 1]
        visited = [json.loads(body)["visit"] for body in self.events("visit.record", "body")]
        told = {"case": collections.Counter(self.events("case.report", "subject_id")),
                "visit": collections.Counter(visited)}
        doubled += [f"the log tells of the {kind} {id} {count} times"
                    for kind, counts in told.items() for id, count in counts.items() if count > 1]
        sent, last = collections.Counter(record.kind for record in acknowledged), {}
        for record in acknowledged:
            if record.kind in ("case", "visit"):
                count, id = (cases if record.kind == "case" else visits).get(record.mark, (0, None))
                if count == 0 or id != record.answer["id"] or told[record.kind][id] == 0:
                    lost.append(f"{record.mark} was acknowledged as {record.answer['id']}; stored is {id}, "
                                f"the log has {told[record.kind][id]} lines of it")
            elif record.kind == "import":
                there = sum(row in cases for row in record.rows)
                if there < ROWS:
                    lost.append(f"{record.mark}: {there} of its {ROWS} rows are there")
            else:
                last[record.line] = record.mark
        kept = {row[0] for row in self.rows("SELECT why FROM sheet_mark WHERE why LIKE 'kill-%'")}
        lost += [f"{mark} was the last of its line and is gone" for mark in last.values() if mark not in kept]
        for kind, event in {"mark": "sheet.mark", "import": "case.import"}.items():
            count = len(self.events(event, "seq"))
            if count != sent[kind]:
                (lost if count < sent[kind] else doubled).append(
                    f"{sent[kind]} of kind {kind} were acknowledged, the log tells of {count}")
        if self.debts() != self.owed:
            doubled.append("the sums of visits differ from the visits")
        return lost, doubled


def verify(binary, ground):
    """What is wrong with the log; empty if it is sound."""
    done = subprocess.run([binary, "audit", "verify", *ground.place], capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout[-500:] + done.stderr[-500:]


def run(binary, ground, engine):
    server, writers = Server(binary, ground.place), None
    lost, doubled, faults, unverified, slowest = {}, {}, [], [], 0
    try:
        writers, database = Writers(server), Database(ground)
        for number in range(1, ROUNDS + 1):
            writers.gate.set()
            time.sleep(random.uniform(0.05, 0.6))
            server.kill()
            server = Server(binary, ground.place, server.port)
            slowest = max(slowest, server.first_answer)
            writers.drain()
            writers.ask_again()
            missing, more = database.check(writers.acknowledged)
            wrong = verify(binary, ground)
            told = [text for text in missing + more if text not in lost and text not in doubled]
            for text in (told + writers.faults)[:10] + [wrong] * bool(wrong):
                note(f"{engine}, round {number}: {text}")
            lost, doubled = lost | dict.fromkeys(missing), doubled | dict.fromkeys(more)
            faults += writers.faults
            unverified += [number] * bool(wrong)
            writers.faults.clear()
            if number % 10 == 0 or number == ROUNDS:
                kinds = collections.Counter(record.kind for record in writers.acknowledged)
                again = sum(record.tries > 1 for record in writers.acknowledged)
                told = ", ".join(f"{kinds[kind]} {kind}s" for kind in sorted(kinds))
                note(f"{engine}, round {number}: acknowledged {told}; {again} sent more than once; "
                     f"the slowest restart took {slowest:.2f} s")
    finally:
        if writers:
            writers.ended.set()
        server.kill()
    say(f"kills-lost-{engine}", len(lost), "records", "ceiling", 0)
    say(f"kills-doubled-{engine}", len(doubled), "records", "ceiling", 0)
    say(f"kills-wrong-answers-{engine}", len(faults), "answers", "ceiling", 0)
    say(f"kills-unverified-{engine}", len(unverified), "rounds", "ceiling", 0)


def measure(binary, folder, postgres, engines):
    for engine in engines:
        cluster = postgres if engine == "postgres" else None
        ground = Ground(binary, folder, f"kills_{engine}", cluster, county=None)
        run(binary, ground, engine)
        if ground.postgres:
            postgres.drop(ground.place[1])
