// SPDX-License-Identifier: MIT
#include "symbolizer.h"

#include "../opts.h"
#include "base/error.h"
#include "base/export.h"
#include "image/debug-file.h"
#include "image/module-file.h"
#include "image/vmlinux-file.h"
#include "kernel/layout-describe.h"
#include "kernel/layout.h"

#include <errno.h>
#include <string.h>

#define _cleanup_symbolizer_ _cleanup_(symbolizer_closep)

static void symbolizer_closep(struct kcov_symbolizer **symbolizer)
{
	kcov_symbolizer_close(*symbolizer);
}

KCOV_PUBLIC void kcov_symbolizer_close(struct kcov_symbolizer *symbolizer)
{
	if (!symbolizer)
		return;
	if (symbolizer->kernel)
		kcov_kernel_fini(symbolizer->kernel);
	free(symbolizer->kernel);
	kcov_kernel_symbols_fini(&symbolizer->symbols);
	kcov_image_index_close(symbolizer->index);
	free(symbolizer->path);
	free(symbolizer);
}

/* Its kernel and its first image are still to come. */
static int symbolizer_new(const char *path, struct kcov_symbolize_error **error,
			  struct kcov_symbolizer **ret)
{
	_cleanup_symbolizer_ struct kcov_symbolizer *symbolizer = calloc(1, sizeof(*symbolizer));

	if (!symbolizer)
		return kcov_error_set(error, -ENOMEM, "%s", path);
	symbolizer->kernel = calloc(1, sizeof(*symbolizer->kernel));
	symbolizer->path = strdup(path);
	if (!symbolizer->kernel || !symbolizer->path)
		return kcov_error_set(error, -ENOMEM, "%s", path);
	*ret = TAKE_PTR(symbolizer);
	return 0;
}

/* For an image, of which its index has what is needed. */
static int new_with_image(struct kcov_image *image, const char *path, bool is_module,
			  struct kcov_symbolize_error **error, struct kcov_symbolizer **ret)
{
	_cleanup_symbolizer_ struct kcov_symbolizer *symbolizer = NULL;
	const struct kcov_index *index;
	int rc = symbolizer_new(path, error, &symbolizer);

	if (rc == 0)
		rc = kcov_image_index_open(image, error, &symbolizer->index);
	if (rc == 0 && is_module && kcov_image_index_name(symbolizer->index, path) < 0)
		rc = kcov_error_set(error, -ENOMEM, "%s", path);
	if (rc < 0)
		return rc;
	index = &symbolizer->index->index;
	symbolizer->first = (struct kcov_known_image){
		.name = is_module ? symbolizer->index->module : "vmlinux",
		.id = &index->build_id,
		.index = index,
		.placement = is_module ? KCOV_PLACED_BY_OFFSET : KCOV_PLACED_AS_LINKED,
		.base = index->start,
	};
	*ret = TAKE_PTR(symbolizer);
	return 0;
}

/* What a host needs to know of the options. */
static void set_options(const struct kcov_symbolizer_opts *opts, struct kcov_host *host)
{
	host->progress = (struct kcov_progress){ opts->progress, opts->context };
	host->debuginfod = opts->debuginfod;
}

/* What is called like a module's file is opened as one. */
static int open_file(const char *path, struct kcov_symbolize_error **error, bool *is_module,
		     struct kcov_image **ret)
{
	_cleanup_free_ char *module = NULL;
	int rc = kcov_module_file_name(path, &module);

	if (rc < 0)
		return kcov_error_set(error, rc, "%s", path);
	*is_module = module;
	return module ? kcov_image_open_module(path, error, ret)
		      : kcov_image_open(path, error, ret);
}

static int open_image_alone(const struct kcov_host *host, const char *path,
			    struct kcov_symbolize_error **error, struct kcov_symbolizer **ret)
{
	_cleanup_image_ struct kcov_image *image = NULL;
	struct kcov_symbolizer *symbolizer;
	bool is_module = false;
	int rc = open_file(path, error, &is_module, &image);

	if (rc == 0)
		rc = kcov_debug_file_require(host, image, error);
	if (rc < 0)
		return rc;
	image->progress = host->progress;
	rc = new_with_image(image, path, is_module, error, &symbolizer);
	if (rc < 0)
		return rc;
	kcov_kernel_init_alone(host, symbolizer->kernel);
	*ret = symbolizer;
	return 0;
}

static int open_kernel_alone(const struct kcov_host *host, struct kcov_symbolize_error **error,
			     struct kcov_symbolizer **ret)
{
	_cleanup_symbolizer_ struct kcov_symbolizer *symbolizer = NULL;
	int rc = symbolizer_new("/proc/kallsyms", error, &symbolizer);

	if (rc == 0)
		rc = kcov_kernel_symbols_init(host, error, symbolizer->kernel,
					      &symbolizer->symbols);
	if (rc < 0)
		return rc;
	symbolizer->first = symbolizer->symbols.image;
	*ret = TAKE_PTR(symbolizer);
	return 0;
}

/* The image of the kernel of a host, given or found; 1: there is none. */
static int find_image(const struct kcov_host *host, const char *vmlinux,
		      struct kcov_symbolize_error **error, struct kcov_image **ret)
{
	int rc = vmlinux ? kcov_vmlinux_open(host, vmlinux, error, ret)
			 : kcov_vmlinux_search(host, error, ret);

	if (rc == 0)
		(*ret)->progress = host->progress;
	return rc;
}

static int open_host(const struct kcov_host *host, const char *vmlinux,
		     struct kcov_symbolize_error **error, struct kcov_symbolizer **ret)
{
	_cleanup_image_ struct kcov_image *image = NULL;
	struct kcov_symbolizer *symbolizer;
	int rc = find_image(host, vmlinux, error, &image);

	if (rc > 0)
		return open_kernel_alone(host, error, ret);
	if (rc == 0)
		rc = new_with_image(image, image->path, false, error, &symbolizer);
	if (rc < 0)
		return rc;
	kcov_kernel_init(host, symbolizer->first.base, symbolizer->kernel);
	*ret = symbolizer;
	return 0;
}

static int open_layout(const struct kcov_symbolizer_opts *opts, struct kcov_symbolize_error **error,
		       struct kcov_symbolizer **ret)
{
	_cleanup_symbolizer_ struct kcov_symbolizer *symbolizer = NULL;
	_cleanup_(kcov_layout_fini) struct kcov_layout layout = {};
	_cleanup_image_ struct kcov_image *image = NULL;
	char hex[KCOV_BUILD_ID_HEX_SIZE];
	int rc = kcov_layout_read(opts->layout, error, &layout);

	if (rc < 0)
		return rc;
	set_options(opts, &layout.host);
	rc = find_image(&layout.host, opts->vmlinux, error, &image);
	if (rc > 0)
		return kcov_error_set(
			error, -ENOENT,
			"%s: no image of its kernel found (%s, build-id %s): give its vmlinux",
			opts->layout, layout.host.name.release,
			kcov_build_id_format(&layout.host.build_id, hex));
	if (rc == 0)
		rc = new_with_image(image, image->path, false, error, &symbolizer);
	if (rc < 0)
		return rc;
	rc = kcov_kernel_init_layout(&layout, symbolizer->first.base, symbolizer->kernel);
	if (rc < 0)
		return kcov_error_set(error, rc, "%s", opts->layout);
	*ret = TAKE_PTR(symbolizer);
	return 0;
}

KCOV_PUBLIC int kcov_symbolizer_open(const struct kcov_symbolizer_opts *given,
				     struct kcov_symbolize_error **error,
				     struct kcov_symbolizer **ret)
{
	struct kcov_symbolizer_opts opts = {};
	struct kcov_host host;
	int rc = kcov_opts_copy(given, sizeof(opts), &opts);

	if (rc < 0)
		return kcov_error_set(error, rc,
				      "struct kcov_symbolizer_opts: its size is not set, or "
				      "something that this version does not know");
	if (opts.is_alone && (!opts.vmlinux || opts.layout))
		return kcov_error_set(error, -EINVAL,
				      "struct kcov_symbolizer_opts: an image that is alone needs a "
				      "path, and no layout");
	if (opts.layout)
		return open_layout(&opts, error, ret);
	kcov_host_init(&host);
	set_options(&opts, &host);
	if (opts.is_alone)
		return open_image_alone(&host, opts.vmlinux, error, ret);
	return open_host(&host, opts.vmlinux, error, ret);
}

KCOV_PUBLIC int kcov_symbolizer_open_kernel(const char *vmlinux,
					    struct kcov_symbolize_error **error,
					    struct kcov_symbolizer **ret)
{
	const struct kcov_symbolizer_opts opts = { .size = sizeof(opts), .vmlinux = vmlinux };

	return kcov_symbolizer_open(&opts, error, ret);
}

KCOV_PUBLIC int kcov_symbolizer_open_image(const char *path, struct kcov_symbolize_error **error,
					   struct kcov_symbolizer **ret)
{
	const struct kcov_symbolizer_opts opts = { .size = sizeof(opts),
						   .vmlinux = path,
						   .is_alone = true };

	return kcov_symbolizer_open(&opts, error, ret);
}

KCOV_PUBLIC int kcov_layout_describe(struct kcov_symbolize_error **error, char **ret)
{
	struct kcov_host host;

	kcov_host_init(&host);
	return kcov_layout_describe_host(&host, error, ret);
}

KCOV_PUBLIC int kcov_symbolizer_add_module(struct kcov_symbolizer *symbolizer, const char *path,
					   struct kcov_symbolize_error **error)
{
	return kcov_kernel_give(symbolizer->kernel, path, error);
}

KCOV_PUBLIC enum kcov_symbolizer_source
kcov_symbolizer_source(const struct kcov_symbolizer *symbolizer)
{
	return symbolizer->first.index ? KCOV_SYMBOLIZER_DWARF : KCOV_SYMBOLIZER_KALLSYMS;
}

KCOV_PUBLIC const char *kcov_symbolizer_path(const struct kcov_symbolizer *symbolizer)
{
	return symbolizer->path;
}

KCOV_PUBLIC const char *kcov_symbolizer_index_path(const struct kcov_symbolizer *symbolizer)
{
	return symbolizer->index ? symbolizer->index->path : NULL;
}

KCOV_PUBLIC int kcov_symbolizer_kaslr_offset(const struct kcov_symbolizer *symbolizer,
					     uint64_t *ret)
{
	return kcov_kernel_offset(symbolizer->kernel, ret);
}

KCOV_PUBLIC int kcov_symbolizer_refresh(const struct kcov_symbolizer *symbolizer)
{
	return kcov_kernel_refresh(symbolizer->kernel);
}
