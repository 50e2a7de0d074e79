#include "CModels.h"

// The default models travel inside the executable, so that one file runs from anywhere.
// `#embed` is C23; clang takes it in every mode and warns that it does.
#pragma clang diagnostic ignored "-Wc23-extensions"

// Aligned as a mapped file is, so that readers may take numbers where they lie.
static const _Alignas(64) unsigned char detector[] = {
#embed "models/detector.onnx"
};
static const unsigned char detector_manifest[] = {
#embed "models/detector.onnx.json"
};
static const _Alignas(64) unsigned char recognizer[] = {
#embed "models/recognizer.onnx"
};
static const unsigned char recognizer_manifest[] = {
#embed "models/recognizer.onnx.json"
};
// Recorded by `arcface models prior`; without the file inversion begins at grey.
#if __has_embed("models/recognizer.onnx.prior")
static const unsigned char recognizer_prior[] = {
#embed "models/recognizer.onnx.prior"
};
struct embedded_file embedded_recognizer_prior(void) {
    return (struct embedded_file){recognizer_prior, sizeof recognizer_prior};
}
#else
struct embedded_file embedded_recognizer_prior(void) { return (struct embedded_file){0, 0}; }
#endif

static const unsigned char self_test_picture[] = {
#embed "models/self-test.png"
};
static const unsigned char self_test_face[] = {
#embed "models/self-test-face.png"
};

struct embedded_file embedded_detector(void) { return (struct embedded_file){detector, sizeof detector}; }

struct embedded_file embedded_detector_manifest(void) {
    return (struct embedded_file){detector_manifest, sizeof detector_manifest};
}

struct embedded_file embedded_recognizer(void) { return (struct embedded_file){recognizer, sizeof recognizer}; }

struct embedded_file embedded_recognizer_manifest(void) {
    return (struct embedded_file){recognizer_manifest, sizeof recognizer_manifest};
}

struct embedded_file embedded_self_test_picture(void) {
    return (struct embedded_file){self_test_picture, sizeof self_test_picture};
}

struct embedded_file embedded_self_test_face(void) {
    return (struct embedded_file){self_test_face, sizeof self_test_face};
}
