// Bias, residual and activation in one pass; the compiler makes the vectors. The output may be an operand,
// which it would take for a reason not to: each element is read before it is written, and no other is.
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

static inline float on_grid(float x, const ck_grid *grid) {
    x = clipped(x, grid->low, grid->high);
    x = CK_ON_GRID(float, x, grid->step, grid->inverse);
    return x > grid->none ? x : grid->none;
}

// Kept out of line: kernels call it for each piece that they finish.
static __attribute__((noinline)) void epilogue(const float *input, const float *residual, float *output, long count, float bias,
                     ck_activation activation) {
    float a = activation.a, b = activation.b;
    const ck_grid grid = activation.grid;
    if (grid.step != 0 && activation.function == CK_IDENTITY) {
        CK_EACH(on_grid(x, &grid));
        return;
    }
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
    case CK_SILU:
        CK_EACH(silu(x));
        break;
    case CK_TANH:
        CK_EACH(hyperbolic_tangent(x));
        break;
    case CK_ERF:
        CK_EACH(error_function(x));
        break;
    case CK_GELU:
        CK_EACH(gelu(x));
        break;
    case CK_GELU_TANH:
        CK_EACH(gelu_by_tangent(x));
        break;
    }
    if (grid.step != 0)
        CK_APART for (long i = 0; i < count; i++) output[i] = on_grid(output[i], &grid);
}

// What the end of a convolution leaves to be done, on `count` floats that it has just written and that are
// still in the first cache.
static inline void finish_rest(const ck_finish *f, float *output, long count) {
    if (f->rest.function != CK_IDENTITY) epilogue(output, 0, output, count, 0, f->rest);
}
