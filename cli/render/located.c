// SPDX-License-Identifier: MIT
#include "located.h"

#include "../tally.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int compare_addresses(const void *left, const void *right)
{
	const struct located_address *a = left, *b = right;

	return (a->address > b->address) - (a->address < b->address);
}

/* Each address once, so that what is kept does not depend on how many records there are. */
static int tally_addresses(const struct report *report, struct tally *tally)
{
	const size_t n = report_count(report);

	if (report->records.kind->words == 1 && !report->hits)
		return tally_add(tally, report->records.records, n);
	for (size_t i = 0; i < n; i++) {
		const uint64_t address = report_address(report, i);

		if (!report_has(report, i))
			continue;
		if (tally_add_times(tally, &address, report_hits(report, i)))
			return -ENOMEM;
	}
	return 0;
}

static int collect(const struct report *report, struct located *located)
{
	struct tally tally = { .words = 1 };
	int err = tally_addresses(report, &tally);

	if (!err)
		err = tally_list(&tally);
	if (!err) {
		located->at = calloc(tally.n + 1, sizeof(*located->at));
		err = located->at ? 0 : -ENOMEM;
	}
	for (size_t i = 0; !err && i < tally.n; i++) {
		located->at[i].address = tally.records[i];
		located->at[i].hits = tally.hits[i];
	}
	if (!err) {
		located->n = tally.n;
		qsort(located->at, located->n, sizeof(*located->at), compare_addresses);
	}
	tally_fini(&tally);
	return err;
}

size_t located_count_foreign(const struct located *located)
{
	const size_t n = located->kinds.n - located->kinds.n_points;

	return n > located->kinds.n / 2 ? n : 0;
}

/* What was recorded is a return address: the call before it is what ran there. */
static int look_up(struct report *report, struct located *located)
{
	const struct kcov_frame *frames;

	for (size_t i = 0; i < located->n; i++) {
		struct located_address *at = &located->at[i];
		uint64_t before = at->address - 1;
		int n = kcov_symbolizer_lookup(report->symbolizer, &before, 1, &report->error,
					       &at->location);

		if (!n)
			n = pc_kinds_add(&located->kinds, &at->location);
		if (!n)
			n = frames_add(&located->frames, &at->location);
		if (n < 0)
			return n;
		at->n_frames = (size_t)n;
	}
	/* Now that they move no more. */
	frames = located->frames.at;
	for (size_t i = 0; i < located->n; i++) {
		located->at[i].frames = frames;
		frames += located->at[i].n_frames;
	}
	return 0;
}

/* NULL: nothing is known of it. */
static const struct kcov_frame *place_at(const struct located_place *place)
{
	return place->frame < place->at->n_frames ? &place->at->frames[place->frame] : NULL;
}

const char *place_function(const struct located_place *place)
{
	const struct kcov_frame *frame = place_at(place);
	const char *symbol = place->at->location.symbol;

	if (frame && frame->function)
		return frame->function;
	return symbol ? symbol : "??";
}

const char *place_file(const struct located_place *place)
{
	const struct kcov_frame *frame = place_at(place);

	return frame && frame->file ? frame->file : "";
}

uint32_t place_line(const struct located_place *place)
{
	const struct kcov_frame *frame = place_at(place);

	return frame ? frame->line : 0;
}

/* Two modules may have the same headers, and functions of one name. */
static const char *place_image(const struct located_place *place)
{
	return place->at->location.image ? place->at->location.image : "";
}

static int compare_functions(const struct located_place *a, const struct located_place *b)
{
	int order = strcmp(place_file(a), place_file(b));

	if (!order)
		order = strcmp(place_function(a), place_function(b));
	return order ? order : strcmp(place_image(a), place_image(b));
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

static int compare_in_order(const struct located_place *a, const struct located_place *b,
			    bool by_line)
{
	int order = is_header(place_file(a)) - is_header(place_file(b));

	if (!order)
		order = compare_functions(a, b);
	if (order || !by_line)
		return order;
	return (place_line(a) > place_line(b)) - (place_line(a) < place_line(b));
}

static int compare_places(const void *left, const void *right)
{
	const struct located_place *a = left, *b = right;
	int order = compare_in_order(a, b, true);

	return order ? order : (a->at > b->at) - (a->at < b->at);
}

/* How many places come before what compares as more than that. */
static size_t count_before(const struct located *located, const struct located_place *place,
			   bool by_line, int more_than)
{
	size_t low = 0, high = located->n_places;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_in_order(&located->places[middle], place, by_line) > more_than)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

size_t located_count(const struct located *located, const struct located_place *place, bool of_line)
{
	return count_before(located, place, of_line, 0) - count_before(located, place, of_line, -1);
}

static int make_places(struct located *located)
{
	located->places = calloc(located->n + located->frames.n + 1, sizeof(*located->places));
	if (!located->places)
		return -ENOMEM;
	for (size_t i = 0; i < located->n; i++) {
		struct located_place place = { &located->at[i], 0 };

		do
			located->places[located->n_places++] = place;
		while (++place.frame < place.at->n_frames);
		located->n_unknown += !place.at->location.image;
		located->n_disputed += place.at->location.is_disputed;
		located->n_unanswered += place.at->location.is_unanswered;
	}
	qsort(located->places, located->n_places, sizeof(*located->places), compare_places);
	return 0;
}

static void count_functions(struct located *located)
{
	for (size_t i = 0; i < located->n_places; i++) {
		const struct located_place *place = &located->places[i];

		if (place->at->location.image && (!i || !place_same_function(place - 1, place)))
			located->n_functions++;
	}
}

int located_init(struct report *report, struct located *ret)
{
	struct located located = { 0 };
	int err = collect(report, &located);

	if (!err)
		err = look_up(report, &located);
	if (!err)
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
	free(located->at);
	free(located->frames.at);
	free(located->places);
}

const struct located_address *located_find(const struct located *located, uint64_t address)
{
	const struct located_address key = { .address = address };

	return bsearch(&key, located->at, located->n, sizeof(*located->at), compare_addresses);
}

void located_write_line(const char *file, uint32_t line, FILE *out)
{
	if (line)
		fprintf(out, "%s:%" PRIu32, file, line);
	else
		fprintf(out, "%s:?", file);
}

void located_write_frame(const struct located_address *at, size_t frame, FILE *out)
{
	const struct located_place place = { at, frame };
	const struct kcov_frame *known = place_at(&place);

	if (!known) {
		fputs("??", out);
		return;
	}
	if (known->file) {
		fprintf(out, "%s at ", known->function ? known->function : "??");
		located_write_line(known->file, known->line, out);
	} else {
		fprintf(out, "%s+0x%" PRIx64, place_function(&place), at->location.symbol_offset);
	}
	if (at->location.image && strcmp(at->location.image, "vmlinux") != 0)
		fprintf(out, " [%s]", at->location.image);
}
