// Optimizer steps, over flat stretches of parameters and over rows of tables. The gradient is set to zero as it is read,
// while it is in cache.

/// Arithmetic on numbers below the normal ones takes a processor a hundred times as long, and moments that fade would
/// stay there for good.
INLINE vector without_subnormals(vector x) { return choose(magnitude(x) < splat(0x1p-126f), splat(0), x); }

INLINE void adamw_stretch(const braid_adam_step *s, float *parameters, float *first_moment, float *second_moment,
                          float *gradient, int64_t first, int64_t last) {
  float decay = 1.0f - s->learning_rate * s->weight_decay;
  float step = s->learning_rate / s->correction1, root = 1.0f / sqrtf(s->correction2);
  for (int64_t i = first; i < last; i += LANES) {
    vector g = gradient ? load_until(gradient, i, last) * s->gradient_scale : splat(0);
    vector m = load_until(first_moment, i, last), v = load_until(second_moment, i, last);
    m = without_subnormals(multiply_add(splat(s->beta1), m, (1.0f - s->beta1) * g));
    v = without_subnormals(multiply_add(splat(s->beta2), v, (1.0f - s->beta2) * g * g));
    vector p = load_until(parameters, i, last) * decay;
    p -= step * m / (square_root(v) * root + s->epsilon);
    store_until(parameters, i, last, p);
    store_until(first_moment, i, last, m);
    store_until(second_moment, i, last, v);
    if (gradient) store_until(gradient, i, last, splat(0));
  }
}

/// The second moment is the decayed maximum of the gradient's magnitude.
INLINE void adamax_stretch(const braid_adam_step *s, float *parameters, float *first_moment, float *second_moment,
                           float *gradient, int64_t first, int64_t last) {
  float decay = 1.0f - s->learning_rate * s->weight_decay, step = s->learning_rate / s->correction1;
  for (int64_t i = first; i < last; i += LANES) {
    vector g = gradient ? load_until(gradient, i, last) * s->gradient_scale : splat(0);
    vector m = load_until(first_moment, i, last), u = load_until(second_moment, i, last);
    m = without_subnormals(multiply_add(splat(s->beta1), m, (1.0f - s->beta1) * g));
    u = maximum(s->beta2 * u, magnitude(g) + s->epsilon);
    vector p = load_until(parameters, i, last) * decay;
    p -= step * m / u;
    store_until(parameters, i, last, p);
    store_until(first_moment, i, last, m);
    store_until(second_moment, i, last, u);
    if (gradient) store_until(gradient, i, last, splat(0));
  }
}

INLINE void adam_stretch(braid_adam_method method, const braid_adam_step *s, float *parameters, float *first_moment,
                         float *second_moment, float *gradient, int64_t first, int64_t last) {
  switch (method) {
    case BRAID_ADAMW: adamw_stretch(s, parameters, first_moment, second_moment, gradient, first, last); break;
    case BRAID_ADAMAX: adamax_stretch(s, parameters, first_moment, second_moment, gradient, first, last); break;
  }
}

static void adam_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_adam_arguments *a = context;
  ELEMENTS_OF_UNIT(a->count);
  adam_stretch(a->method, &a->step, a->parameters, a->first_moment, a->second_moment, a->gradient, first, last);
}

static void adam(braid_device *device, const braid_adam_arguments *a) {
  braid_parallel(device, chunks_of(a->count, ELEMENT_CHUNK), (void *)a, adam_unit);
}

// MARK: Rows of tables

INLINE bool is_zero(const float *values, int64_t count) {
  vector largest = {0};
  FOR_LANES(i, count) largest = maximum(magnitude(load_until(values, i, count)), largest);
  return maximum_of_lanes(largest) == 0;
}

/// AdamW moves a row that never had a gradient by weight decay alone.
static void decay_row(const braid_adam_rows_arguments *a, float *parameters, int64_t begin, int64_t end) {
  FOR_LANES(i, a->columns) {
    vector p = load_until(parameters, i, a->columns);
    for (int64_t step = begin; step < end; step++)
      p *= 1.0f - a->steps[step].learning_rate * a->steps[step].weight_decay;
    store_until(parameters, i, a->columns, p);
  }
}

static void adam_rows_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_adam_rows_arguments *a = context;
  ROWS_OF_UNIT(a->row_count);
  for (int64_t index = first; index < last; index++) {
    int64_t row = a->rows ? a->rows[index] : index, place = row * a->columns, step = a->taken[row];
    int64_t idle = a->gradient ? a->step_count - 1 : a->step_count;
    float *parameters = a->parameters + place, *m = a->first_moment + place, *v = a->second_moment + place;
    if (step < idle && a->method == BRAID_ADAMW && is_zero(m, a->columns) && is_zero(v, a->columns)) {
      decay_row(a, parameters, step, idle);
      step = idle;
    }
    for (; step < a->step_count; step++) {
      float *gradient = step >= idle ? a->gradient + place : NULL;
      adam_stretch(a->method, a->steps + step, parameters, m, v, gradient, 0, a->columns);
    }
    a->taken[row] = (int32_t)a->step_count;
  }
}

static void adam_rows(braid_device *device, const braid_adam_rows_arguments *a) {
  braid_parallel(device, chunks_of(a->row_count, ROW_CHUNK), (void *)a, adam_rows_unit);
}
