// Numbers rounded to multiples of a step, as quantising and back does: the bits are those of the two
// operators.

// x / step rounded once: a product with the inverse, and what that lacks. Both need products that are fused
// with a sum; where they are not, the division itself.
#if CK_LANES > 4
#define CK_IN_STEPS(TYPE, x, step, inverse)                                                                 \
    ({                                                                                                      \
        TYPE near = (x) * (inverse), lacking = (x) - near * (step);                                         \
        near + lacking * (inverse);                                                                         \
    })
#else
#define CK_IN_STEPS(TYPE, x, step, inverse) ((void)(inverse), (x) / (step))
#endif

// The lowest bits of a sum with this are a whole number.
#define CK_TO_WHOLE 0x1.8p23f

// x, which lies within the grid's bounds, on it. NaN stays NaN: who uses this takes the larger of it and of
// the grid's `none`, which nothing on the grid is less than, in an order that answers `none` for NaN.
#define CK_ON_GRID(TYPE, x, step, inverse)                                                                  \
    (((CK_IN_STEPS(TYPE, x, step, inverse) + CK_TO_WHOLE) - CK_TO_WHOLE) * (step))
