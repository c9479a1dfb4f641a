// SPDX-License-Identifier: MIT
#include "symtab.h"

#include "../base/cleanup.h"

#include <errno.h>
#include <gelf.h>
#include <string.h>

/* Arm's "$x" and "$d", with or without a suffix, tell code from data and name nothing. */
static bool is_mapping_symbol(const char *name)
{
	return name[0] == '$' && (name[1] == 'x' || name[1] == 'd') &&
	       (name[2] == '\0' || name[2] == '.');
}

/* Those of a module count from their sections, which have addresses by now. */
static bool relocate(const struct kcov_sections *text, GElf_Sym *sym)
{
	for (size_t i = 0; i < text->ranges.n; i++) {
		const struct kcov_range *range = &text->ranges.at[i];

		if (range->id != sym->st_shndx)
			continue;
		if (sym->st_value >= range->high - range->low)
			return false;
		sym->st_value += range->low;
		return true;
	}
	return false;
}

static bool names_text(const GElf_Sym *sym, const char *name, const struct kcov_sections *text)
{
	int type = GELF_ST_TYPE(sym->st_info);

	if (type != STT_FUNC && type != STT_NOTYPE && type != STT_GNU_IFUNC)
		return false;
	if (sym->st_shndx == SHN_UNDEF || sym->st_shndx == SHN_ABS || sym->st_shndx == SHN_COMMON)
		return false;
	return name && *name && !is_mapping_symbol(name) && kcov_sections_find(text, sym->st_value);
}

static int binding_rank(unsigned char binding)
{
	return binding == STB_GLOBAL ? 2 : binding == STB_WEAK ? 1 : 0;
}

/*
 * By address, the best name last: functions before labels, then the larger, as
 * llvm-symbolizer has it, then what other files can see, then any fixed order.
 */
static int symbol_compare(const void *a, const void *b)
{
	const struct kcov_symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (x->is_function != y->is_function)
		return x->is_function ? 1 : -1;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	if (x->binding != y->binding)
		return binding_rank(x->binding) - binding_rank(y->binding);
	return strcmp(x->name, y->name);
}

static void symbol_fill(const GElf_Sym *sym, const char *name, struct kcov_symbol *ret)
{
	*ret = (struct kcov_symbol){
		.address = sym->st_value,
		.size = sym->st_size,
		.name = name,
		.is_function = GELF_ST_TYPE(sym->st_info) != STT_NOTYPE,
		.binding = GELF_ST_BIND(sym->st_info),
	};
}

static int symbols_read(Elf *elf, Elf_Scn *section, bool is_module,
			const struct kcov_sections *text, struct kcov_symtab *ret)
{
	_cleanup_free_ struct kcov_symbol *symbols = NULL;
	Elf_Data *data = elf_getdata(section, NULL);
	size_t n, kept = 0;
	GElf_Shdr header;

	if (!data || !gelf_getshdr(section, &header))
		return -EBADMSG;
	n = data->d_size / sizeof(Elf64_Sym);
	symbols = reallocarray(NULL, n + 1, sizeof(*symbols));
	if (!symbols)
		return -ENOMEM;
	for (size_t i = 1; i < n; i++) {
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(data, (int)i, &sym))
			return -EBADMSG;
		if (is_module && !relocate(text, &sym))
			continue;
		name = elf_strptr(elf, header.sh_link, sym.st_name);
		if (names_text(&sym, name, text))
			symbol_fill(&sym, name, &symbols[kept++]);
	}
	qsort(symbols, kept, sizeof(*symbols), symbol_compare);
	ret->symbols = TAKE_PTR(symbols);
	ret->n = kept;
	return 0;
}

/* Where a symbol ends; next is where the next one begins. */
static uint64_t symbol_end(const struct kcov_symbol *symbol, uint64_t next,
			   const struct kcov_sections *text)
{
	uint64_t end = kcov_sections_find(text, symbol->address)->high;

	if (!symbol->size)
		return next < end ? next : end;
	return symbol->size < end - symbol->address ? symbol->address + symbol->size : end;
}

static int symbols_index(struct kcov_symtab *symtab, const struct kcov_sections *text)
{
	_cleanup_(kcov_ranges_fini) struct kcov_ranges ranges = {};
	uint64_t next = UINT64_MAX;

	for (size_t i = symtab->n; i-- > 0;) {
		const struct kcov_symbol *symbol = &symtab->symbols[i];
		int rc;

		/* Not the next one in the table, which may be at the same address. */
		if (i + 1 < symtab->n && symbol[1].address > symbol->address)
			next = symbol[1].address;
		rc = kcov_ranges_add(&ranges, symbol->address, symbol_end(symbol, next, text), i);
		if (rc < 0)
			return rc;
	}
	return kcov_steps_init(&ranges, &symtab->by_address);
}

int kcov_symtab_init(Elf *elf, bool is_module, const struct kcov_sections *text,
		     struct kcov_symtab *ret)
{
	_cleanup_(kcov_symtab_fini) struct kcov_symtab symtab = {};
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	int rc = 0;

	while ((section = elf_nextscn(elf, section))) {
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB) {
			rc = symbols_read(elf, section, is_module, text, &symtab);
			break;
		}
	}
	if (rc == 0)
		rc = symbols_index(&symtab, text);
	if (rc < 0)
		return rc;
	*ret = symtab;
	symtab = (struct kcov_symtab){};
	return 0;
}

void kcov_symtab_fini(struct kcov_symtab *symtab)
{
	free(symtab->symbols);
	kcov_steps_fini(&symtab->by_address);
	*symtab = (struct kcov_symtab){};
}

const struct kcov_symbol *kcov_symtab_find_name(const struct kcov_symtab *symtab, const char *name)
{
	for (size_t i = 0; i < symtab->n; i++) {
		if (strcmp(symtab->symbols[i].name, name) == 0)
			return &symtab->symbols[i];
	}
	return NULL;
}
