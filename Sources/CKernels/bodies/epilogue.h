// Bias, residual and activation in one pass; the compiler makes the vectors. The output may be an operand, which it would
// take for a reason not to: each element is read before it is written, and no other is.
#include <math.h>
#include <string.h>

#define CK_APART _Pragma("clang loop vectorize(assume_safety)")

#define CK_EACH(expression)                                                                                 \
    do {                                                                                                    \
        if (residual)                                                                                       \
            CK_APART for (long i = 0; i < count; i++) {                                                     \
                float x = input[i] + bias + residual[i];                                                    \
                output[i] = (expression);                                                                   \
            }                                                                                               \
        else                                                                                                \
            CK_APART for (long i = 0; i < count; i++) {                                                     \
                float x = input[i] + bias;                                                                  \
                output[i] = (expression);                                                                   \
            }                                                                                               \
    } while (0)

static inline float clipped(float x, float low, float high) {
    float raised = x < low ? low : x;
    return raised > high ? high : raised;
}

// 1 / (1 + e^-x), so that loops over it become vectors: e^z = 2^n e^r with |r| <= ln 2 / 2 and Taylor's series of e^r, whose
// eighth power is below a float's last digit. Beyond 88.72 e^z is infinite as a float. NaN stays NaN.
static inline float logistic(float x) {
    const float rounder = 12582912;  // 1.5 * 2^23: a sum with it is rounded to the unit, and n stands in its last bits
    float raised = -x < -87 ? -87 : -x, z = raised > 88 ? 88 : raised;
    float shifted = z * 1.44269504f + rounder, n = shifted - rounder;
    float r = z - n * 0.693359375f + n * 2.12194440e-4f;
    float series = 1.0f / 5040;
    series = series * r + 1.0f / 720;
    series = series * r + 1.0f / 120;
    series = series * r + 1.0f / 24;
    series = series * r + 1.0f / 6;
    series = series * r + 0.5f;
    series = series * r + 1;
    series = series * r + 1;
    unsigned bits;
    float power;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits << 23) + 0x3F800000;
    memcpy(&power, &bits, sizeof power);
    return -x > 88.72f ? 0 : 1 / (1 + series * power);
}

static void epilogue(const float *input, const float *residual, float *output, long count, float bias,
                     ck_activation activation) {
    float a = activation.a, b = activation.b;
    switch (activation.function) {
    case CK_IDENTITY:
        CK_EACH(x);
        break;
    case CK_CLIP:
        CK_EACH(clipped(x, a, b));
        break;
    case CK_LEAKY:
        CK_EACH(x < 0 ? a * x : x);
        break;
    case CK_HARD_SIGMOID:
        CK_EACH(clipped(a * x + b, 0, 1));
        break;
    case CK_HARD_SWISH:
        CK_EACH(x * clipped(x * (1.0f / 6) + 0.5f, 0, 1));
        break;
    case CK_SIGMOID:
        CK_EACH(logistic(x));
        break;
    case CK_TANH:
        CK_EACH(tanhf(x));
        break;
    }
}

static void scale_shift(const float *input, float *output, long count, float scale, float shift) {
    CK_APART for (long i = 0; i < count; i++) output[i] = input[i] * scale + shift;
}
