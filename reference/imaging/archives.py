"""Archives as Python's own libraries write them, in every form: reference/imaging/archives.json.

Run: python reference/imaging/archives.py
"""
import base64
import datetime
import gzip
import io
import json
import pathlib
import sys
import tarfile
import zipfile

files = {
    "IM1": b"first file\n" * 40,
    "folder/IM2": bytes(range(256)) * 3,
    "folder/deeper/" + "long-name-" * 15 + "end.dcm": b"behind a long name",
    "München/Größe": b"name outside ASCII",
    "empty": b"",
}


class Unseekable(io.RawIOBase):
    """Makes zipfile write sizes behind the data, as a program does that writes to a pipe."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, chunk):
        self.data += chunk
        return len(chunk)


def zipped(compression, stream=False, zip64=False, comment=b""):
    target = Unseekable() if stream else io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        archive.comment = comment
        archive.writestr(zipfile.ZipInfo("folder/"), b"")
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (2026, 1, 5, 0, 0, 0))
            info.compress_type = compression
            with archive.open(info, "w", force_zip64=zip64) as entry:
                entry.write(content)
    return bytes(target.data) if stream else target.getvalue()


def tarred(form, mode="w"):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode, format=form) as archive:
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in files.items():
            if form == tarfile.USTAR_FORMAT and len(name.encode()) > 100:
                continue
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.mtime = 0.5 if form == tarfile.PAX_FORMAT else 0
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


archives = {
    "zip, stored": zipped(zipfile.ZIP_STORED),
    "zip, deflated": zipped(zipfile.ZIP_DEFLATED),
    "zip, sizes behind the data": zipped(zipfile.ZIP_DEFLATED, stream=True),
    "zip64": zipped(zipfile.ZIP_DEFLATED, zip64=True),
    "zip with a comment": zipped(zipfile.ZIP_DEFLATED, comment=b"made for a test"),
    "tar, ustar": tarred(tarfile.USTAR_FORMAT),
    "tar, GNU": tarred(tarfile.GNU_FORMAT),
    "tar, pax": tarred(tarfile.PAX_FORMAT),
    "tar.gz, GNU": tarred(tarfile.GNU_FORMAT, "w:gz"),
    "zip, gzipped": gzip.compress(zipped(zipfile.ZIP_STORED), mtime=0),
}
golden = {
    "script": "reference/imaging/archives.py",
    "versions": {"python": sys.version.split()[0]},
    "date": datetime.date.today().isoformat(),
    "files": {name: base64.b64encode(content).decode() for name, content in files.items()},
    "archives": {name: base64.b64encode(content).decode() for name, content in archives.items()},
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, ensure_ascii=False) + "\n")
