// SPDX-License-Identifier: MIT
#include "image-sum.h"

#include "../base/bytes.h"
#include "../base/checksum.h"
#include "../base/file.h"

#include <errno.h>
#include <string.h>

static uint64_t sum_of(const struct kcov_image *image)
{
	kcov_file_map_read(image->map, image->map_size);
	return kcov_checksum(image->map, image->map_size);
}

uint64_t kcov_image_sum(const struct kcov_image *image)
{
	uint64_t sums[2] = { sum_of(image), 0 };

	if (!image->debug)
		return sums[0];
	sums[1] = sum_of(image->debug);
	return kcov_checksum(sums, sizeof(sums));
}

/* The same file has one path, from wherever it is looked at. */
static int add_state(const struct kcov_image *image, struct kcov_bytes *bytes)
{
	_cleanup_free_ char *path = NULL;
	int rc = kcov_file_real_path(image->path, &path);

	if (rc < 0)
		return rc;
	if (!kcov_file_is_settled(&image->state))
		return -ESTALE;
	kcov_bytes_add(bytes, path, strlen(path) + 1);
	kcov_bytes_add(bytes, &image->state, sizeof(image->state));
	return bytes->failed ? -ENOMEM : 0;
}

int kcov_image_state_sum(const struct kcov_image *image, uint64_t *ret)
{
	_cleanup_(kcov_bytes_fini) struct kcov_bytes bytes = {};
	int rc = add_state(image, &bytes);

	if (rc == 0 && image->debug)
		rc = add_state(image->debug, &bytes);
	if (rc == 0)
		*ret = kcov_checksum(bytes.at, bytes.n);
	return rc;
}

bool kcov_image_is_unchanged(const struct kcov_image *image)
{
	struct kcov_file_state now;

	if (kcov_file_state_at(image->path, &now) < 0 ||
	    memcmp(&now, &image->state, sizeof(now)) != 0)
		return false;
	return !image->debug || kcov_image_is_unchanged(image->debug);
}
