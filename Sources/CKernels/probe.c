#include "tables.h"

const ck_table *ck_table_for(ck_instruction_set set) {
    switch (set) {
    case CK_PORTABLE:
        return &ck_table_portable;
#if defined(__x86_64__)
    case CK_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                       && __builtin_cpu_supports("f16c")
                   ? &ck_table_avx2
                   : NULL;
    case CK_AVX512:
        if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512vl")
            || !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512bw")
            || !__builtin_cpu_supports("fma"))
            return NULL;
        return __builtin_cpu_supports("avx512bf16") ? &ck_table_avx512_bf16 : &ck_table_avx512;
#endif
    default:
        return NULL;
    }
}
