"""Offices to hurt, on both engines; the demo is loaded once and copied."""
import shutil
import subprocess
import tempfile

import pytest

from killing import BINARY, Office, Postgres


@pytest.fixture(scope="session")
def demo():
    """A data folder with the demo: loaded once, then copied."""
    folder = tempfile.mkdtemp(prefix="luoshi-faults-")
    subprocess.run([BINARY, "demo", "--county", "chongqinglu", "--data", folder], check=True, stdout=subprocess.DEVNULL)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres():
    cluster = Postgres()
    yield cluster
    cluster.remove()


@pytest.fixture(params=["sqlite", "postgres"])
def office(request):
    if request.param == "postgres":
        made = request.getfixturevalue("postgres").office()
    else:
        made = Office(demo=request.getfixturevalue("demo"))
    yield made
    made.remove()


@pytest.fixture
def postgres_office(postgres):
    made = postgres.office()
    yield made
    made.remove()
