// SPDX-License-Identifier: MIT
/* The other half of a split unit, or a package of them, any bytes of it damaged. */
#include "fuzz-file.h"

#include "dwarf/split-die.h"
#include "dwarf/split-unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_dies(struct kcov_split_unit *unit)
{
	struct kcov_die_shapes shapes = {};
	struct kcov_sections text = {};
	struct kcov_ranges ranges = {};
	struct kcov_dies_one one;
	struct kcov_dies dies;
	const char *cause, *name;
	int rc = kcov_split_unit_walk(unit, &shapes, &cause, &dies);

	while (rc == 0 && dies.reader.at != dies.reader.end) {
		struct kcov_split_die die;

		rc = kcov_dies_next(&dies, &cause, &one);
		if (rc < 0 || !one.shape)
			continue;
		rc = kcov_split_die_read(&dies, &one, &cause, &die);
		if (rc == 0)
			rc = kcov_split_die_add_ranges(unit, &die, &text, 0, &cause, &ranges);
		if (rc == 0)
			rc = kcov_split_die_name(unit, &dies, &die, &cause, &name);
	}
	kcov_ranges_fini(&ranges);
	kcov_die_shapes_fini(&shapes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t addresses[256];
	struct kcov_dwarf_sections image = { .addresses = { addresses, sizeof(addresses) },
					     .old_ranges = { addresses, sizeof(addresses) } };
	struct kcov_skeleton skeleton = {};
	struct kcov_split_package package = {};
	struct kcov_split_unit unit = {};
	char path[FUZZ_PATH_SIZE];
	int fd = fuzz_file(data, size, path);
	const char *cause;

	/* The id that the last bytes say. */
	for (size_t i = 0; i < 8 && i < size; i++)
		skeleton.id = skeleton.id << 8 | data[size - 1 - i];
	if (kcov_split_file_open(path, &cause, &package.file) == 0) {
		if (kcov_split_unit_find_packed(&package, &skeleton, &cause, &unit) == 0 ||
		    kcov_split_unit_find(&package.file, &skeleton, &cause, &unit) == 0) {
			kcov_split_unit_join(&unit, &skeleton, &image);
			read_dies(&unit);
		}
		kcov_split_file_close(&package.file);
	}
	close(fd);
	return 0;
}
