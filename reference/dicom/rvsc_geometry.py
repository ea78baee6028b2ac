"""Geometry of the RVSC cine as pydicom reads it, for stages/imaging/src/ingest/ingest.test.ts.

Usage: python reference/dicom/rvsc_geometry.py ../shared/data/dicom/rvsc-patient09/P09dicom
"""
import datetime
import hashlib
import json
import pathlib
import sys

import numpy
import pydicom

images = [pydicom.dcmread(path) for path in sorted(pathlib.Path(sys.argv[1]).glob("*.dcm"))]
places = {}
for image in images:
    places.setdefault(tuple(image.ImagePositionPatient), []).append(image)
position, phases = max(places.items(), key=lambda item: len(item[1]))
phases.sort(key=lambda image: float(image.TriggerTime))
orientation = numpy.array([float(part) for part in phases[0].ImageOrientationPatient])
along, down = orientation[:3], orientation[3:]
row_spacing, column_spacing = (float(part) for part in phases[0].PixelSpacing)
affine = numpy.eye(4)
affine[:3, 0] = along * column_spacing
affine[:3, 1] = down * row_spacing
affine[:3, 2] = numpy.cross(along, down) * float(phases[0].SliceThickness)
affine[:3, 3] = [float(part) for part in position]
stored = numpy.stack([image.pixel_array for image in phases]).astype("<u2")
print(json.dumps({
    "script": "reference/dicom/rvsc_geometry.py",
    "versions": {"pydicom": pydicom.__version__, "numpy": numpy.__version__},
    "date": datetime.date.today().isoformat(),
    "imagesByPlace": sorted(len(group) for group in places.values()),
    "shape": [len(phases), 1, *stored.shape[1:]],
    "affine": affine.flatten().tolist(),
    "triggerTimesMs": [float(image.TriggerTime) for image in phases],
    "pixelHash": hashlib.sha256(stored.tobytes()).hexdigest(),
    "pixelSum": int(stored.sum()),
}, indent=1))
