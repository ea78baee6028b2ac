"""Small NIfTI files as nibabel writes and reads them: reference/imaging/nifti-golden.json.

Every data type, byte order and version, affines of every sort, units, scaling, extensions, pairs.

Run: python reference/imaging/nifti-golden.py (needs nibabel and numpy)
"""
import base64
import datetime
import gzip
import io
import json
import pathlib

import nibabel
import numpy
from nibabel.fileholders import FileHolder

rng = numpy.random.default_rng(1)
angle = 0.4
turn = numpy.array(
    [[numpy.cos(angle), -numpy.sin(angle), 0], [numpy.sin(angle), numpy.cos(angle), 0], [0, 0, 1]]
) @ numpy.array([[1, 0, 0], [0, numpy.cos(0.7), -numpy.sin(0.7)], [0, numpy.sin(0.7), numpy.cos(0.7)]])
oblique = numpy.eye(4)
oblique[:3, :3] = turn @ numpy.diag([1.4, 1.4, 8.0])
oblique[:3, 3] = [-91.5, 12.25, 40.0]
other = oblique.copy()
other[:3, 3] += 5
mirrored = oblique @ numpy.diag([1, 1, -1, 1])
sheared = oblique.copy()
sheared[0, 1] += 0.3
small = (5, 4, 3)
versions = {1: (nibabel.Nifti1Image, nibabel.Nifti1Pair), 2: (nibabel.Nifti2Image, nibabel.Nifti2Pair)}
mm = {"unknown": 1, "meter": 1000, "mm": 1, "micron": 0.001}
ms = {"unknown": None, "sec": 1000, "msec": 1, "usec": 0.001, "hz": None}


def bytes_of(image, pair):
    holders = {key: FileHolder(fileobj=io.BytesIO()) for key in (["header", "image"] if pair else ["image"])}
    if pair:
        image.to_file_map(holders)
        return holders["header"].fileobj.getvalue(), holders["image"].fileobj.getvalue()
    holders["header"] = holders["image"]
    image.to_file_map(holders)
    return holders["image"].fileobj.getvalue(), None


def case(name, data, sform=None, qform=None, version=1, order="<", pair=False, slope=None, stored=None,
         units=("mm", "unknown"), step=None, first=None, extension=None):
    kind = versions[version][1 if pair else 0]
    header = kind.header_class(endianness=order)
    header.set_data_dtype(numpy.dtype(stored or data.dtype).newbyteorder(order))
    image = kind(data, None, header)
    header = image.header
    header.set_xyzt_units(*units)
    if sform is not None:
        image.set_sform(sform, code=1)
    if qform is not None:
        image.set_qform(qform, code=1)
    if step is not None:
        header["pixdim"][4] = step
    if first is not None:
        header["toffset"] = first
    if slope is not None:
        header.set_slope_inter(*slope)
    if extension is not None:
        header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", extension))
    content, voxels = bytes_of(image, pair)
    holders = {"header": FileHolder(fileobj=io.BytesIO(content)),
               "image": FileHolder(fileobj=io.BytesIO(content if voxels is None else voxels))}
    read = kind.from_file_map(holders)
    assert read.header.endianness == order, name
    values = read.get_fdata()
    best = read.header.get_best_affine()
    if sform is not None or qform is not None:
        best = best.copy()
        best[:3] *= mm[units[0]]
    times = None
    scale = ms[units[1]]
    if scale is not None and values.ndim == 4 and step:
        begin = float(read.header["toffset"])
        times = [(begin + phase * float(read.header["pixdim"][4])) * scale for phase in range(values.shape[3])]
    compressed = gzip.compress(content, mtime=0)
    return {
        "name": name,
        "file": base64.b64encode(compressed).decode(),
        "voxels": None if voxels is None else base64.b64encode(gzip.compress(voxels, mtime=0)).decode(),
        "shape": list(values.shape),
        "affineRas": best.tolist() if sform is not None or qform is not None else None,
        "timesMs": times,
        # x fastest, as the voxels lie in the file
        "values": values.ravel(order="F").tolist(),
    }


def numbers(dtype, shape=small):
    kind = numpy.dtype(dtype)
    if kind.kind == "f":
        return (rng.random(shape) * 1000 - 300).astype(kind)
    info = numpy.iinfo(kind)
    data = rng.integers(max(info.min, -(2**23)), min(info.max, 2**23), shape).astype(kind)
    if kind.itemsize <= 2:
        data.flat[:2] = [info.min, info.max]
    return data


types = ["uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
cases = [
    case(f"{dtype}, NIfTI-{version}, {'little' if order == '<' else 'big'} endian", numbers(dtype), oblique, oblique,
         version, order)
    for dtype in types for version in (1, 2) for order in "<>"
]
cases += [
    case("sform alone", numbers("int16"), oblique),
    case("qform alone", numbers("uint8"), None, oblique),
    case("qform with slices turned round", numbers("int16"), None, mirrored),
    case("qform of a half turn", numbers("int16"), None, numpy.diag([-2.0, -2.0, 3.0, 1])),
    case("qform, NIfTI-2, big endian", numbers("int16"), None, mirrored, version=2, order=">"),
    case("sform and another qform: the sform wins", numbers("int16"), other, oblique),
    case("sform with shear", numbers("int16"), sheared),
    case("neither", numbers("int16")),
    case("micrometres", numbers("int16"), numpy.diag([1400.0, 1400, 8000, 1]), units=("micron", "unknown")),
    case("metres", numbers("int16"), None, numpy.diag([0.0014, 0.0014, 0.008, 1]), units=("meter", "unknown")),
    case("unit of length not stated", numbers("int16"), oblique, units=("unknown", "unknown")),
    case("two dimensions", numbers("int16", (5, 4)), oblique),
    case("five dimensions of which the last are 1", numbers("int16", (3, 2, 2, 2, 1)), oblique),
    case("int16 with slope", rng.random(small), oblique, oblique, stored="int16"),
    case("uint8 with slope and intercept, big endian", rng.random(small) * 50 - 9, oblique, order=">", stored="uint8"),
    case("NIfTI-2 with a slope in double precision", rng.random(small), oblique, version=2, stored="int16"),
    case("phases in milliseconds", numbers("float32", (*small, 4)), oblique, units=("mm", "msec"), step=33.5, first=12),
    case("phases in seconds", numbers("int16", (*small, 3)), oblique, units=("mm", "sec"), step=0.04),
    case("phases in microseconds", numbers("int16", (*small, 3)), oblique, units=("mm", "usec"), step=40000),
    case("phases in hertz", numbers("int16", (*small, 3)), oblique, units=("mm", "hz"), step=40),
    case("header extension", numbers("int16"), oblique, extension=b"a comment of some length"),
    case("header extension, NIfTI-2", numbers("int16"), oblique, version=2, extension=b"x" * 100),
    case("pair", numbers("int16"), oblique, pair=True),
    case("pair, NIfTI-2, big endian", numbers("float64"), None, oblique, version=2, order=">", pair=True),
]
golden = {
    "script": "reference/imaging/nifti-golden.py",
    "versions": {"nibabel": nibabel.__version__, "numpy": numpy.__version__},
    "date": datetime.date.today().isoformat(),
    "cases": cases,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
