"""Measures a release build against a plain-text answer of the same server, in one run.

usage: bench.py LUOSHI [NAME…]; prints `measure NAME VALUE UNIT floor|ceiling BOUND ok|short` for each measure.
"""
import csv
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

CASES = int(os.environ.get("LUOSHI_BENCH_CASES", "100000"))
SECONDS = os.environ.get("LUOSHI_BENCH_SECONDS", "8")
MEASURES = ["list-page", "durable-creation", "idle-memory", "start", "audit-verify", "import-memory"]
ON_MANY = {"list-page", "durable-creation", "audit-verify", "import-memory"}


def say(name, value, unit, kind, bound):
    good = value >= bound if kind == "floor" else value <= bound
    print(f"measure {name} {value:.3f} {unit} {kind} {bound:.3f} {'ok' if good else 'short'}", flush=True)


def note(text):
    print(f"  {text}", flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One server on a free loopback port, stopped by its process id."""

    def __init__(self, binary, data):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [binary, "serve", "--data", data, "--port", str(self.port), "--log-level", "error"],
            stdout=subprocess.DEVNULL)
        while True:
            try:
                with urllib.request.urlopen(self.base + "/healthz", timeout=1) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                if time.monotonic() - begun > 30 or self.process.poll() is not None:
                    raise SystemExit("the server did not start")
                time.sleep(0.005)
        self.first_answer = time.monotonic() - begun

    def resident_megabytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024

    def token(self, login):
        body = json.dumps({"login": login, "password": "luoshi-2019"}).encode()
        request = urllib.request.Request(
            self.base + "/api/v1/tokens", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["token"]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def load(server, path, script=None, clients=64):
    """Requests a second, p50 and p99 in milliseconds, and answers that were not 2xx or 3xx."""
    command = ["wrk", "-t2", f"-c{clients}", f"-d{SECONDS}s", "--latency", server.base + path]
    if script:
        command[1:1] = ["-s", script]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def milliseconds(mark):
        number, unit = re.search(mark + r"\s+([\d.]+)(us|ms|s)", out).groups()
        return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), milliseconds("50%"), milliseconds("99%"),
            int(bad[1]) if bad else 0)


def prepare(binary, folder):
    """The demo and 100,000 cases more, through the same import that an office uses."""
    data = os.path.join(folder, "data")
    subprocess.run([binary, "demo", "--data", data], check=True, stdout=subprocess.DEVNULL)
    chance = random.Random(1)
    things = ["井盖破损", "路灯不亮", "垃圾满溢", "流动摊贩", "飞线充电", "楼道堆物", "污水外溢", "占道停车"]
    areas = [f"41030500600{c}00{g}" for c in range(1, 5) for g in range(1, 7)]
    path = os.path.join(folder, "cases.csv")
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "title", "body", "place", "territory", "reported_at"])
        for number in range(CASES):
            thing = chance.choice(things)
            place = f"{chance.choice('东西南北')}{chance.randrange(1, 40)}号院{chance.randrange(1, 30)}号楼"
            moment = f"2018-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02} {chance.randrange(24):02}:{chance.randrange(60):02}:00"
            writer.writerow([f"B{number}", f"{place}{thing}", f"{place}门口{thing}，已经好几天了，请尽快处理。",
                             place, chance.choice(areas), moment])
    _, seconds, memory = command([binary, "import", "cases", path, "--data", data])
    note(f"{CASES} cases imported in {seconds:.1f} s")
    return data, memory


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


def script(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def main():
    binary, wanted = sys.argv[1], sys.argv[2:] or MEASURES
    unknown = set(wanted) - set(MEASURES)
    if unknown:
        raise SystemExit(f"no such measure: {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    folder = tempfile.mkdtemp(prefix="luoshi-bench-")
    try:
        data, import_memory = prepare(binary, folder) if ON_MANY & set(wanted) else (os.path.join(folder, "data"), 0)
        if "import-memory" in wanted:
            say("import-memory", import_memory, "MB", "ceiling", 200)
        if "audit-verify" in wanted:
            out, seconds, memory = command([binary, "audit", "verify", "--data", data])
            lines = sum(int(number) for number in re.findall(r": (\d+) lines", out))
            note(f"audit verify: {lines} lines in {seconds:.2f} s, {memory:.0f} MB")
            say("audit-verify", lines / seconds, "events-a-second", "floor", 200_000)
        if not os.path.exists(data):
            subprocess.run([binary, "demo", "--data", data], check=True, stdout=subprocess.DEVNULL)
        server = Server(binary, data)
        try:
            if "start" in wanted:
                say("start", server.first_answer, "s", "ceiling", 0.5)
            if "idle-memory" in wanted:
                time.sleep(2)
                say("idle-memory", server.resident_megabytes(), "MB", "ceiling", 60)
            if {"list-page", "durable-creation"} & set(wanted):
                token = server.token("qinxiaoman")
                hello = load(server, "/robots.txt")
                note(f"hello: {hello[0]:.0f}/s, p50 {hello[1]:.2f} ms, p99 {hello[2]:.2f} ms")
                headers = f'wrk.headers["Authorization"] = "Bearer {token}"\n'
                if "list-page" in wanted:
                    page = load(server, "/cases", script(folder, "list.lua", headers))
                    note(f"list page of 50 among {CASES}: {page[0]:.0f}/s, p50 {page[1]:.2f} ms, p99 {page[2]:.2f} ms, {page[3]} refused")
                    say("list-page", page[0] / hello[0] if page[3] == 0 else 0, "of-hello", "floor", 1 / 6)
                if "durable-creation" in wanted:
                    create = headers + """
                        wrk.method = "POST"
                        wrk.headers["Content-Type"] = "application/json"
                        local count = 0
                        request = function()
                          count = count + 1
                          return wrk.format(nil, nil, nil, '{"source":"patrol","place":"东' .. count .. '号楼","body":"楼道口井盖破损，老人走过去容易绊倒，请尽快换上新的井盖。"}')
                        end
                        """
                    made = load(server, "/api/v1/cases", script(folder, "create.lua", create))
                    note(f"durable creation, 64 clients: {made[0]:.0f}/s, p50 {made[1]:.2f} ms, p99 {made[2]:.2f} ms, {made[3]} refused")
                    say("durable-creation", made[0] / hello[0] if made[3] == 0 else 0, "of-hello", "floor", 1 / 8)
                note(f"memory after the load: {server.resident_megabytes():.0f} MB")
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


main()
