"""pydicom's side of bench:ingest: bench_ingest.py FOLDER OUT reads, sorts, stacks, empties identifiers, writes arrays."""

import os
import sys
from collections import defaultdict

import numpy as np
import pydicom

folder, out = sys.argv[1:3]
identifying = ["PatientName", "PatientID", "PatientBirthDate", "AccessionNumber", "StudyDate", "StudyID"]
series = defaultdict(list)
for root, _, names in os.walk(folder):
    for name in names:
        dataset = pydicom.dcmread(os.path.join(root, name))
        for keyword in identifying:
            if keyword in dataset:
                setattr(dataset, keyword, "")
        series[dataset.SeriesInstanceUID].append(dataset)
for index, images in enumerate(series.values()):
    row, column = np.split(np.array(images[0].ImageOrientationPatient, float), 2)
    normal = np.cross(row, column)

    def place(image):
        return round(float(np.dot(normal, np.array(image.ImagePositionPatient, float))), 1)

    images.sort(key=lambda image: (float(image.get("TriggerTime", 0)), place(image)))
    slices = len({place(image) for image in images})
    stack = np.stack([image.pixel_array.astype(np.float32) for image in images])
    np.save(os.path.join(out, f"{index}.npy"), stack.reshape(len(images) // slices, slices, *stack.shape[1:]))
