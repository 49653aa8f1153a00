// exp, tanh, erf and what is made of them. The coefficients are minimax fits over the ranges that the code clamps
// to; the relative error stays below 5 · 10⁻⁷ where nothing else is said (the tests check each function against the C
// library's double).

INLINE vector exponential(vector x) {
  x = minimum(splat(88.7f), maximum(splat(-87.3f), x));
  // Adding and taking away 1.5 · 2²³ rounds to a whole number.
  const vector shift = splat(12582912.0f);
  vector whole = multiply_add(x, splat(1.44269504f), shift);
  int_vector exponent = (int_vector)whole - (int_vector)shift;
  whole = whole - shift;
  // ln 2 in two parts, the first of few digits, so that its product is exact (Cody & Waite 1980, chapter 6).
  vector rest = multiply_add(whole, splat(-0.693359375f), x);
  rest = multiply_add(whole, splat(2.12194440e-4f), rest);
  vector value = splat(0.00138368419f);
  value = multiply_add(value, rest, splat(0.00837481578f));
  value = multiply_add(value, rest, splat(0.0416682256f));
  value = multiply_add(value, rest, splat(0.166664202f));
  value = multiply_add(value, rest, splat(0.499999921f));
  value = multiply_add(value, rest, splat(1.0f));
  value = multiply_add(value, rest, splat(1.0f));
  // Two factors, since 2¹²⁸ alone is beyond the exponent's range.
  int_vector half = exponent >> 1;
  vector first = (vector)((half + 127) << 23), second = (vector)((exponent - half + 127) << 23);
  return value * first * second;
}

/// Rounding leaves a quotient a step short of 1 or beyond it: exactly ±1 where the function is.
INLINE vector saturated(vector quotient, vector x, float limit) {
  quotient = minimum(splat(1), maximum(splat(-1), quotient));
  quotient = choose(x >= limit, splat(1), quotient);
  return choose(x <= -limit, splat(-1), quotient);
}

INLINE vector hyperbolic_tangent(vector x) {
  vector clamped = minimum(splat(9.01f), maximum(splat(-9.01f), x));
  vector t = clamped * clamped;
  vector p = splat(1.33368688e-08f);
  p = multiply_add(p, t, splat(2.05962963e-05f));
  p = multiply_add(p, t, splat(0.00349481275f));
  p = multiply_add(p, t, splat(0.133803732f));
  p = multiply_add(p, t, splat(0.999999979f));
  vector q = splat(7.76929368e-07f);
  q = multiply_add(q, t, splat(0.000328436576f));
  q = multiply_add(q, t, splat(0.0258740337f));
  q = multiply_add(q, t, splat(0.467136886f));
  q = multiply_add(q, t, splat(1.0f));
  return saturated(clamped * p / q, x, 9.01f);
}

INLINE vector error_function(vector x) {
  vector clamped = minimum(splat(3.925f), maximum(splat(-3.925f), x));
  vector t = clamped * clamped;
  vector p = splat(2.04609736e-06f);
  p = multiply_add(p, t, splat(0.000284838784f));
  p = multiply_add(p, t, splat(0.0037722676f));
  p = multiply_add(p, t, splat(0.0527684183f));
  p = multiply_add(p, t, splat(0.190586941f));
  p = multiply_add(p, t, splat(1.12837915f));
  vector q = splat(3.80482602e-05f);
  q = multiply_add(q, t, splat(0.0011637926f));
  q = multiply_add(q, t, splat(0.0149826259f));
  q = multiply_add(q, t, splat(0.114179925f));
  q = multiply_add(q, t, splat(0.50223601f));
  q = multiply_add(q, t, splat(1.0f));
  return saturated(clamped * p / q, x, 3.925f);
}

INLINE vector activate(braid_activation activation, vector x) {
  switch (activation) {
    case BRAID_ACTIVATION_GELU: {
      vector half = x * splat(0.5f);
      return multiply_add(half, error_function(x * splat(0.707106781f)), half);
    }
    case BRAID_ACTIVATION_GELU_TANH: {
      vector inner = splat(0.797884561f) * multiply_add(splat(0.044715f) * x * x, x, x);
      vector half = x * splat(0.5f);
      return multiply_add(half, hyperbolic_tangent(inner), half);
    }
    case BRAID_ACTIVATION_RELU: return maximum(splat(0), x);
    case BRAID_ACTIVATION_TANH: return hyperbolic_tangent(x);
    case BRAID_ACTIVATION_NONE: return x;
  }
  return x;
}

/// The same to three decimals, for what is kept in eight bits. Φ is a polynomial in place of a quotient, fitted so that
/// x Φ(x) is wrong by 2 · 10⁻⁴ at most; from 4 on it is 1.
INLINE vector activate_roughly(braid_activation activation, vector x) {
  if (activation != BRAID_ACTIVATION_GELU) return activate(activation, x);
  vector clamped = minimum(splat(4.0f), maximum(splat(-4.0f), x));
  vector t = clamped * clamped;
  vector p = splat(4.57003492e-08f);
  p = multiply_add(p, t, splat(-3.20774581e-06f));
  p = multiply_add(p, t, splat(9.62082024e-05f));
  p = multiply_add(p, t, splat(-0.00163201995f));
  p = multiply_add(p, t, splat(0.0175714897f));
  p = multiply_add(p, t, splat(-0.129228922f));
  p = multiply_add(p, t, splat(0.795854985f));
  vector half = x * splat(0.5f);
  return multiply_add(half, clamped * p, half);
}

INLINE vector activation_derivative(braid_activation activation, vector x) {
  switch (activation) {
    case BRAID_ACTIVATION_GELU: {
      // d/dx x Φ(x) = Φ(x) + x φ(x)
      vector cumulative = multiply_add(splat(0.5f), error_function(x * splat(0.707106781f)), splat(0.5f));
      vector density = splat(0.398942280f) * exponential(splat(-0.5f) * x * x);
      return multiply_add(x, density, cumulative);
    }
    case BRAID_ACTIVATION_GELU_TANH: {
      vector inner = splat(0.797884561f) * multiply_add(splat(0.044715f) * x * x, x, x);
      vector tanh = hyperbolic_tangent(inner);
      vector inner_derivative = splat(0.797884561f) * multiply_add(splat(0.134145f) * x, x, splat(1));
      vector value = multiply_add(splat(0.5f), tanh, splat(0.5f));
      return multiply_add(splat(0.5f) * x * (splat(1) - tanh * tanh), inner_derivative, value);
    }
    case BRAID_ACTIVATION_RELU: return choose(x > splat(0), splat(1), splat(0));
    case BRAID_ACTIVATION_TANH: {
      vector value = hyperbolic_tangent(x);
      return splat(1) - value * value;
    }
    case BRAID_ACTIVATION_NONE: return splat(1);
  }
  return splat(1);
}

// MARK: Dropout

/// Drops, for one stream, what the comments of `braid_dropout` say. Each index is mixed with the key by the
/// multiplications and shifts of a hash that lets every input bit reach every output bit (the constants of two rounds in
/// Wellons' Hash Prospector).
typedef struct {
  uint32_t low, high, threshold;
  float scale;
} dropout_stream;

INLINE dropout_stream dropout_begin(braid_dropout dropout) {
  // Mixed first (the finisher of splitmix64, Steele, Lea & Flood 2014), so that close keys make distant streams.
  uint64_t key = dropout.key + 0x9E3779B97F4A7C15u;
  key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9u;
  key = (key ^ (key >> 27)) * 0x94D049BB133111EBu;
  key ^= key >> 31;
  double threshold = (double)dropout.rate * 4294967296.0;
  return (dropout_stream){
      .low = (uint32_t)key,
      .high = (uint32_t)(key >> 32),
      .threshold = threshold >= 4294967295.0 ? 4294967295u : (uint32_t)threshold,
      .scale = 1.0f / (1.0f - dropout.rate),
  };
}

/// 32 random bits for each of LANES elements from `index` on.
INLINE uint_vector random_bits(dropout_stream stream, int64_t index) {
  uint_vector counter;
  for (int lane = 0; lane < LANES; lane++) counter[lane] = (uint32_t)lane;
  counter += (uint32_t)index;
  // Where the lower half of the index has run over, the upper one is greater by one: the mask is all ones there.
  uint_vector high = (uint32_t)((uint64_t)index >> 32) - (uint_vector)(counter < (uint32_t)index);
  uint_vector hash = counter * 0x9E3779B9u ^ (stream.low + high);
  hash ^= hash >> 16;
  hash *= 0x21F0AAADu;
  hash ^= (hash >> 15) ^ stream.high;
  hash *= 0xD35A2D97u;
  return hash ^ (hash >> 15);
}

/// The factors, 0 or 1 / (1 − rate), of LANES elements from `index` on.
INLINE vector dropout_factors(dropout_stream stream, int64_t index) {
  return choose(random_bits(stream, index) >= stream.threshold, splat(stream.scale), splat(0));
}
