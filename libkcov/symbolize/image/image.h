/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_IMAGE_H
#define KCOV_SYMBOLIZE_IMAGE_H

#include "../base/cleanup.h"
#include "../base/file.h"
#include "../base/progress.h"
#include "build-id.h"
#include "machine.h"
#include "sections.h"
#include "symtab.h"

#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <kcov/symbolize.h>

/* One ELF image as it lies on disk. */
struct kcov_image {
	char *path;
	/* As it was opened. */
	struct kcov_file_state state;
	/* The file as a whole, unpacked, in which elf lies; and behind it what was inflated. */
	void *map;
	size_t map_size;
	Elf *elf;
	/* A module's, to which elf belongs, too: its sections got addresses there. Or NULL. */
	Dwfl *dwfl;
	Dwfl_Module *module;
	/* One that is read. */
	const struct kcov_machine *machine;
	/* n is 0 if there is none. */
	struct kcov_build_id build_id;
	bool has_dwarf;
	/* A section as GNU tools once did: libelf inflates it into each handle. */
	bool is_compressed;
	/* What was stripped off it: DWARF and symbols; or NULL. */
	struct kcov_image *debug;
	/* What is executable. */
	struct kcov_sections text;
	/* These two by kcov_image_read_symbols(); 0 and empty before. */
	struct kcov_symtab symtab;
	/* Whom to tell while its DWARF is read. */
	struct kcov_progress progress;
	/* Where offsets count from: _text, or the lowest text there is. */
	uint64_t start;
};

/*
 * Open an image and read its headers and notes. Returns 0, or
 *	-errno of open(2);
 *	-EINVAL: no ELF file of a kernel that we know, cut off, or damaged;
 *	-ENOMEM.
 */
int kcov_image_open(const char *path, struct kcov_symbolize_error **error, struct kcov_image **ret);

/*
 * The same for a module, which is not linked and may be compressed as a whole: its sections are
 * laid out one behind the other.
 */
int kcov_image_open_module(const char *path, struct kcov_symbolize_error **error,
			   struct kcov_image **ret);

/*
 * Relocate the DWARF of a module, which has some, to where its sections were laid out; only who
 * reads it needs that. Of what is linked nothing is to be done. Returns 0 or -EINVAL: it cannot
 * be read.
 */
int kcov_image_relocate(const struct kcov_image *image, struct kcov_symbolize_error **error);

/*
 * Read its symbols, after what is compressed of it was inflated: DWARF is not to be read before.
 * Returns 0, -EINVAL: they are damaged, or -ENOMEM.
 */
int kcov_image_read_symbols(struct kcov_image *image, struct kcov_symbolize_error **error);

void kcov_image_close(struct kcov_image *image);

/* The first section of that name, or NULL. */
Elf_Scn *kcov_image_find_section(const struct kcov_image *image, const char *name);

/* The name of a section that the image has; never NULL. */
const char *kcov_image_section_name(const struct kcov_image *image, uint64_t section);

/* Tell how far its index is. */
void kcov_image_tell(const struct kcov_image *image, unsigned int percent);

/* Set a build-id that is not known yet, if the section has it: a note. */
void kcov_section_read_build_id(Elf_Scn *section, const GElf_Shdr *header,
				struct kcov_build_id *id);

/* Whether a section is executable. */
bool kcov_section_is_text(const GElf_Shdr *header);

bool kcov_image_is_text(const struct kcov_image *image, uint64_t address);

/* What has its DWARF and its symbols: itself, or what was stripped off it. */
static inline const struct kcov_image *kcov_image_dwarf(const struct kcov_image *image)
{
	return image->debug ? image->debug : image;
}

#define _cleanup_image_ _cleanup_(kcov_image_closep)

static inline void kcov_image_closep(struct kcov_image **image)
{
	kcov_image_close(*image);
}

#endif
