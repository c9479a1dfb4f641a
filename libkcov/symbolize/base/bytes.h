/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_BYTES_H
#define KCOV_SYMBOLIZE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing piece of memory; {} to begin with. Once it has failed, it stays so. */
struct kcov_bytes {
	uint8_t *at;
	size_t n;
	size_t room;
	bool failed;
};

void kcov_bytes_fini(struct kcov_bytes *bytes);

void kcov_bytes_add(struct kcov_bytes *bytes, const void *data, size_t n);

/* Zeros up to the next multiple of a power of two. */
void kcov_bytes_align(struct kcov_bytes *bytes, size_t alignment);

void kcov_bytes_add_u32(struct kcov_bytes *bytes, uint32_t value);

/* 7 bits a byte, the low ones first (LEB128): 1 byte for what is below 128. */
void kcov_bytes_add_number(struct kcov_bytes *bytes, uint32_t number);

/* What is left to read. Past the end, and after what is no number, all is 0 and failed. */
struct kcov_reader {
	const uint8_t *at;
	const uint8_t *end;
	bool failed;
};

static inline uint8_t kcov_read_byte(struct kcov_reader *reader)
{
	if (reader->at == reader->end) {
		reader->failed = true;
		return 0;
	}
	return *reader->at++;
}

static inline uint32_t kcov_read_number(struct kcov_reader *reader)
{
	uint32_t byte = kcov_read_byte(reader), number = byte & 0x7f;

	for (unsigned int shift = 7; byte & 0x80; shift += 7) {
		if (shift > 28) {
			reader->failed = true;
			return 0;
		}
		byte = kcov_read_byte(reader);
		number |= (byte & 0x7f) << shift;
	}
	return number;
}

/* Numbers in the file are little-endian, and nothing in it need be aligned. */
static inline uint32_t kcov_load_u32(const void *at)
{
	const uint8_t *bytes = at;

	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static inline uint64_t kcov_load_u64(const void *at)
{
	return kcov_load_u32(at) | (uint64_t)kcov_load_u32((const uint8_t *)at + 4) << 32;
}

static inline void kcov_store_u32(void *at, uint32_t value)
{
	uint8_t *bytes = at;

	bytes[0] = (uint8_t)value;
	bytes[1] = (uint8_t)(value >> 8);
	bytes[2] = (uint8_t)(value >> 16);
	bytes[3] = (uint8_t)(value >> 24);
}

static inline void kcov_store_u64(void *at, uint64_t value)
{
	kcov_store_u32(at, (uint32_t)value);
	kcov_store_u32((uint8_t *)at + 4, (uint32_t)(value >> 32));
}

#endif
