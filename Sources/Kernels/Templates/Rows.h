// Element-wise kernels and those that go row by row: activations, dropout, LayerNorm, embeddings.

// MARK: Activations and dropout

static void activation_backward_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_activation_backward_arguments *a = context;
  ELEMENTS_OF_UNIT(a->count);
  for (int64_t i = first; i < last; i += LANES) {
    vector slope = activation_derivative(a->activation, load_until(a->before, i, last));
    store_until(a->gradient, i, last, load_until(a->gradient, i, last) * slope);
  }
}

static void activation_backward(braid_device *device, const braid_activation_backward_arguments *a) {
  braid_parallel(device, chunks_of(a->count, ELEMENT_CHUNK), (void *)a, activation_backward_unit);
}

static void dropout_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_dropout_arguments *a = context;
  dropout_stream stream = dropout_begin(a->dropout);
  ELEMENTS_OF_UNIT(a->count);
  for (int64_t i = first; i < last; i += LANES) {
    vector value = load_until(a->input, i, last);
    if (a->dropout.rate > 0) value *= dropout_factors(stream, i);
    if (a->accumulate) value += load_until(a->output, i, last);
    store_until(a->output, i, last, value);
  }
}

static void dropout_apply(braid_device *device, const braid_dropout_arguments *a) {
  braid_parallel(device, chunks_of(a->count, ELEMENT_CHUNK), (void *)a, dropout_unit);
}

static void apply(braid_function function, const float *input, float *output, int64_t count) {
  for (int64_t i = 0; i < count; i += LANES) {
    vector x = load_until(input, i, count), y = x;
    switch (function) {
      case BRAID_FUNCTION_EXP: y = exponential(x); break;
      case BRAID_FUNCTION_TANH: y = hyperbolic_tangent(x); break;
      case BRAID_FUNCTION_ERF: y = error_function(x); break;
    }
    store_until(output, i, count, y);
  }
}

// MARK: Sums over rows

/// Vectors side by side that one unit sums, all rows in order.
#define COLUMN_VECTORS 4
#define COLUMN_CHUNK (COLUMN_VECTORS * LANES)

INLINE void expect_columns(const float *row, int64_t stride) {
  for (int64_t column = 0; column < COLUMN_CHUNK; column += 16) __builtin_prefetch(row + ROWS_AHEAD * stride + column);
}

INLINE void add_within(float *row, int64_t offset, int64_t end, vector value) {
  if (offset < end) store_until(row, offset, end, load_until(row, offset, end) + value);
}

static void column_sums_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_column_sums_arguments *a = context;
  int64_t column = unit * COLUMN_CHUNK;
  vector sums[COLUMN_VECTORS] = {0};
  for (int64_t i = a->first_row; i < a->last_row; i++) {
    const float *row = a->matrix + i * a->stride;
    expect_columns(row + column, a->stride);
    for (int v = 0; v < COLUMN_VECTORS; v++) sums[v] += load_within(row, column + v * LANES, a->columns);
  }
  for (int v = 0; v < COLUMN_VECTORS; v++) add_within(a->sums, column + v * LANES, a->columns, sums[v]);
}

static void column_sums(braid_device *device, const braid_column_sums_arguments *a) {
  braid_parallel(device, chunks_of(a->columns, COLUMN_CHUNK), (void *)a, column_sums_unit);
}

// MARK: LayerNorm

/// The compiler knows `rows`, whether columns are `whole` vectors, and whether anything is dropped.
INLINE void normalise_rows(const braid_layer_norm_arguments *a, dropout_stream stream, int64_t first, const int rows,
                           const bool whole, const bool drops) {
  int64_t columns = a->columns, place = first * columns, end = whole ? INT64_MAX : columns;
  const float *input = a->input + place, *residual = a->residual ? a->residual + place : NULL;
  float *output = a->output + place, *kept = a->sum ? a->sum + place : output;
  vector total[ROWS_TOGETHER] = {0}, squares[ROWS_TOGETHER] = {0};
  float mean[ROWS_TOGETHER], scale[ROWS_TOGETHER];
  FOR_LANES(c, columns)
    EACH_ROW(r) {
      int64_t row = r * columns;
      vector value = load_until(input + row, c, end);
      if (drops) value *= dropout_factors(stream, place + row + c);
      if (residual) value += load_until(residual + row, c, end);
      store_until(kept + row, c, end, value);
      total[r] += value;
    }
  EACH_ROW(r) mean[r] = sum_of_lanes(total[r]) / (float)columns;
  FOR_LANES(c, columns)
    EACH_ROW(r) {
      vector centred = load_until(kept + r * columns, c, end) - mean[r];
      if (!whole) centred = lanes_until(c, columns, centred, splat(0));
      squares[r] = multiply_add(centred, centred, squares[r]);
    }
  EACH_ROW(r) scale[r] = 1.0f / sqrtf(sum_of_lanes(squares[r]) / (float)columns + a->epsilon);
  FOR_LANES(c, columns) {
    vector weight = load_until(a->weight, c, end), bias = load_until(a->bias, c, end);
    EACH_ROW(r) {
      vector normalised = (load_until(kept + r * columns, c, end) - mean[r]) * scale[r];
      store_until(output + r * columns, c, end, multiply_add(normalised, weight, bias));
    }
  }
  if (!a->statistics) return;
  EACH_ROW(r) {
    a->statistics[(first + r) * 2] = mean[r];
    a->statistics[(first + r) * 2 + 1] = scale[r];
  }
}

static void layer_norm_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_layer_norm_arguments *a = context;
  dropout_stream stream = dropout_begin(a->dropout);
  ROWS_OF_UNIT(a->rows);
  bool whole = a->columns % LANES == 0, drops = a->dropout.rate > 0;
  for (; whole && first + ROWS_TOGETHER <= last; first += ROWS_TOGETHER)
    if (drops) normalise_rows(a, stream, first, ROWS_TOGETHER, true, true);
    else normalise_rows(a, stream, first, ROWS_TOGETHER, true, false);
  for (; first < last; first++)
    if (drops) normalise_rows(a, stream, first, 1, false, true);
    else normalise_rows(a, stream, first, 1, false, false);
}

static void layer_norm(braid_device *device, const braid_layer_norm_arguments *a) {
  braid_parallel(device, chunks_of(a->rows, ROW_CHUNK), (void *)a, layer_norm_unit);
}

/// With x̂ the normalised row and g = gradient · weight: dx = (g − mean(g) − x̂ · mean(g · x̂)) / deviation.
static void layer_norm_backward_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_layer_norm_backward_arguments *a = context;
  dropout_stream stream = dropout_begin(a->dropout);
  int64_t columns = a->columns;
  ROWS_OF_UNIT(a->rows);
  for (int64_t row = first; row < last; row++) {
    const float *gradient = a->gradient + row * columns, *sum = a->sum + row * columns;
    float mean = a->statistics[row * 2], scale = a->statistics[row * 2 + 1];
    vector total = {0}, projected = {0};
    FOR_LANES(c, columns) {
      vector g = load_until(gradient, c, columns) * load_until(a->weight, c, columns);
      total += g;
      projected = multiply_add(g, (load_until(sum, c, columns) - mean) * scale, projected);
    }
    float mean_gradient = sum_of_lanes(total) / (float)columns;
    float mean_projected = sum_of_lanes(projected) / (float)columns;
    FOR_LANES(c, columns) {
      vector g = load_until(gradient, c, columns) * load_until(a->weight, c, columns);
      vector normalised = (load_until(sum, c, columns) - mean) * scale;
      vector d = (g - mean_gradient - normalised * mean_projected) * scale;
      if (a->residual_gradient) {
        float *target = a->residual_gradient + row * columns;
        store_until(target, c, columns, a->residual_accumulate ? d + load_until(target, c, columns) : d);
      }
      if (a->dropout.rate > 0) d *= dropout_factors(stream, row * columns + c);
      float *target = a->input_gradient + row * columns;
      store_until(target, c, columns, a->input_accumulate ? d + load_until(target, c, columns) : d);
    }
  }
}

static void layer_norm_backward(braid_device *device, const braid_layer_norm_backward_arguments *a) {
  braid_parallel(device, chunks_of(a->rows, ROW_CHUNK), (void *)a, layer_norm_backward_unit);
}

static void layer_norm_parameters_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_layer_norm_parameters_arguments *a = context;
  int64_t columns = a->columns, column = unit * COLUMN_CHUNK;
  vector weight_sums[COLUMN_VECTORS] = {0}, bias_sums[COLUMN_VECTORS] = {0};
  for (int64_t i = a->first_row; i < a->last_row; i++) {
    const float *gradient = a->gradient + i * columns, *sum = a->sum + i * columns;
    float mean = a->statistics[i * 2], scale = a->statistics[i * 2 + 1];
    expect_columns(gradient + column, columns);
    expect_columns(sum + column, columns);
    for (int v = 0; v < COLUMN_VECTORS; v++) {
      int64_t place = column + v * LANES;
      vector g = load_within(gradient, place, columns);
      weight_sums[v] = multiply_add(g, (load_within(sum, place, columns) - mean) * scale, weight_sums[v]);
      bias_sums[v] += g;
    }
  }
  for (int v = 0; v < COLUMN_VECTORS; v++) {
    int64_t place = column + v * LANES;
    if (a->weight_gradient) add_within(a->weight_gradient, place, columns, weight_sums[v]);
    if (a->bias_gradient) add_within(a->bias_gradient, place, columns, bias_sums[v]);
  }
}

static void layer_norm_parameters(braid_device *device, const braid_layer_norm_parameters_arguments *a) {
  braid_parallel(device, chunks_of(a->columns, COLUMN_CHUNK), (void *)a, layer_norm_parameters_unit);
}

// MARK: Embeddings

static void embedding_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_embedding_arguments *a = context;
  int64_t columns = a->columns;
  ROWS_OF_UNIT(a->rows);
  for (int64_t row = first; row < last; row++)
    FOR_LANES(c, columns) {
      vector value = load_until(a->tables[0] + (int64_t)a->ids[0][row] * columns, c, columns);
      for (int table = 1; table < 3 && a->tables[table]; table++)
        value += load_until(a->tables[table] + (int64_t)a->ids[table][row] * columns, c, columns);
      store_until(a->output + row * columns, c, columns, value);
    }
}

static void embedding(braid_device *device, const braid_embedding_arguments *a) {
  braid_parallel(device, chunks_of(a->rows, ROW_CHUNK), (void *)a, embedding_unit);
}

/// A unit owns a stretch of columns and adds the rows in their order: two rows may hold the same id.
static void embedding_backward_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_embedding_backward_arguments *a = context;
  int64_t columns = a->columns, first = unit * COLUMN_CHUNK;
  int64_t last = at_most(first + COLUMN_CHUNK, columns);
  for (int64_t row = a->first_row; row < a->last_row; row++) {
    float *target = a->table_gradient + (int64_t)a->ids[row] * columns;
    const float *source = a->gradient + row * columns;
    for (int64_t c = first; c < last; c += LANES)
      store_until(target, c, last, load_until(target, c, last) + load_until(source, c, last));
  }
}

static void embedding_backward(braid_device *device, const braid_embedding_backward_arguments *a) {
  braid_parallel(device, chunks_of(a->columns, COLUMN_CHUNK), (void *)a, embedding_backward_unit);
}
