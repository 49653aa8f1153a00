// Tiles of matrix products. A tile of TILE_ROWS × PANEL outputs stays in registers while the loop over the depth adds
// one broadcast value of the left matrix times one panel row of the right one. The sum of each output runs over
// the depth in an order that its row's place in the batch has no part in, so packing rows together changes no bit.

/// One step of the depth: a row of the panel times the left value of each row, LEFT(r).
#define TILE_STEP(ROWS, LEFT, RIGHT_STRIDE)                                                         \
  {                                                                                                 \
    vector b[TILE_VECTORS];                                                                         \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int v = 0; v < TILE_VECTORS; v++) b[v] = load(right + v * LANES);                          \
    for (int v = 0; v < PANEL; v += 16) __builtin_prefetch(right + right_ahead + v);                \
    right += RIGHT_STRIDE;                                                                          \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int r = 0; r < ROWS; r++) {                                                                \
      vector a = splat(LEFT(r));                                                                    \
      _Pragma("clang loop unroll(full)")                                                            \
      for (int v = 0; v < TILE_VECTORS; v++) sum[r][v] = multiply_add(a, b[v], sum[r][v]);          \
    }                                                                                               \
  }

/// Steps of the panel that are asked for in advance, as it may have to come from memory. Rows that lie apart would drive each
/// other out of the first cache: fewer of them are asked for.
#define AHEAD_IN_PANEL 64
#define AHEAD_IN_ROWS 16

/// Steps that follow each other without a look at counters and pointers, which would take places that multiplications
/// need.
#define UNROLLED_STEPS 4

/// Hides from the compiler how a pointer came about, so that it is kept in a register and not worked out at each use.
#define KEEP(pointer) __asm__("" : "+r"(pointer))

/// The lines that a tile will be written to are asked for row by row in the last steps: early enough to arrive, late
/// enough not to be driven out again, and never many at once.
#define OUTPUT_AHEAD(ROWS)                                                                             \
  const int64_t right_stride = e->right_stride;                                                        \
  const int64_t right_ahead = right_stride * (right_stride == PANEL ? AHEAD_IN_PANEL : AHEAD_IN_ROWS); \
  int64_t step = 0, ahead = depth - AHEAD_STEPS(ROWS);                                                 \
  const float *line = e->output;

#define AHEAD_STEPS(ROWS) ((ROWS + 4) * UNROLLED_STEPS)

#define PREFETCH_OUTPUT                                                                             \
  for (int64_t column = 0; column < PANEL; column += 16) __builtin_prefetch(line + column, 1);      \
  line += step >= ahead ? e->stride : 0;

/// Left values are at left[row · left_stride + step]. Rows are addressed in threes from one pointer, which is what the
/// address modes of x86 reach without a register a row. EACH_STEP is done before each step.
#define TILE_BY_ROW(ROWS, EACH_STEP)                                                                \
  const float *group[(ROWS + 2) / 3];                                                               \
  _Pragma("clang loop unroll(full)")                                                                \
  for (int g = 0; g < (ROWS + 2) / 3; g++) group[g] = left + 3 * g * left_stride;                   \
  OUTPUT_AHEAD(ROWS)                                                                                \
  for (; step + UNROLLED_STEPS <= depth; step += UNROLLED_STEPS) {                                  \
    PREFETCH_OUTPUT                                                                                 \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int g = 0; g < (ROWS + 2) / 3; g++) KEEP(group[g]);                                        \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int u = 0; u < UNROLLED_STEPS; u++) {                                                      \
      EACH_STEP(ROWS)                                                                               \
      TILE_STEP(ROWS, LEFT_BY_ROW, right_stride)                                                    \
    }                                                                                               \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int g = 0; g < (ROWS + 2) / 3; g++) group[g] += UNROLLED_STEPS;                            \
  }                                                                                                 \
  for (; step < depth; step++) {                                                                    \
    const int u = 0;                                                                                \
    EACH_STEP(ROWS)                                                                                 \
    TILE_STEP(ROWS, LEFT_BY_ROW, right_stride)                                                      \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int g = 0; g < (ROWS + 2) / 3; g++) group[g]++;                                            \
  }
#define LEFT_BY_ROW(r) group[(r) / 3][(r) % 3 * left_stride + u]

/// Left values are at left[row + step · left_stride].
#define TILE_BY_DEPTH(ROWS, EACH_STEP)                                                              \
  OUTPUT_AHEAD(ROWS)                                                                                \
  for (; step + UNROLLED_STEPS <= depth; step += UNROLLED_STEPS) {                                  \
    PREFETCH_OUTPUT                                                                                 \
    _Pragma("clang loop unroll(full)")                                                              \
    for (int u = 0; u < UNROLLED_STEPS; u++) {                                                      \
      EACH_STEP(ROWS)                                                                               \
      TILE_STEP(ROWS, LEFT_BY_DEPTH, right_stride)                                                  \
      left += left_stride;                                                                          \
      KEEP(left);                                                                                   \
    }                                                                                               \
  }                                                                                                 \
  for (; step < depth; step++) {                                                                    \
    EACH_STEP(ROWS)                                                                                 \
    TILE_STEP(ROWS, LEFT_BY_DEPTH, right_stride)                                                    \
    left += left_stride;                                                                            \
  }
#define LEFT_BY_DEPTH(r) left[r]
#define NOTHING(ROWS)

/// Values that a step of a slice takes: whole vectors, so that none lies across two cache lines.
#define SLICE_STEP ((TILE_ROWS + LANES - 1) / LANES * LANES)

/// The left values of a step are copied to where the next panels find them side by side. Rows of the left matrix are
/// long: nothing but asking for them in advance would bring their lines in time.
#define COPY_TO_SLICE(ROWS)                                                                         \
  __builtin_prefetch(left + ROWS_AHEAD * left_stride);                                              \
  __builtin_prefetch(left + ROWS_AHEAD * left_stride + ROWS - 1);                                   \
  _Pragma("clang loop unroll(full)")                                                                \
  for (int lane = 0; lane < ROWS; lane += LANES)                                                    \
    store(slice + lane, load_until(left, lane, ROWS));                                              \
  slice += SLICE_STEP;

/// The right values of a step are copied to where the next tiles find them one step after the other.
#define COPY_TO_PANEL(ROWS)                                                                         \
  for (int v = 0; v < TILE_VECTORS; v++) store(panel + v * LANES, load(right + v * LANES));         \
  panel += PANEL;

/// Rows that are asked for in advance where short stretches of long rows are read: nothing else would foresee them.
#define ROWS_AHEAD 16

/// What sums of integers stand for: of each row the least number and what an integer more adds, of each column what an integer
/// more adds and what a row of ones would give.
typedef struct {
  const float *row_least, *row_scales;
  const float *column_scales, *column_sums;
} integer_scales;

/// What happens to a tile of sums on its way to memory.
typedef struct {
  float *output, *before_activation;
  const float *bias, *slopes_at;
  int64_t stride, columns;  ///< columns of the panel that exist
  bool continues;           ///< sums are added to what the output holds
  bool turned;              ///< of blocks: the output is the transpose of what they sum up
  int64_t right_stride;     ///< from one step of the right side to the next: PANEL where it is packed
  float *slice, *panel;     ///< where a tile that copies its left or its right values puts them
  integer_scales scales;    ///< null where sums are floats
  braid_activation activation;
} epilogue;

/// Σ (row_least + row_scale · i) (column_scale · j) over the integers i and j.
INLINE vector scaled_sum(const epilogue *e, int64_t row, vector column_scales, vector column_sums, vector sum) {
  vector integers = __builtin_convertvector((int_vector)sum, vector);
  vector scaled = integers * (column_scales * e->scales.row_scales[row]);
  // Not fused, so that every instruction set has the same bits.
  vector shifted = column_sums * e->scales.row_least[row];
  return scaled + shifted;
}

/// What `finish` has to do beside the activation. Where the compiler knows it, next to nothing is left between the arithmetic of
/// one vector and that of the next.
typedef struct {
  bool scales, continues, keeps, slopes;
  bool whole;        ///< every column of a vector exists
  bool past_caches;  ///< goes what is kept, which the backward pass alone reads
} finishing;

/// A vector of columns, down the rows.
INLINE void finish_columns(const epilogue *e, braid_activation activation, const finishing what, int64_t column, int64_t end,
                           int64_t rows, const float *tile, int64_t width) {
  vector column_scales = {0}, column_sums = {0}, bias = {0};
  if (what.scales) {
    column_scales = load(e->scales.column_scales + column);
    column_sums = load(e->scales.column_sums + column);
  }
  if (e->bias) bias = load_until(e->bias, column, end);
  if (what.whole) end = INT64_MAX;
  int64_t offset = 0;
  tile += column;
  for (int64_t row = 0; row < rows; row++, offset += e->stride, tile += width) {
    vector value = load(tile);
    if (what.scales) value = scaled_sum(e, row, column_scales, column_sums, value);
    if (what.continues) value += load_until(e->output + offset, column, end);
    if (e->bias) value += bias;
    if (what.past_caches) store_past_caches(e->before_activation + offset + column, value);
    else if (what.keeps) store_until(e->before_activation + offset, column, end, value);
    if (what.slopes) value *= activation_derivative(activation, load_until(e->slopes_at + offset, column, end));
    else value = what.scales ? activate_roughly(activation, value) : activate(activation, value);
    store_until(e->output + offset, column, end, value);
  }
}

INLINE void finish_rows(epilogue e, braid_activation activation, int64_t rows, const float *tile, int64_t width) {
  int64_t end = at_most(e.columns, width);
  finishing what = {
      .scales = e.scales.row_scales, .continues = e.continues, .keeps = e.before_activation, .slopes = e.slopes_at};
  bool may_pass = what.keeps && goes_past_caches(e.before_activation, e.stride);
  for (int64_t column = 0; column < end; column += LANES) {
    what.whole = end - column >= LANES;
    if (!what.whole || what.continues || (what.keeps && (what.scales || !may_pass)))
      finish_columns(&e, activation, what, column, end, rows, tile, width);
    else if (what.slopes)
      finish_columns(&e, activation, (finishing){.slopes = true, .whole = true}, column, end, rows, tile, width);
    else if (what.scales)
      finish_columns(&e, activation, (finishing){.scales = true, .whole = true}, column, end, rows, tile, width);
    else if (what.keeps)
      finish_columns(&e, activation, (finishing){.keeps = true, .whole = true, .past_caches = true}, column, end, rows, tile,
                     width);
    else finish_columns(&e, activation, (finishing){.whole = true}, column, end, rows, tile, width);
  }
}

/// `width` is that of the tile, whole vectors. A loop for each activation, and a copy of what is to be done, so that nothing is
/// looked up for every vector.
static __attribute__((noinline)) void finish(const epilogue *e, int rows, const float *tile, int64_t width) {
  switch (e->activation) {
    case BRAID_ACTIVATION_NONE: return finish_rows(*e, BRAID_ACTIVATION_NONE, rows, tile, width);
    case BRAID_ACTIVATION_GELU: return finish_rows(*e, BRAID_ACTIVATION_GELU, rows, tile, width);
    case BRAID_ACTIVATION_GELU_TANH: return finish_rows(*e, BRAID_ACTIVATION_GELU_TANH, rows, tile, width);
    case BRAID_ACTIVATION_RELU: return finish_rows(*e, BRAID_ACTIVATION_RELU, rows, tile, width);
    case BRAID_ACTIVATION_TANH: return finish_rows(*e, BRAID_ACTIVATION_TANH, rows, tile, width);
  }
}

/// Whole panels without an activation go straight between registers and memory.
INLINE bool is_plain(const epilogue *e) {
  return e->columns >= PANEL && e->activation == BRAID_ACTIVATION_NONE && !e->before_activation && !e->slopes_at;
}

#define EACH_SUM(ROWS, r, v)                                                                             \
  _Pragma("clang loop unroll(full)")                                                                     \
  for (int r = 0; r < ROWS; r++)                                                                         \
    _Pragma("clang loop unroll(full)")                                                                   \
    for (int v = 0; v < TILE_VECTORS; v++)

/// What the output holds is added last: its lines have been asked for by then, and at the start nothing could be done
/// while they came.
#define STORE_TILE(ROWS)                                                                                 \
  if (is_plain(e)) {                                                                                     \
    if (e->continues) EACH_SUM(ROWS, r, v) sum[r][v] += load(e->output + r * e->stride + v * LANES);     \
    if (e->bias) EACH_SUM(ROWS, r, v) sum[r][v] += load(e->bias + v * LANES);                            \
    EACH_SUM(ROWS, r, v) store(e->output + r * e->stride + v * LANES, sum[r][v]);                        \
  } else {                                                                                               \
    _Alignas(64) float tile[ROWS * PANEL];                                                               \
    EACH_SUM(ROWS, r, v) store(tile + r * PANEL + v * LANES, sum[r][v]);                                 \
    finish(e, ROWS, tile, PANEL);                                                                        \
  }

#define DEFINE_TILE_OF_KIND(kind, ROWS, SUM_UP, EACH_STEP)                                                \
  static void kind##_##ROWS(const float *left, int64_t left_stride, const float *right, int64_t depth,    \
                            const epilogue *e) {                                                          \
    vector sum[ROWS][TILE_VECTORS] = {0};                                                                 \
    float *slice = e->slice, *panel = e->panel;                                                           \
    (void)slice;                                                                                          \
    (void)panel;                                                                                          \
    SUM_UP(ROWS, EACH_STEP)                                                                               \
    STORE_TILE(ROWS)                                                                                      \
  }

#define DEFINE_TILE(ROWS)                                                             \
  DEFINE_TILE_OF_KIND(tile_by_row, ROWS, TILE_BY_ROW, NOTHING)                        \
  DEFINE_TILE_OF_KIND(tile_by_row_copying_right, ROWS, TILE_BY_ROW, COPY_TO_PANEL)    \
  DEFINE_TILE_OF_KIND(tile_by_depth, ROWS, TILE_BY_DEPTH, NOTHING)                    \
  DEFINE_TILE_OF_KIND(tile_by_depth_copying_left, ROWS, TILE_BY_DEPTH, COPY_TO_SLICE) \
  DEFINE_TILE_OF_KIND(tile_by_depth_copying_right, ROWS, TILE_BY_DEPTH, COPY_TO_PANEL)

typedef void (*tile_function)(const float *, int64_t, const float *, int64_t, const epilogue *);

#define EACH_TILE_UP_TO_6(X) X(1) X(2) X(3) X(4) X(5) X(6)
#if TILE_ROWS == 14
#define EACH_TILE(X) EACH_TILE_UP_TO_6(X) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)
#elif TILE_ROWS == 12
#define EACH_TILE(X) EACH_TILE_UP_TO_6(X) X(7) X(8) X(9) X(10) X(11) X(12)
#else
#define EACH_TILE(X) EACH_TILE_UP_TO_6(X)
#endif

EACH_TILE(DEFINE_TILE)

#define BY_ROW(ROWS) tile_by_row_##ROWS,
#define BY_ROW_COPYING_RIGHT(ROWS) tile_by_row_copying_right_##ROWS,
#define BY_DEPTH(ROWS) tile_by_depth_##ROWS,
#define BY_DEPTH_COPYING_LEFT(ROWS) tile_by_depth_copying_left_##ROWS,
#define BY_DEPTH_COPYING_RIGHT(ROWS) tile_by_depth_copying_right_##ROWS,
static const tile_function tiles_by_row[] = {0, EACH_TILE(BY_ROW)};
static const tile_function tiles_by_row_copying_right[] = {0, EACH_TILE(BY_ROW_COPYING_RIGHT)};
static const tile_function tiles_by_depth[] = {0, EACH_TILE(BY_DEPTH)};
static const tile_function tiles_by_depth_copying_left[] = {0, EACH_TILE(BY_DEPTH_COPYING_LEFT)};
static const tile_function tiles_by_depth_copying_right[] = {0, EACH_TILE(BY_DEPTH_COPYING_RIGHT)};
