// Kernels for x86-64 with AVX-512.
#if defined(__x86_64__)
#include "Device.h"

#define ISA_NAME avx512
#define LANES 16
#define HAS_FMA 1
#define TILE_ROWS 14
#define TILE_VECTORS 2

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,prfchw"))), \
                             apply_to = function)
#include "Templates/All.h"
#pragma clang attribute pop
#endif
