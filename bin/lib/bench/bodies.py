"""What the worst body of each kind costs the server, and whether it answers others meanwhile."""
import contextlib
import http.client
import itertools
import os
import time

import hostile
from ground import Ground
from pulse import Pulse
from server import Server, note, say

SIZE = int(os.environ.get("LUOSHI_BENCH_BYTES", "5000000"))
# How much processor one body may cost, and how long others may wait for an answer, in seconds.
MOST_WORK, LONGEST_WAIT = 0.5, 0.1
# What doors take that read a form, a JSON object or a scheme: whatever is larger is refused unread.
MEBIBYTE = 1 << 20
# How long is waited for an answer, and for the server to be quiet again, in seconds.
PATIENCE = 120
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Attempt:
    """One body sent to a door: what was answered, and what it cost."""

    # Whoever works less than so much between two looks is quiet, in seconds.
    look, quiet = 0.2, 0.04

    def __init__(self, server, source, path, headers, body, writer):
        before, begun = server.cpu_seconds(), time.monotonic()
        writes = Pulse(server, 0.3, PATIENCE, **writer) if writer else contextlib.nullcontext()
        with Pulse(server) as pulse, writes:
            self.answer = self.send(server, source, path, headers, body)
            self.seconds = time.monotonic() - begun
            self.settle(server)
        self.work, self.wait = server.cpu_seconds() - before, pulse.slowest
        if pulse.refused:
            note(f"/healthz had no answer {len(pulse.refused)} times: {', '.join(pulse.refused[:3])}")
        self.write = writes.slowest if writer else 0

    @staticmethod
    def send(server, source, path, headers, body):
        place = ("127.0.0.1", server.port)
        connection = http.client.HTTPConnection(*place, timeout=PATIENCE, source_address=(source, 0))
        try:
            try:
                connection.request("POST", path, body, headers)
            except (BrokenPipeError, ConnectionResetError):
                # Refused before all was sent: the answer may lie there all the same.
                pass
            answer = connection.getresponse()
            answer.read()
            return str(answer.status)
        except TimeoutError:
            return "no answer"
        except (OSError, http.client.HTTPException):
            return "closed"
        finally:
            connection.close()

    @staticmethod
    def settle(server):
        """What is done after the answer counts as well: waits until little is done but answer the pulse."""
        until = time.monotonic() + PATIENCE
        before = server.cpu_seconds()
        while time.monotonic() < until:
            time.sleep(Attempt.look)
            now = server.cpu_seconds()
            if now - before <= Attempt.quiet:
                return
            before = now


class Kind:
    """The bodies of one kind and the worst that came of them. `writer`: what others write meanwhile."""

    def __init__(self, server, name, writer=None):
        self.server, self.name, self.writer = server, name, writer
        self.work, self.wait, self.worst = 0, 0, "none"

    # Public doors count visits by address: each body comes from another one.
    addresses = (f"127.0.{a}.{b}" for a in itertools.count(1) for b in range(1, 255))

    def send(self, form, path, headers, body, taken=None):
        """`taken`: the kind to which a body belongs that has nothing wrong in it."""
        def attempt():
            return Attempt(self.server, next(Kind.addresses), path, headers, body, self.writer)
        one, door = attempt(), path.split("?")[0]
        if MOST_WORK < one.work < 2 * MOST_WORK or LONGEST_WAIT < one.wait < 2 * LONGEST_WAIT:
            # The clockwork may have come in between: what the body costs it costs again.
            again = attempt()
            one.work, one.wait = min(one.work, again.work), min(one.wait, again.wait)
        over = ": too much" if one.work > MOST_WORK or one.wait > LONGEST_WAIT else ""
        writes = f", a report of somebody else {one.write:.3f} s" if self.writer else ""
        note(f"{self.name}, {form}, {len(body) / 1e6:.1f} MB to {door}: {one.answer} after "
             f"{one.seconds:.2f} s, {one.work:.2f} s of processor, /healthz {one.wait:.3f} s{writes}{over}")
        (taken if taken and one.answer == "200" else self).keep(one, f"{form} to {door}")
        if self.server.process.poll() is not None:
            raise SystemExit(f"the server ended at: {self.name}, {form}")

    def keep(self, attempt, words):
        if attempt.work > self.work:
            self.work, self.worst = attempt.work, words
        self.wait = max(self.wait, attempt.wait)

    def say(self):
        note(f"{self.name}: the most work was {self.worst}")
        say(f"{self.name}-work", self.work, "s", "ceiling", MOST_WORK)
        say(f"{self.name}-others-wait", self.wait, "s", "ceiling", LONGEST_WAIT)


def token_header(token, kind):
    return {"Authorization": f"Bearer {token}", "Content-Type": kind}


def as_multipart(field, text, **more):
    """One text as a part, beside short ones."""
    fields = {**{name: value.encode() for name, value in more.items()}, field: text}
    return hostile.form_of(*(hostile.part(name, content) for name, content in fields.items()))


def multipart(server):
    kind = Kind(server, "multipart")
    for form, (boundary, make) in hostile.MULTIPART.items():
        kind.send(form, "/report", {"Content-Type": f"multipart/form-data; boundary={boundary}"}, make(SIZE))
    kind.say()


def forms(server):
    """The door takes 1 MiB: that much as well."""
    kind = Kind(server, "form")
    for form, make in hostile.FORMS.items():
        for size in (SIZE, MEBIBYTE):
            kind.send(form, "/report", {"Content-Type": "application/x-www-form-urlencoded"}, make(size))
    kind.say()


def json(server, token):
    """The doors take 1 MiB: that much as well, as anybody and as somebody whose words go further."""
    kind = Kind(server, "json")
    for form, make in hostile.JSON.items():
        for size in (SIZE, MEBIBYTE):
            kind.send(form, "/api/v1/reports", {"Content-Type": "application/json"}, make(size))
        kind.send(form, "/api/v1/cases", token_header(token, "application/json"), make(MEBIBYTE))
    kind.say()


def yaml(server, leader, administrator, judged):
    """A scheme is a field of a form, which takes 1 MiB of text: so much as well, at each door for schemes."""
    kind = Kind(server, "yaml")
    sent = f"multipart/form-data; boundary={hostile.SHORT}"
    publisher, runner = token_header(administrator, sent), token_header(leader, sent)
    for form, make in hostile.YAML.items():
        kind.send(form, "/api/v1/evaluations", publisher, as_multipart("scheme", make(SIZE - 1000)))
        body = as_multipart("scheme", make(MEBIBYTE), round=judged)
        for path, headers in (("evaluations", publisher), ("campaigns", publisher), ("dry-run", runner)):
            kind.send(form, f"/api/v1/{path}", headers, body)
    kind.say()


def tables(server, administrator, clerk):
    """Tried and not written. Sound tables are told by themselves: each of their rows is wanted work."""
    writer = {"path": "/api/v1/cases", "headers": token_header(clerk, "application/json"),
              "body": b'{"source":"patrol","body":"a"}'}
    query = "dry_run=true&since=2019-09-01&source=hotline"
    for name, content, bodies in (("csv", "text/csv", hostile.CSV), ("xlsx", SHEET, hostile.XLSX)):
        kind, taken = Kind(server, name, writer), Kind(server, name + "-sound")
        headers = token_header(administrator, content)
        for form, (table, make) in bodies.items():
            kind.send(form, f"/api/v1/imports/{table}?{query}", headers, make(SIZE), taken)
        kind.say()
        taken.say()


def judged_round(server, token):
    """A round whose facts a scheme can be tried on."""
    for evaluation in server.ask("/api/v1/evaluations", token=token)["items"]:
        for assessment in evaluation["assessments"]:
            for one in server.ask(f"/api/v1/assessments/{assessment['id']}", token=token)["rounds"]:
                if one["judged_on"]:
                    return one["id"]
    raise SystemExit("the demo has no judged round")


def measure(binary, folder):
    ground = Ground(binary, folder, "bodies")
    with Server(binary, ground.place) as server:
        logins = ("guoyunheng", "admin", "qinxiaoman")
        leader, administrator, clerk = (server.token(login) for login in logins)
        # What a server does once after its start is nobody's body.
        server.settle("/cases", leader)
        Attempt.settle(server)
        with Pulse(server) as pulse:
            before = server.cpu_seconds()
            time.sleep(3)
            work = (server.cpu_seconds() - before) / 3
            Attempt.quiet = max(0.04, 2 * work * Attempt.look)
            note(f"nothing sent: {work:.3f} s of processor a second; {pulse.count} answers of /healthz, "
                 f"the slowest {pulse.slowest:.3f} s")
        multipart(server)
        forms(server)
        json(server, clerk)
        yaml(server, leader, administrator, judged_round(server, leader))
        tables(server, administrator, clerk)
