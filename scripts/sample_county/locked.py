"""A workbook behind a password, with fixed salts so that the bytes repeat."""

import hashlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .package import compound

SPINS = 50_000
SALT = bytes(range(16))
VERIFIER = bytes(range(16, 32))


def lock(package, password):
    """Encrypts a zip package (ECMA-376 standard encryption, AES-128)."""
    key = _key(password)
    info = _information(key)
    padded = package.ljust(-(-len(package) // 16) * 16, b"\0")
    body = struct.pack("<Q", len(package)) + _encrypt(key, padded)
    return compound({"EncryptionInfo": info, "EncryptedPackage": body})


def _key(password):
    """The AES key that follows from a password."""
    digest = hashlib.sha1(SALT + password.encode("utf-16-le")).digest()
    for spin in range(SPINS):
        digest = hashlib.sha1(struct.pack("<I", spin) + digest).digest()
    digest = hashlib.sha1(digest + struct.pack("<I", 0)).digest()
    inner = bytes(a ^ b for a, b in zip(digest.ljust(64, b"\0"), b"\x36" * 64))
    return hashlib.sha1(inner).digest()[:16]


def _encrypt(key, data):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def _information(key):
    """The EncryptionInfo stream: algorithm, salt and password verifier."""
    provider = "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")
    flags = 0x24  # CryptoAPI with AES
    header = struct.pack("<IIIIIIII", flags, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + provider
    digest = hashlib.sha1(VERIFIER).digest().ljust(32, b"\0")
    verifier = (
        struct.pack("<I", 16) + SALT + _encrypt(key, VERIFIER)
        + struct.pack("<I", 20) + _encrypt(key, digest)
    )
    return struct.pack("<HHII", 3, 2, flags, len(header)) + header + verifier
