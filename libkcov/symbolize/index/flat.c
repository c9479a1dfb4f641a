// SPDX-License-Identifier: MIT
#include "flat.h"

#include "../base/cleanup.h"
#include "../base/file.h"

#include <errno.h>
#include <string.h>

static uint32_t hash(const char *text)
{
	uint32_t sum = 2166136261;

	while (*text)
		sum = (sum ^ (uint8_t)*text++) * 16777619;
	return sum ^ sum >> 15;
}

/* Where it is in the table, or the free slot where it belongs. */
static uint32_t *find_known(const struct kcov_flat *flat, const char *text)
{
	size_t i = hash(text) & (flat->known_room - 1);

	while (flat->known[i] != KCOV_FLAT_NONE &&
	       strcmp((const char *)flat->strings.at + flat->known[i], text) != 0)
		i = (i + 1) & (flat->known_room - 1);
	return &flat->known[i];
}

static int grow_known(struct kcov_flat *flat)
{
	size_t old_room = flat->known_room, room = old_room ? old_room * 2 : 1024;
	_cleanup_free_ uint32_t *old = flat->known;
	uint32_t *known = kcov_table_of_none(room);

	if (!known) {
		old = NULL;
		return -ENOMEM;
	}
	flat->known = known;
	flat->known_room = room;
	for (size_t i = 0; i < old_room; i++) {
		if (old[i] != KCOV_FLAT_NONE)
			*find_known(flat, (const char *)flat->strings.at + old[i]) = old[i];
	}
	return 0;
}

int kcov_flat_intern(struct kcov_flat *flat, const char *text, uint32_t *ret)
{
	uint32_t *slot;

	if (flat->known_n >= flat->known_room / 2 && grow_known(flat) < 0)
		return -ENOMEM;
	slot = find_known(flat, text);
	if (*slot == KCOV_FLAT_NONE) {
		size_t at = flat->strings.n;

		if (at >= KCOV_FLAT_NONE)
			return -ENOMEM;
		kcov_bytes_add(&flat->strings, text, strlen(text) + 1);
		if (flat->strings.failed)
			return -ENOMEM;
		*slot = (uint32_t)at;
		flat->known_n++;
	}
	*ret = *slot;
	return 0;
}

void kcov_flat_fini(struct kcov_flat *flat)
{
	free(flat->text.at);
	free(flat->spans.at);
	free(flat->scopes.at);
	free(flat->files.at);
	free(flat->symbols.at);
	free(flat->damaged.at);
	free(flat->others.at);
	free(flat->syscalls.at);
	free(flat->parameters.at);
	free(flat->gaps.at);
	free(flat->points.at);
	kcov_bytes_fini(&flat->strings);
	free(flat->known);
}

int kcov_flat_add_other(struct kcov_flat *flat, const struct kcov_other_file *file)
{
	_cleanup_free_ char *real = NULL;
	struct kcov_flat_other *added;
	uint32_t name;

	if (!file->name)
		return 0;
	/* From wherever the index is asked for. One that is gone by now is not there then, either.
	 */
	if (file->sum && kcov_file_real_path(file->name, &real) == -ENOMEM)
		return -ENOMEM;
	if (kcov_flat_intern(flat, real ? real : file->name, &name) < 0)
		return -ENOMEM;
	added = KCOV_TABLE_ADD(&flat->others);
	if (!added)
		return -ENOMEM;
	*added = (struct kcov_flat_other){ .name = name, .sum = file->sum };
	return 0;
}

static int other_compare(const void *a, const void *b)
{
	const struct kcov_flat_other *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return (x->sum > y->sum) - (x->sum < y->sum);
}

void kcov_flat_unique_others(struct kcov_flat *flat)
{
	struct kcov_flat_other *at = flat->others.at;
	size_t n = 0;

	if (!at)
		return;
	qsort(at, flat->others.n, sizeof(*at), other_compare);
	for (size_t i = 0; i < flat->others.n; i++)
		if (!n || other_compare(&at[n - 1], &at[i]) != 0)
			at[n++] = at[i];
	flat->others.n = n;
}
