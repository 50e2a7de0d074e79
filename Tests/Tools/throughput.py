#!/usr/bin/env python3
"""POST /embed with clients that keep their connections, beside the bare engine on the same pictures.

    throughput.py --images LFW/images [--detector D.onnx --recognizer R.onnx] [--clients 1,16] [--seconds 5] [--rounds 3]

The bare engine is `arcface bench image`: decode, detect, align and embed in a loop, without HTTP, JSON or a queue. One
client is held against one loop whose networks run on all cores, as the service's do then; several clients against as
many loops as there are cores, each of one thread. The two run in turn, so that a busy machine slows both; the ratio is
the median of the rounds' ratios. On a machine shared with other work the processor time of an image says more than
either. The clients send bytes made beforehand from threads of this process;
their share of the cores is printed, it is not given back to the service.
"""
import argparse
import json
import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from service_process import Service, images_by_person


def request(body, query):
    head = f"POST /embed{query} HTTP/1.1\r\nHost: arcface\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def answer(connection):
    """The status of the next answer, all of which is read."""
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        piece = connection.recv(65536)
        if not piece:
            raise SystemExit("the service closed a connection")
        data += piece
    fields = dict(line.lower().split(b": ", 1) for line in data[:end].split(b"\r\n")[1:])
    missing = end + 4 + int(fields[b"content-length"]) - len(data)
    while missing > 0:
        missing -= len(connection.recv(65536))
    return int(data.split(b" ", 2)[1])


class Load:
    """`clients` connections, each with one request under way, for `seconds`."""

    def __init__(self, service, requests, clients, seconds):
        self.latencies, self.statuses, self.lock, self.turn = [], {}, threading.Lock(), 0
        self.end = time.perf_counter() + seconds
        cpu, served, started = time.process_time(), service.cpu_seconds(), time.perf_counter()
        threads = [threading.Thread(target=self._client, args=(service, requests)) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        elapsed = time.perf_counter() - started
        self.per_second = len(self.latencies) / elapsed
        self.cpu_ms = (service.cpu_seconds() - served) * 1e3 / len(self.latencies)
        self.own_share = (time.process_time() - cpu) / elapsed / os.cpu_count()

    def _client(self, service, requests):
        with socket.create_connection((service.host, service.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (started := time.perf_counter()) < self.end:
                with self.lock:
                    self.turn += 1
                    turn = self.turn
                connection.sendall(requests[turn % len(requests)])
                status = answer(connection)
                latency = time.perf_counter() - started
                with self.lock:
                    self.latencies.append(latency)
                    self.statuses[status] = self.statuses.get(status, 0) + 1

    def quantile(self, share):
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3


def bare(options, files, models, workers, threads):
    """Images a second, and processor milliseconds an image."""
    command = [options.arcface, "bench", "image", *files, *models, "--workers", str(workers), "--threads", str(threads),
               "--seconds", str(options.seconds), "--json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return report["images_per_second"], report["processor_ms"]


def summary(clients, engine, loads):
    middle, statuses = statistics.median, {}
    for load in loads:
        for status, count in load.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    ratios = [load.per_second / speed for load, (speed, _) in zip(loads, engine)]
    return (f"{clients} clients: {middle(l.per_second for l in loads):.1f}/s, bare engine {middle(e[0] for e in engine):.1f}/s, "
            f"ratio {middle(ratios):.2f} (rounds {' '.join(f'{ratio:.2f}' for ratio in ratios)}), "
            f"p50 {middle(l.quantile(0.5) for l in loads):.1f} ms, p99 {middle(l.quantile(0.99) for l in loads):.1f} ms, "
            f"processor {middle(l.cpu_ms for l in loads):.1f} ms an image, bare {middle(e[1] for e in engine):.1f}, "
            f"clients' own share of the cores {middle(l.own_share for l in loads):.1%}, answers {statuses}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--detector")
    parser.add_argument("--recognizer")
    parser.add_argument("--images", required=True, help="a folder of folders of photographs")
    parser.add_argument("--count", type=int, default=100, help="photographs used")
    parser.add_argument("--clients", default="1,16")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--query", default="")
    options = parser.parse_args()
    files = [person[0] for person in images_by_person(options.images).values()][:options.count]
    requests = [request(open(file, "rb").read(), options.query) for file in files]
    models = []
    for name in ("detector", "recognizer"):
        if getattr(options, name):
            models += [f"--{name}", getattr(options, name)]
    counts = [int(text) for text in options.clients.split(",")]
    rows = {clients: ([], []) for clients in counts}
    with tempfile.TemporaryDirectory() as data:
        service = Service(options.arcface, data, options.detector, options.recognizer)
        for clients in counts:
            Load(service, requests, clients, 1)  # plans and memory of this load
        for _ in range(options.rounds):
            for clients, (engine, loads) in rows.items():
                loops, threads = (1, os.cpu_count()) if clients == 1 else (os.cpu_count(), 1)
                engine.append(bare(options, files, models, loops, threads))
                loads.append(Load(service, requests, clients, options.seconds))
        for clients, (engine, loads) in rows.items():
            print(summary(clients, engine, loads), flush=True)
        status = service.stop()
        if status != 0:
            raise SystemExit(f"the service ended with status {status}")


main()
