"""Every action that can write is known to the guard, or told here why it cannot reach a derived resource."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import logic

from ckanext.khonkaencarbon.logic.action.guard import GUARDS

# Ends in package_update with the whole dataset: what it changes of derived resources is put back.
PUT_BACK = {"package_patch", "package_revise", "package_resource_reorder"}
# Takes the dataset away as a whole, or moves it; its resources go with it, as CKAN has it.
WHOLE_DATASET = {
    "bulk_update_delete", "bulk_update_private", "bulk_update_public", "dataset_purge", "group_purge",
    "organization_delete", "organization_purge", "package_delete", "package_owner_org_update",
}  # fmt: skip
# Writes something else: people, groups, tags, jobs, activities, functions, files that CKAN stores itself.
ELSEWHERE = {
    "activity_create", "activity_delete", "activity_delete_all", "activity_delete_counts",
    "api_token_create", "api_token_revoke", "config_option_update", "dashboard_mark_activities_old",
    "datastore_function_create", "datastore_function_delete", "dcat_dataset_show", "file_create",
    "file_delete", "file_ownership_transfer", "file_pin", "file_register", "file_rename", "file_unpin",
    "follow_dataset", "follow_group", "follow_user", "group_create", "group_delete", "group_member_create",
    "group_member_delete", "group_patch", "group_update", "job_cancel", "job_clear", "member_create",
    "member_delete", "organization_create", "organization_member_create", "organization_member_delete",
    "organization_patch", "organization_update", "package_collaborator_create",
    "package_collaborator_delete", "package_relationship_create", "package_relationship_delete",
    "package_relationship_update", "send_email_notifications", "tag_create", "tag_delete",
    "task_status_delete", "task_status_update", "task_status_update_many", "term_translation_update",
    "term_translation_update_many", "unfollow_dataset", "unfollow_group", "unfollow_user", "user_create",
    "user_delete", "user_invite", "user_patch", "user_update", "vocabulary_create", "vocabulary_delete",
    "vocabulary_update",
}  # fmt: skip


def test_every_writing_action_is_classified() -> None:
    tk.get_action("package_show")
    writing = {
        name for name, action in logic._actions.items() if not getattr(action, "side_effect_free", False)
    }
    ours = {name for name in writing if name.startswith("khonkaencarbon_")}
    classes = [set(GUARDS), PUT_BACK, WHOLE_DATASET, ELSEWHERE]
    assert writing - ours == set().union(*classes)
    assert sum(map(len, classes)) == len(writing - ours)
