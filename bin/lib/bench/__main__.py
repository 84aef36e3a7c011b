"""Measures a release build against a plain-text answer of the same server, the engines' own limits, and itself on less.

usage: bench LUOSHI POSTGRES [NAME…]; prints `measure NAME VALUE UNIT floor|ceiling BOUND ok|short` for each measure.
`safe` is what strangers and accidents cost; its parts are measured one by one as well: `safe-bodies`,
`safe-connections`, `safe-exports`, `safe-kills`, `safe-before`.
LUOSHI_BENCH_CASES: cases beside the demo (100,000); LUOSHI_BENCH_MANY: what `at-scale` measures on (1,000,000, beside a
hundredth of it); LUOSHI_BENCH_ENGINES: of the last two measures (sqlite postgres); LUOSHI_BENCH_TIMES: how often
`hundredfold` has the county (100); LUOSHI_BENCH_FRAME: how long the list is that `evaluation` draws from (30,000,000); LUOSHI_BENCH_SECONDS: how long each load lasts (8).
Of `safe`: LUOSHI_BENCH_BYTES: the size of the worst bodies (5,000,000); LUOSHI_BENCH_HALF_OPEN: connections that
never get on (5,000); LUOSHI_BENCH_ROUNDS: how often the server is killed (100), on each of LUOSHI_BENCH_ENGINES if
that is set, else on sqlite; LUOSHI_BENCH_BEFORE: an older luoshi to compare with, in so many turns as
LUOSHI_BENCH_PAIRS says (5).
"""
import os
import re
import shutil
import sys
import tempfile
import time

import before
import bodies
import county
import crowds
import evaluation
import hundredfold
import kills
import limits
from ground import Ground, Postgres
from server import CREATION, Load, Server, command, note, say, signed

CASES = int(os.environ.get("LUOSHI_BENCH_CASES", "100000"))
ENGINES = os.environ.get("LUOSHI_BENCH_ENGINES", "sqlite postgres").split()
MANY = int(os.environ.get("LUOSHI_BENCH_MANY", "1000000"))


class Bench:
    """What is shared between measures."""

    def __init__(self, binary, address, folder):
        self.binary, self.folder, self.postgres = binary, folder, Postgres(address)
        self._usual, self.import_memory = None, 0

    @property
    def usual(self):
        """The demo and LUOSHI_BENCH_CASES more, embedded: made when first asked for."""
        if self._usual is None:
            self._usual = Ground(self.binary, self.folder, "usual")
            self.import_memory = self._usual.fill(CASES)
        return self._usual

    def script(self, name, text):
        path = os.path.join(self.folder, name + ".lua")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def hello(self, server):
        hello = Load(server, "/robots.txt")
        note(f"hello: {hello}")
        return hello

    # Each measure by its name.

    def start(self):
        with Server(self.binary, self.usual.place) as server:
            say("start", server.first_answer, "s", "ceiling", 0.5)

    def idle_memory(self):
        with Server(self.binary, self.usual.place) as server:
            time.sleep(2)
            say("idle-memory", server.resident_megabytes(), "MB", "ceiling", 60)

    def list_page(self):
        with Server(self.binary, self.usual.place) as server:
            hello, script = self.hello(server), self.script("list", signed(server.token("qinxiaoman")))
            page = Load(server, "/cases", script)
            note(f"list page of 50 among {CASES}: {page}")
            say("list-page", page.rate / hello.rate if page.refused == 0 else 0, "of-hello", "floor", 1 / 6)

    def durable_creation(self):
        with Server(self.binary, self.usual.place) as server:
            hello, script = self.hello(server), self.script("create", signed(server.token("qinxiaoman")) + CREATION)
            made = Load(server, "/api/v1/cases", script)
            note(f"durable creation, 64 clients: {made}; memory after it {server.resident_megabytes():.0f} MB")
            say("durable-creation", made.rate / hello.rate if made.refused == 0 else 0, "of-hello", "floor", 1 / 8)

    def engine_limit(self):
        for engine in ENGINES:
            for clients in [64, 256]:
                ground = Ground(self.binary, self.folder, f"creation_{engine}_{clients}", self.postgres if engine == "postgres" else None)
                with Server(self.binary, ground.place) as server:
                    token = server.token("qinxiaoman")
                    case = server.ask("/api/v1/cases", {"source": "patrol", "place": "东1号楼", "body": "楼道口井盖破损，老人走过去容易绊倒，请尽快换上新的井盖。"}, token)["id"]
                    made = Load(server, "/api/v1/cases", self.script("create", signed(token) + CREATION), clients)
                if ground.postgres:
                    limit = limits.postgres(self.folder, ground.place[1], case, clients)
                    self.postgres.drop(ground.place[1])
                else:
                    limit = limits.sqlite(self.folder, ground.place[1], case, clients)
                note(f"{engine}, {clients} clients: {made}; the engine by itself {limit:.0f}/s")
                say(f"durable-creation-{engine}-{clients}", made.rate / limit if made.refused == 0 else 0, "of-engine", "floor", 0.5)

    def at_scale(self):
        for engine in ENGINES:
            slowness = {}
            for count in [MANY // 100, MANY]:
                ground = Ground(self.binary, self.folder, f"scale_{engine}_{count}", self.postgres if engine == "postgres" else None)
                ground.fill(count)
                with Server(self.binary, ground.place) as server:
                    token = server.token("guoyunheng")
                    script = self.script("leader", signed(token))
                    case = server.ask("/api/v1/cases?limit=1", token=token)["items"][0]["id"]
                    for name, path in {"overview": "/overview?span=year", "list": "/cases", "case": f"/cases/{case}"}.items():
                        server.settle(path, token)
                        load = Load(server, path, script)
                        note(f"{engine}, {name} among {count}: {load}; memory {server.resident_megabytes():.0f} MB")
                        slowness.setdefault(name, []).append(load.p99 if load.refused == 0 else float("inf"))
                if ground.postgres:
                    self.postgres.drop(ground.place[1])
                else:
                    shutil.rmtree(ground.place[1])
            for name, (few, many) in slowness.items():
                say(f"{name}-p99-{engine}", many, "ms", "ceiling", 50)
                say(f"{name}-growth-{engine}", many / few, "of-a-hundredth", "ceiling", 3)

    def audit_verify(self):
        out, seconds, memory = command([self.binary, "audit", "verify", *self.usual.place])
        lines = sum(int(number) for number in re.findall(r": (\d+) lines", out))
        note(f"audit verify: {lines} lines in {seconds:.2f} s, {memory:.0f} MB")
        say("audit-verify", lines / seconds, "events-a-second", "floor", 200_000)

    def import_memory_measure(self):
        self.usual
        say("import-memory", self.import_memory, "MB", "ceiling", 200)

    def county(self):
        county.measure(self.binary, self.folder)

    def hundredfold(self):
        hundredfold.measure(self.binary, self.folder)

    def evaluation(self):
        evaluation.measure(self.binary, self.folder)

    def kills(self):
        engines = ENGINES if "LUOSHI_BENCH_ENGINES" in os.environ else ["sqlite"]
        kills.measure(self.binary, self.folder, self.postgres, engines)

    @property
    def safe_parts(self):
        return {"safe-bodies": lambda: bodies.measure(self.binary, self.folder),
                "safe-connections": lambda: crowds.connections(self.binary, self.folder),
                "safe-exports": lambda: crowds.exports(self.binary, self.folder),
                "safe-kills": self.kills, "safe-before": lambda: before.measure(self.binary, self.folder)}

    def safe(self):
        for part in self.safe_parts.values():
            part()

    @property
    def measures(self):
        return {"list-page": self.list_page, "durable-creation": self.durable_creation, "idle-memory": self.idle_memory,
                "start": self.start, "audit-verify": self.audit_verify, "import-memory": self.import_memory_measure,
                "engine-limit": self.engine_limit, "at-scale": self.at_scale, "county": self.county, "hundredfold": self.hundredfold,
                "evaluation": self.evaluation, "safe": self.safe}


def main():
    binary, address = sys.argv[1:3]
    folder = tempfile.mkdtemp(prefix="luoshi-bench-")
    bench = Bench(binary, address, folder)
    wanted = sys.argv[3:] or list(bench.measures)
    known = bench.measures | bench.safe_parts
    unknown = set(wanted) - set(known)
    if unknown:
        raise SystemExit(f"no such measure: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    try:
        for name in wanted:
            known[name]()
    finally:
        shutil.rmtree(folder)


main()
