"""Creates the first administrator: first_admin.py NAME MAIL, password on standard input.

Prints "created", or "exists" when the portal already has an administrator. Not a CKAN command, because those
take passwords on the command line, where every user of the machine could read them.
"""

from __future__ import annotations

import os
import sys

from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.common import config
from ckan.config.middleware import make_app
from ckan.plugins import toolkit


def create(name: str, mail: str, password: str) -> bool:
    """Create the administrator unless there is one; the site's own user is none."""
    taken = model.Session.query(model.User).filter_by(sysadmin=True, state="active")
    if any(user.name != config["ckan.site_id"] for user in taken):
        return False
    if model.User.by_name(name) is None:
        given = {"name": name, "email": mail, "password": password}
        toolkit.get_action("user_create")({"ignore_auth": True, "user": config["ckan.site_id"]}, given)
    user = model.User.by_name(name)
    user.password = password
    user.sysadmin = True
    user.state = "active"
    model.Session.commit()
    return True


if __name__ == "__main__":
    app = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    with app._wsgi_app.test_request_context():
        print("created" if create(sys.argv[1], sys.argv[2], sys.stdin.readline().strip()) else "exists")
