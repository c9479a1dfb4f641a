// SPDX-License-Identifier: MIT
#include "vmlinux-file.h"

#include "../base/error.h"
#include "../base/file.h"
#include "debug-file.h"
#include "debuginfod.h"

#include <errno.h>
#include <string.h>

/* The kernel's notes are a few hundred bytes. */
#define NOTES_LIMIT 65536u

int kcov_vmlinux_build_id(const struct kcov_host *host, struct kcov_build_id *ret)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_free_ char *notes = NULL;
	size_t size;
	int rc;

	if (host->build_id.n) {
		*ret = host->build_id;
		return 0;
	}
	path = kcov_host_path(host, "/sys/kernel/notes");
	if (!path)
		return -ENOMEM;
	rc = kcov_file_read(path, NOTES_LIMIT, &notes, &size);
	return rc < 0 ? rc : kcov_build_id_parse(notes, size, ret);
}

char *kcov_vmlinux_candidate(const struct kcov_host *host, const struct kcov_build_id *id,
			     unsigned int i)
{
	static const char *const formats[KCOV_VMLINUX_CANDIDATES - 1] = {
		"/usr/lib/debug/boot/vmlinux-%s",
		"/usr/lib/debug/lib/modules/%s/vmlinux",
		"/usr/lib/debug/usr/lib/modules/%s/vmlinux",
		"/lib/modules/%s/build/vmlinux",
		"/lib/modules/%s/vmlinux",
		"/boot/vmlinux-%s",
	};
	if (i)
		return kcov_host_path(host, formats[i - 1], host->name.release);
	return kcov_debug_file_path(host, id);
}

static bool is_for_machine(const struct kcov_host *host, const struct kcov_image *image)
{
	const struct kcov_machine *machine = kcov_machine_of_uname(host->name.machine);

	/* setarch(8) can make it say anything; the build-id decides. */
	return !machine || image->machine == machine;
}

/* Whether it is the kernel's at all. */
static int vmlinux_check(const struct kcov_host *host, const struct kcov_image *image,
			 const struct kcov_build_id *id, struct kcov_symbolize_error **error)
{
	char have[KCOV_BUILD_ID_HEX_SIZE], want[KCOV_BUILD_ID_HEX_SIZE];

	if (!is_for_machine(host, image))
		return kcov_error_set(error, -EINVAL, "%s: for %s, and %s is for %s", image->path,
				      image->machine->name, host->whose, host->name.machine);
	if (!image->build_id.n)
		return kcov_error_set(error, -ENODATA,
				      "%s: no build-id in it, so that it may be any kernel's: "
				      "use the vmlinux of the kernel's build directory",
				      image->path);
	if (!kcov_build_id_equal(&image->build_id, id))
		return kcov_error_set(error, -ESTALE,
				      "%s: build-id %s is not %s's %s: "
				      "use the image of this very build",
				      image->path, kcov_build_id_format(&image->build_id, have),
				      host->whose, kcov_build_id_format(id, want));
	return 0;
}

int kcov_vmlinux_require_build_id(const struct kcov_host *host, struct kcov_symbolize_error **error,
				  struct kcov_build_id *ret)
{
	int rc = kcov_vmlinux_build_id(host, ret);

	if (rc == 0 || rc == -ENOMEM)
		return rc;
	return kcov_error_set(error, -EPERM,
			      "%s/sys/kernel/notes: cannot tell the running kernel's build-id: %s: "
			      "mount sysfs on /sys, or symbolize by image alone",
			      host->root, rc == -ENODATA ? "there is none" : strerror(-rc));
}

int kcov_vmlinux_open(const struct kcov_host *host, const char *path,
		      struct kcov_symbolize_error **error, struct kcov_image **ret)
{
	_cleanup_image_ struct kcov_image *image = NULL;
	struct kcov_build_id id;
	int rc = kcov_image_open(path, error, &image);

	if (rc == 0)
		rc = kcov_vmlinux_require_build_id(host, error, &id);
	if (rc == 0)
		rc = vmlinux_check(host, image, &id, error);
	if (rc == 0)
		rc = kcov_debug_file_require(host, image, error);
	if (rc == 0)
		*ret = TAKE_PTR(image);
	return rc;
}

/* As kcov_vmlinux_search(), on this machine. */
static int search_here(const struct kcov_host *host, const struct kcov_build_id *id,
		       struct kcov_image **ret)
{
	for (unsigned int i = 0; i < KCOV_VMLINUX_CANDIDATES; i++) {
		_cleanup_free_ char *path = kcov_vmlinux_candidate(host, id, i);
		_cleanup_image_ struct kcov_image *image = NULL;
		int rc;

		if (!path)
			return -ENOMEM;
		rc = kcov_image_open(path, NULL, &image);
		if (rc == 0)
			rc = vmlinux_check(host, image, id, NULL);
		if (rc == 0)
			rc = kcov_debug_file_search(host, image);
		if (rc == 0)
			*ret = TAKE_PTR(image);
		if (rc == 0 || rc == -ENOMEM)
			return rc;
	}
	return -ENOENT;
}

int kcov_vmlinux_search(const struct kcov_host *host, struct kcov_symbolize_error **error,
			struct kcov_image **ret)
{
	_cleanup_free_ char *path = NULL;
	struct kcov_build_id id;
	int rc = kcov_vmlinux_build_id(host, &id);

	if (rc < 0)
		return rc == -ENOMEM ? kcov_error_set(error, rc, "vmlinux") : 1;
	rc = search_here(host, &id, ret);
	if (rc == -ENOMEM)
		return kcov_error_set(error, rc, "vmlinux");
	if (rc == 0 || !host->debuginfod)
		return rc == 0 ? 0 : 1;
	rc = kcov_debuginfod_find(&id, error, &path);
	return rc < 0 ? rc : kcov_vmlinux_open(host, path, error, ret);
}
