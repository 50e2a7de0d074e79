// Softmax and layer normalisation of one line of neighbouring elements. Sums run in CK_SUMS parts, so that
// they are vectors, are the same on every width of them, and round less than one long sum.
#define CK_SUMS CK_BLOCK

typedef double ck_d8 __attribute__((vector_size(64)));
typedef double ck_d4 __attribute__((vector_size(32)));
typedef double ck_d2 __attribute__((vector_size(16)));

// Halves onto each other: a chain of sixteen additions takes as long as a short line.
static inline float sum_of_parts(const CK_WIDE *wide) {
    const float *parts = (const float *)wide;
    ck_d8 eight = __builtin_convertvector(CK_LOAD(8, parts), ck_d8) + __builtin_convertvector(CK_LOAD(8, parts + 8), ck_d8);
    ck_d4 four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    ck_d2 two = __builtin_shufflevector(four, four, 0, 1) + __builtin_shufflevector(four, four, 2, 3);
    return (float)(two[0] + two[1]);
}

static inline float largest_of_parts(const CK_WIDE *wide) {
    const float *parts = (const float *)wide;
    ck_v8 a = CK_LOAD(8, parts), b = CK_LOAD(8, parts + 8), eight = CK_SELECT(8, a > b, a, b);
    ck_v4 c = __builtin_shufflevector(eight, eight, 0, 1, 2, 3), d = __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    ck_v4 four = CK_SELECT(4, c > d, c, d);
    float first = four[0] > four[1] ? four[0] : four[1], second = four[2] > four[3] ? four[2] : four[3];
    return first > second ? first : second;
}

// CK_SUMS elements from `input` on, of which there are `count`: what is missing is `fill`, in a copy.
static inline const float *piece_of_line(const float *input, long count, float fill, float *copy) {
    if (count >= CK_SUMS) return input;
    for (int l = 0; l < CK_SUMS; l++) copy[l] = l < count ? input[l] : fill;
    return copy;
}

#define CK_EACH_PART CK_UNROLL for (int p = 0; p < CK_PARTS; p++)

// The powers of CK_SUMS elements, added to the parts. In a place of their own first: a loop that may write
// over what it reads is not made of vectors.
static inline void softmax_powers(const float *input, float largest, float *powers, CK_WIDE *parts) {
    for (int l = 0; l < CK_SUMS; l++) {
        float z = input[l] - largest, power = exponential(clipped(z, CK_EXPONENT_LOW, 0));
        powers[l] = z < CK_EXPONENT_LOW ? 0 : power;
    }
    CK_EACH_PART parts[p] += wide_load(powers + p * CK_LANES);
}

static inline float largest_element(const float *input, long count) {
    CK_WIDE parts[CK_PARTS];
    float copy[CK_SUMS];
    CK_EACH_PART parts[p] = (CK_WIDE){0} - INFINITY;
    for (long i = 0; i < count; i += CK_SUMS) {
        const float *in = piece_of_line(input + i, count - i, -INFINITY, copy);
        CK_EACH_PART {
            CK_WIDE x = wide_load(in + p * CK_LANES);
            parts[p] = wide_select(x > parts[p], x, parts[p]);
        }
    }
    return largest_of_parts(parts);
}

// e^(x - the largest) over their sum; output may be the input. The largest is taken off first, so that
// nothing overflows. NaN anywhere makes NaN of all.
static void softmax_line(const float *input, float *output, long count) {
    float largest = largest_element(input, count), powers[CK_SUMS], copy[CK_SUMS];
    CK_WIDE parts[CK_PARTS] = {{0}};
    for (long i = 0; i < count; i += CK_SUMS) {
        // What fills the last piece adds nothing.
        softmax_powers(piece_of_line(input + i, count - i, -INFINITY, copy), largest, powers, parts);
        if (count - i >= CK_SUMS) memcpy(output + i, powers, sizeof powers);
        else memcpy(output + i, powers, (size_t)(count - i) * sizeof *powers);
    }
    float factor = 1 / sum_of_parts(parts);
    CK_APART for (long i = 0; i < count; i++) output[i] *= factor;
}

// (x - mean) / sqrt(variance + epsilon) * scale + shift, without the last two where scale is NULL, without
// the last where shift is; output may be the input. statistics: NULL, or where the mean and the inverse of
// the root go.
static void normalise_line(const float *input, const float *scale, const float *shift, float *output, long count,
                           float epsilon, float *statistics) {
    CK_WIDE sums[CK_PARTS] = {{0}}, squares[CK_PARTS] = {{0}};
    float copy[CK_SUMS];
    for (long i = 0; i < count; i += CK_SUMS) {
        const float *in = piece_of_line(input + i, count - i, 0, copy);
        CK_EACH_PART sums[p] += wide_load(in + p * CK_LANES);
    }
    float mean = sum_of_parts(sums) / (float)count;
    for (long i = 0; i < count; i += CK_SUMS) {
        const float *in = piece_of_line(input + i, count - i, mean, copy);
        CK_EACH_PART {
            CK_WIDE away = wide_load(in + p * CK_LANES) - mean;
            squares[p] += away * away;
        }
    }
    float inverse = 1 / sqrtf(sum_of_parts(squares) / (float)count + epsilon);
    if (!scale)
        CK_APART for (long i = 0; i < count; i++) output[i] = (input[i] - mean) * inverse;
    else if (shift)
        CK_APART for (long i = 0; i < count; i++) output[i] = (input[i] - mean) * inverse * scale[i] + shift[i];
    else
        CK_APART for (long i = 0; i < count; i++) output[i] = (input[i] - mean) * inverse * scale[i];
    if (statistics) {
        statistics[0] = mean;
        statistics[1] = inverse;
    }
}

// The same over the channels of each of `count` neighbouring positions of an image in blocks, which lie
// `step` floats apart; scale and shift are of whole blocks. Channels that fill the last block have no say,
// and become 0 where the mean is a number. The bits are those of a line of the channels.
static void normalise_channels(const float *input, long step, long channels, long count, const float *scale,
                               const float *shift, float epsilon, float *output) {
    int there[CK_BLOCK];
    const long blocks = (channels + CK_BLOCK - 1) / CK_BLOCK, last = channels - (blocks - 1) * CK_BLOCK;
    for (int l = 0; l < CK_BLOCK; l++) there[l] = l < last ? -1 : 0;
    for (long i = 0; i < count * CK_BLOCK; i += CK_BLOCK) {
        CK_WIDE sums[CK_PARTS] = {{0}}, squares[CK_PARTS] = {{0}};
        for (long b = 0; b < blocks - 1; b++) CK_EACH_PART sums[p] += wide_load(input + b * step + i + p * CK_LANES);
        const float *end = input + (blocks - 1) * step + i;
        CK_EACH_PART {
            CK_MASK mask = *(const CK_MASK *)(there + p * CK_LANES);
            sums[p] += wide_select(mask, wide_load(end + p * CK_LANES), (CK_WIDE){0});
        }
        float mean = sum_of_parts(sums) / (float)channels;
        for (long b = 0; b < blocks - 1; b++)
            CK_EACH_PART {
                CK_WIDE away = wide_load(input + b * step + i + p * CK_LANES) - mean;
                squares[p] += away * away;
            }
        CK_EACH_PART {
            CK_MASK mask = *(const CK_MASK *)(there + p * CK_LANES);
            CK_WIDE away = wide_select(mask, wide_load(end + p * CK_LANES) - mean, (CK_WIDE){0});
            squares[p] += away * away;
        }
        float inverse = 1 / sqrtf(sum_of_parts(squares) / (float)channels + epsilon);
        for (long b = 0; b < blocks; b++)
            CK_EACH_PART {
                const long lane = b * CK_BLOCK + p * CK_LANES, at = b * step + i + p * CK_LANES;
                CK_WIDE x = wide_load(input + at);
                wide_store(output + at, (x - mean) * inverse * wide_load(scale + lane) + wide_load(shift + lane));
            }
    }
}
