// SPDX-License-Identifier: MIT
#include "comparisons.h"
#include "located.h"

#include <inttypes.h>
#include <string.h>

/* A run of located->order. */
struct group {
	size_t first;
	size_t end;
	size_t hits;
};

typedef bool same_fn(const struct kcov_location *a, const struct kcov_location *b);

static bool same_line(const struct kcov_location *a, const struct kcov_location *b)
{
	return location_same_function(a, b) && location_line(a) == location_line(b);
}

static const struct kcov_location *at(const struct located *located, size_t place)
{
	return &located->locations[located->order[place]];
}

static struct group next_group(const struct located *located, size_t first, same_fn *same)
{
	struct group group = { .first = first, .end = first };

	while (group.end < located->n && same(at(located, first), at(located, group.end)))
		group.hits += located->hits[located->order[group.end++]];
	return group;
}

static void write_columns(const struct group *group, FILE *out)
{
	fprintf(out, "%7zu %8zu  ", group->end - group->first, group->hits);
}

static void write_function(const struct kcov_location *location, FILE *out)
{
	fputs(location_function(location), out);
	if (location->image && strcmp(location->image, "vmlinux") != 0)
		fprintf(out, " [%s]", location->image);
}

static void write_place(const struct kcov_location *location, FILE *out)
{
	if (location_file(location)[0])
		fprintf(out, "    %s:%" PRIu32 "\n", location_file(location),
			location_line(location));
	else if (location->image)
		fprintf(out, "    +0x%" PRIx64 "\n", location->symbol_offset);
	else
		fprintf(out, "    0x%" PRIx64 "\n", location->address + 1);
}

/* Without lines each address is a place of its own. */
static bool same_place(const struct kcov_location *a, const struct kcov_location *b)
{
	return location_file(a)[0] ? same_line(a, b) : a == b;
}

static void write_groups(const struct located *located, const struct comparisons *sorted, FILE *out)
{
	for (size_t i = 0; i < located->n;) {
		struct group function = next_group(located, i, location_same_function);

		write_columns(&function, out);
		write_function(at(located, i), out);
		fputc('\n', out);
		while (i < function.end) {
			struct group place = next_group(located, i, same_place);

			write_columns(&place, out);
			write_place(at(located, i), out);
			for (size_t j = i; sorted && j < place.end; j++)
				comparisons_write(sorted, at(located, j)->address + 1, out);
			i = place.end;
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
