"""A release build under load: servers, commands, and what they took."""
import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request

SECONDS = os.environ.get("LUOSHI_BENCH_SECONDS", "8")
TICKS = os.sysconf("SC_CLK_TCK")


def say(name, value, unit, kind, bound):
    good = value >= bound if kind == "floor" else value <= bound
    print(f"measure {name} {value:.3f} {unit} {kind} {bound:.3f} {'ok' if good else 'short'}", flush=True)


def note(text):
    print(f"  {text}", flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(words):
    """Runs a command to its end: what it printed, seconds, and the most memory it held in MB."""
    begun = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(words[1:3])} ended with {process.returncode}: {out[-500:]}")
    return out, time.monotonic() - begun, usage.ru_maxrss / 1024


class Server:
    """One server on a free loopback port, or on the one it is given, stopped by its process id. `place`: the
    flags that name its database."""

    def __init__(self, binary, place, port=None):
        self.port = port or free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [binary, "serve", *place, "--port", str(self.port), "--log-level", "error"], stdout=subprocess.DEVNULL)
        while True:
            try:
                with urllib.request.urlopen(self.base + "/healthz", timeout=1) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                if time.monotonic() - begun > 30 or self.process.poll() is not None:
                    self.kill()
                    raise SystemExit("the server did not start")
                time.sleep(0.005)
        self.first_answer = time.monotonic() - begun

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)

    def resident_megabytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024

    def cpu_seconds(self):
        """What all its threads have worked so far, for itself and in the system."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as stat:
            words = stat.read().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / TICKS

    def kill(self):
        self.process.kill()
        self.process.wait(30)

    def ask(self, path, body=None, token=None):
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(self.base + path, json.dumps(body).encode() if body else None, headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def settle(self, path, token):
        """Asks a page until it answers: what a server reads once after its start is not what is measured."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(urllib.request.Request(self.base + path, headers={"Authorization": f"Bearer {token}"})).read()
                return
            except urllib.error.HTTPError as refusal:
                if refusal.code != 503:
                    raise
                time.sleep(1)
        raise SystemExit(f"{path} did not answer")

    def token(self, login):
        return self.ask("/api/v1/tokens", {"login": login, "password": "luoshi-2019"})["token"]


class Load:
    """What wrk saw: requests a second, milliseconds, and answers that were not 2xx or 3xx."""

    def __init__(self, server, path, script=None, clients=64):
        words = ["wrk", "-t2", f"-c{clients}", f"-d{SECONDS}s", "--latency", server.base + path]
        if script:
            words[1:1] = ["-s", script]
        out = subprocess.run(words, capture_output=True, text=True, check=True).stdout

        def milliseconds(mark):
            number, unit = re.search(mark + r"\s+([\d.]+)(us|ms|s)", out).groups()
            return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
        self.half, self.p99 = milliseconds("50%"), milliseconds("99%")
        self.refused = int(bad[1]) if bad else 0

    def __str__(self):
        return f"{self.rate:.0f}/s, p50 {self.half:.2f} ms, p99 {self.p99:.2f} ms, {self.refused} refused"


def signed(token):
    """A wrk script whose requests carry a token."""
    return f'wrk.headers["Authorization"] = "Bearer {token}"\n'


CREATION = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local count = 0
request = function()
  count = count + 1
  return wrk.format(nil, nil, nil, '{"source":"patrol","place":"东' .. count .. '号楼","body":"楼道口井盖破损，老人走过去容易绊倒，请尽快换上新的井盖。"}')
end
"""
