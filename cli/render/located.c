// SPDX-License-Identifier: MIT
#include "located.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int compare_addresses(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static void collect(const struct report *report, struct located *located)
{
	size_t n = report_count(report);
	struct kcov_cmp cmp;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (report->mode == KCOV_MODE_PC || report_cmp(report, i, &cmp))
			located->addresses[kept++] = report_address(report, i);
	qsort(located->addresses, kept, sizeof(*located->addresses), compare_addresses);
	for (size_t i = 0; i < kept; i++) {
		if (located->n && located->addresses[located->n - 1] == located->addresses[i]) {
			located->hits[located->n - 1]++;
			continue;
		}
		located->addresses[located->n] = located->addresses[i];
		located->hits[located->n++] = 1;
	}
}

/* What was recorded is a return address: the call before it is what ran there. */
static int look_up(struct report *report, struct located *located)
{
	uint64_t *before = calloc(located->n + 1, sizeof(*before));
	int err;

	if (!before)
		return -ENOMEM;
	for (size_t i = 0; i < located->n; i++)
		before[i] = located->addresses[i] - 1;
	err = kcov_symbolizer_lookup(report->symbolizer, before, located->n, &report->error,
				     located->locations);
	free(before);
	return err;
}

const char *place_function(const struct located_place *place)
{
	const struct kcov_location *location = place->location;

	if (place->frame < location->n_frames && location->frames[place->frame].function)
		return location->frames[place->frame].function;
	return location->symbol ? location->symbol : "??";
}

const char *place_file(const struct located_place *place)
{
	const struct kcov_location *location = place->location;

	if (place->frame < location->n_frames && location->frames[place->frame].file)
		return location->frames[place->frame].file;
	return "";
}

uint32_t place_line(const struct located_place *place)
{
	const struct kcov_location *location = place->location;

	return place->frame < location->n_frames ? location->frames[place->frame].line : 0;
}

static int compare_functions(const struct located_place *a, const struct located_place *b)
{
	int order = strcmp(place_file(a), place_file(b));

	return order ? order : strcmp(place_function(a), place_function(b));
}

bool place_same_function(const struct located_place *a, const struct located_place *b)
{
	return compare_functions(a, b) == 0;
}

/* What headers have inline runs everywhere: it comes last. */
static bool is_header(const char *file)
{
	size_t len = strlen(file);

	return len > 2 && strcmp(file + len - 2, ".h") == 0;
}

static int compare_places(const void *left, const void *right)
{
	const struct located_place *a = left, *b = right;
	int order = is_header(place_file(a)) - is_header(place_file(b));

	if (!order)
		order = compare_functions(a, b);
	if (order)
		return order;
	if (place_line(a) != place_line(b))
		return place_line(a) < place_line(b) ? -1 : 1;
	return (a->location > b->location) - (a->location < b->location);
}

static int make_places(struct located *located)
{
	size_t n = 0;

	for (size_t i = 0; i < located->n; i++)
		n += located->locations[i].n_frames + 1;
	located->places = calloc(n + 1, sizeof(*located->places));
	if (!located->places)
		return -ENOMEM;
	for (size_t i = 0; i < located->n; i++) {
		struct located_place place = { &located->locations[i], 0, located->hits[i] };

		do
			located->places[located->n_places++] = place;
		while (++place.frame < place.location->n_frames);
		located->n_unknown += !place.location->image;
	}
	qsort(located->places, located->n_places, sizeof(*located->places), compare_places);
	return 0;
}

static void count_functions(struct located *located)
{
	for (size_t i = 0; i < located->n_places; i++) {
		const struct located_place *place = &located->places[i];

		if (place->location->image && (!i || !place_same_function(place - 1, place)))
			located->n_functions++;
	}
}

int located_init(struct report *report, struct located *ret)
{
	size_t n = report_count(report) + 1;
	struct located located = {
		.addresses = calloc(n, sizeof(*located.addresses)),
		.hits = calloc(n, sizeof(*located.hits)),
	};
	int err = -ENOMEM;

	if (!located.addresses || !located.hits)
		goto err_fini;
	collect(report, &located);
	located.locations = calloc(located.n + 1, sizeof(*located.locations));
	if (!located.locations)
		goto err_fini;
	err = look_up(report, &located);
	if (err)
		goto err_fini;
	err = make_places(&located);
	if (err)
		goto err_fini;
	count_functions(&located);
	*ret = located;
	return 0;

err_fini:
	located_fini(&located);
	return err;
}

void located_fini(struct located *located)
{
	free(located->addresses);
	free(located->hits);
	free(located->locations);
	free(located->places);
}

const struct kcov_location *located_find(const struct located *located, uint64_t address)
{
	const uint64_t *found = bsearch(&address, located->addresses, located->n,
					sizeof(*located->addresses), compare_addresses);

	return &located->locations[found - located->addresses];
}

void location_write_frame(const struct kcov_location *location, size_t frame, FILE *out)
{
	const struct kcov_frame *at;

	if (frame >= location->n_frames) {
		fputs("??", out);
		return;
	}
	at = &location->frames[frame];
	if (at->file) {
		fprintf(out, "%s at %s:%" PRIu32, at->function ? at->function : "??", at->file,
			at->line);
		return;
	}
	fprintf(out, "%s+0x%" PRIx64, place_function(&(struct located_place){ location, frame, 0 }),
		location->symbol_offset);
	if (location->image && strcmp(location->image, "vmlinux") != 0)
		fprintf(out, " [%s]", location->image);
}
