// SPDX-License-Identifier: MIT
#include "image-search.h"

#include "../base/array.h"
#include "../coverage/all-points.h"
#include "../text/error.h"
#include "../text/progress-bar.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	/* Of the text of a build-id. */
	ID_SIZE = 2 * sizeof(((struct kcov_image_offset *)NULL)->build_id) + 1,
};

/*
 * The build-id of an image as text, "" if it has none. 0, or what kcov_symbolizer_points() failed
 * with, -ENODATA if it has no coverage points, too.
 */
static int read_build_id(const struct kcov_symbolizer *symbolizer, const char *name, char *ret)
{
	struct kcov_image_offset at;
	uint64_t point;
	int n = kcov_symbolizer_points(symbolizer, name, KCOV_POINT_PC, 0, &point, 1);

	if (n <= 0)
		return n ? n : -ENODATA;
	n = kcov_symbolizer_to_offset(symbolizer, point - 1, &at);
	if (n)
		return n;
	*ret = '\0';
	for (size_t i = 0; i < at.build_id_size; i++)
		sprintf(ret + 2 * i, "%02x", at.build_id[i]);
	return 0;
}

/* Whose they are, with the image that it has; takes the symbolizer. 0 or -ENOMEM, told. */
static int keep(struct image_search *search, struct kcov_symbolizer *symbolizer)
{
	if (array_reserve(&search->symbolizers, 1)) {
		search->symbolizers.at[search->symbolizers.n++] = symbolizer;
		return 0;
	}
	kcov_symbolizer_close(symbolizer);
	error_tell("out of memory");
	return -ENOMEM;
}

/* The number of an image; false: there is none of that build-id. */
static bool find_id(const struct image_search *search, const char *id, size_t *ret)
{
	for (*ret = 0; *ret < search->images.n; (*ret)++)
		if (strcmp(search->images.at[*ret].id, id) == 0)
			return true;
	return false;
}

static int refuse(const struct image_search *search, const char *path, const char *id)
{
	const struct recorded_image *first = search->images.at;

	if (!search->images.n)
		error_tell("%s: no image is wanted: nothing of one was recorded", path);
	else if (!id[0])
		error_tell("%s: it has no build-id, by which images are known", path);
	else
		error_tell("%s: another build than what was recorded: its build-id is %s, that of "
			   "%s is %s%s",
			   path, id, first->name, first->id,
			   search->images.n > 1 ? ", and there are others" : "");
	return EXIT_USAGE;
}

/* A file that the command line names. 0, or EXIT_USAGE, told. */
static int take_given(struct image_search *search, const struct images *given, const char *path)
{
	const struct images alone = { .vmlinux = path, .debuginfod = given->debuginfod };
	struct kcov_symbolizer *symbolizer;
	char id[ID_SIZE];
	size_t image;
	int err;

	if (open_symbolizer(&alone, &symbolizer) || keep(search, symbolizer))
		return EXIT_USAGE;
	err = read_build_id(symbolizer, NULL, id);
	if (err) {
		error_tell("%s: cannot tell its coverage points: %s", path,
			   points_cause(symbolizer, NULL, KCOV_MODE_PC, err == -ENODATA ? 0 : err));
		return EXIT_USAGE;
	}
	if (!find_id(search, id, &image))
		return refuse(search, path, id);
	search->found[image] = (struct found_image){ symbolizer, NULL };
	return 0;
}

/* Where vmlinux was when it was recorded, another one may be. 0 or -ENOMEM, told. */
static int try_path(struct image_search *search, size_t image)
{
	const struct recorded_image *wanted = &search->images.at[image];
	const struct kcov_symbolizer_opts opts = { .size = sizeof(opts),
						   .vmlinux = wanted->path,
						   .is_alone = true,
						   .progress = progress_bar_show };
	struct kcov_symbolizer *symbolizer;
	char id[ID_SIZE];

	if (!wanted->path || kcov_symbolizer_open(&opts, NULL, &symbolizer))
		return 0;
	if (read_build_id(symbolizer, NULL, id) || strcmp(id, wanted->id) != 0) {
		kcov_symbolizer_close(symbolizer);
		return 0;
	}
	search->found[image] = (struct found_image){ symbolizer, NULL };
	return keep(search, symbolizer);
}

/* Whether an image is still looked for, and is of a kernel that lay so. */
static bool is_wanted(const struct image_search *search, size_t image, const char *layout)
{
	return !search->found[image].symbolizer && strstr(layout, search->images.at[image].id);
}

static bool is_any_wanted(const struct image_search *search, const char *layout)
{
	for (size_t i = 0; i < search->images.n; i++)
		if (is_wanted(search, i, layout))
			return true;
	return false;
}

/* 0, EXIT_USAGE: servers were asked in vain, told; or -1: it has no image here. */
static int open_layout(const struct images *given, int fd, struct kcov_symbolizer **ret)
{
	char path[64];
	const struct kcov_symbolizer_opts opts = { .size = sizeof(opts),
						   .layout = path,
						   .debuginfod = given->debuginfod,
						   .progress = progress_bar_show };
	struct kcov_symbolize_error *error = NULL;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!kcov_symbolizer_open(&opts, &error, ret))
		return 0;
	if (given->debuginfod)
		error_tell("%s", kcov_symbolize_error_message(error));
	kcov_symbolize_error_free(error);
	return given->debuginfod ? EXIT_USAGE : -1;
}

/* The images of a kernel, and of its modules, by where they lay. As above, but for -1. */
static int try_layout(struct image_search *search, const struct images *given, const char *layout)
{
	const size_t size = strlen(layout);
	struct kcov_symbolizer *symbolizer;
	char id[ID_SIZE];
	int status, fd;

	if (!is_any_wanted(search, layout))
		return 0;
	fd = memfd_create("layout", MFD_CLOEXEC);
	if (fd < 0 || write(fd, layout, size) != (ssize_t)size) {
		error_tell("cannot write a layout into memory: %m");
		status = EXIT_USAGE;
	} else {
		status = open_layout(given, fd, &symbolizer);
	}
	if (fd >= 0)
		close(fd);
	if (status)
		return status < 0 ? 0 : status;
	for (size_t i = 0; i < search->images.n; i++) {
		const struct recorded_image *image = &search->images.at[i];

		if (is_wanted(search, i, layout) && !read_build_id(symbolizer, image->name, id) &&
		    strcmp(id, image->id) == 0)
			search->found[i] = (struct found_image){ symbolizer, image->name };
	}
	return keep(search, symbolizer) ? EXIT_USAGE : 0;
}

static int search_all(struct image_search *search, const struct images *given)
{
	int status = given->vmlinux ? take_given(search, given, given->vmlinux) : 0;

	for (size_t i = 0; i < given->modules.n && !status; i++)
		status = take_given(search, given, given->modules.at[i]);
	for (size_t i = 0; i < search->images.n && !status; i++)
		if (!search->found[i].symbolizer && try_path(search, i))
			status = EXIT_USAGE;
	for (size_t i = 0; i < search->runs.layouts.n && !status; i++)
		status = try_layout(search, given, search->runs.layouts.at[i]);
	return status;
}

/* What was recorded. 0 or EXIT_USAGE, told. */
static int begin(const struct recording *recording, struct image_search *search)
{
	if (recorded_runs_read(recording, &search->runs) ||
	    recorded_images_read(recording, &search->images))
		return EXIT_USAGE;
	search->found = calloc(search->images.n + 1, sizeof(*search->found));
	if (search->found)
		return 0;
	error_tell("out of memory");
	return EXIT_USAGE;
}

int image_search_init(const struct images *given, const struct recording *recording,
		      struct image_search *ret)
{
	int status;

	*ret = (struct image_search){ 0 };
	status = begin(recording, ret);
	if (!status)
		status = search_all(ret, given);
	if (status)
		image_search_fini(ret);
	return status;
}

void image_search_fini(struct image_search *search)
{
	for (size_t i = 0; i < search->symbolizers.n; i++)
		kcov_symbolizer_close(search->symbolizers.at[i]);
	free(search->symbolizers.at);
	free(search->found);
	recorded_images_fini(&search->images);
	recorded_runs_fini(&search->runs);
}
