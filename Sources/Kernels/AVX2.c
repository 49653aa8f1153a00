// Kernels for x86-64 with AVX2 and fused multiply-add.
#if defined(__x86_64__)
#include "Device.h"

#define ISA_NAME avx2
#define LANES 8
#define HAS_FMA 1
#define TILE_ROWS 6
#define TILE_VECTORS 2

#pragma clang attribute push(__attribute__((target("avx2,fma,prfchw"))), apply_to = function)
#include "Templates/All.h"
#pragma clang attribute pop
#endif
