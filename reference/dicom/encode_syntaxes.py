"""Small images in every transfer syntax, encoded by other programs, with the pixels that
pydicom and GDCM decode from them, for libs/dicom/src/codecs/golden.test.ts.

Writes reference/dicom/encoded/*.dcm and encoded.json. The witness of a file is the
decoder named there, or "source" where a lossless file must give back the image it was made of.

Usage: python reference/dicom/encode_syntaxes.py
Needs pydicom and GDCM for Python, and the commands of dcmtk, libgdcm-tools,
libjpeg-turbo-progs (cjpeg), libjxl-tools (cjxl), libopenjp2-tools (opj_compress) and Node.
"""
import datetime
import hashlib
import json
import pathlib
import struct
import subprocess
import tempfile

import gdcm
import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian

folder = pathlib.Path(__file__).parent
out = folder / "encoded"
out.mkdir(exist_ok=True)
for old in out.glob("*.dcm"):
    old.unlink()
work = pathlib.Path(tempfile.mkdtemp())
rows = columns = 64
jpeg = "1.2.840.10008.1.2.4."


def phantom(frame=0):
    """A ring of myocardium around a cavity with noise, 12 bits."""
    y, x = numpy.mgrid[0:rows, 0:columns]
    radius = numpy.hypot(y - 30, x - 34 - frame)
    image = 300 + 8 * x + 3 * y + 0.0
    image[radius < 24] = 900
    image[radius < 14] = 3300
    noise = numpy.random.default_rng(7 + frame).normal(0, 25, (rows, columns))
    return numpy.clip(image + noise, 0, 4095).astype("<u2")


def colour():
    grey = (phantom() >> 4).astype("u1")
    return numpy.stack([grey, 255 - grey, numpy.roll(grey, 9, axis=1)], axis=2)


def dataset(pixels, **more):
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7.3" if pixels.ndim == 4 else "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = "2.25.1001"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "2.25.1002", "2.25.1003"
    ds.Modality, ds.PatientName, ds.PatientID = "MR", "PHANTOM", "P1"
    ds.Rows, ds.Columns = rows, columns
    samples = more.pop("samples", 1)
    ds.SamplesPerPixel = samples
    ds.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    if samples == 3:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = pixels.dtype.itemsize * 8
    ds.BitsStored = more.pop("bits", ds.BitsAllocated)
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = 1 if pixels.dtype.kind == "i" else 0
    frames = more.pop("frames", 1)
    if frames > 1:
        ds.NumberOfFrames = frames
    ds.PixelData = pixels.tobytes()
    ds["PixelData"].VR = "OW" if ds.BitsAllocated > 8 else "OB"
    for keyword, value in more.items():
        setattr(ds, keyword, value)
    return ds


def save(ds, path, syntax=ExplicitVRLittleEndian):
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.file_meta.TransferSyntaxUID = syntax
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.save_as(path, write_like_original=False)
    return path


def encapsulated(ds, streams, path, syntax, has_bot=True, **more):
    ds = pydicom.dcmread(save(ds, work / "template.dcm"))
    ds.PixelData = encapsulate([one + b"\0" * (len(one) % 2) for one in streams], has_bot=has_bot)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    for keyword, value in more.items():
        setattr(ds, keyword, value)
    return save(ds, path, syntax)


def relabelled(path, syntax):
    """Writes another transfer syntax into a file; pydicom refuses those it does not know."""
    data = path.read_bytes()
    at = data.index(b"\x02\0\x10\0UI")
    length = struct.unpack_from("<H", data, at + 6)[0]
    value = syntax.encode() + b"\0" * (len(syntax) % 2)
    group = struct.unpack_from("<I", data, 140)[0] + len(value) - length
    path.write_bytes(data[:140] + struct.pack("<I", group) + data[144:at + 6] + struct.pack("<H", len(value))
                     + value + data[at + 8 + length:])


def run(*command):
    subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd=folder.parent.parent)


files = []


def golden(name, source=None):
    """Records what a file holds: the source where it is lossless, else what GDCM decodes."""
    path = out / f"{name}.dcm"
    ds = pydicom.dcmread(path)
    witness = "pydicom, GDCM"
    if source is not None:
        pixels, witness = source, "source"
    else:
        pixels = ds.pixel_array
    if source is not None and ds.file_meta.TransferSyntaxUID not in unknown_to_gdcm and name not in uncut:
        decoded = ds.pixel_array
        assert numpy.array_equal(decoded.reshape(source.shape), source), name
        witness = "source; pydicom, GDCM"
    pixels = pixels.astype(pixels.dtype.newbyteorder("<"))
    files.append({
        "file": f"{name}.dcm",
        "transferSyntax": ds.file_meta.TransferSyntaxUID,
        "shape": [int(size) for size in pixels.shape],
        "type": pixels.dtype.name,
        "sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
        "witness": witness,
    })


# pydicom 2.3.1 does not find the frames of JPEG-LS without an offset table.
uncut = {"fragments-jpeg-ls"}
unknown_to_gdcm = {jpeg + end for end in ("53", "55", "110", "201", "202", "203")}
grey12 = phantom()
grey8 = (grey12 >> 4).astype("u1")
signed = (grey12.astype("<i2") - 1000)
rgb = colour()
cine = numpy.stack([phantom(frame) for frame in range(3)])
source12 = save(dataset(grey12, bits=12), work / "grey12.dcm")
source8 = save(dataset(grey8), work / "grey8.dcm")
source_signed = save(dataset(signed), work / "signed.dcm")
source_rgb = save(dataset(rgb, samples=3), work / "rgb.dcm")
source_cine = save(dataset(cine, bits=12, frames=3), work / "cine.dcm")

# Uncompressed, and RLE.
for name, flag in [("implicit", "+ti"), ("explicit", "+te"), ("big-endian", "+tb"), ("deflated", "+td")]:
    run("dcmconv", flag, source12, out / f"{name}.dcm")
    golden(name, grey12)
for name, source, pixels in [
    ("rle-12", source12, grey12), ("rle-8", source8, grey8), ("rle-signed", source_signed, signed),
    ("rle-rgb", source_rgb, rgb), ("rle-cine", source_cine, cine),
]:
    run("dcmcrle", source, out / f"{name}.dcm")
    golden(name, pixels)

# JPEG with the cosine transform: 8 and 12 bits, sampling of colours, progressions.
run("dcmcjpeg", "+eb", source8, out / "baseline-8.dcm")
golden("baseline-8")
for name, flag in [("extended-12", "+ee"), ("spectral-12", "+es"), ("progressive-12", "+ep")]:
    run("dcmcjpeg", flag, "+bt", "+un", source12, out / f"{name}.dcm")
run("dcmcjpeg", "+ee", "+be", source8, out / "extended-8.dcm")
golden("extended-12")
golden("extended-8")
extended = pydicom.dcmread(out / "extended-12.dcm").pixel_array
for name in ["spectral-12", "progressive-12"]:
    run("dcmdjpeg", out / f"{name}.dcm", work / "decoded.dcm")
    assert numpy.array_equal(pydicom.dcmread(work / "decoded.dcm").pixel_array, extended), name
    golden(name, extended)
    files[-1]["witness"] = "dcmtk"
for name, flags in [("baseline-444", ["+s4"]), ("baseline-422", ["+s2"]), ("baseline-420", ["+np"]),
                    ("baseline-rgb", ["+cr"])]:
    run("dcmcjpeg", "+eb", *flags, source_rgb, out / f"{name}.dcm")
    golden(name)

# Streams of libjpeg-turbo: restarts, progressive colour, other sampling.
ppm = work / "rgb.ppm"
ppm.write_bytes(b"P6\n64 64\n255\n" + rgb.tobytes())
for name, flags, syntax in [
    ("baseline-restarts", ["-restart", "1B", "-sample", "2x2"], "50"),
    ("baseline-440", ["-sample", "1x2"], "50"),
    ("progressive-420", ["-progressive", "-sample", "2x2"], "55"),
]:
    run("cjpeg", "-quality", "85", *flags, "-outfile", work / "one.jpg", ppm)
    encapsulated(dataset(rgb, samples=3), [(work / "one.jpg").read_bytes()], out / f"{name}.dcm",
                 jpeg + "50", PhotometricInterpretation="YBR_FULL")
    golden(name)
    if syntax != "50":
        relabelled(out / f"{name}.dcm", jpeg + syntax)
        files[-1]["transferSyntax"] = jpeg + syntax

# Lossless JPEG: each predictor, a point transform, signed, colour.
for predictor in range(1, 8):
    run("dcmcjpeg", "+el", "+sv", predictor, source12, out / f"lossless-{predictor}.dcm")
    golden(f"lossless-{predictor}", grey12)
run("dcmcjpeg", "+el", "+sv", 4, "+pt", 3, source12, out / "lossless-point.dcm")
golden("lossless-point")
for name, source, pixels in [("sv1-12", source12, grey12), ("sv1-8", source8, grey8),
                             ("sv1-signed", source_signed, signed), ("sv1-rgb", source_rgb, rgb)]:
    run("dcmcjpeg", "+e1", source, out / f"{name}.dcm")
    golden(name, pixels)

# JPEG-LS.
for name, flags, source, pixels in [
    ("jpeg-ls-12", ["+el"], source12, grey12), ("jpeg-ls-signed", ["+el"], source_signed, signed),
    ("jpeg-ls-near", ["+en"], source12, None), ("jpeg-ls-rgb-line", ["+el", "+il"], source_rgb, rgb),
    ("jpeg-ls-rgb-sample", ["+el", "+is"], source_rgb, rgb), ("jpeg-ls-rgb-none", ["+el", "+in"], source_rgb, rgb),
]:
    run("dcmcjpls", *flags, source, out / f"{name}.dcm")
    golden(name, pixels)

# JPEG 2000, HTJ2K, JPEG XL.
for name, flags, source, pixels in [
    ("jpeg-2000-12", [], source12, grey12), ("jpeg-2000-signed", [], source_signed, signed),
    ("jpeg-2000-rgb", [], source_rgb, rgb),
    ("jpeg-2000-lossy", ["--lossy", "-r", "8", "--irreversible"], source12, None),
    ("jpeg-2000-lossy-rgb", ["--lossy", "-r", "12", "--irreversible"], source_rgb, None),
]:
    run("gdcmconv", "--j2k", *flags, source, out / f"{name}.dcm")
    golden(name, pixels)
pgm = work / "grey12.pgm"
pgm.write_bytes(b"P5\n64 64\n4095\n" + grey12.astype(">u2").tobytes())
run("opj_compress", "-i", pgm, "-o", work / "tiles.j2k", "-t", "32,32", "-p", "RPCL", "-n", "3")
encapsulated(dataset(grey12, bits=12), [(work / "tiles.j2k").read_bytes()], out / "jpeg-2000-tiles.dcm",
             jpeg + "90")
golden("jpeg-2000-tiles", grey12)
for name, pixels, bits, sign, order, syntax in [
    ("htj2k-12", grey12, 12, 0, 0, "201"), ("htj2k-rpcl", grey12, 12, 0, 2, "202"),
    ("htj2k-signed", signed, 16, 1, 0, "203"),
]:
    (work / "one.raw").write_bytes(pixels.tobytes())
    run("node", folder / "encode-htj2k.mjs", work / "one.raw", work / "one.jhc", columns, rows, bits, sign, order)
    encapsulated(dataset(pixels, bits=bits), [(work / "one.jhc").read_bytes()], out / f"{name}.dcm", jpeg + "90")
    relabelled(out / f"{name}.dcm", jpeg + syntax)
    golden(name, pixels)
# cjxl rounds images that say 12 bits; what djxl makes of its stream is the witness.
run("cjxl", "-d", "0", pgm, work / "one.jxl")
run("djxl", work / "one.jxl", work / "decoded.pgm")
rounded = numpy.frombuffer((work / "decoded.pgm").read_bytes()[-2 * rows * columns:], ">u2").reshape(rows, columns)
pgm.write_bytes(b"P5\n64 64\n65535\n" + grey12.astype(">u2").tobytes())
run("cjxl", "-d", "0", pgm, work / "wide.jxl")
for name, stream, pixels in [("jpeg-xl-12", "one.jxl", rounded.astype("<u2")), ("jpeg-xl-16", "wide.jxl", grey12)]:
    encapsulated(dataset(grey12, bits=12), [(work / stream).read_bytes()], out / f"{name}.dcm", jpeg + "90")
    relabelled(out / f"{name}.dcm", jpeg + "110")
    golden(name, pixels)
files[-2]["witness"] = "djxl"
(work / "rgb.ppm").write_bytes(b"P6\n64 64\n255\n" + rgb.tobytes())
run("cjxl", "-d", "0", work / "rgb.ppm", work / "rgb.jxl")
encapsulated(dataset(rgb, samples=3), [(work / "rgb.jxl").read_bytes()], out / "jpeg-xl-rgb.dcm", jpeg + "90")
relabelled(out / "jpeg-xl-rgb.dcm", jpeg + "110")
golden("jpeg-xl-rgb", rgb)

# How the frames of a file are cut into fragments.
for name, flags in [("fragments-table", ["+fs", "1"]), ("fragments-no-table", ["+fs", "1", "-ot"]),
                    ("frames-no-table", ["-ot"])]:
    run("dcmcjpeg", "+e1", *flags, source_cine, out / f"{name}.dcm")
    golden(name, cine)
run("dcmcjpls", "+fs", "1", "-ot", source_cine, out / "fragments-jpeg-ls.dcm")
golden("fragments-jpeg-ls", cine)

# An extended offset table; a file that ends without its delimiter; odd bits and types.
frames = pydicom.encaps.decode_data_sequence(pydicom.dcmread(out / "frames-no-table.dcm").PixelData)
starts = numpy.cumsum([0] + [8 + len(frame) for frame in frames[:-1]])
encapsulated(dataset(cine, bits=12, frames=3), frames, out / "extended-offset-table.dcm", jpeg + "70", has_bot=False,
             ExtendedOffsetTable=struct.pack("<3Q", *starts),
             ExtendedOffsetTableLengths=struct.pack("<3Q", *map(len, frames)))
golden("extended-offset-table", cine)
whole = (out / "sv1-12.dcm").read_bytes()
assert whole.endswith(b"\xfe\xff\xdd\xe0\0\0\0\0")
(out / "no-delimiter.dcm").write_bytes(whole[:-8])
files.append({**next(one for one in files if one["file"] == "sv1-12.dcm"), "file": "no-delimiter.dcm"})
overlaid = grey12 | ((grey12 > 3000).astype("<u2") << 12)
save(dataset(overlaid, bits=12), out / "overlay-bits.dcm")
golden("overlay-bits", overlaid)
planar = dataset(rgb, samples=3)
planar.PlanarConfiguration = 1
planar.PixelData = rgb.transpose(2, 0, 1).tobytes()
save(planar, out / "planar-rgb.dcm")
golden("planar-rgb", rgb)
bits = (cine[:, :5, :5] % 3 == 0).astype("u1")
packed = dataset(bits, bits=1, frames=3)
packed.BitsAllocated = packed.BitsStored = 1
packed.Rows = packed.Columns = 5
packed.PixelData = numpy.packbits(bits.flatten(), bitorder="little").tobytes()
save(packed, out / "one-bit.dcm")
golden("one-bit", bits)
for name, keyword, kind in [("float", "FloatPixelData", "<f4"), ("double", "DoubleFloatPixelData", "<f8")]:
    values = (grey12[:16, :16] / 7).astype(kind)
    floating = dataset(values)
    del floating.PixelData
    floating.Rows = floating.Columns = 16
    setattr(floating, keyword, values.tobytes())
    save(floating, out / f"{name}.dcm")
    golden(name, values)

version = lambda *command: subprocess.run(command, capture_output=True, text=True).stdout.split("\n")[0]
(folder / "encoded.json").write_text(json.dumps({
    "script": "reference/dicom/encode_syntaxes.py",
    "versions": {
        "pydicom": pydicom.__version__, "gdcm": gdcm.Version.GetVersion(), "numpy": numpy.__version__,
        "dcmtk": version("dcmcjpeg", "--version").split(" ")[2], "cjxl": version("cjxl", "--version"),
        "dcmjs-codecs": json.loads((folder.parent.parent / "node_modules/dcmjs-codecs/package.json").read_text())["version"],
    },
    "date": datetime.date.today().isoformat(),
    "files": files,
}, indent=1) + "\n")
print(len(files), "files,", sum(path.stat().st_size for path in out.glob("*.dcm")), "bytes")
