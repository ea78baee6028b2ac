"""Small NIfTI files as nibabel writes and reads them: reference/imaging/nifti-golden.json.

Run: python reference/imaging/nifti-golden.py (needs nibabel and numpy)
"""
import base64
import datetime
import gzip
import json
import pathlib

import nibabel
import numpy

rng = numpy.random.default_rng(1)
angle = 0.4
turn = numpy.array(
    [[numpy.cos(angle), -numpy.sin(angle), 0], [numpy.sin(angle), numpy.cos(angle), 0], [0, 0, 1]]
) @ numpy.array([[1, 0, 0], [0, numpy.cos(0.7), -numpy.sin(0.7)], [0, numpy.sin(0.7), numpy.cos(0.7)]])
affine = numpy.eye(4)
affine[:3, :3] = turn @ numpy.diag([1.4, 1.4, 8.0])
affine[:3, 3] = [-91.5, 12.25, 40.0]


def case(name, data, sform, qform, slope=None, dtype=None):
    image = nibabel.Nifti1Image(data, affine)
    if dtype is not None:
        image.set_data_dtype(dtype)
    image.set_sform(affine if sform else None, code=1 if sform else 0)
    image.set_qform(affine if qform else None, code=1 if qform else 0)
    if slope is not None:
        image.header.set_slope_inter(*slope)
    content = gzip.compress(image.to_bytes(), mtime=0)
    read = nibabel.Nifti1Image.from_bytes(gzip.decompress(content))
    values = read.get_fdata()
    return {
        "name": name,
        "file": base64.b64encode(content).decode(),
        "shape": list(values.shape),
        "affineRas": read.affine.tolist() if sform or qform else None,
        # x fastest, as the voxels lie in the file
        "values": values.ravel(order="F").tolist(),
    }


small = (5, 4, 3)
cases = [
    case("int16 with sform", rng.integers(-300, 3000, small).astype("int16"), True, True),
    case("uint8 with qform only", rng.integers(0, 4, small).astype("uint8"), False, True),
    case("float32 of four phases", rng.random((*small, 4)).astype("float32"), True, False),
    case("int16 with slope", rng.random(small), True, True, dtype="int16"),
]
golden = {
    "script": "reference/imaging/nifti-golden.py",
    "versions": {"nibabel": nibabel.__version__, "numpy": numpy.__version__},
    "date": datetime.date.today().isoformat(),
    "cases": cases,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
