// SPDX-License-Identifier: MIT
#include "callbacks.h"

#include <string.h>

/* What the names of all callbacks of -fsanitize-coverage begin with. */
#define PREFIX "__sanitizer_cov_"

static const struct {
	const char *name;
	enum kcov_point kind;
} callbacks[] = {
	{ "trace_pc", KCOV_POINT_PC },
	/* clang's entry blocks, where records are extended (proposed). */
	{ "trace_pc_entry", KCOV_POINT_PC },
	/* KCOV_UNIQUE (proposed). */
	{ "trace_pc_guard", KCOV_POINT_PC },
	{ "trace_cmp1", KCOV_POINT_CMP },
	{ "trace_cmp2", KCOV_POINT_CMP },
	{ "trace_cmp4", KCOV_POINT_CMP },
	{ "trace_cmp8", KCOV_POINT_CMP },
	{ "trace_const_cmp1", KCOV_POINT_CMP },
	{ "trace_const_cmp2", KCOV_POINT_CMP },
	{ "trace_const_cmp4", KCOV_POINT_CMP },
	{ "trace_const_cmp8", KCOV_POINT_CMP },
	{ "trace_switch", KCOV_POINT_CMP },
};

static bool is(const char *text, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(text, word, n) == 0;
}

/* Whether n bytes at text end in a word. */
static bool ends(const char *text, size_t n, const char *word)
{
	const size_t n_word = strlen(word);

	return n >= n_word && memcmp(text + n - n_word, word, n_word) == 0;
}

/*
 * A branch of arm64 reaches 128 MiB. What is farther is called through code that the linker adds,
 * named after it: __NAME_veneer by GNU ld, __AArch64AbsLongThunk_NAME and the like by lld. Sets
 * what follows PREFIX in NAME, and how long that is.
 */
static bool find_callback(const char *symbol, const char **ret, size_t *ret_n)
{
	/* Few symbols get any further. */
	const char *name = symbol[0] == '_' && symbol[1] == '_' ? strstr(symbol, PREFIX) : NULL;
	size_t n, before;

	if (!name)
		return false;
	before = (size_t)(name - symbol);
	name += strlen(PREFIX);
	n = strlen(name);
	if (is(symbol, before, "__") && ends(name, n, "_veneer"))
		n -= strlen("_veneer");
	else if (before && !(strncmp(symbol, "__AArch64", strlen("__AArch64")) == 0 &&
			     ends(symbol, before, "Thunk_")))
		return false;
	*ret = name;
	*ret_n = n;
	return true;
}

enum kcov_point kcov_callback_kind(const char *symbol)
{
	const char *name;
	size_t n;

	if (!find_callback(symbol, &name, &n))
		return KCOV_POINT_NONE;
	for (size_t i = 0; i < sizeof(callbacks) / sizeof(*callbacks); i++) {
		if (is(name, n, callbacks[i].name))
			return callbacks[i].kind;
	}
	return KCOV_POINT_NONE;
}

enum kcov_point kcov_callback_family(const char *symbol)
{
	if (strncmp(symbol, PREFIX, strlen(PREFIX)) != 0)
		return KCOV_POINT_NONE;
	return kcov_callback_kind(symbol) == KCOV_POINT_CMP ? KCOV_POINT_CMP : KCOV_POINT_PC;
}
