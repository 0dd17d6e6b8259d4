"""A running portal whose services can be killed: started by deploy/test for browser and faults."""

from __future__ import annotations

import http.client
import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
import xmlrpc.client
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package

# The goal of the recovery tests: published again within this time.
RECOVERY_SECONDS = 90
LONG = os.environ.get("KHONKAENCARBON_TEST_LONG") == "true"
# The short form hits the same points each time, so that a red run is about the change; the long form any.
SHORT_SEED = 422430
CHOSEN = random.SystemRandom().randrange(10**6) if LONG else SHORT_SEED
SEED = int(os.environ.get("KHONKAENCARBON_TEST_SEED") or CHOSEN)
HITS: Counter[str] = Counter()
UNTRIED: list[str] = []


def pytest_sessionstart(session: pytest.Session) -> None:
    """The long form says its seed first: it may be broken off."""
    if LONG:
        sys.__stdout__.write(f"faults, long form: KHONKAENCARBON_TEST_SEED={SEED}\n")  # type: ignore[union-attr]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """With which seed the same is done again, and how often what was hit."""
    hits = "".join(f", {count} {what}" for what, count in sorted(HITS.items()))
    form = "long" if LONG else "short"
    terminalreporter.write_line(f"faults, {form} form: KHONKAENCARBON_TEST_SEED={SEED}{hits}")
    for what in UNTRIED:
        terminalreporter.write_line(f"faults, NOT TRIED: {what}")


class _Line(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(os.environ["KHONKAENCARBON_TEST_SUPERVISOR"])


class _Transport(xmlrpc.client.Transport):
    def make_connection(self, host: object) -> _Line:
        return _Line("localhost")


class Stack:
    """The services of the portal under test, through their process manager."""

    def __init__(self) -> None:
        self._manager = xmlrpc.client.ServerProxy("http://localhost", transport=_Transport()).supervisor

    def stop(self, name: str) -> None:
        """Stop a service and wait until it is gone."""
        self._manager.stopProcess(name, True)

    def start(self, name: str) -> None:
        """Start a service and wait until it runs."""
        self._manager.startProcess(name, True)

    def restart(self, name: str) -> None:
        """Stop and start a service."""
        self.stop(name)
        self.start(name)

    def kill(self, name: str) -> None:
        """SIGKILL a service with all its children; the process manager starts it again."""
        os.killpg(os.getpgid(self._manager.getProcessInfo(name)["pid"]), signal.SIGKILL)

    def signal(self, name: str, what: signal.Signals) -> None:
        """Send a signal to the first process of a service."""
        os.kill(self._manager.getProcessInfo(name)["pid"], what)

    def running(self, name: str) -> bool:
        """Whether the process manager sees the service running."""
        return self._manager.getProcessInfo(name)["statename"] == "RUNNING"


class Portal:
    """The portal's API as its administrator."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._token = token

    def action(self, name: str, /, **data: Any) -> Any:
        """Result of an action."""
        return self._post(name, json.dumps(data).encode(), "application/json")

    def upload(self, dataset: str, text: str, resource: str | None = None) -> dict[str, Any]:
        """Upload an activity file: a new input, or new bytes for one."""
        boundary = uuid.uuid4().hex
        fields = (
            {"id": resource} if resource else {"package_id": dataset, "carbon_role": "input", "name": "input"}
        )
        body = io.BytesIO()
        for name, value in fields.items():
            body.write(
                f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            )
        body.write(
            f'--{boundary}\r\nContent-Disposition: form-data; name="upload"; filename="activity.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n{text}\r\n--{boundary}--\r\n".encode()
        )
        verb = "resource_patch" if resource else "resource_create"
        return self._post(verb, body.getvalue(), f"multipart/form-data; boundary={boundary}")

    def run(self, dataset: str) -> dict[str, Any]:
        """State of a dataset's footprint."""
        return self.action("khonkaencarbon_run_show", id=dataset)

    def total(self, dataset: str) -> str:
        """Published total of a dataset, kg CO2e."""
        return self.action("khonkaencarbon_summary_show", id=dataset)["totals"]["co2e_kg"]

    def _post(self, name: str, body: bytes, kind: str) -> Any:
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/api/action/{name}", body, {"Authorization": self._token, "Content-Type": kind}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)["result"]


def _until(condition: Callable[[], bool], seconds: float = RECOVERY_SECONDS) -> float:
    """Wait for a condition, faults of the portal included; how long it took.

    Raises:
        AssertionError: it did not come true in time.
    """
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            if condition():
                return time.monotonic() - began
        except (urllib.error.URLError, OSError, http.client.HTTPException):
            pass
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s")


@pytest.fixture(scope="session")
def until() -> Callable[..., float]:
    """Waits for a condition of the portal."""
    return _until


@pytest.fixture(scope="session")
def stack() -> Stack:
    """The services."""
    return Stack()


@pytest.fixture(scope="session")
def portal() -> Portal:
    """The API with an administrator's token."""
    ckan = Path(sys.executable).with_name("ckan")
    command = [ckan, "-c", os.environ["KHONKAENCARBON_TEST_INI"], "user", "token", "add"]
    answer = subprocess.run(
        [*command, os.environ["KHONKAENCARBON_TEST_ADMIN"], uuid.uuid4().hex],
        capture_output=True,
        text=True,
        check=True,
    )
    return Portal(os.environ["KHONKAENCARBON_TEST_URL"], answer.stdout.split()[-1])


def new_dataset(portal: Portal) -> str:
    """Make an activity dataset without a file, with an organisation of its own."""
    name = f"faults-{uuid.uuid4().hex[:8]}"
    organisation = portal.action("organization_create", name=name, title="Faults")
    made = portal.action(
        "package_create",
        name=name,
        title="ข้อมูลทดสอบ",
        type="activity-data",
        owner_org=organisation["id"],
        reporting_boundary="organisation",
    )
    return str(made["id"])


def purge(portal: Portal, dataset: str) -> None:
    """Remove a dataset, if it is still there."""
    try:
        portal.action("dataset_purge", id=dataset)
    except urllib.error.HTTPError as gone:
        if gone.code != http.client.NOT_FOUND:
            raise


@pytest.fixture
def dataset(portal: Portal) -> Iterator[str]:
    """Id of an activity dataset without a file."""
    made = new_dataset(portal)
    yield made
    purge(portal, made)


@pytest.fixture
def renewed(portal: Portal) -> Iterator[Callable[[Any], None]]:
    """Gives a scene another dataset; the one before is purged and forgotten."""
    last: list[Any] = []

    def renew(scene: Any) -> None:
        purge(portal, scene.dataset)
        scene.heal()
        scene.dataset, scene.input = new_dataset(portal), ""
        last[:] = [scene]

    yield renew
    for scene in last:
        purge(portal, scene.dataset)


@pytest.fixture
def many(portal: Portal) -> Iterator[Callable[[int], list[str]]]:
    """Makes so many datasets without a file."""
    made: list[str] = []

    def make(count: int) -> list[str]:
        made.extend(new_dataset(portal) for _ in range(count))
        return made

    yield make
    for one in made:
        purge(portal, one)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """The same throws for the same seed and test, whatever else runs."""
    return random.Random(f"{SEED} {request.node.name}")  # noqa: S311


@pytest.fixture(scope="session")
def long() -> bool:
    """Whether the long form was asked for."""
    return LONG


@pytest.fixture(scope="session")
def hits() -> Counter[str]:
    """How often what was hit, for the summary."""
    return HITS


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says in the long form what was shown, as it goes: a run that is broken off has shown that much."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say(what: str) -> None:
        if LONG:
            with capture.global_and_fixture_disabled():
                print(f"{time.strftime('%H:%M:%S')} {request.node.name} {what}", flush=True)

    return say


@pytest.fixture
def untried(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Skips a test, and says so by name at the end of the run."""

    def leave(reason: str) -> None:
        UNTRIED.append(f"{request.node.name}: {reason}")
        pytest.skip(reason)

    return leave


@pytest.fixture(scope="session")
def inside() -> Iterator[None]:
    """The portal's plugins in this process too, over the same servers as the running portal."""
    ckan.plugins.load_all()
    yield
    ckan.plugins.unload_all()


@pytest.fixture
def alone(stack: Stack, portal: Portal, inside: None) -> Iterator[None]:
    """Worker and sweeper stand still: the test itself does their work."""
    for name in ("sweeper", "worker"):
        if stack.running(name):
            stack.stop(name)
    yield
    for name in ("worker", "sweeper"):
        stack.start(name)


@pytest.fixture
def scene(alone: None, portal: Portal, dataset: str, tmp_path: Path) -> Any:
    """A dataset, jobs that are broken, and the look at what is left."""
    from scene import Scene

    return Scene(portal, dataset, tmp_path)
