// SPDX-License-Identifier: MIT
#include "images.h"

#include "../base/array.h"
#include "../text/error.h"
#include "../text/progress-bar.h"

#include <stdlib.h>

static int add_module(struct images *images, const char *path)
{
	if (!array_reserve(&images->modules, 1)) {
		error_tell("cannot take %s: %m", path);
		return EXIT_FAILED;
	}
	images->modules.at[images->modules.n++] = path;
	return 0;
}

int images_take(struct images *images, int key, const char *arg)
{
	switch (key) {
	case 'M':
		return add_module(images, arg);
	case 'v':
		images->vmlinux = arg;
		break;
	case 'l':
		images->layout = arg;
		break;
	case 'D':
		images->debuginfod = true;
		break;
	}
	return 0;
}

void images_fini(struct images *images)
{
	free(images->modules.at);
}

static int failed(struct kcov_symbolize_error *error, const char *hint)
{
	error_tell("%s%s", kcov_symbolize_error_message(error), hint);
	kcov_symbolize_error_free(error);
	return EXIT_FAILED;
}

static int add_modules(const struct images *images, struct kcov_symbolizer **symbolizer)
{
	struct kcov_symbolize_error *error = NULL;

	for (size_t i = 0; i < images->modules.n; i++) {
		if (!kcov_symbolizer_add_module(*symbolizer, images->modules.at[i], &error))
			continue;
		kcov_symbolizer_close(*symbolizer);
		*symbolizer = NULL;
		return failed(error, "");
	}
	return 0;
}

static int open_images(const struct images *images, bool is_alone, const char *hint,
		       struct kcov_symbolizer **ret)
{
	const struct kcov_symbolizer_opts opts = {
		.size = sizeof(opts),
		.vmlinux = images->vmlinux,
		.is_alone = is_alone,
		.layout = images->layout,
		.debuginfod = images->debuginfod,
		.progress = progress_bar_show,
	};
	struct kcov_symbolize_error *error = NULL;

	if (kcov_symbolizer_open(&opts, &error, ret))
		return failed(error, images->vmlinux || images->layout ? "" : hint);
	return add_modules(images, ret);
}

int open_kernel_symbolizer(const struct images *images, const char *hint,
			   struct kcov_symbolizer **ret)
{
	return open_images(images, false, hint, ret);
}

int open_symbolizer(const struct images *images, struct kcov_symbolizer **ret)
{
	return open_images(images, images->vmlinux && !images->layout,
			   " (for another kernel's addresses give --vmlinux)", ret);
}
