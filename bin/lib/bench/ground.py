"""What is measured on: the demo and as many cases more as wanted, on either engine, through the same import that an office uses."""
import csv
import datetime
import os
import random
import subprocess

from server import command, note

# The demo's clock stands on 20 September 2019: the cases came in during the year before.
LAST = datetime.datetime(2019, 9, 20, 9, 0)


class Ground:
    """One database. `place`: the flags that name it; `folder`: where files may be put; `postgres`: the cluster, or
    None; `county`: the demo's county, or None for both."""

    def __init__(self, binary, folder, name, postgres=None, county="chongqinglu"):
        self.binary, self.folder, self.postgres = binary, folder, postgres
        if postgres:
            self.place = ["--database", postgres.database(name), "--data", os.path.join(folder, name + "-keys")]
        else:
            self.place = ["--data", os.path.join(folder, name)]
        only = ["--county", county] if county else []
        subprocess.run([binary, "demo", *only, *self.place], check=True, stdout=subprocess.DEVNULL)

    def fill(self, count):
        """Imports so many cases; answers the most memory that took, in MB."""
        path = cases(self.folder, count)
        _, seconds, memory = command([self.binary, "import", "cases", path, *self.place])
        note(f"{count} cases imported in {seconds:.0f} s, {memory:.0f} MB")
        if self.postgres:
            self.postgres.analyze(self.place[1])
        return memory


class Postgres:
    """A running cluster, by the address of its maintenance database."""

    def __init__(self, address):
        self.address = address

    def database(self, name):
        address = self.address.rsplit("/", 1)[0] + "/" + name
        subprocess.run(["psql", "-q", self.address, "-c", f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C.UTF-8'"], check=True)
        return address

    def analyze(self, address):
        subprocess.run(["psql", "-q", address, "-c", "VACUUM ANALYZE"], check=True, stderr=subprocess.DEVNULL)

    def drop(self, address):
        subprocess.run(["psql", "-q", self.address, "-c", f"DROP DATABASE {address.rsplit('/', 1)[1]} WITH (FORCE)"], check=True)


def cases(folder, count):
    path = os.path.join(folder, f"cases-{count}.csv")
    if os.path.exists(path):
        return path
    chance = random.Random(1)
    things = ["井盖破损", "路灯不亮", "垃圾满溢", "流动摊贩", "飞线充电", "楼道堆物", "污水外溢", "占道停车"]
    areas = [f"41030500600{c}00{g}" for c in range(1, 5) for g in range(1, 7)]
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "title", "body", "place", "territory", "reported_at"])
        for number in range(count):
            thing = chance.choice(things)
            place = f"{chance.choice('东西南北')}{chance.randrange(1, 40)}号院{chance.randrange(1, 30)}号楼"
            moment = LAST - datetime.timedelta(minutes=chance.randrange(365 * 1440))
            writer.writerow([f"B{number}", f"{place}{thing}", f"{place}门口{thing}，已经好几天了，请尽快处理。",
                             place, chance.choice(areas), moment])
    return path
