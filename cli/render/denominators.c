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
					 points_kind(report->mode), take, pcs);
		/* It is not known, or was unloaded meanwhile. */
		if (err && err != -ENODATA && err != -ENOENT)
			return err;
	}
	return 0;
}

static int locate(struct report *report, const struct located *ran, struct located *ret)
{
	struct report all = { .mode = KCOV_MODE_PC, .symbolizer = report->symbolizer };
	struct pcs pcs = { 0 };
	int err = take_images(report, ran, &pcs);

	all.pcs.pcs = pcs.at;
	all.pcs.count = pcs.n;
	if (!err)
		err = located_init(&all, ret);
	report->error = all.error;
	free(pcs.at);
	return err;
}

int denominators_get(struct report *report, const struct located *ran, const struct located **ret)
{
	struct denominators *denominators = report->denominators;
	char *images = name_images(ran);
	int err;

	if (!images)
		return -ENOMEM;
	if (denominators->images && strcmp(denominators->images, images) == 0) {
		free(images);
		*ret = &denominators->located;
		return 0;
	}
	denominators_fini(denominators);
	err = locate(report, ran, &denominators->located);
	if (err) {
		free(images);
		return err;
	}
	denominators->images = images;
	*ret = &denominators->located;
	return 0;
}

void denominators_fini(struct denominators *denominators)
{
	if (denominators->images)
		located_fini(&denominators->located);
	free(denominators->images);
	*denominators = (struct denominators){ 0 };
}
