# SPDX-License-Identifier: BSD-2-Clause
"""A real browser without a window: Debian's chromium, told what to do by chromedriver (WebDriver).

    with Chromium(idp.ca_file, folder) as browser:
        browser.open(uri)
        browser.click("button[name=allow]")
        browser.wait_for("success")              # <body data-page="success">

It believes what its profile believes: the throw-away CA stands in the profile's own store, and no
check of certificates is switched off.
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import time
import urllib.error
import urllib.request

from sshd import free_port

TIMEOUT = 60
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"      # the key that WebDriver gives to an element
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--window-size=420,760")
STORES = (".pki/nssdb", ".local/share/pki/nssdb")    # where old and new ones look below $HOME


class ChromiumError(Exception):
    """What the driver said."""


class Chromium:
    """One browser with an empty profile that trusts one CA."""

    def __init__(self, ca_file, folder):
        self.folder = pathlib.Path(folder)
        self._trust(ca_file)
        self._base = f"http://127.0.0.1:{free_port()}"
        self._session = None
        self._driver = None

    def _trust(self, ca_file):
        for store in STORES:
            database = self.folder / store
            database.mkdir(parents=True)
            for command in (["-N", "--empty-password"],
                            ["-A", "-n", "throw-away", "-t", "C,,", "-i", str(ca_file)]):
                subprocess.run(["certutil", *command, "-d", f"sql:{database}"], check=True,
                               stdin=subprocess.DEVNULL, capture_output=True)

    def __enter__(self):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder),
                       "TMPDIR": str(self.folder), "LC_ALL": "C.UTF-8"}
        with open(self.folder / "driver.log", "wb") as log:
            self._driver = subprocess.Popen(
                ["chromedriver", f"--port={self._base.rpartition(':')[2]}"], env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        self._until(lambda: self._call("GET", "/status")["ready"], "the driver is not ready")
        options = {"binary": shutil.which("chromium"),
                   "args": [*FLAGS, f"--user-data-dir={self.folder / 'profile'}"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options}
        answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{answer['sessionId']}"

    def __exit__(self, *_):
        try:
            if self._session:
                self._call("DELETE", self._session)
        finally:
            self._driver.terminate()
            self._driver.wait(TIMEOUT)

    def _call(self, method, path, body=None):
        data = None if method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self._base + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as e:
            raise ChromiumError(e.read().decode()) from None
        except urllib.error.URLError as e:
            raise ChromiumError(str(e)) from None

    @staticmethod
    def _until(condition, problem):
        """Waits for it; what the driver says meanwhile is the reason when it never comes."""
        deadline, said = time.monotonic() + TIMEOUT, ""
        while True:
            try:
                if condition():
                    return
            except ChromiumError as e:
                said = str(e)
            if time.monotonic() > deadline:
                raise ChromiumError(f"{problem}; {said}")
            time.sleep(0.05)

    def open(self, uri):
        """The address bar."""
        self._call("POST", f"{self._session}/url", {"url": uri})

    def _find(self, selector):
        found = self._call("POST", f"{self._session}/element",
                           {"using": "css selector", "value": selector})
        return f"{self._session}/element/{found[ELEMENT]}"

    def click(self, selector):
        """The mouse, on what this CSS selector finds."""
        self._call("POST", f"{self._find(selector)}/click")

    def text(self):
        """The words of the page, as they are shown."""
        return self._call("GET", f"{self._find('body')}/text")

    def wait_for(self, name):
        """Until the page of this name is there; returns its words."""
        self._until(lambda: self._find(f"body[data-page={name}]"), f"no page {name!r}")
        return self.text()

    def picture(self, path):
        """The window as a PNG."""
        shot = self._call("GET", f"{self._session}/screenshot")
        pathlib.Path(path).write_bytes(base64.b64decode(shot))
