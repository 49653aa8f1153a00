// Kernels for 64-bit ARM, where NEON is always there.
#if defined(__aarch64__)
#include "Device.h"

#define ISA_NAME neon
#define LANES 4
#define HAS_FMA 1
#define TILE_ROWS 12
#define TILE_VECTORS 2

#include "Templates/All.h"
#endif
