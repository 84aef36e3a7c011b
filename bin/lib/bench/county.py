"""The county of the seed: its register taken in, its figures counted, its visits on the way."""
import http.client
import os
import shutil
import sqlite3
import subprocess
import threading
import time

from server import Load, Server, command, note, say, signed

# What hangs on a household, from the leaves to the trunk: emptied to take the register in anew.
REGISTER = ("look_back", "exit_step", "duty_count", "duty_due", "visit", "frozen_household", "campaign", "help_link", "measure", "double_entry", "change_request",
            "income_version", "member_version", "member", "household_version", "household")

# So many visits a second, by so many telephones.
VISITS, WALKERS = 200, 20


class County:
    """Ruyang with the push played, embedded, and an empty twin with the same land and posts."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, os.path.join(folder, "county")
        self.place = ["--data", self.folder]
        _, seconds, memory = command([binary, "demo", "--county", "ruyang", *self.place])
        note(f"the demo of the county took {seconds:.1f} s, {memory:.0f} MB")

    def twin(self):
        place = self.folder + "-empty"
        shutil.copytree(self.folder, place)
        database = sqlite3.connect(os.path.join(place, "luoshi.sqlite"))
        for table in REGISTER:
            database.execute(f"DELETE FROM {table}")
        database.commit()
        database.execute("VACUUM")
        database.close()
        return ["--data", place]

    def taking_in(self):
        sheet = self.folder + ".xlsx"
        _, seconds, memory = command(
            [self.binary, "export", "register", sheet, *self.place, "--where", "kind=registered", "--full", "--reason", "bench"])
        note(f"53,271 people written to a workbook in {seconds:.1f} s, {memory:.0f} MB")
        _, seconds, memory = command([self.binary, "import", "register", sheet, *self.twin(), "--since", "2018-12-31", "--income-year", "2018"])
        say("county-import", seconds, "s", "ceiling", 10)
        say("county-import-memory", memory, "MB", "ceiling", 200)

    def counting(self):
        say("county-recount", command([self.binary, "coverage", "--recount", *self.place])[1], "s", "ceiling", 2)
        say("county-as-of", command([self.binary, "count", "--as-of", "2019-03-31", *self.place])[1], "s", "ceiling", 2)
        size = os.path.getsize(os.path.join(self.folder, "luoshi.sqlite"))
        note(f"{size / 21_009:.0f} bytes a household, with members, incomes, debts, visits and log")

    def visiting(self):
        """Coverage pages for 64 clients while about 200 visits a second arrive."""
        with Server(self.binary, self.place) as server:
            leader, visitor = server.token("tanyiwei"), server.token("ts101")
            began = time.monotonic()
            server.ask("/api/v1/register/quality", token=leader)
            say("county-quality", time.monotonic() - began, "s", "ceiling", 5)
            households = [item["id"] for item in server.ask("/api/v1/register?kind=registered&limit=200", token=visitor)["items"]]

            def done():
                return sum(line["done"] for line in server.ask("/api/v1/coverage", token=leader)["items"])

            before, began = done(), time.monotonic()
            for household in households:
                if server.ask(f"/api/v1/register/{household}/visits", {"result": "met"}, visitor)["duties"]:
                    break
            assert done() == before + 1, "the visit shows"
            say("visit-to-figure", time.monotonic() - began, "s", "ceiling", 1)
            stop, sent = threading.Event(), []

            def walk(part):
                # As a telephone does: one connection that stays, a visit each tenth of a second.
                line = http.client.HTTPConnection("127.0.0.1", server.port)
                headers = {"Authorization": f"Bearer {visitor}", "Content-Type": "application/json"}
                due = time.monotonic()
                while not stop.is_set():
                    for household in part:
                        if stop.is_set():
                            return
                        line.request("POST", f"/api/v1/register/{household}/visits", b'{"result": "met"}', headers)
                        answer = line.getresponse()
                        answer.read()
                        assert answer.status == 201, answer.status
                        sent.append(household)
                        due += WALKERS / VISITS
                        time.sleep(max(0, due - time.monotonic()))

            walkers = [threading.Thread(target=walk, args=(households[index::WALKERS],)) for index in range(WALKERS)]
            script = self.folder + ".lua"
            with open(script, "w", encoding="utf-8") as file:
                file.write(signed(leader))
            began = time.monotonic()
            for one in walkers:
                one.start()
            load = Load(server, "/campaign?by=town", script)
            took = time.monotonic() - began
            stop.set()
            for one in walkers:
                one.join()
            note(f"coverage page: {load}, while {len(sent) / took:.0f} visits a second arrived; memory {server.resident_megabytes():.0f} MB")
            say("coverage-p99", load.p99 if load.refused == 0 else float("inf"), "ms", "ceiling", 50)


def measure(binary, folder):
    county = County(binary, folder)
    county.taking_in()
    county.counting()
    county.visiting()
    subprocess.run([binary, "audit", "verify", *county.place], check=True, stdout=subprocess.DEVNULL)
