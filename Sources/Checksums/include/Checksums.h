#ifndef BRAID_CHECKSUMS_H
#define BRAID_CHECKSUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether this processor has instructions for CRC-32C that the compiler of this build could use.
bool braid_crc32c_has_instructions(void);

/// Goes on with a CRC-32C over more bytes, with the processor's instructions; only where there are any.
///
/// The register starts as all ones; the checksum is its complement (Castagnoli et al. 1993; RFC 3720, appendix B.4).
uint32_t braid_crc32c_with_instructions(uint32_t state, const void *bytes, size_t count);

/// The same on any processor.
uint32_t braid_crc32c_with_tables(uint32_t state, const void *bytes, size_t count);

#endif
