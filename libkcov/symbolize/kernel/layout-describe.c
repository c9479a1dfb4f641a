// SPDX-License-Identifier: MIT
#include "layout-describe.h"

#include "../base/error.h"
#include "../image/vmlinux-file.h"
#include "kernel.h"
#include "layout.h"

#include <errno.h>

static int describe_kernel(struct kcov_kernel *kernel, struct kcov_symbolize_error **error,
			   char **ret)
{
	const struct kcov_loaded *loaded;
	uint64_t text;
	int rc = kcov_kernel_offset(kernel, &text);

	if (rc == -EPERM)
		return kcov_error_set(error, rc,
				      "%s/proc/kallsyms shows no addresses: run as root with "
				      "kernel.kptr_restrict below 2",
				      kernel->host.root);
	if (rc == 0)
		rc = kcov_kernel_loaded(kernel, &loaded);
	return rc < 0 ? rc : kcov_layout_write(&kernel->host, text, loaded, ret);
}

int kcov_layout_describe_host(const struct kcov_host *host, struct kcov_symbolize_error **error,
			      char **ret)
{
	struct kcov_host known = *host;
	struct kcov_kernel kernel;
	int rc = kcov_vmlinux_require_build_id(host, error, &known.build_id);

	if (rc == 0) {
		/* As if linked to 0: the offset is where it is. */
		kcov_kernel_init(&known, 0, &kernel);
		rc = describe_kernel(&kernel, error, ret);
		kcov_kernel_fini(&kernel);
	}
	return rc == -ENOMEM ? kcov_error_set(error, rc, "the kernel's layout") : rc;
}
