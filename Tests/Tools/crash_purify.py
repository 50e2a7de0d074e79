#!/usr/bin/env python3
"""Purifies, restores and purifies over HTTP, kills the service with SIGKILL at a random moment, and looks at what is left:
first at a copy of the database file with SQLite itself, then through the restarted service. Exits 1 when a face is
missing, is both active and set aside, or when a step is half done (needs numpy).

    crash_purify.py --arcface .build/release/arcface [--rounds 50] [--identities 300] [--faces 10]
"""
import argparse
import collections
import glob
import http.client
import os
import random
import shutil
import sqlite3
import tempfile
import threading
import time
import uuid

from made_gallery import Client, MadeGallery
from service_process import Service


class Cycle:
    """Purify, restore, purify, ... until the connection breaks. `before` is what is known to be set aside, `step` what was
    under way when it broke: None, ("purify", job or None) or ("restore", faces that were to come back)."""

    def __init__(self, service, before, generator):
        self.before, self.step, self.answered = set(before), None, collections.Counter()
        self.generator, self.job, self.failure = generator, None, None
        self.client = Client(service, timeout=30)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        try:
            while True:
                self.purify()
                self.restore()
        except (OSError, http.client.HTTPException, ValueError):
            pass
        except SystemExit as reason:
            self.failure = str(reason)

    def purify(self):
        self.step = ("purify", None)
        job = self.client.send("POST", "/admin/galleries/g/purify", {"seed": self.generator.randrange(1000)})
        self.step = ("purify", job["id"])
        self.client.connection.request("GET", f"/admin/jobs/{job['id']}/events")
        self.client.connection.getresponse().read()
        job = self.client.send("GET", f"/admin/jobs/{job['id']}")
        if job["state"] != "succeeded":
            raise SystemExit(f"the job ended as {job['state']}: {job['error']}")
        found = {face for entry in job["report"]["per_identity"] for face in entry["quarantined"]}
        self.job, self.before, self.step = job["id"], self.before | found, None
        self.answered["purify"] += 1

    def restore(self):
        """All of the last job's faces, or any half of those set aside, by id."""
        if self.generator.random() < 0.5:
            listed = {face["face_id"] for face in self.client.pages("/admin/galleries/g/quarantine", "faces") if face["job"] == self.job}
            body = {"job": self.job}
        else:
            listed = set(self.generator.sample(sorted(self.before), len(self.before) // 2))
            body = {"face_ids": sorted(listed)}
        self.step = ("restore", listed)
        restored = self.client.send("POST", "/admin/galleries/g/restore", body)["restored"]
        if set(restored) != listed:
            raise SystemExit(f"{len(restored)} faces restored of {len(listed)}")
        self.before, self.step = self.before - listed, None
        self.answered["restore"] += 1


class Database:
    """What a copy of the file says, with its write-ahead log, in the state in which the dead process left it."""

    def __init__(self, data):
        with tempfile.TemporaryDirectory() as folder:
            for path in glob.glob(os.path.join(data, "arcface.sqlite*")):
                if not path.endswith((".lock", "-shm")):
                    shutil.copy(path, folder)
            connection = sqlite3.connect(os.path.join(folder, "arcface.sqlite"))
            query = lambda sql: connection.execute(sql).fetchall()
            self.problems = [row[0] for row in query("PRAGMA integrity_check") if row[0] != "ok"]
            self.problems += [f"foreign key: {row}" for row in query("PRAGMA foreign_key_check")]
            self.problems += [f"a quarantined face of another identity: {row}" for row in query(
                "SELECT q.face FROM quarantine q JOIN faces f ON f.id = q.face WHERE f.identity <> q.identity OR f.gallery <> q.gallery")]
            as_text = lambda rows: {str(uuid.UUID(bytes=row[0])) for row in rows}
            self.faces = as_text(query("SELECT face_id FROM faces"))
            aside = query("SELECT f.face_id FROM quarantine q JOIN faces f ON f.id = q.face")
            self.aside = as_text(aside)
            self.jobs = {str(uuid.UUID(bytes=row[0])): row[1] for row in query("SELECT job_id, state FROM jobs")}
            if len(self.aside) != len(aside):
                self.problems.append("a face is set aside twice")
            connection.close()


def half_done(cycle, aside, job):
    """Why what is set aside is neither what was before the step under way nor what it was to lead to; None if it is."""
    kind, detail = cycle.step or (None, None)
    if aside == cycle.before and (kind != "purify" or not job or job["state"] == "failed"):
        return None
    if kind == "restore" and aside == cycle.before - detail:
        return None
    if kind == "purify" and job and job["state"] == "succeeded":
        found = {face for entry in job["report"]["per_identity"] for face in entry["quarantined"]}
        if aside == cycle.before | found:
            return None
    return f"{len(aside)} set aside, {len(cycle.before)} before {kind} of {job and (job['state'], job['error'])}"


def problems(service, database, gallery, cycle, generator):
    """What is wrong after a restart, in words, and what is set aside."""
    client, found = Client(service), list(database.problems) + [cycle.failure] * (cycle.failure is not None)
    everything = set(gallery.ids)
    if database.faces != everything:
        found.append(f"{len(everything - database.faces)} faces are missing in the file")
    aside = {face["face_id"] for face in client.pages("/admin/galleries/g/quarantine", "faces")}
    if aside != database.aside:
        found.append(f"the file has {len(database.aside)} set aside, the service {len(aside)}")
    counts = client.send("GET", "/galleries/g")
    if (counts["faces"], counts["quarantined"]) != (len(everything), len(aside)):
        found.append(f"the gallery counts {counts['faces']} faces, {counts['quarantined']} set aside")
    job = None
    if cycle.step and cycle.step[0] == "purify":
        newest = client.send("GET", "/admin/jobs?limit=1")["jobs"]
        # Without an answer the newest job may be this one, or the one before, which succeeded and is done.
        known = cycle.step[1] or (newest and newest[0]["id"] != cycle.job and newest[0]["id"])
        job = client.send("GET", f"/admin/jobs/{known}") if known else None
    wrong = half_done(cycle, aside, job)
    if wrong:
        found.append(wrong)
    under_way = [job["id"] for job in client.pages("/admin/jobs", "jobs", 100) if job["state"] in ("queued", "running")]
    if under_way:
        found.append(f"jobs are still under way: {under_way}")
    place = {face: index for index, face in enumerate(gallery.ids)}
    for face in generator.sample(sorted(aside), min(len(aside), 20)) + generator.sample(sorted(everything - aside), 40):
        answer = client.send("POST", "/identify?gallery=g", {"embedding": gallery.embedding(place[face]), "threshold": 0.99})
        matches = [match["face_id"] for match in answer["faces"][0]["matches"]]
        if (face in matches) == (face in aside):
            found.append(f"face {face} is {'set aside, and found' if face in aside else 'active, and not found'}")
    return found, aside


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--detector")
    parser.add_argument("--recognizer")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--identities", type=int, default=300)
    parser.add_argument("--faces", type=int, default=10)
    parser.add_argument("--longest", type=float, default=0.6, help="seconds until a kill at the most, to begin with")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    generator, under_way, answered = random.Random(options.seed), collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as data:
        start = lambda: Service(options.arcface, data, options.detector, options.recognizer)
        service, aside = start(), set()
        client = Client(service)
        client.send("PUT", "/galleries/g", {})
        gallery = MadeGallery(options.identities, options.faces, client.dimension("g"))
        client.fill("g", gallery)
        longest = options.longest
        for number in range(options.rounds):
            cycle = Cycle(service, aside, generator)
            time.sleep(generator.uniform(0, longest))
            service.kill()
            cycle.thread.join()
            database = Database(data)
            service = start()
            found, aside = problems(service, database, gallery, cycle, generator)
            step = cycle.step[0] if cycle.step else "nothing"
            under_way[step] += 1
            answered += cycle.answered
            # So that on a slow or busy machine, too, some kills find a first purification done.
            longest = min(10, longest * 1.3) if cycle.answered.total() < 2 else max(options.longest, longest * 0.9)
            print(f"round {number + 1}: killed during {step}, {len(aside)} of {len(gallery)} set aside, "
                  f"{'as it should be' if not found else '; '.join(found)}", flush=True)
            if found:
                raise SystemExit(1)
        status = service.stop()
    print(f"{options.rounds} kills, during {dict(under_way)}; {dict(answered)} answered in between; "
          f"no face lost, none both active and set aside; drained with status {status}")
    raise SystemExit(status)


main()
