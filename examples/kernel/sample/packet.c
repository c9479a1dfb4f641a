// SPDX-License-Identifier: GPL-2.0-only
/*
 * Something to be covered: a parser with enough branches that coverage has something to
 * climb. What it finds at the end of each way stands for a bug, and harms nobody.
 */
#include "packet.h"
#include "kcov_sample.h"

#include <linux/errno.h>
#ifdef SAMPLE_ASM_UNALIGNED
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

#define MAX_DEPTH 4

/* The low bits of a byte are a command, the high ones its flags. */
static u8 command(u8 byte)
{
	return byte & 0x0f;
}

/* Each byte that is right runs a block of its own: PCs show the way. */
static int parse_chain(const u8 *bytes, size_t size)
{
	if (size < 6)
		return 0;
	if (command(bytes[0]) != 11)
		return 0;
	if (command(bytes[1]) != 5)
		return 0;
	if (command(bytes[2]) != 2)
		return 0;
	if (command(bytes[3]) != 14)
		return 0;
	if (command(bytes[4]) != 6)
		return 0;
	return command(bytes[5]) == 12 ? -EUCLEAN : 0;
}

/* Guessing is hopeless, and PCs tell nothing until a number is right: comparisons do. */
static int parse_numbers(const u8 *bytes, size_t size)
{
	if (size < 16)
		return 0;
	if (get_unaligned_le32(bytes) != 0x9e3779b9)
		return 0;
	if (get_unaligned_be32(bytes + 4) != 0x7f4a7c15)
		return 0;
	return get_unaligned_le64(bytes + 8) == 0xf39cc0605cedc834 ? -ENOTUNIQ : 0;
}

/* What the fields of a packet amount to. */
struct state {
	unsigned int depth;
	unsigned int deepest;
	unsigned int numbers;
	unsigned int texts;
};

static int parse_number(struct state *state, const u8 *bytes, size_t size)
{
	if (size != 1 && size != 2 && size != 4)
		return -EINVAL;
	/* Only even ones count, so that they have to be looked at. */
	if (bytes[0] & 1)
		return -EINVAL;
	state->numbers++;
	return 0;
}

static int parse_text(struct state *state, const u8 *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (bytes[i] < 0x20 || bytes[i] > 0x7e)
			return -EINVAL;
	if (size)
		state->texts++;
	return 0;
}

static int parse_fields(struct state *state, const u8 *bytes, size_t size);

static int parse_group(struct state *state, const u8 *bytes, size_t size)
{
	int err;

	if (state->depth == MAX_DEPTH)
		return -EINVAL;
	state->depth++;
	if (state->depth > state->deepest)
		state->deepest = state->depth;
	err = parse_fields(state, bytes, size);
	state->depth--;
	return err;
}

static int parse_field(struct state *state, u8 tag, const u8 *bytes, size_t size)
{
	switch (tag) {
	case KCOV_SAMPLE_PAD:
		return 0;
	case KCOV_SAMPLE_NUMBER:
		return parse_number(state, bytes, size);
	case KCOV_SAMPLE_TEXT:
		return parse_text(state, bytes, size);
	case KCOV_SAMPLE_GROUP:
		return parse_group(state, bytes, size);
	default:
		return -EINVAL;
	}
}

static int parse_fields(struct state *state, const u8 *bytes, size_t size)
{
	size_t length;
	int err;

	while (size) {
		if (size < 2 || bytes[1] > size - 2)
			return -EINVAL;
		length = bytes[1];
		err = parse_field(state, bytes[0], bytes + 2, length);
		if (err)
			return err;
		bytes += 2 + length;
		size -= 2 + length;
	}
	return 0;
}

static int parse_checked_fields(const u8 *bytes, size_t size)
{
	struct state state = {};
	u16 sum = 0;
	size_t i;
	int err;

	if (size < 2)
		return -EINVAL;
	for (i = 2; i < size; i++)
		sum += bytes[i];
	if (get_unaligned_le16(bytes) != sum)
		return -EINVAL;
	err = parse_fields(&state, bytes + 2, size - 2);
	if (err)
		return err;
	if (state.deepest == MAX_DEPTH && state.numbers == 3 && state.texts)
		return -EOVERFLOW;
	return 0;
}

int packet_parse(const u8 *packet, size_t size)
{
	const struct kcov_sample_header *header = (const void *)packet;
	const u8 *bytes = packet + sizeof(*header);

	if (size < sizeof(*header))
		return -EINVAL;
	if (get_unaligned_le16(&header->magic) != KCOV_SAMPLE_MAGIC)
		return -EINVAL;
	size -= sizeof(*header);
	if (header->length != size)
		return -EINVAL;
	switch (header->type) {
	case KCOV_SAMPLE_CHAIN:
		return parse_chain(bytes, size);
	case KCOV_SAMPLE_NUMBERS:
		return parse_numbers(bytes, size);
	case KCOV_SAMPLE_FIELDS:
		return parse_checked_fields(bytes, size);
	default:
		return -EINVAL;
	}
}
