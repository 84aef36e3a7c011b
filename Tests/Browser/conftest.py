"""A real Chromium against a real server on its demo; both stopped by their own handles."""
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

PASSWORD = "luoshi-2019"


@pytest.fixture(scope="session")
def server():
    """The base address of a server on a fresh demo."""
    binary = os.environ["LUOSHI_BINARY"]
    folder = tempfile.mkdtemp(prefix="luoshi-browser-")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    subprocess.run([binary, "demo", "--data", folder], check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen(
        [binary, "serve", "--data", folder, "--port", str(port), "--log-level", "error"], stdout=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(base + "/healthz", timeout=1)
            break
        except OSError:
            time.sleep(0.1)
    yield base
    process.terminate()
    process.wait(30)
    shutil.rmtree(folder)


class Person:
    """Somebody with a browser of a certain width."""

    def __init__(self, base, width, scripts=True):
        options = Options()
        options.binary_location = shutil.which("chromium") or "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        if not scripts:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.base = base
        self.width = width
        self.resize(width)

    def resize(self, width):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 700})

    def open(self, path):
        self.driver.get(self.base + path)
        return self

    sessions = {}

    def sign_in(self, login):
        """Signs in by hand the first time; later browsers carry the same session, as the door lets in only 20 a minute."""
        self.open("/sign-in")
        known = Person.sessions.get((self.base, login))
        if known:
            self.driver.add_cookie({"name": "luoshi", "value": known})
            return self.open("/")
        self.fill(login=login, password=PASSWORD)
        self.press()
        assert "/sign-in" not in self.driver.current_url, f"{login} did not get in: {self.text}"
        Person.sessions[(self.base, login)] = self.driver.get_cookie("luoshi")["value"]
        return self

    def fill(self, **values):
        for name, value in values.items():
            field = self.driver.find_element(By.NAME, name)
            if field.tag_name == "select":
                choices = field.find_elements(By.TAG_NAME, "option")
                next(c for c in choices if value in (c.get_attribute("value"), c.text)).click()
            elif field.get_attribute("type") == "file":
                field.send_keys(value)
                # The page makes a photo small before it travels.
                for _ in range(100):
                    if self.driver.execute_script("return arguments[0].files[0].name", field) == "photo.jpg":
                        break
                    time.sleep(0.1)
            elif field.get_attribute("type") == "radio":
                choices = self.driver.find_elements(By.CSS_SELECTOR, f"input[name='{name}']")
                words = {c: c.find_element(By.XPATH, "..").text.strip() for c in choices}
                next(c for c in choices if value in (c.get_attribute("value"), words[c])).click()
            elif field.get_attribute("type") == "checkbox":
                if field.is_selected() != value:
                    field.click()
            else:
                field.clear()
                field.send_keys(value)

    def press(self, selector="main form.form button.pri, main form.form button"):
        """Presses a button and waits until another document has loaded."""
        before = self.driver.find_element(By.TAG_NAME, "html")
        button = self.driver.find_element(By.CSS_SELECTOR, selector)
        self.driver.execute_cdp_cmd("Runtime.enable", {})
        # As a thumb does: out from under the bar at the foot of a phone.
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
        button.click()
        for _ in range(100):
            try:
                before.is_enabled()
            except Exception:  # the old document is gone
                return
            time.sleep(0.05)

    def follow(self, link):
        """Clicks a link as a thumb does: out from under the bar at the foot of a phone."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
        link.click()

    @property
    def text(self):
        # At once: a live page may put another in its place between finding it and reading it.
        return self.driver.execute_script("return document.querySelector('main').innerText")

    @property
    def title(self):
        return self.driver.find_element(By.TAG_NAME, "h1").text

    def case_number(self):
        return re.search(r"CQL-2019-\d{6}", self.text)[0]

    def complaints_of_the_console(self):
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.fixture
def person(server):
    """Makes people; their browsers are closed afterwards."""
    people = []

    def make(width=1440, scripts=True):
        people.append(Person(server, width, scripts))
        return people[-1]

    yield make
    for one in people:
        one.driver.quit()
