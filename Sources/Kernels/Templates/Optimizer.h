// Optimizer steps over flat stretches of parameters. The gradient is set to zero as it is read, while it is in cache.

static void adamw_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_adamw_arguments *a = context;
  ELEMENTS_OF_UNIT(a->count);
  float decay = 1.0f - a->learning_rate * a->weight_decay;
  float step = a->learning_rate / a->correction1, root = 1.0f / sqrtf(a->correction2);
  for (int64_t i = first; i < last; i += LANES) {
    vector g = load_until(a->gradient, i, last) * a->gradient_scale;
    vector m = load_until(a->first_moment, i, last), v = load_until(a->second_moment, i, last);
    m = multiply_add(splat(a->beta1), m, (1.0f - a->beta1) * g);
    v = multiply_add(splat(a->beta2), v, (1.0f - a->beta2) * g * g);
    vector p = load_until(a->parameters, i, last) * decay;
    p -= step * m / (square_root(v) * root + a->epsilon);
    store_until(a->parameters, i, last, p);
    store_until(a->first_moment, i, last, m);
    store_until(a->second_moment, i, last, v);
    store_until(a->gradient, i, last, splat(0));
  }
}

static void adamw(braid_device *device, const braid_adamw_arguments *a) {
  braid_parallel(device, UNITS(a->count, ELEMENT_CHUNK), (void *)a, adamw_unit);
}

/// The second moment is the decayed maximum of the gradient's magnitude.
static void adamax_unit(void *context, int64_t unit, int32_t thread) {
  (void)thread;
  const braid_adamw_arguments *a = context;
  ELEMENTS_OF_UNIT(a->count);
  float decay = 1.0f - a->learning_rate * a->weight_decay, step = a->learning_rate / a->correction1;
  for (int64_t i = first; i < last; i += LANES) {
    vector g = load_until(a->gradient, i, last) * a->gradient_scale;
    vector m = load_until(a->first_moment, i, last), u = load_until(a->second_moment, i, last);
    m = multiply_add(splat(a->beta1), m, (1.0f - a->beta1) * g);
    u = maximum(a->beta2 * u, magnitude(g) + a->epsilon);
    store_until(a->parameters, i, last, load_until(a->parameters, i, last) * decay - step * m / u);
    store_until(a->first_moment, i, last, m);
    store_until(a->second_moment, i, last, u);
    store_until(a->gradient, i, last, splat(0));
  }
}

static void adamax(braid_device *device, const braid_adamw_arguments *a) {
  braid_parallel(device, UNITS(a->count, ELEMENT_CHUNK), (void *)a, adamax_unit);
}

static double sum_of_squares(const float *values, int64_t count) {
  double lanes[LANES] = {0};
  for (int64_t i = 0; i < count; i += LANES) {
    vector x = load_until(values, i, count);
    for (int lane = 0; lane < LANES; lane++) lanes[lane] += (double)x[lane] * (double)x[lane];
  }
  double sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += lanes[lane];
  return sum;
}
