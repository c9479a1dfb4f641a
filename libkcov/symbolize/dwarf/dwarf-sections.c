// SPDX-License-Identifier: MIT
#include "dwarf-sections.h"

#include <gelf.h>
#include <string.h>

static struct kcov_dwarf_section read_section(Elf_Scn *section)
{
	Elf_Data *data = elf_getdata(section, NULL);

	if (!data || !data->d_buf)
		return (struct kcov_dwarf_section){};
	return (struct kcov_dwarf_section){ data->d_buf, data->d_size };
}

static void drop_unless_terminated(struct kcov_dwarf_section *strings)
{
	if (strings->n && strings->at[strings->n - 1])
		*strings = (struct kcov_dwarf_section){};
}

/* Where a section goes, by its name without ".debug_"; NULL: it is not read. */
static struct kcov_dwarf_section *place_of(struct kcov_dwarf_sections *sections, const char *name,
					   const char *suffix)
{
	const struct {
		const char *name;
		struct kcov_dwarf_section *section;
	} places[] = {
		{ "line", &sections->lines },
		{ "line_str", &sections->line_strings },
		{ "str", &sections->strings },
		{ "info", &sections->dies },
		{ "abbrev", &sections->abbreviations },
		{ "addr", &sections->addresses },
		{ "str_offsets", &sections->string_offsets },
		{ "ranges", &sections->old_ranges },
		{ "rnglists", &sections->range_lists },
	};

	if (strcmp(name, "cu_index") == 0)
		return &sections->unit_index;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		const size_t n = strlen(places[i].name);

		if (strncmp(name, places[i].name, n) == 0 && strcmp(name + n, suffix) == 0)
			return places[i].section;
	}
	return NULL;
}

void kcov_dwarf_sections_init(Elf *elf, const char *suffix, struct kcov_dwarf_sections *ret)
{
	Elf_Scn *section = NULL;
	size_t names;

	*ret = (struct kcov_dwarf_sections){};
	if (elf_getshdrstrndx(elf, &names) < 0)
		return;
	while ((section = elf_nextscn(elf, section))) {
		struct kcov_dwarf_section *place = NULL;
		GElf_Shdr header;
		const char *name = NULL;

		/* What lies in a group is of type units, behind the others or before them. */
		if (gelf_getshdr(section, &header) && header.sh_type != SHT_NOBITS &&
		    !(header.sh_flags & SHF_GROUP))
			name = elf_strptr(elf, names, header.sh_name);
		if (!name || name[0] != '.')
			continue;
		/* As GNU tools once named what they compressed. */
		name += strncmp(name, ".z", 2) == 0 ? 2 : 1;
		if (strncmp(name, "debug_", strlen("debug_")) == 0)
			place = place_of(ret, name + strlen("debug_"), suffix);
		if (place)
			*place = read_section(section);
	}
	drop_unless_terminated(&ret->line_strings);
	drop_unless_terminated(&ret->strings);
}
