"""What a planner has to know, as findings."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.remarks import (
    remark,
    remark_editions,
    remark_electricity,
    remark_gwp,
)
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings
from ckanext.khonkaencarbon.model import Version
from ckanext.khonkaencarbon.model.city import MEMBER

PACKAGE, VERSIONS = model.package_table, Version.__table__
of_inventory = remark


def of_members(connection: Connection, settings: CitySettings, log: FindingLog) -> None:
    """Members on another basis than the city's, and those of which rows were refused."""
    editions = VERSIONS.c.overview["settings"]["editions"]
    others = sa.false()
    if settings.editions:
        others = editions != sa.cast(list(settings.editions), JSONB)
    columns = PACKAGE.c.name, MEMBER.c.gwp, MEMBER.c.electricity, MEMBER.c.incomplete
    query = sa.select(*columns, editions.label("editions")).where(
        MEMBER.c.dataset_id == PACKAGE.c.id,
        MEMBER.c.dataset_id == VERSIONS.c.dataset_id,
        MEMBER.c.version == VERSIONS.c.number,
        sa.or_(
            MEMBER.c.incomplete,
            MEMBER.c.gwp != settings.gwp,
            MEMBER.c.electricity != settings.electricity,
            others,
        ),
    )
    for one in connection.execute(query.order_by(PACKAGE.c.id)):
        remark_gwp(log, one.name, one.gwp, settings)
        remark_electricity(log, one.name, one.electricity, settings)
        remark_editions(log, one.name, one.editions, settings)
        if one.incomplete:
            log.add(finding("inventory-incomplete", value=one.name))
