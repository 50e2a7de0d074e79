#!/usr/bin/env python3
"""Start-up time, resident memory at idle and through N embeds over one keep-alive connection a client.

    soak.py --arcface .build/release/arcface --detector D.onnx --recognizer R.onnx --images LFW/images [--embeds 10000]
"""
import argparse
import http.client
import tempfile
import threading
import time

from service_process import Service, images_by_person


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--detector")
    parser.add_argument("--recognizer")
    parser.add_argument("--images", required=True)
    parser.add_argument("--embeds", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--query", default="", help="for example ?aligned=true")
    options = parser.parse_args()
    files = [file for person in images_by_person(options.images).values() for file in person][:1000]
    bodies = [open(file, "rb").read() for file in files]
    with tempfile.TemporaryDirectory() as data:
        service = Service(options.arcface, data, options.detector, options.recognizer)
        print(f"ready after {service.ready_seconds * 1e3:.0f} ms, resident at idle {service.resident_mib():.1f} MiB", flush=True)
        statuses, lock, done = {}, threading.Lock(), [0]

        def work():
            connection = http.client.HTTPConnection(service.host, service.port, timeout=60)
            while True:
                with lock:
                    number = done[0]
                    done[0] += 1
                if number >= options.embeds:
                    return
                connection.request("POST", "/embed" + options.query, bodies[number % len(bodies)], {"Content-Type": "image/jpeg"})
                answer = connection.getresponse()
                answer.read()
                with lock:
                    statuses[answer.status] = statuses.get(answer.status, 0) + 1
                    if (number + 1) % (options.embeds // 10) == 0:
                        print(f"{number + 1} embeds: resident {service.resident_mib():.1f} MiB", flush=True)

        started = time.perf_counter()
        threads = [threading.Thread(target=work) for _ in range(options.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - started
        print(f"{options.embeds} embeds in {seconds:.0f} s ({options.embeds / seconds:.0f}/s), answers {statuses}, "
              f"resident {service.resident_mib():.1f} MiB, drained with status {service.stop()}")


main()
