"""A run from the upload to the published version."""

from __future__ import annotations

import ckan.plugins.toolkit as tk


def test_an_upload_becomes_a_published_version(steward):
    dataset_id = steward.published()
    dataset = tk.get_action("package_show")({"ignore_auth": True}, {"id": dataset_id})
    derived = [r for r in dataset["resources"] if r["carbon_role"] == "derived"]
    assert derived[0]["datastore_active"]
    assert [r["carbon_product"] for r in derived] == ["summary-csv", "summary-json"]
