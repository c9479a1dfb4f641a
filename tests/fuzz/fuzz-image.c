// SPDX-License-Identifier: MIT
/*
 * An ELF image with DWARF, any bytes of it damaged. tests/fuzz/run makes small ones to
 * begin with.
 */
#include "fuzz-file.h"

#include <kcov/symbolize.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t read_through(const struct kcov_location *location)
{
	size_t sum = location->symbol ? strlen(location->symbol) : 0;
	struct kcov_frame frames[64];
	int n = kcov_location_frames(location, frames, 64);

	if (n < 0 || kcov_location_point(location) < 0 || kcov_location_call_site(location) < 0)
		abort();
	for (int i = 0; i < n && i < 64; i++) {
		const struct kcov_frame *frame = &frames[i];

		sum += frame->function ? strlen(frame->function) : 0;
		sum += frame->path ? strlen(frame->path) + strlen(frame->file) : 0;
	}
	return sum;
}

static void look_up(struct kcov_symbolizer *symbolizer)
{
	/* Where a linker puts the text of a small program that is not relocated. */
	for (uint64_t address = 0x401000; address < 0x401200; address += 3) {
		struct kcov_symbolize_error *error = NULL;
		struct kcov_location location;
		volatile size_t sum;

		if (!kcov_symbolizer_lookup(symbolizer, &address, 1, &error, &location))
			sum = read_through(&location);
		else
			sum = strlen(kcov_symbolize_error_message(error));
		(void)sum;
		kcov_symbolize_error_free(error);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[FUZZ_PATH_SIZE];
	int fd = fuzz_file(data, size, path);
	struct kcov_symbolize_error *error = NULL;
	struct kcov_symbolizer *symbolizer;

	if (!kcov_symbolizer_open_image(path, &error, &symbolizer)) {
		if (kcov_symbolizer_build(symbolizer, NULL) < 0)
			abort();
		look_up(symbolizer);
		kcov_symbolizer_close(symbolizer);
	} else if (!error || strchr(kcov_symbolize_error_message(error), '\n')) {
		abort();
	}
	kcov_symbolize_error_free(error);
	close(fd);
	return 0;
}
