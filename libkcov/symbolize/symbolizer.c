// SPDX-License-Identifier: MIT
#include "symbolizer.h"

#include "error.h"
#include "export.h"
#include "image-index.h"
#include "kernel.h"
#include "vmlinux.h"

#include <errno.h>
#include <string.h>

struct kcov_symbolizer {
	/* NULL: the kernel's own symbols are all there is. */
	struct kcov_image_index *index;
	/* NULL: not for the running kernel. */
	struct kcov_kernel *kernel;
	char *path;
};

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
	kcov_image_index_close(symbolizer->index);
	free(symbolizer->path);
	free(symbolizer);
}

/* image may be NULL. What is needed of it is in its index. */
static int symbolizer_new(struct kcov_image *image, const char *path,
			  struct kcov_symbolize_error **error, struct kcov_symbolizer **ret)
{
	_cleanup_symbolizer_ struct kcov_symbolizer *symbolizer = calloc(1, sizeof(*symbolizer));
	int rc;

	if (!symbolizer)
		return kcov_error_set(error, -ENOMEM, "%s", path);
	symbolizer->path = strdup(path);
	if (!symbolizer->path)
		return kcov_error_set(error, -ENOMEM, "%s", path);
	if (image) {
		rc = kcov_image_index_open(image, error, &symbolizer->index);
		if (rc < 0)
			return rc;
	}
	*ret = TAKE_PTR(symbolizer);
	return 0;
}

KCOV_PUBLIC int kcov_symbolizer_open_image(const char *path, struct kcov_symbolize_error **error,
					   struct kcov_symbolizer **ret)
{
	_cleanup_image_ struct kcov_image *image = NULL;
	int rc = kcov_image_open(path, error, &image);

	if (rc == 0)
		rc = kcov_image_check_dwarf(image, error);
	return rc < 0 ? rc : symbolizer_new(image, path, error, ret);
}

static int open_alone(const struct kcov_host *host, struct kcov_symbolize_error **error,
		      struct kcov_symbolizer **ret)
{
	_cleanup_symbolizer_ struct kcov_symbolizer *symbolizer = NULL;
	_cleanup_free_ struct kcov_kernel *kernel = malloc(sizeof(*kernel));
	int rc;

	if (!kernel)
		return kcov_error_set(error, -ENOMEM, "/proc/kallsyms");
	rc = symbolizer_new(NULL, "/proc/kallsyms", error, &symbolizer);
	if (rc == 0)
		rc = kcov_kernel_init_alone(host, error, kernel);
	if (rc < 0)
		return rc;
	symbolizer->kernel = TAKE_PTR(kernel);
	*ret = TAKE_PTR(symbolizer);
	return 0;
}

static int open_with_image(const struct kcov_host *host, struct kcov_image *image,
			   struct kcov_symbolize_error **error, struct kcov_symbolizer **ret)
{
	_cleanup_symbolizer_ struct kcov_symbolizer *symbolizer = NULL;
	int rc = symbolizer_new(image, image->path, error, &symbolizer);

	if (rc < 0)
		return rc;
	symbolizer->kernel = malloc(sizeof(*symbolizer->kernel));
	if (!symbolizer->kernel)
		return kcov_error_set(error, -ENOMEM, "%s", symbolizer->path);
	kcov_kernel_init(host, symbolizer->index->index.start, symbolizer->kernel);
	*ret = TAKE_PTR(symbolizer);
	return 0;
}

int kcov_symbolizer_open_host(const struct kcov_host *host, const char *vmlinux,
			      struct kcov_symbolize_error **error, struct kcov_symbolizer **ret)
{
	_cleanup_image_ struct kcov_image *image = NULL;
	int rc;

	if (vmlinux)
		rc = kcov_vmlinux_open(host, vmlinux, error, &image);
	else
		rc = kcov_vmlinux_search(host, &image);
	if (rc == -ENOENT && !vmlinux)
		return open_alone(host, error, ret);
	if (rc == -ENOMEM)
		return kcov_error_set(error, rc, "%s", "vmlinux");
	return rc < 0 ? rc : open_with_image(host, image, error, ret);
}

KCOV_PUBLIC int kcov_symbolizer_open_kernel(const char *vmlinux,
					    struct kcov_symbolize_error **error,
					    struct kcov_symbolizer **ret)
{
	struct kcov_host host;

	kcov_host_init(&host);
	return kcov_symbolizer_open_host(&host, vmlinux, error, ret);
}

KCOV_PUBLIC int kcov_symbolizer_add_module(struct kcov_symbolizer *symbolizer, const char *path,
					   struct kcov_symbolize_error **error)
{
	if (!symbolizer->kernel)
		return kcov_error_set(
			error, -ENOTSUP,
			"%s: a module is looked up in the running kernel only, not in %s", path,
			symbolizer->path);
	return kcov_kernel_give(symbolizer->kernel, path, error);
}

KCOV_PUBLIC enum kcov_symbolizer_source
kcov_symbolizer_source(const struct kcov_symbolizer *symbolizer)
{
	return symbolizer->index ? KCOV_SYMBOLIZER_DWARF : KCOV_SYMBOLIZER_KALLSYMS;
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
	return symbolizer->kernel ? kcov_kernel_offset(symbolizer->kernel, ret) : -ENOTSUP;
}

/* address is the one in the index. */
static int locate_in_index(const struct kcov_index *index, const struct kcov_place *place,
			   uint64_t address, struct kcov_location *location)
{
	struct kcov_index_symbol symbol;
	int rc = kcov_index_symbol(index, place, &symbol);

	if (rc < 0)
		return rc;
	location->symbol = symbol.name;
	if (symbol.name)
		location->symbol_offset = address - symbol.address;
	location->symbol_size = symbol.size;
	location->place.index = index;
	location->place.address = address;
	location->place.scope = place->scope;
	location->place.file = place->file;
	location->place.line = place->line;
	location->place.column = place->column;
	return 0;
}

static int locate_in_kernel(struct kcov_kernel *kernel, struct kcov_location *location)
{
	struct kcov_kernel_place found;
	struct kcov_place place;
	int rc = kcov_kernel_find(kernel, location->address, &found);

	if (rc < 0)
		return rc;
	location->image = found.module;
	location->offset = found.offset;
	location->symbol = found.symbol;
	location->symbol_offset = found.symbol_offset;
	if (!found.index)
		return 0;
	rc = kcov_index_find(found.index, found.address, &place);
	return rc < 0 ? rc : locate_in_index(found.index, &place, found.address, location);
}

static int locate(const struct kcov_symbolizer *symbolizer, uint64_t address,
		  struct kcov_location *ret)
{
	struct kcov_location location = { .address = address };
	struct kcov_place place = { 0 };
	int rc = 0;

	if (symbolizer->index)
		rc = kcov_index_find(&symbolizer->index->index, address, &place);
	if (rc == 0 && place.is_text) {
		location.image = "vmlinux";
		location.offset = address - symbolizer->index->index.start;
		rc = locate_in_index(&symbolizer->index->index, &place, address, &location);
	} else if (rc == 0 && symbolizer->kernel) {
		rc = locate_in_kernel(symbolizer->kernel, &location);
	}
	if (rc == 0)
		*ret = location;
	return rc;
}

KCOV_PUBLIC int kcov_symbolizer_lookup(const struct kcov_symbolizer *symbolizer,
				       const uint64_t *addresses, size_t n,
				       struct kcov_symbolize_error **error,
				       struct kcov_location *ret)
{
	for (size_t i = 0; i < n; i++) {
		int rc = locate(symbolizer, addresses[i], &ret[i]);

		if (rc < 0)
			return kcov_error_set(error, rc, "%s: %s", symbolizer->path,
					      rc == -EBADMSG ? "its index is damaged"
							     : strerror(-rc));
	}
	return 0;
}

/* Where DWARF has nothing. */
static int symbol_frame(const struct kcov_location *location, struct kcov_frame *ret, size_t room)
{
	if (!location->symbol)
		return 0;
	if (room)
		*ret = (struct kcov_frame){ .function = location->symbol };
	return 1;
}

KCOV_PUBLIC int kcov_location_frames(const struct kcov_location *location, struct kcov_frame *ret,
				     size_t room)
{
	struct kcov_place place = {
		.scope = location->place.scope,
		.file = location->place.file,
		.line = location->place.line,
		.column = location->place.column,
	};
	struct kcov_frame frame;
	bool more = true;
	int n = 0;

	if (!place.scope && !place.file)
		return symbol_frame(location, ret, room);
	for (; more; n++) {
		int rc = kcov_index_frame(location->place.index, &place, &more, &frame);

		if (rc < 0)
			return rc;
		/* A line that is in no function of DWARF's. */
		if (!more && !n && !frame.function)
			frame.function = location->symbol;
		if ((size_t)n < room)
			ret[n] = frame;
	}
	return n;
}

KCOV_PUBLIC int kcov_location_point(const struct kcov_location *location)
{
	if (!location->place.index)
		return KCOV_POINT_UNKNOWN;
	return kcov_index_point(location->place.index, location->place.address + 1);
}

KCOV_PUBLIC int kcov_symbolizer_points(const struct kcov_symbolizer *symbolizer,
				       enum kcov_point kind, uint64_t pc, uint64_t *ret,
				       size_t room)
{
	if (kind != KCOV_POINT_PC && kind != KCOV_POINT_CMP)
		return -EINVAL;
	if (!symbolizer->index)
		return -ENODATA;
	return kcov_index_points(&symbolizer->index->index, kind, pc, ret, room);
}
