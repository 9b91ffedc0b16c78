# SPDX-License-Identifier: BSD-2-Clause
"""The claims that cross to the module, typed: protocol.md chapter 8, LIM-9, LIM-10, LIM-20."""

from flow import row, table
from token_rows import claims, idt


def wants(*names, **values):
    """A request for these claims."""
    return {"wants": [{"name": n} if isinstance(n, str) else n for n in names], **values}


def gives(*expected):
    """The claims that cross to the module."""
    def check(result):
        assert result.identity["claims"] == list(expected), str(result)
    return check


def hashed(expected):
    """What the log is to call the person."""
    def check(result):
        assert result.identity["subject_hash"] == expected, str(result)
    return check


GROUPS = {"name": "groups", "read": "list", "values": ["admins", "staff", "none"]}
ROLES = {"name": "/realm_access/roles", "read": "list", "values": ["ssh"]}
AUTH_TIME = {"name": "auth_time", "read": "time"}
AMR = {"name": "amr", "read": "list", "values": ["mfa"]}
SELECTED = [
    row("LIM-20 claims by name", request=wants("email", "email_verified", "uid", "nope"),
        check=gives("a@b.example", True, 5, None),
        **idt(**claims(email="a@b.example", email_verified=True, uid=5))),
    row("PAM-45 SHA-256 of the subject", request={"hash_subject": True}, check=hashed("4ace913314955c59")),
    row("PAM-45 not asked for", check=hashed(None)),
    row("IDN-12 a name with dots and slashes is one member",
        request=wants("https://example.org/x", "a.b"), check=gives("1", "2"),
        **idt(claims={"https://example.org/x": "1", "a.b": "2"})),
    row("IDN-12 a pointer walks objects", check=gives(["ssh"], None, None),
        request=wants(ROLES, "/realm_access/nope/x", "/list/0"),
        **idt(**claims(realm_access={"roles": ["ssh", "x"]}, list=["a"]))),
    row("IDN-13 only named values of a list cross", request=wants(GROUPS),
        check=gives(["staff", "admins"]), **idt(**claims(groups=["staff", "x", "admins"]))),
    row("IDN-13 one string is a list of one", request=wants(GROUPS), check=gives(["staff"]),
        **idt(**claims(groups="staff"))),
    row("IDN-13 words", request=wants({**GROUPS, "read": "words"}),
        check=gives(["staff", "admins"]), **idt(**claims(groups="staff x admins"))),
    row("LIM-19 LIM-20 a named value a thousand times crosses once",
        check=gives(["g" * 80], ["g" * 80]),
        request=wants({"name": "groups", "read": "list", "values": ["g" * 80]},
                      {"name": "/groups", "read": "list", "values": ["g" * 80]}),
        **idt(**claims(groups=["g" * 80] * 1000))),
    row("IDN-13 keys", request=wants({**GROUPS, "read": "keys"}), check=gives(["staff"]),
        **idt(**claims(groups={"staff": {"a": 1}, "x": 1}))),
    row("SRV-149 a list with a number is no list", request=wants(GROUPS), check=gives(...),
        **idt(**claims(groups=["staff", 5]))),
    row("SRV-149 an object is no list", request=wants(GROUPS), check=gives(...),
        **idt(**claims(groups={"staff": 1}))),
    row("SRV-149 LIM-10 1001 groups are no list", request=wants(GROUPS), check=gives(...),
        **idt(**claims(groups=["staff"] + [f"g{i}" for i in range(1000)]))),
    row("LIM-10 1000 groups", request=wants(GROUPS), check=gives(["staff"]),
        **idt(**claims(groups=["staff"] + [f"g{i}" for i in range(999)]))),
    row("IDT-18 JSN-5 times: integers, and reals rounded to the past",
        request=wants(*({"name": n, "read": "time"} for n in ("a", "b", "c", "d", "e", "f"))),
        check=gives(1700000000, 1700000000, 1700000000, ..., ..., None),
        **idt(**claims(a=1700000000, b=1700000000.0, c=1700000000.9, d="1700000000", e=True))),
    *[row(f"SRV-146 auth_time {value!r} is what the module has to judge", request=wants(AUTH_TIME),
          check=gives(crosses), **idt(**claims(auth_time=value)))
      for value, crosses in ((1, 1), (None, None), (..., None), ("1700000000", ...), (-1, -1),
                             ([1700000000], ...), (1e300, 2**63 - 1))],
    *[row(f"SRV-147 acr {acr!r}, amr {amr!r} cross as what they are", request=wants("acr", AMR),
          check=gives(*crosses), **idt(**claims(acr=acr, amr=amr)))
      for acr, amr, crosses in (("0", ["pwd"], ("0", [])), (..., ..., (None, None)),
                                (["gold"], "mfa", (..., ["mfa"])), (5, {"mfa": 1}, (5, ...)),
                                (True, [5], (True, ...)), ("", [], (None, [])))],
    *[row(f"SRV-148 email_verified {value!r} crosses as what it is", request=wants(
        "email_verified"), check=gives(crosses), **idt(**claims(email_verified=value)))
      for value, crosses in ((False, False), (None, None), ("yes", "yes"), ("true", "true"),
                             (1, 1), ([True], ...), (..., None))],
    row("SRV-185 an array is no value", request=wants("x", "y", "z"), check=gives(..., ..., ...),
        **idt(**claims(x=["a"], y={"a": 1}, z=1.5))),
    row("LIM-9 a value of 255 and one of 256 bytes", request=wants("x", "y"),
        check=gives("v" * 255, ...), **idt(**claims(x="v" * 255, y="v" * 256))),
    row("IDT-16 a value with a control character", request=wants("x"), check=gives(...),
        **idt(**claims(x="a\nb"))),
    row("SRV-185 an empty value", request=wants("x"), check=gives(None), **idt(**claims(x=""))),
    row("IDN-10 a value beyond ASCII crosses as it is", request=wants("x"),
        check=gives("\u0430lice"), **idt(**claims(x="\u0430lice"))),
    row("IDT-26 aggregated claims are not followed", request=wants(GROUPS), check=gives(None),
        **idt(claims={"_claim_names": {"groups": "src1"},
                      "_claim_sources": {"src1": {"endpoint": "https://localhost:1/"}}})),
]


@table(SELECTED)
def test_selected(row, judge):  # pylint: disable=redefined-outer-name
    """LIM-20, IDN-12, IDN-13: the claims that cross, typed."""
    judge(row)
