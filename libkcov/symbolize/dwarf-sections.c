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

void kcov_dwarf_sections_init(Elf *elf, struct kcov_dwarf_sections *ret)
{
	Elf_Scn *section = NULL;
	size_t names;

	*ret = (struct kcov_dwarf_sections){};
	if (elf_getshdrstrndx(elf, &names) < 0)
		return;
	while ((section = elf_nextscn(elf, section))) {
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
		if (strcmp(name, "debug_line") == 0)
			ret->lines = read_section(section);
		else if (strcmp(name, "debug_line_str") == 0)
			ret->line_strings = read_section(section);
		else if (strcmp(name, "debug_str") == 0)
			ret->strings = read_section(section);
		else if (strcmp(name, "debug_info") == 0)
			ret->dies = read_section(section);
		else if (strcmp(name, "debug_abbrev") == 0)
			ret->abbreviations = read_section(section);
	}
	drop_unless_terminated(&ret->line_strings);
	drop_unless_terminated(&ret->strings);
}
