// What arithmetic alone can reach.

/// Enough chains to cover the latency of two multiply-adds a cycle, few enough to stay in registers.
#define PEAK_CHAINS 12
#define PEAK_TURNS 200000

static double multiply_add_loop(void) {
  vector sums[PEAK_CHAINS];
  // Read through a volatile, so that the compiler can't work the loop out in advance.
  volatile float seed = 0.999f;
  vector factor = splat(seed), term = splat(seed * 1e-3f);
  for (int c = 0; c < PEAK_CHAINS; c++) sums[c] = splat((float)c * seed);
  for (int64_t turn = 0; turn < PEAK_TURNS; turn++) {
#pragma clang loop unroll(full)
    for (int c = 0; c < PEAK_CHAINS; c++) sums[c] = multiply_add(sums[c], factor, term);
  }
  vector total = {0};
  for (int c = 0; c < PEAK_CHAINS; c++) total += sums[c];
  volatile float sink = sum_of_lanes(total);
  (void)sink;
  return 2.0 * LANES * PEAK_CHAINS * PEAK_TURNS;
}
