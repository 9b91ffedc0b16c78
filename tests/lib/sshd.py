# SPDX-License-Identifier: BSD-2-Clause
"""A private OpenSSH server on a loopback port: its own keys, its own configuration.

    with Sshd(host, PasswordAuthentication="yes") as sshd:
        subprocess.run(sshd.client("alice", "id"))

Runs inside a private namespace only (host.py).
"""

import pathlib
import shutil
import socket
import subprocess

import namespace
from host import HostError

START_TIMEOUT = 15
OPTIONS = {
    "ListenAddress": "127.0.0.1", "PidFile": "none", "UsePAM": "yes",
    "KbdInteractiveAuthentication": "yes", "PasswordAuthentication": "no",
    "LoginGraceTime": "120", "MaxStartups": "200", "MaxAuthTries": "6", "UseDNS": "no",
    "PrintMotd": "no", "PrintLastLog": "no", "AllowTcpForwarding": "no",
    "AllowAgentForwarding": "no", "X11Forwarding": "no", "LogLevel": "VERBOSE",
    "AuthorizedKeysFile": "/etc/ssh/authorized_keys/%u",
}
# Newer servers hold failures against the source of them, which is always the same here.
OPTIONAL = {"PerSourcePenalties": "no"}


def _program(name):
    path = shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin:/usr/bin")
    if not path:
        raise HostError(f"{name} is not installed")
    return path


def free_port():
    """A port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def make_key(path):
    """A key pair without a passphrase."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "throw-away",
                    "-f", str(path)], check=True)
    return path


class Sshd:
    """One server; options are those of sshd_config(5)."""

    def __init__(self, host, **options):
        self.host = host
        self.port = free_port()
        self.program = _program("sshd")
        self.folder = namespace.BASE / f"sshd-{self.port}"
        self.folder.mkdir(mode=0o755)
        self.known_hosts = self.folder / "known_hosts"
        self.process = None
        self.preexec_fn = None             # for a server in odd surroundings
        self._write({**OPTIONS, **options, "Port": str(self.port)})

    def _write(self, options):
        key = make_key(self.folder / "host_key")
        public = pathlib.Path(f"{key}.pub").read_text()
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {public}")
        options["HostKey"] = str(key)
        pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.config = self.folder / "sshd_config"
        self._write_options(options)
        for name, value in OPTIONAL.items():
            if name in options:
                continue
            self._write_options({**options, name: value})
            if self._test().returncode == 0:
                options[name] = value
        self._write_options(options)
        tested = self._test()
        if tested.returncode != 0:
            raise HostError(f"sshd does not accept its configuration: {tested.stderr}")

    def _write_options(self, options):
        self.config.write_text("".join(f"{name} {value}\n" for name, value in options.items()))

    def _test(self):
        return subprocess.run([self.program, "-t", "-f", str(self.config)], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Start the server; returns when it listens."""
        mark = self.host.log.mark()
        with open(self.folder / "stderr.log", "wb") as stderr:
            self.process = subprocess.Popen([self.program, "-D", "-f", str(self.config)],
                                            stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr,
                                            preexec_fn=self.preexec_fn)
        self.host.log.wait_for(f"Server listening on .* port {self.port}", since=mark,
                               timeout=START_TIMEOUT)

    def stop(self):
        """End the server; sessions that run end with their connections."""
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def client(self, user, *command, options=(), tty=False):
        """The arguments of an ssh that reads no configuration of this system."""
        keep = {"UserKnownHostsFile": self.known_hosts, "GlobalKnownHostsFile": "/dev/null",
                "StrictHostKeyChecking": "yes", "IdentitiesOnly": "yes", "IdentityAgent": "none",
                "IdentityFile": "/dev/null", "UpdateHostKeys": "no", "ControlPath": "none",
                "PreferredAuthentications": "keyboard-interactive"}
        for option in options:
            name, _, value = option.partition("=")
            keep[name] = value
        args = [f"-o{name}={value}" for name, value in keep.items()]
        return ["ssh", "-F", "none", *(["-t"] if tty else []), "-p", str(self.port), *args,
                f"{user}@127.0.0.1", *command]
