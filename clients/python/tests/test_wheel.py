"""The wheel: what is in it, and that it installs and imports without a network."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent
sys.path.insert(0, str(PACKAGE))

import backend  # noqa: E402

PROGRAM = "import qacd, sys; print(qacd.__version__, qacd.__file__)"


class WheelTests(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="qacd-wheel.")

    def tearDown(self) -> None:
        self.folder.cleanup()

    def test_the_wheel_is_whole_and_the_same_every_time(self) -> None:
        path = Path(self.folder.name) / backend.build_wheel(self.folder.name)
        first = path.read_bytes()
        self.assertEqual(backend.build_wheel(self.folder.name), path.name)
        self.assertEqual(path.read_bytes(), first)
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            self.assertIn("qacd/py.typed", names)
            sources = {f"qacd/{each.name}" for each in (PACKAGE / "qacd").glob("*.py")}
            self.assertLessEqual(sources, names)
            record = next(name for name in names if name.endswith("/RECORD"))
            rows = list(csv.reader(io.StringIO(archive.read(record).decode())))
            self.assertEqual({row[0] for row in rows}, names)
            for name, digest, size in rows:
                if name == record:
                    continue
                data = archive.read(name)
                expected = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
                self.assertEqual(digest, "sha256=" + expected.rstrip(b"=").decode())
                self.assertEqual(int(size), len(data))
            metadata = archive.read(record.replace("RECORD", "METADATA")).decode()
            self.assertIn("Requires-Python: >=3.10\n", metadata)
            self.assertNotIn("Requires-Dist", metadata)

    def test_the_versions_agree(self) -> None:
        text = (PACKAGE / "qacd" / "__init__.py").read_text()
        self.assertIn(f'__version__ = "{backend._project()["version"]}"', text)

    def test_it_installs_without_a_network(self) -> None:
        have_pip = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True)
        if have_pip.returncode != 0:
            self.skipTest("this Python has no pip")
        wheel = f"{self.folder.name}/{backend.build_wheel(self.folder.name)}"
        target = f"{self.folder.name}/target"
        for what in (wheel, str(PACKAGE)):
            subprocess.run(
                [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
                + ["--upgrade", "--root-user-action=ignore", "--target", target, what],
                check=True,
            )
            program = f"import sys; sys.path.insert(0, {target!r}); {PROGRAM}"
            done = subprocess.run(
                [sys.executable, "-I", "-c", program],
                capture_output=True,
                text=True,
                check=True,
                cwd=self.folder.name,
            )
            self.assertIn(target, done.stdout)


if __name__ == "__main__":
    unittest.main()
