// Vectors of LANES floats, as the instruction set that includes this file has them.
// Before including: LANES, HAS_FMA, TILE_ROWS and TILE_VECTORS are defined.

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

/// Lines written as a whole need not be read before. Others would be, for each of their vectors.
INLINE bool goes_past_caches(const float *target, int64_t stride) {
  return sizeof(vector) == LINE_BYTES && ((uintptr_t)target | (uintptr_t)(stride * 4)) % LINE_BYTES == 0;
}

/// For what is not read before much else has been: it takes no place in the caches.
INLINE void store_past_caches(float *target, vector value) { __builtin_nontemporal_store(value, (vector *)target); }

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

/// The same where the vector may lie beyond the end as a whole.
INLINE vector load_within(const float *row, int64_t offset, int64_t end) {
  return offset < end ? load_until(row, offset, end) : (vector){0};
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

#if LANES == 4
#define LANE_NUMBERS 0, 1, 2, 3
#elif LANES == 8
#define LANE_NUMBERS 0, 1, 2, 3, 4, 5, 6, 7
#elif LANES == 16
#define LANE_NUMBERS 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#endif

/// The lanes whose places in a row, from `offset` on, are before its end; those of `others` behind it.
INLINE vector lanes_until(int64_t offset, int64_t end, vector value, vector others) {
  return choose((int_vector){LANE_NUMBERS} < (int32_t)(end - offset), value, others);
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

/// Rows that are worked on together: a row alone would wait for each of its sums.
#define ROWS_TOGETHER 4

/// Where the compiler knows `rows`, of which there are ROWS_TOGETHER at most.
#define EACH_ROW(r) _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)

// MARK: Transposing

/// Lanes of the lower or upper halves of a and b in turn: a₀ b₀ a₁ b₁ …
#if LANES == 4
#define INTERLEAVED_LOW 0, 4, 1, 5
#define INTERLEAVED_HIGH 2, 6, 3, 7
#elif LANES == 8
#define INTERLEAVED_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define INTERLEAVED_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#elif LANES == 16
#define INTERLEAVED_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define INTERLEAVED_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#endif

/// target[j · target_stride + i] = source[i · source_stride + j] for a square of LANES; of the source only the first
/// `count` rows exist, and others are zero. Interleaving the first half of
/// the rows with the second moves one bit of the place from lane to row; log₂ LANES rounds move them all.
INLINE void transpose_square(const float *source, int64_t source_stride, int64_t count, float *target,
                             int64_t target_stride) {
  vector rows[LANES], mixed[LANES];
  for (int i = 0; i < LANES; i++) rows[i] = i < count ? load(source + i * source_stride) : (vector){0};
#pragma clang loop unroll(full)
  for (int round = 1; round < LANES; round *= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES / 2; i++) {
      mixed[2 * i] = __builtin_shufflevector(rows[i], rows[i + LANES / 2], INTERLEAVED_LOW);
      mixed[2 * i + 1] = __builtin_shufflevector(rows[i], rows[i + LANES / 2], INTERLEAVED_HIGH);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES; i++) rows[i] = mixed[i];
  }
  for (int i = 0; i < LANES; i++) store(target + i * target_stride, rows[i]);
}
