"""pydicom reads our de-identified files back: every element, and the pixels of the source.

Usage: npm run check:deidentified -- ../shared/data/dicom /tmp/copies
       python reference/dicom/deidentified.py /tmp/copies > reference/dicom/deidentified.json
"""

import datetime
import json
import pathlib
import sys
import warnings

import gdcm
import numpy
import pydicom

# Test files break rules on purpose; what they say of themselves is not the question.
warnings.simplefilter("ignore")
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE


def elements(dataset):
    count = 0
    for element in dataset:
        count += 1
        if element.VR == "SQ":
            count += sum(elements(item) for item in element.value)
    return count


counts = {"copies": 0, "elements": 0, "samePixels": 0, "pixelsNotDecoded": 0, "marked": 0}
problems = []
for pair in json.loads((pathlib.Path(sys.argv[1]) / "pairs.json").read_text()):
    name = pathlib.Path(pair["source"]).name
    try:
        copy = pydicom.dcmread(pair["copy"])
        counts["elements"] += elements(copy)
        counts["copies"] += 1
    except Exception as error:
        problems.append([name, f"not read: {type(error).__name__}"])
        continue
    codes = [item.CodeValue for item in copy.DeidentificationMethodCodeSequence]
    if copy.PatientIdentityRemoved == "YES" and codes == ["113100", "113105", "113107", "113111"]:
        counts["marked"] += 1
    if any(element.tag.is_private and not element.tag.is_private_creator and element.VR == "UN" for element in copy):
        problems.append([name, "private element of unknown meaning"])
    try:
        before = pydicom.dcmread(pair["source"], force=True).pixel_array
    except Exception:
        counts["pixelsNotDecoded"] += 1
        continue
    try:
        after = copy.pixel_array
        # A big-endian file with 8-bit words is decoded in its own order by pydicom.
        same = before.shape == after.shape and numpy.array_equal(before, after)
    except Exception as error:
        problems.append([name, f"pixels not decoded: {type(error).__name__}"])
        continue
    counts["samePixels"] += bool(same)
    if not same:
        problems.append([name, "other pixels"])

json.dump(
    {
        "script": "reference/dicom/deidentified.py",
        "date": datetime.date.today().isoformat(),
        "packages": {"pydicom": pydicom.__version__, "gdcm": gdcm.Version.GetVersion(), "numpy": numpy.__version__},
        "counts": counts,
        "problems": problems,
    },
    sys.stdout,
    indent=1,
)
print()
