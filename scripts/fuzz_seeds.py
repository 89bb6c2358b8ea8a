"""Writes the project's own files as seeds for fuzzing: each as it is, and what is zipped by its parts."""

import pathlib
import sys
import zipfile

BETWEEN, NAME = b"\0\xffPART\xff\0", b"\0\xffNAME\xff\0"
ENDINGS = {".xlsx": 0, ".csv": 1, ".txt": 2, ".htm": 3, ".html": 3, ".md": 2, ".tsv": 1}

root = pathlib.Path(sys.argv[1])
files = [path for folder in sys.argv[2:] or ["tests/formats", "tests/archives", "tests/cases/mail_and_saved_workbooks"] for path in sorted(pathlib.Path(folder).rglob("*"))]
READERS = {".pdf": "pdf", ".doc": "doc", ".wps": "doc", ".rtf": "rtf", ".fods": "fods", ".odt": "odt", ".mht": "mail", ".eml": "mail"}
READERS |= dict.fromkeys([".zip", ".7z", ".tar", ".gz"], "archive")
for target in ["file", "parts", "pdf", "doc", "rtf", "fods", "odt", "mail", "archive", "tables", "number", "sums", "roster", "words"]:
    (root / target).mkdir(parents=True, exist_ok=True)
for number, path in enumerate(files):
    if not path.is_file() or path.stat().st_size > 200_000:
        continue
    content = path.read_bytes()
    if content.startswith(b"PK"):
        try:
            archive = zipfile.ZipFile(path)
            parts = [info.filename.encode() + NAME + archive.read(info) + BETWEEN for info in archive.infolist()]
        except Exception:  # a damaged file is a seed for the other target
            parts = []
        (root / "parts" / f"seed-{number}").write_bytes(b"".join(parts))
        if path.suffix == ".odt":
            (root / "odt" / f"parts-{number}").write_bytes(b"".join(parts))
    if path.suffix in READERS:
        (root / READERS[path.suffix] / f"seed-{number}").write_bytes(content)
    (root / "file" / f"seed-{number}").write_bytes(bytes([ENDINGS.get(path.suffix, 0)]) + content)
