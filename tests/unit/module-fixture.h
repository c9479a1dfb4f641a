/* SPDX-License-Identifier: MIT */
#ifndef KCOV_TESTS_MODULE_FIXTURE_H
#define KCOV_TESTS_MODULE_FIXTURE_H

#include "kernel-fixture.h"

/* A module that is loaded on that machine. */

#define MODULE_ID "fedcba9876543210fedcba9876543210fedcba98"
#define OTHER_ID "00112233445566778899aabbccddeeff00112233"

/* Where the kernel put the sections of snd_test. */
#define TEXT 0xffffffffc0200000u
#define UNLIKELY 0xffffffffc0210000u
#define INIT 0xffffffffc0100000u

/* And the text of vfat. */
#define VFAT 0xffffffffc0300000u

#define IN_TREE "lib/modules/6.12.0/kernel/sound/snd-test.ko"

/* The lines matter. Each function is of 16 bytes at least. */
static const char module_source[] =
	"volatile int sink;\n"
	"#define IN(name) __attribute__((noinline, aligned(16), section(name)))\n"
	"static inline __attribute__((always_inline)) void leaf(int x)\n"
	"{\n"
	"	sink = x;\n"
	"}\n"
	"IN(\".text\") void first(void) { leaf(1); }\n"
	"IN(\".text\") void second(void) { leaf(2); }\n"
	"IN(\".text.unlikely\") void unlikely(void) { leaf(3); }\n"
	"IN(\".init.text\") void init(void) { leaf(4); }\n"
	"struct pair { int x; } pair;\n";

/* Compile a module to a file; flags are the compiler's. */
static inline void compile_module(const char *path, const char *id, const char *flags)
{
	char *command;

	fixture_write("module.c", module_source);
	assert_true(asprintf(&command,
			     "%s -O2 -fno-asynchronous-unwind-tables -c %s -o module.o module.c && "
			     "ld -r --build-id=0x%s -o made.ko module.o",
			     fixture_compiler(), flags, id) >= 0);
	fixture_make("made.ko", command);
	free(command);
	fixture_make_directories(path);
	assert_int_equal(rename("made.ko", path), 0);
}

static inline void load_section(const char *module, const char *section, uint64_t address)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), "sys/module/%s/sections/%s", module, section);
	snprintf(text, sizeof(text), "0x%016llx\n", (unsigned long long)address);
	fixture_write(path, text);
}

/* A kernel with a module that is loaded; no file of it is there. */
static inline void load_module(void)
{
	make_kernel();
	fixture_write("proc/modules", "snd_test 16384 0 - Live 0xffffffffc0200000\n"
				      "vfat 4096 0 - Live 0xffffffffc0300000\n");
	fixture_write("proc/kallsyms", "ffffffff83000000 T _text\n"
				       "ffffffffc0200000 t first\t[snd_test]\n"
				       "ffffffffc0200010 t second\t[snd_test]\n"
				       "ffffffffc0300000 t vfat_lookup\t[vfat]\n");
	write_build_id("sys/module/snd_test/notes/.note.gnu.build-id", MODULE_ID);
	write_build_id("sys/module/vfat/notes/.note.gnu.build-id", OTHER_ID);
	load_section("snd_test", ".text", TEXT);
	load_section("snd_test", ".text.unlikely", UNLIKELY);
	load_section("snd_test", ".init.text", INIT);
	load_section("snd_test", ".data", 0xffffffffc0220000u);
	load_section("vfat", ".text", VFAT);
	fixture_write("sys/module/snd_test/initstate", "live\n");
	fixture_write("lib/modules/6.12.0/modules.dep",
		      "kernel/fs/snd-test-more.ko: kernel/sound/snd-test.ko\n"
		      "kernel/sound/snd-test.ko: kernel/sound/sound.ko\n");
}

/* That a PC that KCOV recorded there is at leaf(), called from a function at that line. */
static inline void assert_line(struct kcov_symbolizer *symbolizer, uint64_t address,
			       const char *function, uint32_t line)
{
	struct kcov_location location;
	struct kcov_frame frames[8];

	/* Arm's functions begin with another instruction than that of the line. */
	for (uint64_t at = address; at < address + 16; at++) {
		location = look_up(symbolizer, at - OFFSET);
		if (frames_of(&location, frames) == 2)
			break;
	}
	assert_string_equal(location.image, "snd_test");
	assert_string_equal(location.symbol, function);
	assert_true(location.symbol_size > 0);
	assert_int_equal(frames_of(&location, frames), 2);
	assert_string_equal(frames[0].function, "leaf");
	assert_string_equal(frames[0].file, "module.c");
	assert_int_equal(frames[0].line, 5);
	assert_string_equal(frames[1].function, function);
	assert_int_equal(frames[1].line, line);
}

/* That only the symbol is known. */
static inline void assert_symbol(struct kcov_symbolizer *symbolizer, uint64_t address,
				 const char *symbol)
{
	struct kcov_location location = look_up(symbolizer, address - OFFSET);
	struct kcov_frame frames[8];

	assert_string_equal(location.symbol, symbol);
	assert_int_equal(frames_of(&location, frames), 1);
	assert_string_equal(frames[0].function, symbol);
	assert_null(frames[0].path);
}

static inline void assert_lines(void)
{
	struct kcov_symbolizer *symbolizer = open_kernel("out");

	assert_line(symbolizer, TEXT, "first", 7);
	assert_line(symbolizer, TEXT + 16, "second", 8);
	assert_int_equal(look_up(symbolizer, TEXT + 18 - OFFSET).offset, 18);
	kcov_symbolizer_close(symbolizer);
}

#endif
