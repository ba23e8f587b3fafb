"""What `doctor` says of who can run code on the workers."""

from __future__ import annotations

import json

import pytest

from core.cli import doctor
from tests.cluster.servers import free_port


@pytest.mark.parametrize(
    ("scheme", "warns", "says"),
    [
        ("tcp", True, "has no TLS: whoever reaches its port can run code on the scheduler and its workers"),
        ("tls", False, "lets in who holds its certificate (TLS)"),
        (None, False, "this machine's own workers let nobody in but the server that started them (TLS)"),
    ],
)
def test_a_scheduler_without_tls_is_a_warning(
    scheme: str | None,
    warns: bool,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A warning, not a failure: inside a trusted network it is somebody's choice."""
    address = f"{scheme}://127.0.0.1:{free_port()}" if scheme else ""
    if address:
        monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", address)
    what = "access to workers"
    monkeypatch.setattr(doctor, "EXAMINATIONS", {what: doctor.EXAMINATIONS[what]})
    doctor.doctor(json=True)
    told = json.loads(capsys.readouterr().out)
    (finding,) = told["findings"]
    assert told["ok"] and finding["ok"] and finding["warning"] is warns
    assert finding["seen"] == f"{address} {says}".strip()
    assert ("Give the scheduler certificates" in finding["mend"]) is warns
