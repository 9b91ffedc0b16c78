# SPDX-License-Identifier: BSD-2-Clause
"""Templates of authselect, for tests on systems that have none: a profile of our own in the form of
authselect-profiles(5), and what authselect would make of one with some features selected."""

import re

LINE = re.compile(r'\{(include|exclude) if (not )?"([^"]+)"\}')
VALUE = re.compile(r'\{if (not )?"([^"]+)":([^{}|]*)(?:\|([^{}|]*))?\}')

# The order of lines in which such stacks are written; what lets in, or does not, is {last}.
STACK = """auth        required                                     pam_env.so
auth        required                                     pam_faildelay.so delay=2000000
auth        required                                     pam_warn.so # before                 {{include if "with-lock"}}
auth        [default=1 ignore=ignore success=ok]         pam_permit.so
auth        sufficient                                   {last} {{if not "without-null":nullok}}
auth        required                                     pam_warn.so # behind                 {{include if "with-lock"}}
auth        required                                     pam_deny.so

account     sufficient                                   pam_permit.so                        {{exclude if "with-no-account"}}
account     required                                     pam_deny.so

password    required                                     pam_deny.so

session     required                                     pam_permit.so
"""


def render(template, *features):
    """What authselect writes: lines in or out, values in place of their operators."""
    lines = []
    for text in template.splitlines():
        found = LINE.search(text)
        if found:
            has = (found[3] in features) != bool(found[2])
            if has != (found[1] == "include"):
                continue
        text = LINE.sub("", text)
        text = VALUE.sub(lambda m: m[3] if (m[2] in features) != bool(m[1]) else m[4] or "", text)
        lines.append(text.rstrip())
    assert "{" not in "".join(lines), lines
    return "\n".join(lines) + "\n"


def features_of(template):
    """The features that authselect would offer."""
    return sorted({found[3] for found in LINE.finditer(template)}
                  | {found[2] for found in VALUE.finditer(template)})


def make_profile(folder, last="pam_deny.so"):
    """A profile's two stacks."""
    folder.mkdir()
    for name in ("system-auth", "password-auth"):
        (folder / name).write_text(STACK.format(last=last), encoding="ascii")
    return folder
