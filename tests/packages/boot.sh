# SPDX-License-Identifier: BSD-2-Clause
# Boots a root with systemd as its first process. Sourced after roots.sh.

install_provider() { # node's oidc-provider, for a login with a secret that is checked
    [ -d "$top/tests/idp/node_modules" ] || (cd "$top/tests/idp" &&
        quiet npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund)
}

make_booting_root() { # ROOT RELEASE PACKAGE...
    make_root "$@" systemd systemd-sysv dbus libpam-systemd apparmor sudo nodejs python3-pyte
}

# prepare_suite ROOT PYTEST-OPTIONS...: the package is installed, alice is there, and when the root is up
# systemd runs tests/booted and powers off.
prepare_suite() {
    local root=$1
    shift
    rm -rf "$out/$root/build/result" "$out/$root/build/status"
    cp -a "$top/tests/idp/node_modules" "$out/$root/build/pam-oauth/tests/idp/"
    quiet "$root-install" enter "$root" sh -euxc '
        apt-get install -q -y --no-install-recommends /build/libpam-oauth_*.deb
        getent passwd alice || useradd -m -s /bin/bash alice
        ssh-keygen -A
        systemctl enable ssh.service
        cat > /etc/hosts' <<< '127.0.0.1 localhost' || return 1
    cat > "$out/$root/etc/systemd/system/pam_oauth-tests.service" << END
[Unit]
Description=Tests of pam_oauth
After=ssh.service systemd-user-sessions.service
SuccessAction=poweroff
FailureAction=poweroff
[Service]
Type=oneshot
TimeoutStartSec=900
Environment=LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 HOME=/root
ExecStart=/build/pam-oauth/tests/run-pytest booted $*
ExecStopPost=/bin/sh -c 'echo \$EXIT_STATUS > /build/status'
StandardOutput=file:/build/result
StandardError=inherit
END
    ln -sf ../pam_oauth-tests.service "$out/$root/etc/systemd/system/multi-user.target.wants/"
}

judge_suite() { # FOLDER: what the suite said of itself, and whether all is well
    cat "$1/result" 2> /dev/null
    [ "$(cat "$1/status" 2> /dev/null)" = 0 ]
}

cgroup2() { # where this system has it mounted
    awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts
}

# In namespaces of its own: processes, mounts, network, cgroups. What mounts a service makes, all of the root
# sees, as on a host that systemd has booted.
boot_in_namespaces() { # ROOT
    local cgroup
    cgroup=$(cgroup2)/pam_oauth-$$
    mkdir "$cgroup" || return 1
    # shellcheck disable=SC2016 # for the shells in there
    (echo "$BASHPID" > "$cgroup/cgroup.procs" && exec timeout --foreground --signal=KILL 1200 unshare --mount \
        --propagation private --pid --fork --kill-child --uts --ipc --net --cgroup bash -eu -c '
        cd "$1"
        mount --bind . "$1"
        cd "$1"
        mount -t proc -o nosuid,nodev,noexec proc proc
        mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
        mount -t cgroup2 cgroup2 sys/fs/cgroup
        mount -t tmpfs -o mode=755,nosuid tmpfs dev
        for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
            IFS=: read -r device major minor <<< "$device"
            mknod -m 666 "dev/$device" c "$major" "$minor"
        done
        mkdir -m 1777 dev/shm
        mkdir dev/pts
        mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
        ln -s pts/ptmx dev/ptmx
        ln -s /proc/self/fd dev/fd
        mount -t tmpfs -o mode=755,nosuid,nodev tmpfs run
        mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs tmp
        hostname web01
        mkdir run/before
        pivot_root . run/before
        exec chroot . bash -eu -c "umount -l /run/before; rmdir /run/before; mount --make-rshared /
            exec env -i container=private PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd"
    ' boot "$out/$1") < /dev/null > "$out/$1-boot.log" 2>&1
    find "$cgroup" -depth -type d -exec rmdir {} + # nobody is left in them
}

# On the release's own kernel, in a virtual machine without a network: what is loaded into a kernel is not loaded
# into that of this system. Emulated, unless ACCEL=kvm: that works in few of the places where this runs. The result
# is put where judge_suite looks for it.
boot_in_vm() { # ROOT
    local root=$out/$1 image=$out/$1.img name
    rm -f "$image"
    quiet "$1-image" mke2fs -q -t ext4 -d "$root" "$image" 6G || return 1
    timeout --foreground 1800 qemu-system-x86_64 -machine q35 -accel "${ACCEL:-tcg}" -cpu max -m 1024 -smp 2 \
        -display none -monitor none -nic none -no-reboot -serial "file:$out/$1-console.log" \
        -kernel "$root/vmlinuz" -initrd "$root/initrd.img" \
        -drive "file=$image,format=raw,if=virtio,cache=unsafe" \
        -append 'root=/dev/vda rw console=ttyS0 apparmor=1 security=apparmor log_buf_len=4M panic=-1' \
        < /dev/null > "$out/$1-boot.log" 2>&1
    for name in result status; do
        debugfs -R "dump /build/$name $root/build/$name" "$image" >> "$out/$1-boot.log" 2>&1
    done
    rm -f "$image"
}
