"""One run: a claimed dataset is read, computed and published, or what is published of it is withdrawn."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from ckan.lib.search import SearchIndexError
from redis.exceptions import RedisError
from rq.timeouts import JobTimeoutException
from sqlalchemy.exc import InterfaceError, OperationalError

from ckanext.khonkaencarbon.footprint.compute import Footprint, compute
from ckanext.khonkaencarbon.footprint.cube.witness import Witness
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Finding
from ckanext.khonkaencarbon.footprint.output.bundle import Request
from ckanext.khonkaencarbon.footprint.progress import Progress
from ckanext.khonkaencarbon.portal import (
    datastore,
    fixity,
    history,
    input_tables,
    inputs,
    ledger,
    multiplying,
    publish,
    queue,
    rules,
    storage,
)
from ckanext.khonkaencarbon.portal.history import Outcome, outcome_of
from ckanext.khonkaencarbon.portal.kept import Asked
from ckanext.khonkaencarbon.portal.lease import State, kept_alive
from ckanext.khonkaencarbon.portal.queue import Claim
from ckanext.khonkaencarbon.portal.snapshot import Snapshot, snapshot

log = logging.getLogger(__name__)

# Servers that are away come back; the dataset is not to blame.
TRANSIENT = (OperationalError, InterfaceError, SearchIndexError, RedisError, OSError)


class _Course:
    """Where a run is: at reading, with the rows read so far, or at publishing what came of them."""

    def __init__(self) -> None:
        self.progress = Progress()
        self.stage = "reading"

    def state(self) -> State:
        return {"stage": self.stage, "rows": self.progress.rows}


def run(claim: Claim) -> None:
    """Do what a claim asks for and release it; faults are written down, the next run heals what they left.

    Raises:
        JobTimeoutException: the job has run out of time; the dataset is back in the queue.
    """
    try:
        course = _Course()
        with kept_alive(claim, course.state):
            history.finish(claim, _outcome(claim, course))
        _have_tables_follow(claim.dataset_id)
    except queue.ClaimLostError:
        log.warning("Run %s of dataset %s came too late and published nothing", claim.fence, claim.dataset_id)
    except JobTimeoutException as fault:
        _failed(claim, fault)
        raise
    except Exception as fault:
        _failed(claim, fault)


def _outcome(claim: Claim, course: _Course) -> Outcome | None:
    dataset = _present(claim)
    if dataset is None or dataset.state != "active":
        return _not_there(claim, dataset)
    queue.sign(claim, dataset.signature)
    try:
        return _publish(claim, dataset, course) if dataset.inputs else _without_inputs(claim, dataset)
    except publish.NotActiveError:
        return _not_there(claim, _present(claim))


def _present(claim: Claim) -> Snapshot | None:
    with queue.engine().begin() as connection:
        return snapshot(connection, claim.dataset_id)


def _not_there(claim: Claim, dataset: Snapshot | None) -> None:
    """What was purged or deleted counts no more, from now on; a draft waits."""
    if dataset is None:
        _purge(claim)
    elif dataset.state == "deleted":
        _withdraw(claim)


def _publish(claim: Claim, dataset: Snapshot, course: _Course) -> Outcome:
    with ExitStack() as held:
        made = held.enter_context(multiplying.multiplied(dataset))
        footprint, request = made or held.enter_context(computation(dataset, course.progress))
        course.stage = "publishing"
        if request is None or not footprint.usable:
            publish.mend(claim)
            return outcome_of(footprint, "refused", dataset.signature, None)
        number = publish.publish(claim, dataset, footprint, request)
        return outcome_of(footprint, "published", dataset.signature, number)


def computed(dataset: Snapshot, progress: Progress | None = None) -> Footprint:
    """The footprint of the inputs of a dataset; unusable, with the finding, where an input cannot be had."""
    with computation(dataset, progress) as (footprint, _):
        return footprint


@contextmanager
def computation(
    dataset: Snapshot, progress: Progress | None = None
) -> Iterator[tuple[Footprint, Request | None]]:
    """The same from the files with what was asked, kept while the block runs; None: nothing could be."""
    with ExitStack() as held:
        try:
            settings = rules.of_dataset(dataset.boundary)
            mappings = [inputs.mapping_of(one.mapping) for one in dataset.inputs]
            sources = held.enter_context(inputs.sources(dataset.inputs))
            fixity.check(dataset, sources)
            witness = Witness()
            footprint = compute(sources, mappings, settings, progress=progress, engine=witness)
            rows = witness.json_bytes(footprint.cube)
            request: Request | None = Asked(sources, mappings, settings, rows=rows)
        except FileRefused as refused:
            request, footprint = None, _refused([refused.finding])
        except fixity.DamagedError as rotted:
            request, footprint = None, _refused(rotted.findings)
        yield footprint, request


def _refused(findings: Iterable[Finding]) -> Footprint:
    log_ = FindingLog()
    for one in findings:
        log_.add(one)
    return Footprint(log_, AccountingSettings())


def _without_inputs(claim: Claim, dataset: Snapshot) -> Outcome | None:
    """The last input was removed: what is published stays, out of date, until there is another.

    Whoever replaces a file by removing it first does not make the city's figures jump.
    """
    number = publish.mend(claim)
    return None if number is None else Outcome("published", signature=dataset.signature, version=number)


def _withdraw(claim: Claim) -> None:
    """A deleted dataset counts nowhere; its versions stay for when it is restored."""
    with queue.engine().begin() as connection:
        queue.hold(connection, claim)
        ledger.withdraw(connection, claim.dataset_id)


def _purge(claim: Claim) -> None:
    """Of a purged dataset nothing is left."""
    with queue.engine().begin() as connection:
        queue.hold(connection, claim)
        resource_ids = ledger.remove(connection, claim.dataset_id)
        datastore.drop(resource_ids)
        storage.remove(claim.dataset_id)
        history.remove(connection, claim)


def _have_tables_follow(dataset_id: str) -> None:
    """Ask for the DataStore tables of the inputs; what fails here is the sweeper's to find."""
    try:
        with queue.engine().begin() as connection:
            input_tables.settle(connection, [dataset_id])
    except Exception:
        log.exception("The tables of the inputs of dataset %s were not asked for", dataset_id)


def _failed(claim: Claim, fault: Exception) -> None:
    log.error("Run %s of dataset %s failed", claim.fence, claim.dataset_id, exc_info=fault)
    kind = type(fault).__name__
    error = {
        "th": f"การคำนวณขัดข้อง ({kind}) ระบบจะลองใหม่เอง หากไม่สำเร็จหลายครั้งจะพักไว้ให้ผู้ดูแลตรวจสอบ",
        "en": f"The computation met a fault ({kind}). "
        "It is tried again; after several faults it is set aside for the operator.",
    }
    transient = isinstance(fault, TRANSIENT) and not isinstance(fault, JobTimeoutException)
    try:
        history.fail(claim, error, transient)
    except Exception:
        log.exception("The fault could not be written down; the claim runs out by itself")
