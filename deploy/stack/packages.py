"""What comes from the distribution, and the user that runs everything when root sets up."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from .place import SYSTEM_HOME, SYSTEM_USER, Place
from .shell import DISK, NETWORK, disk_full
from .words import StopError

# one reason each
PORTAL = (
    "postgresql",  # the truth: datasets, queue, ledger
    "redis-tools",  # the doorbell; holds the server's program too, without a system service
    "python3-venv",  # our own Python packages
    "python3-dev",  # psycopg2 is compiled: it has no wheel
    "gcc",
    "libc6-dev",
    "libpq-dev",
    "openjdk-17-jdk-headless",  # runs Solr and compiles its launcher
    "maven",  # collects Solr
    "libmagic1",  # CKAN looks at the content of uploads
    "gettext",  # compiles the translations
)
TESTS = (
    "chromium",  # the browser tests
    "chromium-driver",
    "curl",  # the examples of docs/api.md
    "strace",  # what the kernel sees of a job on the store
    "r-base-core",
    "r-cran-jsonlite",
    "git",  # the editable install and the layout are checked on a checkout
)
# Debian would start a cluster of its own on port 5432. In force during our installation only.
# dpkg refuses everything until what an interrupted run left behind is configured.
NO_MAIN_CLUSTER = "/etc/postgresql-common/createcluster.d/khonkaencarbon.conf"
INSTALL = f"""
mkdir -p {Path(NO_MAIN_CLUSTER).parent}
echo 'create_main_cluster = false' > {NO_MAIN_CLUSTER}
trap 'rm -f {NO_MAIN_CLUSTER}' EXIT
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
dpkg --force-confold --configure -a &&
apt-get -q update &&
apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold install "$@"
"""
LOCKED = re.compile("Could not get lock|lock (is|was) locked by another process")


def install(place: Place) -> bool:
    """Install what is missing; False when nothing is."""
    wanted = PORTAL + (TESTS if place.testing else ())
    present = _installed(wanted)
    missing = [name for name in wanted if name not in present]
    if not missing:
        return False
    done = subprocess.run(
        [*_as_root(missing), "sh", "-c", INSTALL, "install", *missing],
        stdin=None if os.isatty(0) else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise _refusal(missing, done.stdout)
    return True


def _installed(wanted: tuple[str, ...]) -> set[str]:
    shape = "${db:Status-Status} ${Package}\\n"
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", shape, *wanted], capture_output=True, text=True, check=False
    )
    return {line.partition(" ")[2] for line in asked.stdout.splitlines() if line.startswith("installed ")}


def _as_root(missing: list[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        raise _no_sudo(missing)
    asked = subprocess.run(
        ["sudo", "-v"] if os.isatty(0) else ["sudo", "-n", "true"], stderr=subprocess.DEVNULL, check=False
    )
    if asked.returncode:
        raise _no_sudo(missing)
    return ["sudo", "--preserve-env=http_proxy,https_proxy,no_proxy"]


def _no_sudo(missing: list[str]) -> StopError:
    words = f"apt-get install --no-install-recommends {' '.join(missing)}"
    return StopError(
        f"ต้องติดตั้งแพ็กเกจแต่ใช้ sudo ไม่ได้: โปรดให้ผู้ดูแลเครื่องสั่ง {words} แล้วสั่งใหม่",
        f"Packages are missing and sudo cannot be used: an administrator has to run {words} first.",
    )


def _refusal(missing: list[str], output: str) -> StopError:
    tail = output.strip().splitlines()[-1:] or [""]
    words = f"apt-get install {' '.join(missing)}"
    if DISK.search(output):
        return disk_full()
    if NETWORK.search(output):
        return StopError(
            "ดาวน์โหลดแพ็กเกจของระบบไม่ได้: โปรดตรวจเครือข่ายหรือพร็อกซีของ apt แล้วสั่งใหม่",
            "Could not download system packages: check the network or apt's proxy, then run this again.",
        )
    if LOCKED.search(output):
        return StopError(
            "apt กำลังถูกโปรแกรมอื่นใช้อยู่: โปรดรอสักครู่แล้วสั่งใหม่",
            "apt is busy with another program: wait a moment, then run this again.",
        )
    return StopError(
        f"ติดตั้งแพ็กเกจของระบบไม่สำเร็จ ({tail[0]}): ลองสั่ง {words} เพื่อดูสาเหตุ",
        f"The system's packages could not be installed ({tail[0]}): try {words} to see why.",
    )


def make_user(place: Place) -> bool:
    """Create the system user, once; only root needs it."""
    if not place.as_root:
        return False
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            [
                *("useradd", "--system", "--user-group", "--shell", "/usr/sbin/nologin"),
                *("--no-create-home", "--home-dir", str(SYSTEM_HOME), SYSTEM_USER),
            ],
            check=True,
            capture_output=True,
        )
        return True
    return False
