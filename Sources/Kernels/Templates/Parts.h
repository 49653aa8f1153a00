// How a whole is cut into parts.

INLINE int64_t at_most(int64_t value, int64_t limit) { return value < limit ? value : limit; }

/// Chunks of so many that cover a whole; the last may be smaller.
INLINE int64_t chunks_of(int64_t whole, int64_t size) { return (whole + size - 1) / size; }

/// Parts of no more than so many; an empty whole is one part.
INLINE int64_t parts_of(int64_t whole, int64_t most) { return whole == 0 ? 1 : chunks_of(whole, most); }

/// Where a part of a whole begins that is dealt evenly: a last tile of one row would run at a fraction of the speed.
INLINE int64_t part_start(int64_t part, int64_t parts, int64_t whole) { return part * whole / parts; }

/// Elements or rows of a unit, fixed so that results do not depend on threads.
#define ELEMENT_CHUNK 16384
#define ROW_CHUNK 32

#define CHUNK_OF_UNIT(total, size) \
  int64_t first = unit * (size), last = at_most(first + (size), total)
#define ELEMENTS_OF_UNIT(total) CHUNK_OF_UNIT(total, ELEMENT_CHUNK)
#define ROWS_OF_UNIT(total) CHUNK_OF_UNIT(total, ROW_CHUNK)
