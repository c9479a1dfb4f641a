// SPDX-License-Identifier: MIT
/*
 * An index with any bytes of it damaged, and sums that are right all the same: what a
 * look-up makes of it must stay inside of it.
 */
#include "base/bytes.h"
#include "base/checksum.h"
#include "index/index.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void mend_header(uint8_t *at, size_t size)
{
	memcpy(at, KCOV_INDEX_MAGIC, KCOV_INDEX_MAGIC_SIZE);
	kcov_store_u32(at + KCOV_INDEX_AT_VERSION, KCOV_INDEX_VERSION);
	kcov_store_u32(at + KCOV_INDEX_AT_SIZE, (uint32_t)size);
	kcov_store_u64(at + KCOV_INDEX_AT_BODY_SUM,
		       kcov_checksum(at + KCOV_INDEX_HEADER_SIZE, size - KCOV_INDEX_HEADER_SIZE));
	kcov_store_u64(at + KCOV_INDEX_AT_HEADER_SUM, 0);
	kcov_store_u64(at + KCOV_INDEX_AT_HEADER_SUM, kcov_checksum(at, KCOV_INDEX_HEADER_SIZE));
}

static size_t length(const char *text)
{
	return text ? strlen(text) : 0;
}

static size_t look_up(const struct kcov_index *index, uint64_t address)
{
	struct kcov_function function;
	struct kcov_place place;
	struct kcov_frame frame = { 0 };
	struct kcov_index_symbol symbol;
	size_t sum = 0;
	bool more = true;

	if (kcov_index_find(index, address, &place))
		return 0;
	if (kcov_index_symbol(index, &place, &symbol))
		return 0;
	sum += length(symbol.name);
	sum += (size_t)kcov_index_point(index, address);
	while (more && !kcov_index_frame(index, &place, &more, &frame)) {
		sum += length(frame.function);
		sum += frame.path ? strlen(frame.path) + strlen(frame.file) : 0;
	}
	frame.function = frame.function ? frame.function : symbol.name;
	if (!more && kcov_index_function(index, &frame, &function) >= 0)
		sum += length(function.name) + length(function.path) + length(function.file);
	return sum;
}

/* The first ones, and some as far as the numbers of rows go, which may be any. */
static size_t read_counts(const struct kcov_index *index)
{
	struct kcov_source_file files[8];
	struct kcov_function functions[8];
	size_t sum = 0;

	for (unsigned int bit = 0; bit <= 32; bit++) {
		const size_t first = (((size_t)1 << bit) - 1) & ~(size_t)7;
		int n = kcov_index_files(index, first, files, 8);

		for (int i = 0; i < n; i++)
			sum += files[i].points + length(files[i].path) + length(files[i].file);
		n = kcov_index_functions(index, first, functions, 8);
		for (int i = 0; i < n; i++)
			sum += length(functions[i].name) + length(functions[i].file);
	}
	return sum;
}

static size_t read_syscalls(const struct kcov_index *index)
{
	struct kcov_syscall calls[8];
	size_t sum = 0;

	for (unsigned int bit = 0; bit <= 32; bit++) {
		const size_t first = ((size_t)1 << bit) - 1;
		const int n = kcov_index_syscalls(index, first, calls, 8);

		for (int i = 0; i < n; i++) {
			sum += length(calls[i].name);
			for (unsigned int k = 0; k < calls[i].n; k++)
				sum += length(calls[i].parameters[k].name) +
				       length(calls[i].parameters[k].type);
		}
	}
	return sum;
}

/* By names and offsets that the seeds have, and others. */
static size_t look_up_names(const struct kcov_index *index)
{
	static const char *const names[] = { "_start", "inner", "", "zzz" };
	struct kcov_index_named named;
	uint64_t address, offset;
	size_t sum = 0;

	for (size_t i = 0; i < 8; i++)
		if (kcov_index_named(index, names[i % 4], i / 4, &named) > 0)
			sum += strlen(named.name) + (size_t)named.extent;
	for (uint64_t i = 0; i < 4096; i += 7)
		if (kcov_index_from_offset(index, i, &address))
			sum += kcov_index_to_offset(index, address, &offset);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kcov_index index;
	uint64_t low, length, points[32];
	volatile size_t sum;
	/* Exactly as long, so that what is read beyond is seen. */
	uint8_t *copy;

	if (size < KCOV_INDEX_HEADER_SIZE)
		return 0;
	copy = malloc(size);
	if (!copy)
		abort();
	memcpy(copy, data, size);
	mend_header(copy, size);
	if (!kcov_index_open(copy, size, &index)) {
		for (uint32_t offset = 0; offset < 4096; offset += 5) {
			sum = look_up(&index, index.base + offset);
			(void)sum;
		}
		sum = look_up_names(&index) + read_counts(&index) + read_syscalls(&index);
		kcov_index_section(&index, ".text", &low, &length);
		kcov_index_points(&index, KCOV_POINT_PC, index.base + 7, points, 32);
	}
	free(copy);
	return 0;
}
