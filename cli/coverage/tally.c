// SPDX-License-Identifier: MIT
#include "tally.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_BITS = 10,
	RECENT_BITS = 13,
};

struct tally_recent {
	uint64_t word;
	uint64_t times;
};

/* Fibonacci hashing: the upper bits of the product are the good ones. */
static inline size_t slot_of(const uint64_t *record, size_t words, unsigned int bits)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < words; i++)
		hash = (hash ^ record[i]) * 0x9e3779b97f4a7c15;
	return (size_t)(hash >> (64 - bits));
}

static inline bool is_same(const uint64_t *a, const uint64_t *b, size_t words)
{
	for (size_t i = 0; i < words; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* Where it is, or is to be. The number of words is known where it matters. */
static inline uint64_t *find(const struct tally *tally, const uint64_t *record, size_t words)
{
	const unsigned int bits = (unsigned int)__builtin_ctzll(tally->n_slots);
	size_t slot = slot_of(record, words, bits);

	for (;;) {
		uint64_t *at = tally->slots + slot * (words + 1);

		if (!at[words] || is_same(at, record, words))
			return at;
		slot = (slot + 1) & (tally->n_slots - 1);
	}
}

/* Half of the slots can be used. */
static int grow(struct tally *tally)
{
	const size_t stride = tally->words + 1, old = tally->n_slots;
	struct tally larger = *tally;

	larger.n_slots = old ? 2 * old : (size_t)1 << FIRST_BITS;
	larger.slots = calloc(larger.n_slots, stride * sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < old; i++) {
		const uint64_t *at = tally->slots + i * stride;

		if (at[tally->words])
			memcpy(find(&larger, at, tally->words), at, stride * sizeof(*at));
	}
	free(tally->slots);
	*tally = larger;
	return 0;
}

static inline int add(struct tally *tally, const uint64_t *record, size_t words, uint64_t times)
{
	uint64_t *at;

	if (tally->n == tally->n_slots / 2 && grow(tally))
		return -ENOMEM;
	at = find(tally, record, words);
	if (!at[words]) {
		memcpy(at, record, words * sizeof(*at));
		tally->n++;
	}
	at[words] += times;
	return 0;
}

/*
 * Kernel code comes back to the same places soon: one in twelve records or so is not among these,
 * which lie in the processor's nearest caches, as all of them would not.
 */
static int add_words(struct tally *tally, const uint64_t *records, size_t n)
{
	struct tally_recent *recent = tally->recent;

	if (!recent)
		recent = tally->recent = calloc((size_t)1 << RECENT_BITS, sizeof(*recent));
	if (!recent)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct tally_recent *at = &recent[slot_of(&records[i], 1, RECENT_BITS)];

		if (at->word != records[i]) {
			if (at->times && add(tally, &at->word, 1, at->times))
				return -ENOMEM;
			*at = (struct tally_recent){ .word = records[i] };
		}
		at->times++;
		tally->total++;
	}
	return 0;
}

int tally_add(struct tally *tally, const uint64_t *records, size_t n)
{
	if (tally->words == 1)
		return add_words(tally, records, n);
	for (size_t i = 0; i < n; i++) {
		if (add(tally, records + i * tally->words, tally->words, 1))
			return -ENOMEM;
		tally->total++;
	}
	return 0;
}

int tally_add_times(struct tally *tally, const uint64_t *record, uint64_t times)
{
	tally->total += times;
	return add(tally, record, tally->words, times);
}

static int forget_recent(struct tally *tally)
{
	for (size_t i = 0; tally->recent && i < (size_t)1 << RECENT_BITS; i++) {
		struct tally_recent *at = &tally->recent[i];

		if (at->times && add(tally, &at->word, 1, at->times))
			return -ENOMEM;
		at->times = 0;
	}
	return 0;
}

int tally_list(struct tally *tally)
{
	const size_t words = tally->words;
	size_t n = 0;

	if (forget_recent(tally))
		return -ENOMEM;
	tally->records = calloc(tally->n + 1, words * sizeof(*tally->records));
	tally->hits = calloc(tally->n + 1, sizeof(*tally->hits));
	if (!tally->records || !tally->hits)
		return -ENOMEM;
	for (size_t i = 0; i < tally->n_slots; i++) {
		const uint64_t *at = tally->slots + i * (words + 1);

		if (!at[words])
			continue;
		memcpy(tally->records + n * words, at, words * sizeof(*at));
		tally->hits[n++] = at[words];
	}
	return 0;
}

void tally_fini(struct tally *tally)
{
	free(tally->slots);
	free(tally->recent);
	free(tally->records);
	free(tally->hits);
}
