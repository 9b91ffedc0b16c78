# SPDX-License-Identifier: BSD-2-Clause
# For check and demo: Debian packages by name. Sourced, not run.

# Installs those of its arguments that are not installed, and names them on the screen.
install_missing() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f '${Status}' "$name" 2> /dev/null | grep -q 'ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} = 0 ] && return 0
    command -v apt-get > /dev/null || {
        printf 'These packages are needed (Debian names): %s\n' "${missing[*]}" >&2
        return 1
    }
    printf 'Installing: %s\n' "${missing[*]}"
    # no service of theirs is to be started: tests and demo run their own, in namespaces
    local policy=/usr/sbin/policy-rc.d made=0 rc=0
    [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod 755 "$policy" && made=1; }
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends "${missing[@]}" > /dev/null; } || rc=1
    [ "$made" = 0 ] || rm -f "$policy"
    return "$rc"
}

# node and npm from Debian, unless some are there already.
install_node() {
    command -v node > /dev/null && command -v npm > /dev/null || install_missing nodejs npm
}
