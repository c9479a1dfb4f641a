// SPDX-License-Identifier: MIT
#include "../internal.h"
#include "hash.h"

#include <kcov/feedback.h>

enum {
	/* Of so many values no table is faster than a look at all. */
	FEW = 32,
	/* The first table; scratch has two words for each of more than FEW values. */
	MIN_SLOTS = 2 * FEW,
	/* From so many on it pays to leave repeats out first. */
	FILTER_FROM = 256,
	MIN_CACHE_BITS = 5,
	/* 64 KiB: more is no longer near the processor. */
	MAX_CACHE_BITS = 13,
	MAX_DIGIT_BITS = 11,
};

/*
 * Traces are loops: most values came a short while ago. Leaves out those that a cache
 * remembers, keeping the order, in place too; what was pushed out of it comes again.
 */
static size_t drop_repeats(const uint64_t *values, size_t count, uint64_t *cache,
			   unsigned int cache_bits, uint64_t *ret)
{
	const uint64_t first = values[0];
	size_t n = 1;

	/* A slot that is unused must not look like one that has the value. */
	for (size_t i = 0; i < (size_t)1 << cache_bits; i++)
		cache[i] = first;
	ret[0] = first;
	for (size_t i = 1; i < count; i++) {
		const uint64_t value = values[i];
		uint64_t *slot = &cache[kcov_hash(value) >> (64 - cache_bits)];

		/* Without a branch, which nobody could predict. */
		ret[n] = value;
		n += *slot != value;
		*slot = value;
	}
	return n;
}

/* Up to an eighth of count words. */
static unsigned int cache_bits_for(size_t count)
{
	unsigned int bits = MIN_CACHE_BITS;

	while (bits < MAX_CACHE_BITS && (size_t)8 << bits < count)
		bits++;
	return bits;
}

static bool is_among(const uint64_t *values, size_t count, uint64_t value)
{
	for (size_t i = 0; i < count; i++)
		if (values[i] == value)
			return true;
	return false;
}

/* Mostly a bit for each value tells that it is new; only where not they are compared. */
static size_t unique_few(const uint64_t *values, size_t count, uint64_t *ret)
{
	uint64_t bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const uint64_t value = values[i];
		const uint64_t bit = (uint64_t)1 << (kcov_hash(value) >> 58);

		if (bits & bit && is_among(ret, n, value))
			continue;
		bits |= bit;
		ret[n++] = value;
	}
	return n;
}

/* An open hash table in the caller's memory. */
struct table {
	uint64_t *slots;
	size_t n_slots;
	/* What an unused slot has. */
	uint64_t unused;
};

static bool table_add(struct table *table, uint64_t value)
{
	size_t slot = kcov_hash_slot(value, table->n_slots);

	while (table->slots[slot] != table->unused) {
		if (table->slots[slot] == value)
			return false;
		if (++slot == table->n_slots)
			slot = 0;
	}
	table->slots[slot] = value;
	return true;
}

static void table_fill(struct table *table, const uint64_t *values, size_t count)
{
	for (size_t i = 0; i < table->n_slots; i++)
		table->slots[i] = table->unused;
	for (size_t i = 1; i < count; i++)
		table_add(table, values[i]);
}

static size_t unique_many(const uint64_t *values, size_t count, uint64_t *scratch, uint64_t *ret)
{
	struct table table = { .slots = scratch, .n_slots = MIN_SLOTS, .unused = values[0] };
	size_t n = 1;

	table_fill(&table, NULL, 0);
	ret[0] = values[0];
	for (size_t i = 1; i < count; i++) {
		const uint64_t value = values[i];

		if (value == table.unused || !table_add(&table, value))
			continue;
		ret[n++] = value;
		/* Never more than half full: scratch has two words for each value. */
		if (n > table.n_slots / 2 && table.n_slots < 2 * count) {
			table.n_slots =
				table.n_slots * 4 < 2 * count ? table.n_slots * 4 : 2 * count;
			table_fill(&table, ret, n);
		}
	}
	return n;
}

KCOV_PUBLIC size_t kcov_unique(const uint64_t *values, size_t count, uint64_t *scratch,
			       uint64_t *ret)
{
	size_t n;

	if (count <= FEW)
		return unique_few(values, count, ret);
	if (count < FILTER_FROM)
		return unique_many(values, count, scratch, ret);
	n = drop_repeats(values, count, scratch, cache_bits_for(count), ret);
	return unique_many(ret, n, scratch, ret);
}

static size_t sort_few(const uint64_t *values, size_t count, uint64_t *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const uint64_t value = values[i];
		size_t at = n;

		while (at && ret[at - 1] > value)
			at--;
		if (at && ret[at - 1] == value)
			continue;
		for (size_t j = n++; j > at; j--)
			ret[j] = ret[j - 1];
		ret[at] = value;
	}
	return n;
}

/* Sort by the digit of so many bits from shift on; equal ones keep their order. */
static void sort_by_digit(const uint64_t *from, size_t count, int shift, int bits, uint64_t *to)
{
	const uint64_t mask = ((uint64_t)1 << bits) - 1;
	size_t ends[1 << MAX_DIGIT_BITS], end = 0;

	for (size_t i = 0; i <= mask; i++)
		ends[i] = 0;
	for (size_t i = 0; i < count; i++)
		ends[from[i] >> shift & mask]++;
	for (size_t i = 0; i <= mask; i++) {
		const size_t n = ends[i];

		ends[i] = end;
		end += n;
	}
	for (size_t i = 0; i < count; i++)
		to[ends[from[i] >> shift & mask]++] = from[i];
}

static uint64_t bits_that_differ(const uint64_t *values, size_t count)
{
	uint64_t differ = 0;

	for (size_t i = 1; i < count; i++)
		differ |= values[i] ^ values[0];
	return differ;
}

static size_t sort_many(uint64_t *values, size_t count, uint64_t *scratch)
{
	const int bits = count < 2048 ? 8 : MAX_DIGIT_BITS;
	uint64_t differ = bits_that_differ(values, count), *from = values, *to = scratch;
	size_t n = 0;

	while (differ) {
		const int shift = __builtin_ctzll(differ);
		uint64_t *const sorted = to;

		sort_by_digit(from, count, shift, bits, to);
		to = from;
		from = sorted;
		differ = shift + bits < 64 ? differ >> (shift + bits) << (shift + bits) : 0;
	}
	for (size_t i = 0; i < count; i++)
		if (!n || values[n - 1] != from[i])
			values[n++] = from[i];
	return n;
}

KCOV_PUBLIC size_t kcov_unique_sorted(const uint64_t *values, size_t count, uint64_t *scratch,
				      uint64_t *ret)
{
	size_t n;

	if (count <= FEW)
		return sort_few(values, count, ret);
	n = drop_repeats(values, count, scratch, cache_bits_for(count), ret);
	return n <= FEW ? sort_few(ret, n, ret) : sort_many(ret, n, scratch);
}
