"""A schema that is cut off while it is brought up to date is whole when the next one has finished."""
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from killing import BINARY


def migrate(place):
    return subprocess.run([BINARY, "migrate", *place], check=True, capture_output=True, text=True).stdout


def cut_off(place, after):
    """Kills a migration after a while; answers whether it was still at work."""
    process = subprocess.Popen([BINARY, "migrate", *place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    was_at_work = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    return was_at_work


def duration(place):
    began = time.monotonic()
    migrate(place)
    return time.monotonic() - began


def test_a_migration_killed_at_any_moment_is_finished_by_the_next_one_on_sqlite():
    folder = tempfile.mkdtemp(prefix="luoshi-migration-")
    shape = lambda name: sorted(
        sqlite3.connect(os.path.join(folder, name, "luoshi.sqlite")).execute("SELECT name, sql FROM sqlite_master").fetchall())
    try:
        whole = duration(["--data", os.path.join(folder, "fresh")])
        cut = 0
        for round in range(20):
            name = str(round)
            cut += cut_off(["--data", os.path.join(folder, name)], random.uniform(0, whole))
            migrate(["--data", os.path.join(folder, name)])
            assert shape(name) == shape("fresh"), f"round {round}"
            assert "current" in migrate(["--data", os.path.join(folder, name)])
        assert cut >= 5, "some of them were cut off at work"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_migration_killed_at_any_moment_is_finished_by_the_next_one_on_postgresql(postgres):
    fresh = postgres.new_database()
    whole = duration(["--database", fresh])
    shape = postgres.shape(fresh)
    cut = 0
    for round in range(10):
        url = postgres.new_database()
        cut += cut_off(["--database", url], random.uniform(0, whole))
        migrate(["--database", url])
        assert postgres.shape(url) == shape, f"round {round}"
        postgres.forget(url)
    postgres.forget(fresh)
    assert cut >= 3, "some of them were cut off at work"
