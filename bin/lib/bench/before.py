"""The same work done by an older build and by this one, in turns: what a change costs."""
import os
import statistics

from ground import Ground
from server import CREATION, Load, Server, note, say, signed

BEFORE = os.environ.get("LUOSHI_BENCH_BEFORE", "")
PAIRS = int(os.environ.get("LUOSHI_BENCH_PAIRS", "5"))
MOST = 1.05


class Build:
    """One build with a demo of its own, and what it was asked."""

    def __init__(self, name, binary, folder):
        self.name, self.folder = name, folder
        self.server = Server(binary, Ground(binary, folder, f"build_{name}", county=None).place)
        logins = ("qinxiaoman", "guoyunheng", "ts101")
        clerk, leader, secretary = (self.server.token(login) for login in logins)
        case = self.server.ask("/api/v1/cases?limit=1", token=leader)["items"][0]["id"]
        home = self.server.ask("/api/v1/register?kind=registered&limit=1", token=secretary)["items"][0]["id"]
        self.create = self.script("create", signed(clerk) + CREATION)
        paths = {"overview": "/overview?span=year", "list": "/cases", "case": f"/cases/{case}",
                 "household": f"/register/{home}"}
        self.pages = {}
        for page, path in paths.items():
            token = secretary if page == "household" else leader
            self.server.settle(path, token)
            self.pages[page] = (path, self.script(page, signed(token)))

    def script(self, name, text):
        path = os.path.join(self.folder, f"{self.name}-{name}.lua")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def load(self, what):
        """Milliseconds: of a page the half and the p99, of a creation the time between two."""
        path, script = self.pages.get(what, ("/api/v1/cases", self.create))
        load = Load(self.server, path, script)
        note(f"{self.name}, {what}: {load}")
        if load.refused:
            raise SystemExit(f"{load.refused} were refused")
        return {"p50": load.half, "p99": load.p99} if what in self.pages else {"time": 1000 / load.rate}


def measure(binary, folder):
    if not BEFORE:
        note("nothing to compare with: LUOSHI_BENCH_BEFORE names an older build")
        return
    builds, times = [], {}
    try:
        for name, path in (("before", BEFORE), ("now", binary)):
            builds.append(Build(name, path, folder))
        for build in builds:
            # The first load finds caches that are empty.
            for what in build.pages:
                build.load(what)
        for pair in range(PAIRS):
            for what in [*builds[0].pages, "creation"]:
                # Who comes first has the quieter machine, or the colder one: in turns.
                for build in builds[::1 if pair % 2 == 0 else -1]:
                    for figure, value in build.load(what).items():
                        times.setdefault((what, figure), {}).setdefault(build.name, []).append(value)
    finally:
        for build in builds:
            build.server.__exit__()
    for (what, figure), of in times.items():
        before, now = of["before"], of["now"]
        middle = statistics.median
        note(f"{what} {figure}: {middle(before):.3f} ms before, {middle(now):.3f} ms now")
        # Of one turn with the other, as they had the same machine: it may be busier an hour later.
        growth = middle(after / first for first, after in zip(before, now))
        say(f"{what}-{figure}-growth", growth, "of-before", "ceiling", MOST)
