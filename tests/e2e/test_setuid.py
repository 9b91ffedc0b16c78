# SPDX-License-Identifier: BSD-2-Clause
"""The setuid trap (NET-20 to NET-23): su and sudo, called by somebody who owns their environment
and limits."""

import os
import pathlib
import pwd
import re
import resource
import shutil
import socket
import subprocess
import sys
import threading
import time

import pytest

from answers import SUBJECT
from fake_as import FakeAs
import namespace
from setuid_programs import PROGRAMS, programs, starter, trust, twice_pending    # noqa: F401 (fixtures)

PLACES = ("/run", "/dev", "/var/log")      # with the overlays, all that can be written
# What sshd, su and sudo themselves keep, with us or without; pytest's own folder.
THEIRS = ("/run/sudo/ts", "/var/log/wtmp", "/var/log/btmp", "/var/log/lastlog", "/run/utmp",
          f"{namespace.BASE}/tmp/pytest-", f"{namespace.BASE}/sshd-")
CURL = """
import ctypes, sys
curl = ctypes.CDLL("libcurl.so.4")
curl.curl_easy_init.restype = ctypes.c_void_p
handle = ctypes.c_void_p(curl.curl_easy_init())
curl.curl_easy_setopt(handle, ctypes.c_int(10002), ctypes.c_char_p(sys.argv[1].encode()))
curl.curl_easy_setopt(handle, ctypes.c_int(10065), ctypes.c_char_p(sys.argv[2].encode()))
sys.exit(curl.curl_easy_perform(handle))
"""


class Proxy:
    """Listens on another address of loopback, at a port that the worker may use; counts contacts."""

    def __init__(self, port):
        self.contacts = 0
        self._listener = socket.create_server(("127.0.0.2", port))
        self.url = f"http://127.0.0.2:{port}"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.contacts += 1
            connection.close()

    def close(self):
        """No more."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture(name="proxy")
def _proxy(server):
    proxy = Proxy(server.port)
    yield proxy
    proxy.close()


@pytest.fixture(name="trap")
def _trap(tmp_path, lab, server, proxy):         # pylint: disable=unused-argument
    """alice's environment, and the files that it names."""
    home = pathlib.Path(pwd.getpwnam("alice").pw_dir)
    files = {".netrc": "machine localhost login evil password evil\n",
             ".curlrc": f"proxy = {proxy.url}\ninsecure\n",
             "openssl.cnf": "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n"
                            "CipherString = NULL-SHA\nCiphersuites =\nMaxProtocol = TLSv1.1\n",
             "gnutls.conf": "[overrides]\ndefault-priority-string = NONE\n",
             "other.pem": pathlib.Path(lab.other_ca.file).read_text(),
             "good.pem": pathlib.Path(lab.ca_file).read_text()}
    for name, text in files.items():
        path = home / name
        path.write_text(text)
        path.chmod(0o644)
    (home / "tmp").mkdir(exist_ok=True)
    if not (home / "hashed").exists():
        shutil.copytree(lab.other_ca.hashed_directory(), home / "hashed", symlinks=True)
    for path in (home / "tmp", home):
        path.chmod(0o1777)                       # nobody's permissions hide an attempt
    yield {
        "SSLKEYLOGFILE": f"{home}/tmp/keys", "QLOGDIR": f"{home}/tmp",
        "https_proxy": proxy.url, "HTTPS_PROXY": proxy.url, "all_proxy": proxy.url,
        "ALL_PROXY": proxy.url, "http_proxy": proxy.url, "no_proxy": "", "NO_PROXY": "",
        "CURL_CA_BUNDLE": f"{home}/other.pem", "SSL_CERT_FILE": f"{home}/other.pem",
        "SSL_CERT_DIR": f"{home}/hashed", "OPENSSL_CONF": f"{home}/openssl.cnf",
        "OPENSSL_MODULES": str(home), "OPENSSL_ENGINES": str(home),
        "CURL_SSL_BACKEND": "gnutls", "CURL_HOME": str(home), "NETRC": f"{home}/.netrc",
        "GNUTLS_SYSTEM_PRIORITY_FILE": f"{home}/gnutls.conf", "GNUTLS_DEBUG_LEVEL": "9",
        "GNUTLS_KEYLOGFILE": f"{home}/tmp/keys", "SSL_DIR": str(home),
        "LD_PRELOAD": "libcmocka.so.0", "LD_LIBRARY_PATH": str(home), "LD_AUDIT": "libcmocka.so.0",
        "LD_DEBUG": "all", "LD_DEBUG_OUTPUT": f"{home}/tmp/ld", "LD_PROFILE_OUTPUT": f"{home}/tmp",
        "MALLOC_TRACE": f"{home}/tmp/malloc", "GCONV_PATH": str(home), "LOCPATH": str(home),
        "RES_OPTIONS": "use-vc", "LOCALDOMAIN": "evil.example", "HOSTALIASES": f"{home}/.netrc",
        "GETCONF_DIR": str(home), "NLSPATH": str(home), "TZ": f":{home}/.netrc",
        "TMPDIR": f"{home}/tmp", "HOME": str(home), "LANG": "C.UTF-8", "LANGUAGE": "xx",
        "LC_ALL": "C.UTF-8", "ASAN_OPTIONS": f"log_path={home}/tmp/asan", "PAM_OAUTH_CONF": "/x",
    }
    for path in (home / "tmp").iterdir():
        path.unlink()
    home.chmod(0o700)


def files():
    """Each file that exists where something can be written: size and time of change."""
    found = {}
    for place in PLACES:
        for folder, names, plain in os.walk(place):
            for path in (f"{folder}/{name}" for name in plain):
                if path.startswith(THEIRS):
                    continue
                state = os.stat(path, follow_symlinks=False)
                found[path] = (state.st_size, state.st_mtime_ns if state.st_rdev == 0 else 0)
            names[:] = [n for n in names if f"{folder}/{n}" not in ("/dev/pts", "/run/systemd")
                        and not (n == "work" and "/layers/" in folder)]     # the overlays' own
    return found


def worker_of(host):
    """The one worker that runs."""
    end = time.monotonic() + 5
    while len(host.workers()) != 1:
        assert time.monotonic() < end, host.workers()
        time.sleep(0.01)
    return pathlib.Path(f"/proc/{host.workers()[0]}")


def in_alices_shoes(args, env):
    """A program of alice's that is not setuid: shows that the trap is one."""
    entry = pwd.getpwnam("alice")
    return subprocess.run(args, env=env, user=entry.pw_uid, group=entry.pw_gid, extra_groups=[],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)


def test_the_trap_is_one(trap, server, proxy, lab):
    """The control: libcurl, OpenSSL and ld.so do follow these variables."""
    home = pathlib.Path(trap["HOME"])
    curl = [sys.executable, "-c", CURL, f"{server.issuer}/.well-known/openid-configuration",
            f"{home}/good.pem"]
    in_alices_shoes(curl, {"SSLKEYLOGFILE": trap["SSLKEYLOGFILE"]})
    assert "CLIENT" in (home / "tmp/keys").read_text(), "TLS secrets in a file"
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        before = proxy.contacts
        in_alices_shoes(curl, {name: trap[name]})
        assert proxy.contacts > before, name
    assert in_alices_shoes(curl, {}).returncode == 0
    assert in_alices_shoes(curl, {"OPENSSL_CONF": trap["OPENSSL_CONF"]}).returncode != 0
    maps = in_alices_shoes(["/bin/cat", "/proc/self/maps"], {"LD_PRELOAD": trap["LD_PRELOAD"]})
    assert b"libcmocka" in maps.stdout
    verify = "import ssl, sys; print(len(ssl.create_default_context().get_ca_certs()))"
    for name, count in ((lab.other_ca.file, 1), (f"{home}/none", 0)):
        told = in_alices_shoes([sys.executable, "-c", verify],
                               {"SSL_CERT_FILE": str(home / "other.pem") if count else str(name),
                                "SSL_CERT_DIR": "/nonexistent"})
        assert int(told.stdout) == count, told


@pytest.mark.parametrize("program", PROGRAMS)
def test_hostile_environment(program, trap, host, server, proxy, start, watch):
    """NET-20 to NET-22: it gets in, leaves no file, asks no proxy, and the worker knows of nothing."""
    before = files()
    login = start(program, env=trap)
    login.challenge()
    worker = worker_of(host)
    assert (worker / "environ").read_bytes() == b""
    maps = (worker / "maps").read_text()
    assert "libcurl" in maps and "libcmocka" not in maps and trap["HOME"] not in maps
    login.expect_output("in-as-bob")
    assert watch.outcome()["result"] == "success"
    assert files() == before
    assert proxy.contacts == 0
    assert {r.endpoint for r in server.requests} == {"discovery", "device", "jwks", "token"}
    assert not [r for r in server.requests if r.header("authorization") or r.header("cookie")]


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "SSL_CERT_DIR"])
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("configured", ["a file", "the system's"])
def test_certification_authority_of_the_caller(configured, program, name, trap, host, lab, start,
                                               watch):
    """NET-21: whoever calls cannot vouch for a provider."""
    with FakeAs(lab, tls="other_ca") as evil:
        trust(host, evil)
        if configured != "a file":
            host.configure(evil, {"alice": f"sub={SUBJECT}", "bob": f"sub={SUBJECT}"},
                           ca_file=None)
        login = start(program, env={name: trap[name]})
        login.expect("in-as|cannot be reached|Sorry, try again")
        outcome = watch.outcome()
        assert outcome["result"] == "provider_unreachable", login.text
        assert "certificate" in outcome["reason"] and not evil.requests, outcome
        assert "in-as" not in login.text
    assert watch.no_worker() < 2


def test_that_authority_configured(host, lab, start, watch, server):
    """The control: the same provider, when the administrator names its CA."""
    with FakeAs(lab, tls="other_ca") as other:
        trust(host, other, ca_file=str(lab.other_ca.file))
        start("su").expect_output("in-as-bob")
    assert watch.outcome()["result"] == "success"
    assert not server.requests


LIMITS = {
    "stack": 1 << 17, "as": 96 << 20, "data": 24 << 20, "cpu": 2, "nproc": 1, "nofile": 16,
    "fsize": 0, "core": 0, "memlock": 0, "sigpending": 0, "msgqueue": 0, "rttime": 10000,
}
HIGHEST = resource.RLIM_INFINITY
# What the worker has whatever the caller's soft limits are: its own bounds, or as much as there is.
OWN = {"stack": 8 << 20, "as": 512 << 20, "cpu": 30, "data": HIGHEST, "nproc": HIGHEST,
       "nofile": 64, "fsize": 0, "core": 0}
OWN_TITLES = {"stack": "stack size", "as": "address space", "cpu": "cpu time",
              "data": "data size", "nproc": "processes", "nofile": "open files",
              "fsize": "file size", "core": "core file size"}
CAP_SYS_RESOURCE = 24
# The kernel counts the processes of a uid over all namespaces: hers is nobody else's.
NELL, NELLS_UID = "nell", 40001


def root_may_raise_limits():
    """Not in most containers."""
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"CapBnd:\t(\w+)", status).group(1), 16) >> CAP_SYS_RESOURCE & 1 == 1


def own_limits(hard):
    """What the worker has to have below these hard limits: in containers even root keeps them."""
    return {name: min(value, hard[name], key=lambda v: v if v >= 0 else 1 << 64)
            for name, value in OWN.items()}


def limits_of(process):
    """(soft, hard) of each limit in OWN."""
    rows = [line[len("Max "):26].rstrip() + line[26:] for line in
            (process / "limits").read_text().splitlines()]
    found = {}
    for name, title in OWN_TITLES.items():
        (row,) = [row for row in rows if row.startswith(title)]
        found[name] = tuple(HIGHEST if word == "unlimited" else int(word)
                            for word in row[len(title):].split()[:2])
    return found


@pytest.fixture(name="nell", scope="module")
def _nell(host, programs):       # pylint: disable=unused-argument
    """An account that runs nothing else, and may become anybody by sudo."""
    host.add_account(NELL, NELLS_UID)
    with open("/etc/sudoers", "a", encoding="ascii") as sudoers:
        sudoers.write(f"{NELL} ALL=(ALL:ALL) ALL\n")
    return NELL


@pytest.mark.parametrize("kind, name, program", [
    *((kind, "all", program) for kind in ("soft", "hard") for program in PROGRAMS),
    *(("hard", name, "su") for name in OWN if name != "nproc")])
def test_limits_of_the_caller(kind, name, program, host, server, nell, start, watch):
    """The worker has limits of its own, whatever `ulimit` said before su."""
    trust(host, server, accounts=[nell, "bob"])
    server.script["token"] = []
    limits = dict(LIMITS) if name == "all" else {name: LIMITS[name]}
    if kind == "hard" and not root_may_raise_limits():
        limits.pop("nproc", None)      # counts the workers of all logins: his is refused, he said so
    hard = {n: both[1] for n, both in limits_of(pathlib.Path("/proc/self")).items()}
    if kind == "hard" and not root_may_raise_limits():
        hard.update({n: v for n, v in limits.items() if n in OWN})
    login = start(program, nell, limits=limits if kind == "hard" else {
        n: (v, resource.getrlimit(getattr(resource, f"RLIMIT_{n.upper()}"))[1])
        for n, v in limits.items()})
    login.challenge()
    found = limits_of(worker_of(host))
    assert {n: soft for n, (soft, _) in found.items()} == own_limits(hard)
    watch.wait_for("result=", timeout=20)
    assert watch.outcome()["result"] == "success"
    assert server.requests
    watch.no_worker()
