// Inner products and weighted sums of the gradients of several tasks.

typedef double double_vector __attribute__((vector_size(LANES * 8)));

static double inner_product(const float *left, const float *right, int64_t count) {
  double_vector lanes = {0};
  FOR_LANES(i, count) {
    vector x = load_until(left, i, count), y = load_until(right, i, count);
    // Exact: the product of two floats has no more digits than a double.
    lanes += __builtin_convertvector(x, double_vector) * __builtin_convertvector(y, double_vector);
  }
  double sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += lanes[lane];
  return sum;
}

INLINE vector weighted_sum(const braid_combine_arguments *a, int64_t i, int64_t last) {
  vector sum = load_until(a->sources[0], i, last) * a->factors[0];
  for (int64_t source = 1; source < a->source_count; source++)
    sum = multiply_add(load_until(a->sources[source], i, last), splat(a->factors[source]), sum);
  return sum;
}

/// The sum of the terms of the sign that is drawn.
INLINE vector sum_of_one_sign(const braid_combine_arguments *a, dropout_stream stream, int64_t i, int64_t last) {
  vector positive = {0}, negative = {0};
  for (int64_t source = 0; source < a->source_count; source++) {
    vector term = load_until(a->sources[source], i, last) * a->factors[source];
    positive += maximum(term, splat(0));
    negative += minimum(term, splat(0));
  }
  vector whole = positive - negative;
  vector uniform = __builtin_convertvector((int_vector)(random_bits(stream, i) >> 8), vector) * 0x1p-24f;
  // Without a division: ½ (1 + (p + n) / (p − n)) > u.
  return choose(positive > uniform * whole, positive, negative);
}

static void combine_stretch(const braid_combine_arguments *a, int64_t first, int64_t last) {
  dropout_stream stream = dropout_begin((braid_dropout){.key = a->sign_key});
  for (int64_t i = first; i < last; i += LANES) {
    vector sum = a->sign_key ? sum_of_one_sign(a, stream, i, last) : weighted_sum(a, i, last);
    if (a->clears_sources)
      for (int64_t source = 0; source < a->source_count; source++)
        store_until(a->sources[source], i, last, splat(0));
    store_until(a->target, i, last, sum);
  }
}

static void combine_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_combine_arguments *a = context;
  const braid_span *span = &a->span;
  if (span->rows) {
    ROWS_OF_UNIT(span->count);
    for (int64_t index = first; index < last; index++) {
      int64_t place = span->first + span->rows[index] * span->columns;
      combine_stretch(a, place, place + span->columns);
    }
  } else {
    ELEMENTS_OF_UNIT(span->count);
    combine_stretch(a, span->first + first, span->first + last);
  }
}

static void combine(braid_device *device, const braid_combine_arguments *a) {
  int64_t units = chunks_of(a->span.count, a->span.rows ? ROW_CHUNK : ELEMENT_CHUNK);
  braid_parallel(device, units, (void *)a, combine_unit);
}
