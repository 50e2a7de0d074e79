// Inner products of one vector with many. Each row is summed alone and in one order, so equal rows give equal
// bits wherever they lie; four sums hide the latency of the additions.

static float dot_row(const float *row, const float *probe, long count) {
    CK_WIDE s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    const CK_WIDE *r = (const CK_WIDE *)row, *p = (const CK_WIDE *)probe;
    long vectors = count / CK_LANES, i = 0;
    for (; i + 4 <= vectors; i += 4) {
        s0 += r[i] * p[i];
        s1 += r[i + 1] * p[i + 1];
        s2 += r[i + 2] * p[i + 2];
        s3 += r[i + 3] * p[i + 3];
    }
    for (; i < vectors; i++) s0 += r[i] * p[i];
    CK_WIDE s = (s0 + s1) + (s2 + s3);
    float sum = 0;
    for (int l = 0; l < CK_LANES; l++) sum += s[l];
    return sum;
}

static void dot_rows(const float *rows, long stride, long count, const float *probe, float *output) {
    for (long r = 0; r < count; r++) output[r] = dot_row(rows + r * stride, probe, stride);
}
