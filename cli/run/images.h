/* SPDX-License-Identifier: MIT */
/* The images that a command line names, and a symbolizer by them. */
#ifndef KCOVCTL_IMAGES_H
#define KCOVCTL_IMAGES_H

#include <kcov/symbolize.h>
#include <stdbool.h>

struct images {
	/* NULL: the running kernel's. */
	const char *vmlinux;
	/* Where the kernel and its modules lie; NULL: the running kernel is asked. */
	const char *layout;
	/* Whether servers may be asked for images. */
	bool debuginfod;
	/* Those that were given; freed by images_fini(). */
	struct {
		const char **at;
		size_t n;
		size_t room;
	} modules;
};

/* An option that all commands have which take images. */
#define IMAGES_DEBUGINFOD                                                                          \
	{                                                                                          \
		'D', "debuginfod", NULL, "ask the servers of $DEBUGINFOD_URLS for images"          \
	}

/*
 * Take -v, -M, -l or -D, which mean the same in all commands that have them. 0, or EXIT_FAILED,
 * and why was told.
 */
int images_take(struct images *images, int key, const char *arg);

void images_fini(struct images *images);

/* By vmlinux alone, whatever kernel runs; or by a layout or the running kernel. As above. */
int open_symbolizer(const struct images *images, struct kcov_symbolizer **ret);

/* vmlinux has to be the running kernel's; hint: what else to do if none is found. As above. */
int open_kernel_symbolizer(const struct images *images, const char *hint,
			   struct kcov_symbolizer **ret);

#endif
