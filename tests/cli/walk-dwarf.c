// SPDX-License-Identifier: MIT
/*
 * walk-dwarf IMAGE: what addr2line -afi would print of the addresses on standard input, in their
 * order, found by libdw alone and in the simplest way: each unit is walked once, and every DIE
 * is asked whether it has one of the addresses. It needs no .debug_aranges, without which
 * eu-addr2line finds nothing in what clang made, and no symbol table.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	/* Functions, one inlined into the other. */
	DEEPEST = 64,
};

struct point {
	uint64_t address;
	Dwarf_Die unit;
	Dwarf_Die functions[DEEPEST];
	size_t n;
};

struct points {
	struct point **at;
	size_t n;
};

static struct points read_points(void)
{
	struct points points = {};
	char line[64];

	while (fgets(line, sizeof(line), stdin)) {
		points.at = reallocarray(points.at, points.n + 1, sizeof(*points.at));
		if (!points.at || !(points.at[points.n] = calloc(1, sizeof(**points.at))))
			err(1, "no memory");
		points.at[points.n++]->address = strtoull(line, NULL, 16);
	}
	return points;
}

static int compare(const void *a, const void *b)
{
	const struct point *const *one = a, *const *other = b;

	return ((*one)->address > (*other)->address) - ((*one)->address < (*other)->address);
}

/* The first one that is not below an address. */
static size_t first_of(const struct points *points, uint64_t address)
{
	size_t low = 0, high = points->n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (points->at[middle]->address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Those that the DIE's ranges have, of some that are sorted; sorted if the ranges are. */
static struct points select_points(Dwarf_Die *die, const struct points *points)
{
	struct points selected = { .at = calloc(points->n, sizeof(*points->at)) };
	Dwarf_Addr base, low, high;
	ptrdiff_t offset = 0;

	if (points->n > 0 && !selected.at)
		err(1, "no memory");
	while ((offset = dwarf_ranges(die, offset, &base, &low, &high)) > 0)
		for (size_t i = first_of(points, low);
		     i < points->n && points->at[i]->address < high && selected.n < points->n; i++)
			selected.at[selected.n++] = points->at[i];
	if (selected.n > 0)
		qsort(selected.at, selected.n, sizeof(*selected.at), compare);
	return selected;
}

static void walk(Dwarf_Die *parent, const struct points *points);

static void walk_scope(Dwarf_Die *die, bool is_function, const struct points *points)
{
	struct points inside = select_points(die, points);

	for (size_t i = 0; is_function && i < inside.n; i++) {
		if (inside.at[i]->n == DEEPEST)
			errx(1, "more than %d functions at 0x%" PRIx64, DEEPEST,
			     inside.at[i]->address);
		inside.at[i]->functions[inside.at[i]->n++] = *die;
	}
	if (inside.n > 0)
		walk(die, &inside);
	free(inside.at);
}

static void walk(Dwarf_Die *parent, const struct points *points)
{
	Dwarf_Die die;

	if (dwarf_child(parent, &die) != 0)
		return;
	do {
		const int tag = dwarf_tag(&die);

		if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine)
			walk_scope(&die, true, points);
		else if (tag == DW_TAG_lexical_block)
			walk_scope(&die, false, points);
	} while (dwarf_siblingof(&die, &die) == 0);
}

static void walk_units(Dwarf *dwarf, const struct points *points)
{
	Dwarf_Die unit;
	Dwarf_CU *cu = NULL;

	while (dwarf_get_units(dwarf, cu, &cu, NULL, NULL, &unit, NULL) == 0) {
		struct points inside = select_points(&unit, points);

		for (size_t i = 0; i < inside.n; i++)
			inside.at[i]->unit = unit;
		if (inside.n > 0)
			walk(&unit, &inside);
		free(inside.at);
	}
}

/* libdw leaves what is below the unit's directory as it is. */
static void print_place(struct point *point, const char *file, int line)
{
	Dwarf_Attribute attribute;
	const char *directory;

	if (!file) {
		puts("??:0");
		return;
	}
	directory = dwarf_formstring(dwarf_attr(&point->unit, DW_AT_comp_dir, &attribute));
	if (file[0] != '/' && directory)
		printf("%s/", directory);
	printf("%s:%d\n", file, line);
}

static void print_line_of(struct point *point)
{
	Dwarf_Line *line = point->unit.cu ? dwarf_getsrc_die(&point->unit, point->address) : NULL;
	int number = 0;

	if (line)
		dwarf_lineno(line, &number);
	print_place(point, line ? dwarf_linesrc(line, NULL, NULL) : NULL, number);
}

static void print_call(struct point *point, Dwarf_Die *inlined)
{
	Dwarf_Attribute attribute;
	Dwarf_Word file = 0, line = 0;
	Dwarf_Files *files;

	dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file);
	dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line);
	if (dwarf_getsrcfiles(&point->unit, &files, NULL) == 0)
		print_place(point, dwarf_filesrc(files, file, NULL, NULL), (int)line);
	else
		print_place(point, NULL, 0);
}

static void print_point(struct point *point)
{
	printf("0x%016" PRIx64 "\n", point->address);
	if (point->n == 0) {
		puts("??");
		print_line_of(point);
	}
	for (size_t i = point->n; i-- > 0;) {
		const char *name = dwarf_diename(&point->functions[i]);

		puts(name ? name : "??");
		if (i + 1 == point->n)
			print_line_of(point);
		else
			print_call(point, &point->functions[i + 1]);
	}
}

int main(int argc, char *argv[])
{
	struct points points = read_points(), sorted = points;
	Dwarf *dwarf;
	int fd;

	if (argc != 2)
		errx(2, "usage: walk-dwarf IMAGE <ADDRESSES");
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	dwarf = fd < 0 ? NULL : dwarf_begin(fd, DWARF_C_READ);
	if (!dwarf)
		errx(1, "%s: cannot read its DWARF", argv[1]);
	sorted.at = malloc(points.n * sizeof(*points.at) + 1);
	if (!sorted.at)
		err(1, "no memory");
	for (size_t i = 0; i < points.n; i++)
		sorted.at[i] = points.at[i];
	qsort(sorted.at, sorted.n, sizeof(*sorted.at), compare);
	walk_units(dwarf, &sorted);
	for (size_t i = 0; i < points.n; i++)
		print_point(points.at[i]);
	return 0;
}
