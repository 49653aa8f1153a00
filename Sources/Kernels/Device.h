// What the kernels of every instruction set share: the table that a device calls through, and scratch memory.
#pragma once
#include "Kernels.h"

// Here and not in templates, where what a header defines would be compiled for an instruction set.
#include <math.h>
#include <string.h>

#define EACH_KERNEL(X)                                                    \
  X(pack, braid_pack_arguments)                                           \
  X(product, braid_product_arguments)                                     \
  X(transposed_product, braid_transposed_product_arguments)               \
  X(pack_bfloat16, braid_pack_arguments)                                  \
  X(product_bfloat16, braid_product_arguments)                            \
  X(transposed_product_bfloat16, braid_transposed_product_arguments)      \
  X(pack_int8, braid_pack_arguments)                                      \
  X(product_int8, braid_product_arguments)                                \
  X(activation_backward, braid_activation_backward_arguments)             \
  X(column_sums, braid_column_sums_arguments)                             \
  X(dropout_apply, braid_dropout_arguments)                               \
  X(layer_norm, braid_layer_norm_arguments)                               \
  X(layer_norm_backward, braid_layer_norm_backward_arguments)             \
  X(layer_norm_parameters, braid_layer_norm_parameters_arguments)         \
  X(embedding, braid_embedding_arguments)                                 \
  X(embedding_backward, braid_embedding_backward_arguments)               \
  X(attention, braid_attention_arguments)                                 \
  X(attention_backward, braid_attention_backward_arguments)               \
  X(adam, braid_adam_arguments)                                           \
  X(adam_rows, braid_adam_rows_arguments)                                 \
  X(combine, braid_combine_arguments)

/// A loop of arithmetic in registers that takes some tenths of a millisecond, and does so many multiplications and additions.
typedef double (*peak_loop)(void);

typedef struct kernel_table {
  int64_t panel;
  int64_t (*packed_count)(braid_precision precision, int64_t depth, int64_t columns);
  peak_loop peak;
  double (*inner_product)(const float *left, const float *right, int64_t count);
  void (*apply)(braid_function function, const float *input, float *output, int64_t count);
#define KERNEL_FIELD(name, arguments) void (*name)(braid_device *, const arguments *);
  EACH_KERNEL(KERNEL_FIELD)
#undef KERNEL_FIELD
} kernel_table;

extern const kernel_table kernels_portable;
#if defined(__x86_64__)
extern const kernel_table kernels_avx2;
extern const kernel_table kernels_avx512;
#elif defined(__aarch64__)
extern const kernel_table kernels_neon;
#endif

/// Products of numbers narrower than a float are summed up in blocks of 32 × 32 outputs, out of two by two tiles. A tile has
/// 16 lines of 64 bytes. On the left a line is of one row, with 32 bfloat16 numbers or 64 of 8 bits; on the right it is of
/// so many numbers of the depth as fill 4 bytes, for 16 columns.
#define TILE_LINES 16
#define LINE_BYTES 64
#define TILE_BYTES (TILE_LINES * LINE_BYTES)
#define TILE_WORDS (TILE_BYTES / 4)
#define BLOCK_SIDE 32
#define BFLOAT16_DEPTH (LINE_BYTES / 2)
#define INT8_DEPTH LINE_BYTES

/// Values further on in a row that are asked for while a stretch of each of several rows is read, which nothing else would
/// foresee.
#define AHEAD_IN_ROW (2 * TILE_LINES)

/// What the cache is asked for while a block is summed up: a few lines at a time, as processors forget those that they have no
/// place to wait for.
typedef struct {
  /// What comes next of the right side, and what the next left side is packed of: so many lines with each tile of the depth.
  const uint8_t *right, *left;
  int64_t right_lines, left_lines;
  /// Where the block is going to be written, and what else is read then, if anything.
  const float *output, *slopes_at;
  int64_t output_stride;
  /// Rows of the block that are asked for with each tile of the depth.
  int64_t output_rows;
} lines_ahead;

/// sums[32][32] = left · right over so many tiles of the depth; sums are floats of bfloat16 numbers, and 32 bits of integers.
/// The second panel of each side is so many bytes behind the first.
typedef void (*block_function)(const uint8_t *left, int64_t left_panel, const uint8_t *right, int64_t right_panel,
                               int64_t steps, const lines_ahead *ahead, float *sums);

/// How whole tiles of bfloat16 numbers are filled.
typedef struct {
  /// A line of the left side's kind in each of so many tiles that follow each other, of a row's next 32 values.
  void (*row)(const float *values, int64_t tiles, uint8_t *line);
  /// A tile of the right side's kind: two of 32 rows of 16 values make a line.
  void (*rows)(const float *values, int64_t stride, uint8_t *tile);
} bfloat16_rounding;

/// The instructions that multiply blocks. `begin` and `end`, if any, stand around the blocks of a unit of work. All null: the
/// instruction set's own kernels make do without.
typedef struct {
  void (*begin)(void);
  block_function block;
  void (*end)(void);
  peak_loop peak;
  /// The same as `block` for a left side with tiles of the right side's kind; null where they have to be turned first.
  block_function turned_block;
  /// Null where there is no instruction for it.
  bfloat16_rounding rounding;
} block_multiplier;

block_multiplier block_multiplier_of(braid_precision precision, braid_multiplier kind, braid_isa isa);
block_multiplier braid_device_block_multiplier(const braid_device *device, braid_precision precision);
const kernel_table *braid_device_kernels(const braid_device *device);

/// Memory of a thread's own, aligned to 64 bytes, at least so large, kept from call to call. When memory is short the
/// process ends: kernels have no way to say so.
float *braid_scratch(braid_device *device, int32_t thread, size_t bytes);
/// Gives every thread so much at once: which thread meets the largest unit changes from run to run, and a steady state
/// must not depend on it.
void braid_scratch_reserve(braid_device *device, size_t bytes);
