// Functions of one element without a branch or a call, so that loops over them become vectors. NaN stays NaN.
#include <math.h>
#include <string.h>

static inline float clipped(float x, float low, float high) {
    float raised = x < low ? low : x;
    return raised > high ? high : raised;
}

// The least and the largest argument of `exponential`: e^-87 is just above the least normal float.
#define CK_EXPONENT_LOW (-87.0f)
#define CK_EXPONENT_HIGH 88.0f

// e^z of a z between the limits: 2^n e^r with |r| <= ln 2 / 2 and Taylor's series of e^r, whose eighth power
// is below a float's last digit. Returns e^r and gives 2^n, for a caller who adds to their product in one
// rounding.
static inline float exponential_parts(float z, float *power) {
    const float rounder = 12582912;  // 1.5 * 2^23: a sum with it is rounded to the unit, and n stands in its last bits
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
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits << 23) + 0x3F800000;
    memcpy(power, &bits, sizeof bits);
    return series;
}

// The same as one number. To 2e-7.
static inline float exponential(float z) {
    float power, series = exponential_parts(z, &power);
    return series * power;
}

// 1 / (1 + e^-x). Beyond 88.72 e^z is infinite as a float.
static inline float logistic(float x) {
    float power, series = exponential_parts(clipped(-x, CK_EXPONENT_LOW, CK_EXPONENT_HIGH), &power);
    return -x > 88.72f ? 0 : 1 / (1 + series * power);
}

// x / (1 + e^-x), as the product that a graph writes: NaN at minus infinity.
static inline float silu(float x) { return x * logistic(x); }

// To 2e-7: near 0 by a polynomial of Cephes, as 1 - 2 / (e^2x + 1) would lose all digits there; from 10 on it
// is 1.
static inline float hyperbolic_tangent(float x) {
    float square = x * x;
    float near = -5.70498872745e-3f;
    near = near * square + 2.06390887954e-2f;
    near = near * square - 5.37397155531e-2f;
    near = near * square + 1.33314422036e-1f;
    near = near * square - 3.33332819422e-1f;
    near = near * square * x + x;
    float size = fabsf(x), far = 1 - 2 / (exponential(2 * clipped(size, 0, 10)) + 1);
    return size > 0.625f ? copysignf(far, x) : near;
}

// To 1e-7. Source: N. Juffa's two polynomials, as in ONNX Runtime's MLAS; from 3.925 on it is 1.
static inline float error_function(float x) {
    float square = x * x;
    float near = -5.99104969e-4f;
    near = near * square + 4.99339588e-3f;
    near = near * square - 2.67667342e-2f;
    near = near * square + 1.12818025e-1f;
    near = near * square - 3.76124859e-1f;
    near = near * square + 1.28379151e-1f;
    near = near * x + x;
    float size = fabsf(x), b = clipped(size, 0, 3.925f);
    float far = 1.72948930e-5f;
    far = far * b - 3.83208680e-4f;
    far = far * b + 3.88393435e-3f;
    far = far * b - 2.42545605e-2f;
    far = far * b + 1.06777847e-1f;
    far = far * b + 6.34846687e-1f;
    far = far * b + 1.28717512e-1f;
    far = far * b + b;
    return size > 0.921875f ? copysignf(1 - exponential(-far), x) : near;
}

// ONNX `Gelu`: x times the share of a normal distribution below x, to 1.4e-7 of x. The share beyond |x| is
// 2^z / 2 with a polynomial z, fitted so that 2^z is off by 1.4e-7 at most; 2^z itself is 2^n 2^r with |r| <=
// 1/2 and a polynomial of 2^r. From 6 on the share is under 1e-9.
static inline float gelu(float x) {
    const float rounder = 12582912, end = 6;  // as in exponential_parts
    float size = fabsf(x), t = size > end ? end : size;
    float z = 1.24419216e-7f;
    z = z * t - 3.18839216e-6f;
    z = z * t + 3.19900209e-5f;
    z = z * t - 1.30565881e-4f;
    z = z * t - 2.9883653e-4f;
    z = z * t + 7.29683181e-3f;
    z = z * t - 5.26649654e-2f;
    z = z * t - 0.459153265f;
    z = z * t - 1.15111101f;
    z = z * t;
    float shifted = z + rounder, r = z - (shifted - rounder);
    float power = 1.53532051e-4f;
    power = power * r + 1.33988727e-3f;
    power = power * r + 9.61843785e-3f;
    power = power * r + 5.55033237e-2f;
    power = power * r + 0.240226477f;
    power = power * r + 0.693147182f;
    power = power * r + 1;
    unsigned bits;
    float half;  // 2^n / 2
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits << 23) + 0x3F000000;
    memcpy(&half, &bits, sizeof half);
    float beyond = size > end ? 0 : power * half;
    return x * (x > 0 ? 1 - beyond : beyond);
}

// With `approximate`.
static inline float gelu_by_tangent(float x) {
    return 0.5f * x * (1 + hyperbolic_tangent(0.797884561f * (x + 0.044715f * x * x * x)));
}
