"""Drawing: a moved photograph into a part of a picture, and pictures without content."""

import cv2
import numpy as np


def warp(pixels, matrix, image, region, border, feather, rng) -> None:
    """Draws `pixels` into `region` of `image` (in place). A strong reduction is averaged first, mostly."""
    scale = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    if scale < 0.7 and rng.random() < 0.75:
        height, width = pixels.shape[:2]
        small = max(2, round(width * scale)), max(2, round(height * scale))
        pixels = cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)
        matrix = matrix @ np.array([[width / small[0], 0, 0], [0, height / small[1], 0], [0, 0, 1]])
    matrix = matrix.copy()
    matrix[:, 2] -= region[:2]
    matrix[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5  # OpenCV counts from the middle of a pixel
    view = image[region[1]:region[3], region[0]:region[2]]
    shape = (view.shape[1], view.shape[0])
    if border != cv2.BORDER_TRANSPARENT:
        view[:] = cv2.warpAffine(pixels, matrix, shape, flags=cv2.INTER_LINEAR, borderMode=border)
        return
    opaque = np.full(pixels.shape[:2], 255, np.uint8)
    drawn = cv2.warpAffine(pixels, matrix, shape, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(opaque, matrix, shape, flags=cv2.INTER_LINEAR)
    if feather > 0.5:
        mask = cv2.erode(mask, np.ones((2 * int(feather) + 1,) * 2, np.uint8), borderValue=0)
        mask = cv2.blur(mask, (2 * int(feather) + 1,) * 2)
    share = mask[:, :, None].astype(np.uint16)
    view[:] = ((drawn * share + view * (255 - share) + 127) // 255).astype(np.uint8)


def plain_picture(size: int, rng: np.random.Generator) -> np.ndarray:
    """A colour, a gradient, noise of some grain, or stripes."""
    kind, colors = rng.integers(5), rng.integers(0, 256, (2, 3)).astype(np.float32)
    if kind == 0:
        return np.broadcast_to(colors[0], (size, size, 3)).astype(np.uint8)
    if kind == 1:
        return np.zeros((size, size, 3), np.uint8)
    if kind == 2:
        grain = int(np.exp(rng.uniform(np.log(3), np.log(size))))
        coarse = rng.integers(0, 256, (grain, grain, 3)).astype(np.uint8)
        return cv2.resize(coarse, (size, size), interpolation=cv2.INTER_LINEAR)
    y, x = np.mgrid[:size, :size].astype(np.float32) / size
    angle = rng.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    if kind == 3:
        along = 0.5 + 0.5 * np.sin(along * rng.uniform(5, 150))
    along = np.clip(along, 0, 1)[:, :, None]
    return (colors[0] * along + colors[1] * (1 - along)).astype(np.uint8)
