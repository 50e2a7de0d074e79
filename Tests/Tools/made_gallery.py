"""Made-up galleries for the tools beside this file: unit vectors, some of them somebody else's (needs numpy)."""
import base64
import http.client
import json
import uuid

import numpy


def unit(vectors):
    return vectors / numpy.linalg.norm(vectors, axis=-1, keepdims=True)


class MadeGallery:
    """`identities` people with `faces` photographs each, cosines about 0.6 within a person; one face in ten a stranger's."""

    def __init__(self, identities, faces, dimension, seed=7):
        generator = numpy.random.default_rng(seed)
        spread = 0.8 / numpy.sqrt(dimension)
        self.names = [f"person {number:05}" for number in range(identities)]
        self.ids, self.vectors, self.owners = [], [], []
        for person in range(identities):
            center = unit(generator.standard_normal(dimension))
            own = unit(center + spread * generator.standard_normal((faces, dimension)))
            strangers = generator.random(faces) < 0.1
            own[strangers] = unit(generator.standard_normal((int(strangers.sum()), dimension)))
            self.vectors.append(own.astype("<f4"))
            self.ids += [str(uuid.UUID(bytes=generator.bytes(16), version=4)) for _ in range(faces)]
            self.owners += [person] * faces
        self.vectors = numpy.concatenate(self.vectors)

    def __len__(self):
        return len(self.ids)

    def embedding(self, face):
        """As the JSON form takes it: base64 of little-endian float32."""
        return base64.b64encode(self.vectors[face].tobytes()).decode()

    def lines(self):
        """What an import takes, piece by piece."""
        for start in range(0, len(self), 500):
            yield b"".join(
                json.dumps({"identity": self.names[self.owners[face]], "face_id": self.ids[face], "embedding": self.embedding(face)}).encode()
                + b"\n" for face in range(start, min(start + 500, len(self))))


class Client:
    """One keep-alive connection that speaks JSON."""

    def __init__(self, service, timeout=600):
        self.connection = http.client.HTTPConnection(service.host, service.port, timeout=timeout)

    def send(self, method, path, body=None, expecting=(200, 201, 202, 204), content_type="application/json"):
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        self.connection.request(method, path, body, {"Content-Type": content_type} if body is not None else {})
        answer = self.connection.getresponse()
        text = answer.read()
        if expecting and answer.status not in expecting:
            raise SystemExit(f"{method} {path} answered {answer.status}: {text[:500]!r}")
        return json.loads(text) if text else None

    def fill(self, name, gallery):
        """Makes the gallery `name` and imports `gallery` into it."""
        self.send("PUT", f"/galleries/{name}", {})
        return self.send("POST", f"/galleries/{name}/import", gallery.lines(), content_type="application/x-ndjson")

    def dimension(self, name):
        return self.send("GET", f"/galleries/{name}")["model"]["dimension"]

    def pages(self, path, key, limit=1000):
        """Every item of a list, page after page."""
        cursor = ""
        while True:
            page = self.send("GET", f"{path}?limit={limit}{cursor}")
            yield from page[key]
            if not page.get("next"):
                return
            cursor = f"&cursor={page['next']}"
