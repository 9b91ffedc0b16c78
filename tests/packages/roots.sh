# SPDX-License-Identifier: BSD-2-Clause
# Clean roots of releases of Debian, in which the package is built and used. Sourced, not run, by what sets
# $top, the source tree, and $out, the folder that the roots and the logs lie in.
#
# Each root is entered in namespaces of its own; nothing of it is seen outside.

roots_begin() { # NAME: whose messages these are
    roots_name=$1
    [ "$(id -u)" = 0 ] || roots_die "needs root"
    command -v debootstrap > /dev/null || roots_die "debootstrap is not installed"
    mkdir -p "$out"
}
roots_die() { printf '%s: %s\n' "$roots_name" "$*" >&2; exit 1; }

# quiet LOG COMMAND...: shows the end of the log if the command fails
quiet() {
    local log=$out/$1.log
    shift
    "$@" > "$log" 2>&1 || { tail -n 40 "$log"; echo "$roots_name: failed: $log" >&2; return 1; }
}

mirror() { # of the release that this system is: neither updates nor security
    # shellcheck disable=SC2016 # for apt and awk
    apt-get indextargets --format '$(REPO_URI) $(RELEASE)' | awk '$2 !~ /-/ { print $1; exit }'
}

# enter ROOT COMMAND...: nobody outside sees the mounts; the first process takes all others with it
# shellcheck disable=SC2317 # called through quiet
enter() {
    local root=$out/$1
    shift
    # shellcheck disable=SC2016 # for the shell in there
    unshare --mount --propagation private --pid --fork --kill-child --uts bash -eu -c '
        root=$1
        shift
        mount --bind "$root" "$root"
        mount -t tmpfs -o mode=755 tmpfs "$root/dev"
        for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 ptmx:5:2; do
            IFS=: read -r device major minor <<< "$device"
            mknod -m 666 "$root/dev/$device" c "$major" "$minor"
        done
        mkdir -m 1777 "$root/dev/shm"
        mkdir "$root/dev/pts"
        mount --bind /dev/pts "$root/dev/pts"
        ln -s /proc/self/fd "$root/dev/fd"
        mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
        mount -t tmpfs tmpfs "$root/run"
        mount -t proc proc "$root/proc"
        cd /
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
            TERM=dumb DEBIAN_FRONTEND=noninteractive "$@"' enter "$root" "$@"
}

# make_root ROOT RELEASE PACKAGE...: with these packages besides what building the package and a login of
# the tests need; nothing of it is a dependency of the package.
make_root() {
    local root=$1 release=$2
    shift 2
    rm -rf "${out:?}/$root"
    quiet "$root-debootstrap" unshare --mount --propagation private --pid --fork --kill-child \
        debootstrap --variant=minbase "$release" "$out/$root" "$(mirror)" || return 1
    # How this system reaches its mirror, and no service of a package is started.
    apt-config dump | grep '^Acquire::' > "$out/$root/etc/apt/apt.conf.d/50this-system"
    printf '#!/bin/sh\nexit 101\n' > "$out/$root/usr/sbin/policy-rc.d"
    chmod 755 "$out/$root/usr/sbin/policy-rc.d"
    touch "$out/$root/etc/resolv.conf"
    quiet "$root-packages" enter "$root" sh -c 'apt-get update -q && apt-get install -q -y \
        --no-install-recommends "$@"' packages build-essential debhelper dh-autoreconf lintian \
        openssh-server openssh-client python3-cryptography python3-pexpect python3-pytest login passwd \
        procps "$@"
}

copy_tree() { # ROOT: what is tracked, or would be
    local target=$out/$1/build/pam-oauth
    rm -rf "${out:?}/$1/build"
    mkdir -p "$target"
    git -C "$top" -c safe.directory="$top" ls-files -z --cached --others --exclude-standard |
        tar -C "$top" --null -T - -c | tar -C "$target" --no-same-owner -x
}

build_package() { # ROOT: in /build, and without a finding of lintian
    copy_tree "$1"
    quiet "$1-build" enter "$1" sh -euc '
        cd /build/pam-oauth
        apt-get build-dep -q -y --no-install-recommends ./
        dpkg-buildpackage -us -uc -b
        lintian --allow-root --fail-on error,warning ../*.changes'
}
