"""CKAN's own Solr schema with Thai text analysis and the fields of search by place."""

from __future__ import annotations

import copy
from pathlib import Path
from xml.etree import ElementTree

# ckanext-spatial's backend "solr-bbox" compares these as numbers; unknown fields would be strings.
AT_BLANKS = "text_at_blanks"
BOX_FIELDS = ("minx", "maxx", "miny", "maxy", "bbox_area")


def thai_schema(ckan_schema: Path, analyzers: Path) -> str:
    """The schema for our core.

    Args:
        ckan_schema: schema.xml of the installed CKAN.
        analyzers: field types whose analyzers replace those of the same name, types with a class of their own
            and the fields of the catalogue's search.
    """
    schema = ElementTree.parse(ckan_schema).getroot()  # noqa: S314 - both files are ours or CKAN's
    types, fields = schema.find("types"), schema.find("fields")
    if types is None or fields is None:
        raise ValueError("CKAN's schema has no types or no fields")
    _keep_at_blanks(types, fields)
    own = ElementTree.parse(analyzers).getroot()  # noqa: S314
    for ours in own.iter("fieldType"):
        theirs = types.find(f"fieldType[@name='{ours.get('name')}']")
        if theirs is not None:
            theirs[:] = list(ours)
        elif ours.get("class"):
            types.append(ours)
        else:
            raise ValueError(f"CKAN's schema has no field type {ours.get('name')}")
    fields.extend(own.iter("field"))
    schema.extend(own.iter("copyField"))
    for name in BOX_FIELDS:
        ElementTree.SubElement(fields, "field", name=name, type="pfloat", indexed="true", stored="true")
    return ElementTree.tostring(schema, encoding="unicode", xml_declaration=True)


def _keep_at_blanks(types: ElementTree.Element, fields: ElementTree.Element) -> None:
    """Let long fields of CKAN, and the one it copies everything to, be cut at blanks as CKAN has it.

    What words are looked for in is kk_text; analysing the same text twice would double what indexing costs.
    """
    theirs = copy.deepcopy(types.find("fieldType[@name='text']"))
    if theirs is None:
        raise ValueError("CKAN's schema has no field type text")
    theirs.set("name", AT_BLANKS)
    types.append(theirs)
    for field in fields:
        if field.get("type") == "text" and field.get("name") != "title":
            field.set("type", AT_BLANKS)
