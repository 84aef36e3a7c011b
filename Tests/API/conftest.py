"""A server on a fresh demo, for programs; stopped by its own handle."""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

import pytest

PASSWORD = "luoshi-2019"


class Server:
    """A server on a folder of its own."""

    def __init__(self, demo):
        self.folder = tempfile.mkdtemp(prefix="luoshi-api-")
        shutil.copytree(demo, self.folder, dirs_exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [os.environ["LUOSHI_BINARY"], "serve", "--data", self.folder, "--port", str(port), "--log-level", "error"],
            stdout=subprocess.DEVNULL)
        for _ in range(300):
            try:
                urllib.request.urlopen(self.base + "/healthz", timeout=1)
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server does not answer")

    def get(self, path):
        with urllib.request.urlopen(self.base + path, timeout=10) as reply:
            return json.load(reply)

    def token(self, login):
        """A secret for programs."""
        body = json.dumps({"login": login, "password": PASSWORD}).encode()
        request = urllib.request.Request(
            self.base + "/api/v1/tokens", data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.load(reply)["token"]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder)


@pytest.fixture(scope="session")
def demo():
    folder = tempfile.mkdtemp(prefix="luoshi-api-demo-")
    subprocess.run([os.environ["LUOSHI_BINARY"], "demo", "--data", folder], check=True, stdout=subprocess.DEVNULL)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(demo):
    made = Server(demo)
    yield made
    made.stop()
