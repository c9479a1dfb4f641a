// SPDX-License-Identifier: MIT
#include "by-syscall.h"

#include "../base/array.h"
#include "call-names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * A task ends in a call, or is killed. Where compilers leave the entry of exit and exit_group
 * without a point, as clang does, this is the first that is seen of them.
 */
static bool is_end(const char *symbol)
{
	return symbol && (strcmp(symbol, "do_exit") == 0 || strcmp(symbol, "do_group_exit") == 0);
}

/* Whether it is behind the first coverage point of the function that it is in. */
static bool is_first(const struct kcov_symbolizer *symbolizer, const struct kcov_location *location,
		     uint64_t address)
{
	uint64_t first;
	int n = kcov_symbolizer_points(symbolizer, location->image, KCOV_POINT_PC,
				       location->address - location->symbol_offset, &first, 1);

	/* Without an image it is not known where they are: near the entry, behind a few pushes. */
	return n > 0 ? first == address : location->symbol_offset < 48;
}

const char *by_syscall_begun(const struct kcov_symbolizer *symbolizer,
			     const struct kcov_location *before, uint64_t address)
{
	const char *name =
		is_end(before->symbol) ? BY_SYSCALL_END : call_name_of_symbol(before->symbol);

	return name && is_first(symbolizer, before, address) ? name : NULL;
}

int by_syscall_make_place(const struct kcov_symbolizer *symbolizer, struct place *place)
{
	const char *name = by_syscall_begun(symbolizer, &place->location, place->address);

	if (!name)
		return 0;
	place->text = strdup(name);
	return place->text ? 0 : -ENOMEM;
}

static bool names_end(const char *name)
{
	return strcmp(name, BY_SYSCALL_END) == 0;
}

bool by_syscall_is_call(const char *name)
{
	return name[0] && !names_end(name) && strcmp(name, BY_SYSCALL_BETWEEN) != 0 &&
	       strcmp(name, BY_SYSCALL_REMOTE) != 0;
}

bool by_syscall_is_next(const char *current, const char *next)
{
	return !names_end(next) || (!names_end(current) && strcmp(current, "exit") != 0 &&
				    strcmp(current, "exit_group") != 0);
}

static struct by_syscall_entry *entry_of(struct by_syscall *by_syscall, const char *name)
{
	struct by_syscall_entry *entry;

	for (size_t i = 0; i < by_syscall->n; i++)
		if (strcmp(by_syscall->at[i]->name, name) == 0)
			return by_syscall->at[i];
	if (!array_reserve(by_syscall, 1))
		return NULL;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	entry->name = name;
	entry->is_end = names_end(name);
	entry->tally.words = 1;
	by_syscall->at[by_syscall->n++] = entry;
	return entry;
}

int by_syscall_add(struct by_syscall *by_syscall, struct places *places,
		   struct by_syscall_entry **current, const uint64_t *pcs, size_t n)
{
	size_t done = 0;
	int err = 0;

	if (!*current)
		*current = entry_of(by_syscall, "");
	for (size_t i = 0; i < n && *current && !err; i++) {
		struct place *place = places_get(places, pcs[i]);

		if (!place)
			return places->err;
		if (!place->text || !by_syscall_is_next((*current)->name, place->text))
			continue;
		err = tally_add(&(*current)->tally, pcs + done, i - done);
		done = i;
		if (!place->user)
			place->user = entry_of(by_syscall, place->text);
		*current = place->user;
		if (*current)
			(*current)->calls++;
	}
	if (!*current)
		return -ENOMEM;
	return err ? err : tally_add(&(*current)->tally, pcs + done, n - done);
}

static int compare(const void *left, const void *right)
{
	const struct by_syscall_entry *const *a = left, *const *b = right;

	return strcmp((*a)->name, (*b)->name);
}

void by_syscall_sort(struct by_syscall *by_syscall)
{
	if (by_syscall->n)
		qsort(by_syscall->at, by_syscall->n, sizeof(struct by_syscall_entry *), compare);
}

void by_syscall_fini(struct by_syscall *by_syscall)
{
	for (size_t i = 0; i < by_syscall->n; i++) {
		tally_fini(&by_syscall->at[i]->tally);
		free(by_syscall->at[i]);
	}
	free(by_syscall->at);
}
