"""One dataset under jobs that break: what is done to it, how it heals, what must hold then."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from breaking import Act, Child, die, let_go
from ckan import model
from ckan.model import ensure_engine
from sqlalchemy.exc import OperationalError

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.model import Line, Owed
from ckanext.khonkaencarbon.portal import audit as auditor
from ckanext.khonkaencarbon.portal import sweep

HEADING = "period,activity,quantity,unit\n"
ROUNDS = 8  # drains until nothing is owed


def drained() -> None:
    """What the worker does, without waiting for what becomes due soon."""
    jobs.PATIENCE = -1
    jobs.drain()


def spread(chance: Random, length: int, count: int) -> list[int]:
    """So many of the points of a way of this length, one out of each equal part of it."""
    parts = min(count, length)
    bounds = [1 + length * part // parts for part in range(parts + 1)]
    return [chance.randrange(first, after) for first, after in pairwise(bounds)]


def swept_and_drained() -> None:
    """What sweeper and worker do."""
    sweep.look_out()
    sweep.sweep()
    drained()


def activity(quantity: int) -> str:
    """A file of some kilowatt-hours."""
    return f"{HEADING}2024-05,electricity-grid,{quantity},kWh\n2024-06,diesel-road,{quantity},l\n"


class Scene:
    """Jobs are forks of this process; nobody else works the queue meanwhile."""

    def __init__(self, portal: Any, dataset: str, folder: Path) -> None:
        self.portal, self.dataset, self.folder = portal, dataset, folder
        self.input = ""
        self._count = 0

    def upload(self, quantity: int) -> None:
        """A new file: the first one of the dataset, or in the place of that."""
        stored = self.portal.upload(self.dataset, activity(quantity), self.input or None)
        self.input = stored["id"]

    def child(
        self,
        at: Callable[[int, str], bool] = lambda *_: False,
        act: Act = die,
        body: Callable[[], object] = drained,
        before: Act | None = None,
    ) -> Child:
        """Start a job on what is owed, now."""
        self.make_due()
        self._count += 1
        return Child(body, self.folder / f"{self._count}.points", at, act, before)

    def job(self, at: int | None = None, act: Act = die, **options: Any) -> tuple[int, list[str]]:
        """A whole job; its exit status and the points it passed."""
        child = self.child(lambda number, _: number == at, act, **options)
        return child.wait(), child.names

    def make_due(self) -> None:
        """As if the pauses and leases of all that is owed were over."""
        past = sa.func.clock_timestamp() - sa.text("interval '1 hour'")
        lease = sa.case((Owed.lease_until.is_(None), None), else_=past)
        with suppress(OperationalError), ensure_engine().begin() as connection:
            # a job that stands still may hold the row: then nobody else can claim it either
            connection.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            connection.execute(sa.update(Owed).values(not_before=past, lease_until=lease))

    def crowd(self, size: int) -> list[int]:
        """So many jobs at once, as the queue stands; their exit statuses."""
        children = []
        for _ in range(size):
            self._count += 1
            children.append(Child(drained, self.folder / f"{self._count}.points"))
        return [child.wait() for child in children]

    def changing(self, change: Callable[[Scene], object]) -> None:
        """Make a change in a thread of its own, which leaves no session behind."""
        try:
            change(self)
        finally:
            model.Session.remove()

    def heal(self) -> None:
        """What workers and sweeper do until nothing is owed."""
        for _ in range(ROUNDS):
            status, names = self.job(body=swept_and_drained)
            assert status == 0, names[-3:]
            if not self._owed():
                return
        raise AssertionError("something stays owed for ever")

    def _owed(self) -> bool:
        with ensure_engine().begin() as connection:
            return connection.execute(sa.select(Owed.dataset_id)).first() is not None

    def audit(self, grace: float = 0) -> None:
        """Nothing lost, nothing doubled, no mixed set, nothing left over, in the whole portal."""
        let_go()
        report = auditor.audit(grace=grace)
        assert [str(one.fault) for one in report.violations] == []
        assert report.seen.get("owed", 0) == report.seen.get("quarantined", 0) == 0

    def versions(self) -> list[tuple[int, str]]:
        """Number of each version and its total, by the ledger."""
        total = sa.func.sum(Line.co2e_kg)
        query = sa.select(Line.version, total).where(Line.dataset_id == self.dataset).group_by(Line.version)
        with ensure_engine().begin() as connection:
            return [(row[0], str(row[1])) for row in connection.execute(query.order_by(Line.version))]

    def read(self) -> int | None:
        """Follow every address of one ``package_show`` answer; the version.

        None where none is published, and while the database is away (503).
        """
        try:
            answer = self.portal.action("package_show", id=self.dataset)
        except urllib.error.HTTPError as gone:
            assert gone.code in (403, 404, 503)
            return None
        if answer["state"] != "active":
            return None
        derived = [one for one in answer["resources"] if one.get("carbon_role") == "derived"]
        versions = {one["carbon_version"] for one in derived}
        assert len(versions) <= 1, f"a mixed set: {versions}"
        for one in derived:
            found = self._hash(one["url"])
            assert found == one["carbon_sha256"], one["carbon_product"]
        return versions.pop() if versions else None

    def _hash(self, url: str) -> str:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310
            return hashlib.sha256(answer.read()).hexdigest()

    def is_active(self) -> bool:
        """Whether the catalogue has it as a living dataset."""
        found = model.Package.get(self.dataset)
        state = found.state if found else None
        model.Session.remove()
        return state == "active"

    def act(self, name: str, /, **data: Any) -> Any:
        """An action of the site's own user, past the web process."""
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        return tk.get_action(name)({"user": user, "ignore_auth": True, "use_cache": False}, data)
