"""What the city decides about a dataset that was offered to its inventory: who, when, and why."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.khonkaencarbon.model import Decision
from ckanext.khonkaencarbon.portal.city import home
from ckanext.khonkaencarbon.portal.identity import system_context
from ckanext.khonkaencarbon.portal.queue import NOW, engine

PENDING, ACCEPTED, DECLINED = "pending", "accepted", "declined"
DECISIONS = (ACCEPTED, DECLINED, PENDING)
DECISION = Decision.__table__


def decide(dataset_id: str, decision: str, reason: str, user_id: str) -> None:
    """Write a decision into the dataset and into the history.

    The history is written first: a decision that holds is always known with its author.
    """
    with engine().begin() as connection:
        values = {"dataset_id": dataset_id, "decision": decision, "reason": reason, "user_id": user_id}
        connection.execute(sa.insert(DECISION).values(decided_at=NOW, **values))
    fields = {"inventory_decision": decision, "inventory_decision_reason": reason}
    tk.get_action("package_patch")(system_context(), {"id": dataset_id, **fields})


def history(dataset_id: str) -> list[dict[str, Any]]:
    """Decisions about a dataset, the newest first, each with who made it and when."""
    user = model.User.__table__
    query = (
        sa.select(DECISION.c.decision, DECISION.c.reason, DECISION.c.decided_at, user.c.name.label("user"))
        .select_from(DECISION.outerjoin(user, user.c.id == DECISION.c.user_id))
        .where(DECISION.c.dataset_id == dataset_id)
        .order_by(DECISION.c.id.desc())
    )
    with engine().begin() as connection:
        return [row._asdict() for row in connection.execute(query)]


def home_of_city() -> str | None:
    """The id of the organisation that decides; None while there is no city."""
    with engine().begin() as connection:
        city = home.find(connection)
    return city.organisation_id if city else None
