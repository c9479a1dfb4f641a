// SPDX-License-Identifier: MIT
/*
 * An image with compressed sections, any bytes of it damaged, whose memory ends where it was
 * measured to; or a file that is compressed by zstd as a whole. tests/fuzz/run makes small ones
 * to begin with.
 */
#include "base/inflate.h"
#include "image/compressed.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void unpack(const uint8_t *data, size_t size)
{
	struct kcov_bytes bytes = {};
	const char *cause = NULL;
	int rc = kcov_inflate_zstd(data, size, &bytes, &cause);

	if (rc == 0 ? bytes.n > kcov_inflate_limit(size) : bytes.n != 0)
		abort();
	kcov_bytes_fini(&bytes);
}

static void inflate_sections(const uint8_t *data, size_t size)
{
	struct kcov_symbolize_error *error = NULL;
	uint8_t *image;
	size_t room;
	int rc = kcov_compressed_measure("image", data, size, &error, &room);

	if (rc == 0 && room > kcov_inflate_limit(size))
		abort();
	if (rc == 0 && room) {
		/* Which the address sanitizer guards at its end. */
		image = calloc(1, size + room);
		memcpy(image, data, size);
		rc = kcov_compressed_inflate("image", image, size, size, size + room, &error);
		free(image);
	}
	if (rc < 0 ? !error : error != NULL)
		abort();
	kcov_symbolize_error_free(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (kcov_inflate_is_zstd(data, size))
		unpack(data, size);
	else
		inflate_sections(data, size);
	return 0;
}
