// SPDX-License-Identifier: MIT
#include "flat.h"

#include "cleanup.h"

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
	free(flat->lacked.at);
	free(flat->gaps.at);
	free(flat->points.at);
	kcov_bytes_fini(&flat->strings);
	free(flat->known);
}
