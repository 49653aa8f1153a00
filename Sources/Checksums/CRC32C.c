#include "Checksums.h"

#include <pthread.h>
#include <string.h>

// The polynomial 0x1EDC6F41, bits reversed.
static const uint32_t polynomial = 0x82F63B78;

// tables[k][b] is what the byte b becomes after k more zero bytes: eight bytes are taken at once by as many look-ups.
static uint32_t tables[8][256];
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void make_tables(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t state = byte;
    for (int bit = 0; bit < 8; bit++) state = (state >> 1) ^ (state & 1 ? polynomial : 0);
    tables[0][byte] = state;
  }
  for (int zeros = 1; zeros < 8; zeros++) {
    for (uint32_t byte = 0; byte < 256; byte++) {
      uint32_t before = tables[zeros - 1][byte];
      tables[zeros][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
}

static uint32_t little_endian_32(const uint8_t *bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

uint32_t braid_crc32c_with_tables(uint32_t state, const void *bytes, size_t count) {
  pthread_once(&tables_once, make_tables);
  const uint8_t *next = bytes;
  for (; count >= 8; count -= 8, next += 8) {
    uint32_t low = state ^ little_endian_32(next);
    uint32_t high = little_endian_32(next + 4);
    state = tables[7][low & 0xFF] ^ tables[6][low >> 8 & 0xFF] ^ tables[5][low >> 16 & 0xFF] ^
            tables[4][low >> 24] ^ tables[3][high & 0xFF] ^ tables[2][high >> 8 & 0xFF] ^
            tables[1][high >> 16 & 0xFF] ^ tables[0][high >> 24];
  }
  for (; count > 0; count--) state = (state >> 8) ^ tables[0][(state ^ *next++) & 0xFF];
  return state;
}

#if defined(__x86_64__)

#include <immintrin.h>

bool braid_crc32c_has_instructions(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.2");
}

__attribute__((target("sse4.2"))) uint32_t braid_crc32c_with_instructions(
    uint32_t state, const void *bytes, size_t count) {
  const uint8_t *next = bytes;
  uint64_t wide = state;
  for (; count >= 8; count -= 8, next += 8) {
    uint64_t word;
    memcpy(&word, next, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  state = (uint32_t)wide;
  for (; count > 0; count--) state = _mm_crc32_u8(state, *next++);
  return state;
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32) && !defined(__AARCH64EB__)

#include <arm_acle.h>

bool braid_crc32c_has_instructions(void) { return true; }

uint32_t braid_crc32c_with_instructions(uint32_t state, const void *bytes, size_t count) {
  const uint8_t *next = bytes;
  for (; count >= 8; count -= 8, next += 8) {
    uint64_t word;
    memcpy(&word, next, 8);
    state = __crc32cd(state, word);
  }
  for (; count > 0; count--) state = __crc32cb(state, *next++);
  return state;
}

#else

bool braid_crc32c_has_instructions(void) { return false; }

uint32_t braid_crc32c_with_instructions(uint32_t state, const void *bytes, size_t count) {
  return braid_crc32c_with_tables(state, bytes, count);
}

#endif
