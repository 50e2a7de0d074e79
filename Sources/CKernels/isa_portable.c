// What every CPU of the architecture has.
#define CK_LANES 4
#define CK_TABLE ck_table_portable
#include "bodies/all.h"
