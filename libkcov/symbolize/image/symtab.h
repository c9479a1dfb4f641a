/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SYMTAB_H
#define KCOV_SYMBOLIZE_SYMTAB_H

#include "sections.h"

#include <libelf.h>
#include <stdbool.h>

struct kcov_symbol {
	uint64_t address;
	/* 0: unknown, as for most of what is written in assembler. */
	uint64_t size;
	const char *name;
	bool is_function;
	/* STB_LOCAL, … */
	unsigned char binding;
};

/* The symbols in the text of an image. Names are those in the image itself. */
struct kcov_symtab {
	/* By address; of those at one address the one that names it best comes last. */
	struct kcov_symbol *symbols;
	size_t n;
	/*
	 * Address to index of a symbol. A symbol without a size goes on up to the next one of
	 * its section. Where symbols overlap, the one that begins last holds the address.
	 */
	struct kcov_steps by_address;
};

/*
 * Read the symbol table of an image; text holds its executable sections. The symbols of a
 * module count from the sections that they are in. An image without a symbol table has no
 * symbols, which is no failure. Returns 0, -EBADMSG or -ENOMEM.
 */
int kcov_symtab_init(Elf *elf, bool is_module, const struct kcov_sections *text,
		     struct kcov_symtab *ret);

void kcov_symtab_fini(struct kcov_symtab *symtab);

/* The symbol of that name, or NULL; reads all names. */
const struct kcov_symbol *kcov_symtab_find_name(const struct kcov_symtab *symtab, const char *name);

#endif
