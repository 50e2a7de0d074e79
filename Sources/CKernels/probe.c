#define _GNU_SOURCE
#include "tables.h"

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>

// The registers of matrices are 8 KiB a thread, which Linux saves only for processes that have asked for
// them.
static int may_use_matrices(void) {
    const long request_permission = 0x1023, tile_data = 18;
    return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}
#elif defined(__x86_64__)
static int may_use_matrices(void) { return 0; }
#endif

#if defined(__x86_64__)
static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
           && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
           && __builtin_cpu_supports("fma");
}
#endif

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
        return has_avx512() ? &ck_table_avx512 : NULL;
    case CK_AVX512_VNNI:
        return has_avx512() && __builtin_cpu_supports("avx512vnni") ? &ck_table_avx512_vnni : NULL;
    case CK_AVX512_BF16:
        return ck_table_for(CK_AVX512_VNNI) && __builtin_cpu_supports("avx512bf16") ? &ck_table_avx512_bf16 : NULL;
    case CK_AMX:
        return ck_table_for(CK_AVX512_BF16) && __builtin_cpu_supports("amx-tile")
                       && __builtin_cpu_supports("amx-bf16") && __builtin_cpu_supports("amx-int8")
                       && may_use_matrices()
                   ? &ck_table_amx
                   : NULL;
#endif
    default:
        return NULL;
    }
}
