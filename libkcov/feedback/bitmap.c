// SPDX-License-Identifier: MIT
#include "../internal.h"

#include <errno.h>
#include <kcov/feedback.h>
#include <string.h>

/*
 * Edges are made in blocks, by loops of a constant length over memory of our own, which
 * compilers turn into vector instructions. Those do most at once in lanes of 16 bits:
 * hence an edge of two halves.
 */
enum {
	BLOCK = 64
};

struct block {
	/* The offset of the PC before the block, and those of all in it. */
	uint16_t offsets[BLOCK + 1];
	uint16_t high[BLOCK];
	uint16_t low[BLOCK];
};

/* AFL's own, for which the high half of an edge is all it takes. */
#define AFL_SIZE ((size_t)1 << 16)

/* Pages can be larger, but are no smaller. */
static inline uint16_t offset_of(uint64_t pc)
{
	return pc & 0xfff;
}

/*
 * The factors are odd: the low half tells where a step went, and with that the high half
 * where it came from, so that no two have the same edge. They were chosen for spreading
 * the edges of a real kernel as evenly as chance does, over maps of all sizes.
 */
static inline uint16_t high_of(uint16_t from, uint16_t to)
{
	return (uint16_t)(from * 0xa3d7u + to * 0x3c6fu);
}

static inline uint16_t low_of(uint16_t to)
{
	return (uint16_t)(to * 0x9e37u);
}

static inline uint64_t edge_of(uint16_t high, uint16_t low)
{
	return (uint32_t)high << 16 | low;
}

/* Take the next BLOCK PCs. */
static inline void block_next(struct block *block, const uint64_t *pcs)
{
	block->offsets[0] = block->offsets[BLOCK];
	for (int i = 0; i < BLOCK; i++)
		block->offsets[i + 1] = offset_of(pcs[i]);
	for (int i = 0; i < BLOCK; i++)
		block->high[i] = high_of(block->offsets[i], block->offsets[i + 1]);
	for (int i = 0; i < BLOCK; i++)
		block->low[i] = low_of(block->offsets[i + 1]);
}

KCOV_PUBLIC void kcov_edges(const uint64_t *pcs, size_t count, uint64_t *ret)
{
	struct block block;
	size_t i;

	block.offsets[BLOCK] = 0;
	for (i = 0; count - i >= BLOCK; i += BLOCK) {
		block_next(&block, pcs + i);
		for (size_t j = 0; j < BLOCK; j++)
			ret[i + j] = edge_of(block.high[j], block.low[j]);
	}
	for (uint16_t from = block.offsets[BLOCK]; i < count; i++) {
		const uint16_t to = offset_of(pcs[i]);

		ret[i] = edge_of(high_of(from, to), low_of(to));
		from = to;
	}
}

static inline void hit(uint8_t *map, size_t size, uint16_t high, uint16_t low)
{
	/* The top bits, as many as it takes to count up to size. */
	uint8_t *hits = &map[edge_of(high, low) * size >> 32];
	uint8_t more;
	const bool carry = __builtin_add_overflow(*hits, 1, &more);

	*hits = (uint8_t)(more + carry);
}

static inline __attribute__((always_inline)) void add(const uint64_t *pcs, size_t count,
						      size_t size, uint8_t *map)
{
	struct block block;
	size_t i;

	block.offsets[BLOCK] = 0;
	for (i = 0; count - i >= BLOCK; i += BLOCK) {
		block_next(&block, pcs + i);
#pragma GCC unroll 4
		for (size_t j = 0; j < BLOCK; j++)
			hit(map, size, block.high[j], block.low[j]);
	}
	for (uint16_t from = block.offsets[BLOCK]; i < count; i++) {
		const uint16_t to = offset_of(pcs[i]);

		hit(map, size, high_of(from, to), low_of(to));
		from = to;
	}
}

static bool is_map_size(size_t size)
{
	const uint64_t bytes = size;

	return bytes && !(bytes & (bytes - 1)) && bytes <= (uint64_t)1 << 32;
}

KCOV_PUBLIC int kcov_bitmap_add(const uint64_t *pcs, size_t count, size_t size, uint8_t *map)
{
	if (!is_map_size(size))
		return -EINVAL;
	/* Compiled twice, once for a size that the compiler knows. */
	if (size == AFL_SIZE)
		add(pcs, count, AFL_SIZE, map);
	else
		add(pcs, count, size, map);
	return 0;
}

/* The buckets of AFL. */
static const uint8_t buckets[] = {
	[0] = 0,          [1] = 1,           [2] = 2,
	[3] = 4,          [4 ... 7] = 8,     [8 ... 15] = 16,
	[16 ... 31] = 32, [32 ... 127] = 64, [128 ... 255] = 128,
};

static inline void bucket_bytes(uint8_t *map, size_t count)
{
	for (size_t i = 0; i < count; i++)
		map[i] = buckets[map[i]];
}

/* Most of a map is 0: it is passed over by words. */
static inline uint64_t word_at(const uint8_t *map)
{
	uint64_t word;

	memcpy(&word, map, sizeof(word));
	return word;
}

KCOV_PUBLIC void kcov_bitmap_bucket(size_t size, uint8_t *map)
{
	size_t i;

	for (i = 0; size - i >= sizeof(uint64_t); i += sizeof(uint64_t))
		if (word_at(map + i))
			bucket_bytes(map + i, sizeof(uint64_t));
	bucket_bytes(map + i, size - i);
}

static inline enum kcov_novelty merge_bytes(const uint8_t *map, size_t count, uint8_t *seen,
					    enum kcov_novelty novelty)
{
	for (size_t i = 0; i < count; i++) {
		if (!(map[i] & ~seen[i]))
			continue;
		if (!seen[i])
			novelty = KCOV_NOVELTY_EDGES;
		else if (novelty == KCOV_NOVELTY_NONE)
			novelty = KCOV_NOVELTY_HITS;
		seen[i] |= map[i];
	}
	return novelty;
}

KCOV_PUBLIC enum kcov_novelty kcov_bitmap_merge(const uint8_t *map, size_t size, uint8_t *seen)
{
	enum kcov_novelty novelty = KCOV_NOVELTY_NONE;
	size_t i;

	for (i = 0; size - i >= sizeof(uint64_t); i += sizeof(uint64_t))
		if (word_at(map + i) & ~word_at(seen + i))
			novelty = merge_bytes(map + i, sizeof(uint64_t), seen + i, novelty);
	return merge_bytes(map + i, size - i, seen + i, novelty);
}
