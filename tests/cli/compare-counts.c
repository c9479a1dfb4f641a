// SPDX-License-Identifier: MIT
/*
 * compare-counts IMAGE: whether the files and functions of an image, as libkcov-symbolize counted
 * their coverage points, are what a count of all points by hand makes them. A module is called
 * MODULE.ko. Prints the sums; exits with 1 if something differs.
 */
#include "../unit/count-by-hand.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	struct kcov_symbolize_error *error = NULL;
	struct kcov_symbolizer *symbolizer;
	struct sums sums;
	bool is_same;

	if (argc != 2)
		errx(2, "usage: compare-counts IMAGE");
	if (kcov_symbolizer_open_image(argv[1], &error, &symbolizer))
		errx(2, "%s", kcov_symbolize_error_message(error));
	is_same = count_by_hand(symbolizer, &sums);
	kcov_symbolizer_close(symbolizer);
	printf("%zu files, %zu functions, %zu with those of .init, %zu lines\n"
	       "%zu points, %zu of .init\n",
	       sums.files, sums.functions, sums.all_functions, sums.lines, sums.points,
	       sums.init_points);
	return !is_same;
}
