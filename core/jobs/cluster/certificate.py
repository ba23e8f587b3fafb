"""The certificate of the embedded cluster, which lives in memory and ends with it."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from distributed.security import Security

FROM, UNTIL = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""Whatever the clock says (RFC 5280, 4.1.2.5). Dask's own certificate (`Security.temporary`) is valid for a year from
this second on: no worker could connect any more once a clock that was ahead is set right, or one without a battery."""


def throw_away_security() -> Security:
    """Return credentials of a new cluster: a key and a certificate signed with it, for all its parts."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dask-internal")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("dask-internal")]), critical=False)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = certificate.public_bytes(serialization.Encoding.PEM).decode()
    parts = ("scheduler", "worker", "client")
    pairs = {f"tls_{part}_{what}": text for part in parts for what, text in (("cert", public), ("key", private))}
    return Security(tls_ca_file=public, require_encryption=True, **pairs)
