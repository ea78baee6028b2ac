"""Writes libs/dicom/src/dictionary-data.ts: tag and VR of every public attribute.

Run from the root of the repository: python reference/dicom/dictionary.py
Needs pydicom (MIT), whose dictionary is generated from DICOM PS3.6, PS3.7 and PS3.10.
"""

from itertools import groupby

import pydicom
from pydicom import _version
from pydicom.datadict import DicomDictionary, RepeatersDictionary

# Attributes of the de-identification profile of DICOM 2026c that are younger than the dictionary.
YOUNGER = {
    "00081301": ("SQ", "PrincipalDiagnosisCodeSequence"),
    "00081302": ("SQ", "PrimaryDiagnosisCodeSequence"),
    "00081303": ("SQ", "SecondaryDiagnosesCodeSequence"),
    "00081304": ("SQ", "HistologicalDiagnosesCodeSequence"),
    "00100011": ("SQ", "PersonNamesToUseSequence"),
    "00100012": ("LT", "NameToUse"),
    "00100013": ("UT", "NameToUseComment"),
    "00100014": ("SQ", "ThirdPersonPronounsSequence"),
    "00100015": ("SQ", "PronounCodeSequence"),
    "00100016": ("UT", "PronounComment"),
    "00100041": ("SQ", "GenderIdentitySequence"),
    "00100043": ("SQ", "SexParametersForClinicalUseCategorySequence"),
    "00100044": ("SQ", "GenderIdentityCodeSequence"),
    "00100046": ("SQ", "SexParametersForClinicalUseCategoryCodeSequence"),
}
# Several VRs are possible; the reader settles them by PixelRepresentation or takes words.
AMBIGUOUS = {"US or SS": "xs", "OB or OW": "OW", "US or OW": "OW", "US or SS or OW": "OW"}

rows = {f"{tag:08x}": (vr, word) for tag, (vr, _, _, _, word) in DicomDictionary.items()}
rows |= {tag: (vr, word) for tag, (vr, _, _, _, word) in RepeatersDictionary.items()}
rows |= YOUNGER
lines = []
known = sorted((tag, AMBIGUOUS.get(vr, vr), word) for tag, (vr, word) in rows.items() if word and vr != "NONE")
for group, members in groupby(known, key=lambda row: row[0][:4]):
    lines.append(f"  '{group} " + " ".join(f"{tag[4:]}{vr}{word}" for tag, vr, word in members) + "',")

with open("libs/dicom/src/dictionary-data.ts", "w", encoding="utf-8") as file:
    file.write(
        "// biome-ignore-all format: one line a group\n"
        f"// Written by reference/dicom/dictionary.py from pydicom {pydicom.__version__} (MIT),\n"
        f"// the tables of DICOM PS3.6, PS3.7 and PS3.10, edition {_version.__dicom_version__}.\n"
        "/** A group, then its attributes: element, VR and keyword; `x` stands for any digit, `xs` for US or SS. */\n"
        "export const dictionaryData: readonly string[] = [\n" + "\n".join(lines) + "\n];\n"
    )
print(len(known), "attributes in", len(lines), "groups")
