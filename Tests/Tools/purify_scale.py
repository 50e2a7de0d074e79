#!/usr/bin/env python3
"""Purifies a large made-up gallery through a real service and measures: how long import, purification and deletion take
and what memory they need, what `/identify` and other writes wait for meanwhile, how soon a cancelled job is gone, whether
the report is the same on other numbers of threads, and what a crash leaves behind (needs numpy).

    purify_scale.py --arcface .build/release/arcface [--recognizer R.onnx] [--identities 10000] [--faces 20] [--only STEP...]

The length of the embeddings is the recogniser's.
"""
import argparse
import contextlib
import hashlib
import json
import os
import tempfile
import threading
import time

import numpy

from made_gallery import Client, MadeGallery
from service_process import Service


class Measured(Service):
    """A service whose peak memory is known."""

    def peak_mib(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as file:
            file.write("5")


class Probe:
    """Repeats one request on a connection of its own and notes how long each took."""

    def __init__(self, service, send, pause=0.0):
        self.seconds, self.stopped = [], threading.Event()
        self.client, self.request, self.pause = Client(service), send, pause
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stopped.is_set():
            begun = time.perf_counter()
            self.request(self.client)
            self.seconds.append(time.perf_counter() - begun)
            self.stopped.wait(self.pause)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()

    def text(self):
        values = numpy.array(self.seconds) * 1e3
        return (f"{len(values)} requests, p50 {numpy.percentile(values, 50):.1f}, p99 {numpy.percentile(values, 99):.1f}, "
                f"longest {values.max():.1f} ms")


class Scale:
    def __init__(self, options, data):
        self.options, self.data = options, data
        self.service = self.client = self.gallery = None

    def start(self, threads=None):
        extra = ("--config", self.options.config) if self.options.config else ()
        with environment(ARCFACE_JOBS_THREADS=threads):
            self.service = Measured(self.options.arcface, self.data, None, self.options.recognizer, extra)
        self.client = Client(self.service)

    def say(self, text):
        print(text, flush=True)

    def identifying(self):
        order = iter(numpy.random.default_rng(1).integers(0, len(self.gallery), 10_000_000))
        return Probe(self.service, lambda client: client.send(
            "POST", "/identify?gallery=big", {"embedding": self.gallery.embedding(int(next(order)))}))

    def writing(self):
        """Another write every 20 ms, to another gallery."""
        return Probe(self.service, lambda client: client.send("PUT", "/galleries/small/identities/somebody", {"metadata": {}}), 0.02)

    # The steps, in the order in which they are run.

    def load(self):
        self.client.send("PUT", "/galleries/small", {})
        self.gallery = MadeGallery(self.options.identities, self.options.faces, self.client.dimension("small"))
        self.client.fill("small", MadeGallery(3, 4, self.client.dimension("small"), seed=8))
        self.service.forget_peak()
        begun = time.perf_counter()
        with self.writing() as writes:
            self.client.fill("big", self.gallery)
        self.say(f"import of {len(self.gallery)} faces of {self.gallery.vectors.shape[1]} numbers: {time.perf_counter() - begun:.1f} s, "
                 f"peak {self.service.peak_mib():.0f} MiB; other writes meanwhile: {writes.text()}")

    def alone(self):
        with self.identifying() as identify:
            time.sleep(self.options.seconds)
        self.say(f"/identify alone: {identify.text()}; resident {self.service.resident_mib():.0f} MiB")

    def purify(self):
        self.service.forget_peak()
        with self.identifying() as identify, self.writing() as writes:
            job, seconds, size = self.run_job({})
        report = job["report"]
        self.say(f"purification: {seconds:.1f} s, {report['quarantined']} of {report['faces']} faces set aside, peak {self.service.peak_mib():.0f} MiB, "
                 f"events {size / 1e3:.0f} kB")
        self.say(f"/identify beside it: {identify.text()}; other writes: {writes.text()}")
        begun = time.perf_counter()
        listed = len(json.dumps(self.client.send("GET", "/admin/jobs")))
        self.say(f"list of jobs: {listed / 1e3:.0f} kB in {(time.perf_counter() - begun) * 1e3:.1f} ms")
        begun = time.perf_counter()
        with self.identifying() as identify:
            restored = self.client.send("POST", "/admin/galleries/big/restore", {"job": job["id"]})["restored"]
        self.say(f"restored {len(restored)} faces in {time.perf_counter() - begun:.2f} s; /identify beside it: {identify.text()}")

    def cancel(self):
        """At once, in the middle and late: how long until the answer, and until the next job has been through."""
        for least in (None, 0.02, 0.3, 0.6, 0.9, 0.99, 0.999):
            before = self.client.send("GET", "/galleries/big")["quarantined"]
            job = self.client.send("POST", "/admin/galleries/big/purify", {})
            while least is not None:
                now = self.client.send("GET", f"/admin/jobs/{job['id']}")
                if now["progress"] >= least or now["finished_at"]:
                    break
                time.sleep(0.005)
            begun = time.perf_counter()
            ended = self.client.send("DELETE", f"/admin/jobs/{job['id']}", expecting=None)
            answered = time.perf_counter() - begun
            if "state" not in ended:
                self.say(f"cancel at {least}: too late, {ended['code']} after {answered * 1e3:.0f} ms")
                self.client.send("POST", "/admin/galleries/big/restore", {"job": job["id"]})
                continue
            self.run_job({"dry_run": True}, "small")
            gone = time.perf_counter() - begun
            after = self.client.send("GET", "/galleries/big")["quarantined"]
            self.say(f"cancel at {0 if least is None else least:.1%}: answered after {answered * 1e3:.0f} ms, next job through after {gone * 1e3:.0f} ms")
            if after != before:
                raise SystemExit(f"{after - before} faces set aside by a job that was cancelled")

    def threads(self):
        """The same report, but for the seconds, on one thread and on two."""
        digests = set()
        for threads in (1, 2):
            self.service.stop()
            self.start(threads)
            job, seconds, _ = self.run_job({"dry_run": True, "seed": 5})
            job["report"].pop("seconds")
            digest = hashlib.sha256(json.dumps(job["report"]).encode()).hexdigest()
            digests.add(digest)
            self.say(f"dry run on {threads} threads: {seconds:.1f} s, report {digest[:16]}")
        if len(digests) != 1:
            raise SystemExit("the report depends on the number of threads")

    def crash(self):
        """SIGKILL half-way through a job."""
        before = self.client.send("GET", "/galleries/big")
        job = self.client.send("POST", "/admin/galleries/big/purify", {})
        while self.client.send("GET", f"/admin/jobs/{job['id']}")["progress"] < 0.5:
            time.sleep(0.01)
        self.service.kill()
        self.start()
        ended, after = self.client.send("GET", f"/admin/jobs/{job['id']}"), self.client.send("GET", "/galleries/big")
        self.say(f"killed half-way: restart {self.service.ready_seconds:.1f} s, job {ended['state']} ({ended['error']})")
        if ended["state"] != "failed" or after != before:
            raise SystemExit(f"the gallery is not what it was: {before}, then {after}")

    def delete(self):
        begun = time.perf_counter()
        with self.writing() as writes:
            self.client.send("DELETE", "/galleries/big")
            seconds = time.perf_counter() - begun
        self.say(f"deletion: {seconds:.1f} s; other writes meanwhile: {writes.text()}")

    def merge(self):
        """As many faces again into a gallery that has some: one transaction."""
        more = MadeGallery(self.options.identities, self.options.faces, self.client.dimension("small"), seed=9)
        begun = time.perf_counter()
        with self.writing() as writes:
            self.client.fill("small", more)
        self.say(f"import into a gallery in use: {time.perf_counter() - begun:.1f} s; other writes meanwhile: {writes.text()}")

    def run_job(self, body, gallery="big"):
        """Starts a job and reads its events to the end: the job, its seconds, the events' bytes."""
        begun = time.perf_counter()
        job = self.client.send("POST", f"/admin/galleries/{gallery}/purify", body)
        self.client.connection.request("GET", f"/admin/jobs/{job['id']}/events")
        size = len(self.client.connection.getresponse().read())
        seconds = time.perf_counter() - begun
        job = self.client.send("GET", f"/admin/jobs/{job['id']}")
        if job["state"] != "succeeded":
            raise SystemExit(f"the job ended as {job['state']}: {job['error']}")
        return job, seconds, size


@contextlib.contextmanager
def environment(**values):
    """Environment variables for a while; None leaves one alone."""
    values = {name: str(value) for name, value in values.items() if value is not None}
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            del os.environ[name]


STEPS = ["alone", "purify", "cancel", "threads", "crash", "delete", "merge"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--recognizer")
    parser.add_argument("--config")
    parser.add_argument("--identities", type=int, default=10_000)
    parser.add_argument("--faces", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=10, help="how long /identify is measured alone")
    parser.add_argument("--only", nargs="+", choices=STEPS, default=STEPS, metavar="STEP", help=", ".join(STEPS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        scale = Scale(options, data)
        scale.start()
        try:
            scale.load()
            for step in options.only:
                getattr(scale, step)()
        finally:
            status = scale.service.stop()
    raise SystemExit(status)


main()
