// SPDX-License-Identifier: MIT
#include "digits.h"

#include <endian.h>
#include <string.h>

/* The same byte eight times. */
#define EACH(byte_) (0x0101010101010101ull * (byte_))

/* Of each byte up to 15 the digit. */
static uint64_t hex_text(uint64_t values)
{
	const uint64_t letters = (values + EACH(6)) >> 4 & EACH(1);

	return values + EACH('0') + letters * ('a' - '0' - 10);
}

bool digits_parse_hex8(const char *digits, uint32_t *ret)
{
	uint64_t text, letters, values;

	memcpy(&text, digits, sizeof(text));
	text = be64toh(text);
	letters = text >> 6 & EACH(1);
	values = (text & EACH(15)) + letters * 9;
	/* Each is what its value would be written as, but for its case. */
	if ((values & EACH(0xf0)) || (text | letters << 5) != hex_text(values))
		return false;
	values = (values | values >> 4) & 0x00ff00ff00ff00ff;
	values = (values | values >> 8) & 0x0000ffff0000ffff;
	*ret = (uint32_t)(values | values >> 16);
	return true;
}

static void put_hex8(char *at, uint32_t value)
{
	uint64_t values = value;

	values = (values | values << 16) & 0x0000ffff0000ffff;
	values = (values | values << 8) & 0x00ff00ff00ff00ff;
	values = (values | values << 4) & EACH(15);
	values = htobe64(hex_text(values));
	memcpy(at, &values, sizeof(values));
}

char *digits_add_hex16(char *at, uint64_t value)
{
	put_hex8(at, (uint32_t)(value >> 32));
	put_hex8(at + 8, (uint32_t)value);
	return at + 16;
}

/* Of what is below 100,000,000: eight digits, the first in the lowest byte. */
static uint64_t decimal8(uint32_t value)
{
	/* Each half has twice as many parts as the step before, each with half of the digits. */
	uint64_t values = value / 10000 | (uint64_t)(value % 10000) << 32, high;

	/* A hundredth, and a tenth, by a product that is exact for what is so small. */
	high = values * 10486 >> 20 & 0x0000007f0000007f;
	values = high | (values - high * 100) << 16;
	high = values * 103 >> 10 & 0x000f000f000f000f;
	return high | (values - high * 10) << 8;
}

static void put8(char *at, uint64_t digits)
{
	digits = htole64(digits);
	memcpy(at, &digits, sizeof(digits));
}

char *digits_add_decimal(char *at, uint64_t value)
{
	const uint32_t limit = 100000000;
	uint64_t digits = decimal8((uint32_t)(value % limit));
	int zeros;

	if (value >= limit) {
		at = digits_add_decimal(at, value / limit);
		put8(at, digits + EACH('0'));
		return at + 8;
	}
	/* One digit is left of 0. */
	zeros = __builtin_ctzll(digits | 1ull << 56) / 8;
	put8(at, (digits + EACH('0')) >> 8 * zeros);
	return at + 8 - zeros;
}
