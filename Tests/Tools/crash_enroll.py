#!/usr/bin/env python3
"""Enrols people over HTTP, kills the service with SIGKILL in the middle, restarts it, and looks for every
face that had been answered. Exits 1 when one is missing.

    crash_enroll.py --arcface .build/release/arcface --detector D.onnx --recognizer R.onnx --images LFW/images [--rounds 5]
"""
import argparse
import http.client
import json
import random
import tempfile
import threading
import time
import urllib.parse

from service_process import Service, images_by_person


def enrol(service, people, answered, clients):
    """`clients` threads enrol until the connection breaks; every face id that was answered is noted."""
    jobs = iter([(person, file) for person, files in people.items() for file in files])
    lock = threading.Lock()

    def work():
        connection = http.client.HTTPConnection(service.host, service.port, timeout=30)
        while True:
            with lock:
                person, file = next(jobs, (None, None))
            if file is None:
                return
            try:
                path = f"/galleries/lfw/identities/{urllib.parse.quote(person)}/faces?select=largest"
                connection.request("POST", path, open(file, "rb").read(), {"Content-Type": "image/jpeg"})
                answer = connection.getresponse()
                body = json.loads(answer.read())
            except (OSError, http.client.HTTPException, ValueError):
                return
            if answer.status == 201:
                with lock:
                    answered.update((face["face_id"], person) for face in body["faces"])

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    return threads


def missing_faces(service, answered):
    connection = http.client.HTTPConnection(service.host, service.port, timeout=30)
    missing = []
    for face_id, person in answered.items():
        connection.request("GET", f"/galleries/lfw/faces/{face_id}")
        answer = connection.getresponse()
        record = json.loads(answer.read())
        if answer.status != 200 or record.get("identity") != person:
            missing.append(face_id)
    return missing


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--detector")
    parser.add_argument("--recognizer")
    parser.add_argument("--images", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    people, generator, answered = images_by_person(options.images), random.Random(7), {}
    with tempfile.TemporaryDirectory() as data:
        for round_number in range(options.rounds):
            service = Service(options.arcface, data, options.detector, options.recognizer)
            connection = http.client.HTTPConnection(service.host, service.port, timeout=30)
            connection.request("PUT", "/galleries/lfw")
            connection.getresponse().read()
            before = len(answered)
            chosen = dict(generator.sample(sorted(people.items()), 400))
            threads = enrol(service, chosen, answered, options.clients)
            time.sleep(generator.uniform(1.0, 4.0))
            service.kill()
            for thread in threads:
                thread.join()
            service = Service(options.arcface, data, options.detector, options.recognizer)
            missing = missing_faces(service, answered)
            status = service.stop()
            print(f"round {round_number + 1}: {len(answered) - before} faces answered before the kill, "
                  f"{len(answered)} in all, {len(missing)} missing, drained with status {status}", flush=True)
            if missing or status != 0:
                raise SystemExit(1)


main()
