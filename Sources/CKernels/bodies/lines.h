// Softmax and layer normalisation of one line of neighbouring elements. Sums run in CK_SUMS parts, so that they become
// vectors, are the same on every width of them, and round less than one long sum.
#define CK_SUMS 16

static inline float sum_of_parts(const float *parts) {
    // Halves onto each other: a chain of sixteen additions takes as long as the line of a small network.
    double sums[CK_SUMS / 2];
    for (int i = 0; i < CK_SUMS / 2; i++) sums[i] = (double)parts[i] + parts[i + CK_SUMS / 2];
    for (int half = CK_SUMS / 4; half > 0; half /= 2)
        for (int i = 0; i < half; i++) sums[i] += sums[i + half];
    return (float)sums[0];
}

// The powers of CK_SUMS elements, added to the parts. In a place of their own first: a loop that may write over what
// it reads is not made of vectors.
static inline void softmax_powers(const float *input, float largest, float *powers, float *parts) {
    for (int l = 0; l < CK_SUMS; l++) {
        float z = input[l] - largest, power = exponential(clipped(z, CK_EXPONENT_LOW, 0));
        powers[l] = z < CK_EXPONENT_LOW ? 0 : power;
        parts[l] += powers[l];
    }
}

static inline float largest_element(const float *input, long count) {
    float parts[CK_SUMS];
    for (int l = 0; l < CK_SUMS; l++) parts[l] = -INFINITY;
    long whole = count - count % CK_SUMS;
    for (long i = 0; i < whole; i += CK_SUMS)
        for (int l = 0; l < CK_SUMS; l++) parts[l] = input[i + l] > parts[l] ? input[i + l] : parts[l];
    for (long i = whole; i < count; i++) parts[i - whole] = input[i] > parts[i - whole] ? input[i] : parts[i - whole];
    for (int half = CK_SUMS / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) parts[l] = parts[l + half] > parts[l] ? parts[l + half] : parts[l];
    return parts[0];
}

// e^(x - the largest) over their sum; output may be the input. The largest is taken off first, so that nothing overflows.
// NaN anywhere makes NaN of all.
static void softmax_line(const float *input, float *output, long count) {
    float largest = largest_element(input, count);
    float parts[CK_SUMS] = {0}, powers[CK_SUMS];
    long whole = count - count % CK_SUMS;
    for (long i = 0; i < whole; i += CK_SUMS) {
        softmax_powers(input + i, largest, powers, parts);
        memcpy(output + i, powers, sizeof powers);
    }
    if (whole < count) {
        // What fills the last vector adds nothing.
        float rest[CK_SUMS];
        for (int l = 0; l < CK_SUMS; l++) rest[l] = whole + l < count ? input[whole + l] : -INFINITY;
        softmax_powers(rest, largest, powers, parts);
        memcpy(output + whole, powers, (size_t)(count - whole) * sizeof *powers);
    }
    float factor = 1 / sum_of_parts(parts);
    CK_APART for (long i = 0; i < count; i++) output[i] *= factor;
}

// (x - mean) / sqrt(variance + epsilon) * scale + shift, without the last two where scale is NULL, without the last
// where shift is; output may be the input. statistics:
// NULL, or where the mean and the inverse of the root go.
static void normalise_line(const float *input, const float *scale, const float *shift, float *output, long count,
                           float epsilon, float *statistics) {
    float parts[CK_SUMS] = {0};
    long whole = count - count % CK_SUMS;
    for (long i = 0; i < whole; i += CK_SUMS)
        for (int l = 0; l < CK_SUMS; l++) parts[l] += input[i + l];
    for (long i = whole; i < count; i++) parts[i - whole] += input[i];
    float mean = sum_of_parts(parts) / (float)count;
    for (int l = 0; l < CK_SUMS; l++) parts[l] = 0;
    for (long i = 0; i < whole; i += CK_SUMS)
        for (int l = 0; l < CK_SUMS; l++) parts[l] += (input[i + l] - mean) * (input[i + l] - mean);
    for (long i = whole; i < count; i++) parts[i - whole] += (input[i] - mean) * (input[i] - mean);
    float inverse = 1 / sqrtf(sum_of_parts(parts) / (float)count + epsilon);
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
