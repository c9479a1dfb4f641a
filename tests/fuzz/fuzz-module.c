// SPDX-License-Identifier: MIT
/*
 * A module with DWARF, any bytes of it damaged: it is relocated, read and made an index.
 * tests/fuzz/run makes small ones to begin with.
 */
#include "fuzz-file.h"

#include "base/error.h"
#include "image/debug-file.h"
#include "index/image-index.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t look_up(const struct kcov_index *index, uint64_t address)
{
	struct kcov_index_symbol symbol;
	struct kcov_place place;
	struct kcov_frame frame;
	bool more = true;
	size_t sum = 0;

	/* It was made here and now, of whatever there was. */
	if (kcov_index_find(index, address, &place) || kcov_index_symbol(index, &place, &symbol))
		abort();
	sum += symbol.name ? strlen(symbol.name) : 0;
	if (kcov_index_point(index, address) < 0)
		abort();
	while (more) {
		if (kcov_index_frame(index, &place, &more, &frame))
			abort();
		sum += frame.function ? strlen(frame.function) : 0;
		sum += frame.path ? strlen(frame.path) + strlen(frame.file) : 0;
	}
	return sum;
}

static void read_through(struct kcov_image *image, struct kcov_symbolize_error **error)
{
	struct kcov_image_index *index;
	uint64_t low, length;
	volatile size_t sum = 0;

	if (kcov_image_index_open(image, error, &index))
		return;
	if (kcov_index_section(&index->index, ".text", &low, &length))
		for (uint64_t address = low; address < low + 512; address += 3)
			sum += look_up(&index->index, address);
	(void)sum;
	kcov_image_index_close(index);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[FUZZ_PATH_SIZE];
	int fd = fuzz_file(data, size, path);
	struct kcov_symbolize_error *error = NULL;
	struct kcov_image *image;
	struct kcov_host host;

	kcov_host_init(&host);
	if (!kcov_image_open_module(path, &error, &image)) {
		if (!kcov_debug_file_require(&host, image, &error))
			read_through(image, &error);
		kcov_image_close(image);
	} else if (!error) {
		abort();
	}
	if (error && strchr(kcov_symbolize_error_message(error), '\n'))
		abort();
	kcov_symbolize_error_free(error);
	close(fd);
	return 0;
}
