// SHA-256 by the instructions that some CPUs have for it.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Whether this CPU has them.
int cdigest_has_sha256(void);

// Works `count` blocks of 64 bytes into `state`, eight words (FIPS 180-4, section 6.2.2). `constants`: the 64
// of section 4.2.2. Only for a CPU that has the instructions.
void cdigest_sha256_blocks(uint32_t *state, const uint8_t *blocks, size_t count, const uint32_t *constants);
