// SPDX-License-Identifier: MIT
#include "denominators.h"

#include "../all-points.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct pcs {
	uint64_t *at;
	size_t n;
	size_t room;
};

static int take(void *context, const uint64_t *some, size_t n)
{
	struct pcs *pcs = context;

	if (n > pcs->room - pcs->n) {
		const size_t room = 2 * pcs->room + n;
		uint64_t *at = reallocarray(pcs->at, room, sizeof(*at));

		if (!at)
			return -ENOMEM;
		pcs->at = at;
		pcs->room = room;
	}
	memcpy(pcs->at + pcs->n, some, n * sizeof(*some));
	pcs->n += n;
	return 0;
}

static bool is_new(const struct located *ran, size_t i)
{
	const char *image = ran->at[i].location.image;

	if (!image)
		return false;
	/* They are sorted by address: what lies together is of one image, mostly. */
	while (i--)
		if (ran->at[i].location.image && strcmp(ran->at[i].location.image, image) == 0)
			return false;
	return true;
}

/* What ran where, by the images' names, a line each, in the order of their addresses. */
static char *name_images(const struct located *ran)
{
	char *names = NULL;
	size_t size;
	FILE *out = open_memstream(&names, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < ran->n; i++)
		if (is_new(ran, i))
			fprintf(out, "%s\n", ran->at[i].location.image);
	if (fclose(out)) {
		free(names);
		return NULL;
	}
	return names;
}

static int take_images(const struct report *report, const struct located *ran, struct pcs *pcs)
{
	for (size_t i = 0; i < ran->n; i++) {
		int err = 0;

		if (is_new(ran, i))
			err = all_points(report->symbolizer, ran->at[i].location.image,
					 points_kind(report->records.kind->mode), take, pcs);
		/* It is not known, or was unloaded meanwhile. */
		if (err && err != -ENODATA && err != -ENOENT)
			return err;
	}
	return 0;
}

static int locate(struct report *report, const struct located *ran, struct located *ret)
{
	struct report all = { .records.kind = kcov_record_kind(KCOV_MODE_PC),
			      .symbolizer = report->symbolizer };
	struct pcs pcs = { 0 };
	int err = take_images(report, ran, &pcs);

	all.records.records = pcs.at;
	all.records.count = pcs.n;
	if (!err)
		err = located_init(&all, ret);
	report->error = all.error;
	free(pcs.at);
	return err;
}

struct denominators_set {
	/* The images' names, a line each. */
	char *images;
	struct located located;
	struct denominators_set *next;
};

/* Takes the names. */
static int add(struct report *report, const struct located *ran, char *images,
	       const struct located **ret)
{
	struct denominators_set *set = calloc(1, sizeof(*set));
	int err = set ? locate(report, ran, &set->located) : -ENOMEM;

	if (err) {
		free(set);
		free(images);
		return err;
	}
	set->images = images;
	set->next = report->denominators->sets;
	report->denominators->sets = set;
	*ret = &set->located;
	return 0;
}

int denominators_get(struct report *report, const struct located *ran, const struct located **ret)
{
	char *images = name_images(ran);

	if (!images)
		return -ENOMEM;
	for (const struct denominators_set *set = report->denominators->sets; set;
	     set = set->next) {
		if (strcmp(set->images, images) == 0) {
			free(images);
			*ret = &set->located;
			return 0;
		}
	}
	return add(report, ran, images, ret);
}

void denominators_fini(struct denominators *denominators)
{
	while (denominators->sets) {
		struct denominators_set *set = denominators->sets;

		denominators->sets = set->next;
		located_fini(&set->located);
		free(set->images);
		free(set);
	}
}
