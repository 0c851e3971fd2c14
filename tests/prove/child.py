"""Runs children that are ended for sure: by their own id, after a bounded time."""

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Ran:
    """What became of a child. `code` is `None` when its time was over and it was ended."""

    code: int | None
    out: str
    err: str


def run(command, seconds, env=None, cwd=None, end=signal.SIGTERM):
    """Runs a command for at most `seconds`, then asks it to end, and ends it."""
    child = subprocess.Popen(
        [str(part) for part in command],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    try:
        out, err = child.communicate(timeout=seconds)
        return Ran(child.returncode, out, err)
    except subprocess.TimeoutExpired:
        child.send_signal(end)
        try:
            out, err = child.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = child.communicate()
        return Ran(None, out, err)


KEYS = {"apiin": "aio_prove", "aigateway": "sk-aig-prove"}


class Rushes:
    """The program with a library of its own and both gateways at one loopback address."""

    def __init__(self, program, folder, url):
        self.program = program
        self.folder = Path(folder)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "RUSHES_LIBRARY": str(self.folder / "library"),
            "RUSHES_APIIN_URL": f"{url}/api/v1",
            "RUSHES_AIGATEWAY_URL": f"{url}/v1",
            "APIIN_API_KEY": KEYS["apiin"],
            "AIGATEWAY_API_KEY": KEYS["aigateway"],
        }

    def run(self, arguments, seconds, end=signal.SIGINT):
        return run([self.program, *arguments], seconds, self.env, self.folder, end)

    def generate(self, gateway, seconds, end=signal.SIGINT):
        return self.run(["generate", "a paper boat", "--gateway", gateway, "--json"], seconds, end)

    def jobs(self):
        """The jobs as the program tells them."""
        ran = self.run(["jobs", "--json"], 30)
        if ran.code != 0:
            raise RuntimeError(f"jobs ended with {ran.code}: {ran.err}")
        return json.loads(ran.out)

    def films(self):
        """All files under a final name in the folder of the clips."""
        clips = self.folder / "library" / "clips"
        return sorted(path for path in clips.rglob("*") if path.is_file() and not path.name.startswith("."))
