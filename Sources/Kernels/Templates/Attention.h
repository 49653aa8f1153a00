// Self-attention inside each sequence of packed rows, head by head. A head's scores stay in the thread's scratch space, and
// backward computes them again from the kept log-sums rather than reading them back.

/// Neighbouring heads of a sequence that one unit goes through, as their parts of a row follow each other: all of them, but
/// where sequences are so few that threads would wait for the last.
#define FEWEST_HEADS_A_UNIT 4
#define SEQUENCES_A_THREAD 8

/// Sizes of one (sequence, head) and its places in the packed matrices.
typedef struct {
  int64_t first_row, length, width;  ///< width: length rounded up to whole panels
  int64_t head, hidden, row_stride;  ///< row_stride of the projections
  const float *query, *key, *value;
} head_view;

INLINE head_view view_head(const float *projections, const int32_t *starts, int64_t heads, int64_t size,
                           int64_t sequence, int64_t head) {
  head_view view = {.head = head, .hidden = heads * size, .row_stride = 3 * heads * size};
  view.first_row = starts[sequence];
  view.length = starts[sequence + 1] - view.first_row;
  view.width = panels_of(view.length) * PANEL;
  view.query = projections + view.first_row * view.row_stride + view.head * size;
  view.key = view.query + view.hidden;
  view.value = view.key + view.hidden;
  return view;
}

/// Asks for a row's part of the head that follows.
INLINE void expect_next_head(const float *row, int64_t size) {
  for (int64_t column = 0; column < size; column += 16) __builtin_prefetch(row + size + column);
}

INLINE void expect_projections(const head_view *view, int64_t row, int64_t size) {
  expect_next_head(view->query + row * view->row_stride, size);
  expect_next_head(view->key + row * view->row_stride, size);
  expect_next_head(view->value + row * view->row_stride, size);
}

/// What is done to one head of one sequence.
typedef void (*head_body)(const void *arguments, braid_device *device, int64_t sequence, int64_t head, int32_t thread);

typedef struct {
  const void *arguments;
  braid_device *device;
  int64_t heads, heads_a_unit;
  head_body body;
} heads_plan;

static void heads_unit(void *context, int64_t unit, int32_t thread) {
  const heads_plan *plan = context;
  int64_t units = chunks_of(plan->heads, plan->heads_a_unit), first = unit % units * plan->heads_a_unit;
  for (int64_t head = first; head < at_most(first + plan->heads_a_unit, plan->heads); head++)
    plan->body(plan->arguments, plan->device, unit / units, head, thread);
}

static void each_head(braid_device *device, int64_t sequences, int64_t heads, const void *arguments, head_body body) {
  bool are_many = sequences >= SEQUENCES_A_THREAD * braid_device_threads(device);
  heads_plan plan = {arguments, device, heads, are_many ? heads : FEWEST_HEADS_A_UNIT, body};
  braid_parallel(device, sequences * chunks_of(heads, plan.heads_a_unit), &plan, heads_unit);
}

INLINE int64_t longest_sequence(const int32_t *starts, int64_t sequences) {
  int64_t longest = 0;
  for (int64_t s = 0; s < sequences; s++)
    if (starts[s + 1] - starts[s] > longest) longest = starts[s + 1] - starts[s];
  return longest;
}

/// Floats of scratch space for a sequence of this length: a packed matrix of either kind, and matrices of scores.
INLINE int64_t scratch_floats(int64_t length, int64_t size, int64_t score_matrices) {
  int64_t width = panels_of(length) * PANEL;
  return width * size + panels_of(size) * PANEL * length + score_matrices * length * width;
}

/// Where the dropout stream of a row of scores begins. Sequences have at most 2¹⁶ rows.
INLINE int64_t dropout_row(const head_view *view, int64_t row, int64_t heads) {
  return ((view->first_row + row) * heads + view->head) << 16;
}

static const float minus_infinity = -__builtin_inff();

// MARK: Forward

/// Makes rows of scores the probabilities that values are weighed with. The compiler knows `rows`.
INLINE void softmax_rows(const braid_attention_arguments *a, const head_view *view, dropout_stream stream, float *scores,
                         int64_t first, const int rows) {
  int64_t length = view->length, width = view->width;
  float scale = 1.0f / sqrtf((float)a->head_size), top[ROWS_TOGETHER], inverse[ROWS_TOGETHER];
  vector most[ROWS_TOGETHER], total[ROWS_TOGETHER] = {0};
  scores += first * width;
  EACH_ROW(r) {
    expect_projections(view, first + r, a->head_size);
    most[r] = splat(minus_infinity);
  }
  FOR_LANES(j, length)
    EACH_ROW(r)
      most[r] = maximum(most[r], lanes_until(j, length, load(scores + r * width + j), splat(minus_infinity)));
  EACH_ROW(r) top[r] = maximum_of_lanes(most[r]);
  FOR_LANES(j, length)
    EACH_ROW(r) {
      vector e = lanes_until(j, length, exponential((load(scores + r * width + j) - top[r]) * scale), splat(0));
      total[r] += e;
      store(scores + r * width + j, e);
    }
  EACH_ROW(r) {
    float sum = sum_of_lanes(total[r]);
    inverse[r] = 1.0f / sum;
    if (a->log_sums) a->log_sums[(view->first_row + first + r) * a->heads + view->head] = top[r] * scale + logf(sum);
  }
  FOR_LANES(j, length)
    EACH_ROW(r) {
      vector p = load(scores + r * width + j) * inverse[r];
      if (a->dropout.rate > 0) p *= dropout_factors(stream, dropout_row(view, first + r, a->heads) + j);
      store(scores + r * width + j, p);
    }
}

static void attention_head(const void *arguments, braid_device *device, int64_t sequence, int64_t head,
                           int32_t thread) {
  const braid_attention_arguments *a = arguments;
  int64_t size = a->head_size;
  head_view view = view_head(a->projections, a->sequence_starts, a->heads, size, sequence, head);
  int64_t length = view.length, width = view.width;
  if (length == 0) return;
  float *keys = braid_scratch(device, thread, (size_t)scratch_floats(length, size, 1) * sizeof(float));
  float *values = keys + width * size, *scores = values + panels_of(size) * PANEL * length;
  pack_columns(view.key, view.row_stride, length, size, keys);
  pack_rows(view.value, view.row_stride, length, size, values);
  small_product(tiles_by_row, view.query, view.row_stride, keys, length, width, size, scores, width);
  dropout_stream stream = dropout_begin(a->dropout);
  int64_t row = 0;
  for (; row + ROWS_TOGETHER <= length; row += ROWS_TOGETHER) softmax_rows(a, &view, stream, scores, row, ROWS_TOGETHER);
  for (; row < length; row++) softmax_rows(a, &view, stream, scores, row, 1);
  small_product(tiles_by_row, scores, width, values, length, size, length,
                a->output + view.first_row * view.hidden + view.head * size, view.hidden);
}

static void attention(braid_device *device, const braid_attention_arguments *a) {
  int64_t longest = longest_sequence(a->sequence_starts, a->sequences);
  braid_scratch_reserve(device, (size_t)scratch_floats(longest, a->head_size, 1) * sizeof(float));
  each_head(device, a->sequences, a->heads, a, attention_head);
}

// MARK: Backward

/// Makes rows of scores P ∘ F and those of dP before the dropout dS, both as below. The compiler knows `rows`.
INLINE void slopes_of_rows(const braid_attention_backward_arguments *a, const head_view *view, dropout_stream stream,
                           float *scores, float *slopes, int64_t first, const int rows) {
  int64_t size = a->head_size, length = view->length, width = view->width;
  float scale = 1.0f / sqrtf((float)size), log_sum[ROWS_TOGETHER], mean_slope[ROWS_TOGETHER];
  vector products[ROWS_TOGETHER] = {0};
  int64_t place = (view->first_row + first) * view->hidden + view->head * size;
  const float *gradient = a->gradient + place, *output = a->output + place;
  float *target = a->projections_gradient + (view->first_row + first) * view->row_stride + view->head * size;
  scores += first * width;
  slopes += first * width;
  EACH_ROW(r) {
    expect_projections(view, first + r, size);
    expect_next_head(gradient + r * view->hidden, size);
    expect_next_head(output + r * view->hidden, size);
    for (int64_t column = 0; column < size; column += 16)
      for (int third = 0; third < 3; third++)
        __builtin_prefetch(target + r * view->row_stride + third * view->hidden + column, 1);
    log_sum[r] = a->log_sums[(view->first_row + first + r) * a->heads + view->head];
  }
  FOR_LANES(c, size)
    EACH_ROW(r)
      products[r] = multiply_add(load_until(gradient + r * view->hidden, c, size),
                                 load_until(output + r * view->hidden, c, size), products[r]);
  EACH_ROW(r) mean_slope[r] = sum_of_lanes(products[r]);
  FOR_LANES(j, length)
    EACH_ROW(r) {
      float *score = scores + r * width + j, *slope = slopes + r * width + j;
      vector p = exponential(multiply_add(load(score), splat(scale), splat(-log_sum[r])));
      vector d = load(slope), kept = p;
      if (a->dropout.rate > 0) {
        vector factors = dropout_factors(stream, dropout_row(view, first + r, a->heads) + j);
        d *= factors;
        kept *= factors;
      }
      store(score, kept);
      store(slope, p * (d - mean_slope[r]) * scale);
    }
}

/// With P the probabilities, F the dropout factors and O = (P ∘ F) V:
/// dV = (P ∘ F)ᵀ dO, dP = (dO Vᵀ) ∘ F, dS = P ∘ (dP − rowsum(dO ∘ O)) / √size, dQ = dS K, dK = dSᵀ Q.
static void attention_backward_head(const void *arguments, braid_device *device, int64_t sequence, int64_t head,
                                    int32_t thread) {
  const braid_attention_backward_arguments *a = arguments;
  int64_t size = a->head_size;
  head_view view = view_head(a->projections, a->sequence_starts, a->heads, size, sequence, head);
  int64_t length = view.length, width = view.width;
  if (length == 0) return;
  int64_t by_column = width * size, by_row = panels_of(size) * PANEL * length;
  float *packed = braid_scratch(device, thread, (size_t)scratch_floats(length, size, 2) * sizeof(float));
  float *rows = packed + by_column, *scores = rows + by_row, *slopes = scores + length * width;
  const float *gradient = a->gradient + view.first_row * view.hidden + view.head * size;
  float *query_gradient = a->projections_gradient + view.first_row * view.row_stride + view.head * size;
  float *key_gradient = query_gradient + view.hidden, *value_gradient = key_gradient + view.hidden;

  pack_columns(view.key, view.row_stride, length, size, packed);
  small_product(tiles_by_row, view.query, view.row_stride, packed, length, width, size, scores, width);
  pack_columns(view.value, view.row_stride, length, size, packed);
  small_product(tiles_by_row, gradient, view.hidden, packed, length, width, size, slopes, width);

  dropout_stream stream = dropout_begin(a->dropout);
  int64_t row = 0;
  for (; row + ROWS_TOGETHER <= length; row += ROWS_TOGETHER)
    slopes_of_rows(a, &view, stream, scores, slopes, row, ROWS_TOGETHER);
  for (; row < length; row++) slopes_of_rows(a, &view, stream, scores, slopes, row, 1);
  pack_rows(gradient, view.hidden, length, size, rows);
  small_product(tiles_by_depth, scores, width, rows, length, size, length, value_gradient, view.row_stride);
  pack_rows(view.query, view.row_stride, length, size, rows);
  small_product(tiles_by_depth, slopes, width, rows, length, size, length, key_gradient, view.row_stride);
  pack_rows(view.key, view.row_stride, length, size, rows);
  small_product(tiles_by_row, slopes, width, rows, length, size, length, query_gradient, view.row_stride);
}

static void attention_backward(braid_device *device, const braid_attention_backward_arguments *a) {
  int64_t longest = longest_sequence(a->sequence_starts, a->sequences);
  braid_scratch_reserve(device, (size_t)scratch_floats(longest, a->head_size, 2) * sizeof(float));
  each_head(device, a->sequences, a->heads, a, attention_backward_head);
}
