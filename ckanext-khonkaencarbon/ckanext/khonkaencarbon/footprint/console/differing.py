"""``diff``: why two versions of a footprint differ, from their bundles."""

from __future__ import annotations

import argparse
from pathlib import Path

from ckanext.khonkaencarbon.footprint.console.messages import COMPLETE, in_language, print_bytes
from ckanext.khonkaencarbon.footprint.difference import note, words
from ckanext.khonkaencarbon.footprint.difference.bundles import bundle_difference


def diff_bundles(options: argparse.Namespace) -> int:
    """Print the difference and its terms; a bundle that cannot be used is refused (status 2)."""
    found = bundle_difference(Path(options.old), Path(options.new))
    if options.json:
        print_bytes(note.json_bytes(found))
        return COMPLETE
    texts = [words.summary(found), *(words.sentence(found, term) for term in found.terms)]
    print_bytes("\n".join([*(in_language(text, options.lang) for text in texts), ""]).encode())
    return COMPLETE
