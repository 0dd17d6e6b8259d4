"""Derived resources as CKAN stores them, with names and descriptions in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.engine import Connection

from ckanext.khonkaencarbon.portal import address, guard, products
from ckanext.khonkaencarbon.portal.identity import system_context


def resource(version: Mapping[str, Any], product: str) -> dict[str, Any]:
    """The fields of one derived resource of a version, without its id."""
    kind = products.of_version(version)[product]
    file = version["files"][kind.file]
    return {
        "name": kind.name["th"],
        "name_translated": dict(kind.name),
        "description": kind.description["th"],
        "description_translated": dict(kind.description),
        "format": kind.format,
        "mimetype": kind.mimetype,
        "size": file["size"],
        "hash": f"sha256:{file['sha256']}",
        "url": address.of(version["dataset_id"], version["number"], kind.file),
        "url_type": guard.URL_TYPE,
        "carbon_role": guard.DERIVED,
        "carbon_product": product,
        "carbon_version": version["number"],
        "carbon_sha256": file["sha256"],
        "carbon_fingerprint": version["fingerprint"],
    }


def ids(files: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """The id of each product of a version with these files; those known are kept from version to version."""
    return {product: known.get(product) or str(uuid4()) for product in products.of_version({"files": files})}


def derived_ids(connection: Connection, dataset_id: str) -> set[str]:
    """The ids of the derived resources that a dataset has."""
    table = model.resource_table
    query = sa.select(table.c.id).where(table.c.package_id == dataset_id, table.c.state == "active")
    return set(connection.execute(query.where(table.c.url_type == guard.URL_TYPE)).scalars())


def switch(version: Mapping[str, Any], there: set[str]) -> None:
    """Make the derived resources of a locked dataset those of a version, with one ``package_revise``.

    Args:
        version: its row.
        there: the ids of the derived resources that the dataset has.
    """
    guard.close_gaps(version["dataset_id"])
    change: dict[str, Any] = {"match": {"id": version["dataset_id"]}, "update__resources__extend": []}
    for product, resource_id in version["resources"].items():
        fields = resource(version, product)
        if resource_id in there:
            change[f"update__resources__{resource_id}"] = fields
        else:
            change["update__resources__extend"].append({"id": resource_id, **fields})
    foreign = sorted(there - set(version["resources"].values()))
    if foreign:
        change["filter"] = [f"-resources__{resource_id}" for resource_id in foreign]
    tk.get_action("package_revise")(system_context(), change)
