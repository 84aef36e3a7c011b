"""Many at once: connections that never get on, and exports of a whole county."""
import http.client
import os
import random
import subprocess
import sys
import threading
import time

from ground import Ground
from pulse import Pulse, once
from server import Server, note, say

HALF_OPEN = int(os.environ.get("LUOSHI_BENCH_HALF_OPEN", "5000"))
LONGEST_WAIT, LONGEST_LOOK = 0.1, 50
# The clerk, everybody else of the county's demo who reads its whole register, and two who read a township's.
LOGINS = ["luxinyi", "tanyiwei", "yuzhiping", "fangzhengde", "ts101", "ts102"]
# So many look at pages, each so many times a second, for so many seconds: longer than one may be half open.
LOOKERS, LOOKS, SECONDS = 8, 10, 15


class HalfOpen:
    """Half-open connections, held by a process of their own. `least`: how few there were meanwhile."""

    def __init__(self, server, count):
        script = os.path.join(os.path.dirname(__file__), "half_open.py")
        words = [sys.executable, script, str(server.port), str(count)]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.open, self.least = 0, 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            self.open = int(line)
            self.least = min(self.least, self.open)

    def reach(self, count):
        until = time.monotonic() + 60
        while self.open < count and time.monotonic() < until and self.process.poll() is None:
            time.sleep(0.1)
        self.least = self.open

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)


class Looks:
    """What people see who open pages, each on a connection of its own: milliseconds, how many got none."""

    def __init__(self, server, token):
        signed = {"Authorization": f"Bearer {token}"}
        pages = [("/report", {}), ("/cases", signed), ("/look-up", {}), ("/api/v1/cases?limit=10", signed)]
        self.times, self.refused, until = [], 0, time.monotonic() + SECONDS

        def look(number):
            chance = random.Random(number)
            while time.monotonic() < until:
                path, headers = chance.choice(pages)
                status, took = once(server.port, path, f"127.0.0.{number + 2}", headers)
                self.times.append(took * 1000)
                if status != 200:
                    self.refused += 1
                    note(f"{path}: {status}")
                time.sleep(max(0, 1 / LOOKS - took))

        lookers = [threading.Thread(target=look, args=(number,)) for number in range(LOOKERS)]
        for one in lookers:
            one.start()
        for one in lookers:
            one.join()
        self.times.sort()

    def share(self, part):
        return self.times[int(part * (len(self.times) - 1))]

    def __str__(self):
        return (f"{len(self.times)} looks, p50 {self.share(0.5):.1f} ms, p99 {self.share(0.99):.1f} ms, "
                f"slowest {self.share(1):.1f} ms, {self.refused} without an answer")


def connections(binary, folder):
    ground = Ground(binary, folder, "connections")
    with Server(binary, ground.place) as server:
        token = server.token("qinxiaoman")
        server.settle("/cases", token)
        note(f"nobody else: {Looks(server, token)}")
        with HalfOpen(server, HALF_OPEN) as crowd:
            crowd.reach(HALF_OPEN * 95 // 100)
            looks = Looks(server, token)
            note(f"{crowd.least} half-open connections: {looks}; memory {server.resident_megabytes():.0f} MB")
            say("half-open-held", crowd.least, "connections", "floor", HALF_OPEN * 0.9)
        slow = looks.share(0.99) if looks.refused == 0 else float("inf")
        say("half-open-p99", slow, "ms", "ceiling", LONGEST_LOOK)


def exports(binary, folder):
    """Six exports of the county's register at once, asked for by one person and by six."""
    ground = Ground(binary, folder, "exports", county="ruyang")
    with Server(binary, ground.place) as server:
        people = [server.token(login) for login in LOGINS]
        for name, tokens in {"one": [people[0]] * 6, "six": people}.items():
            answers = []

            def export(token):
                headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
                answers.append(answer(server, headers))

            senders = [threading.Thread(target=export, args=(token,)) for token in tokens]
            begun = time.monotonic()
            with Pulse(server) as pulse:
                for one in senders:
                    one.start()
                for one in senders:
                    one.join()
            took = time.monotonic() - begun
            note(f"six exports by {name}: answered {' '.join(sorted(answers))} in {took:.1f} s; "
                 f"memory {server.resident_megabytes():.0f} MB")
            if pulse.refused:
                note(f"/healthz had no answer {len(pulse.refused)} times: {', '.join(pulse.refused[:3])}")
            if "200" not in answers:
                raise SystemExit("nobody got an export")
            say(f"exports-by-{name}-others-wait", pulse.slowest, "s", "ceiling", LONGEST_WAIT)


def answer(server, headers):
    """The status of an export; the workbook itself nobody keeps."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    try:
        connection.request("POST", "/api/v1/register/export", b"{}", headers)
        reply = connection.getresponse()
        while reply.read(1 << 20):
            pass
        return str(reply.status)
    finally:
        connection.close()
