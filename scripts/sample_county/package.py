"""Containers: zip packages with fixed times, and OLE compound files."""

import io
import re
import struct
import zipfile

STAMP = (2026, 1, 5, 9, 0, 0)
ISO_STAMP = "2026-01-05T09:00:00Z"

_TIMES = re.compile(
    rb"(<(dcterms:created|dcterms:modified|meta:creation-date|dc:date)\b[^>]*>)[^<]*(</)"
)


def pack(members):
    """A zip of [(name, bytes)] whose bytes depend on nothing else."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, data in members:
            info = zipfile.ZipInfo(name, STAMP)
            stored = name == "mimetype"
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            package.writestr(info, data)
    return target.getvalue()


class _GbkInfo(zipfile.ZipInfo):
    """An entry whose name is in GBK without saying so, as Windows in Chinese writes it."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def pack_gbk(members):
    """A zip of [(name, bytes)] with names in GBK."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, data in members:
            package.writestr(_GbkInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpack(data):
    """The members of a zip as [(name, bytes)], in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [(info.filename, package.read(info)) for info in package.infolist()]


def steady(data):
    """The same package with every time of its making replaced."""
    stamp = rb"\g<1>" + ISO_STAMP.encode() + rb"\3"
    return pack([(name, _TIMES.sub(stamp, part)) for name, part in unpack(data)])


SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams):
    """An OLE compound file that holds the given {name: bytes} at its root.

    Streams are padded to 4,096 bytes at least, so that no mini stream is
    needed; the names must be in the order of a compound file's directory.
    """
    chunks, starts, chain = [], {}, []
    for name, data in streams.items():
        padded = data.ljust(max(4096, -(-len(data) // SECTOR) * SECTOR), b"\0")
        starts[name] = len(chain)
        sectors = len(padded) // SECTOR
        chain += [*range(len(chain) + 1, len(chain) + sectors), _END]
        chunks.append(padded)
    directory_at = len(chain)
    directory = _directory(streams, starts)
    sectors = len(directory) // SECTOR
    chain += [*range(directory_at + 1, directory_at + sectors), _END]
    tables = 1
    while (len(chain) + tables) * 4 > tables * SECTOR:
        tables += 1
    table_at = len(chain)
    chain += [_FAT] * tables
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * SECTOR, b"\xff")
    header = _header(directory_at, table_at, tables)
    return header + b"".join(chunks) + directory + table


def _header(directory_at, table_at, tables):
    """The first sector of a compound file, version 3."""
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        bytes.fromhex("d0cf11e0a1b11ae1"), b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, directory_at, 0, 4096, _END, 0, _END, 0,
    )
    places = [*range(table_at, table_at + tables)]
    places += [_FREE] * (109 - tables)
    return head + struct.pack("<109I", *places)


def _directory(streams, starts):
    """Directory sectors: the root and its streams as a list to the right."""
    count = len(streams)
    entries = [_entry("Root Entry", 5, child=1, start=_END, size=0)]
    for number, (name, data) in enumerate(streams.items(), start=1):
        right = number + 1 if number < count else _FREE
        size = max(4096, len(data))
        entries.append(_entry(name, 2, right=right, start=starts[name], size=size))
    while len(entries) % 4:
        entries.append(_entry("", 0, start=0, size=0))
    return b"".join(entries)


def _entry(name, kind, right=_FREE, child=_FREE, start=0, size=0):
    """One entry of 128 bytes."""
    text = name.encode("utf-16-le") + b"\0\0" if name else b""
    return struct.pack(
        "<64sHBBIII16sI8s8sIII",
        text, len(text), kind, 1, _FREE, right, child, b"", 0, b"", b"", start, size, 0,
    )
