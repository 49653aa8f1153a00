// The end of an instruction set's file: its own peak, and the table that a device calls through.
#include <time.h>

static double seconds_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// Enough chains to cover the latency of two multiply-adds a cycle, few enough to stay in registers.
#define PEAK_CHAINS 12

static double peak_flops(double seconds) {
  vector sums[PEAK_CHAINS];
  // Read through a volatile, so that the compiler can't work the loop out in advance.
  volatile float seed = 0.999f;
  vector factor = splat(seed), term = splat(seed * 1e-3f);
  for (int c = 0; c < PEAK_CHAINS; c++) sums[c] = splat((float)c * seed);
  const int64_t turns = 200000;
  double best = 0, end = seconds_now() + seconds;
  do {
    double begin = seconds_now();
    for (int64_t turn = 0; turn < turns; turn++) {
#pragma clang loop unroll(full)
      for (int c = 0; c < PEAK_CHAINS; c++) sums[c] = multiply_add(sums[c], factor, term);
    }
    double rate = 2.0 * LANES * PEAK_CHAINS * (double)turns / (seconds_now() - begin);
    if (rate > best) best = rate;
  } while (seconds_now() < end);
  vector total = {0};
  for (int c = 0; c < PEAK_CHAINS; c++) total += sums[c];
  volatile float sink = sum_of_lanes(total);
  (void)sink;
  return best;
}

#define JOIN_NAMES(a, b) a##b
#define TABLE_NAME(suffix) JOIN_NAMES(kernels_, suffix)

const kernel_table TABLE_NAME(ISA_NAME) = {
    .panel = PANEL,
    .packed_count = packed_count,
    .packed_count_bfloat16 = packed_count_bfloat16,
    .peak_flops = peak_flops,
    .inner_product = inner_product,
    .apply = apply,
#define TABLE_ENTRY(name, arguments) .name = name,
    EACH_KERNEL(TABLE_ENTRY)
};
