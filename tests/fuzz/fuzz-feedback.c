// SPDX-License-Identifier: MIT
/* What feedback.h makes of any values and any records, against the obvious way to do it. */
#include <kcov/feedback.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

/* Blocks of their own, so that the sanitizer sees the first element too far. */
static void *block(size_t count, size_t size)
{
	void *memory = malloc(count * size + !count);

	expect(memory);
	memset(memory, 0x5a, count * size);
	return memory;
}

static bool is_among(const uint64_t *values, size_t count, uint64_t value)
{
	for (size_t i = 0; i < count; i++)
		if (values[i] == value)
			return true;
	return false;
}

static void check_unique(const uint64_t *values, size_t count)
{
	uint64_t *scratch = block(2 * count, sizeof(*scratch));
	uint64_t *unique = block(count, sizeof(*unique));
	uint64_t *sorted = block(count, sizeof(*sorted));
	size_t n = 0, n_unique = kcov_unique(values, count, scratch, unique);

	for (size_t i = 0; i < count; i++)
		if (!is_among(values, i, values[i]))
			expect(n < n_unique && unique[n++] == values[i]);
	expect(n == n_unique);
	free(scratch);
	scratch = block(count, sizeof(*scratch));
	memcpy(sorted, values, count * sizeof(*values));
	/* In its own place. */
	expect(kcov_unique_sorted(sorted, count, scratch, sorted) == n);
	for (size_t i = 0; i < n; i++)
		expect(is_among(unique, n, sorted[i]) && (!i || sorted[i - 1] < sorted[i]));
	free(scratch);
	free(unique);
	free(sorted);
}

static void check_bitmap(const uint64_t *pcs, size_t count)
{
	const size_t size = 64;
	uint8_t *map = block(size, 1), *seen = block(size, 1);
	uint64_t *edges = block(count, sizeof(*edges)), hits = 0;

	kcov_edges(pcs, count, edges);
	for (size_t i = 0; i < count; i++)
		expect(edges[i] <= UINT32_MAX);
	memset(map, 0, size);
	memset(seen, 0, size);
	expect(kcov_bitmap_add(pcs, count, size - 1, map) < 0);
	expect(kcov_bitmap_add(pcs, count, size, map) == 0);
	for (size_t i = 0; i < size; i++)
		hits += map[i];
	/* A count that overflowed is 255 less. */
	expect(count == hits || (count > 255 && (count - hits) % 255 == 0));
	kcov_bitmap_bucket(size, map);
	for (size_t i = 0; i < size; i++)
		expect((map[i] & (map[i] - 1)) == 0);
	expect(kcov_bitmap_merge(map, size, seen) ==
	       (count ? KCOV_NOVELTY_EDGES : KCOV_NOVELTY_NONE));
	expect(kcov_bitmap_merge(map, size, seen) == KCOV_NOVELTY_NONE);
	free(map);
	free(seen);
	free(edges);
}

static void check_signal(const uint64_t *values, size_t count)
{
	enum {
		N_SLOTS = 256
	};
	uint64_t *slots = block(N_SLOTS, sizeof(*slots)), *fresh = block(count, sizeof(*fresh));
	struct kcov_signal signal, larger;
	size_t n;

	expect(kcov_signal_init(slots, N_SLOTS, &signal) == 0);
	if (kcov_signal_add(&signal, values, count, fresh, &n)) {
		expect(kcov_signal_missing(&signal, values, count) == count && !signal.count);
	} else {
		uint64_t *more = block(2 * N_SLOTS, sizeof(*more));

		expect(n == signal.count && !kcov_signal_missing(&signal, values, count));
		for (size_t i = 0; i < n; i++)
			expect(!is_among(fresh, i, fresh[i]) && is_among(values, count, fresh[i]));
		expect(kcov_signal_init(more, 2 * N_SLOTS, &larger) == 0);
		expect(kcov_signal_copy(&signal, &larger) == 0);
		expect(larger.count == n && !kcov_signal_missing(&larger, values, count));
		free(more);
	}
	free(slots);
	free(fresh);
}

static void check_dictionary(const struct kcov_cmp *operands, size_t count)
{
	uint64_t *scratch = block(16 * count, sizeof(*scratch));
	char *text = block(count * KCOV_DICTIONARY_BYTES + 1, 1);
	size_t length;

	expect(!kcov_dictionary(operands, count, scratch, count * KCOV_DICTIONARY_BYTES + 1, text,
				&length));
	expect(strlen(text) == length);
	expect(kcov_dictionary(operands, count, scratch, length, text, &length) < 0);
	free(scratch);
	free(text);
}

static void check_operands(const uint64_t *records, size_t count)
{
	const struct kcov_cmps cmps = { .records = records, .count = count };
	uint64_t *scratch = block(2 * count, sizeof(*scratch));
	struct kcov_cmp *operands = block(count, sizeof(*operands));
	size_t n;

	if (!kcov_operands(&cmps, scratch, operands, &n)) {
		expect(n <= count);
		for (size_t i = 0; i < n; i++)
			expect(operands[i].arg1 != operands[i].arg2);
		check_dictionary(operands, n);
	}
	free(scratch);
	free(operands);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Few bits a value make repetitions, all of them make none. */
	const unsigned int bits = size ? data[0] % 64 : 0;
	const size_t count = size / sizeof(uint64_t) < 600 ? size / sizeof(uint64_t) : 600;
	uint64_t *values = block(count, sizeof(*values));

	memcpy(values, data, count * sizeof(*values));
	for (size_t i = 0; i < count; i++)
		values[i] >>= bits;
	check_unique(values, count);
	check_bitmap(values, count);
	check_signal(values, count);
	check_operands(values, count / KCOV_CMP_WORDS);
	/* Types that a kernel writes are rare otherwise. */
	for (size_t i = 0; i < count; i += KCOV_CMP_WORDS)
		values[i] &= 7;
	check_operands(values, count / KCOV_CMP_WORDS);
	free(values);
	return 0;
}
