// SPDX-License-Identifier: MIT
#include "cache-name.h"

#include "index-format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Sums are written with all their digits. */
#define SUM_DIGITS 16u
/* What mkostemp(3) puts behind the last dot. */
#define PART_LETTERS 6u

static const char hex[] = "0123456789abcdef";
static const char decimal[] = "0123456789";

const char *kcov_cache_name_format(const struct kcov_build_id *id, uint64_t sum,
				   char name[KCOV_CACHE_NAME_SIZE])
{
	char digits[KCOV_BUILD_ID_HEX_SIZE];

	snprintf(name, KCOV_CACHE_NAME_SIZE, "%s-%016" PRIx64 ".index-%u",
		 kcov_build_id_format(id, digits), sum, KCOV_INDEX_VERSION);
	return name;
}

const char *kcov_cache_name_format_link(uint64_t state, char name[KCOV_CACHE_NAME_SIZE])
{
	snprintf(name, KCOV_CACHE_NAME_SIZE, ".%016" PRIx64 ".image-%u", state, KCOV_INDEX_VERSION);
	return name;
}

/* Take digits of a kind, as many as there are; returns how many. */
static size_t take_digits(const char **at, const char *digits)
{
	size_t n = strspn(*at, digits);

	*at += n;
	return n;
}

static bool take_text(const char **at, const char *text)
{
	if (strncmp(*at, text, strlen(text)) != 0)
		return false;
	*at += strlen(text);
	return true;
}

/* A number up to the end or a dot, which is this version's or another's. */
static bool take_version(const char **at, bool *is_this)
{
	char this[16];
	const char *from = *at;
	size_t n = take_digits(at, decimal);

	snprintf(this, sizeof(this), "%u", KCOV_INDEX_VERSION);
	*is_this = n == strlen(this) && memcmp(from, this, n) == 0;
	return n > 0;
}

/* Two digits a byte. */
static bool take_build_id(const char **at)
{
	size_t n = take_digits(at, hex);

	return n && n % 2 == 0 && n < KCOV_BUILD_ID_HEX_SIZE;
}

static bool take_sum(const char **at, uint64_t *ret)
{
	const char *from = *at;

	if (!take_text(at, "-") || take_digits(at, hex) != SUM_DIGITS)
		return false;
	sscanf(from, "-%16" SCNx64, ret);
	return true;
}

static enum kcov_cache_kind kind_of_index(const char *at, uint64_t *sum)
{
	bool has_sum, is_this;

	if (!take_build_id(&at))
		return KCOV_CACHE_OTHER;
	has_sum = *at == '-';
	if (has_sum && !take_sum(&at, sum))
		return KCOV_CACHE_OTHER;
	if (!take_text(&at, ".index-") || !take_version(&at, &is_this))
		return KCOV_CACHE_OTHER;
	if (*at == '.' && strlen(at + 1) == PART_LETTERS && !strpbrk(at + 1, "./"))
		return KCOV_CACHE_PART;
	if (*at)
		return KCOV_CACHE_OTHER;
	return has_sum && is_this ? KCOV_CACHE_INDEX : KCOV_CACHE_OLD_INDEX;
}

static bool is_link(const char *at)
{
	bool is_this;

	return take_text(&at, ".") && take_digits(&at, hex) == SUM_DIGITS &&
	       take_text(&at, ".image-") && take_version(&at, &is_this) && !*at;
}

void kcov_cache_name_parse(const char *name, struct kcov_cache_name *ret)
{
	*ret = (struct kcov_cache_name){};
	ret->kind = is_link(name) ? KCOV_CACHE_LINK : kind_of_index(name, &ret->sum);
}
