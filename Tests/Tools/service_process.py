"""Starts `arcface serve` on a free loopback port for the tools beside this file (standard library only)."""
import os
import re
import subprocess
import time


class Service:
    """A running service; `url` is its address, `ready_seconds` how long the start took."""

    def __init__(self, arcface, data, detector=None, recognizer=None, extra=()):
        command = [arcface, "serve", "--port", "0", "--data", data]
        for option, value in (("--detector", detector), ("--recognizer", recognizer)):
            if value:
                command += [option, value]
        started = time.perf_counter()
        self.process = subprocess.Popen(command + list(extra), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.host, self.port = self._address()
        self.ready_seconds = time.perf_counter() - started

    def _address(self):
        for line in self.process.stdout:
            found = re.match(r"listening on http://(.+):(\d+)$", line.strip())
            if found:
                return found[1].strip("[]"), int(found[2])
        raise SystemExit(f"the service ended before it was ready (exit status {self.process.wait()})")

    def resident_mib(self):
        """VmRSS of the process in MiB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

    def cpu_seconds(self):
        """Processor time that the process has used, all threads together."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self):
        """SIGKILL, as a crash would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """SIGTERM: drains; returns the exit status."""
        self.process.terminate()
        return self.process.wait(timeout=60)


def images_by_person(folder):
    """{person: [file...]} of a folder of folders, sorted."""
    return {person: sorted(os.path.join(folder, person, name) for name in os.listdir(os.path.join(folder, person)))
            for person in sorted(os.listdir(folder))}
