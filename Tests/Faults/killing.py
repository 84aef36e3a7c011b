"""A server that is hurt on purpose, on both engines, and people who keep sending to it."""
import http.client
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import tempfile
import threading
import time

BINARY = os.environ["LUOSHI_BINARY"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def new_id():
    """A ULID, as a telephone makes it that was offline."""
    number = int(time.time() * 1000) << 80 | random.getrandbits(80)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


class Postgres:
    """A cluster of one's own that syncs; stopped by the process id in its folder."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="luoshi-faults-")
        os.chmod(self.folder, 0o711)
        self.data = f"{self.folder}/cluster"
        out = self.shell(f"start_postgres {self.data} && echo $postgres_url $postgres_port $postgres_bin")
        self.url, self.port, self.bin = out.split()[-3:]
        self.loaded, self.demo_folder = None, None

    def shell(self, command):
        done = subprocess.run(["bash", "-c", f". {ROOT}/bin/lib/postgres.sh; {command}"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def new_database(self, template="template0", space="pg_default"):
        name = f"faults_{random.getrandbits(40)}"
        self.shell(f"as_server {self.bin}/createdb -h 127.0.0.1 -p {self.port} -U postgres -O luoshi --tablespace {space} --template {template} --locale C.UTF-8 {name}")
        return self.url.rsplit("/", 1)[0] + "/" + name

    def space(self, place):
        """A tablespace in a folder: what a database holds goes there, its write-ahead log does not."""
        name = f"space_{random.getrandbits(40)}"
        self.shell(f"mkdir {place}/space; chown postgres {place} {place}/space 2>/dev/null; chmod 700 {place}/space; "
                   f"as_server {self.bin}/psql -qh 127.0.0.1 -p {self.port} -U postgres -c \"CREATE TABLESPACE {name} LOCATION '{place}/space'\" postgres")
        return name

    def forget(self, url, space=None):
        """Removes a database and its tablespace, if it has one of its own."""
        also = f"-c 'DROP TABLESPACE {space}' " if space else ""
        self.shell(f"as_server {self.bin}/psql -qh 127.0.0.1 -p {self.port} -U postgres -c 'DROP DATABASE {url.rsplit('/', 1)[1]} WITH (FORCE)' {also}postgres")

    def shape(self, url):
        """Every column and every index of a database."""
        columns = "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
        indexes = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        return self.shell(f'{self.bin}/psql -qAt "{url}" -c "{columns}" -c "{indexes}"')

    def demo(self, space="pg_default"):
        """A database with the demo: loaded once, then copied. Its keys and checkpoints stay in `demo_folder`."""
        if not self.loaded:
            url = self.new_database()
            self.demo_folder = tempfile.mkdtemp(prefix="luoshi-faults-")
            subprocess.run(
                [BINARY, "demo", "--county", "chongqinglu", "--data", self.demo_folder, "--database", url], check=True, stdout=subprocess.DEVNULL)
            self.loaded = url.rsplit("/", 1)[1]
        return self.new_database(self.loaded, space)

    def office(self, space="pg_default"):
        """An office over such a database, with the demo's keys and checkpoints in its own folder."""
        database = self.demo(space)
        return Office(demo=self.demo_folder, database=database)

    def kill(self):
        self.shell(f"as_server {self.bin}/pg_ctl -D {self.data}/data -m immediate -w stop")

    def start(self):
        self.shell(f"as_server {self.bin}/pg_ctl -D {self.data}/data -l {self.data}/server.log -w -o "
                   f"'-c port={self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.data} -c max_connections=200' start >/dev/null")

    def remove(self):
        subprocess.run(["bash", "-c", f". {ROOT}/bin/lib/postgres.sh; postgres_folder={self.data}; postgres_bin={self.bin}; stop_postgres"])
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.demo_folder:
            shutil.rmtree(self.demo_folder, ignore_errors=True)


class Office:
    """A demo office on one engine, its server, and what was acknowledged to those who sent to it."""

    def __init__(self, demo=None, database=None):
        self.folder = tempfile.mkdtemp(prefix="luoshi-faults-")
        if demo:
            shutil.copytree(demo, self.folder, dirs_exist_ok=True)
        self.flags = ["--data", self.folder] + (["--database", database] if database else [])
        self.port, self.process, self.acknowledged, self.lock = free_port(), None, [], threading.Lock()
        self.answers = {}

    def start(self):
        self.process = subprocess.Popen([BINARY, "serve", *self.flags, "--port", str(self.port), "--log-level", "critical"], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.02)
        raise AssertionError("the server did not start")

    def ask(self, method, path, body=None, token=None, timeout=10):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            headers = {"Content-Type": "application/json"}
            if token:
                headers["Authorization"] = f"Bearer {token}"
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())
        finally:
            connection.close()

    def twin(self):
        """Another server on the same data, with the same people sending to it."""
        other = object.__new__(type(self))
        other.__dict__ = dict(self.__dict__, port=free_port(), process=None)
        return other

    def measure(self, name):
        """One number of what the server tells those who watch it."""
        text = self.ask("GET", "/metrics")[1].decode()
        return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name + " "))

    def token(self):
        return json.loads(self.ask("POST", "/api/v1/tokens", {"login": "qinxiaoman", "password": "luoshi-2019"})[1])["token"]

    def report(self, token, name=None):
        """Sends one report; notes what was answered."""
        case = name or new_id()
        try:
            status, _, headers = self.ask("POST", "/api/v1/cases", {"id": case, "source": "patrol", "body": f"楼道堆物 {case}"}, token)
        except (OSError, http.client.HTTPException):
            return None
        with self.lock:
            self.answers[status] = self.answers.get(status, 0) + 1
            if status == 201:
                self.acknowledged.append(case)
            if status == 503:
                assert "Retry-After" in headers
        return status

    def crowd(self, token, stop, people=12):
        """People who send until they are told to stop."""
        def send():
            while not stop.is_set():
                if self.report(token) is None:
                    time.sleep(0.02)
        crowd = [threading.Thread(target=send, daemon=True) for _ in range(people)]
        for one in crowd:
            one.start()
        return crowd

    def check(self, token):
        """Everything that was acknowledged is there, once."""
        for case in self.acknowledged:
            assert self.ask("GET", f"/api/v1/cases/{case}", token=token)[0] == 200, f"{case} was acknowledged and is gone"
        numbers = [json.loads(self.ask("GET", f"/api/v1/cases/{case}", token=token)[1])["number"] for case in self.acknowledged]
        assert len(set(numbers)) == len(numbers), "a number was given twice"

    def verify(self):
        done = subprocess.run([BINARY, "audit", "verify", *self.flags], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def remove(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


class Line:
    """The line that a live page holds open, and the event numbers that came over it."""

    def __init__(self, server, token):
        self.server, self.numbers, self.signs = server, [], 0
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request("GET", "/live", headers={"Accept": "text/event-stream", "Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        assert answer.status == 200 and answer.getheader("Content-Type").startswith("text/event-stream")

        def listen():
            try:
                while text := answer.readline():
                    if text.startswith(b"data: "):
                        self.numbers.append(int(text[6:]))
                    if text == b":\n":
                        self.signs += 1
            except (OSError, ValueError, http.client.HTTPException):
                pass

        threading.Thread(target=listen, daemon=True).start()


def until(question, seconds=10):
    """Whether it becomes true in time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if question():
            return True
        time.sleep(0.05)
    return False


class SmallDisk:
    """A file system of a few megabytes that can be filled and emptied; None of it without the right to mount one."""

    def __init__(self, megabytes):
        self.place = tempfile.mkdtemp(prefix="luoshi-faults-")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", self.place], capture_output=True)
        self.is_mounted = done.returncode == 0
        self.filler = f"{self.place}/filler"

    def fill(self):
        try:
            with open(self.filler, "wb", buffering=0) as file:
                while True:
                    file.write(b"0" * 4096)
        except OSError:
            pass

    def empty(self):
        os.remove(self.filler)

    def remove(self):
        if self.is_mounted:
            subprocess.run(["umount", self.place], check=True)
        os.rmdir(self.place)
