"""Attacks on derived resources through the real API, by everybody: the table of actions.yaml carried out.

An attack is refused to all but those named with it. After each, the derived resources, their files, tables,
views and the ledger are what they were, down to the byte, and nothing else claims to be derived.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
import yaml
from ckan import model
from ckan.tests import factories, helpers
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.khonkaencarbon import jobs
from ckanext.khonkaencarbon.portal import guard, identity, storage, sweep

TABLE = yaml.safe_load((Path(__file__).parent / "actions.yaml").read_text("utf-8"))
PEOPLE = ("anonymous", "stranger", "member", "editor", "admin", "sysadmin")
NOBODY: frozenset[str] = frozenset()
SYSADMIN = frozenset({"sysadmin"})
ADMINS = frozenset({"admin", "sysadmin"})
EDITORS = frozenset({"editor", "admin", "sysadmin"})
REFUSALS = (400, 403, 404, 409)

Body = dict[str, Any]


@dataclass
class Ground:
    """A published dataset, datasets beside it, and people with tokens."""

    steward: Any
    app: helpers.CKANTestApp
    dataset_id: str
    home: dict[str, str]  # a dataset of each organisation that holds nothing
    tokens: dict[str, str]
    owners: dict[str, str]
    stranger: str
    own_view: str
    rows: Body  # a DataStore table of the dataset's organisation, with a view
    before: Body = field(default_factory=dict)

    @property
    def dataset(self) -> Body:
        """The attacked dataset as everybody sees it."""
        return read("package_show", id=self.dataset_id)

    @property
    def own(self) -> Body:
        """Its input."""
        return next(one for one in self.dataset["resources"] if one["carbon_role"] == "input")

    @property
    def derived(self) -> list[Body]:
        """Its derived resources in order."""
        return [one for one in self.dataset["resources"] if guard.is_derived(one)]

    @property
    def csv(self) -> str:
        """The id of the derived table."""
        return str(next(one["id"] for one in self.derived if one["carbon_product"] == "summary-csv"))

    @property
    def view(self) -> Body:
        """The view that the system has made of it."""
        return read("resource_view_list", id=self.csv)[0]

    def post(self, who: str, action: str, body: Body) -> Any:
        """Call an action as somebody, over HTTP."""
        headers = {"Authorization": self.tokens[who]} if who in self.tokens else {}
        sent = {"data": body} if any(isinstance(value, tuple) for value in body.values()) else {"json": body}
        return self.app.post(f"/api/action/{action}", headers=headers, **sent)


def read(action: str, **parameters: Any) -> Any:
    """Read past every cache, as the system."""
    model.Session.remove()
    return tk.get_action(action)(identity.system_context(), parameters)


def evidence(dataset_id: str) -> dict[str, Any]:
    """All that an attack on the derived resources of a dataset could have changed, read at its root."""
    with model.ensure_engine().begin() as connection:

        def rows(query: str, **values: Any) -> list[Any]:
            return list(connection.execute(sa.text(query), {"id": dataset_id, **values}).all())

        resources = rows(
            "SELECT to_jsonb(r) - 'position' FROM resource r WHERE package_id = :id "
            "AND extras::jsonb ->> 'carbon_role' = 'derived' ORDER BY position"
        )
        ids = [one["id"] for (one,) in resources]
        return {
            "resources": resources,
            "views": rows("SELECT * FROM resource_view WHERE resource_id = ANY(:ids) ORDER BY id", ids=ids),
            "versions": rows("SELECT * FROM khonkaencarbon_version WHERE dataset_id = :id ORDER BY number"),
            "lines": rows("SELECT to_jsonb(l) FROM khonkaencarbon_line l WHERE dataset_id = :id ORDER BY 1"),
            "decision": rows(
                "SELECT extras::jsonb -> 'inventory_decision', extras::jsonb -> 'inventory_decision_reason' "
                "FROM package WHERE id = :id"
            ),
            "tables": {one: table(one) for one in ids},
            "files": digests(storage.path(dataset_id, 1, "x").parents[1]),
        }


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def table(name: str) -> Any:
    """Columns with their dictionary, rows, triggers and readers' names of a DataStore table; None without."""
    queries = (
        "SELECT a.attname, col_description(a.attrelid, a.attnum), a.atttypid FROM pg_attribute a "
        "WHERE a.attrelid = to_regclass(:name) AND a.attnum > 0 ORDER BY 1",
        "SELECT tgname, tgfoid::regproc::text, pg_get_functiondef(tgfoid) FROM pg_trigger "
        "WHERE tgrelid = to_regclass(:name) ORDER BY 1",
        "SELECT indexdef FROM pg_indexes WHERE tablename = trim(both '\"' from :name) ORDER BY 1",
        "SELECT name FROM _table_metadata WHERE alias_of = trim(both '\"' from :name) ORDER BY 1",
    )
    with get_write_engine().begin() as connection:
        if connection.execute(sa.text("SELECT to_regclass(:name)"), {"name": f'"{name}"'}).scalar() is None:
            return None
        rows = connection.execute(sa.select(sa.text("*")).select_from(sa.table(name)).order_by(sa.text("1")))
        return [rows.all(), *(connection.execute(sa.text(q), {"name": f'"{name}"'}).all() for q in queries)]


def claims(owners: dict[str, str]) -> set[str]:
    """Resources in these organisations that say they are the system's and of which no version knows."""
    query = """
        SELECT r.id FROM resource r JOIN package p ON p.id = r.package_id
        WHERE p.owner_org = ANY(:owners) AND (r.extras::jsonb ->> 'carbon_role' = 'derived'
            OR r.url_type = 'khonkaencarbon' OR r.extras::jsonb ?| ARRAY['carbon_product', 'carbon_version',
            'carbon_sha256', 'carbon_fingerprint', 'carbon_anything'])
        AND NOT EXISTS (SELECT 1 FROM khonkaencarbon_version v, jsonb_each_text(v.resources) given
            WHERE given.value = r.id AND v.dataset_id = r.package_id)"""
    with model.ensure_engine().begin() as connection:
        return set(connection.execute(sa.text(query), {"owners": list(owners.values())}).scalars())


_made: list[Ground] = []


@pytest.fixture
def ground(request: pytest.FixtureRequest, app: helpers.CKANTestApp) -> Ground:
    """The ground of all attacks; another one only where an attack has spoilt it."""
    if not _made or evidence(_made[-1].dataset_id) != _made[-1].before or claims(_made[-1].owners):
        _made.append(prepared(request.getfixturevalue("steward"), app))
    return _made[-1]


def prepared(steward: Any, app: helpers.CKANTestApp) -> Ground:
    """Publish, and put people and their own things around it."""
    organisation = steward.organisation["id"]
    users = {role: factories.User() for role in ("stranger", "member", "editor")}
    for role in ("member", "editor"):
        membership = {"id": organisation, "username": users[role]["name"], "role": role}
        steward.act("organization_member_create", **membership)
    foreign = factories.Organization(users=[{"name": users["stranger"]["name"], "capacity": "editor"}])["id"]
    users |= {"admin": steward.user, "sysadmin": factories.Sysadmin()}
    homes = {
        who: factories.Dataset(type="activity-data", owner_org=owner)["id"]
        for who, owner in (("own", organisation), ("foreign", foreign))
    }
    dataset_id = steward.published()
    rows = steward.act("datastore_create", resource={"package_id": homes["own"]}, records=[{"kwh": 1}])
    view = {"title": "mine", "view_type": "datatables_view"}
    made = Ground(
        steward,
        app,
        dataset_id,
        homes,
        {who: factories.APIToken(user=user["name"])["token"] for who, user in users.items()},
        {"own": organisation, "foreign": foreign},
        users["stranger"]["name"],
        steward.act("resource_view_create", resource_id=rows["resource_id"], **view)["id"],
        rows,
    )
    made.before = evidence(dataset_id)
    return made


@dataclass(frozen=True)
class Attack:
    """One way to get at a derived resource."""

    action: str
    words: str
    body: Callable[[Ground], Body]
    may: frozenset[str] = NOBODY  # whose call succeeds all the same, and changes nothing of the system's


URL = {"url": "http://example.org/a.csv"}
ROW = {"force": True, "records": [{"gas": "CO2", "mass_kg": 1}]}


def upload(name: str = "forged.csv") -> tuple[io.BytesIO, str]:
    """A file as a multipart form carries it."""
    return io.BytesIO(b"line_id,co2e_kg\nforged,0\n"), name


def whole(ground: Ground, change: Callable[[list[Body]], list[Body]], **fields: Any) -> Body:
    """The dataset as a stale form or a script sends it, its derived resources changed."""
    stored = ground.dataset
    own, derived = [one for one in stored["resources"] if not guard.is_derived(one)], ground.derived
    return {
        **stored,
        "title": f"ไฟฟ้า {uuid.uuid4().hex[:6]}",
        "resources": [*own, *change(derived)],
        **fields,
    }


def fresh(ground: Ground, **fields: Any) -> Body:
    """A new activity dataset."""
    name = f"forged-{uuid.uuid4().hex[:8]}"
    return {"name": name, "title": "x", "type": "activity-data", "owner_org": ground.owners["own"], **fields}


def group(ground: Ground) -> str:
    """A group that the dataset is in."""
    made = factories.Group(user=factories.Sysadmin(), packages=[{"id": ground.dataset_id}])
    return str(made["id"])


def first(derived: list[Body], **fields: Any) -> list[Body]:
    """Derived resources, the first with other fields."""
    return [{**derived[0], **fields}, *derived[1:]]


FORGED = {
    "claims to be derived": {"carbon_role": "derived"},
    "has an address of the system's kind": {"url_type": "khonkaencarbon"},
    "names a product": {"carbon_product": "summary-csv"},
    "names a version": {"carbon_version": 2},
    "names a checksum": {"carbon_sha256": "0" * 64},
    "has an unknown carbon field": {"carbon_anything": "x"},
    "hides the claim where validation unpacks it": {"__extras": {"carbon_role": "derived"}},
    "hides a version where validation unpacks it": {"__extras": {"carbon_version": 2}},
    "hides the claim in what is left over": {"__junk": {"carbon_role": "derived"}},
}

CLAIMS = {words: FORGED[words] for words in list(FORGED) if "claim" in words or "address" in words}

ATTACKS = [
    # one resource -------------------------------------------------------------------------------------------
    *(
        Attack("resource_create", words, lambda g, f=f: {"package_id": g.dataset_id, **URL, **f})
        for words, f in FORGED.items()
    ),
    Attack(
        "resource_create", "takes a derived id", lambda g: {"package_id": g.dataset_id, "id": g.csv, **URL}
    ),
    Attack(
        "resource_create",
        "takes it to another dataset",
        lambda g: {"package_id": g.home["own"], "id": g.csv, **URL},
    ),
    Attack(
        "resource_create",
        "takes it to another organisation",
        lambda g: {"package_id": g.home["foreign"], "id": g.csv, **URL},
    ),
    Attack(
        "resource_create", "an id in a list", lambda g: {"package_id": g.dataset_id, "id": [g.csv], **URL}
    ),
    Attack(
        "resource_create",
        "a file that claims to be derived",
        lambda g: {"package_id": g.dataset_id, "carbon_role": "derived", "upload": upload()},
    ),
    Attack("resource_update", "other fields", lambda g: {**g.derived[0], "name": "forged"}),
    Attack("resource_update", "another file", lambda g: {"id": g.csv, "upload": upload()}),
    Attack("resource_update", "an id in a list", lambda g: {**g.derived[0], "id": [g.csv], "name": "forged"}),
    *(
        Attack("resource_update", f"an input {words}", lambda g, f=f: {**g.own, **f})
        for words, f in CLAIMS.items()
    ),
    Attack("resource_patch", "another name", lambda g: {"id": g.csv, "name": "forged"}),
    Attack("resource_patch", "no longer derived", lambda g: {"id": g.csv, "carbon_role": ""}),
    Attack("resource_patch", "deleted", lambda g: {"id": g.csv, "state": "deleted"}),
    Attack("resource_patch", "moved", lambda g: {"id": g.csv, "package_id": g.home["own"]}),
    Attack("resource_patch", "in front", lambda g: {"id": g.csv, "position": 0}),
    Attack("resource_patch", "without its table", lambda g: {"id": g.csv, "datastore_active": False}),
    Attack("resource_patch", "by its name", lambda g: {"id": g.derived[0]["name"], "description": "forged"}),
    Attack("resource_patch", "an id in a list", lambda g: {"id": [g.csv], "name": "forged"}),
    Attack("resource_patch", "an id in a dict", lambda g: {"id": {"id": g.csv}, "name": "forged"}),
    Attack("resource_patch", "another file", lambda g: {"id": g.csv, "upload": upload("summary.csv")}),
    Attack(
        "resource_patch",
        "a context in the body",
        lambda g: {
            "id": g.csv,
            "name": "forged",
            "ignore_auth": True,
            "khonkaencarbon_system": True,
            "force": True,
            "context": {"ignore_auth": True, "khonkaencarbon_system": True, "user": "default"},
        },
    ),
    *(
        Attack("resource_patch", f"an input {words}", lambda g, f=f: {"id": g.own["id"], **f})
        for words, f in CLAIMS.items()
    ),
    Attack("resource_delete", "by id", lambda g: {"id": g.csv}),
    Attack("resource_delete", "by force", lambda g: {"id": g.csv, "force": True, "ignore_auth": True}),
    Attack("resource_delete", "by name", lambda g: {"id": g.derived[0]["name"]}),
    Attack("resource_delete", "an id in a list", lambda g: {"id": [g.csv]}),
    # the whole dataset --------------------------------------------------------------------------------------
    Attack("package_update", "all left out", lambda g: whole(g, lambda d: []), EDITORS),
    Attack("package_update", "one left out", lambda g: whole(g, lambda d: d[1:]), EDITORS),
    Attack("package_update", "the other way round", lambda g: whole(g, lambda d: d[::-1]), EDITORS),
    Attack("package_update", "one twice", lambda g: whole(g, lambda d: [*d, d[0]]), EDITORS),
    Attack(
        "package_update", "bare ids", lambda g: whole(g, lambda d: [{"id": one["id"]} for one in d]), EDITORS
    ),
    Attack("package_update", "another name", lambda g: whole(g, lambda d: first(d, name="forged")), EDITORS),
    Attack("package_update", "another address", lambda g: whole(g, lambda d: first(d, **URL)), EDITORS),
    Attack(
        "package_update",
        "another checksum",
        lambda g: whole(g, lambda d: first(d, carbon_sha256="0" * 64)),
        EDITORS,
    ),
    Attack(
        "package_update", "no longer derived", lambda g: whole(g, lambda d: first(d, carbon_role="")), EDITORS
    ),
    Attack("package_update", "deleted", lambda g: whole(g, lambda d: first(d, state="deleted")), EDITORS),
    Attack(
        "package_update", "unpacked", lambda g: whole(g, lambda d: first(d, __extras={"name": "x"})), EDITORS
    ),
    Attack("package_update", "a decision", lambda g: whole(g, list, inventory_decision="accepted"), EDITORS),
    Attack(
        "package_update",
        "a decision unpacked",
        lambda g: whole(g, list, __extras={"inventory_decision": "accepted"}),
        EDITORS,
    ),
    Attack("package_update", "an id in a list", lambda g: whole(g, lambda d: [], id=[g.dataset_id]), EDITORS),
    Attack(
        "package_update", "resources that are none", lambda g: whole(g, list, resources={"0": {"id": g.csv}})
    ),
    Attack("package_update", "an id beside the list", lambda g: whole(g, lambda d: [*d, g.csv])),
    *(
        Attack("package_update", words, lambda g, f=f: whole(g, lambda d: [*d, {**URL, **f}]))
        for words, f in FORGED.items()
    ),
    *(
        Attack(
            "package_update",
            f"a derived id in a dataset of {whose}",
            lambda g, whose=whose: {
                **read("package_show", id=g.home[whose]),
                "resources": [{"id": g.csv, **URL}],
            },
        )
        for whose in ("own", "foreign")
    ),
    Attack("package_patch", "all left out", lambda g: {"id": g.dataset_id, "resources": [g.own]}, EDITORS),
    Attack(
        "package_patch",
        "a decision",
        lambda g: {"id": g.dataset_id, "inventory_decision": "accepted"},
        EDITORS,
    ),
    Attack(
        "package_patch",
        "a reason",
        lambda g: {"id": g.dataset_id, "inventory_decision_reason": "forged"},
        EDITORS,
    ),
    Attack(
        "package_patch",
        "a decision as a free field",
        lambda g: {"id": g.dataset_id, "extras": [{"key": "inventory_decision", "value": "accepted"}]},
    ),
    Attack(
        "package_patch", "a derived id", lambda g: {"id": g.home["own"], "resources": [{"id": g.csv, **URL}]}
    ),
    Attack(
        "package_revise",
        "taken out",
        lambda g: {"match": {"id": g.dataset_id}, "filter": [f"-resources__{g.csv}"]},
        EDITORS,
    ),
    Attack(
        "package_revise",
        "all taken out",
        lambda g: {"match": {"id": g.dataset_id}, "filter": ["-resources"]},
        EDITORS,
    ),
    Attack(
        "package_revise",
        "another name",
        lambda g: {"match": {"id": g.dataset_id}, f"update__resources__{g.csv}": {"name": "forged"}},
        EDITORS,
    ),
    Attack(
        "package_revise",
        "another file",
        lambda g: {"match__id": g.dataset_id, f"update__resources__{g.csv}__upload": upload()},
        EDITORS,
    ),
    *(
        Attack(
            "package_revise",
            words,
            lambda g, f=f: {"match": {"id": g.dataset_id}, "update__resources__extend": [{**URL, **f}]},
        )
        for words, f in CLAIMS.items()
    ),
    Attack(
        "package_revise",
        "a derived id in another dataset",
        lambda g: {"match": {"id": g.home["own"]}, "update__resources__extend": [{"id": g.csv, **URL}]},
    ),
    Attack(
        "package_resource_reorder",
        "the other way round",
        lambda g: {"id": g.dataset_id, "order": [one["id"] for one in g.dataset["resources"]][::-1]},
        EDITORS,
    ),
    Attack(
        "package_resource_reorder", "one in front", lambda g: {"id": g.dataset_id, "order": [g.csv]}, EDITORS
    ),
    *(
        Attack("package_create", words, lambda g, f=f: fresh(g, resources=[{**URL, **f}]))
        for words, f in CLAIMS.items()
    ),
    Attack("package_create", "with a derived id", lambda g: fresh(g, resources=[{"id": g.csv, **URL}])),
    Attack("package_create", "with a decision", lambda g: fresh(g, inventory_decision="accepted")),
    Attack(
        "package_create",
        "with a decision as a free field",
        lambda g: fresh(g, extras=[{"key": "inventory_decision", "value": "accepted"}]),
    ),
    Attack("package_create", "in place of the dataset", lambda g: fresh(g, id=g.dataset_id)),
    # views --------------------------------------------------------------------------------------------------
    Attack(
        "resource_view_create",
        "one more",
        lambda g: {"resource_id": g.csv, "title": "x", "view_type": "datatables_view"},
    ),
    Attack(
        "resource_view_create",
        "in place of the system's",
        lambda g: {
            "id": g.view["id"],
            "resource_id": g.rows["resource_id"],
            "title": "x",
            "view_type": "datatables_view",
        },
    ),
    Attack("resource_view_update", "another title", lambda g: {**g.view, "title": "forged"}),
    Attack(
        "resource_view_update",
        "taken away",
        lambda g: {**g.view, "resource_id": g.rows["resource_id"]},
    ),
    Attack(
        "resource_view_update",
        "one's own put there",
        lambda g: {"id": g.own_view, "resource_id": g.csv, "title": "x", "view_type": "datatables_view"},
    ),
    Attack("resource_view_delete", "by id", lambda g: {"id": g.view["id"]}),
    Attack("resource_view_delete", "an id in a list", lambda g: {"id": [g.view["id"]]}),
    Attack("resource_view_reorder", "as it is", lambda g: {"id": g.csv, "order": [g.view["id"]]}),
    Attack("resource_view_clear", "of all", lambda g: {"view_types": []}),
    Attack(
        "resource_create_default_resource_views",
        "one more",
        lambda g: {"resource": g.derived[0], "create_datastore_views": True},
    ),
    Attack(
        "package_create_default_resource_views",
        "one more",
        lambda g: {"package": g.dataset, "create_datastore_views": True},
        EDITORS,
    ),
    # tables -------------------------------------------------------------------------------------------------
    Attack("datastore_create", "one more row", lambda g: {"resource_id": g.csv, **ROW}),
    Attack(
        "datastore_create",
        "under the other name",
        lambda g: {"resource_id": g.rows["resource_id"], "id": g.csv, **ROW},
    ),
    Attack(
        "datastore_create",
        "other columns",
        lambda g: {"resource_id": g.csv, "force": True, "fields": [{"id": "x"}], "delete_fields": True},
    ),
    Attack(
        "datastore_create",
        "another dictionary",
        lambda g: {
            "resource_id": g.csv,
            "force": True,
            "fields": [{"id": "gas", "type": "text", "info": {"label": "x"}}],
        },
    ),
    Attack(
        "datastore_create",
        "another key",
        lambda g: {"resource_id": g.csv, "force": True, "primary_key": "gas"},
    ),
    Attack(
        "datastore_create",
        "another name",
        lambda g: {"resource_id": g.csv, "force": True, "aliases": "forged"},
    ),
    Attack(
        "datastore_create",
        "a trigger",
        lambda g: {
            "resource_id": g.csv,
            "force": True,
            "triggers": [{"function": "populate_full_text_trigger"}],
        },
    ),
    Attack(
        "datastore_create",
        "its name for another table",
        lambda g: {"resource_id": g.rows["resource_id"], "force": True, "aliases": g.csv},
    ),
    *(
        Attack(
            "datastore_create",
            f"a resource that {words}",
            lambda g, f=f: {"resource": {"package_id": g.dataset_id, **f}, "records": [{"a": 1}]},
        )
        for words, f in CLAIMS.items()
        if "url_type" not in f
    ),
    Attack("datastore_upsert", "one more row", lambda g: {"resource_id": g.csv, "method": "insert", **ROW}),
    Attack(
        "datastore_upsert",
        "another row",
        lambda g: {
            "resource_id": g.csv,
            "method": "update",
            "force": True,
            "records": [{"_id": 1, "mass_kg": 0}],
        },
    ),
    Attack("datastore_delete", "the table", lambda g: {"resource_id": g.csv, "force": True}),
    Attack("datastore_delete", "under the other name", lambda g: {"id": g.csv, "force": True}),
    Attack(
        "datastore_delete",
        "rows",
        lambda g: {"resource_id": g.csv, "force": True, "filters": {"gas": "CO2e"}},
    ),
    Attack("datastore_records_delete", "all", lambda g: {"resource_id": g.csv, "force": True, "filters": {}}),
    Attack("datastore_run_triggers", "all", lambda g: {"resource_id": g.csv}),
    Attack("datastore_run_triggers", "an id in a list", lambda g: {"resource_id": [g.csv]}),
    Attack(
        "datastore_function_create",
        "one that writes the table",
        lambda g: {
            "name": "forge",
            "or_replace": True,
            "rettype": "trigger",
            "definition": f'BEGIN UPDATE "{g.csv}" SET mass_kg = 0; RETURN NEW; END;',  # noqa: S608
        },
    ),
    Attack(
        "datastore_function_create",
        "the one that tables use",
        lambda g: {
            "name": "populate_full_text_trigger",
            "or_replace": True,
            "rettype": "trigger",
            "definition": "BEGIN NEW.mass_kg := 0; RETURN NEW; END;",
        },
    ),
    Attack(
        "datastore_function_delete",
        "the one that tables use",
        lambda g: {"name": "populate_full_text_trigger", "if_exists": True},
    ),
    # what only looks as if ----------------------------------------------------------------------------------
    Attack("group_purge", "of a group that holds it", lambda g: {"id": group(g)}, SYSADMIN),
    Attack("group_update", "without it", lambda g: {"id": group(g), "packages": []}, SYSADMIN),
    Attack(
        "organization_update",
        "without datasets",
        lambda g: {**read("organization_show", id=g.owners["own"]), "packages": []},
        ADMINS,
    ),
    Attack(
        "member_create",
        "into another organisation",
        lambda g: {
            "id": g.owners["foreign"],
            "object": g.dataset_id,
            "object_type": "package",
            "capacity": "organization",
        },
        SYSADMIN,
    ),
    Attack(
        "member_delete",
        "out of its organisation",
        lambda g: {"id": g.owners["own"], "object": g.dataset_id, "object_type": "package"},
        ADMINS,
    ),
    Attack(
        "task_status_update",
        "of a derived resource",
        lambda g: {
            "entity_id": g.csv,
            "entity_type": "resource",
            "task_type": "x",
            "key": "x",
            "value": "x",
            "state": "x",
        },
        SYSADMIN,
    ),
    Attack(
        "file_create",
        "over a version",
        lambda g: {"name": f"../derived/{g.dataset_id}/1/summary.csv", "upload": upload()},
    ),
    Attack("file_register", "of a version", lambda g: {"location": f"derived/{g.dataset_id}/1/summary.csv"}),
    Attack("file_delete", "of a version", lambda g: {"id": f"derived/{g.dataset_id}/1/summary.csv"}),
    Attack(
        "khonkaencarbon_version_withdraw",
        "of the version in force",
        lambda g: {"id": g.dataset_id, "version": 1, "reason": "forged"},
    ),
    Attack(
        "khonkaencarbon_inventory_decide",
        "no decision at all",
        lambda g: {"id": g.dataset_id, "decision": "derived", "reason": "forged"},
    ),
    Attack(
        "khonkaencarbon_inventory_choose",
        "a dataset that does not count",
        lambda g: {"year": 2024, "gpc_ref": "I.2.2", "activity": "electricity-grid", "pick": g.dataset_id},
    ),
    Attack("khonkaencarbon_run_create", "once more", lambda g: {"id": g.dataset_id}, EDITORS),
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: f"{one.action}: {one.words}")
def test_nobody_gets_at_a_derived_resource(ground: Ground, attack: Attack) -> None:
    succeeded = set()
    for who in PEOPLE:
        answer = ground.post(who, attack.action, attack.body(ground))
        assert answer.status_code in (200, *REFUSALS), (who, answer.body[:500])
        if answer.status_code == 200:
            succeeded.add(who)
        assert evidence(ground.dataset_id) == ground.before, who
        assert not claims(ground.owners), who
    assert succeeded == attack.may
    jobs.drain()
    assert evidence(ground.dataset_id) == ground.before


def test_every_action_that_could_touch_one_is_tried() -> None:
    tried = {one.action for one in ATTACKS} | {action for action, _, _, _ in WHOLE}
    tried.add("package_collaborator_create")  # a test of its own, below
    assert tried == set(TABLE["touches"])
    refused = {action for action, answer in TABLE["touches"].items() if answer == "refused"}
    assert not {one.action for one in ATTACKS if one.may} & refused


def restore(ground: Ground) -> None:
    """Put the dataset back to where it was and to be seen by all, as the sysadmin can."""
    owner, dataset_id = ground.owners["own"], ground.dataset_id
    ground.post("sysadmin", "package_owner_org_update", {"id": dataset_id, "organization_id": owner})
    ground.post("sysadmin", "package_patch", {"id": dataset_id, "state": "active", "private": False})


def several(ground: Ground) -> Body:
    return {"datasets": [ground.dataset_id], "org_id": ground.owners["own"]}


# action, its body, who may, whether the dataset is there for the public afterwards
WHOLE: list[tuple[str, Callable[[Ground], Body], frozenset[str], bool]] = [
    ("bulk_update_private", several, ADMINS, False),
    ("bulk_update_public", several, ADMINS, True),
    ("bulk_update_delete", several, ADMINS, False),
    ("package_delete", lambda g: {"id": g.dataset_id}, EDITORS, False),
    (
        "package_owner_org_update",
        lambda g: {"id": g.dataset_id, "organization_id": g.owners["foreign"]},
        SYSADMIN,
        True,
    ),
    ("organization_delete", lambda g: {"id": g.owners["own"]}, NOBODY, True),
    ("organization_purge", lambda g: {"id": g.owners["own"]}, NOBODY, True),
    ("dataset_purge", lambda g: {"id": g.dataset_id}, SYSADMIN, False),
]


@pytest.mark.parametrize("action, body, may, public", WHOLE, ids=[one[0] for one in WHOLE])
def test_a_dataset_goes_as_a_whole_by_those_who_may(
    ground: Ground, action: str, body: Any, may: frozenset[str], public: bool
) -> None:
    address = f"/dataset/{ground.dataset_id}/footprint/1/summary.csv"
    for who in PEOPLE:
        answer = ground.post(who, action, body(ground))
        assert (answer.status_code == 200) == (who in may), (who, answer.body[:500])
        there = public or who not in may
        assert ground.app.get(address).status_code == (200 if there else 404), who
        if action == "dataset_purge" and who in may:
            continue
        assert evidence(ground.dataset_id) == ground.before, who
        restore(ground)
    jobs.drain()
    left = evidence(ground.dataset_id)
    assert left == ground.before or (action == "dataset_purge" and not any(left.values()))


def test_the_system_writes_them_and_puts_right_what_it_took_away(ground: Ground) -> None:
    ids = [one["id"] for one in ground.dataset["resources"]]
    changes = {
        "package_patch": {"id": ground.dataset_id, "inventory_decision": "accepted"},
        "package_resource_reorder": {"id": ground.dataset_id, "order": ids[::-1]},
        "package_revise": {
            "match": {"id": ground.dataset_id},
            f"update__resources__{ground.csv}": {"name": "x"},
        },
        "package_update": {**ground.dataset, "resources": [ground.own]},
    }
    for action, body in changes.items():
        before = evidence(ground.dataset_id)
        tk.get_action(action)(identity.system_context(), body)
        assert evidence(ground.dataset_id) != before, action
    tk.get_action("package_patch")(
        identity.system_context(), {"id": ground.dataset_id, "inventory_decision": "pending"}
    )
    jobs.drain()
    now = ground.derived
    assert {one["id"] for one in now} == {one["id"] for (one,) in ground.before["resources"]}
    assert {one["carbon_version"] for one in now} == {1}
    assert evidence(ground.dataset_id)["files"] == ground.before["files"]


def test_a_collaborator_is_an_editor_like_any_other(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tk.config, "ckan.auth.allow_dataset_collaborators", True)
    invited = {"id": ground.dataset_id, "user_id": ground.stranger, "capacity": "editor"}
    assert ground.post("member", "package_collaborator_create", invited).status_code == 403
    assert ground.post("admin", "package_collaborator_create", invited).status_code == 200
    try:
        assert ground.post("stranger", "resource_patch", {"id": ground.csv, "name": "x"}).status_code == 403
        stale = whole(ground, lambda derived: [])
        assert ground.post("stranger", "package_update", stale).status_code == 200
        assert ground.dataset["title"] == stale["title"]
    finally:
        ground.post("admin", "package_collaborator_delete", invited)
    assert evidence(ground.dataset_id) == ground.before


GONE = {
    "marked as deleted": "UPDATE resource SET state = 'deleted' WHERE id = :id",
    "removed": "DELETE FROM resource WHERE id = :id",
}


@pytest.mark.parametrize("gone", GONE.values(), ids=GONE.keys())
def test_nobody_puts_their_own_file_at_the_id_of_a_derived_resource_that_is_gone(
    ground: Ground, gone: str
) -> None:
    taken = next(one["id"] for one in ground.derived if one["carbon_product"] == "bundle")
    with model.ensure_engine().begin() as connection:
        connection.execute(sa.text(gone), {"id": taken})
    resource = {"id": taken, **URL}
    for who, whose in (("stranger", "foreign"), ("editor", "own"), ("sysadmin", "own")):
        home, owner = ground.home[whose], ground.owners[whose]
        for action, body in (
            ("resource_create", {"package_id": home, **resource}),
            ("package_patch", {"id": home, "resources": [resource]}),
            ("package_revise", {"match": {"id": home}, "update__resources__extend": [resource]}),
            ("package_create", fresh(ground, owner_org=owner, resources=[resource])),
        ):
            assert ground.post(who, action, body).status_code in REFUSALS, (who, action)
    sweep.look_out()
    jobs.drain()
    assert taken in [one["id"] for one in ground.derived]
