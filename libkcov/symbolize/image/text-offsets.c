// SPDX-License-Identifier: MIT
#include "text-offsets.h"

#include <errno.h>
#include <gelf.h>

static int linked_offsets(const struct kcov_image *image, uint32_t *ret)
{
	for (size_t i = 0; i < image->text.ranges.n; i++) {
		uint64_t offset = image->text.ranges.at[i].low - image->text.by_address.at[0].low;

		if (offset > UINT32_MAX)
			return -EFBIG;
		ret[i] = (uint32_t)offset;
	}
	return 0;
}

/* Where a section begins that comes behind end. */
static uint64_t align(uint64_t end, uint64_t alignment)
{
	return alignment > 1 ? (end + alignment - 1) / alignment * alignment : end;
}

/* An empty section has no range, and is aligned all the same. */
static int module_offsets(const struct kcov_image *image, uint32_t *ret)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	uint64_t end = 0;
	size_t i = 0;

	while (i < image->text.ranges.n && (section = elf_nextscn(image->elf, section))) {
		if (!gelf_getshdr(section, &header) || !kcov_section_is_text(&header))
			continue;
		end = align(end, header.sh_addralign);
		if (end > UINT32_MAX || header.sh_size > UINT32_MAX)
			return -EFBIG;
		if (elf_ndxscn(section) == image->text.ranges.at[i].id)
			ret[i++] = (uint32_t)end;
		end += header.sh_size;
	}
	return 0;
}

int kcov_text_offsets(const struct kcov_image *image, uint32_t *ret)
{
	return image->dwfl ? module_offsets(image, ret) : linked_offsets(image, ret);
}
