"""Our figures beside an independent estimate."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.khonkaencarbon.logic import schema
from ckanext.khonkaencarbon.portal.city import crosscheck, inventory

__all__ = ["khonkaencarbon_crosscheck_show"]


@tk.side_effect_free
@tk.validate_action_data(schema.crosscheck)
def khonkaencarbon_crosscheck_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Our figures beside an independent estimate of the city: gap = ours less theirs.

    :param year: of the common era; all years without it
    :param sector: as in the estimate: a sector such as II, a sub-sector, a reference or total
    :returns: as_of, stamp, city, gwp, years, rows (columns of crosscheck.csv), findings in the city's tables
    """
    with inventory.present() as now:
        return crosscheck.crosscheck(now, data_dict)
