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

const char *location_function(const struct kcov_location *location)
{
	if (location->n_frames && location->frames[0].function)
		return location->frames[0].function;
	return location->symbol ? location->symbol : "??";
}

const char *location_file(const struct kcov_location *location)
{
	if (location->n_frames && location->frames[0].file)
		return location->frames[0].file;
	return "";
}

uint32_t location_line(const struct kcov_location *location)
{
	return location->n_frames ? location->frames[0].line : 0;
}

static int compare_functions(const struct kcov_location *a, const struct kcov_location *b)
{
	int order = strcmp(location_file(a), location_file(b));

	return order ? order : strcmp(location_function(a), location_function(b));
}

bool location_same_function(const struct kcov_location *a, const struct kcov_location *b)
{
	return compare_functions(a, b) == 0;
}

/* What headers have inline runs everywhere: it comes last. */
static bool is_header(const char *file)
{
	size_t len = strlen(file);

	return len > 2 && strcmp(file + len - 2, ".h") == 0;
}

static int compare_places(const void *left, const void *right, void *context)
{
	const struct located *located = context;
	size_t i = *(const size_t *)left, j = *(const size_t *)right;
	const struct kcov_location *a = &located->locations[i], *b = &located->locations[j];
	int order = is_header(location_file(a)) - is_header(location_file(b));

	if (!order)
		order = compare_functions(a, b);
	if (order)
		return order;
	if (location_line(a) != location_line(b))
		return location_line(a) < location_line(b) ? -1 : 1;
	return (i > j) - (i < j);
}

static void sort_places(struct located *located)
{
	for (size_t i = 0; i < located->n; i++)
		located->order[i] = i;
	qsort_r(located->order, located->n, sizeof(*located->order), compare_places, located);
	for (size_t i = 0; i < located->n; i++) {
		const struct kcov_location *here = &located->locations[located->order[i]];

		located->n_unknown += !here->image;
		if (here->image &&
		    (!i ||
		     !location_same_function(&located->locations[located->order[i - 1]], here)))
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
	located.order = calloc(located.n + 1, sizeof(*located.order));
	if (!located.locations || !located.order)
		goto err_fini;
	err = look_up(report, &located);
	if (err)
		goto err_fini;
	sort_places(&located);
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
	free(located->order);
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
	fprintf(out, "%s+0x%" PRIx64, location_function(location), location->symbol_offset);
	if (location->image && strcmp(location->image, "vmlinux") != 0)
		fprintf(out, " [%s]", location->image);
}
