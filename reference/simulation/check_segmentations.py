"""Reads the true segmentations of a virtual study with highdicom and dciodvfy and holds them against its NIfTI masks.

    npx tsx --conditions=source apps/cli/src/main.ts simulate --out STUDY --patients 4 --centres 4 --seed 2 \
        --images clinical --truth-masks --truth-segmentations
    python reference/simulation/check_segmentations.py STUDY

Writes reference/simulation/segmentation-check.json. No error and no voxel that differs is expected; every image that
a segmentation names must be a file of the exam, at the position that the frame has.
"""

import datetime
import importlib.metadata
import json
import pathlib
import subprocess
import sys

import highdicom
import nibabel
import numpy
import pydicom

# Labels of each segment, in order.
LABELS = {
    "cine-sax": [[1], [2], [3]],
    "lge-sax": [[1], [2], [3, 4], [4]],
    "t2-sax": [[1], [2], [3]],
}


def images_of(folder):
    """Geometry of every image file by its SOP instance UID."""
    found = {}
    for path in sorted(folder.glob("*.dcm")):
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        if "PerFrameFunctionalGroupsSequence" in dataset:
            frames = [
                [float(value) for value in group.PlanePositionSequence[0].ImagePositionPatient]
                for group in dataset.PerFrameFunctionalGroupsSequence
            ]
        else:
            frames = [[float(value) for value in dataset.ImagePositionPatient]]
        found[dataset.SOPInstanceUID] = frames
    return found


def verify(path):
    done = subprocess.run(["dciodvfy", "-new", str(path)], capture_output=True, text=True, check=False)
    return [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]


def misplaced(segmentation, images):
    """Frames whose source is no image of the exam, or lies elsewhere."""
    wrong = 0
    for group in segmentation.PerFrameFunctionalGroupsSequence:
        source = group.DerivationImageSequence[0].SourceImageSequence[0]
        frames = images.get(source.ReferencedSOPInstanceUID)
        number = int(source.get("ReferencedFrameNumber", 1))
        place = [float(value) for value in group.PlanePositionSequence[0].ImagePositionPatient]
        if frames is None or numpy.abs(numpy.subtract(frames[number - 1], place)).max() > 1e-3:
            wrong += 1
    return wrong


def volume_of(segmentation, mask):
    """The masks of the segments as highdicom gives the frames, on the grid of a NIfTI mask: [segment, x, y, z, t]."""
    inverse = numpy.linalg.inv(numpy.diag([-1, -1, 1, 1]) @ mask.affine)
    shape = mask.shape if len(mask.shape) == 4 else (*mask.shape, 1)
    volume = numpy.zeros((segmentation.number_of_segments, *shape), dtype=numpy.uint8)
    pixels = segmentation.pixel_array.reshape(segmentation.NumberOfFrames, shape[1], shape[0])
    for frame, group in enumerate(segmentation.PerFrameFunctionalGroupsSequence):
        segment = group.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        place = [float(value) for value in group.PlanePositionSequence[0].ImagePositionPatient]
        slice_index = round((inverse @ [*place, 1])[2])
        phase = int(group.FrameContentSequence[0].get("TemporalPositionIndex", 1)) - 1
        volume[segment - 1, :, :, slice_index, phase] = pixels[frame].T
    return volume


def differing(segmentation, path, sequence):
    mask = nibabel.load(path)
    labels = numpy.asanyarray(mask.dataobj)
    labels = labels if labels.ndim == 4 else labels[..., None]
    volume = volume_of(segmentation, mask)
    return sum(
        int(numpy.count_nonzero(volume[index] != numpy.isin(labels, wanted)))
        for index, wanted in enumerate(LABELS[sequence])
    )


def main():
    study = pathlib.Path(sys.argv[1])
    errors, files, frames, wrong, compared, different = {}, 0, 0, 0, 0, 0
    for subject in sorted((study / "truth-segmentations").iterdir()):
        images = images_of(study / "exams" / subject.name)
        for path in sorted(subject.glob("*.dcm")):
            files += 1
            for line in verify(path):
                errors[line] = errors.get(line, 0) + 1
            segmentation = highdicom.seg.segread(path)
            frames += int(segmentation.NumberOfFrames)
            wrong += misplaced(segmentation, images)
            mask = study / "truth-masks" / subject.name / f"{path.stem}.nii.gz"
            if path.stem in LABELS and mask.exists():
                compared += 1
                different += differing(segmentation, mask, path.stem)
    version = importlib.metadata.version
    dicom3tools = subprocess.run(
        ["dpkg-query", "-W", "-f=${Version}", "dicom3tools"], capture_output=True, text=True, check=True
    ).stdout
    record = {
        "script": "reference/simulation/check_segmentations.py",
        "programs": f"highdicom {version('highdicom')}, pydicom {version('pydicom')}, "
        f"nibabel {version('nibabel')}, dciodvfy -new of dicom3tools {dicom3tools}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "files": files,
        "frames": frames,
        "errors": sum(errors.values()),
        "errorLines": errors,
        "framesWithoutTheirImage": wrong,
        "comparedWithNifti": compared,
        "voxelsThatDiffer": different,
    }
    target = pathlib.Path(__file__).with_name("segmentation-check.json")
    target.write_text(json.dumps(record, indent=2) + "\n", encoding="utf8")
    print(json.dumps(record, indent=2))


if __name__ == "__main__":
    main()
