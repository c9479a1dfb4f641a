// SPDX-License-Identifier: MIT
#include "comparisons.h"
#include "located.h"

#include <inttypes.h>
#include <string.h>

/* A run of places. */
struct group {
	const struct located_place *first;
	const struct located_place *end;
	size_t hits;
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

static void write_columns(const struct group *group, FILE *out)
{
	fprintf(out, "%7zu %8zu  ", (size_t)(group->end - group->first), group->hits);
}

static void write_function(const struct group *group, FILE *out)
{
	const struct kcov_location *location = &group->first->at->location;

	write_columns(group, out);
	fputs(place_function(group->first), out);
	if (location->image && strcmp(location->image, "vmlinux") != 0)
		fprintf(out, " [%s]", location->image);
	fputc('\n', out);
}

static void write_line(const struct group *group, FILE *out)
{
	const struct located_place *place = group->first;

	write_columns(group, out);
	if (place_file(place)[0])
		fprintf(out, "    %s:%" PRIu32 "\n", place_file(place), place_line(place));
	else if (place->at->location.image)
		fprintf(out, "    +0x%" PRIx64 "\n", place->at->location.symbol_offset);
	else
		fprintf(out, "    0x%" PRIx64 "\n", place->at->address);
}

/* Operands belong to the code itself, not to what it is inlined into. */
static void write_operands(const struct group *group, const struct comparisons *sorted, FILE *out)
{
	for (const struct located_place *place = group->first; place < group->end; place++)
		if (!place->frame)
			comparisons_write(sorted, place->at->address, out);
}

static void write_groups(const struct located *located, const struct comparisons *sorted, FILE *out)
{
	const struct located_place *at = located->places, *end = at + located->n_places;

	while (at < end) {
		struct group function = next_group(at, end, place_same_function);

		write_function(&function, out);
		while (at < function.end) {
			struct group line = next_group(at, function.end, same_line);

			write_line(&line, out);
			if (sorted)
				write_operands(&line, sorted, out);
			at = line.end;
		}
	}
}

int report_write_functions(struct report *report, FILE *out)
{
	const bool is_cmp = report->mode == KCOV_MODE_CMP;
	struct comparisons sorted = { 0 };
	struct located located;
	int err;

	err = located_init(report, &located);
	if (err)
		return err;
	if (is_cmp)
		err = comparisons_init(report, &sorted);
	if (!err) {
		report_write_header(report, &located, out);
		fprintf(out, "%7s %8s  function, and where in it\n", is_cmp ? "places" : "PCs",
			"hits");
		write_groups(&located, is_cmp ? &sorted : NULL, out);
	}
	comparisons_fini(&sorted);
	located_fini(&located);
	return err;
}
