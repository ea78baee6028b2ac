"""Compares our table of PS3.15 E.1-1 with two packages that carry it, for libs/dicom/src/deidentify.

Usage: python reference/dicom/confidentiality_profile.py > reference/dicom/confidentiality-profile.json
Needs dicom-anonymizer (basic actions, edition 2026c) and idiscore (basic actions and options,
scraped from edition 2024d; only its table is read as text, so its own dependencies are not needed).
"""

import datetime
import hashlib
import importlib.metadata
import importlib.util
import json
import pathlib
import re
import sys

OPTIONS = {
    "uids": "retain_uid",
    "device": "retain_device_id",
    "institution": "retain_institution_id",
    "patient": "retain_patient_characteristics",
    "fullDates": "retain_full_dates",
    "modifiedDates": "retain_modified_dates",
    "descriptors": "clean_descriptors",
    "structured": "clean_structured_content",
    "graphics": "clean_graphics",
}
CODES = {
    "DUMMY": "D",
    "EMPTY": "Z",
    "REMOVE": "X",
    "KEEP": "K",
    "CLEAN": "C",
    "UID": "U",
    "EMPTY_OR_DUMMY": "Z/D",
    "REMOVE_OR_EMPTY": "X/Z",
    "REMOVE_OR_DUMMY": "X/D",
    "REMOVE_OR_EMPTY_OR_DUMMY": "X/Z/D",
    "REMOVE_OR_EMPTY_OR_UID": "X/Z/U*",
}
REPEATING = {"(20480, 0, 65280, 0)": "50xxxxxx", "(24576, 12288, 65280, 65535)": "60xx3000", "(24576, 16384, 65280, 65535)": "60xx4000"}


def package_file(package, name):
    return pathlib.Path(importlib.util.find_spec(package).submodule_search_locations[0]) / name


def ours():
    lines = pathlib.Path("libs/dicom/src/deidentify/confidentiality-profile-data.ts").read_text("utf-8")
    rows = {}
    for tag, basic, options in re.findall(r"'([0-9a-fx]{8}) \w+ (\S+?)((?: \w+:\w)*)',", lines):
        rows[tag] = {"basic": basic, **dict(part.split(":") for part in options.split())}
    return rows


def anonymizer():
    path = package_file("dicomanonymizer", "dicom_anonymization_databases/dicomfields_2026c.py")
    names = {}
    exec(path.read_text("utf-8"), names)
    rows = {}
    for name, tags in names.items():
        if name.endswith("_TAGS") and name != "ALL_TAGS":
            for tag in tags:
                key = "".join("%04x" % part for part in tag) if len(tag) == 2 else REPEATING[str(tag)]
                rows[key] = name[: -len("_TAGS")].replace("_STAR", "*").replace("_", "/")
    return rows


def idiscore():
    text = package_file("idiscore", "_public_dicom.py").read_text("utf-8")
    sets = {}
    for name, body in re.findall(r"^(\w+) = RawNemaRuleSet\((.*?)^\)", text, re.S | re.M):
        rules = re.findall(r'(?:SingleTag|RepeatingGroup)\("([^"]*)"\),\s*ActionCodes\.(\w+)', body)
        sets[name] = {tag.lower().replace(",", ""): CODES[code] for tag, code in rules}
    return sets


rows, newer, older = ours(), anonymizer(), idiscore()
differences = [[tag, "2026c", rows.get(tag, {}).get("basic"), newer.get(tag)] for tag in sorted(rows.keys() | newer.keys()) if rows.get(tag, {}).get("basic") != newer.get(tag)]
differences += [[tag, "2024d", rows.get(tag, {}).get("basic"), code] for tag, code in sorted(older["basic_profile"].items()) if rows.get(tag, {}).get("basic") != code]
for option, name in OPTIONS.items():
    mine = {tag: row[option] for tag, row in rows.items() if option in row}
    differences += [[tag, option, mine.get(tag), older[name].get(tag)] for tag in sorted(mine.keys() | older[name].keys()) if mine.get(tag) != older[name].get(tag)]
text = "\n".join(f"{tag} {json.dumps(row, sort_keys=True)}" for tag, row in sorted(rows.items()))
json.dump(
    {
        "script": "reference/dicom/confidentiality_profile.py",
        "date": datetime.date.today().isoformat(),
        "packages": {name: importlib.metadata.version(name) for name in ("dicom-anonymizer", "idiscore")},
        "python": sys.version.split()[0],
        "rows": len(rows),
        "rowsOfBasicProfile": {"2026c": len(newer), "2024d": len(older["basic_profile"])},
        "cells": {option: len(older[name]) for option, name in OPTIONS.items()},
        "differences": differences,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    },
    sys.stdout,
    indent=1,
)
print()
