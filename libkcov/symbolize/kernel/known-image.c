// SPDX-License-Identifier: MIT
#include "known-image.h"

bool kcov_known_image_pc(const struct kcov_known_image *image, uint64_t address, uint64_t *ret)
{
	switch (image->placement) {
	case KCOV_PLACED_AS_LINKED:
		*ret = address;
		return true;
	case KCOV_PLACED_BY_OFFSET:
		return kcov_index_to_offset(image->index, address, ret);
	case KCOV_PLACED_BY_KERNEL:
		if (!kcov_loaded_address(image->loaded, image->module, address, ret))
			return false;
		*ret -= image->kaslr_offset;
		return true;
	case KCOV_PLACED_NOWHERE:
		break;
	}
	return false;
}

bool kcov_known_image_to_offset(const struct kcov_known_image *image, uint64_t pc, uint64_t *ret)
{
	uint64_t offset = pc + image->kaslr_offset - image->base, address;

	if (image->placement == KCOV_PLACED_BY_OFFSET) {
		if (!kcov_index_from_offset(image->index, pc, &address))
			return false;
		offset = pc;
	} else if (image->index) {
		return kcov_index_to_offset(image->index, pc, ret);
	} else if (!kcov_kallsyms_find(image->symbols, pc + image->kaslr_offset)) {
		return false;
	}
	*ret = offset;
	return true;
}

bool kcov_known_image_from_offset(const struct kcov_known_image *image, uint64_t offset,
				  uint64_t *ret)
{
	if (image->index)
		return kcov_index_from_offset(image->index, offset, ret);
	*ret = image->base - image->kaslr_offset + offset;
	return true;
}
