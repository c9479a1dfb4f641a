/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SUPPLEMENT_H
#define KCOV_SYMBOLIZE_SUPPLEMENT_H

#include "../base/arena.h"
#include "../image/image.h"
#include "other-file.h"

/*
 * DWARF that several images have in common, which "dwz -m" moves to a file of its own. Each image
 * then names that file in .gnu_debugaltlink, or, as DWARF 5 has it, in .debug_sup.
 */
struct kcov_supplement {
	/* Why what refers to it cannot be read, if it cannot; NULL: nothing refers to it. */
	const char *cause;
	/* It, or the name that it is to be found by; of none if it cannot be read. */
	struct kcov_other_file file;
};

/* Look for an image's, if it names one. Texts are taken from arena. Returns 0 or -ENOMEM. */
int kcov_supplement_find(const struct kcov_image *image, struct kcov_arena *arena,
			 struct kcov_supplement *ret);

/* Whether one of a name that an image lacked is there by now. */
bool kcov_supplement_is_there(const struct kcov_image *image, const char *name);

/* One that a Dwarf handle refers to: like that, it is for one thread at a time. {}: none. */
struct kcov_supplement_handle {
	/* libelf writes where sections are compressed, so that it is not shared. */
	void *map;
	size_t map_size;
	Elf *elf;
	Dwarf *dwarf;
};

/* Let a handle of the image refer to it. If that fails, it refers to nothing. */
void kcov_supplement_attach(const struct kcov_supplement *supplement, Dwarf *handle,
			    struct kcov_supplement_handle *ret);

/* After the handle that refers to it has ended. */
void kcov_supplement_detach(struct kcov_supplement_handle *handle);

#endif
