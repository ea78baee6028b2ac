"""Texts as pydicom decodes them: reference/dicom/charsets.json.

Run: python reference/dicom/charsets.py FOLDER (needs pydicom; FOLDER holds pydicom's charset_files and test_files)
"""
import base64
import datetime
import hashlib
import json
import pathlib
import sys
import warnings

import pydicom
from pydicom.charset import convert_encodings, decode_bytes
from pydicom.valuerep import PN_DELIMS, TEXT_VR_DELIMS

warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
keywords = ["PatientName", "ReferringPhysicianName", "OperatorsName", "PerformingPhysicianName", "InstitutionName",
            "StudyDescription", "SeriesDescription", "PatientID", "ProtocolName"]


def values(element):
    if element.VM == 0:
        return []
    return [str(value) for value in ([element.value] if element.VM == 1 else element.value)]


files = []
for path in sorted(folder.glob("charset_files/*.dcm")) + sorted(folder.glob("test_files/*.dcm")):
    try:
        dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
        found = {keyword: values(dataset[keyword]) for keyword in keywords if keyword in dataset}
    except Exception as error:
        print(path.name, error, file=sys.stderr)
        continue
    if found:
        files.append({"file": f"{path.parent.name}/{path.name}", "values": found})


def decoded(data, terms, sort):
    delimiters = TEXT_VR_DELIMS | PN_DELIMS if sort == "name" else TEXT_VR_DELIMS
    # pydicom leaves the escape sequence of GB 2312 in the text; no other.
    return decode_bytes(data, convert_encodings(terms), delimiters).replace("\x1b$)A", "")


samples = [
    ("name", ["ISO_IR 100"], "Buc^J\xe9r\xf4me".encode("latin-1")),
    ("name", ["ISO_IR 101"], "W\u0142ady\u015b^\u0141ukasz".encode("iso8859-2")),
    ("name", ["ISO_IR 109"], "\u0120or\u0121^\u0126al".encode("iso8859-3")),
    ("name", ["ISO_IR 110"], "\u0100da^\u0137em".encode("iso8859-4")),
    ("name", ["ISO_IR 148"], "\u015eahin^\u0130\u011f".encode("iso8859-9")),
    ("name", ["ISO_IR 166"], "\u0e0a\u0e37\u0e48\u0e2d^\u0e44\u0e17\u0e22".encode("iso8859-11")),
    ("name", ["ISO_IR 13"], b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3"),
    ("text", ["ISO_IR 192"], "Straße 5, 北京, Ελλάδα \U0001f9e1".encode()),
    ("text", ["GB18030"], "王小东 \U00020000 \u20ac".encode("gb18030")),
    ("text", ["GBK"], "王小东".encode("gbk")),
    ("text", ["ISO 2022 IR 6", "ISO 2022 IR 100", "ISO 2022 IR 144"], b"a\x1b-A\xe9 b\x1b-L\xbb\xee\xdac"),
    ("text", ["", "ISO 2022 IR 100", "ISO 2022 IR 126"], b"\x1b-F\xc4\xe9\xef\r\nplain \x1b-A\xfc"),
    ("name", ["ISO 2022 IR 100", "ISO 2022 IR 144"], b"\xc4neas^\x1b-L\xbb\xee\xda^R\xfcdiger"),
    ("name", ["ISO 2022 IR 13", "ISO 2022 IR 87", "ISO 2022 IR 159"],
     b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$(D\x22\x6f\x30\x21\x1b(J"),
    ("text", ["ISO 2022 IR 6", "ISO 2022 IR 58"], b"Zhang \x1b$)A\xd5\xc5 end\r\n\x1b$)A\xcd\xf5"),
    ("name", ["", "ISO 2022 IR 149"], b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7"),
    ("name", ["ISO 2022 IR 149"], b"\xfb\xf3^\xd1\xce"),
    ("name", ["ISO-IR 100"], b"J\xe9r\xf4me"),
    ("name", ["ISO 2022-IR 101"], "Ł".encode("iso8859-2")),
    ("text", [], b"J\xe9r\xf4me"),
    ("text", ["unknown"], b"J\xe9r\xf4me"),
    ("text", ["ISO_IR 192", "ISO 2022 IR 87"], "é".encode()),
]


def repertoire(name, terms, prefix, codes, encoding):
    """Every character that Python knows of a set, in the order of its codes."""
    kept = []
    for code in codes:
        try:
            (prefix + code).decode(encoding)
            kept.append(code)
        except UnicodeError:
            pass
    data = prefix + b"".join(kept)
    text = decoded(data, terms, "text")
    return {
        "set": name,
        "terms": terms,
        "characters": len(kept),
        "bytes": base64.b64encode(data).decode(),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


low = range(0x21, 0x7F)
pairs = [bytes([a, b]) for a in low for b in low]
high_pairs = [bytes([a | 0x80, b | 0x80]) for a in low for b in low]
singles = [bytes([code]) for code in range(0xA1, 0x100)]
sets = [
    repertoire(f"ISO_IR {number}", [f"ISO_IR {number}"], b"", singles, f"iso8859-{part}")
    for number, part in [(100, 1), (101, 2), (109, 3), (110, 4), (144, 5), (127, 6), (126, 7), (138, 8), (148, 9), (166, 11)]
]
sets.append(repertoire("ISO_IR 13", ["ISO_IR 13"], b"", singles[: 0xE0 - 0xA1], "shift_jis"))
sets.append(repertoire("ISO 2022 IR 87", ["", "ISO 2022 IR 87"], b"\x1b$B", pairs, "iso2022_jp"))
sets.append(repertoire("ISO 2022 IR 159", ["", "ISO 2022 IR 159"], b"\x1b$(D", pairs, "iso2022_jp_2"))
for number, escape, encoding in [(149, b"\x1b$)C", "euc_kr"), (58, b"\x1b$)A", "gb2312")]:
    kept = [pair for pair in high_pairs if len(pair.decode(encoding, errors="replace")) == 1
            and pair.decode(encoding, errors="replace") != "\ufffd"]
    data = escape + b"".join(kept)
    text = decoded(data, ["", f"ISO 2022 IR {number}"], "text")
    sets.append({"set": f"ISO 2022 IR {number}", "terms": ["", f"ISO 2022 IR {number}"], "characters": len(kept),
                 "bytes": base64.b64encode(data).decode(), "sha256": hashlib.sha256(text.encode()).hexdigest()})

golden = {
    "script": "reference/dicom/charsets.py",
    "versions": {"pydicom": pydicom.__version__, "python": sys.version.split()[0]},
    "date": datetime.date.today().isoformat(),
    "samples": [
        {"sort": sort, "terms": terms, "hex": data.hex(), "text": decoded(data, terms, sort)}
        for sort, terms, data in samples
    ],
    "sets": sets,
    "files": files,
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, ensure_ascii=False) + "\n")
