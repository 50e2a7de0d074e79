"""Changes of the pixels alone: light, colour, sharpness, noise, compression. Images are uint8 BGR."""

import cv2
import numpy as np


def light(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Gamma, contrast, brightness and colour balance through one table a channel; sometimes grey."""
    ramp = np.linspace(0, 1, 256)
    gamma, contrast, shift = np.exp(rng.normal(0, 0.25)), np.exp(rng.normal(0, 0.2)), rng.normal(0, 0.08)
    ramp = (np.clip(ramp, 0, 1) ** gamma - 0.5) * contrast + 0.5 + shift
    balance = np.exp(rng.normal(0, 0.08, 3))
    table = np.clip(ramp[:, None] * balance * 255, 0, 255).astype(np.uint8)
    image = cv2.LUT(image, np.ascontiguousarray(table[None]))
    if rng.random() < 0.15:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return image


def sharpness(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Out of focus, moved, or sharpened."""
    kind = rng.random()
    if kind < 0.4:
        return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.8))
    if kind < 0.55:
        length, angle = int(rng.integers(3, 8)), rng.uniform(0, np.pi)
        kernel = np.zeros((length, length), np.float32)
        middle, reach = (length - 1) / 2, (length - 1) / 2 * np.array([np.cos(angle), np.sin(angle)])
        ends = np.round([middle - reach, middle + reach]).astype(int)
        cv2.line(kernel, tuple(map(int, ends[0])), tuple(map(int, ends[1])), 1.0)
        return cv2.filter2D(image, -1, kernel / kernel.sum())
    amount = rng.uniform(0.3, 1.2)
    return cv2.addWeighted(image, 1 + amount, cv2.GaussianBlur(image, (0, 0), 1.2), -amount, 0)


def noise(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    grain = np.empty(image.shape, np.int16)
    cv2.setRNGSeed(int(rng.integers(1 << 30)))
    cv2.randn(grain, (0,) * 3, (float(rng.uniform(2, 14)),) * 3)
    return cv2.add(image, grain, dtype=cv2.CV_8U)


def compression(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 96))])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def photograph(image: np.ndarray, rng: np.random.Generator, share: float = 0.6) -> np.ndarray:
    """Each pasted photograph has a light of its own."""
    return light(image, rng) if rng.random() < share else image


def scene(image: np.ndarray, rng: np.random.Generator, amount: float = 1.0) -> np.ndarray:
    for change, share in ((light, 0.4), (sharpness, 0.25), (noise, 0.15), (compression, 0.3)):
        if rng.random() < amount * share:
            image = change(image, rng)
    return image
