// Kernels for any processor that the compiler knows, with vectors of four floats.
#include "Device.h"

#define ISA_NAME portable
#define LANES 4
#define HAS_FMA 0
#define TILE_ROWS 6
#define TILE_VECTORS 2

#include "Templates/All.h"
