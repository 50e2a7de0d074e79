// What every CPU of the architecture has.
#define CK_LANES 4
#include "bodies/all.h"
CK_DEFINE_TABLE(ck_table_portable, &bfloat16_kernels, &int8_kernels)
