"""Packs the package into a wheel with the standard library alone, so that pip needs no index.

A build backend of PEP 517: pip calls build_wheel. Nothing is compiled; the wheel is the files.
"""

import base64
import hashlib
import pathlib
import re
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = "falcon_case_management"
TYPES = {".py", ".pyi", ".typed"}


def _setting(name):
    text = (HERE / "pyproject.toml").read_text(encoding="utf-8")
    return re.search(rf'^{name} = "(.*)"$', text, re.M).group(1)


def _metadata():
    return (f"Metadata-Version: 2.1\nName: {_setting('name')}\nVersion: {_setting('version')}\n"
            f"Summary: {_setting('description')}\nLicense: MIT\n"
            f"Requires-Python: {_setting('requires-python')}\n"
            "Description-Content-Type: text/markdown\n\n"
            + (HERE / "README.md").read_text(encoding="utf-8"))


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Writes the wheel into wheel_directory and answers its name."""
    stem = f"{PACKAGE}-{_setting('version')}"
    info = f"{stem}.dist-info"
    files = {str(path.relative_to(HERE)): path.read_bytes()
             for path in sorted((HERE / PACKAGE).iterdir()) if path.suffix in TYPES}
    files[f"{info}/METADATA"] = _metadata().encode()
    files[f"{info}/WHEEL"] = (b"Wheel-Version: 1.0\nGenerator: build_wheel\n"
                              b"Root-Is-Purelib: true\nTag: py3-none-any\n")
    record = ""
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(data)}\n"
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    wheel = f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / wheel, "w",
                         zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return wheel
