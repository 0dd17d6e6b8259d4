"""What a planner has to know, as findings."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.remarks import (
    remark,
    remark_editions,
    remark_electricity,
    remark_gwp,
)
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings
from ckanext.khonkaencarbon.model.city import MEMBER
from ckanext.khonkaencarbon.portal.city import members

PACKAGE = model.package_table
of_inventory = remark


def of_members(connection: Connection, settings: CitySettings, log: FindingLog) -> None:
    """Members on another basis than the city's, and those of which rows were refused."""
    query = sa.select(PACKAGE.c.name, MEMBER.c.gwp, MEMBER.c.electricity, MEMBER.c.incomplete).where(
        MEMBER.c.dataset_id == PACKAGE.c.id,
        MEMBER.c.incomplete | (MEMBER.c.gwp != settings.gwp) | (MEMBER.c.electricity != settings.electricity),
    )
    for one in connection.execute(query.order_by(PACKAGE.c.id)):
        remark_gwp(log, one.name, one.gwp, settings)
        remark_electricity(log, one.name, one.electricity, settings)
        if one.incomplete:
            log.add(finding("inventory-incomplete", value=one.name))
    if settings.editions:
        for member in members.found(connection, members.ids(connection)).values():
            remark_editions(log, member.name, member.editions, settings)
