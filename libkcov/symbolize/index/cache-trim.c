// SPDX-License-Identifier: MIT
#include "cache-trim.h"

#include "../base/cleanup.h"
#include "../base/file.h"
#include "../base/table.h"
#include "cache-name.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Nobody writes an index for longer than that. */
#define PART_SECONDS 3600

struct entry {
	char *path;
	enum kcov_cache_kind kind;
	struct kcov_file_state state;
	bool is_removed;
};

/* What is in the directory. */
struct listing {
	const struct kcov_cache_trim *trim;
	KCOV_TABLE(struct entry) entries;
};

static void listing_fini(struct listing *listing)
{
	for (size_t i = 0; i < listing->entries.n; i++)
		free(listing->entries.at[i].path);
	free(listing->entries.at);
}

static int list_entry(void *context, const char *name)
{
	struct listing *listing = context;
	struct entry entry = {}, *added;
	struct kcov_cache_name parsed;

	kcov_cache_name_parse(name, &parsed);
	if (parsed.kind == KCOV_CACHE_OTHER)
		return 0;
	if (asprintf(&entry.path, "%s/%s", listing->trim->directory, name) < 0)
		return -ENOMEM;
	entry.kind = parsed.kind;
	/* A link's state is that of its index, and it is in the way if it has none. */
	entry.is_removed =
		kcov_file_state_at(entry.path, &entry.state) < 0 && entry.kind != KCOV_CACHE_LINK;
	added = KCOV_TABLE_ADD(&listing->entries);
	if (!added) {
		free(entry.path);
		return -ENOMEM;
	}
	*added = entry;
	return 0;
}

static int entry_compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	for (int i = 0; i < 2; i++)
		if (x->state.written[i] != y->state.written[i])
			return x->state.written[i] < y->state.written[i] ? -1 : 1;
	return strcmp(x->path, y->path);
}

static void remove_entry(const struct listing *listing, struct entry *entry,
			 struct kcov_cache_left *left)
{
	const struct kcov_cache_trim *trim = listing->trim;
	int rc = kcov_file_remove(entry->path);

	if (rc < 0 && rc != -ENOENT) {
		if (!left->rc) {
			left->rc = rc;
			left->path = strdup(entry->path);
		}
		return;
	}
	entry->is_removed = true;
	left->n--;
	left->size -= entry->state.size;
	if (rc == 0 && trim->removed)
		trim->removed(trim->context, entry->path, entry->state.size);
}

static bool is_of_no_use(const struct entry *entry)
{
	return entry->kind == KCOV_CACHE_OLD_INDEX ||
	       (entry->kind == KCOV_CACHE_PART &&
		entry->state.written[0] < time(NULL) - PART_SECONDS);
}

/* Those that have to go, in the order of their use. */
static void remove_entries(const struct listing *listing, struct kcov_cache_left *left)
{
	const struct kcov_cache_trim *trim = listing->trim;
	struct entry *at = listing->entries.at, *end = at + listing->entries.n;

	for (struct entry *entry = at; trim->is_thorough && entry < end; entry++)
		if (!entry->is_removed && is_of_no_use(entry))
			remove_entry(listing, entry, left);
	for (struct entry *entry = at; left->size > trim->limit && entry < end; entry++)
		if (!entry->is_removed && entry->kind != KCOV_CACHE_LINK &&
		    (!trim->kept || strcmp(entry->path, trim->kept) != 0))
			remove_entry(listing, entry, left);
}

/* Whether it leads nowhere, or to what is of no use is known only now. */
static void remove_links(const struct listing *listing)
{
	struct kcov_file_state state;

	for (size_t i = 0; i < listing->entries.n; i++) {
		const struct entry *entry = &listing->entries.at[i];

		if (entry->kind == KCOV_CACHE_LINK && kcov_file_state_at(entry->path, &state) < 0)
			kcov_file_remove(entry->path);
	}
}

int kcov_cache_trim(const struct kcov_cache_trim *trim, struct kcov_cache_left *ret)
{
	_cleanup_(listing_fini) struct listing listing = { .trim = trim };
	struct kcov_cache_left left = {};
	int rc = kcov_file_list(trim->directory, list_entry, &listing);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < listing.entries.n; i++) {
		const struct entry *entry = &listing.entries.at[i];

		if (entry->is_removed || entry->kind == KCOV_CACHE_LINK)
			continue;
		left.n++;
		left.size += entry->state.size;
	}
	if (listing.entries.n)
		qsort(listing.entries.at, listing.entries.n, sizeof(*listing.entries.at),
		      entry_compare);
	remove_entries(&listing, &left);
	remove_links(&listing);
	if (ret)
		*ret = left;
	else
		free(left.path);
	return 0;
}
