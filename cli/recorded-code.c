// SPDX-License-Identifier: MIT
#include "recorded-code.h"

#include "analyse/callees.h"
#include "run/image-search.h"
#include "store/query.h"
#include "store/replay.h"
#include "text/error.h"

#include <errno.h>
#include <string.h>

static int check_run(void *context, struct replay *replay)
{
	const struct replayed_run *run = replay_run(replay);
	const char *what = context;

	if (run->kind->mode != KCOV_MODE_PC)
		error_tell("the run %s is of comparisons: %s is for PCs", run->name, what);
	else if (!run->is_by_call)
		error_tell("the run %s has no results of calls, for %s: record it with -S",
			   run->name, what);
	else
		return 0;
	return -1;
}

int recorded_code_check(const struct recording *recording, const char *what)
{
	return replay_runs(recording, check_run, (void *)what);
}

/* The file of the kernel, by what answers for it. 0 or -1, told. */
static int open_code(const struct kcov_symbolizer *symbolizer, struct recorded_code *ret)
{
	const char *path = kcov_symbolizer_path(symbolizer);
	int err = code_image_open(path, &ret->image);

	if (!err) {
		err = code_blocks_init(&ret->blocks, &ret->image);
		if (!err)
			return 0;
		code_image_close(&ret->image);
	}
	error_tell("cannot read the code of %s: %s", path,
		   err == -ENODATA   ? "it has no text, or no symbols"
		   : err == -ENOTSUP ? "code of this machine is not known to kcovctl"
		   : err == -EINVAL  ? "it is no linked image"
				     : strerror(-err));
	return -1;
}

static int use(const struct kcov_symbolizer *symbolizer,
	       int (*ask)(void *context, struct recorded_code *code), void *context)
{
	struct recorded_code code = {
		.places = { .symbolizer = (struct kcov_symbolizer *)symbolizer },
	};
	int status;

	if (open_code(symbolizer, &code))
		return EXIT_USAGE;
	status = ask(context, &code);
	places_fini(&code.places);
	callees_free(&code.image);
	code_blocks_fini(&code.blocks);
	code_image_close(&code.image);
	return status;
}

/* The kernel that the chosen runs are of; NULL: there is none, or several, which was told. */
static const struct found_image *find_kernel(const struct recording *recording,
					     const struct image_search *search)
{
	const char *path = recording->path ? recording->path : "the run";
	const struct recorded_image *kernel = NULL;
	const struct found_image *ret = NULL;

	for (size_t i = 0; i < search->images.n; i++) {
		const struct recorded_image *image = &search->images.at[i];

		if (!image->is_kernel || !image->hits.n)
			continue;
		if (kernel) {
			error_tell("%s: its runs are of several kernels: choose those of one by "
				   "--run",
				   path);
			return NULL;
		}
		kernel = image;
		ret = &search->found[i];
	}
	if (!kernel)
		error_tell("%s: nothing of a kernel was recorded", path);
	else if (!ret->symbolizer)
		error_tell("no image of build-id %s was found: give it by --vmlinux", kernel->id);
	return ret && ret->symbolizer ? ret : NULL;
}

int recorded_code_use(const struct recording *recording, const struct images *given,
		      int (*ask)(void *context, struct recorded_code *code), void *context)
{
	const struct found_image *kernel;
	struct image_search search;
	int status = image_search_init(given, recording, &search);

	if (status)
		return status;
	kernel = find_kernel(recording, &search);
	status = kernel ? use(kernel->symbolizer, ask, context) : EXIT_USAGE;
	image_search_fini(&search);
	return status;
}

const char *recorded_code_cause(int err)
{
	switch (err) {
	case -ENODATA:
		return "cannot be followed: none of its PCs is of a system call in this image";
	case -E2BIG:
		return "cannot be followed: it would take more than kcovctl gives to one call";
	default:
		return "cannot be followed";
	}
}
