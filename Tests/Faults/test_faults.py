"""What was acknowledged survives: killed servers, killed databases, shutdowns."""
import json
import random
import shutil
import signal
import subprocess
import threading
import time

import pytest

from killing import BINARY, Line, Office, SmallDisk, new_id, until


def test_a_server_killed_at_any_moment_loses_nothing_that_it_acknowledged(office):
    token = office.start().token()
    for _ in range(15):
        stop = threading.Event()
        crowd = office.crowd(token, stop)
        time.sleep(random.uniform(0.05, 0.6))
        office.process.send_signal(signal.SIGKILL)
        office.process.wait(10)
        stop.set()
        for one in crowd:
            one.join(15)
        office.start()
    assert len(office.acknowledged) > 50
    office.check(token)
    office.stop()
    office.verify()


def test_a_report_sent_again_after_a_crash_is_stored_once(office):
    token = office.start().token()
    case = new_id()
    assert office.report(token, case) == 201
    office.process.send_signal(signal.SIGKILL)
    office.process.wait(10)
    office.start()
    assert office.report(token, case) == 201
    found = json.loads(office.ask("GET", f"/api/v1/cases?q={case}&limit=5", token=token)[1])
    # A title is cut after 27 letters.
    same = [item for item in found["items"] if case[:20] in item["title"]]
    assert len(same) == 1, "one case tells of it, under whatever identity"


def test_a_shutdown_finishes_what_it_took_and_refuses_the_rest(office):
    token = office.start().token()
    stop = threading.Event()
    crowd = office.crowd(token, stop)
    time.sleep(0.5)
    office.process.terminate()
    assert office.process.wait(30) == 0
    stop.set()
    for one in crowd:
        one.join(15)
    assert set(office.answers) <= {201, 503}
    office.start()
    office.check(token)
    office.stop()
    office.verify()


def test_a_database_that_is_killed_and_comes_back_is_served_again_without_a_restart(postgres_office, postgres):
    office = postgres_office
    token = office.start().token()
    stop = threading.Event()
    crowd = office.crowd(token, stop)
    time.sleep(0.7)
    postgres.kill()
    time.sleep(0.5)
    assert office.report(token) == 503, "while it is away the answer is 503"
    status, _, headers = office.ask("GET", "/cases", token=token)
    assert status == 503 and "Retry-After" in headers
    postgres.start()
    back = time.monotonic()
    while office.report(token) != 201:
        assert time.monotonic() - back < 5, "full service within five seconds"
        time.sleep(0.05)
    stop.set()
    for one in crowd:
        one.join(15)
    assert set(office.answers) <= {201, 503}, office.answers
    office.check(token)
    office.stop()
    office.verify()


def test_a_full_disk_of_the_database_refuses_writes_reads_on_and_recovers(postgres):
    disk = SmallDisk(96)
    if not disk.is_mounted:
        disk.remove()
        pytest.skip("only who may mount a file system can fill one")
    space = postgres.space(disk.place)
    url = postgres.demo(space)
    office = Office(demo=postgres.demo_folder, database=url)
    try:
        token = office.start().token()
        assert office.report(token) == 201
        disk.fill()
        # Pages that are there already still have room.
        assert any(office.report(token) == 507 for _ in range(5000)), "a full disk is said clearly"
        assert "磁盘" in office.ask("POST", "/api/v1/cases", {"source": "patrol", "body": "楼道堆物" * 500}, token)[1].decode()
        assert office.ask("GET", "/cases", token=token)[0] == 200, "reading goes on"
        disk.empty()
        assert until(lambda: office.report(token) == 201), "with room again it takes reports without a restart"
        assert set(office.answers) == {201, 507}, office.answers
        office.check(token)
        office.stop()
        office.verify()
    finally:
        office.remove()
        postgres.forget(url, space)
        disk.remove()


def test_three_servers_on_one_database_and_one_of_them_killed(postgres_office):
    """Sessions hold everywhere, the chain stays whole, and nothing acknowledged is lost."""
    office = postgres_office
    token = office.start().token()
    others = [office.twin().start() for _ in range(2)]
    stop = threading.Event()
    crowd = [thread for server in [office, *others] for thread in server.crowd(token, stop, people=5)]
    time.sleep(1)
    others[0].process.send_signal(signal.SIGKILL)
    others[0].process.wait(10)
    time.sleep(0.5)
    stop.set()
    for one in crowd:
        one.join(15)
    office.check(token)
    seen = json.loads(others[1].ask("GET", f"/api/v1/cases/{office.acknowledged[-1]}", token=token)[1])
    assert seen["id"] == office.acknowledged[-1]
    others[1].stop()
    office.stop()
    office.verify()


def test_live_pages_and_the_clockwork_of_three_servers_survive_the_death_of_one(postgres_office):
    """What one server stores wakes the pages of the others; one is elected, and when it is killed another one is."""
    office = postgres_office
    token = office.start().token()
    servers = [office] + [office.twin().start() for _ in range(2)]
    assert until(lambda: sum(server.measure("luoshi_elected") for server in servers) == 1)
    elected = next(server for server in servers if server.measure("luoshi_elected") == 1)
    others = [server for server in servers if server is not elected]
    lines = [Line(server, token) for server in servers]
    for line in lines:
        assert until(lambda: len(line.numbers) == 1), "a line begins with the number as it stands"
    assert elected.report(token) == 201
    for line in lines:
        assert until(lambda: line.numbers[-1] > line.numbers[0]), "a page was not told of what another server stored"
    elected.process.send_signal(signal.SIGKILL)
    elected.process.wait(10)
    assert until(lambda: sum(server.measure("luoshi_elected") for server in others) == 1), "nobody took over"
    before = [line.numbers[-1] for line in lines if line.server is not elected]
    assert others[0].report(token) == 201
    for number, line in zip(before, [line for line in lines if line.server is not elected]):
        assert until(lambda: line.numbers[-1] > number), "a page of a server that lives was not told"
    # Nothing happens any more: a sign of life comes all the same, or a proxy would cut the line.
    alive = next(line for line in lines if line.server is others[0])
    signs = alive.signs
    assert until(lambda: alive.signs > signs, 20), "no sign of life"
    # A shutdown does not wait for pages that stay open.
    begun = time.monotonic()
    for server in others:
        server.stop()
    assert time.monotonic() - begun < 15
    office.verify()


def test_a_backup_made_under_load_restores_and_verifies(office, tmp_path):
    token = office.start().token()
    stop = threading.Event()
    crowd = office.crowd(token, stop, people=4)
    done = subprocess.run([BINARY, "backup", str(tmp_path / "archive"), *office.flags], capture_output=True, text=True)
    stop.set()
    for one in crowd:
        one.join(15)
    assert done.returncode == 0, done.stderr
    for command in (["restore", str(tmp_path / "archive")], ["audit", "verify"]):
        done = subprocess.run([BINARY, *command, "--data", str(tmp_path / "restored")], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    again = subprocess.run([BINARY, "restore", str(tmp_path / "archive"), "--data", str(tmp_path / "restored")], capture_output=True, text=True)
    assert again.returncode != 0 and "already" in again.stderr


def test_a_copy_from_engine_to_engine_and_back_goes_on_where_it_was_cut_off(demo, postgres, tmp_path):
    there, back = postgres.new_database(), tmp_path / "back"

    def copy(source, target):
        return subprocess.Popen([BINARY, "copy", "--from", source, "--to", target], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def ends(*flags):
        return subprocess.run([BINARY, "audit", "verify", *flags], check=True, capture_output=True, text=True).stdout

    cut = copy(f"sqlite://{demo}", there)
    time.sleep(0.4)
    cut.kill()
    cut.wait(10)
    for source, target in [(f"sqlite://{demo}", there), (there, f"sqlite://{back}")]:
        done = copy(source, target)
        words = done.communicate(timeout=120)[0]
        assert done.returncode == 0 and "every chain ends alike" in words, words
    for folder in (tmp_path / "keys", back):
        folder.mkdir(exist_ok=True)
        shutil.copy(f"{demo}/checkpoints.jsonl", folder)
    assert ends("--data", demo) == ends("--data", tmp_path / "keys", "--database", there) == ends("--data", back)
    into_another = copy(f"sqlite://{demo}", "sqlite://" + str(tmp_path / "empty" / ""))
    assert into_another.wait(60) == 0
    unknown = copy("mysql://x/y", there)
    assert unknown.wait(10) != 0 and "mysql" in unknown.communicate()[0]
