#!/usr/bin/env python3
"""Draws what a purification made of one identity: its faces, below each the angle to the identity's dominant center and, where
it was set aside, why (needs numpy and OpenCV). `docs/images/purification.jpg` is made by

    quarantine_sheet.py --arcface .build/release/arcface --people docs/examples/people --as anna docs/examples/misfiled/anna \\
        --output docs/images/purification.jpg

PEOPLE is a folder of folders, one an identity; the one of --as is enrolled from its own folder instead.
"""
import argparse
import os
import tempfile

import cv2
import numpy

from made_gallery import Client, unit
from service_process import Service, images_by_person

SIDE, GAP, TEXT = 112, 12, 62
INK, RED, GREEN = (40, 40, 40), (40, 40, 200), (60, 130, 40)


def enrol(client, person, files):
    """The face ids of one person's pictures, in order."""
    return [client.send("POST", f"/galleries/g/identities/{person}/faces", open(file, "rb").read(), content_type="image/jpeg")["faces"][0]["face_id"]
            for file in files]


def purify(client):
    """{face id: record} of what was set aside."""
    job = client.send("POST", "/admin/galleries/g/purify", {})
    client.connection.request("GET", f"/admin/jobs/{job['id']}/events")
    client.connection.getresponse().read()
    return {face["face_id"]: face for face in client.pages("/admin/galleries/g/quarantine", "faces")}


def crop(client, face):
    client.connection.request("GET", f"/galleries/g/faces/{face}/crop")
    picture = cv2.imdecode(numpy.frombuffer(client.connection.getresponse().read(), "u1"), cv2.IMREAD_COLOR)
    return cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def angles(client, faces, aside):
    """Of every face to the direction of those that stayed, degrees."""
    vectors = numpy.array([client.send("GET", f"/galleries/g/faces/{face}?embedding=true")["embedding"] for face in faces])
    center = unit(sum(vector for vector, face in zip(vectors, faces) if face not in aside))
    return numpy.degrees(numpy.arccos(numpy.clip(vectors @ center, -1, 1)))


def label(angle, record):
    if record is None:
        return [(f"{angle:.0f} degrees", INK), ("kept", GREEN)]
    lines = [(f"{record['angle_degrees']:.0f} degrees", INK), (record["reason"], RED)]
    target = record["move_to"] or record["nearest_identity"]
    if target:
        lines.append((f"{'move to ' if record['move_to'] else 'nearest: '}{target}, {record['nearest_angle_degrees']:.0f}", RED))
    return lines


def sheet(pictures, labels, columns):
    rows = -(-len(pictures) // columns)
    canvas = numpy.full((rows * (SIDE + TEXT + GAP) + GAP, columns * (SIDE + GAP) + GAP, 3), 255, "u1")
    for index, (picture, lines) in enumerate(zip(pictures, labels)):
        y, x = GAP + index // columns * (SIDE + TEXT + GAP), GAP + index % columns * (SIDE + GAP)
        canvas[y:y + SIDE, x:x + SIDE] = picture
        if len(lines) > 2 or lines[-1][1] == RED:
            cv2.rectangle(canvas, (x - 3, y - 3), (x + SIDE + 2, y + SIDE + 2), RED, 2)
        for number, (text, colour) in enumerate(lines):
            cv2.putText(canvas, text, (x, y + SIDE + 18 + 17 * number), cv2.FONT_HERSHEY_SIMPLEX, 0.42, colour, 1, cv2.LINE_AA)
    return canvas


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--arcface", default=".build/release/arcface")
    parser.add_argument("--detector")
    parser.add_argument("--recognizer")
    parser.add_argument("--people", required=True)
    parser.add_argument("--as", nargs=2, required=True, metavar=("IDENTITY", "FOLDER"), dest="subject")
    parser.add_argument("--columns", type=int, default=4)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    subject, folder = options.subject
    with tempfile.TemporaryDirectory() as data:
        service = Service(options.arcface, data, options.detector, options.recognizer)
        client = Client(service)
        client.send("PUT", "/galleries/g", {})
        for person, files in images_by_person(options.people).items():
            if person != subject:
                enrol(client, person, files)
        faces = enrol(client, subject, sorted(os.path.join(folder, name) for name in os.listdir(folder)))
        aside = purify(client)
        found = zip(faces, angles(client, faces, aside))
        labels = [label(angle, aside.get(face)) for face, angle in found]
        canvas = sheet([crop(client, face) for face in faces], labels, options.columns)
        service.stop()
    os.makedirs(os.path.dirname(options.output) or ".", exist_ok=True)
    cv2.imwrite(options.output, canvas, [cv2.IMWRITE_JPEG_QUALITY, 88])
    for lines in labels:
        print(", ".join(text for text, _ in lines))


main()
