# SPDX-License-Identifier: BSD-2-Clause
"""A kernel that lacks some system calls, for one process and all that it starts.

    subprocess.Popen(args, preexec_fn=without("landlock"))
    python3 -c "import old_kernel; old_kernel.without('clone3')()"

The calls are answered as an old kernel answers them, with ENOSYS, by a seccomp filter.
"""

import ctypes
import errno
import os
import struct

# Numbers from 424 on are the same on all architectures.
CALLS = {"landlock": (444, 445, 446), "close_range": (436,), "clone3": (435,)}
ALL = tuple(CALLS)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
RET_ERRNO, RET_ALLOW = 0x00050000, 0x7fff0000

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def _filter(numbers):
    code = [struct.pack("HBBI", LOAD_WORD, 0, 0, 0)]
    for number in numbers:
        code.append(struct.pack("HBBI", JUMP_IF_EQUAL, 0, 1, number))
        code.append(struct.pack("HBBI", RETURN, 0, 0, RET_ERRNO | errno.ENOSYS))
    code.append(struct.pack("HBBI", RETURN, 0, 0, RET_ALLOW))
    return code


def without(*names):
    """A function that takes these calls away from this process, for good."""
    code = _filter([n for name in names for n in CALLS[name]])
    data = b"".join(code)

    def apply():
        program = _Program(len(code), data)
        if os.geteuid() != 0:
            _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "seccomp")

    return apply
