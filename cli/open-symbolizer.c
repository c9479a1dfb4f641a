// SPDX-License-Identifier: MIT
#include "open-symbolizer.h"

#include "cmd.h"

int open_symbolizer(const char *vmlinux, struct kcov_symbolizer **ret)
{
	struct kcov_symbolize_error *error = NULL;
	int err;

	if (vmlinux)
		err = kcov_symbolizer_open_image(vmlinux, &error, ret);
	else
		err = kcov_symbolizer_open_kernel(NULL, &error, ret);
	if (!err)
		return 0;
	cmd_error("%s%s", kcov_symbolize_error_message(error),
		  vmlinux ? "" : " (for another kernel's addresses give --vmlinux)");
	kcov_symbolize_error_free(error);
	return EXIT_FAILED;
}
