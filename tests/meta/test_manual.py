#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""pam_oauth.conf(5) and the example files say what the program does: every key with its values,
range and default, the presets, and examples that are accepted. In both directions."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULE = ROOT / "pam_oauth" / "module"
MANUAL = ROOT / "man" / "pam_oauth.conf.5"
KEY_SECTIONS = ("PROVIDER", "NETWORK", "IDENTITY", "ID TOKEN", "DISPLAY", "FLOW", "LIMITS", "ACCOUNTS",
                "MEMORY")
SOURCES = [MODULE / f"{n}.c" for n in ("assign", "catalogue", "claims", "conditions",
                                       "conditions_parse", "keys", "mail", "network", "pattern",
                                       "presets", "providers", "rules", "rules_facts",
                                       "rules_parse", "value", "words")]


class Key:
    """One row of the key table, or one item of the manual."""

    def __init__(self, name, kind, default, low, high, empty, words):
        self.name, self.kind, self.words = name, kind, words
        self.default = None if default == "-" else default
        self.empty = None if empty == "-" else empty
        self.low, self.high = low, high


@pytest.fixture(scope="session")
def program(tmp_path_factory):
    """manual_facts.c, built from the sources that ship."""
    binary = tmp_path_factory.mktemp("manual") / "facts"
    common = sorted((ROOT / "pam_oauth" / "common").glob("*.c"))
    sources = [pathlib.Path(__file__).with_name("manual_facts.c"), *SOURCES, *common]
    subprocess.run([*os.environ.get("CC", "cc").split(), "-std=gnu11", "-D_GNU_SOURCE",
                    f"-I{ROOT / 'include'}", f"-I{MODULE}", *map(str, sources), "-o", str(binary)],
                   check=True)
    return str(binary)


def ask(program, *arguments, text=""):
    """Runs the program; what it says on standard error, where that is the answer."""
    done = subprocess.run([program, *arguments], input=text, capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="session")
def table(program):
    """The key table of the program, by name."""
    status, out, _ = ask(program)
    assert status == 0
    rows = [line.split("\t") for line in out.splitlines()]
    return {row[1]: Key(*row[1:]) for row in rows if row[0] == "key"}


def sections(text):
    """The manual's source by section."""
    parts = re.split(r"^\.Sh (.+)$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def items():
    """name -> (the .It line behind the name, the text up to the next key's)."""
    found = {}
    by_name = sections(MANUAL.read_text())
    for section in KEY_SECTIONS:
        parts = re.split(r"^\.It Cm (\S+) = (.+)$", by_name[section], flags=re.M)
        for name, form, body in zip(parts[1::3], parts[2::3], parts[3::3]):
            assert name not in found, f"{name} is described twice"
            found[name] = (form, body)
    return found


def default_of(body):
    """What the manual says the default is; None where it says nothing of the kind."""
    found = re.findall(r"^The default is\n\.Cm (.+) \.$", body, flags=re.M)
    assert len(found) <= 1
    return found[0] if found else None


def blocks(section):
    """The literal blocks of a section, as a reader would see them."""
    text = sections(MANUAL.read_text())[section]
    found = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", text, flags=re.M | re.S)
    return [block.replace("\\e", "\\") for block in found]


def test_every_key_is_described_and_nothing_else(table):
    """Both directions."""
    assert len(table) > 40
    assert set(items()) == set(table)


def test_defaults_are_those_of_the_program(table):
    """A default that the manual names is the table's; a key without one is said to have none."""
    assert {n: default_of(body) for n, (_, body) in items().items()} == \
        {n: key.default for n, key in table.items()}


def test_keys_without_a_default_are_explained():
    """Either they must be set, or the text says what holds without them."""
    described = items()
    for name in ("issuer", "client_id"):
        assert "It must be set." in described[name][1]
    for name in ("map_file", "min_uid", "require"):
        assert "Without this key it is" in described[name][1]


def test_words_are_listed_in_full(table):
    """A key of a few words lists exactly those, in the order of the table."""
    for name, key in table.items():
        form = items()[name][0]
        if key.kind == "word":
            assert form == f"Cm {key.words}", name
        else:
            assert form.startswith("Ar "), name


def test_ranges_are_those_of_the_program(table):
    """A number's smallest and largest value stand in its text."""
    numbers = [key for key in table.values() if key.kind == "number"]
    assert len(numbers) == 11
    for key in numbers:
        ranges = re.findall(r"(\d+) to (\d+)\b", items()[key.name][1])
        assert (key.low, key.high) in ranges, key.name


def test_rates_are_those_of_the_program(table):
    """PAM-41: what COUNT and SECONDS may be, and the word that switches a limit off."""
    rates = [key for key in table.values() if key.kind == "rate"]
    assert len(rates) == 3
    intro = sections(MANUAL.read_text())["LIMITS"].partition(".Bl ")[0].replace("\n", " ")
    header = (ROOT / "include" / "po_limits.h").read_text()
    seconds = re.search(r"#define PO_RATE_SECONDS_MAX\s+(\d+)", header).group(1)
    for key in rates:
        assert f"{key.low} to {key.high} of them" in intro
        assert f"1 to {seconds}" in intro
        assert f".Cm {key.empty} switches" in intro
    assert table["limit_flows"].empty == "none"


def test_lists_say_how_to_empty_them(table):
    """The word for "no item" is the default, so that the manual shows it."""
    for key in table.values():
        if key.empty and key.kind == "list" and key.name != "refuse_services":
            assert key.default == key.empty, key.name


def test_presets_are_those_of_the_program(program):
    """The table of section PRESETS, cell by cell."""
    text = sections(MANUAL.read_text())["PRESETS"]
    head = re.search(r"^\.It Em service (.+)$", text, flags=re.M).group(1)
    columns = re.findall(r"Ta Em (\S+)", head)
    manual = {}
    for service, cells in re.findall(r"^\.It Cm (\S+) (Ta .+)$", text, flags=re.M):
        for key, value in zip(columns, re.findall(r"Ta (\S+)", cells), strict=True):
            if value != r"\-":
                manual[service, key] = value
    services = sorted({service for service, _ in manual})
    asked = [s.replace("*", "password") for s in services]
    _, out, _ = ask(program, *asked)
    rows = [line.split("\t") for line in out.splitlines() if line.startswith("preset")]
    names = dict(zip(asked, services))
    assert {(names[row[1]], row[2]): row[3] for row in rows} == manual
    source = (MODULE / "presets.c").read_text()
    assert set(re.findall(r'^\s*\{"([^"]+)", "(?:prompt|info)', source, flags=re.M)) == set(services)


def test_limits_are_those_of_the_program():
    """The numbers of sections FORMAT and RULE FILE."""
    header = (ROOT / "include" / "po_limits.h").read_text()

    def limit(name):
        expression = re.search(rf"#define PO_LIMIT_{name}\s+([^/\n]+)", header).group(1)
        assert re.fullmatch(r"[\d*() ]+", expression)
        return eval(expression)  # pylint: disable=eval-used  # digits and * only, see above

    text = MANUAL.read_text()
    by_name = sections(text)
    assert f"at most {limit('CONFIG_LINE')} bytes" in by_name["FORMAT"]
    assert f"at most {limit('CONFIG_FILE') // 1024} KiB" in by_name["FORMAT"]
    assert re.search(rf"commas, {limit('LIST_OPTION')} at\s+most", by_name["FORMAT"])
    rules = by_name["RULE FILE"].replace("\n", " ")
    assert f"at most {limit('RULE_LINE')} bytes, the file {limit('RULE_FILE') >> 20} MiB and " \
        f"{limit('CLAIMS')} different claims" in rules
    assert f"at most {limit('SECRET_FILE') // 1024} KiB" in text.replace("At", "at")


def test_ten_situations_are_rule_files(program):
    """What the manual shows is taken as it stands."""
    examples = blocks("EXAMPLES")
    assert len(examples) == 10
    for example in examples:
        assert ask(program, "rules", text=example) == (0, "", "")
    # and the program does look: the same with a slip in it is refused
    status, _, fault = ask(program, "rules", text=examples[0].replace(" as ", " is ", 1))
    assert status == 1 and fault.startswith("manual:2: ")


def settings_of(text):
    """(key, value) of each assignment in a configuration file."""
    return re.findall(r"^(\w+) = (.+)$", text, flags=re.M)


def test_example_files_are_accepted(program):
    """etc/: as shipped, and with the comment signs taken from the lines meant to be used."""
    conf = (ROOT / "etc" / "pam_oauth.conf").read_text()
    used = re.sub(r"^#(?=\w+ = )", "", conf, flags=re.M)
    assert [k for k, _ in settings_of(conf)] == ["skip_users"]
    assert [k for k, _ in settings_of(used)] == ["issuer", "client_id", "client_secret_file",
                                                 "limit_source", "limit_global",
                                                 "skip_users"]
    for key, value in settings_of(used):
        assert ask(program, "value", key, value) == (0, "", "")
    rules = (ROOT / "etc" / "map").read_text()
    assert not re.search(r"^(issuer|allow)", rules, flags=re.M)
    used = re.sub(r"^#(?=issuer|allow)", "", rules, flags=re.M)
    assert used != rules
    for text in (rules, used):
        assert ask(program, "rules", text=text) == (0, "", "")


def test_provider_presets_are_those_of_the_program(program):
    """PRV-2: each line of section PROVIDER PRESETS, in both directions."""
    _, out, _ = ask(program)
    rows = [line.split("\t")[1:] for line in out.splitlines() if line.startswith("provider\t")]
    manual = []
    text = sections(MANUAL.read_text())["PROVIDER PRESETS"]
    for name, body in re.findall(r"^\.It Cm (\S+)\n(.*?)(?=^\.It|^\.El)", text, flags=re.M | re.S):
        manual += [[name, *line.split(" = ")] for line in re.findall(r"^\.Ql (.+)$", body, flags=re.M)]
    assert len(rows) > 20 and sorted(manual) == sorted(rows)


def test_shipped_console_keeps_a_way_in():
    """LGN-5: root's password at the console works when nothing else does."""
    conf = (ROOT / "etc" / "pam_oauth.conf").read_text()
    assert re.search(r"^\[service login\]\nskip_users = root$", conf, flags=re.M)


def test_the_command_s_manual_lists_its_verbs_and_options():
    """pam-oauth(8) against the tables of main.c, in both directions."""
    manual = (ROOT / "man" / "pam-oauth.8").read_text()
    code = (ROOT / "pam_oauth" / "tool" / "main.c").read_text()
    verbs = set(re.findall(r'\{"(\w+)", po_verb_', code))
    options = set(re.findall(r'\{"([\w-]+)", (?:\'\w\'|OPTION_)', code))
    described, listed = manual.split("The options are these:")
    assert set(re.findall(r"^\.It Cm (\w+)$", described, re.M)) == verbs and len(verbs) >= 6
    assert set(re.findall(r"^\.It .*Fl Fl ([\w-]+)", listed, re.M)) == options and len(options) >= 8
    assert set(re.findall(r"^\.It (\d+)$", listed, re.M)) == {"0", "1", "2", "64"}


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
def test_mandoc_has_nothing_to_say():
    """Whether other manuals are installed on this host is not the manual's fault."""
    manuals = sorted(map(str, (ROOT / "man").glob("*.[58]")))
    done = subprocess.run(["mandoc", "-T", "lint", *manuals], capture_output=True, text=True,
                          check=False)
    said = [line for line in done.stdout.splitlines() if "referenced manual not found" not in line]
    assert said == []
