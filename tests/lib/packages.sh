# SPDX-License-Identifier: BSD-2-Clause
# For check and demo: Debian packages by name. Sourced, not run.

# No service of theirs is to be started or enabled: tests and demo run their own, in namespaces. The
# programs that would do it are covered in a mount namespace of apt's own, so that nothing has to be
# taken back, however this ends.
apt_without_services() {
    unshare --mount --propagation private bash -c '
        for program in /usr/sbin/invoke-rc.d /usr/bin/deb-systemd-invoke /usr/bin/deb-systemd-helper; do
            [ ! -e "$program" ] || mount --bind /bin/true "$program" || exit 1
        done
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
            --no-install-recommends "$@" > /dev/null' apt "$@"
}

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
    printf 'Installing (may take minutes): %s\n' "${missing[*]}"
    apt_without_services "${missing[@]}"
}

# node and npm from Debian, unless some are there already.
install_node() {
    command -v node > /dev/null && command -v npm > /dev/null || install_missing nodejs npm
}
