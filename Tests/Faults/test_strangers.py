"""What strangers do at the port costs themselves and nobody else: the program as it is started, over real connections."""
import contextlib
import http.client
import os
import pathlib
import re
import resource
import select
import shutil
import socket
import ssl
import stat
import subprocess
import tempfile
import time

import pytest

from killing import BINARY, free_port


class Port:
    """A server over a new folder, with what it prints kept."""

    def __init__(self, *flags, files=None, tls=None):
        self.parent = pathlib.Path(tempfile.mkdtemp(prefix="luoshi-strangers-"))
        self.folder, self.output, self.port, self.tls = self.parent / "data", self.parent / "output", free_port(), tls

        def prepare():
            os.umask(0)
            if files:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        with open(self.output, "wb") as output:
            command = [BINARY, "serve", "--data", self.folder, "--port", str(self.port), *flags]
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, preexec_fn=prepare)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                if self.get("/healthz")[0] == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(self.printed())

    def printed(self):
        return self.output.read_text()

    def get(self, path, method="GET", body=None, source="127.0.0.1"):
        if self.tls:
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=ssl._create_unverified_context())
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10, source_address=(source, 0))
        try:
            connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def raw(self, source="127.0.0.1"):
        return socket.create_connection(("127.0.0.1", self.port), timeout=20, source_address=(source, 0))

    def status(self, text):
        with self.raw() as one:
            one.sendall(text.encode())
            return int(one.recv(4096).split()[1])

    def remove(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)
        shutil.rmtree(self.parent)


@contextlib.contextmanager
def serving(*flags, **more):
    port = Port(*flags, **more)
    try:
        yield port
    finally:
        port.remove()


def is_open(one):
    """Whether the other side still holds a connection on which it has sent nothing."""
    ready = select.poll()
    ready.register(one, select.POLLIN)
    if not ready.poll(0):
        return True
    with contextlib.suppress(OSError):
        return one.recv(1) != b""
    return False


def closed_after(connections, say):
    """When each was closed by the other side, in seconds; `say` is called about twice a second."""
    begun, left, took = time.monotonic(), dict(connections), {}
    while left and time.monotonic() - begun < 25:
        say(left)
        for name, one in list(left.items()):
            if not is_open(one):
                took[name] = time.monotonic() - begun
                del left[name]
        time.sleep(0.4)
    return took


def drip(left):
    if one := left.get("slow"):
        with contextlib.suppress(OSError):
            one.sendall(b"a")


def test_who_says_nothing_or_too_slowly_is_let_go_after_ten_seconds():
    with serving() as port:
        slow, silent = port.raw(), port.raw()
        slow.sendall(b"GET /report HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        took = closed_after({"slow": slow, "silent": silent}, drip)
        assert set(took) == {"slow", "silent"}
        assert all(9 < seconds < 13 for seconds in took.values()), took


def test_who_does_not_agree_keys_is_let_go_after_ten_seconds(tmp_path):
    files = ["-keyout", tmp_path / "key.pem", "-out", tmp_path / "chain.pem"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run(make + files, check=True, capture_output=True)
    with serving("--tls-certificate", tmp_path / "chain.pem", "--tls-key", tmp_path / "key.pem", tls=True) as port:
        # What agrees on less than TLS 1.2, or on a suite that does not prove what it hides, is not spoken with.
        for limit in ({"maximum": ssl.TLSVersion.TLSv1_1}, {"ciphers": "AES128-SHA:ECDHE-RSA-AES128-SHA"}):
            weak = ssl._create_unverified_context()
            weak.set_ciphers(limit.get("ciphers", "ALL:@SECLEVEL=0"))
            weak.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            weak.maximum_version = limit.get("maximum", ssl.TLSVersion.TLSv1_2)
            with pytest.raises(OSError):
                weak.wrap_socket(port.raw())
        context = ssl._create_unverified_context()
        context.set_alpn_protocols(["http/1.1"])
        # Whoever agrees keys and asks is served, and may be silent for longer than that.
        with context.wrap_socket(port.raw()) as kept:
            def ask():
                kept.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
                heard = kept.recv(4096)
                while b"User-agent" not in heard:
                    heard += kept.recv(4096)
                return heard.startswith(b"HTTP/1.1 200")
            assert ask()
            took = closed_after({"silent": port.raw()}, drip)
            assert 9 < took["silent"] < 13, took
            assert ask()


def test_one_address_takes_its_share_of_connections_and_others_are_served():
    with serving() as port:
        crowd = [port.raw("127.0.0.2") for _ in range(400)]
        time.sleep(0.5)
        assert sum(map(is_open, crowd)) == 256
        assert port.get("/first-run")[0] == 200
        with pytest.raises((OSError, http.client.HTTPException)):
            port.get("/report", source="127.0.0.2")
        for one in crowd:
            one.close()
        time.sleep(0.5)
        assert port.get("/healthz", source="127.0.0.2")[0] == 200


def test_many_addresses_take_no_more_than_the_system_gives():
    with serving(files=700) as port:
        crowd = [port.raw(f"127.0.0.{host}") for host in range(2, 8) for _ in range(120)]
        time.sleep(0.5)
        assert sum(map(is_open, crowd)) == 350, "half of the files where there are few"
        for one in crowd:
            one.close()
        time.sleep(0.5)
        assert port.get("/healthz")[0] == 200
        assert "too many open files" not in port.printed().lower()


def test_what_the_program_makes_is_for_its_own_user_alone():
    with serving() as port:
        made = [port.folder, *port.folder.rglob("*")]
        assert {path.name for path in made} >= {"luoshi.sqlite", "registry.key"}
        for path in made:
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_folder_that_others_may_open_is_told_with_the_remedy():
    with serving() as port:
        assert "chmod" not in port.printed()
        (port.folder / "luoshi.sqlite").chmod(0o644)
        again = subprocess.Popen([BINARY, "serve", "--data", port.folder, "--port", str(free_port())], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines = iter(again.stdout.readline, "")
        assert any("chmod -R go-rwx" in line for line in lines)
        again.terminate()
        again.wait(20)


def test_the_code_of_a_letter_is_not_in_the_log():
    token = "5ec2e7" + "0" * 20 + "c0de77"
    with serving() as port:
        for path in (f"/survey/{token}", f"/survey/{token}/more", f"/survey/{token}?county=410305", f"/nowhere?code={token}"):
            assert port.get(path)[0] in (303, 404)
        assert port.get(f"/survey/{token}", "POST", "answer_1=a")[0] == 404
        assert "/survey/{token}" in port.printed()
        assert token not in port.printed()


def test_the_first_page_asks_for_the_code_that_was_printed():
    fields = {"name_zh": "街道办", "county": "410305", "county_name": "区", "prefix": "CAL", "town_code": "410305006000", "town_name": "街道",
              "person": "admin", "login": "admin", "password": "three+blue+umbrellas", "repeated": "three+blue+umbrellas"}
    with serving() as port:
        code = re.search(r"with the code (\w{4}-\w{4})\n", port.printed())[1]
        form = "&".join(f"{name}={value}" for name, value in fields.items())
        assert port.get("/first-run", "POST", form.encode())[0] == 422
        assert port.get("/first-run", "POST", f"{form}&code={code}".encode())[0] == 303


def test_a_request_names_one_host():
    with serving() as port:
        assert port.status("GET /healthz HTTP/1.1\r\nHost: localhost:8311\r\n\r\n") == 200
        assert port.status("GET /healthz HTTP/1.1\r\nHost: [::1]:8311\r\n\r\n") == 200
        for hosts in ("", "Host: a\r\nHost: b\r\n", "Host: a b\r\n", "Host: a/b\r\n", "Host: a@b\r\n", "Host:\r\n"):
            assert port.status(f"GET /healthz HTTP/1.1\r\n{hosts}\r\n") == 400, hosts
