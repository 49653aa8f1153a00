// Blocks of bfloat16 products by the instructions that some x86-64 processors have for them.
#include "Device.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

// MARK: AMX

#define AMX __attribute__((target("amx-tile,amx-bf16")))

typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} tile_configuration;

AMX static void amx_begin(void) {
  tile_configuration configuration;
  memset(&configuration, 0, sizeof configuration);
  configuration.palette = 1;
  for (int tile = 0; tile < 8; tile++) {
    configuration.row_bytes[tile] = 64;
    configuration.rows[tile] = 16;
  }
  _tile_loadconfig(&configuration);
}

AMX static void amx_end(void) { _tile_release(); }

AMX static void amx_block(const uint16_t *left, int64_t left_panel, const uint16_t *right, int64_t right_panel,
                          int64_t steps, float *sums) {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (int64_t step = 0; step < steps; step++, left += BFLOAT16_TILE, right += BFLOAT16_TILE) {
    _tile_loadd(4, left, 64);
    _tile_loadd(6, right, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, right + right_panel, 64);
    _tile_dpbf16ps(1, 4, 7);
    _tile_loadd(5, left + left_panel, 64);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, sums, BFLOAT16_BLOCK * 4);
  _tile_stored(1, sums + 16, BFLOAT16_BLOCK * 4);
  _tile_stored(2, sums + 16 * BFLOAT16_BLOCK, BFLOAT16_BLOCK * 4);
  _tile_stored(3, sums + 16 * BFLOAT16_BLOCK + 16, BFLOAT16_BLOCK * 4);
}

#define AMX_TURNS 100000

AMX static double amx_loop(void) {
  amx_begin();
  for (int64_t turn = 0; turn < AMX_TURNS; turn++) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  amx_end();
  return 2.0 * BFLOAT16_BLOCK * BFLOAT16_BLOCK * BFLOAT16_DEPTH * AMX_TURNS;
}

// MARK: AVX-512

#define AVX512_BF16 __attribute__((target("avx512f,avx512bw,avx512bf16")))
/// Rows at once: with two vectors each they are sums enough to cover the latency.
#define ROWS_AT_ONCE 8

AVX512_BF16 static void avx512_block(const uint16_t *left, int64_t left_panel, const uint16_t *right,
                                     int64_t right_panel, int64_t steps, float *sums) {
  for (int row = 0; row < BFLOAT16_BLOCK; row += ROWS_AT_ONCE) {
    const uint16_t *a = left + row / BFLOAT16_WIDTH * left_panel + row % BFLOAT16_WIDTH * BFLOAT16_DEPTH, *b = right;
    __m512 sum[ROWS_AT_ONCE][2];
    for (int r = 0; r < ROWS_AT_ONCE; r++) sum[r][0] = sum[r][1] = _mm512_setzero_ps();
    for (int64_t step = 0; step < steps; step++, a += BFLOAT16_TILE, b += BFLOAT16_TILE)
      for (int pair = 0; pair < BFLOAT16_WIDTH; pair++) {
        __m512bh first = (__m512bh)_mm512_loadu_si512(b + pair * BFLOAT16_DEPTH);
        __m512bh second = (__m512bh)_mm512_loadu_si512(b + right_panel + pair * BFLOAT16_DEPTH);
#pragma clang loop unroll(full)
        for (int r = 0; r < ROWS_AT_ONCE; r++) {
          int32_t both;
          memcpy(&both, a + r * BFLOAT16_DEPTH + 2 * pair, sizeof both);
          __m512bh value = (__m512bh)_mm512_set1_epi32(both);
          sum[r][0] = _mm512_dpbf16_ps(sum[r][0], value, first);
          sum[r][1] = _mm512_dpbf16_ps(sum[r][1], value, second);
        }
      }
    for (int r = 0; r < ROWS_AT_ONCE; r++) {
      _mm512_storeu_ps(sums + (row + r) * BFLOAT16_BLOCK, sum[r][0]);
      _mm512_storeu_ps(sums + (row + r) * BFLOAT16_BLOCK + 16, sum[r][1]);
    }
  }
}

#define AVX512_CHAINS 12
#define AVX512_TURNS 100000

AVX512_BF16 static double avx512_loop(void) {
  __m512 sum[AVX512_CHAINS];
  for (int c = 0; c < AVX512_CHAINS; c++) sum[c] = _mm512_set1_ps((float)c);
  __m512bh factor = (__m512bh)_mm512_set1_epi32(0x3f000000);
  for (int64_t turn = 0; turn < AVX512_TURNS; turn++) {
#pragma clang loop unroll(full)
    for (int c = 0; c < AVX512_CHAINS; c++) sum[c] = _mm512_dpbf16_ps(sum[c], factor, factor);
  }
  for (int c = 1; c < AVX512_CHAINS; c++) sum[0] = _mm512_add_ps(sum[0], sum[c]);
  volatile float sink = _mm512_reduce_add_ps(sum[0]);
  (void)sink;
  return 64.0 * AVX512_CHAINS * AVX512_TURNS;
}

// MARK: What there is

/// Whether the processor has it, and the system lets this process use it.
static bool has_amx(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d >> 22 & 1) || !(d >> 24 & 1)) return false;
#if defined(__linux__)
  // Linux grants the tiles' state, which is large, to processes that ask for it (ARCH_REQ_XCOMP_PERM, XTILEDATA).
  return syscall(SYS_arch_prctl, 0x1023, 18) == 0;
#else
  return false;
#endif
}

static bool has_avx512_bf16(void) {
  unsigned a, b, c, d;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 5 & 1);
}

bfloat16_unit bfloat16_unit_of(braid_bfloat16 kind, braid_isa isa) {
  if (isa == BRAID_ISA_AVX512 && kind == BRAID_BFLOAT16_AMX && has_amx())
    return (bfloat16_unit){amx_begin, amx_block, amx_end, amx_loop};
  if (isa == BRAID_ISA_AVX512 && kind == BRAID_BFLOAT16_AVX512 && has_avx512_bf16())
    return (bfloat16_unit){NULL, avx512_block, NULL, avx512_loop};
  return (bfloat16_unit){0};
}
#else
bfloat16_unit bfloat16_unit_of(braid_bfloat16 kind, braid_isa isa) {
  (void)kind;
  (void)isa;
  return (bfloat16_unit){0};
}
#endif
