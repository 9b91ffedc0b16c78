# SPDX-License-Identifier: BSD-2-Clause
"""QR symbols as the worker sends them; some of them, for the scripted worker of the module tests.

Made once with libqrencode (level L, byte mode); tests/lib/qrread.py reads them back.
"""

import base64

URI = "https://sso.example.org/device"

# version 1
SHORT = "https://h.example"

# version 3
USUAL = f"{URI}?user_code=WDJB-MJHT"

# version 4, filled: the largest that leaves room for the text in 24 rows (UIX-18)
FULL = f"{URI}?user_code=WDJB-MJHT&x=".ljust(78, "y")

# version 14, filled: the largest that LIM-16 admits
LARGEST = f"{URI}?x=".ljust(458, "y")

# URI: (modules per side, bits in base64)
_SYMBOLS = {
    SHORT: (21, (
        "/iP8FtBugrt11duhLsFNB/qv4AsA+9VUxz/cp8y4+cq4rIBh9/tk0EU+usPF1LWutskFec/ttQA=")),
    USUAL: (29, (
        "/gi7/BVuEG6ApLt1zdXbpF+uwWelB/qqr+ANQwD739VRxQX8RYrgAaAzcqM39QZsgFlFHQ49nLhBolrdwGYA"
        "NP1m8PFJMUdRKDW9+4BtdH/7vuuQT1MTuorPtdcBC26q+f0F8zav7bUOAA==")),
    FULL: (33, (
        "/jbpP8Fg8lBumsvLt1bQRdujatLsFg9BB/qqqv4A1nwA+7bq1SzbdpHx8GO5V61hykstaY3DrrebD6+GKEXK"
        "1h40wpaDySBbf9Lr0HmZSLll4EH1aC2XxLf5LvwGo3VSln+ctzaS/IBrTsV/oGPrUE128duvbi/d1bH40uqF"
        "JNUF1njc/pbfqQA=")),
    LARGEST: (73, (
        "/lDKZxxyMGq/wUthUlPldtkQbo2PVnynW20Lt1TT6eOO41hl26Ucr/HH+wba7Ba6HGU+R23xB/qqqqqqqqqq"
        "/gC2eRPlEdvtAPueHv8cf5ri1Ro2ZbOOPRhp4L+2cMkp9Ltt33yA14s+Uq2y2j65cezxxvGsCSCqtls449GD"
        "X3v6TQySn0u23efY4Xiz5SrbbKNr0x7PHG8awJJiiWWzjj0YNfeWzFDJKfS7bd53jheLPlKttvow/KHs8cbx"
        "rAknoJJbOOPRg195LeEMkp9Ltv3nG7t4s+Uq2vWhP8Ye/xxvmmD6NFLlR448WDhEvr4w6yn2u2nrdRgXsT5T"
        "HbaRMvxx//HH+awfpiMuXnjjeYNd+MqjD5KfCbbbZllheEPlNdts86aFH18cfRrAEmLC5eeON5g1y5zisPkp"
        "8Jtt+muXB4Q+U122zzhpWfXxx9GsFSYM5l5443mDXLFOGw+Snwm2+6a65nhD5TXb7PAuoR9fHH0aqlJQoyXn"
        "jjeY7Mqg9zD5KfCbabtvqieEPlNdso0/+Qn/8cf5rA+kR4JceOPFg1x4K+EOsp8rtt6mcUZ5E+Ux220TP5Sf"
        "/xxvmsD6Jjslb442mDVjkpaQ0yn32232dKVnrD5STbbrMilB4nHHKawLoy82VvjjaYNUtX9vDTKffbbeRRDT"
        "esPlJNpn06LunicccprD+tLLJW+ONph5aorvsNMp99stZO6FN6w+Uk2yrby1WeJxxymsD6VgWlb442mDVrta"
        "rw0yn3223kYz+XrD5STbbtOK8Z7/HH+awPoAZqXHjjRYNUe/qvCrKfK7bapwToeRPlMdttE7r4H/8cf5rB+l"
        "1qZZOOPVg1N26vkPcp81tP8DBVB7k+UO2++R/t8eZxx6Go4LgA==")),
}


def symbol(uri):
    """(modules per side, bits) of one of the URIs above."""
    side, text = _SYMBOLS[uri]
    return side, base64.b64decode(text)


def size(side):
    """Bytes of the bit field of a symbol."""
    return (side * side + 7) // 8


def rows(challenge):
    """The symbol of a CHALLENGE as a list of rows of booleans, True = dark."""
    side, bits = challenge["qr_side"], challenge["qr_bits"]
    return [[bool(bits[(y * side + x) // 8] >> (7 - (y * side + x) % 8) & 1)
             for x in range(side)] for y in range(side)]
