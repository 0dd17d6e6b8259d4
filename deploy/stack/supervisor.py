"""Talking to the process manager through its private socket."""

from __future__ import annotations

import http.client
import socket
import xmlrpc.client
from pathlib import Path
from typing import Any

from .place import Place

Info = dict[str, Any]


class _Line(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class _Transport(xmlrpc.client.Transport):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: object) -> _Line:
        return _Line(self._path)


def socket_of(place: Place) -> Path:
    """The private socket."""
    return place.run / "supervisor.sock"


def programs(place: Place) -> dict[str, Info] | None:
    """State of each program; None when no process manager answers."""
    try:
        answer = _server(place).supervisor.getAllProcessInfo()
    except (OSError, xmlrpc.client.Error, http.client.HTTPException):
        return None
    return (
        {info["name"]: info for info in answer if isinstance(info, dict)}
        if isinstance(answer, list)
        else None
    )


def start(place: Place, name: str) -> None:
    """Start a program that is not running; being started already is no fault."""
    try:
        _server(place).supervisor.startProcess(name, False)
    except xmlrpc.client.Fault as fault:
        if "ALREADY_STARTED" not in fault.faultString:
            raise


def stop(place: Place, name: str) -> None:
    """Stop a program; being stopped already is no fault."""
    try:
        _server(place).supervisor.stopProcess(name)
    except xmlrpc.client.Fault as fault:
        if "NOT_RUNNING" not in fault.faultString:
            raise


def shut_down(place: Place) -> None:
    """Stop everything, the process manager last."""
    try:
        _server(place).supervisor.shutdown()
    except (OSError, xmlrpc.client.Error, http.client.HTTPException):
        return


def _server(place: Place) -> xmlrpc.client.ServerProxy:
    return xmlrpc.client.ServerProxy("http://localhost", transport=_Transport(socket_of(place)))
