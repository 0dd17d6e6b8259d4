"""Servers go away in the middle: PostgreSQL, Redis with all it knew, Solr, the disk; jobs come in crowds."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ckan.plugins.toolkit as tk
import pytest
import redis
from breaking import let_go
from scene import spread

from ckanext.khonkaencarbon import settings

NEW_USER, NEW_MOUNTS = 0x10000000, 0x00020000  # CLONE_NEWUSER, CLONE_NEWNS
READ_ONLY = 0x1  # MS_RDONLY


def restarted_at_once(stack):
    """PostgreSQL without a checkpoint, as after a power cut."""

    def act():
        stack.signal("postgres", signal.SIGQUIT)
        time.sleep(0.5)

    return act


def test_postgresql_crashes_at_any_point_of_a_run(scene, stack, until, chance, long, hits):
    scene.upload(1000)
    _, whole = scene.job()
    for number, point in enumerate(spread(chance, len(whole), 30 if long else 2)):
        scene.upload(2000 + number)
        scene.job(at=point, act=restarted_at_once(stack))
        until(lambda: stack.running("postgres"))
        let_go()
        until(lambda: scene.read() is not None)
        assert scene.read() in (number + 1, number + 2)
        scene.heal()
        scene.audit()
        assert scene.read() == number + 2
        hits["crashes of PostgreSQL"] += 1


def test_redis_forgets_everything_during_many_uploads(portal, inside, until, chance, long, hits, many):
    datasets = many(100 if long else 12)
    bell = redis.Redis.from_url(tk.config["ckan.redis.url"])
    forgets = set(chance.sample(range(len(datasets)), len(datasets) // 4))
    for number, dataset in enumerate(datasets):
        portal.upload(dataset, f"period,activity,quantity,unit\n2024-05,electricity-grid,{number + 1},kWh\n")
        if number in forgets:
            bell.flushall()
            hits["flushes of Redis"] += 1
    until(lambda: all(portal.run(dataset)["state"] == "published" for dataset in datasets), 600)
    assert {portal.run(dataset)["version"] for dataset in datasets} == {1}
    totals = sorted(round(float(portal.total(dataset)) / 0.4999) for dataset in datasets)
    assert totals == list(range(1, len(datasets) + 1))


def test_solr_is_away_for_a_whole_run(scene, stack, until):
    scene.upload(1000)
    scene.heal()
    scene.upload(2000)
    stack.stop("solr")
    try:
        assert scene.job()[0] == 0
        assert scene.versions()[0][0] == len(scene.versions()) == 1
    finally:
        stack.start("solr")
        until(lambda: scene.portal.action("package_search", rows=0)["count"] >= 0)
    assert scene.read() == 1
    scene.heal()
    scene.audit()
    assert scene.read() == 2


def is_of_files(name):
    return name == "fsync" or name.startswith(("os.", "shutil.", "open"))


def at_files(number):
    """The so many-th file operation, and nothing else."""
    seen = []

    def at(_, name):
        if not is_of_files(name):
            return False
        seen.append(name)
        return len(seen) == number

    return at


def refusing(code):
    """The operation fails as the kernel would have it fail."""

    def act():
        raise OSError(code, os.strerror(code))

    return act


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO], ids=errno.errorcode.get)
def test_the_disk_refuses_one_operation(scene, chance, long, hits, code):
    scene.upload(1000)
    _, whole = scene.job()
    operations = sum(map(is_of_files, whole))
    for turn, number in enumerate(spread(chance, operations, 20 if long else 2), 2):
        scene.upload(turn * 1000)
        child = scene.child(at_files(number), refusing(code))
        assert child.wait() == 0
        assert scene.read() in (turn - 1, turn)
        scene.heal()
        scene.audit()
        assert scene.read() == turn
        hits["refusals of the disk"] += 1


def own_disk(megabytes, flags):
    """In the child: the store of derived files on a small disk of its own, full or read-only."""
    uid, gid = os.getuid(), os.getgid()

    def before():
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(NEW_USER | NEW_MOUNTS):
            os._exit(77)
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            Path(f"/proc/self/{name}").write_text(text)
        target = str(settings.storage_path() / "derived").encode()
        size = f"size={megabytes * 4}k,mode=700".encode()
        if libc.mount(b"small", target, b"tmpfs", flags, size):
            os._exit(77)

    return before


@pytest.mark.parametrize(("pages", "flags"), [(2, 0), (64, READ_ONLY)], ids=["full", "read-only"])
def test_the_store_is_full_or_read_only_for_a_whole_run(scene, untried, pages, flags):
    scene.upload(1000)
    scene.heal()
    scene.upload(2000)
    status, _ = scene.job(before=own_disk(pages, flags))
    if status == 77:
        untried("this machine lets nobody mount a disk of their own")
    assert status == 0
    assert scene.read() == 1
    scene.heal()
    scene.audit()
    assert scene.read() == 2


def test_twenty_jobs_at_once_publish_once(scene, long, hits, tell):
    scene.upload(1000)
    for turn in range(20 if long else 2):
        scene.make_due()
        assert scene.crowd(20) == [0] * 20
        assert scene.read() == turn + 1
        scene.heal()
        scene.audit()
        assert (scene.read(), len(scene.versions())) == (turn + 1, turn + 1)
        scene.upload(2000 + turn)
        hits["jobs at once"] += 20
        tell(f"twenty at once, turn {turn + 1}; one version more, audit green")
    scene.heal()


def test_uploads_and_jobs_cross_each_other(scene, chance, long):
    """Uploads while jobs run: what is published in the end is the last file."""
    scene.upload(1000)
    with ThreadPoolExecutor(1) as uploads:
        for turn in range(20 if long else 3):
            later = uploads.submit(scene.upload, 1001 + turn)
            scene.make_due()
            assert scene.crowd(3) == [0] * 3
            later.result()
    scene.heal()
    scene.audit()
    assert scene.portal.run(scene.dataset)["stale"] is False
    assert scene.portal.run(scene.dataset)["version"] == len(scene.versions())
