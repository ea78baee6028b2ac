"""What pydicom, highdicom, dciodvfy (dicom3tools) and dsrdump (dcmtk) make of our results, and
segmentations that highdicom wrote, for our reader.

  npx tsx --conditions=source reference/dicom/write-results.ts /tmp/results
  python reference/dicom/read_results.py /tmp/results

Writes results-read.json (named by the SHA-256 of each file) and foreign-segmentations.json beside itself.
"""

import base64
import datetime
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys

import highdicom as hd
import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

here = pathlib.Path(__file__).parent
folder = pathlib.Path(sys.argv[1])


def code(concept):
    return [concept.value, concept.scheme_designator, concept.meaning]


def output(*words):
    done = subprocess.run(words, capture_output=True, text=True, errors="replace")
    return done.returncode, (done.stdout + done.stderr).splitlines()


def validators(path, is_report):
    found = {"dciodvfyErrors": [line for line in output("dciodvfy", "-new", str(path))[1] if line.startswith("Error")]}
    if is_report:
        status, lines = output("dsrdump", str(path))
        found["dsrdumpErrors"] = [line for line in lines if line.startswith("E:")]
        found["dsrdumpStatus"] = status
        found["dsrdumpNumbers"] = sum("NUM:" in line for line in lines)
    return found


def segmentation(path):
    seg = hd.seg.segread(path)
    pixels = seg.pixel_array.reshape(-1, seg.Rows, seg.Columns)
    frames = []
    for groups, frame in zip(seg.PerFrameFunctionalGroupsSequence, pixels):
        content = groups.FrameContentSequence[0]
        source = groups.DerivationImageSequence[0].SourceImageSequence[0]
        frames.append(
            {
                "segment": groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber,
                "phase": content.get("TemporalPositionIndex", 1),
                "position": [float(mm) for mm in groups.PlanePositionSequence[0].ImagePositionPatient],
                "source": source.ReferencedSOPInstanceUID,
                "voxels": int(frame.sum()),
                "sha256": hashlib.sha256(frame.astype(np.uint8).tobytes()).hexdigest(),
            }
        )
    segments = []
    for number in seg.segment_numbers:
        about = seg.get_segment_description(number)
        segments.append(
            {
                "number": int(number),
                "label": about.segment_label,
                "category": code(about.segmented_property_category),
                "type": code(about.segmented_property_type),
                "algorithm": [about.algorithm_type.value, about.get("SegmentAlgorithmName")],
            }
        )
    return {
        "class": type(seg).__name__,
        "type": seg.segmentation_type.value,
        "patientName": str(seg.PatientName),
        "creator": str(seg.ContentCreatorName or ""),
        "sourceImages": len(seg.get_source_image_uids()),
        "segments": segments,
        "frames": frames,
    }


def report(path):
    sr = hd.sr.srread(path)
    groups = []
    volumetric = [("1411", group) for group in sr.content.get_volumetric_roi_measurement_groups()]
    for template, group in volumetric + [("1501", group) for group in sr.content.get_image_measurement_groups()]:
        groups.append(
            {
                "template": template,
                "tracking": group.tracking_identifier,
                "finding": code(group.finding_type),
                "sites": [code(site.value) for site in group.finding_sites],
                "measurements": [
                    [*code(one.name), float(one.value), one.unit.value] for one in group.get_measurements()
                ],
            }
        )
    return {"class": type(sr).__name__, "groups": groups}


def picture(path):
    image = pydicom.dcmread(path)
    return {"class": image.SOPClassUID.name, "shape": list(image.pixel_array.shape), "pixelSha256": hashlib.sha256(image.pixel_array.tobytes()).hexdigest()}


def read_all():
    readers = {"seg": segmentation, "sr": report, "sc": picture}
    files = {}
    for path in sorted(folder.glob("*.dcm")):
        kind = path.suffixes[-2].lstrip(".")
        entry = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        files[path.stem] = entry | validators(path, kind == "sr") | readers[kind](path)
    return files


def source_images(slices=5, rows=9, columns=11):
    images = []
    for z in range(slices):
        image = Dataset()
        image.file_meta = FileMetaDataset()
        image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
        image.SOPInstanceUID = f"2.25.99.{z + 1}"
        image.StudyInstanceUID, image.SeriesInstanceUID = "2.25.97", "2.25.98"
        image.FrameOfReferenceUID = "2.25.96"
        image.PatientID, image.PatientName, image.Modality = "P", "A^B", "MR"
        image.PatientBirthDate, image.PatientSex, image.AccessionNumber = "", "", ""
        image.StudyID, image.StudyDate, image.StudyTime, image.ReferringPhysicianName = "1", "20240101", "", ""
        image.SeriesNumber, image.InstanceNumber = 1, z + 1
        image.Rows, image.Columns, image.PixelSpacing = rows, columns, [1.25, 1.5]
        image.SliceThickness, image.ImageOrientationPatient = 8, [1, 0, 0, 0, 1, 0]
        image.ImagePositionPatient = [-10.5, 3.25, 10.0 * z]
        image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
        image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, 0
        image.PixelData = np.zeros((rows, columns), np.uint16).tobytes()
        images.append(image)
    return images


def foreign():
    images = source_images()
    random = np.random.default_rng(7)
    labels = random.integers(0, 3, (len(images), 9, 11)).astype(np.uint8)
    labels[2] = 0
    ventricle = pydicom.sr.codedict.codes.SCT.LeftVentricle
    structure = pydicom.sr.codedict.codes.SCT.AnatomicalStructure
    about = [
        hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=f"segment {number}",
            segmented_property_category=structure,
            segmented_property_type=ventricle,
            algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        for number in (1, 2)
    ]
    files = {}
    for kind in ("BINARY", "FRACTIONAL", "LABELMAP"):
        seg = hd.seg.Segmentation(
            source_images=images,
            pixel_array=labels,
            segmentation_type=kind,
            segment_descriptions=about,
            series_instance_uid="2.25.95",
            series_number=2,
            sop_instance_uid=f"2.25.94.{len(files) + 1}",
            instance_number=1,
            manufacturer="highdicom",
            manufacturer_model_name="highdicom",
            software_versions=hd.__version__,
            device_serial_number="1",
            omit_empty_frames=True,
        )
        out = io.BytesIO()
        seg.save_as(out)
        files[kind] = base64.b64encode(out.getvalue()).decode()
    return {"shape": list(labels.shape), "labels": labels.ravel().tolist(), "files": files}


def version(command, *words):
    return next((found[0] for line in output(command, *words)[1] if (found := re.search(r"\d+\.\d+\.\d+", line))), "unknown")


about = {
    "script": "reference/dicom/read_results.py",
    "date": datetime.date.today().isoformat(),
    "versions": {"pydicom": pydicom.__version__, "highdicom": hd.__version__, "dcmtk": version("dsrdump", "--version")},
}
for name, content in (("results-read", {"files": read_all()}), ("foreign-segmentations", foreign())):
    (here / f"{name}.json").write_text(json.dumps(about | content, indent=1) + "\n")
