"""The quality of a dataset: what it scores, and what to do for more."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.khonkaencarbon.catalogue.quality import Part, rules, told
from ckanext.khonkaencarbon.logic import schema
from ckanext.khonkaencarbon.portal.quality import judged

__all__ = ["khonkaencarbon_quality_show"]


@tk.side_effect_free
@tk.validate_action_data(schema.of_dataset)
def khonkaencarbon_quality_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The quality of a dataset on this day.

    :param id: name or id of the dataset
    :returns: score (0 to 100), level (A to E), parts: each with name, weight, score (null where it cannot be
        judged) and advice (code, about, th, en)
    """
    dataset = tk.get_action("package_show")(tk.fresh_context(context), {"id": data_dict["id"]})
    found = judged(dataset)
    return {"score": found.score, "level": found.level, "parts": [_part(one) for one in found.parts]}


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "weight": rules()["weights"][part.name],
        "score": part.score,
        "advice": [{**one._asdict(), **told(one)} for one in part.advice],
    }
