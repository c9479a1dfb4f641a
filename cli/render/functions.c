// SPDX-License-Identifier: MIT
#include "../coverage/denominators.h"
#include "comparisons.h"
#include "event-writer.h"
#include "header.h"

#include <inttypes.h>
#include <string.h>

/* A run of places. */
struct group {
	const struct located_place *first;
	const struct located_place *end;
	uint64_t hits;
};

typedef bool same_fn(const struct located_place *a, const struct located_place *b);

/* Without lines each address is a place of its own. */
static bool same_line(const struct located_place *a, const struct located_place *b)
{
	if (!place_file(a)[0])
		return a->at == b->at;
	return place_same_function(a, b) && place_line(a) == place_line(b);
}

static struct group next_group(const struct located_place *first, const struct located_place *end,
			       same_fn *same)
{
	struct group group = { .first = first, .end = first };

	while (group.end < end && same(first, group.end))
		group.hits += group.end++->at->hits;
	return group;
}

/* What is shown besides what ran; each may be NULL. */
struct extras {
	const struct comparisons *sorted;
	/* All coverage points. */
	const struct point_counts *points;
};

static void write_columns(const struct group *group, const struct extras *extras, bool is_line,
			  FILE *out)
{
	size_t points = 0;

	fprintf(out, "%7zu ", (size_t)(group->end - group->first));
	/* Lines that are not known are not one line. */
	if (extras->points && (!is_line || place_line(group->first)))
		points = point_counts_of(extras->points, group->first, is_line);
	if (points)
		fprintf(out, "%7zu ", points);
	else if (extras->points)
		fprintf(out, "%7s ", "-");
	fprintf(out, "%8" PRIu64 "  ", group->hits);
}

static void write_function(const struct group *group, const struct extras *extras, FILE *out)
{
	const struct kcov_location *location = &group->first->at->place->location;

	write_columns(group, extras, false, out);
	fputs(place_function(group->first), out);
	if (location->image && strcmp(location->image, "vmlinux") != 0)
		fprintf(out, " [%s]", location->image);
	fputc('\n', out);
}

static void write_line(const struct group *group, const struct extras *extras, FILE *out)
{
	const struct located_place *place = group->first;

	write_columns(group, extras, true, out);
	fputs("    ", out);
	if (place_file(place)[0])
		located_write_line(place_file(place), place_line(place), out);
	else if (place->at->place->location.image)
		fprintf(out, "+0x%" PRIx64, place->at->place->location.symbol_offset);
	else
		fprintf(out, "0x%" PRIx64, place->at->place->address);
	fputc('\n', out);
}

/* Operands belong to the code itself, not to what it is inlined into. */
static void write_operands(const struct group *group, const struct comparisons *sorted, FILE *out)
{
	for (const struct located_place *place = group->first; place < group->end; place++)
		if (!place->frame)
			comparisons_write(sorted, place->at->place->address, out);
}

static void write_groups(const struct located *located, const struct extras *extras, FILE *out)
{
	const struct located_place *at = located->places, *end = at + located->n_places;

	while (at < end) {
		struct group function = next_group(at, end, place_same_function);

		write_function(&function, extras, out);
		while (at < function.end) {
			struct group line = next_group(at, function.end, same_line);

			write_line(&line, extras, out);
			if (extras->sorted)
				write_operands(&line, extras->sorted, out);
			at = line.end;
		}
	}
}

static void write_titles(const struct report *report, const struct extras *extras, FILE *out)
{
	const char *noun = report_is_of_pcs(report) ? "PCs" : "places";

	if (extras->points)
		fprintf(out,
			"# of: how many coverage points there are, %zu in all in what ran\n%7s %7s",
			extras->points->n, noun, "of");
	else
		fprintf(out, "%7s", noun);
	fprintf(out, " %8s  function, and where in it\n", "hits");
}

static int write(const struct report *report, FILE *out)
{
	struct located located;
	struct comparisons sorted = { 0 };
	struct extras extras = { 0 };
	int err;

	err = located_init(report, &located);
	if (err)
		return err;
	if (report_is_of_cmps(report)) {
		err = comparisons_init(report, &sorted);
		extras.sorted = &sorted;
	}
	if (!err && report->denominators)
		err = denominators_get(report, &located, &extras.points);
	if (!err) {
		report_write_header(report, &located, out);
		write_titles(report, &extras, out);
		write_groups(&located, &extras, out);
	}
	comparisons_fini(&sorted);
	located_fini(&located);
	return err;
}

const struct format format_functions = {
	.name = "functions",
	.can = FORMAT_SYMBOLS | FORMAT_BY_SYSCALL | FORMAT_POINTS | FORMAT_CMPS,
	.write = write,
	.events = text_events,
};
