"""Builds the wheel and the source archive, by PEP 517, with Python's standard library alone.

The package is pure Python without dependencies, so a wheel is an archive of its files and of three
files about them. Equal sources give equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MOMENT = (1980, 1, 1, 0, 0, 0)


def _project() -> dict[str, str]:
    """The texts of the table `project`. Python 3.10 cannot read TOML itself."""
    text = (HERE / "pyproject.toml").read_text(encoding="utf-8")
    section = text.split("[project]\n", 1)[1].split("\n[", 1)[0]
    return dict(re.findall(r'^([\w-]+) = "([^"]*)"$', section, re.MULTILINE))


def _sources() -> list[Path]:
    package = HERE / "qacd"
    return sorted(path for path in package.iterdir() if path.suffix in (".py", ".typed"))


def _metadata() -> str:
    project = _project()
    return (
        "Metadata-Version: 2.1\n"
        f"Name: {project['name']}\n"
        f"Version: {project['version']}\n"
        f"Summary: {project['description']}\n"
        "License: Apache-2.0\n"
        f"Requires-Python: {project['requires-python']}\n"
        "Description-Content-Type: text/markdown\n"
        "\n" + (HERE / "README.md").read_text(encoding="utf-8")
    )


def build_wheel(
    wheel_directory: str,
    config_settings: object = None,
    metadata_directory: str | None = None,
) -> str:
    stem = f"qacd-{_project()['version']}"
    info = f"{stem}.dist-info"
    files = {f"qacd/{path.name}": path.read_bytes() for path in _sources()}
    files[f"{info}/METADATA"] = _metadata().encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: qacd\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    record = ""
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(data)}\n"
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    wheel = f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory) / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return wheel


def build_sdist(sdist_directory: str, config_settings: object = None) -> str:
    stem = f"qacd-{_project()['version']}"
    files = {f"qacd/{path.name}": path.read_bytes() for path in _sources()}
    for name in ("pyproject.toml", "backend.py", "README.md"):
        files[name] = (HERE / name).read_bytes()
    files["PKG-INFO"] = _metadata().encode()
    path = Path(sdist_directory) / f"{stem}.tar.gz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"{stem}/{name}")
            entry.size = len(data)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(data))
    return path.name
