"""CKAN's search of datasets, chained: a match that finds nothing is loosened once."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Action, Context, DataDict

from ckanext.khonkaencarbon.catalogue import searching

__all__ = ["package_search"]


@tk.chained_action
@tk.side_effect_free
def package_search(next_action: Action, context: Context, data_dict: DataDict) -> Any:
    """Search datasets as CKAN does; see docs/search.md for what words find."""
    return searching.search_again(next_action, context, data_dict)
