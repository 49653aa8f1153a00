// The SIMD kernels of Braid and the thread pool under them.
//
// Matrices are row-major Float32. A kernel takes the device that runs it and one structure of arguments. Work is
// cut into units whose results do not depend on the number of threads: every output element is computed by one
// thread in a fixed order.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: Device

/// The instruction sets that kernels are compiled for. `BRAID_ISA_BEST` is the best one that this machine has.
typedef enum braid_isa {
  BRAID_ISA_BEST = 0,
  BRAID_ISA_PORTABLE = 1,
  BRAID_ISA_NEON = 2,
  BRAID_ISA_AVX2 = 3,
  BRAID_ISA_AVX512 = 4,
} braid_isa;

/// What the sides of matrix products are rounded to.
typedef enum braid_precision {
  BRAID_FLOAT32 = 0,
  BRAID_BFLOAT16 = 1,
  BRAID_INT8 = 2,
} braid_precision;
#define BRAID_PRECISIONS 3

/// What multiplies numbers narrower than a float.
typedef enum braid_multiplier {
  BRAID_MULTIPLIER_EMULATED = 0,  ///< arithmetic of any machine
  BRAID_MULTIPLIER_AVX512 = 1,    ///< AVX512_BF16, AVX512_VNNI
  BRAID_MULTIPLIER_AMX = 2,       ///< AMX-BF16, AMX-INT8
} braid_multiplier;

/// A pool of threads and the kernels of one instruction set.
typedef struct braid_device braid_device;

/// Null when the instruction set is not there on this machine or memory is short.
braid_device *braid_device_create(int32_t threads, braid_isa isa);
void braid_device_destroy(braid_device *device);
int32_t braid_device_threads(const braid_device *device);
braid_isa braid_device_isa(const braid_device *device);
/// Of a precision other than float32, which has none.
braid_multiplier braid_device_multiplier(const braid_device *device, braid_precision precision);
/// A new device has the best that goes with its instruction set. False, and no change, for one that does not, or that the
/// machine does not have.
bool braid_device_choose_multiplier(braid_device *device, braid_precision precision, braid_multiplier multiplier);
/// Columns in a panel of a packed matrix.
int64_t braid_device_panel(const braid_device *device);
bool braid_isa_available(braid_isa isa);
int32_t braid_processor_count(void);

/// Calls `body(context, unit, thread)` once for each unit in 0 ..< units. A thread begins with an even share of units that
/// follow each other, so that it meets again the rows that it wrote in the call before: to read what another core has just
/// written takes longer. Who has none left goes on with others' units. One caller at a time, and none from inside a body.
typedef void (*braid_body)(void *context, int64_t unit, int32_t thread);
void braid_parallel(braid_device *device, int64_t units, void *context, braid_body body);

/// Postpones units: every other thread does them, in their order, while calls of `braid_parallel` have enough to do for the
/// rest. They share nothing with what those calls do. Finishes first what was postponed before.
void braid_postpone(braid_device *device, int64_t units, void *context, braid_body body);
/// Does those before `end` that nobody has done yet, on all threads.
void braid_finish_postponed(braid_device *device, int64_t end);

/// Operations a second of fused multiply-adds in registers, or of the instructions that multiply narrower numbers where there
/// are such, the best of about `seconds`, on all threads.
double braid_peak_flops(braid_device *device, braid_precision precision, double seconds);

/// Zeroed memory aligned to a cache line, on huge pages where it is large and the system has them; null when short.
float *braid_memory_allocate(int64_t floats);
/// Gives back what was allocated for so many floats.
void braid_memory_free(float *memory, int64_t floats);

/// Allocations that kernels have made for scratch memory since the device was created.
int64_t braid_device_allocations(const braid_device *device);

// MARK: Matrix products

typedef enum braid_activation {
  BRAID_ACTIVATION_NONE = 0,
  BRAID_ACTIVATION_GELU = 1,       ///< x Φ(x)
  BRAID_ACTIVATION_GELU_TANH = 2,  ///< its tanh approximation
  BRAID_ACTIVATION_RELU = 3,
  BRAID_ACTIVATION_TANH = 4,
} braid_activation;

/// Floats of as many bytes as are packed of a matrix of this size.
int64_t braid_packed_count(const braid_device *device, braid_precision precision, int64_t depth, int64_t columns);

/// Copies rows of a matrix, or of its transpose, into panels of `braid_device_panel` columns, zero-padded on the right:
/// packed[panel][depth][column in panel].
typedef struct braid_pack_arguments {
  const float *source;          ///< row-major, `stride` floats a row
  int64_t rows, columns, stride;
  bool transposed;              ///< the depth of a product is the source's columns, not its rows
  int64_t first_row, last_row;  ///< those to copy: from a multiple of 32 up to another one, or to the end
  float *packed;                ///< of all rows
} braid_pack_arguments;
void braid_pack(braid_device *device, const braid_pack_arguments *arguments);

/// output[rows, columns] = activation(left[rows, depth] · right[depth, columns] + bias).
typedef struct braid_product_arguments {
  const float *left;          ///< row-major, `left_stride` floats a row
  int64_t left_stride;
  const float *right;         ///< row-major, `right_stride` floats a row; in panels from `braid_pack` where that is 0
  int64_t right_stride;
  int64_t rows, columns, depth;
  float *output;
  int64_t output_stride;
  bool accumulate;            ///< add to what output holds; only without bias and activation
  const float *bias;          ///< [columns] or null
  braid_activation activation;
  float *before_activation;   ///< [rows, columns] with `output_stride`, or null
  const float *slopes_at;     ///< likewise; not null: sums are multiplied by the activation's derivative at these instead
} braid_product_arguments;
void braid_product(braid_device *device, const braid_product_arguments *arguments);

/// output[columns of left, columns of right] += leftᵀ · right over the rows [first_row, last_row): the gradient of a
/// weight, left being the gradient of the layer's output and right its input.
typedef struct braid_transposed_product_arguments {
  const float *left;          ///< row-major [rows, output_rows], `left_stride` floats a row
  int64_t left_stride;
  const float *right;         ///< the layer's input, row-major [rows, output_columns]
  int64_t right_stride;
  int64_t first_row, last_row;
  int64_t output_rows, output_columns;
  float *output;              ///< contiguous
} braid_transposed_product_arguments;
void braid_transposed_product(braid_device *device, const braid_transposed_product_arguments *arguments);

/// The same three with both sides rounded to bfloat16, and sums in single precision. The right side of a product is always
/// packed.
void braid_pack_bfloat16(braid_device *device, const braid_pack_arguments *arguments);
void braid_product_bfloat16(braid_device *device, const braid_product_arguments *arguments);
void braid_transposed_product_bfloat16(braid_device *device, const braid_transposed_product_arguments *arguments);

/// 32 bits hold the sum of so many products of 255 and 127.
#define BRAID_INT8_GREATEST_DEPTH 65536

/// Products of 8-bit integers, with exact sums. The least number of a row of the left side becomes 0 and the greatest 255; in a
/// column of the right side the greatest magnitude becomes 127 or -127, and zero is 0. A row or column with a number that is
/// not finite, or with numbers further apart than floats reach, gives none that is. The right side is always packed, from a
/// matrix whose `depth_stride` is 1, of a depth of no more than `BRAID_INT8_GREATEST_DEPTH`.
void braid_pack_int8(braid_device *device, const braid_pack_arguments *arguments);
void braid_product_int8(braid_device *device, const braid_product_arguments *arguments);

// MARK: Element-wise and by row

/// In place: gradient *= activation'(before), element by element.
typedef struct braid_activation_backward_arguments {
  braid_activation activation;
  int64_t count;
  const float *before;  ///< the values that the activation was applied to
  float *gradient;
} braid_activation_backward_arguments;
void braid_activation_backward(braid_device *device, const braid_activation_backward_arguments *arguments);

/// sums[columns] += Σ over rows [first_row, last_row) of matrix.
typedef struct braid_column_sums_arguments {
  const float *matrix;
  int64_t stride, columns, first_row, last_row;
  float *sums;
} braid_column_sums_arguments;
void braid_column_sums(braid_device *device, const braid_column_sums_arguments *arguments);

/// Element `index` of a dropout stream is dropped when hash(key, index) < rate · 2³². Survivors are scaled by
/// 1 / (1 − rate). The stream depends on key and index alone, so backward draws the same mask again.
typedef struct braid_dropout {
  uint64_t key;
  float rate;  ///< 0: nothing is dropped
} braid_dropout;

/// output = dropout(input); the same call on gradients is its backward.
typedef struct braid_dropout_arguments {
  const float *input;
  float *output;
  int64_t count;
  bool accumulate;
  braid_dropout dropout;
} braid_dropout_arguments;
void braid_dropout_apply(braid_device *device, const braid_dropout_arguments *arguments);

/// output = LayerNorm(residual + dropout(input)) · weight + bias over rows of `columns` floats
/// (Ba, Kiros & Hinton 2016, eq. 4).
typedef struct braid_layer_norm_arguments {
  const float *input, *residual;  ///< residual may be null
  const float *weight, *bias;
  float *sum;         ///< residual + dropout(input): kept for backward; may be null when not training
  float *statistics;  ///< [rows, 2] mean and 1 / standard deviation: kept for backward; may be null likewise
  float *output;
  int64_t rows, columns;
  float epsilon;
  braid_dropout dropout;
} braid_layer_norm_arguments;
void braid_layer_norm(braid_device *device, const braid_layer_norm_arguments *arguments);

/// The gradients of input and residual from the gradient of the output.
typedef struct braid_layer_norm_backward_arguments {
  const float *gradient, *sum, *statistics, *weight;
  float *input_gradient;
  bool input_accumulate;
  float *residual_gradient;  ///< may be null
  bool residual_accumulate;
  int64_t rows, columns;
  braid_dropout dropout;
} braid_layer_norm_backward_arguments;
void braid_layer_norm_backward(braid_device *device, const braid_layer_norm_backward_arguments *arguments);

/// weight_gradient += Σ gradient · normalised and bias_gradient += Σ gradient over rows [first_row, last_row).
typedef struct braid_layer_norm_parameters_arguments {
  const float *gradient, *sum, *statistics;
  int64_t columns, first_row, last_row;
  float *weight_gradient, *bias_gradient;  ///< either may be null
} braid_layer_norm_parameters_arguments;
void braid_layer_norm_parameters(braid_device *device, const braid_layer_norm_parameters_arguments *arguments);

// MARK: Embeddings

/// output[row] = Σ over tables of table[ids[row]]. Ids are in range: the caller has checked.
typedef struct braid_embedding_arguments {
  const float *tables[3];
  const int32_t *ids[3];  ///< a null entry ends the list
  float *output;
  int64_t rows, columns;
} braid_embedding_arguments;
void braid_embedding(braid_device *device, const braid_embedding_arguments *arguments);

/// table_gradient[ids[row]] += gradient[row] over rows [first_row, last_row), in the order of rows.
typedef struct braid_embedding_backward_arguments {
  const float *gradient;
  const int32_t *ids;
  float *table_gradient;
  int64_t first_row, last_row, columns;
} braid_embedding_backward_arguments;
void braid_embedding_backward(braid_device *device, const braid_embedding_backward_arguments *arguments);

// MARK: Attention

/// Scaled dot-product self-attention inside each sequence of packed rows (Vaswani et al. 2017, eq. 1).
/// `projections` holds query, key and value side by side: [rows, 3 · heads · head_size].
typedef struct braid_attention_arguments {
  const float *projections;
  const int32_t *sequence_starts;  ///< sequences + 1
  int64_t sequences, heads, head_size;
  float *output;                   ///< [rows, heads · head_size]
  float *log_sums;                 ///< [rows, heads] log Σ exp of each score row: kept for backward; may be null
  braid_dropout dropout;
} braid_attention_arguments;
void braid_attention(braid_device *device, const braid_attention_arguments *arguments);

typedef struct braid_attention_backward_arguments {
  const float *projections, *output, *log_sums, *gradient;
  const int32_t *sequence_starts;
  int64_t sequences, heads, head_size;
  float *projections_gradient;  ///< written, not added to
  braid_dropout dropout;
} braid_attention_backward_arguments;
void braid_attention_backward(braid_device *device, const braid_attention_backward_arguments *arguments);

// MARK: Gradients of several tasks

/// Numbers of a flat buffer: `count` of them from `first` on; or, when `rows` is not null, `count` rows of the table of
/// so many `columns` that begins at `first`.
typedef struct braid_span {
  int64_t first, count;
  const int32_t *rows;
  int64_t columns;
} braid_span;

/// Adds to products[i · buffer_count + j] the inner product of buffers i and j over a span, in double precision. Of one
/// buffer that is its sum of squares.
void braid_add_inner_products(braid_device *device, const float *const *buffers, int64_t buffer_count, braid_span span,
                              double *products);

/// target = Σ factors[i] · sources[i] over a span. The target may be a source.
typedef struct braid_combine_arguments {
  float *const *sources;
  const float *factors;
  int64_t source_count;
  float *target;
  bool clears_sources;  ///< sets the sources, but not the target, to zero
  /// Where not zero, of each element only the terms of one sign are added up: the positive ones with the probability
  /// ½ (1 + Σ terms / Σ |terms|), drawn by this key and the element's place (GradDrop, Chen et al. 2020, algorithm 1).
  uint64_t sign_key;
  braid_span span;
} braid_combine_arguments;
void braid_combine(braid_device *device, const braid_combine_arguments *arguments);

// MARK: Optimizers

typedef enum braid_adam_method {
  BRAID_ADAMW = 0,   ///< Loshchilov & Hutter 2019, algorithm 2
  BRAID_ADAMAX = 1,  ///< Kingma & Ba 2015, algorithm 2, with decoupled weight decay
} braid_adam_method;

/// The numbers of one step.
typedef struct braid_adam_step {
  float gradient_scale;            ///< from clipping and accumulation
  float learning_rate, beta1, beta2, epsilon, weight_decay;
  float correction1, correction2;  ///< 1 − βᵢᵗ
} braid_adam_step;

/// One step over a stretch of parameters. Moments too small for a normal number become zero.
typedef struct braid_adam_arguments {
  braid_adam_method method;
  float *parameters, *first_moment, *second_moment;
  float *gradient;  ///< read, then set to zero
  int64_t count;
  braid_adam_step step;
} braid_adam_arguments;
void braid_adam(braid_device *device, const braid_adam_arguments *arguments);

/// The steps that some rows of a table have not taken yet, one after the other: the same bits as `braid_adam` on the
/// whole table at each of them, as long as the gradients that it would have read were zero.
typedef struct braid_adam_rows_arguments {
  braid_adam_method method;
  float *parameters, *first_moment, *second_moment;  ///< [rows of the table, columns]
  float *gradient;      ///< of the last step, read for each row and set to zero; null: zero in every step
  int64_t columns;
  const int32_t *rows;  ///< each once; null: all, 0 ..< row_count
  int64_t row_count;
  const braid_adam_step *steps;
  int64_t step_count;
  int32_t *taken;       ///< of `steps`, by each row of the table; becomes step_count
} braid_adam_rows_arguments;
void braid_adam_rows(braid_device *device, const braid_adam_rows_arguments *arguments);

// MARK: Element-wise functions, for tests

typedef enum braid_function {
  BRAID_FUNCTION_EXP = 0,
  BRAID_FUNCTION_TANH = 1,
  BRAID_FUNCTION_ERF = 2,
} braid_function;

void braid_apply(braid_device *device, braid_function function, const float *input, float *output, int64_t count);
