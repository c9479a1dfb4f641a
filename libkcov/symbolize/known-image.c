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
