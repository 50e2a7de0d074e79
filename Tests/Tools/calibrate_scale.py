#!/usr/bin/env python3
"""Calibrates a large made-up gallery through a real service and measures: how long it takes and what memory it needs, what
`/identify` waits for meanwhile, how soon a cancelled calibration is gone, and that the thresholds keep to their false match
rates on pairs that took no part (needs numpy).

    calibrate_scale.py --arcface .build/release/arcface [--recognizer R.onnx] [--identities 10000] [--faces 20]

The length of the embeddings is the recogniser's.
"""
import argparse
import tempfile
import threading
import time

import numpy

from made_gallery import Client, MadeGallery
from service_process import Service


def peak_mib(service):
    with open(f"/proc/{service.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def forget_peak(service):
    with open(f"/proc/{service.process.pid}/clear_refs", "w") as file:
        file.write("5")


def identifying(service, gallery, stop, seconds):
    """Sends `/identify` until told to stop and notes how long each took."""
    client, faces = Client(service), numpy.random.default_rng(1)
    while not stop.is_set():
        body = {"embedding": gallery.embedding(int(faces.integers(len(gallery))))}
        begun = time.perf_counter()
        client.send("POST", "/identify?gallery=big", body)
        seconds.append(time.perf_counter() - begun)


def beside(service, gallery, work):
    """What `work` answers, and the latencies of `/identify` while it was done."""
    stop, seconds = threading.Event(), []
    thread = threading.Thread(target=identifying, args=(service, gallery, stop, seconds))
    thread.start()
    try:
        answer = work()
    finally:
        stop.set()
        thread.join()
    values = numpy.array(seconds) * 1e3
    return answer, f"p50 {numpy.percentile(values, 50):.1f}, p99 {numpy.percentile(values, 99):.1f} ms of {len(values)}"


def calibrate(client, body):
    begun = time.perf_counter()
    job = client.send("POST", "/admin/galleries/big/calibrate", body)
    client.connection.request("GET", f"/admin/jobs/{job['id']}/events")
    client.connection.getresponse().read()
    job = client.send("GET", f"/admin/jobs/{job['id']}")
    if job["state"] != "succeeded":
        raise SystemExit(f"the job ended as {job['state']}: {job['error']}")
    return job["report"], time.perf_counter() - begun


def false_match_rate(gallery, threshold, generator, pairs=20_000_000):
    """Of random pairs of faces of different people."""
    matches = trials = 0
    owners = numpy.array(gallery.owners)
    while trials < pairs:
        first, second = generator.integers(len(gallery), size=(2, 2_000))
        cosines = gallery.vectors[first] @ gallery.vectors[second].T
        different = owners[first][:, None] != owners[second]
        matches += int((cosines[different] >= threshold).sum())
        trials += int(different.sum())
    return matches / trials


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--recognizer")
    parser.add_argument("--identities", type=int, default=10_000)
    parser.add_argument("--faces", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        service = Service(options.arcface, data, None, options.recognizer)
        client = Client(service)
        try:
            client.send("PUT", "/galleries/big", {})
            gallery = MadeGallery(options.identities, options.faces, client.dimension("big"))
            client.fill("big", gallery)
            print(f"{len(gallery)} faces of {gallery.vectors.shape[1]} numbers, resident {service.resident_mib():.0f} MiB", flush=True)
            _, alone = beside(service, gallery, lambda: time.sleep(5))
            forget_peak(service)
            report, seconds = calibrate(client, {"apply": 1e-4})
            print(f"calibration: {seconds:.1f} s, peak {peak_mib(service):.0f} MiB, {report['photographs']} photographs of {report['identities']} "
                  f"identities, {report['impostor']['trials']} impostor and {report['genuine']['trials']} genuine trials", flush=True)
            (again, _), meanwhile = beside(service, gallery, lambda: calibrate(client, {"apply": 1e-4}))
            if again["thresholds"] != report["thresholds"]:
                raise SystemExit("the same gallery and seed gave other thresholds")
            print(f"/identify alone: {alone}; beside it: {meanwhile}", flush=True)
            for least in (0.0, 0.1, 0.5, 0.9):
                job = client.send("POST", "/admin/galleries/big/calibrate", {})
                while client.send("GET", f"/admin/jobs/{job['id']}")["progress"] < least:
                    time.sleep(0.005)
                begun = time.perf_counter()
                client.send("DELETE", f"/admin/jobs/{job['id']}")
                client.send("PUT", "/galleries/small", {})
                small = client.send("POST", "/admin/galleries/small/calibrate", {})
                while client.send("GET", f"/admin/jobs/{small['id']}")["state"] != "succeeded":
                    time.sleep(0.002)
                print(f"cancel at {least:.0%}: next job through after {(time.perf_counter() - begun) * 1e3:.0f} ms", flush=True)
            generator = numpy.random.default_rng(2)
            for point in report["thresholds"]:
                if "threshold" in point and point["fmr"] >= 1e-5:
                    print(f"FMR {point['fmr']}: threshold {point['threshold']}, on other pairs {false_match_rate(gallery, point['threshold'], generator):.2e}", flush=True)
        finally:
            status = service.stop()
    raise SystemExit(status)


if __name__ == "__main__":
    main()
