// SPDX-License-Identifier: MIT
#include "points.h"

#include "../image/callbacks.h"

#include <errno.h>
#include <limits.h>
#include <gelf.h>
#include <string.h>

struct callee {
	uint64_t address;
	enum kcov_point kind;
};

/* By address. Each 128 MiB of arm64's text can have veneers of its own, so there is no most. */
struct callees {
	struct callee *at;
	size_t n;
};

static void callees_fini(struct callees *callees)
{
	free(callees->at);
}

static int find_callees(const struct kcov_symtab *symtab, struct callees *ret)
{
	for (size_t i = 0; i < symtab->n; i++) {
		enum kcov_point kind = kcov_callback_kind(symtab->symbols[i].name);
		struct callee *callee;

		if (kind == KCOV_POINT_NONE)
			continue;
		callee = KCOV_TABLE_ADD(ret);
		if (!callee)
			return -ENOMEM;
		*callee = (struct callee){ symtab->symbols[i].address, kind };
	}
	return 0;
}

static enum kcov_point call_to(const struct callees *callees, uint64_t address)
{
	size_t n = KCOV_COUNT_UP_TO(callees->at, callees->n, address, address);

	if (!n || callees->at[n - 1].address != address)
		return KCOV_POINT_NONE;
	return callees->at[n - 1].kind;
}

/* pc is what the call returns to, which is what KCOV records. */
static int add(struct kcov_flat *flat, uint64_t pc, enum kcov_point kind)
{
	struct kcov_flat_point *point;

	/* What lies too far away is refused elsewhere. */
	if (pc < flat->base || pc - flat->base > UINT32_MAX)
		return 0;
	point = KCOV_TABLE_ADD(&flat->points);
	if (!point)
		return -ENOMEM;
	*point = (struct kcov_flat_point){ (uint32_t)(pc - flat->base), kind == KCOV_POINT_CMP };
	return 0;
}

/* The calls in n bytes of text that lie at low. */
static int scan_calls(const struct kcov_call_code *call, const struct callees *callees,
		      uint64_t low, const uint8_t *bytes, size_t n, struct kcov_flat *flat)
{
	const uint8_t *end = bytes + n, *at = bytes;
	int64_t distance;

	while ((at = call->find(at, end, &distance))) {
		const uint64_t pc = low + (uint64_t)(at - bytes);
		const enum kcov_point kind = call_to(callees, pc + (uint64_t)distance);

		if (kind != KCOV_POINT_NONE && add(flat, pc + call->size, kind) < 0)
			return -ENOMEM;
		at += call->alignment;
	}
	return 0;
}

/* All text of a linked image. */
static int scan(const struct kcov_image *image, struct kcov_flat *flat)
{
	_cleanup_(callees_fini) struct callees callees = {};
	int rc = find_callees(&image->symtab, &callees);

	if (rc < 0 || !callees.n)
		return rc;
	for (size_t i = 0; i < image->text.ranges.n; i++) {
		const struct kcov_range *range = &image->text.ranges.at[i];
		Elf_Data *data = elf_rawdata(elf_getscn(image->elf, range->id), NULL);

		if (!data || (data->d_size && !data->d_buf))
			return -EINVAL;
		rc = scan_calls(&image->machine->call, &callees, range->low, data->d_buf,
				data->d_size, flat);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* What a symbol records that is called; header is of its symbol table. */
static enum kcov_point kind_of_symbol(Elf *elf, const GElf_Shdr *header, Elf_Data *symbols,
				      uint64_t i)
{
	const char *name = NULL;
	GElf_Sym symbol;

	if (i <= INT_MAX && gelf_getsym(symbols, (int)i, &symbol))
		name = elf_strptr(elf, header->sh_link, symbol.st_name);
	return name ? kcov_callback_kind(name) : KCOV_POINT_NONE;
}

/*
 * How far behind its place a relocation of a call is what it returns to; 0: it is none. What it is
 * in tells, since jumps may have the same.
 */
static uint64_t call_end(const struct kcov_call_code *call, const GElf_Rela *rela,
			 const Elf_Data *text)
{
	const uint64_t type = GELF_R_TYPE(rela->r_info),
		       begin = rela->r_offset - call->relocation_at;
	const uint8_t *bytes = text->d_buf;
	int64_t distance;

	if (!type || (type != call->relocations[0] && type != call->relocations[1]) ||
	    begin > text->d_size || text->d_size - begin < call->size)
		return 0;
	return call->find(bytes + begin, bytes + begin + call->size, &distance)
		       ? call->size - call->relocation_at
		       : 0;
}

static int read_relocations(const struct kcov_image *image, Elf_Scn *section,
			    const GElf_Shdr *header, const struct kcov_range *text,
			    struct kcov_flat *flat)
{
	Elf_Scn *link = elf_getscn(image->elf, header->sh_link);
	Elf_Data *data = elf_getdata(section, NULL),
		 *symbols = link ? elf_getdata(link, NULL) : NULL,
		 *code = elf_rawdata(elf_getscn(image->elf, text->id), NULL);
	GElf_Shdr symtab;

	if (!data || !symbols || !code || (code->d_size && !code->d_buf) ||
	    !gelf_getshdr(link, &symtab))
		return -EINVAL;
	for (size_t i = 0; i < data->d_size / sizeof(Elf64_Rela); i++) {
		enum kcov_point kind = KCOV_POINT_NONE;
		GElf_Rela rela;
		uint64_t end;

		if (!gelf_getrela(data, (int)i, &rela))
			return -EINVAL;
		end = call_end(&image->machine->call, &rela, code);
		if (end)
			kind = kind_of_symbol(image->elf, &symtab, symbols,
					      GELF_R_SYM(rela.r_info));
		if (kind != KCOV_POINT_NONE && add(flat, text->low + rela.r_offset + end, kind) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Calls of a module still have to be linked to what they call. */
static int read_all_relocations(const struct kcov_image *image, struct kcov_flat *flat)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(image->elf, section))) {
		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_RELA)
			continue;
		for (size_t i = 0; i < image->text.ranges.n; i++) {
			const struct kcov_range *text = &image->text.ranges.at[i];
			int rc = 0;

			if (text->id == header.sh_info)
				rc = read_relocations(image, section, &header, text, flat);
			if (rc < 0)
				return rc;
		}
	}
	return 0;
}

bool kcov_points_has_text(const struct kcov_image *image)
{
	for (size_t i = 0; i < image->text.ranges.n; i++) {
		Elf_Scn *section = elf_getscn(image->elf, image->text.ranges.at[i].id);
		GElf_Shdr header;

		if (!section || !gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
			return false;
	}
	return true;
}

static int point_compare(const void *a, const void *b)
{
	const struct kcov_flat_point *x = a, *y = b;

	if (x->pc != y->pc)
		return x->pc < y->pc ? -1 : 1;
	return x->is_cmp - y->is_cmp;
}

/* Sections that lie upon each other have no right to, and one point all the same. */
static void points_unique(struct kcov_flat *flat)
{
	size_t kept = 0;

	for (size_t i = 0; i < flat->points.n; i++) {
		if (!kept || flat->points.at[kept - 1].pc != flat->points.at[i].pc)
			flat->points.at[kept++] = flat->points.at[i];
	}
	flat->points.n = kept;
}

int kcov_points_read(const struct kcov_image *image, struct kcov_flat *flat)
{
	int rc;

	if (!kcov_points_has_text(image) || !(flat->build & KCOV_BUILD_SYMBOLS))
		return 0;
	rc = image->dwfl ? read_all_relocations(image, flat) : scan(image, flat);
	if (rc == -ENOMEM)
		return rc;
	if (rc < 0)
		flat->points.n = 0;
	if (flat->points.n)
		qsort(flat->points.at, flat->points.n, sizeof(*flat->points.at), point_compare);
	points_unique(flat);
	flat->has_points = rc == 0;
	return 0;
}
