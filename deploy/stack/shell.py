"""Running other programs: a clean environment, output to the log, plain words when they fail."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .place import Place
from .words import StopError

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# Ways through a proxy and to certificates; everything else of the caller's environment stays outside.
KEPT = re.compile(
    r"(?i)(https?|no|all)_proxy|SSL_CERT_(FILE|DIR)|PIP_\w+|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|NODE_EXTRA_CA_CERTS|CI|TERM|PYTEST_ADDOPTS"
)
NETWORK = re.compile(
    r"(?i)temporary failure|could not resolve|name or service not known|network is unreachable"
    r"|connection (refused|timed out)|max retries|newconnectionerror|unknownhost|enotfound|eai_again"
    r"|econnrefused|failed to fetch|no route to host|could not transfer artifact|read timed out"
    r"|connecttimeout|no matching distribution"
)
DISK = re.compile(r"(?i)no space left|not enough free space|enospc|disk quota exceeded")


class FailedError(Exception):
    """A program ended badly; its output is in the log."""

    def __init__(self, command: str, output: str) -> None:
        super().__init__(command)
        self.output = output


def environment(place: Place, **more: str) -> dict[str, str]:
    """What our programs see: a fixed path, UTF-8, caches in the state folder, the system's certificates."""
    env = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
    if CERTIFICATES.exists():
        env.setdefault("PIP_CERT", str(CERTIFICATES))
        env.setdefault("NODE_EXTRA_CA_CERTS", str(CERTIFICATES))
    return env | {
        "PATH": SYSTEM_PATH,
        "HOME": str(place.home) if place.as_root else os.environ.get("HOME", str(place.home)),
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PIP_CACHE_DIR": str(place.cache / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "npm_config_cache": str(place.cache / "npm"),
        "KHONKAENCARBON_HOME": str(place.home),
        "CKAN_INI": str(place.ini),
        **more,
    }


def run(
    place: Place,
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    given: str | None = None,
    more: Mapping[str, str] | None = None,
) -> str:
    """Run to the end and return stdout; both outputs are logged.

    Raises:
        FailedError: the exit status was not 0.
    """
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=cwd or place.home,
        env=environment(place, **(more or {})),
        input=given if given is not None else "",
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    note(place, f"$ {' '.join(words)}\n{done.stdout}{done.stderr}= {done.returncode}")
    if done.returncode:
        raise FailedError(words[0], done.stdout + done.stderr)
    return done.stdout


def note(place: Place, text: str) -> None:
    """Add to the set-up log."""
    with (place.log / "setup.log").open("a", encoding="utf-8") as log:
        log.write(f"{text}\n")


def explain(step: str, failed: FailedError, log: Path) -> StopError:
    """Plain words for a program that ended badly."""
    if DISK.search(failed.output):
        return disk_full()
    if NETWORK.search(failed.output):
        return StopError(
            f"ขั้นตอน {step} ดาวน์โหลดไม่สำเร็จ: โปรดตรวจเครือข่ายหรือพร็อกซี (https_proxy) แล้วสั่งใหม่ ระบบจะทำต่อจากเดิม",
            f"Step {step} could not download: check the network or the proxy (https_proxy), then run "
            "this again; it goes on.",
        )
    return StopError(
        f"ขั้นตอน {step} ไม่สำเร็จ: ดูรายละเอียดใน {log} แก้ไขแล้วสั่งใหม่ ระบบจะทำต่อจากเดิม",
        f"Step {step} failed: see {log}, put it right and run this again; it goes on from there.",
    )


def disk_full() -> StopError:
    """The sentence for a full disk."""
    return StopError(
        "พื้นที่ดิสก์ไม่พอ: โปรดเพิ่มพื้นที่ว่างให้ได้ 3 GB แล้วสั่งใหม่ ระบบจะทำต่อจากเดิม",
        "The disk is full: free 3 GB, then run this again; it goes on from there.",
    )
