// SPDX-License-Identifier: MIT
#include "../internal.h"
#include "hash.h"

#include <errno.h>
#include <kcov/feedback.h>
#include <string.h>

/* Either operand in either byte order. */
#define MAX_TOKENS 4

/* size bytes, the first of them in the low bits of value. */
struct token {
	uint64_t value;
	uint64_t size;
};

/* The tokens that there are already: one whose size is 0 is none. */
struct tokens {
	struct token *slots;
	size_t n_slots;
};

static uint64_t mask_of(uint64_t size)
{
	return UINT64_MAX >> (64 - 8 * size);
}

static uint64_t swap_bytes(uint64_t value, uint64_t size)
{
	return __builtin_bswap64(value) >> (64 - 8 * size);
}

/* Whether a token was not there. There are twice as many slots as tokens at most. */
static bool tokens_add(struct tokens *tokens, const struct token *token)
{
	size_t slot = kcov_hash_slot(token->value ^ token->size << 56, tokens->n_slots);

	while (tokens->slots[slot].size) {
		if (tokens->slots[slot].value == token->value &&
		    tokens->slots[slot].size == token->size)
			return false;
		if (++slot == tokens->n_slots)
			slot = 0;
	}
	tokens->slots[slot] = *token;
	return true;
}

/* What a fuzzer should be told of one comparison. */
static size_t tokens_of(const struct kcov_cmp *cmp, struct token ret[MAX_TOKENS])
{
	const uint64_t operands[] = { cmp->arg1, cmp->arg2 };
	const size_t n_operands = cmp->is_const ? 1 : 2;
	size_t n = 0;

	if (cmp->size < 2 || cmp->size > 8)
		return 0;
	for (size_t i = 0; i < n_operands; i++) {
		const uint64_t value = operands[i] & mask_of(cmp->size);

		if (!value || value == mask_of(cmp->size))
			continue;
		ret[n++] = (struct token){ value, cmp->size };
		ret[n++] = (struct token){ swap_bytes(value, cmp->size), cmp->size };
	}
	return n;
}

static char *write_byte(char *at, const char *before, unsigned int byte)
{
	static const char digits[] = "0123456789abcdef";

	at = stpcpy(at, before);
	*at++ = digits[byte >> 4];
	*at++ = digits[byte & 15];
	return at;
}

static char *write_token(char *at, const struct token *token)
{
	at = stpcpy(at, "kcov_");
	*at++ = (char)('0' + token->size);
	*at++ = '_';
	for (uint64_t i = 0; i < token->size; i++)
		at = write_byte(at, "", token->value >> 8 * i & 0xff);
	at = stpcpy(at, "=\"");
	for (uint64_t i = 0; i < token->size; i++)
		at = write_byte(at, "\\x", token->value >> 8 * i & 0xff);
	return stpcpy(at, "\"\n");
}

/* kcov_4_12efcdab="\x12\xef\xcd\xab" and the end of the line. */
static size_t length_of(const struct token *token)
{
	return sizeof("kcov_8_=\"\"\n") - 1 + 6 * (size_t)token->size;
}

/* Everything that is told, to text unless that is NULL. The length of it. */
static size_t write_all(const struct kcov_cmp *operands, size_t count, uint64_t *scratch,
			char *text)
{
	struct tokens tokens = {
		.slots = (struct token *)scratch,
		.n_slots = 2 * MAX_TOKENS * count,
	};
	size_t length = 0;

	memset(tokens.slots, 0, tokens.n_slots * sizeof(*tokens.slots));
	for (size_t i = 0; i < count; i++) {
		struct token new[MAX_TOKENS];
		const size_t n = tokens_of(&operands[i], new);

		for (size_t j = 0; j < n; j++) {
			if (!tokens_add(&tokens, &new[j]))
				continue;
			if (text)
				write_token(text + length, &new[j]);
			length += length_of(&new[j]);
		}
	}
	return length;
}

KCOV_PUBLIC int kcov_dictionary(const struct kcov_cmp *operands, size_t count, uint64_t *scratch,
				size_t size, char *text, size_t *ret)
{
	const size_t length = write_all(operands, count, scratch, NULL);

	if (length >= size)
		return -ENOSPC;
	text[0] = '\0';
	write_all(operands, count, scratch, text);
	*ret = length;
	return 0;
}
