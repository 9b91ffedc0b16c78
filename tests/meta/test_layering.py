#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The drawing in doc/ARCHITECTURE.md, enforced: who includes what, what is linked, what is
exported, how large things are. A rule that is not checked rots."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOUSE = ROOT / "pam_oauth"
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)
C_FILES = sorted(HOUSE.rglob("*.c"))
H_FILES = sorted(HOUSE.rglob("*.h")) + sorted((ROOT / "include").glob("*.h"))
LINES_MAX = 400
FUNCTION_MAX = 70
CLANG_FORMAT = 14

# Which files of which folder may include the headers of a library.
LIBRARIES = {
    "curl/": {"worker/http.c", "worker/http_policy.c", "worker/http_policy.h",
              "worker/http_certificate.c", "worker/http_certificate.h",
              "worker/http_proxy.c", "worker/http_proxy.h", "worker/uri.c"},
    "jansson.h": {"tool/output.c", "worker/json.c", "worker/json_write.c"},
    "openssl/": {"worker/base64.c", "worker/client_key.c", "worker/jwk.c", "worker/jws.c",
                 "worker/pkce.c", "worker/digest.c"},
    "qrencode.h": {"worker/qr.c"},
    "ini.h": {"module/config.c"},
    "security/": {"module/pam_oauth.c", "module/attempt.c", "module/attempt.h",
                  "module/conversation.c", "module/conversation.h", "module/decision.c",
                  "module/decision.h", "module/export.c", "module/export.h", "module/launch.c", "module/log.c", "module/log.h",
                  "module/outcome.c", "tool/handle.c", "tool/handle.h", "tool/verb_login.c"},
    "linux/landlock.h": {"worker/landlock.c"},
    "linux/seccomp.h": {"worker/seccomp.c"},
}

# What belongs to the host process (PAM-33, GEN-1); launch.c's child may do some of it after fork.
HOST_CALLS = re.compile(r"\b(signal|sigaction|sigprocmask|alarm|setitimer|setlocale|umask|chdir|"
                        r"setenv|putenv|unsetenv|exit|abort|pthread_create)\s*\(")
UNSAFE_CALLS = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|alloca)\s*\(")
# What answers from a buffer, or counts in a place, that all threads of the process share.
SHARED_CALLS = re.compile(r"\b(getpw(nam|uid|ent)|getgr(nam|gid|ent)|getsp(nam|ent)|getlogin|ttyname|"
                          r"ctermid|tmpnam|strsignal|localtime|gmtime|ctime|asctime|inet_ntoa|"
                          r"gethostby(name|addr)|getservby(name|port)|getprotobyname|crypt|rand|"
                          r"srand|random|drand48|basename|dirname|l64a|ptsname)\s*\(")


def name(path):
    """A source file as the tables above call it: folder/file."""
    return f"{path.parent.name}/{path.name}"


def includes(path):
    """(is_system, header) for each include line of a file."""
    return [(kind == "<", header) for kind, header in INCLUDE.findall(path.read_text())]


def without_comments(path):
    """The code of a C file: comments and strings blanked."""
    text = path.read_text()
    pattern = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)


def below(path):
    """Folders that this file's folder may look into: the tool asks both programs, and neither knows
    of it."""
    return [HOUSE / "module", HOUSE / "worker"] if path.parent.name == "tool" else []


@pytest.mark.parametrize("path", C_FILES + H_FILES, ids=name)
def test_local_includes_stay_in_their_folder_or_the_contract(path):
    """module/ and worker/ never see each other; common/ and include/ see the contract only."""
    contract = {p.name for p in (ROOT / "include").glob("*.h")}
    siblings = {p.name for folder in [path.parent, *below(path)] for p in folder.glob("*.h")}
    foreign = [h for system, h in includes(path) if not system and h not in contract | siblings]
    assert not foreign


@pytest.mark.parametrize("path", C_FILES + H_FILES, ids=name)
def test_a_library_is_known_to_its_own_files_only(path):
    """architecture: '<curl/curl.h> only in http.c' and its sisters."""
    wrong = [header for system, header in includes(path) if system
             for prefix, allowed in LIBRARIES.items()
             if header.startswith(prefix) and name(path) not in allowed]
    assert not wrong


def test_dependencies_make_no_circle():
    """Depth-first over 'the header or source of X includes the header of Y'."""
    graph = {}
    for path in C_FILES + H_FILES:
        node = f"{path.parent.name}/{path.stem}"
        edges = {f"{path.parent.name}/{pathlib.Path(h).stem}" for system, h in includes(path)
                 if not system and (path.parent / h).exists()}
        graph.setdefault(node, set()).update(edges - {node})
    done, open_ = set(), []

    def visit(node):
        assert node not in open_, f"circle: {open_[open_.index(node):] + [node]}"
        if node in done:
            return
        open_.append(node)
        for other in sorted(graph.get(node, ())):
            visit(other)
        open_.pop()
        done.add(node)

    for node in sorted(graph):
        visit(node)
    assert len(done) > 30


@pytest.mark.parametrize("path", H_FILES, ids=name)
def test_header_compiles_alone(path, tmp_path):
    """Self-sufficient: included twice, first and only."""
    source = tmp_path / "alone.c"
    source.write_text(f'#include "{path}"\n#include "{path}"\nextern int unused;\n')
    subprocess.run(["cc", "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
                    "-fsyntax-only", f"-I{ROOT / 'include'}", f"-I{path.parent}",
                    *[f"-I{folder}" for folder in below(path)], str(source)], check=True)


def shipped(variable):
    """A built file from the environment of the test run."""
    path = os.environ.get(variable)
    assert path and os.path.exists(path), f"{variable} is not set: run by make check"
    return path


def test_module_needs_libpam_libinih_and_libc_only():
    """NEEDED of pam_oauth.so; sanitizers add their own runtime in a test build."""
    out = subprocess.run(["readelf", "-d", shipped("PO_TEST_SHIPPED")], check=True,
                         capture_output=True, text=True).stdout
    needed = set(re.findall(r"NEEDED.*\[([^\]]+)\]", out))
    allowed = re.compile(r"(libpam|libc|libinih|libaudit|libasan|libubsan|ld-linux[^.]*)\.so\.\d+$")
    assert {"libpam.so.0", "libinih.so.1", "libc.so.6"} <= needed
    assert [n for n in needed if not allowed.match(n)] == []


def test_module_exports_the_six_entry_points_only():
    """PAM-5"""
    out = subprocess.run(["nm", "-D", "--defined-only", shipped("PO_TEST_SHIPPED")], check=True,
                         capture_output=True, text=True).stdout
    symbols = {line.split()[-1] for line in out.splitlines() if " T " in line}
    assert symbols == {f"pam_sm_{n}" for n in ("authenticate", "setcred", "acct_mgmt",
                                               "open_session", "close_session", "chauthtok")}


def test_worker_tells_gnutls_not_to_start():
    """worker/gnutls.c works only if the symbol is exported: without, 0.1 MiB for each login."""
    out = subprocess.run(["nm", "-D", "--defined-only", shipped("PO_TEST_WORKER")], check=True,
                         capture_output=True, text=True).stdout
    assert re.search(r" T _gnutls_global_init_skip$", out, re.M)


@pytest.mark.parametrize("path", C_FILES + H_FILES, ids=name)
def test_file_has_licence_and_size(path):
    """One idea each, and a licence tag."""
    lines = path.read_text().splitlines()
    assert lines[0] == "/* SPDX-License-Identifier: BSD-2-Clause */"
    assert len(lines) <= LINES_MAX


@pytest.mark.parametrize("path", C_FILES, ids=name)
def test_function_size(path):
    """Functions of 10 to 30 lines, never above 70. A body opens with '{' in the first column."""
    start = None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            assert number - start <= FUNCTION_MAX, f"{path.name}:{start}"
            start = None


@pytest.mark.parametrize("path", C_FILES, ids=name)
def test_no_call_with_a_safer_sister(path):
    """strcpy and its like stay out."""
    assert UNSAFE_CALLS.findall(without_comments(path)) == []


@pytest.mark.parametrize("path", C_FILES, ids=name)
def test_no_call_that_shares_a_buffer_with_other_threads(path):
    """The host may be threaded, and libcurl's resolver is a thread: only the _r sisters."""
    assert SHARED_CALLS.findall(without_comments(path)) == []


@pytest.mark.parametrize("path", [p for p in C_FILES if p.parent.name != "worker"], ids=name)
def test_module_leaves_the_host_alone(path):
    """PAM-33: only launch.c, in the child after fork, may touch signals and the folder."""
    found = set(HOST_CALLS.findall(without_comments(path)))
    allowed = {"sigaction", "sigprocmask", "chdir"} if path.name == "launch.c" else set()
    assert found <= allowed


@pytest.mark.parametrize("path", C_FILES + H_FILES, ids=name)
def test_clang_format_decides_the_layout(path):
    """make style mends it. Releases of clang-format differ in details, so one of them decides."""
    version = subprocess.run(["clang-format", "--version"], check=True, capture_output=True,
                             text=True).stdout
    if f" {CLANG_FORMAT}." not in version:
        pytest.skip(f"layout is decided by clang-format {CLANG_FORMAT}, here is {version.strip()}")
    out = subprocess.run(["clang-format", "--style=file", str(path)], check=True,
                         capture_output=True, text=True).stdout
    assert out == path.read_text()
