# SPDX-License-Identifier: BSD-2-Clause
"""debian/, packaging/ and the build agree: one version, the files that are installed, the paths that
the policy labels. The packages themselves are made by tests/packages."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

from built import built

ROOT = pathlib.Path(__file__).resolve().parents[2]
SELINUX = ROOT / "packaging" / "selinux"
SPEC = (ROOT / "packaging" / "rpm" / "pam_oauth.spec").read_text(encoding="utf-8")
BUILD_C = (ROOT / "pam_oauth" / "module" / "build.c").read_text(encoding="utf-8")
DEVEL = pathlib.Path("/usr/share/selinux/devel/Makefile")

# What the spec file installs by itself, besides what `make install` does.
BESIDES = {"%{_tmpfilesdir}/pam_oauth.conf", "%{_datadir}/%{name}", "%{_localstatedir}/lib/%{name}",
           "/run/%{name}"}
# make's name of a folder: what the spec file calls it
FOLDERS = {"pamdir": "%{_libdir}/security", "libexecdir": "%{_libexecdir}", "sbindir": "%{_sbindir}",
           "mandir": "%{_mandir}", "docdir": "%{_docdir}/%{name}", "confdir": "%{_sysconfdir}/pam_oauth",
           "sysusersdir": "%{_sysusersdir}"}


def found(pattern, path):
    """What a file says in the place where it names the version."""
    match = re.search(pattern, (ROOT / path).read_text(encoding="utf-8"), re.M)
    assert match, path
    return match[1]


def test_one_version():
    """Whoever raises it raises it everywhere."""
    versions = {
        "configure.ac": found(r"^AC_INIT\(\[pam_oauth\], \[([\d.]+)\]\)", "configure.ac"),
        "NEWS": found(r"\Apam_oauth ([\d.]+)\b", "NEWS"),
        "debian": found(r"\Apam-oauth \(([\d.]+)\)", "debian/changelog"),
        "spec": found(r"^Version: +([\d.]+)$", "packaging/rpm/pam_oauth.spec"),
        "its changelog": found(r"%changelog\n\* .* - ([\d.]+)-1\n", "packaging/rpm/pam_oauth.spec"),
        "policy": found(r"^policy_module\(pam_oauth, ([\d.]+)\)", "packaging/selinux/pam_oauth.te"),
    }
    assert len(set(versions.values())) == 1, versions


def listed():
    """path -> the words before it, of %files of the main package."""
    section = re.search(r"^%files\n(.*?)^%(?:if|files)", SPEC, re.M | re.S)[1]
    rows = [line.split() for line in section.splitlines() if line and line[0] != "#"]
    return {row[-1].removesuffix("*"): row[:-1] for row in rows}


@pytest.fixture(scope="session", name="installed")
def _installed(tmp_path_factory):
    """path as in the spec file -> file, of `make install`."""
    build = pathlib.Path(built("PO_TOOL")).parent
    root = tmp_path_factory.mktemp("root")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    question = "po-folders:;@echo " + " ".join(f"{name}=$({name})" for name in FOLDERS)
    said = subprocess.run(["make", "-s", "-C", build, "--eval", question, "po-folders"], check=True,
                          env=environment, capture_output=True, text=True).stdout
    folders = dict(word.split("=") for word in said.split() if "=" in word)
    subprocess.run(["make", "-s", "-C", build, "install", f"DESTDIR={root}"], check=True,
                   env=environment, capture_output=True)
    files = {}
    for path in (p for p in root.rglob("*") if p.is_file()):
        place = "/" + str(path.relative_to(root))
        (name,) = [n for n in FOLDERS if place.startswith(folders[n] + "/")]
        files[FOLDERS[name] + place.removeprefix(folders[name])] = path
    assert len(files) > 10
    return files


def test_file_list(installed):
    """Both directions: what is installed is in %files, and nothing else but BESIDES."""
    paths = listed()
    folders = [path for path in paths if path == FOLDERS["docdir"]]
    left = {path for path in installed if path not in paths and
            not any(path.startswith(f"{folder}/") for folder in folders)}
    assert not left, "not in %files"
    assert {path for path in paths if path[0] in "%/" and path not in installed} == {
        *BESIDES, *folders, FOLDERS["confdir"]}


@pytest.mark.parametrize("path, words", [
    ("%{_libexecdir}/pam_oauth_worker", ["%attr(0711,root,root)"]),
    ("%{_sysconfdir}/pam_oauth/pam_oauth.conf", ["%config(noreplace)"]),
    ("%{_sysconfdir}/pam_oauth/map", ["%config(noreplace)"]),
    ("%{_localstatedir}/lib/%{name}", ["%dir", "%attr(0700,root,root)"]),
    ("/run/%{name}", ["%ghost", "%dir", "%attr(0700,root,root)"])])
def test_modes(path, words):
    """What must not be lost."""
    assert listed()[path] == words


def test_worker_is_not_readable(installed):
    """By `make install` itself, whoever packages it."""
    assert installed["%{_libexecdir}/pam_oauth_worker"].stat().st_mode & 0o777 == 0o711


def test_files_that_the_spec_takes_exist():
    """From the tarball: packaging/ and doc/."""
    names = re.findall(r"\b((?:packaging|doc)/\S+)", SPEC.replace(".pp.bz2", ".te").replace(".pp", ".te"))
    assert len(names) > 5
    makefile = (ROOT / "Makefile.am").read_text(encoding="utf-8")
    for name in names:
        assert (ROOT / name).exists(), name
        assert name.startswith("doc/") or name in makefile or (ROOT / name).is_dir(), name


def test_labels():
    """The policy labels the paths that the module has."""
    contexts = (SELINUX / "pam_oauth.fc").read_text(encoding="utf-8")
    paths = re.findall(r'"(/(?:run|var/lib)/pam_oauth)"', BUILD_C)
    assert sorted(paths) == ["/run/pam_oauth", "/var/lib/pam_oauth"]
    secrets = re.search(r"RuntimeDirectory=(\S+)", (
        ROOT / "etc" / "systemd" / "pam_oauth-secrets.service").read_text(encoding="utf-8"))[1]
    for path in (*paths, "/etc/pam_oauth", f"/run/{secrets}"):
        assert f"\n{path}(/.*)?\t" in contexts, path
    kind = found(r'^#define WORKER_TYPE +"(\w+)"', "pam_oauth/tool/check_confinement.c")
    assert re.search(rf"^/usr/libexec/pam_oauth_worker\t.*:object_r:{kind},s0\)$", contexts, re.M)
    made = (ROOT / "packaging" / "rpm" / "pam_oauth.tmpfiles").read_text(encoding="utf-8")
    assert re.findall(r"^d (\S+) +0700 root root -$", made, re.M) == paths


@pytest.mark.skipif(not (DEVEL.exists() and shutil.which("checkmodule")),
                    reason="selinux-policy-dev and checkpolicy are not installed")
def test_policy_compiles(tmp_path):
    """By checkmodule and semodule_package, with the interfaces of the reference policy."""
    for suffix in ("te", "if", "fc"):
        shutil.copy(SELINUX / f"pam_oauth.{suffix}", tmp_path)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(["make", "-s", "-C", tmp_path, "-f", DEVEL, "pam_oauth.pp"], env=environment,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0 and (tmp_path / "pam_oauth.pp").stat().st_size > 10000, done.stderr


@pytest.mark.skipif(not shutil.which("rpmspec"), reason="rpm is not installed")
def test_spec_is_understood():
    """By rpm, with the policy module and without."""
    for option, packages in ((), ["pam_oauth", "pam_oauth-selinux"]), (("--without=selinux",), ["pam_oauth"]):
        said = subprocess.run(["rpmspec", "-q", *option, "--queryformat", "%{NAME}\\n",
                               str(ROOT / "packaging" / "rpm" / "pam_oauth.spec")], check=True,
                              capture_output=True, text=True).stdout
        assert said.split() == packages
