#pragma once
#include <stddef.h>

/// A file that travels inside the executable. The bytes are constants: never written, never freed.
struct embedded_file {
    const unsigned char *bytes;
    size_t count;
};

/// The default detector: an ONNX file.
struct embedded_file embedded_detector(void);
/// The detector's manifest: JSON.
struct embedded_file embedded_detector_manifest(void);

/// The default recogniser: an ONNX file.
struct embedded_file embedded_recognizer(void);
/// The recogniser's manifest: JSON.
struct embedded_file embedded_recognizer_manifest(void);

/// What inversion knows of faces as the recogniser sees them (docs/inversion.md); no bytes where there is
/// none.
struct embedded_file embedded_recognizer_prior(void);

/// The picture that detectors are tested on: a PNG of nobody.
struct embedded_file embedded_self_test_picture(void);
/// The face of that picture, aligned and 112 pixels wide and high: a PNG.
struct embedded_file embedded_self_test_face(void);
