"""findings.json: what was found in the inputs, in both languages."""

from __future__ import annotations

from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.model import Finding
from ckanext.khonkaencarbon.footprint.output.indented import indented


def json_bytes(log: FindingLog) -> bytes:
    """The listed findings: two-space indent, non-ASCII literal, final newline."""
    return (indented([document(one) for one in log.listed]) + "\n").encode("utf-8")


def document(found: Finding) -> dict[str, object]:
    """One finding as published."""
    return {
        "code": found.code,
        "severity": found.severity.value,
        "record": found.record,
        "line": found.line,
        "column": found.column,
        "value": found.value,
        "expected": found.expected.as_json(),
        "fix": found.fix.as_json(),
        "input": found.input,
        "needs_decision": found.needs_decision,
    }
