// SPDX-License-Identifier: MIT
#include "located.h"

#include "header-files.h"
#include "tally.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int compare_addresses(const void *left, const void *right)
{
	const struct place *a = ((const struct located_address *)left)->place;
	const struct place *b = ((const struct located_address *)right)->place;

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

/*
 * In no order. What is known of an address of the kernel stays known for the next report; in the
 * place of a module may be another one by then.
 */
static int look_up(struct places *places, const struct tally *tally, struct located *located)
{
	places_forget_modules(places);
	located->at = calloc(tally->n + 1, sizeof(*located->at));
	if (!located->at)
		return -ENOMEM;
	for (; located->n < tally->n; located->n++) {
		struct place *place = places_get(places, tally->records[located->n]);
		int err = place ? places_describe(places, place) : places->err;

		if (err)
			return err;
		located->at[located->n] = (struct located_address){
			.place = place,
			.hits = tally->hits[located->n],
		};
		pc_kinds_count(&located->kinds, place->kind);
	}
	return 0;
}

static int collect(const struct report *report, struct located *located)
{
	struct tally tally = { .words = 1 };
	int err = tally_addresses(report, &tally);

	if (!err)
		err = tally_list(&tally);
	if (!err)
		err = look_up(report->places, &tally, located);
	if (!err)
		qsort(located->at, located->n, sizeof(*located->at), compare_addresses);
	tally_fini(&tally);
	return err;
}

size_t located_count_foreign(const struct located *located)
{
	const size_t n = located->kinds.n - located->kinds.n_points;

	return n > located->kinds.n / 2 ? n : 0;
}

const struct kcov_frame *place_frame(const struct located_place *place)
{
	const struct place *at = place->at->place;

	return place->frame < at->n_frames ? &at->frames[place->frame] : NULL;
}

const char *place_function(const struct located_place *place)
{
	const struct kcov_frame *frame = place_frame(place);
	const char *symbol = place->at->place->location.symbol;

	if (frame && frame->function)
		return frame->function;
	return symbol ? symbol : "??";
}

const char *place_file(const struct located_place *place)
{
	const struct kcov_frame *frame = place_frame(place);

	return frame && frame->file ? frame->file : "";
}

uint32_t place_line(const struct located_place *place)
{
	const struct kcov_frame *frame = place_frame(place);

	return frame ? frame->line : 0;
}

const char *place_image(const struct located_place *place)
{
	return place->at->place->location.image ? place->at->place->location.image : "";
}

/* An index has most of them once. */
static int compare_texts(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a, b);
}

static int compare_functions(const struct located_place *a, const struct located_place *b)
{
	int order = compare_texts(place_file(a), place_file(b));

	if (!order)
		order = compare_texts(place_function(a), place_function(b));
	return order ? order : compare_texts(place_image(a), place_image(b));
}

bool place_same_function(const struct located_place *a, const struct located_place *b)
{
	return compare_functions(a, b) == 0;
}

/* What headers have inline comes last. */
static int compare_places(const void *left, const void *right)
{
	const struct located_place *a = left, *b = right;
	int order = is_header(place_file(a)) - is_header(place_file(b));

	if (!order)
		order = compare_functions(a, b);
	if (!order)
		order = (place_line(a) > place_line(b)) - (place_line(a) < place_line(b));
	return order ? order : (a->at > b->at) - (a->at < b->at);
}

static int make_places(struct located *located)
{
	size_t n = 1;

	for (size_t i = 0; i < located->n; i++)
		n += located->at[i].place->n_frames + 1;
	located->places = calloc(n, sizeof(*located->places));
	if (!located->places)
		return -ENOMEM;
	for (size_t i = 0; i < located->n; i++) {
		struct located_place place = { &located->at[i], 0 };

		do
			located->places[located->n_places++] = place;
		while (++place.frame < place.at->place->n_frames);
		located->n_unknown += !place.at->place->location.image;
		located->n_disputed += place.at->place->location.is_disputed;
		located->n_unanswered += place.at->place->location.is_unanswered;
	}
	qsort(located->places, located->n_places, sizeof(*located->places), compare_places);
	return 0;
}

static void count_functions(struct located *located)
{
	for (size_t i = 0; i < located->n_places; i++) {
		const struct located_place *place = &located->places[i];

		if (place->at->place->location.image &&
		    (!i || !place_same_function(place - 1, place)))
			located->n_functions++;
	}
}

int located_init(const struct report *report, struct located *ret)
{
	struct located located = { 0 };
	int err = collect(report, &located);

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
	free(located->places);
}

const struct located_address *located_find(const struct located *located, uint64_t address)
{
	const struct place place = { .address = address };
	const struct located_address key = { .place = &place };

	return bsearch(&key, located->at, located->n, sizeof(*located->at), compare_addresses);
}

void located_write_line(const char *file, uint32_t line, FILE *out)
{
	if (line)
		fprintf(out, "%s:%" PRIu32, file, line);
	else
		fprintf(out, "%s:?", file);
}
