// SPDX-License-Identifier: MIT
#include "debug-file.h"

#include "../base/bytes.h"
#include "../base/error.h"
#include "../base/file.h"
#include "debuginfod.h"

#include <errno.h>
#include <gelf.h>
#include <string.h>
#include <zlib.h>

char *kcov_debug_file_path(const struct kcov_host *host, const struct kcov_build_id *id)
{
	char hex[KCOV_BUILD_ID_HEX_SIZE];

	kcov_build_id_format(id, hex);
	return kcov_host_path(host, "/usr/lib/debug/.build-id/%.2s/%s.debug", hex, hex + 2);
}

/* What .gnu_debuglink says: the name of a file, and the sum of its bytes. */
struct link {
	const char *name;
	uint32_t sum;
};

static bool read_link(const struct kcov_image *image, struct link *ret)
{
	Elf_Scn *section = kcov_image_find_section(image, ".gnu_debuglink");
	Elf_Data *data = section ? elf_rawdata(section, NULL) : NULL;
	size_t n;

	if (!data || !data->d_buf)
		return false;
	n = strnlen(data->d_buf, data->d_size);
	/* Filled up to a multiple of four behind the NUL, and then the sum. */
	if (!n || (n | 3) + 1 + 4 > data->d_size)
		return false;
	ret->name = data->d_buf;
	ret->sum = kcov_load_u32((const char *)data->d_buf + (n | 3) + 1);
	return !strchr(ret->name, '/');
}

static bool has_sum(const char *path, uint32_t sum)
{
	_cleanup_fd_ int fd = kcov_file_open(path);
	const void *map;
	size_t size;
	bool ok;

	if (fd < 0 || kcov_file_map(fd, &map, &size) < 0)
		return false;
	ok = crc32_z(0, map, size) == sum;
	kcov_file_unmap(map, size);
	return ok;
}

/* Whether text lies in both where it lies in the one. */
static bool is_same_text(const struct kcov_image *a, const struct kcov_image *b)
{
	const struct kcov_ranges *x = &a->text.ranges, *y = &b->text.ranges;

	if (a->machine != b->machine || x->n != y->n)
		return false;
	for (size_t i = 0; i < x->n; i++) {
		if (x->at[i].low != y->at[i].low || x->at[i].high != y->at[i].high)
			return false;
	}
	return true;
}

/*
 * Take the file at a path, which is freed, if it is the image's. link: what it has to agree with
 * where there is no build-id; may be NULL. Returns 0, -ENOENT: it is not, or -ENOMEM.
 */
static int try_path(struct kcov_image *image, char *path, const struct link *link)
{
	_cleanup_free_ char *owned = path;
	_cleanup_image_ struct kcov_image *debug = NULL;
	int rc = !owned        ? -ENOMEM
		 : image->dwfl ? kcov_image_open_module(owned, NULL, &debug)
			       : kcov_image_open(owned, NULL, &debug);
	bool is_its;

	if (rc == -ENOMEM)
		return rc;
	if (rc < 0 || !debug->has_dwarf)
		return -ENOENT;
	if (image->build_id.n)
		is_its = kcov_build_id_equal(&image->build_id, &debug->build_id);
	else
		is_its = link && has_sum(owned, link->sum);
	if (!is_its || !is_same_text(image, debug))
		return -ENOENT;
	image->debug = TAKE_PTR(debug);
	return 0;
}

static int try_link(const struct kcov_host *host, struct kcov_image *image)
{
	const char *slash = strrchr(image->path, '/');
	const int n = slash ? (int)(slash - image->path) + 1 : 0;
	const struct kcov_host here = { .root = "" };
	_cleanup_free_ char *real = NULL;
	struct link link;
	int rc;

	if (!read_link(image, &link))
		return -ENOENT;
	rc = try_path(image, kcov_host_path(&here, "%.*s%s", n, image->path, link.name), &link);
	if (rc == -ENOENT)
		rc = try_path(image,
			      kcov_host_path(&here, "%.*s.debug/%s", n, image->path, link.name),
			      &link);
	if (rc != -ENOENT)
		return rc;
	real = realpath(image->path, NULL);
	slash = real ? strrchr(real, '/') : NULL;
	if (!slash)
		return -ENOENT;
	return try_path(
		image,
		kcov_host_path(host, "/usr/lib/debug%.*s/%s", (int)(slash - real), real, link.name),
		&link);
}

int kcov_debug_file_search(const struct kcov_host *host, struct kcov_image *image)
{
	int rc = -ENOENT;

	if (image->has_dwarf || image->debug)
		return 0;
	if (image->build_id.n)
		rc = try_path(image, kcov_debug_file_path(host, &image->build_id), NULL);
	return rc == -ENOENT ? try_link(host, image) : rc;
}

int kcov_debug_file_require(const struct kcov_host *host, struct kcov_image *image,
			    struct kcov_symbolize_error **error)
{
	int rc = kcov_debug_file_search(host, image);
	char *path;

	if (rc == -ENOENT && host->debuginfod && image->build_id.n) {
		rc = kcov_debuginfod_find(&image->build_id, error, &path);
		if (rc < 0)
			return rc;
		rc = try_path(image, path, NULL);
	}
	if (rc == -ENOENT)
		return kcov_error_set(error, -ENODATA,
				      "%s: no DWARF in it (stripped?), and no debug file of it "
				      "found: use the %s of the kernel's build directory or of its "
				      "-dbg package",
				      image->path, image->dwfl ? "module" : "vmlinux");
	return rc == -ENOMEM ? kcov_error_set(error, rc, "%s", image->path) : rc;
}
