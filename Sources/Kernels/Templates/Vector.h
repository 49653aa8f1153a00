// Vectors of LANES floats, as the instruction set that includes this file has them.
// Before including: LANES, HAS_FMA, TILE_ROWS and TILE_VECTORS are defined.
#include <math.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define PANEL (LANES * TILE_VECTORS)

typedef float vector __attribute__((vector_size(LANES * 4)));
typedef int32_t int_vector __attribute__((vector_size(LANES * 4)));
typedef uint32_t uint_vector __attribute__((vector_size(LANES * 4)));

INLINE vector load(const float *source) {
  vector value;
  memcpy(&value, source, sizeof value);
  return value;
}

INLINE void store(float *target, vector value) { memcpy(target, &value, sizeof value); }

INLINE vector load_first(const float *source, int64_t count) {
  vector value = {0};
  memcpy(&value, source, (size_t)count * sizeof(float));
  return value;
}

INLINE void store_first(float *target, vector value, int64_t count) {
  memcpy(target, &value, (size_t)count * sizeof(float));
}

/// A vector at `offset` of a row that ends at `end`; lanes beyond the end are zero and not written.
INLINE vector load_until(const float *row, int64_t offset, int64_t end) {
  return end - offset >= LANES ? load(row + offset) : load_first(row + offset, end - offset);
}

INLINE void store_until(float *row, int64_t offset, int64_t end, vector value) {
  if (end - offset >= LANES) store(row + offset, value);
  else store_first(row + offset, value, end - offset);
}

INLINE vector splat(float value) { return value - (vector){0}; }

INLINE vector multiply_add(vector a, vector b, vector c) {
#if HAS_FMA
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

INLINE vector square_root(vector a) { return __builtin_elementwise_sqrt(a); }
INLINE vector magnitude(vector a) { return __builtin_elementwise_abs(a); }
INLINE vector choose(int_vector mask, vector yes, vector no) {
  return (vector)((mask & (int_vector)yes) | (~mask & (int_vector)no));
}

/// Where either is not a number, b: a limit goes first, so that a value that is not a number stays one.
INLINE vector maximum(vector a, vector b) { return choose(a > b, a, b); }
INLINE vector minimum(vector a, vector b) { return choose(a < b, a, b); }

/// The lanes are added pairwise, in an order of their own that never changes.
INLINE float sum_of_lanes(vector value) {
  float lanes[LANES];
  store(lanes, value);
  for (int width = LANES / 2; width > 0; width /= 2)
    for (int lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];
  return lanes[0];
}

INLINE float maximum_of_lanes(vector value) {
  float lanes[LANES];
  store(lanes, value);
  for (int width = LANES / 2; width > 0; width /= 2)
    for (int lane = 0; lane < width; lane++)
      lanes[lane] = lanes[lane] > lanes[lane + width] ? lanes[lane] : lanes[lane + width];
  return lanes[0];
}

#define FOR_LANES(offset, count) \
  for (int64_t offset = 0; offset < (count); offset += LANES)
