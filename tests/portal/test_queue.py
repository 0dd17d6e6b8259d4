"""The queue: turns, leases, faults, and what happens when Redis or a signal is lost."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import ckan.plugins.toolkit as tk
import pysolr
import pytest
import rq.timeouts
import sqlalchemy as sa
from ckan.common import config
from ckan.lib import jobs as core_jobs
from ckan.model import ensure_engine
from click.testing import CliRunner

from ckanext.khonkaencarbon import jobs, settings
from ckanext.khonkaencarbon.cli import khonkaencarbon
from ckanext.khonkaencarbon.model import Owed, Run, Turn
from ckanext.khonkaencarbon.portal import bell, history, lease, queue, run, sweep, triggers
from ckanext.khonkaencarbon.portal.identity import system_context

CLOSED = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def empty_queue(portal):
    execute(sa.delete(Owed))
    core_jobs.get_queue().empty()


def execute(statement):
    with ensure_engine().begin() as connection:
        result = connection.execute(statement)
        return result.freeze()() if result.returns_rows else result


def owe(dataset_id, organisation_id="", settle=0):
    with ensure_engine().begin() as connection:
        queue.owe(connection, dataset_id, organisation_id, settle)


def make_due(dataset_id):
    past = sa.func.now() - sa.text("interval '1 hour'")
    due = sa.update(Owed).where(Owed.dataset_id == dataset_id)
    execute(due.values(not_before=past, lease_until=sa.case((Owed.lease_until.is_(None), None), else_=past)))


def is_owed(dataset_id):
    return execute(sa.select(Owed).where(Owed.dataset_id == dataset_id)).one_or_none()


def rung():
    return [job.func_name for job in core_jobs.get_queue().get_jobs()].count(bell.DRAIN)


def test_organisations_take_turns():
    for number in range(3):
        owe(f"busy-{number}", "busy")
    owe("quiet-0", "quiet")
    turns = [queue.claim().organisation_id for _ in range(4)]
    assert turns == ["busy", "quiet", "busy", "busy"]
    assert queue.claim() is None


def test_an_organisation_whose_runs_leave_no_trace_had_its_turn_all_the_same():
    """Withdrawing what was deleted, forgetting what was purged: nothing to tell, but a turn."""
    for number in range(3):
        owe(f"removed-{number}", "tidying")
    for number in range(2):
        owe(f"quiet-{number}", "quiet")
    turns = []
    while claim := queue.claim():
        turns.append(claim.organisation_id)
        history.finish(claim, None if claim.organisation_id == "tidying" else history.Outcome("refused"))
    assert turns == ["tidying", "quiet", "tidying", "quiet", "tidying"]
    assert execute(sa.select(Run.id).where(Run.organisation_id == "tidying")).all() == []


def test_a_purge_that_forgets_its_runs_had_its_turn(steward):
    dataset_id = steward.published()
    steward_of_all = {**system_context(), "ignore_auth": True}
    tk.get_action("dataset_purge")(steward_of_all, {"id": dataset_id})
    owe("later-purged")
    owe("other", "other")
    jobs.drain()
    assert execute(sa.select(Run.id).where(Run.dataset_id == dataset_id)).all() == []
    assert execute(sa.select(Turn.run_id).where(Turn.organisation_id == "")).scalar() > 0


def test_a_dataset_is_claimed_by_one_worker_only():
    owe("wanted")
    with ThreadPoolExecutor(8) as workers:
        claims = list(workers.map(lambda _: queue.claim(), range(8)))
    assert [claim.dataset_id for claim in claims if claim] == ["wanted"]


def test_changes_within_the_settling_time_become_one_run():
    owe("edited", settle=60)
    owe("edited", settle=60)
    assert queue.claim() is None
    assert 20 < queue.next_due() <= queue.LONGEST_SETTLING
    assert is_owed("edited").changes == 2


def test_a_lease_that_ran_out_passes_on_with_a_higher_fence():
    owe("left")
    first = queue.claim()
    assert queue.claim() is None
    make_due("left")
    second = queue.claim()
    assert second.fence > first.fence
    assert not queue.renew(first) and queue.renew(second)


def test_a_run_gives_signs_of_life(monkeypatch):
    monkeypatch.setitem(config, settings.LEASE_SECONDS, 1)
    owe("long")
    with lease.kept_alive(queue.claim(), dict):
        time.sleep(2)
        assert queue.claim() is None


def test_a_run_tells_how_far_it_is_in_its_own_row(monkeypatch):
    monkeypatch.setattr(lease, "PULSE", 0.01)
    owe("far")
    claim, told, rows = queue.claim(), threading.Event(), iter(range(7, 100_000))

    def state():
        if len(seen) == 1:
            told.set()
        seen.append(next(rows))
        return {"stage": "reading", "rows": seen[-1]}

    seen: list[int] = []
    with lease.kept_alive(claim, state):
        assert told.wait(10)
    query = sa.select(queue.RUNS.c.progress).where(queue.RUNS.c.fence == claim.fence)
    with ensure_engine().begin() as connection:
        progress = connection.execute(query).scalar()
    assert progress["stage"] == "reading"
    assert progress["rows"] in seen


def test_a_change_during_a_run_is_run_again():
    owe("changed")
    claim = queue.claim()
    owe("changed")
    with ensure_engine().begin() as connection:
        queue.release(connection, claim)
    assert queue.claim().dataset_id == "changed"


def test_what_takes_workers_down_is_set_aside_and_others_go_on(steward):
    dataset_id = steward.dataset()
    owe("deadly")
    for _ in range(settings.max_attempts()):
        assert queue.claim().dataset_id == "deadly"
        make_due("deadly")
    steward.upload(dataset_id)
    jobs.drain()
    assert steward.state(dataset_id)["state"] == "published"
    assert is_owed("deadly").quarantined_at and is_owed("deadly").error == queue.INTERRUPTED
    states = execute(sa.select(Run.state).where(Run.dataset_id == "deadly").order_by(Run.id)).scalars().all()
    assert states == ["failed", "failed", "quarantined"]


def test_a_worker_that_was_taken_down_is_waited_for_longer_each_time():
    owe("deadly")
    pauses = []
    for _ in range(settings.max_attempts() - 1):
        make_due("deadly")
        assert queue.claim()
        pauses.append(round(queue.next_due()) - settings.lease_seconds())
    assert pauses == [queue.BACK_OFF, 3 * queue.BACK_OFF]


def test_fifty_datasets_of_one_organisation_do_not_hold_up_the_one_of_another():
    for number in range(50):
        owe(f"busy-{number:02}", "busy")
    owe("quiet", "quiet")
    assert "quiet" in [queue.claim().dataset_id for _ in range(2)]


@pytest.mark.parametrize("jump", ["1 day", "-1 day"])
@pytest.mark.parametrize("claimed", [True, False], ids=["claimed", "waiting"])
def test_a_clock_that_is_put_back_or_forward_keeps_nobody_waiting(claimed, jump):
    """To the queue, whose moments are all the database's, it is the same as if these lay elsewhere."""
    owe("early", settle=0 if claimed else 20)
    fence = queue.claim().fence if claimed else 0
    ago = sa.text(f"interval '{jump}'")
    columns = (Owed.owed_since, Owed.not_before, Owed.lease_until)
    execute(sa.update(Owed).values({column: column - ago for column in columns}))
    assert queue.next_due() == 0
    assert queue.claim().fence > fence


@pytest.mark.parametrize("jump", ["1 day", "-1 day"])
def test_who_waits_longer_comes_first_although_the_clock_was_put(jump):
    owe("first", "same")
    execute(sa.update(Owed).values(owed_since=Owed.owed_since + sa.text(f"interval '{jump}'")))
    owe("second", "same")
    assert [queue.claim().dataset_id for _ in range(2)] == ["first", "second"]


def test_who_changed_during_a_run_goes_to_the_end_of_the_line():
    owe("edited", "same")
    claim = queue.claim()
    owe("waiting", "same")
    owe("edited", "same")
    with ensure_engine().begin() as connection:
        queue.release(connection, claim)
    assert [queue.claim().dataset_id for _ in range(2)] == ["waiting", "edited"]


def test_a_job_that_wakes_late_publishes_nothing_over_a_newer_result(steward):
    dataset_id = steward.dataset()
    resource_id = steward.upload(dataset_id)
    late = queue.claim()
    steward.replace(resource_id, "period,activity,quantity,unit\n2024-05,electricity-grid,1,kWh\n")
    make_due(dataset_id)
    jobs.drain()
    before = steward.derived(dataset_id), steward.state(dataset_id)["version"]
    run.run(late)
    assert (steward.derived(dataset_id), steward.state(dataset_id)["version"]) == before
    assert steward.act("khonkaencarbon_summary_show", id=dataset_id)["totals"]["co2e_kg"] == "0.4999"


def test_what_was_set_aside_says_why_on_its_page_and_is_released_by_hand(steward, app):
    dataset_id = steward.dataset()
    steward.upload(dataset_id)
    for _ in range(settings.max_attempts()):
        make_due(dataset_id)
        assert queue.claim()
    make_due(dataset_id)
    assert queue.claim() is None
    told = steward.state(dataset_id)
    assert (told["state"], told["error"]) == ("quarantined", queue.INTERRUPTED)
    assert queue.INTERRUPTED["th"] in app.get(f"/dataset/{dataset_id}").body
    assert queue.INTERRUPTED["en"] in app.get(f"/en/dataset/{dataset_id}").body
    listed = said("quarantine", "list")
    assert all(words in listed for words in (dataset_id, *queue.INTERRUPTED.values()))
    assert set(json.loads(said("quarantine", "list", "--json"))) == {dataset_id}
    assert dataset_id in said("status") and json.loads(said("status", "--json"))["owed"] == 0
    assert json.loads(said("quarantine", "release", dataset_id))["released"] == [dataset_id]
    assert "is not set aside" in said("quarantine", "release", dataset_id, status=1)
    jobs.drain()
    assert steward.state(dataset_id)["state"] == "published"
    assert "Nothing is set aside" in said("quarantine", "list")


def test_a_dataset_that_was_set_aside_and_then_purged_leaves_nothing(steward):
    dataset_id = steward.dataset()
    steward.upload(dataset_id)
    assert queue.claim()
    execute(sa.update(Owed).where(Owed.dataset_id == dataset_id).values(quarantined_at=queue.NOW))
    make_due(dataset_id)
    tk.get_action("dataset_purge")({"ignore_auth": True}, {"id": dataset_id})
    jobs.drain()
    assert is_owed(dataset_id) is None
    assert execute(sa.select(Run).where(Run.dataset_id == dataset_id)).first() is None


def test_recompute_and_sweep_ring_a_worker_and_say_so(steward):
    dataset_id = steward.published()
    assert json.loads(said("recompute", dataset_id)) == {"owed": 1, "rung": True}
    jobs.drain()
    assert json.loads(said("recompute", "--all"))["owed"] >= 1
    assert json.loads(said("sweep"))["rung"] is True
    assert "There is no dataset" in said("recompute", "no-such", status=1)
    assert "--all" in said("recompute", status=2)


def said(*words, status=0):
    answer = CliRunner().invoke(khonkaencarbon, words)
    assert answer.exit_code == status, answer.output
    return answer.output


def faulty(dataset_id, monkeypatch, fault):
    compute = run.computation

    def computation(dataset, progress):
        if dataset.id == dataset_id:
            raise fault
        return compute(dataset, progress)

    monkeypatch.setattr(run, "computation", computation)


def test_a_fault_is_tried_again_and_then_set_aside_until_an_edit(steward, monkeypatch):
    dataset_id = steward.dataset()
    resource_id = steward.upload(dataset_id)
    with monkeypatch.context() as patched:
        faulty(dataset_id, patched, ZeroDivisionError())
        for state in ("failed", "failed", "quarantined"):
            make_due(dataset_id)
            run.run(queue.claim())
            told = steward.state(dataset_id)
            assert (told["state"], "ZeroDivisionError" in told["error"]["en"]) == (state, True)
            assert queue.claim() is None
    steward.act("resource_patch", id=resource_id, description="แก้ไขแล้ว")
    assert steward.state(dataset_id)["state"] == "owed"
    jobs.drain()
    told = steward.state(dataset_id)
    assert (told["state"], told["error"]) == ("published", None)


def test_a_server_that_is_away_uses_up_no_attempt(steward, monkeypatch):
    dataset_id = steward.dataset()
    steward.upload(dataset_id)
    with monkeypatch.context() as patched:
        faulty(dataset_id, patched, sa.exc.OperationalError("", {}, Exception()))
        for _ in range(settings.max_attempts() + 2):
            make_due(dataset_id)
            run.run(queue.claim())
            assert steward.state(dataset_id)["state"] == "failed"
    make_due(dataset_id)
    jobs.drain()
    assert steward.state(dataset_id)["state"] == "published"


def test_a_server_that_stays_away_is_looked_for_less_and_less_often():
    owe("patient")
    pauses = []
    for minutes in (0, 1, 60):
        make_due("patient")
        ago = queue.NOW - sa.text(f"interval '{minutes} minutes'")
        execute(sa.update(Owed).where(Owed.dataset_id == "patient").values(owed_since=ago))
        claim = queue.claim()
        with ensure_engine().begin() as connection:
            assert not queue.put_back(connection, claim, {}, transient=True)
        pauses.append(round(queue.next_due()))
    assert pauses == [queue.BACK_OFF, 30, queue.LONGEST_OUTAGE]


def test_nothing_is_published_while_solr_is_away_and_then_it_is(steward, monkeypatch):
    dataset_id = steward.dataset()
    steward.upload(dataset_id)
    with monkeypatch.context() as patched:
        closed = pysolr.Solr("http://127.0.0.1:1/solr/none", timeout=1)
        patched.setattr("ckan.lib.search.index.make_connection", lambda: closed)
        run.run(queue.claim())
    told = steward.state(dataset_id)
    assert (told["state"], told["version"], steward.derived(dataset_id)) == ("failed", None, {})
    make_due(dataset_id)
    jobs.drain()
    assert steward.state(dataset_id)["version"] == 1


def test_running_out_of_time_is_written_down_and_ends_the_job(steward, monkeypatch):
    dataset_id = steward.dataset()
    steward.upload(dataset_id)
    faulty(dataset_id, monkeypatch, rq.timeouts.JobTimeoutException())
    with pytest.raises(rq.timeouts.JobTimeoutException):
        jobs.drain()
    assert steward.state(dataset_id)["state"] == "failed"


def test_an_edit_rings_once_however_often_it_is_repeated(steward):
    dataset_id = steward.dataset()
    resource_id = steward.upload(dataset_id)
    steward.replace(resource_id, "เดือน\n")
    assert rung() == 1


def test_an_edit_does_not_need_redis(steward, monkeypatch):
    dataset_id = steward.dataset()
    with monkeypatch.context() as patched:
        patched.setitem(config, "ckan.redis.url", CLOSED)
        before = time.monotonic()
        steward.upload(dataset_id)
        assert time.monotonic() - before < 5
    assert (steward.state(dataset_id)["state"], rung()) == ("owed", 0)
    assert sweep.sweep() and rung() == 1
    jobs.drain()
    assert steward.state(dataset_id)["state"] == "published"
    assert not sweep.sweep()


def test_a_lost_signal_is_found(steward, monkeypatch):
    dataset_id = steward.dataset()
    with monkeypatch.context() as patched:
        patched.setattr(triggers, "owe_where_needed", lambda *_: 1 / 0)
        steward.upload(dataset_id)
    assert is_owed(dataset_id) is None
    assert steward.state(dataset_id)["state"] == "owed"
    sweep.look_out()
    assert is_owed(dataset_id)
    jobs.drain()
    assert steward.state(dataset_id)["state"] == "published"
    assert sweep.look_out() == 0


def test_a_derived_resource_that_was_deleted_comes_back(steward):
    dataset_id = steward.published()
    before = steward.derived(dataset_id)
    tk.get_action("resource_delete")(system_context(), {"id": before["summary-csv"]["id"]})
    sweep.look_out()
    jobs.drain()
    after = steward.derived(dataset_id)
    assert {one["id"] for one in after.values()} == {one["id"] for one in before.values()}
    found = tk.get_action("datastore_search")({}, {"resource_id": after["summary-csv"]["id"]})
    assert found["total"] == 2


def test_a_purge_nobody_was_told_of_is_found(steward, monkeypatch):
    dataset_id = steward.published()
    with monkeypatch.context() as patched:
        patched.setattr(triggers, "owe_purged", lambda *_: 1 / 0)
        tk.get_action("dataset_purge")({"ignore_auth": True}, {"id": dataset_id})
    sweep.look_out()
    jobs.drain()
    assert execute(sa.select(Run).where(Run.dataset_id == dataset_id)).first() is None


def test_the_sweeper_outlives_faults(monkeypatch):
    class EnoughError(Exception):
        pass

    seen = []

    def broken():
        seen.append(1)
        raise sa.exc.OperationalError("", {}, Exception())

    def sleep(_):
        if len(seen) == 3:
            raise EnoughError

    monkeypatch.setattr(sweep, "sweep", broken)
    monkeypatch.setattr(sweep.time, "sleep", sleep)
    with pytest.raises(EnoughError):
        sweep.keep_sweeping(1)
    assert sum(seen) == 3
