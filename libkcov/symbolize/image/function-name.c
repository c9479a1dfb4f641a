// SPDX-License-Identifier: MIT
#include "function-name.h"

#include <string.h>

/* Behind a dot; a dot and a number may follow. */
static const char *const suffixes[] = {
	"isra", "part", "constprop", "cold", "llvm", "specialized"
};

/* What machines do not differ in. */
static const char *const call_prefixes[] = { "__se_sys_", "__do_sys_", "__se_compat_sys_",
					     "__do_compat_sys_", NULL };

/* Up to the last dot; false: there is none, or nothing before it. */
static bool find_dot(struct kcov_text name, size_t *ret)
{
	const char *dot = memrchr(name.at, '.', name.n);

	if (!dot || dot == name.at)
		return false;
	*ret = (size_t)(dot - name.at);
	return true;
}

static struct kcov_text behind(struct kcov_text name, size_t dot)
{
	return (struct kcov_text){ name.at + dot + 1, name.n - dot - 1 };
}

static bool is_suffix(struct kcov_text word)
{
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		if (kcov_text_is(word, suffixes[i]))
			return true;
	}
	return false;
}

/* The number behind a suffix may be longer than any that is read. */
static bool is_number(struct kcov_text word)
{
	for (size_t i = 0; i < word.n; i++) {
		if (word.at[i] < '0' || word.at[i] > '9')
			return false;
	}
	return word.n;
}

/* The last one, if there is any. */
static bool cut_suffix(struct kcov_text *name)
{
	struct kcov_text rest = *name;
	size_t dot;

	if (!find_dot(rest, &dot))
		return false;
	if (is_number(behind(rest, dot))) {
		rest.n = dot;
		if (!find_dot(rest, &dot))
			return false;
	}
	if (!is_suffix(behind(rest, dot)))
		return false;
	name->n = dot;
	return true;
}

/* How much of a prefix is before what the call is called in the source. */
static size_t count_before_call(const char *prefix)
{
	const char *call = strstr(prefix, "compat_sys_");

	return (size_t)((call ? call : strstr(prefix, "sys_")) - prefix);
}

static bool cut_prefix(const char *const *prefixes, struct kcov_text *name)
{
	for (; *prefixes; prefixes++) {
		const size_t n = strlen(*prefixes), before = count_before_call(*prefixes);

		if (name->n <= n || memcmp(name->at, *prefixes, n) != 0)
			continue;
		*name = (struct kcov_text){ name->at + before, name->n - before };
		return true;
	}
	return false;
}

bool kcov_function_name_fold(const struct kcov_machine *machine, const char *name,
			     struct kcov_text *ret)
{
	struct kcov_text folded = { name, strlen(name) };
	bool is_other = false;

	while (cut_suffix(&folded))
		is_other = true;
	/* Few names get any further. */
	if (name[0] == '_' && name[1] == '_')
		is_other |= cut_prefix(machine->syscall_prefixes, &folded) ||
			    cut_prefix(call_prefixes, &folded);
	*ret = folded;
	return is_other;
}
