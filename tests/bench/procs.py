"""What a program and its children cost, as the system counts it. Only programs that were started here are ended."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def started(command, env=None, cwd=None):
    """Starts a program in a group of its own, and ends that group afterwards."""
    child = subprocess.Popen([str(word) for word in command], env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield child
    finally:
        for end in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, end)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=10)
                # Children of the group may outlive their parent by a moment; after SIGKILL none is left.
                if end == signal.SIGTERM and _is_group_alive(child.pid):
                    time.sleep(0.3)
                    continue
                break


def _is_group_alive(group):
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, 0)
        return True
    return False


def tree(pid):
    """The ids of a process and all below it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                waiting += [int(word) for word in task.read_text().split()]
    return found


def pss(pid):
    """Proportional share of memory of the whole tree, in megabytes."""
    kib = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kib += int(line.split()[1])
    return kib * 1024 / 1e6


def effort(pid):
    """What the tree has spent so far: processor seconds by process, ended threads included, and voluntary switches by thread."""
    seconds, switches = {}, {}
    for one in tree(pid):
        with contextlib.suppress(OSError, IndexError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            seconds[one] = (int(fields[11]) + int(fields[12])) / TICKS
        for task in Path(f"/proc/{one}/task").glob("*"):
            with contextlib.suppress(OSError, IndexError):
                for line in (task / "status").read_text().splitlines():
                    if line.startswith("voluntary_ctxt_switches"):
                        switches[task.name] = int(line.split()[1])
    return seconds, switches


def spent(before, after):
    """Processor seconds and switches between two looks. What ended in between is gone, and what began counts from nothing."""
    return tuple(sum(value - earlier.get(name, 0) for name, value in later.items()) for earlier, later in zip(before, after))


def timed(command, env=None, cwd=None, seconds=900):
    """Runs a command to its end: `(seconds on the wall, seconds of processor, exit code, its output)`."""
    began = time.monotonic()
    child = subprocess.Popen([str(word) for word in command], env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True)
    try:
        before = os.times()
        out, err = child.communicate(timeout=seconds)
        after = os.times()
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        raise RuntimeError(f"{command[0]} took longer than {seconds} s") from None
    wall = time.monotonic() - began
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu, child.returncode, out + err
