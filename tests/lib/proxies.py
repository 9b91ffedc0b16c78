# SPDX-License-Identifier: BSD-2-Clause
"""Real proxies on loopback: Debian's tinyproxy, the same behind TLS (stunnel), and nghttpx, which
speaks HTTP/2 to the client and HTTP/1.1 to a server behind it.

    with Tinyproxy(directory, credentials="user:password") as proxy:
        proxy.url, proxy.connects()
"""

import contextlib
import pathlib
import re
import shutil
import socket
import subprocess
import time

PATIENCE = 10


def free_port():
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


class Server:
    """A program that listens; a context manager."""

    address = "127.0.0.1"

    def __init__(self, directory, name):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.log = self.directory / f"{name}.log"
        self._process = None

    def command(self):
        """The command line."""
        raise NotImplementedError

    def __enter__(self):
        with open(self.directory / "output", "wb") as output:
            self._process = subprocess.Popen(  # pylint: disable=consider-using-with
                self.command(), stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                socket.create_connection((self.address, self.port), 1).close()
                return self
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        self.__exit__()
        raise RuntimeError(f"{self.command()}: {(self.directory / 'output').read_text()}")

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def program(*names):
    """The first of these that is installed; sbin need not be in the path."""
    for name in names:
        found = shutil.which(name) or shutil.which(f"/usr/sbin/{name}")
        if found:
            return found
    raise RuntimeError(f"{names[0]} is not installed")


class Tinyproxy(Server):
    """An http proxy that allows CONNECT to any port of loopback."""

    def __init__(self, directory, credentials=None, name="tinyproxy"):
        super().__init__(directory, name)
        self.url = f"http://127.0.0.1:{self.port}"
        lines = [f"Port {self.port}", "Listen 127.0.0.1", "Timeout 600", "MaxClients 50",
                 f'LogFile "{self.log}"', "LogLevel Connect", "Allow 127.0.0.1",
                 f'PidFile "{self.directory / "pid"}"']
        if credentials:
            lines.append("BasicAuth {} {}".format(*credentials.split(":", 1)))
        self.config = self.directory / f"{name}.conf"
        self.config.write_text("\n".join(lines) + "\n", encoding="ascii")

    def command(self):
        return [program("tinyproxy"), "-d", "-c", str(self.config)]

    def connects(self):
        """The hosts and ports that somebody wanted to reach."""
        return re.findall(r"CONNECT (\S+:\d+) HTTP/1", self.log.read_text(encoding="latin-1"))


class TlsFront(Server):
    """TLS with this certificate in front of a port: what makes an https proxy of an http one."""

    def __init__(self, directory, certificate, key, port):
        super().__init__(directory, "stunnel")
        self.url = f"https://localhost:{self.port}"
        self.config = self.directory / "stunnel.conf"
        self.config.write_text(
            f"foreground = yes\npid =\nsyslog = no\noutput = {self.log}\n[proxy]\n"
            f"accept = 127.0.0.1:{self.port}\nconnect = 127.0.0.1:{port}\n"
            f"cert = {certificate}\nkey = {key}\n", encoding="ascii")

    def command(self):
        return [program("stunnel4", "stunnel"), str(self.config)]


class Http2Front(Server):
    """HTTP/2 over TLS in front of an HTTP/1.1 server with TLS. address: not 127.0.0.1, then it has
    the port of that server, and so its issuer."""

    def __init__(self, directory, certificate, key, port, address="127.0.0.1"):
        super().__init__(directory, "nghttpx")
        if address != self.address:
            self.address, self.port = address, port
        self.access = self.directory / "access.log"
        self._arguments = [
            f"--frontend={self.address},{self.port}", f"--backend=127.0.0.1,{port};;tls",
            "--insecure", "--no-server-push", "--workers=1", "--conf=/dev/null",
            f"--accesslog-file={self.access}",
            "--accesslog-format=$alpn $method $path $status", f"--errorlog-file={self.log}",
            str(key), str(certificate)]

    def command(self):
        return [program("nghttpx"), *self._arguments]

    def requests(self):
        """(protocol, method, path, status) of each request."""
        return [tuple(line.split()) for line in self.access.read_text("ascii").splitlines()]
