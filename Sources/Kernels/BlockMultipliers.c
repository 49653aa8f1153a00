// Blocks of products of bfloat16 numbers and of 8-bit integers, and rounding to the former, by the instructions that some x86-64
// processors have for them.
#include "Device.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#define PEAK_TURNS 100000

// MARK: Asking ahead

/// Asks for a step's part of the lines in one of `parts` passes over the depth. Returns where the next step goes on.
static inline const uint8_t *expect_lines(const uint8_t *next, int64_t lines, int parts) {
  for (int64_t line = 0; line < lines; line += parts, next += LINE_BYTES) __builtin_prefetch(next, 0, 2);
  return next;
}

/// Asks for the lines that a step's part of a block's rows will be written to. Returns the row where the next step goes on.
static inline int64_t expect_outputs(const lines_ahead *ahead, int64_t row) {
  int64_t end = row + ahead->output_rows;
  for (; row < BLOCK_SIDE && row < end; row++)
    for (int column = 0; column < BLOCK_SIDE; column += 16) {
      int64_t place = row * ahead->output_stride + column;
      __builtin_prefetch(ahead->output + place, 1);
      if (ahead->slopes_at) __builtin_prefetch(ahead->slopes_at + place);
    }
  return row;
}

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

#define DEFINE_AMX_BLOCK(name, multiply_tiles, depth)                                                              \
  AMX static void amx_block_##name(const uint8_t *left, int64_t left_panel, const uint8_t *right,                  \
                                   int64_t right_panel, int64_t steps, const lines_ahead *ahead,                   \
                                   float *sums) {                                                                  \
    const uint8_t *next_right = ahead->right, *next_left = ahead->left;                                            \
    int64_t next_output = 0;                                                                                       \
    _tile_zero(0);                                                                                                 \
    _tile_zero(1);                                                                                                 \
    _tile_zero(2);                                                                                                 \
    _tile_zero(3);                                                                                                 \
    for (int64_t step = 0; step < steps; step++, left += TILE_BYTES, right += TILE_BYTES) {                        \
      next_right = expect_lines(next_right, ahead->right_lines, 1);                                                \
      next_left = expect_lines(next_left, ahead->left_lines, 1);                                                   \
      next_output = expect_outputs(ahead, next_output);                                                            \
      _tile_loadd(4, left, LINE_BYTES);                                                                            \
      _tile_loadd(6, right, LINE_BYTES);                                                                           \
      multiply_tiles(0, 4, 6);                                                                                     \
      _tile_loadd(7, right + right_panel, LINE_BYTES);                                                             \
      multiply_tiles(1, 4, 7);                                                                                     \
      _tile_loadd(5, left + left_panel, LINE_BYTES);                                                               \
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
    for (int64_t turn = 0; turn < PEAK_TURNS; turn++) {                                                            \
      multiply_tiles(0, 4, 6);                                                                                     \
      multiply_tiles(1, 4, 7);                                                                                     \
      multiply_tiles(2, 5, 6);                                                                                     \
      multiply_tiles(3, 5, 7);                                                                                     \
    }                                                                                                              \
    amx_end();                                                                                                     \
    return 2.0 * BLOCK_SIDE * BLOCK_SIDE * depth * PEAK_TURNS;                                                     \
  }

DEFINE_AMX_BLOCK(bfloat16, _tile_dpbf16ps, BFLOAT16_DEPTH)
DEFINE_AMX_BLOCK(int8, _tile_dpbusd, INT8_DEPTH)

// MARK: AVX-512

#define AVX512(features) __attribute__((target("avx512f,avx512bw," features)))
/// Rows at once: with two vectors each they are sums enough to cover the latency.
#define ROWS_AT_ONCE 8
/// Times that a block goes over the depth.
#define TURNS (BLOCK_SIDE / ROWS_AT_ONCE)
#define PEAK_CHAINS 12

/// Sums are bits, of floats here.
AVX512("avx512bf16") static inline __m512i add_bfloat16_products(__m512i sums, __m512i left, __m512i right) {
  return _mm512_castps_si512(_mm512_dpbf16_ps(_mm512_castsi512_ps(sums), (__m512bh)left, (__m512bh)right));
}

AVX512("avx512vnni") static inline __m512i add_int8_products(__m512i sums, __m512i left, __m512i right) {
  return _mm512_dpbusd_epi32(sums, left, right);
}

/// Four bytes of a row of the left side meet a line of the right one at each step. From one row to the next, and from one step to
/// the next, are so many bytes of a tile.
#define DEFINE_AVX512_BLOCK(name, numbers, features, row_bytes, line_bytes)                                        \
  AVX512(features) static void avx512_##name(const uint8_t *left, int64_t left_panel, const uint8_t *right,        \
                                             int64_t right_panel, int64_t steps, const lines_ahead *ahead,         \
                                             float *sums) {                                                        \
    const uint8_t *next_right = ahead->right, *next_left = ahead->left;                                            \
    int64_t next_output = 0;                                                                                       \
    for (int row = 0; row < BLOCK_SIDE; row += ROWS_AT_ONCE) {                                                     \
      const uint8_t *a = left + row / TILE_LINES * left_panel + row % TILE_LINES * row_bytes, *b = right;          \
      __m512i sum[ROWS_AT_ONCE][2];                                                                                \
      for (int r = 0; r < ROWS_AT_ONCE; r++) sum[r][0] = sum[r][1] = _mm512_setzero_si512();                       \
      for (int64_t step = 0; step < steps; step++, a += TILE_BYTES, b += TILE_BYTES) {                             \
        next_right = expect_lines(next_right, ahead->right_lines, TURNS);                                          \
        next_left = expect_lines(next_left, ahead->left_lines, TURNS);                                             \
        next_output = expect_outputs(ahead, next_output);                                                          \
        for (int line = 0; line < TILE_LINES; line++) {                                                            \
          __m512i first = _mm512_loadu_si512(b + line * LINE_BYTES);                                               \
          __m512i second = _mm512_loadu_si512(b + right_panel + line * LINE_BYTES);                                \
          _Pragma("clang loop unroll(full)")                                                                       \
          for (int r = 0; r < ROWS_AT_ONCE; r++) {                                                                 \
            int32_t four;                                                                                          \
            memcpy(&four, a + r * row_bytes + line * line_bytes, sizeof four);                                     \
            __m512i value = _mm512_set1_epi32(four);                                                               \
            sum[r][0] = add_##numbers##_products(sum[r][0], value, first);                                         \
            sum[r][1] = add_##numbers##_products(sum[r][1], value, second);                                        \
          }                                                                                                        \
        }                                                                                                          \
      }                                                                                                            \
      for (int r = 0; r < ROWS_AT_ONCE; r++) {                                                                     \
        _mm512_storeu_si512(sums + (row + r) * BLOCK_SIDE, sum[r][0]);                                             \
        _mm512_storeu_si512(sums + (row + r) * BLOCK_SIDE + 16, sum[r][1]);                                        \
      }                                                                                                            \
    }                                                                                                              \
  }

#define DEFINE_AVX512_LOOP(name, features, depth)                                                                  \
  AVX512(features) static double avx512_loop_##name(void) {                                                        \
    __m512i sum[PEAK_CHAINS], factor = _mm512_set1_epi32(0x3f000000), all = _mm512_setzero_si512();                \
    for (int c = 0; c < PEAK_CHAINS; c++) sum[c] = _mm512_set1_epi32(c);                                           \
    for (int64_t turn = 0; turn < PEAK_TURNS; turn++) {                                                            \
      _Pragma("clang loop unroll(full)")                                                                           \
      for (int c = 0; c < PEAK_CHAINS; c++) sum[c] = add_##name##_products(sum[c], factor, factor);                \
    }                                                                                                              \
    for (int c = 0; c < PEAK_CHAINS; c++) all = _mm512_xor_si512(all, sum[c]);                                     \
    volatile int sink = _mm512_reduce_add_epi32(all);                                                              \
    (void)sink;                                                                                                    \
    return 2.0 * depth * PEAK_CHAINS * PEAK_TURNS;                                                                 \
  }

DEFINE_AVX512_BLOCK(bfloat16_block, bfloat16, "avx512bf16", LINE_BYTES, 4)
DEFINE_AVX512_BLOCK(bfloat16_turned_block, bfloat16, "avx512bf16", 4, LINE_BYTES)
DEFINE_AVX512_BLOCK(int8_block, int8, "avx512vnni", LINE_BYTES, 4)
DEFINE_AVX512_LOOP(bfloat16, "avx512bf16", BFLOAT16_DEPTH)
DEFINE_AVX512_LOOP(int8, "avx512vnni", INT8_DEPTH)

AVX512("avx512bf16") static inline __m512i bfloat16_of(const float *low, const float *high) {
  return (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(high), _mm512_loadu_ps(low));
}

AVX512("avx512bf16") static void avx512_round_row(const float *values, int64_t tiles, uint8_t *line) {
  for (; tiles > 0; tiles--, values += BFLOAT16_DEPTH, line += TILE_BYTES)
    _mm512_storeu_si512(line, bfloat16_of(values, values + BFLOAT16_DEPTH / 2));
}

AVX512("avx512bf16") static void avx512_round_rows(const float *values, int64_t stride, uint8_t *tile) {
  // Numbers of both rows in turn.
  __m512i low = _mm512_cvtepu16_epi32(_mm256_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  __m512i places = _mm512_or_si512(low, _mm512_slli_epi32(_mm512_add_epi32(low, _mm512_set1_epi32(16)), 16));
  for (int line = 0; line < TILE_LINES; line++, values += 2 * stride, tile += LINE_BYTES) {
    __builtin_prefetch(values + AHEAD_IN_ROW);
    __builtin_prefetch(values + stride + AHEAD_IN_ROW);
    _mm512_storeu_si512(tile, _mm512_permutexvar_epi16(places, bfloat16_of(values, values + stride)));
  }
}

// MARK: What there is

enum { EAX, EBX, ECX, EDX };

/// A feature of leaf 7 of CPUID.
static bool processor_has(unsigned subleaf, int place, int bit) {
  unsigned registers[4] = {0};
  __get_cpuid_count(7, subleaf, &registers[EAX], &registers[EBX], &registers[ECX], &registers[EDX]);
  return registers[place] >> bit & 1;
}

static bool rounds_to_bfloat16(void) { return processor_has(1, EAX, 5); }

/// Whether there are tiles and the system lets this process use them.
static bool grants_tiles(void) {
#if defined(__linux__)
  // Linux grants the tiles' state, which is large, to processes that ask for it (ARCH_REQ_XCOMP_PERM, XTILEDATA).
  return processor_has(0, EDX, 24) && syscall(SYS_arch_prctl, 0x1023, 18) == 0;
#else
  return false;
#endif
}

static const struct {
  braid_precision precision;
  braid_multiplier kind;
  unsigned subleaf;
  int place, bit;
  block_multiplier multiplier;
} known[] = {
    {BRAID_BFLOAT16, BRAID_MULTIPLIER_AMX, 0, EDX, 22,
     {.begin = amx_begin, .block = amx_block_bfloat16, .end = amx_end, .peak = amx_loop_bfloat16}},
    {BRAID_INT8, BRAID_MULTIPLIER_AMX, 0, EDX, 25,
     {.begin = amx_begin, .block = amx_block_int8, .end = amx_end, .peak = amx_loop_int8}},
    {BRAID_BFLOAT16, BRAID_MULTIPLIER_AVX512, 1, EAX, 5,
     {.block = avx512_bfloat16_block, .turned_block = avx512_bfloat16_turned_block, .peak = avx512_loop_bfloat16}},
    {BRAID_INT8, BRAID_MULTIPLIER_AVX512, 0, ECX, 11, {.block = avx512_int8_block, .peak = avx512_loop_int8}},
};

block_multiplier block_multiplier_of(braid_precision precision, braid_multiplier kind, braid_isa isa) {
  if (isa == BRAID_ISA_AVX512)
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
      if (known[i].precision == precision && known[i].kind == kind &&
          processor_has(known[i].subleaf, known[i].place, known[i].bit) &&
          (kind != BRAID_MULTIPLIER_AMX || grants_tiles())) {
        block_multiplier multiplier = known[i].multiplier;
        if (rounds_to_bfloat16()) multiplier.rounding = (bfloat16_rounding){avx512_round_row, avx512_round_rows};
        return multiplier;
      }
  return (block_multiplier){0};
}
#else
block_multiplier block_multiplier_of(braid_precision precision, braid_multiplier kind, braid_isa isa) {
  (void)precision;
  (void)kind;
  (void)isa;
  return (block_multiplier){0};
}
#endif
