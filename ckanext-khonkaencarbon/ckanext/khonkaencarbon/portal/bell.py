"""Ringing: asks a job worker to look at the queue. Losing a ring loses no work, the sweeper rings again."""

from __future__ import annotations

import logging

import ckan.plugins.toolkit as tk
import rq
from ckan.lib import jobs
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

DRAIN = "ckanext.khonkaencarbon.jobs.drain"
PATIENCE = 1  # seconds for Redis to answer: an edit must not wait for it
LONGEST = 3600  # seconds one drain may take
LOOK_AHEAD = 50  # waiting jobs looked at before ringing once more


def ring() -> bool:
    """Put a drain into CKAN's default job queue unless one is waiting there; whether one is there now."""
    try:
        queue = _queue()
        if any(job.func_name == DRAIN for job in queue.get_jobs(0, LOOK_AHEAD)):
            return True
        job = queue.enqueue_call(DRAIN, timeout=LONGEST, result_ttl=0)
        job.meta["title"] = "khonkaencarbon"
        job.save_meta()
    except (RedisError, OSError) as fault:
        log.warning("Redis did not take the ring (%s); the sweeper rings again", type(fault).__name__)
        return False
    return True


def _queue() -> rq.Queue:
    connection = Redis.from_url(
        tk.config["ckan.redis.url"],
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
    return rq.Queue(jobs.add_queue_name_prefix(jobs.DEFAULT_QUEUE_NAME), connection=connection)
