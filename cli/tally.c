// SPDX-License-Identifier: MIT
#include "tally.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_BITS = 10,
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

static inline int add_all(struct tally *tally, const uint64_t *records, size_t n, size_t words)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t *at;

		if (tally->n == tally->n_slots / 2 && grow(tally))
			return -ENOMEM;
		at = find(tally, records + i * words, words);
		if (!at[words]) {
			memcpy(at, records + i * words, words * sizeof(*at));
			tally->n++;
		}
		at[words]++;
		tally->total++;
	}
	return 0;
}

int tally_add(struct tally *tally, const uint64_t *records, size_t n)
{
	return tally->words == 1 ? add_all(tally, records, n, 1)
				 : add_all(tally, records, n, tally->words);
}

int tally_list(struct tally *tally)
{
	const size_t words = tally->words;
	size_t n = 0;

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
	free(tally->records);
	free(tally->hits);
}
