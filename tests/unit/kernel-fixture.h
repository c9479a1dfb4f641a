/* SPDX-License-Identifier: MIT */
#ifndef KCOV_TESTS_KERNEL_FIXTURE_H
#define KCOV_TESTS_KERNEL_FIXTURE_H

#include "fixture.h"

#include "image/host.h"

#include <kcov/symbolize.h>

/* A machine of files that a test makes up, on which a kernel runs. */

/* Where "out" has its _text, and what KASLR adds. */
#define LINK_TEXT 0xffffffff81000000u
#define OFFSET 0x2000000u

/* Where distributions put what has FIXTURE_BUILD_ID. */
#define BUILD_ID_FILE "usr/lib/debug/.build-id/01/23456789abcdef0123456789abcdef01234567.debug"

/* This machine, but with the directory of the test as its root: the linker gives it to all. */
static struct kcov_host host;

void __real_kcov_host_init(struct kcov_host *ret);
void __wrap_kcov_host_init(struct kcov_host *ret);

void __wrap_kcov_host_init(struct kcov_host *ret)
{
	*ret = host;
}

static inline int setup(void **state)
{
	__real_kcov_host_init(&host);
	strcpy(host.name.release, "6.12.0");
	host.root = ".";
	return fixture_setup(state);
}

/* What sysfs has of a build-id. */
static inline void write_build_id(const char *path, const char *hex)
{
	uint8_t note[36] = { 4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U' };

	for (unsigned int i = 0; i < 20; i++) {
		unsigned int byte;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		note[16 + i] = (uint8_t)byte;
	}
	fixture_write(path, "");
	fixture_patch(path, 0, note, sizeof(note));
}

static inline void link_vmlinux(const char *flags)
{
	char *command;

	fixture_write("text.s", ".text\n.globl _text\n_text: .skip 16\n"
				".globl in_assembler\n.type in_assembler, %function\n"
				"in_assembler: .skip 16\n.size in_assembler, 16\n");
	fixture_write("source.c", "int f(int x)\n"
				  "{\n"
				  "	return x + 1;\n"
				  "}\n");
	/* Unwind tables could not reach so far. */
	assert_true(asprintf(&command, FIXTURE_LINK " %s text.s source.c", fixture_compiler(),
			     "-fno-asynchronous-unwind-tables "
			     "-Wl,--section-start=.text=0xffffffff81000000",
			     flags) >= 0);
	fixture_make("out", command);
	free(command);
}

/* A running kernel, with "out" as its image. */
static inline void make_kernel(void)
{
	assert_int_equal(fixture_sh("rm -rf ./*"), 0);
	write_build_id("sys/kernel/notes", FIXTURE_BUILD_ID);
	fixture_write("proc/kallsyms", "ffffffff83000000 T _text\n"
				       "ffffffff83000100 T vfs_read\n"
				       "ffffffff84000000 B _end\n"
				       "ffffffffc0100000 t vfat_lookup\t[vfat]\n"
				       "ffffffffc0100080 d vfat_data\t[vfat]\n");
	fixture_write("proc/modules", "vfat 4096 0 - Live 0xffffffffc0100000\n");
	link_vmlinux("-g");
}

static inline struct kcov_symbolizer *open_kernel(const char *vmlinux)
{
	struct kcov_symbolizer *symbolizer = NULL;

	assert_int_equal(kcov_symbolizer_open_kernel(vmlinux, NULL, &symbolizer), 0);
	return symbolizer;
}

static inline struct kcov_location look_up(struct kcov_symbolizer *symbolizer, uint64_t address)
{
	struct kcov_location location;

	assert_int_equal(kcov_symbolizer_lookup(symbolizer, &address, 1, NULL, &location), 0);
	assert_int_equal(location.address, address);
	return location;
}

static inline int frames_of(const struct kcov_location *location, struct kcov_frame frames[8])
{
	int n = kcov_location_frames(location, frames, 8);

	assert_in_range(n, 0, 8);
	/* How many there are does not depend on the room for them. */
	assert_int_equal(kcov_location_frames(location, NULL, 0), n);
	return n;
}

#endif
