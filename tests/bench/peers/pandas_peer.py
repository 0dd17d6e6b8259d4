"""A good pandas script: dates understood once per distinct text, floats for quantities. Needs pandas.

Does the cube only: no hash, no check of the decoding, no findings, no personal data, no footprint.
"""

import json
import re
import sys

import pandas as pd
from generate import ACTIVITIES, MONTHS

DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def month(text):
    """The month of a spelling of a day."""
    text = text.translate(DIGITS)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return text[:7]
    _, name, year = re.split(r"[/ ]", text)
    number = int(name) if name.isdigit() else MONTHS.index(name) + 1
    return f"{int(year) - 543}-{number:02}"


table = pd.read_csv(sys.argv[1], dtype=str)
table.columns = ["day", "organisation", "activity", "quantity", "unit"]
table["month"] = table["day"].map({text: month(text) for text in table["day"].unique()})
quantity = table["quantity"]
plain = pd.to_numeric(quantity, errors="coerce")
odd = plain.isna()
plain[odd] = quantity[odd].str.replace(",", "").str.translate(DIGITS).astype(float)
factors = {unit: factor for _, units in ACTIVITIES for unit, factor in units}
table["base"] = plain * table["unit"].map(factors)
cube = table.groupby(["month", "organisation", "activity"])["base"].agg(["sum", "size"]).reset_index()
sums = (cube.groupby("activity")["sum"].sum() * 1000).round().astype("int64")
print(
    json.dumps({"good": int(cube["size"].sum()), "about": {key: int(value) for key, value in sums.items()}})
)
