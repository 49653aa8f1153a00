// Blocks of products of bfloat16 numbers and of 8-bit integers, by the instructions that some x86-64 processors have for them.
#include "Device.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

// MARK: AMX

#define AMX __attribute__((target("amx-tile,amx-bf16,amx-int8")))

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

#define AMX_TURNS 100000

#define DEFINE_AMX_BLOCK(name, multiply_tiles, depth)                                                              \
  AMX static void amx_block_##name(const uint8_t *left, int64_t left_panel, const uint8_t *right,                  \
                                   int64_t right_panel, int64_t steps, float *sums) {                              \
    _tile_zero(0);                                                                                                 \
    _tile_zero(1);                                                                                                 \
    _tile_zero(2);                                                                                                 \
    _tile_zero(3);                                                                                                 \
    for (int64_t step = 0; step < steps; step++, left += TILE_BYTES, right += TILE_BYTES) {                        \
      _tile_loadd(4, left, TILE_LINE);                                                                             \
      _tile_loadd(6, right, TILE_LINE);                                                                            \
      multiply_tiles(0, 4, 6);                                                                                     \
      _tile_loadd(7, right + right_panel, TILE_LINE);                                                              \
      multiply_tiles(1, 4, 7);                                                                                     \
      _tile_loadd(5, left + left_panel, TILE_LINE);                                                                \
      multiply_tiles(2, 5, 6);                                                                                     \
      multiply_tiles(3, 5, 7);                                                                                     \
    }                                                                                                              \
    _tile_stored(0, sums, BLOCK_SIDE * 4);                                                                         \
    _tile_stored(1, sums + 16, BLOCK_SIDE * 4);                                                                    \
    _tile_stored(2, sums + 16 * BLOCK_SIDE, BLOCK_SIDE * 4);                                                       \
    _tile_stored(3, sums + 16 * BLOCK_SIDE + 16, BLOCK_SIDE * 4);                                                  \
  }                                                                                                                \
                                                                                                                   \
  AMX static double amx_loop_##name(void) {                                                                        \
    amx_begin();                                                                                                   \
    for (int64_t turn = 0; turn < AMX_TURNS; turn++) {                                                             \
      multiply_tiles(0, 4, 6);                                                                                     \
      multiply_tiles(1, 4, 7);                                                                                     \
      multiply_tiles(2, 5, 6);                                                                                     \
      multiply_tiles(3, 5, 7);                                                                                     \
    }                                                                                                              \
    amx_end();                                                                                                     \
    return 2.0 * BLOCK_SIDE * BLOCK_SIDE * depth * AMX_TURNS;                                                      \
  }

DEFINE_AMX_BLOCK(bfloat16, _tile_dpbf16ps, BFLOAT16_DEPTH)
DEFINE_AMX_BLOCK(int8, _tile_dpbusd, INT8_DEPTH)

// MARK: AVX-512

/// Rows at once: with two vectors each they are sums enough to cover the latency.
#define ROWS_AT_ONCE 8
#define AVX512_CHAINS 12
#define AVX512_TURNS 100000

/// Four bytes of a row of the left side meet a line of the right one at each step.
#define DEFINE_AVX512_BLOCK(name, features, operand, accumulator, multiply_add, to_sum, from_sum)                  \
  __attribute__((target("avx512f,avx512bw," features))) static void avx512_block_##name(                           \
      const uint8_t *left, int64_t left_panel, const uint8_t *right, int64_t right_panel, int64_t steps,           \
      float *sums) {                                                                                               \
    for (int row = 0; row < BLOCK_SIDE; row += ROWS_AT_ONCE) {                                                     \
      const uint8_t *a = left + row / TILE_LINES * left_panel + row % TILE_LINES * TILE_LINE, *b = right;          \
      accumulator sum[ROWS_AT_ONCE][2];                                                                            \
      for (int r = 0; r < ROWS_AT_ONCE; r++) sum[r][0] = sum[r][1] = to_sum(_mm512_setzero_si512());               \
      for (int64_t step = 0; step < steps; step++, a += TILE_BYTES, b += TILE_BYTES)                               \
        for (int line = 0; line < TILE_LINES; line++) {                                                            \
          operand first = (operand)_mm512_loadu_si512(b + line * TILE_LINE);                                       \
          operand second = (operand)_mm512_loadu_si512(b + right_panel + line * TILE_LINE);                        \
          _Pragma("clang loop unroll(full)")                                                                       \
          for (int r = 0; r < ROWS_AT_ONCE; r++) {                                                                 \
            int32_t four;                                                                                          \
            memcpy(&four, a + r * TILE_LINE + line * 4, sizeof four);                                              \
            operand value = (operand)_mm512_set1_epi32(four);                                                      \
            sum[r][0] = multiply_add(sum[r][0], value, first);                                                     \
            sum[r][1] = multiply_add(sum[r][1], value, second);                                                    \
          }                                                                                                        \
        }                                                                                                          \
      for (int r = 0; r < ROWS_AT_ONCE; r++) {                                                                     \
        _mm512_storeu_si512(sums + (row + r) * BLOCK_SIDE, from_sum(sum[r][0]));                                   \
        _mm512_storeu_si512(sums + (row + r) * BLOCK_SIDE + 16, from_sum(sum[r][1]));                              \
      }                                                                                                            \
    }                                                                                                              \
  }                                                                                                                \
                                                                                                                   \
  __attribute__((target("avx512f,avx512bw," features))) static double avx512_loop_##name(void) {                   \
    accumulator sum[AVX512_CHAINS];                                                                                \
    for (int c = 0; c < AVX512_CHAINS; c++) sum[c] = to_sum(_mm512_set1_epi32(c));                                 \
    operand factor = (operand)_mm512_set1_epi32(0x3f000000);                                                       \
    for (int64_t turn = 0; turn < AVX512_TURNS; turn++) {                                                          \
      _Pragma("clang loop unroll(full)")                                                                           \
      for (int c = 0; c < AVX512_CHAINS; c++) sum[c] = multiply_add(sum[c], factor, factor);                       \
    }                                                                                                              \
    __m512i all = _mm512_setzero_si512();                                                                          \
    for (int c = 0; c < AVX512_CHAINS; c++) all = _mm512_xor_si512(all, from_sum(sum[c]));                         \
    volatile int sink = _mm512_reduce_add_epi32(all);                                                              \
    (void)sink;                                                                                                    \
    return 2.0 * 16 * (4 / sizeof(name##_number)) * AVX512_CHAINS * AVX512_TURNS;                                  \
  }

typedef uint16_t bfloat16_number;
typedef int8_t int8_number;

DEFINE_AVX512_BLOCK(bfloat16, "avx512bf16", __m512bh, __m512, _mm512_dpbf16_ps, _mm512_castsi512_ps, _mm512_castps_si512)
DEFINE_AVX512_BLOCK(int8, "avx512vnni", __m512i, __m512i, _mm512_dpbusd_epi32, , )

// MARK: What there is

static unsigned processor_bits(unsigned leaf, unsigned subleaf, int place) {
  unsigned registers[4] = {0};
  __get_cpuid_count(leaf, subleaf, &registers[0], &registers[1], &registers[2], &registers[3]);
  return registers[place];
}

/// Features of leaf 7, in ECX and EDX; and in EAX of its second part.
#define HAS_AVX512_VNNI (processor_bits(7, 0, 2) >> 11 & 1)
#define HAS_AMX_BF16 (processor_bits(7, 0, 3) >> 22 & 1)
#define HAS_AMX_TILE (processor_bits(7, 0, 3) >> 24 & 1)
#define HAS_AMX_INT8 (processor_bits(7, 0, 3) >> 25 & 1)
#define HAS_AVX512_BF16 (processor_bits(7, 1, 0) >> 5 & 1)

/// Whether the system lets this process use AMX.
static bool grants_amx(void) {
#if defined(__linux__)
  // Linux grants the tiles' state, which is large, to processes that ask for it (ARCH_REQ_XCOMP_PERM, XTILEDATA).
  return HAS_AMX_TILE && syscall(SYS_arch_prctl, 0x1023, 18) == 0;
#else
  return false;
#endif
}

block_unit block_unit_of(braid_precision precision, braid_unit kind, braid_isa isa) {
  bool is_int8 = precision == BRAID_INT8;
  if (isa != BRAID_ISA_AVX512) return (block_unit){0};
  if (kind == BRAID_UNIT_AMX && (is_int8 ? HAS_AMX_INT8 : HAS_AMX_BF16) && grants_amx())
    return is_int8 ? (block_unit){amx_begin, amx_block_int8, amx_end, amx_loop_int8}
                   : (block_unit){amx_begin, amx_block_bfloat16, amx_end, amx_loop_bfloat16};
  if (kind == BRAID_UNIT_AVX512 && is_int8 && HAS_AVX512_VNNI)
    return (block_unit){NULL, avx512_block_int8, NULL, avx512_loop_int8};
  if (kind == BRAID_UNIT_AVX512 && !is_int8 && HAS_AVX512_BF16)
    return (block_unit){NULL, avx512_block_bfloat16, NULL, avx512_loop_bfloat16};
  return (block_unit){0};
}
#else
block_unit block_unit_of(braid_precision precision, braid_unit kind, braid_isa isa) {
  (void)precision;
  (void)kind;
  (void)isa;
  return (block_unit){0};
}
#endif
