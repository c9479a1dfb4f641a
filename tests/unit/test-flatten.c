// SPDX-License-Identifier: MIT
#include "fixture.h"

#include "base/error.h"
#include "index/flatten.h"
#include "index/functions.h"
#include "index/index-write.h"
#include "index/index.h"

#include <errno.h>

/* An image, all that it says, and that once more as an index, by which it is looked up. */
struct opened {
	struct kcov_image *image;
	struct kcov_flat flat;
	struct kcov_bytes bytes;
	struct kcov_index index;
	/* Of the last look-up. */
	struct kcov_frame frames[8];
};

static struct opened open_out(void)
{
	struct opened out = {};

	assert_int_equal(kcov_image_open("out", NULL, &out.image), 0);
	assert_int_equal(kcov_image_read_symbols(out.image, NULL), 0);
	assert_int_equal(kcov_flatten(out.image, NULL, &out.flat), 0);
	assert_int_equal(kcov_index_write(&out.flat, &out.bytes), 0);
	assert_int_equal(kcov_index_open(out.bytes.at, out.bytes.n, &out.index), 0);
	return out;
}

static void close_out(struct opened *out)
{
	kcov_bytes_fini(&out->bytes);
	kcov_flat_fini(&out->flat);
	kcov_image_close(out->image);
}

static const struct kcov_symbol *symbol_of(const struct opened *out, const char *name)
{
	return kcov_symtab_find_name(&out->image->symtab, name);
}

static size_t find(struct opened *out, uint64_t address, struct kcov_frame **ret)
{
	struct kcov_place place;
	size_t n = 0;
	bool more;

	assert_int_equal(kcov_index_find(&out->index, address, &place), 0);
	assert_true(place.is_text);
	for (more = place.scope || place.file; more; n++) {
		assert_true(n < sizeof(out->frames) / sizeof(out->frames[0]));
		assert_int_equal(kcov_index_frame(&out->index, &place, &more, &out->frames[n]), 0);
	}
	*ret = n ? out->frames : NULL;
	return n;
}

/* The longest chain at the addresses of a function; NULL: none has so many frames. */
static struct kcov_frame *find_chain(struct opened *out, const char *function, size_t wanted)
{
	const struct kcov_symbol *symbol = symbol_of(out, function);
	struct kcov_frame *frames;

	for (uint64_t i = 0; i < symbol->size; i++) {
		if (find(out, symbol->address + i, &frames) == wanted)
			return frames;
	}
	return NULL;
}

static void assert_frame(const struct kcov_frame *frame, const char *function, const char *file,
			 uint32_t line)
{
	assert_string_equal(frame->function, function);
	assert_string_equal(frame->file, file);
	assert_int_equal(frame->line, line);
}

/* The lines matter. */
static const char inlined_source[] = "volatile int sink;\n"
				     "#define INLINE static inline __attribute__((always_inline))\n"
				     "INLINE int leaf(int x)\n"
				     "{\n"
				     "	sink = x;\n"
				     "	return sink;\n"
				     "}\n"
				     "INLINE int middle(int x)\n"
				     "{\n"
				     "	return leaf(x) + 1;\n"
				     "}\n"
				     "int outer(int x)\n"
				     "{\n"
				     "	return middle(x) * 3;\n"
				     "}\n";

static void assert_inline_chain(void)
{
	struct opened out = open_out();
	struct kcov_frame *chain = find_chain(&out, "outer", 3);

	assert_non_null(chain);
	assert_string_equal(chain[0].function, "leaf");
	assert_string_equal(chain[0].file, "source.c");
	assert_in_range(chain[0].line, 5, 6);
	assert_frame(&chain[1], "middle", "source.c", 10);
	assert_int_equal(chain[1].column, 9);
	assert_frame(&chain[2], "outer", "source.c", 14);
	assert_int_equal(chain[2].column, 9);
	close_out(&out);
}

static void chain_goes_from_the_innermost_out(void **state)
{
	(void)state;
	fixture_write("source.c", inlined_source);
	fixture_link("-gdwarf-5 source.c");
	assert_inline_chain();
}

static void chain_is_the_same_in_dwarf_4(void **state)
{
	(void)state;
	fixture_write("source.c", inlined_source);
	fixture_link("-gdwarf-4 source.c");
	assert_inline_chain();
}

static void chain_is_the_same_compressed(void **state)
{
	(void)state;
	fixture_write("source.c", inlined_source);
	fixture_link("-g -gz source.c");
	assert_int_equal(fixture_sh("readelf -t out | grep -q COMPRESSED"), 0);
	assert_inline_chain();
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(fixture_sh("objcopy --compress-debug-sections=%s out",
					    i ? "zstd" : "zlib-gnu"),
				 0);
		assert_int_equal(
			fixture_sh("readelf -t out | grep -q '%s'", i ? "ZSTD" : "\\.zdebug_info"),
			0);
		assert_inline_chain();
	}
}

/* Of any section, with several units, so that there are several readers. */
/* So many that there is more than one thread, where there is more than one processor. */
enum {
	MANY_UNITS = 100,
};

static void write_many_units(void)
{
	assert_int_equal(fixture_sh("mkdir -p many && for i in $(seq %d); do "
				    "echo \"int some_longer_name_$i(int x) "
				    "{ return x + $i; }\" >many/$i.c; done",
				    MANY_UNITS),
			 0);
}

/* The same image for each test: a compiler is run for each unit. */
static void link_many_units(void)
{
	if (fixture_sh("test -e many/out") != 0) {
		write_many_units();
		fixture_link("-g many/*.c");
		assert_int_equal(fixture_sh("cp out many/out"), 0);
	}
	assert_int_equal(fixture_sh("cp many/out out"), 0);
}

/* The function of a unit; until the next one is asked for. */
static const char *name_in(int unit)
{
	static char name[32];

	snprintf(name, sizeof(name), "some_longer_name_%d", unit);
	return name;
}

/* Of an image of many units, to which something is done. */
static void assert_names_are_the_same(const char *command, bool is_for_one)
{
	struct kcov_frame *chain;
	struct opened out;

	link_many_units();
	assert_int_equal(fixture_sh("%s", command), 0);
	out = open_out();
	assert_int_equal(out.image->is_compressed, is_for_one);
	for (int i = 1; i <= MANY_UNITS; i++) {
		chain = find_chain(&out, name_in(i), 1);
		assert_non_null(chain);
		assert_string_equal(chain[0].function, name_in(i));
	}
	close_out(&out);
}

static void names_are_the_same_if_only_they_are_compressed(void **state)
{
	(void)state;
	if (fixture_sh("command -v eu-elfcompress >/dev/null") != 0)
		lacks("eu-elfcompress");
	assert_names_are_the_same("eu-elfcompress -q -f -t zlib -n .debug_str out", false);
	/* Which libelf inflates, into memory that its handles share. */
	assert_names_are_the_same("eu-elfcompress -q -f -t gnu -n .debug_str out", true);
}

static void chain_is_the_same_without_aranges(void **state)
{
	(void)state;
	fixture_write("source.c", inlined_source);
	fixture_link("-g source.c");
	assert_int_equal(fixture_sh("objcopy -R .debug_aranges out"), 0);
	assert_inline_chain();
}

static void chain_is_the_same_from_clang(void **state)
{
	(void)state;
	if (fixture_sh("command -v clang >/dev/null") != 0)
		lacks("clang");
	fixture_write("source.c", inlined_source);
	assert_true(fixture_link_with("clang", "-g source.c"));
	assert_inline_chain();
}

/* What this machine could not run. */
static void chain_is_the_same_for_arm64(void **state)
{
	(void)state;
	if (fixture_sh("command -v clang >/dev/null && command -v ld.lld >/dev/null") != 0)
		lacks("clang and lld");
	fixture_write("source.c", inlined_source);
	assert_true(
		fixture_link_with("clang", "-g --target=aarch64-linux-gnu -fuse-ld=lld source.c"));
	assert_inline_chain();
}

/* What is optimised when it is linked has its abstract side in another unit. */
static void assert_chain_crosses_units(const char *compiler, const char *flags)
{
	struct kcov_frame *chain;
	struct opened out;
	char *arguments;

	fixture_write("leaf.c", "volatile int sink;\nint leaf(int x) { sink = x; return sink; }\n");
	fixture_write("outer.c", "int leaf(int);\nint outer(int x)\n{\n\treturn leaf(x) * 3;\n}\n");
	assert_true(asprintf(&arguments, "-g -flto leaf.c outer.c -Wl,-u,outer %s", flags) >= 0);
	assert_true(fixture_link_with(compiler, arguments));
	free(arguments);
	out = open_out();

	chain = find_chain(&out, "outer", 2);

	assert_non_null(chain);
	assert_frame(&chain[0], "leaf", "leaf.c", 2);
	assert_frame(&chain[1], "outer", "outer.c", 4);
	close_out(&out);
}

static void chain_crosses_units(void **state)
{
	(void)state;
	if (fixture_sh("command -v gcc >/dev/null") != 0)
		lacks("gcc");
	assert_chain_crosses_units("gcc", "");
}

static void chain_crosses_units_from_clang(void **state)
{
	(void)state;
	if (fixture_sh("command -v clang >/dev/null && command -v ld.lld >/dev/null") != 0)
		lacks("clang and lld");
	assert_chain_crosses_units("clang", "-fuse-ld=lld");
}

/* What was static is called hidden.llvm.1234 if ThinLTO took its caller to another unit. */
static void what_was_promoted_has_its_own_name(void **state)
{
	const struct kcov_symbol *promoted = NULL;
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	if (fixture_sh("command -v clang >/dev/null && command -v ld.lld >/dev/null") != 0)
		lacks("clang and lld");
	fixture_write("leaf.c", "volatile int sink;\n"
				"__attribute__((noinline)) static int hidden(int x)\n"
				"{\n\tsink = x;\n\treturn sink;\n}\n"
				"int leaf(int x)\n{\n\treturn hidden(x) * 3;\n}\n");
	fixture_write("outer.c", "int leaf(int);\nint outer(int x)\n{\n\treturn leaf(x) + 1;\n}\n");
	assert_true(fixture_link_with("clang", "-g -flto=thin -fuse-ld=lld leaf.c outer.c "
					       "-Wl,-u,leaf -Wl,-u,outer"));
	out = open_out();
	for (size_t i = 0; i < out.image->symtab.n; i++)
		if (strncmp(out.image->symtab.symbols[i].name, "hidden.llvm.",
			    strlen("hidden.llvm.")) == 0)
			promoted = &out.image->symtab.symbols[i];

	assert_non_null(promoted);
	assert_int_equal(find(&out, promoted->address, &frames), 1);
	assert_frame(&frames[0], "hidden", "leaf.c", 4);
	frames = find_chain(&out, "outer", 2);
	assert_non_null(frames);
	assert_frame(&frames[0], "leaf", "leaf.c", 9);
	assert_frame(&frames[1], "outer", "outer.c", 4);
	close_out(&out);
}

/* A unit of Rust is a crate, whose modules are files. */
static void a_unit_of_rust_spans_files(void **state)
{
	struct kcov_frame *chain;
	struct opened out;

	(void)state;
	if (fixture_sh("command -v rustc >/dev/null && rustc --version >/dev/null 2>&1") != 0)
		lacks("rustc");
	fixture_write("leaf.rs", "#[inline(always)]\n"
				 "pub fn leaf(at: *mut u32)\n"
				 "{\n"
				 "	unsafe { *at = 1 };\n"
				 "}\n");
	fixture_write("outer.rs", "#![no_std]\n"
				  "mod leaf;\n"
				  "#[no_mangle]\n"
				  "pub extern \"C\" fn outer(at: *mut u32)\n"
				  "{\n"
				  "	leaf::leaf(at);\n"
				  "}\n");
	assert_int_equal(fixture_sh("rustc --crate-type=lib --emit=obj -g -O -C panic=abort "
				    "-C relocation-model=static -o outer.o outer.rs"),
			 0);
	fixture_link("outer.o");
	out = open_out();
	chain = find_chain(&out, "outer", 2);
	assert_non_null(chain);
	assert_frame(&chain[0], "outer::leaf::leaf", "leaf.rs", 4);
	assert_frame(&chain[1], "outer::outer", "outer.rs", 6);
	close_out(&out);
}

/* They were one, by their file and the last part of their name. */
static void functions_of_rust_have_their_path(void **state)
{
	struct kcov_functions functions;
	struct opened out;
	int n = 0;

	(void)state;
	if (fixture_sh("command -v rustc >/dev/null && rustc --version >/dev/null 2>&1") != 0)
		lacks("rustc");
	fixture_write("k.rs",
		      "#![no_std]\n"
		      "pub struct A { pub a: u32 }\n"
		      "pub struct B { pub b: u32 }\n"
		      "impl A { #[inline(never)] pub fn new(a: u32) -> A { A { a: a + 1 } } }\n"
		      "impl B { #[inline(never)] pub fn new(b: u32) -> B { B { b: b * 3 } } }\n"
		      "#[no_mangle]\n"
		      "pub extern \"C\" fn outer(x: u32) -> u32\n"
		      "{\n"
		      "	A::new(x).a + B::new(x).b\n"
		      "}\n");
	assert_int_equal(
		fixture_sh("rustc --crate-type=lib --emit=obj -g -O -C panic=abort "
			   "-C overflow-checks=off -C relocation-model=static -o k.o k.rs"),
		0);
	fixture_link("k.o");
	out = open_out();
	assert_int_equal(kcov_functions_init(&out.flat, &functions), 0);
	for (size_t i = 0; i < functions.names.all.n; i++) {
		const char *name =
			(const char *)out.flat.strings.at + functions.names.all.at[i].first;

		assert_int_equal(strncmp(name, "k::", 3), 0);
		n += strlen(name) > 5 && strcmp(name + strlen(name) - 5, "::new") == 0;
	}
	assert_int_equal(n, 2);
	kcov_functions_fini(&functions);
	close_out(&out);
}

static void functions_of_cxx_have_their_path(void **state)
{
	struct kcov_frame *chain;
	struct opened out;

	(void)state;
	if (fixture_sh("command -v c++ >/dev/null") != 0)
		lacks("c++");
	fixture_write("source.cc",
		      "namespace a {\n"
		      "struct s { int x; int get() const; };\n"
		      "namespace { inline __attribute__((always_inline)) int twice(int x)\n"
		      "{ return x * 2; } }\n"
		      "int s::get() const\n"
		      "{\n"
		      "	return twice(x);\n"
		      "}\n"
		      "}\n"
		      "extern \"C\" int outer(const a::s *s) { return s->get(); }\n");
	assert_int_equal(fixture_sh("c++ -O2 -g -c source.cc"), 0);
	fixture_link("source.o");
	out = open_out();
	chain = find_chain(&out, "_ZNK1a1s3getEv", 2);
	assert_non_null(chain);
	assert_string_equal(chain[0].function, "a::(anonymous)::twice");
	assert_string_equal(chain[1].function, "a::s::get");
	close_out(&out);
}

static void cold_part_belongs_to_its_function(void **state)
{
	const struct kcov_symbol *cold;
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	fixture_write("source.c", "volatile int sink;\n"
				  "__attribute__((cold, noinline)) void bad(void) { sink = 1; }\n"
				  "int hot(int x)\n"
				  "{\n"
				  "	if (x < 0)\n"
				  "		bad();\n"
				  "	return x;\n"
				  "}\n");
	fixture_link("-g source.c");
	out = open_out();
	cold = symbol_of(&out, "hot.cold");
	if (!cold) {
		close_out(&out);
		skip_because("this compiler (clang) splits no functions");
	}

	assert_int_equal(find(&out, cold->address, &frames), 1);

	assert_frame(&frames[0], "hot", "source.c", 6);
	close_out(&out);
}

/* Whichever of them holds the addresses. */
static void each_name_of_an_address_is_found(void **state)
{
	struct kcov_index_named f, g;
	struct opened out;

	(void)state;
	fixture_write("source.c", "int f(int x) { return x + 1; }\n"
				  "int g(int x) __attribute__((alias(\"f\")));\n");
	fixture_link("-g source.c");
	out = open_out();
	assert_int_equal(kcov_index_named(&out.index, "f", 0, &f), 1);
	assert_int_equal(kcov_index_named(&out.index, "g", 0, &g), 1);
	assert_int_equal(f.address, g.address);
	assert_int_equal(f.address, symbol_of(&out, "f")->address);
	assert_true(f.size > 0 && f.size <= f.extent);
	assert_int_equal(f.size, g.size);
	assert_int_equal(kcov_index_named(&out.index, "f", 1, &f), 0);
	close_out(&out);
}

static void line_of_assembler_comes_without_a_function(void **state)
{
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	fixture_write("source.s", ".text\n.globl f\nf:\nnop\nnop\n");
	fixture_link("-g source.s");
	out = open_out();

	assert_int_equal(find(&out, symbol_of(&out, "f")->address, &frames), 1);

	assert_string_equal(frames[0].file, "source.s");
	assert_int_equal(frames[0].line, 4);
	close_out(&out);
}

static void nothing_is_known_past_the_end_of_a_sequence(void **state)
{
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	fixture_write("source.c", "int f(void)\n{\n\treturn 1;\n}\n");
	fixture_write("gap.s", ".text\n.globl gap\ngap:\n.skip 16\n");
	fixture_link("-g source.c gap.s");
	out = open_out();

	assert_int_equal(find(&out, symbol_of(&out, "gap")->address + 8, &frames), 0);

	assert_null(frames);
	close_out(&out);
}

static void paths_are_absolute_and_normalised(void **state)
{
	char expected[PATH_MAX + 16];
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	fixture_write("fs/x/../source.c", "int f(void)\n{\n\treturn 1;\n}\n");
	assert_int_equal(fixture_sh("mkdir -p fs/x"), 0);
	fixture_link("-g ./fs//x/../source.c");
	out = open_out();

	find(&out, symbol_of(&out, "f")->address, &frames);

	snprintf(expected, sizeof(expected), "%s/fs/source.c", fixture_dir);
	assert_string_equal(frames[0].path, expected);
	assert_string_equal(frames[0].file, "fs/source.c");
	assert_ptr_equal(frames[0].file, frames[0].path + strlen(fixture_dir) + 1);
	close_out(&out);
}

/* A "kernel" built in a directory beside its source tree, with compile in front. */
static struct opened build_outside(const char *main_c)
{
	struct opened out;
	char *arguments;

	fixture_write("tree/init/main.c", "int start_kernel(void) { return 1; }\n");
	fixture_write("tree/init/other.c", "int start_kernel(void) { return 1; }\n");
	fixture_write("tree/include/linux/l.h", "static inline __attribute__((always_inline))\n"
						"int l(volatile int *x) { *x = 1; return *x; }\n");
	fixture_write("tree/lib/f.c",
		      "#include <linux/l.h>\nint f(volatile int *x) { return l(x); }\n");
	assert_true(asprintf(&arguments, "-I%s/tree/include -g %s %s/tree/lib/f.c && mv out ..",
			     fixture_dir, main_c, fixture_dir) >= 0);
	assert_int_equal(fixture_sh("mkdir -p build"), 0);
	assert_int_equal(chdir("build"), 0);
	fixture_link(arguments);
	assert_int_equal(chdir(".."), 0);
	free(arguments);
	out = open_out();
	return out;
}

static void files_of_a_build_outside_the_tree_start_at_the_tree(void **state)
{
	struct opened out;
	struct kcov_frame *chain;

	(void)state;
	out = build_outside("../tree/init/main.c");

	chain = find_chain(&out, "f", 2);

	assert_non_null(chain);
	assert_frame(&chain[0], "l", "include/linux/l.h", 2);
	assert_frame(&chain[1], "f", "lib/f.c", 2);
	close_out(&out);
}

static void files_outside_of_any_known_tree_are_whole_paths(void **state)
{
	struct opened out;
	struct kcov_frame *chain;

	(void)state;
	out = build_outside("../tree/init/other.c");

	chain = find_chain(&out, "f", 2);

	assert_non_null(chain);
	assert_ptr_equal(chain[0].file, chain[0].path);
	assert_ptr_equal(chain[1].file, chain[1].path);
	close_out(&out);
}

/*
 * DWARF by hand, for what no compiler writes: a unit with the function f, which has 16
 * bytes. What goes below the unit's DIE is in dies, where abbreviation 2 is a function
 * of its own origin, 3 a lexical block, 4 a structure with a sibling, 5 a function with a
 * name. unit is the unit's DIE: abbreviation 1 has ranges, 6 has none.
 */
static void assemble_in(const char *unit, const char *dies)
{
	char *source;

	assert_true(asprintf(&source,
			     ".text\n.globl f\n.type f, %%function\nf: .skip 16\n.size f, 16\n"
			     ".section .debug_abbrev,\"\",%%progbits\n"
			     ".uleb128 1, 0x11, 1, 0x11, 0x01, 0x12, 0x0f, 0, 0\n"
			     ".uleb128 2, 0x2e, 0, 0x11, 0x01, 0x12, 0x0f, 0x31, 0x13, 0, 0\n"
			     ".uleb128 3, 0x0b, 1, 0, 0\n"
			     ".uleb128 4, 0x13, 1, 0x01, 0x13, 0, 0\n"
			     ".uleb128 5, 0x2e, 0, 0x11, 0x01, 0x12, 0x0f, 0x03, 0x08, 0, 0\n"
			     ".uleb128 6, 0x11, 1, 0, 0\n"
			     ".uleb128 7, 0x2e, 0, 0x11, 0x2001, 0, 0\n"
			     ".byte 0\n"
			     ".section .debug_info,\"\",%%progbits\n"
			     "start: .long end - version\n"
			     "version: .short 4\n.long 0\n.byte 8\n"
			     "%s%s"
			     ".byte 0\n"
			     "end:\n",
			     unit, dies) >= 0);
	fixture_write("source.s", source);
	fixture_link("source.s");
	free(source);
}

static void assemble(const char *dies)
{
	assemble_in(".uleb128 1\n.quad f\n.uleb128 16\n", dies);
}

static void many_units_are_read_by_several_threads(void **state)
{
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	link_many_units();
	out = open_out();

	for (int i = 1; i <= MANY_UNITS; i++) {
		assert_int_equal(find(&out, symbol_of(&out, name_in(i))->address, &frames), 1);
		assert_string_equal(frames[0].function, name_in(i));
		assert_int_equal(frames[0].line, 1);
	}
	close_out(&out);
}

/* After link-time optimisation all units have one table of abbreviations. */
static void many_units_of_one_linker_are_read(void **state)
{
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	if (fixture_sh("command -v clang >/dev/null && command -v ld.lld >/dev/null") != 0)
		lacks("clang and lld");
	write_many_units();
	fixture_write("start.c", "void _start(void) {}\n");
	assert_int_equal(
		fixture_sh("clang -O1 -g -flto -fuse-ld=lld -nostdlib -static -Wl,--build-id "
			   "-o out start.c many/*.c "
			   "$(for i in $(seq %d); do echo \"-Wl,-u,some_longer_name_$i\"; done) && "
			   "test \"$(readelf -wi out | grep -c 'Abbrev Offset: *\\(0x\\)\\?0$')\" "
			   "-gt 20",
			   MANY_UNITS),
		0);
	out = open_out();
	for (int i = 1; i <= MANY_UNITS; i++) {
		assert_int_equal(find(&out, symbol_of(&out, name_in(i))->address, &frames), 1);
		assert_string_equal(frames[0].function, name_in(i));
	}
	close_out(&out);
}

static bool is_unanswered(const struct opened *out, const char *function)
{
	uint64_t address = symbol_of(out, function)->address;
	struct kcov_place place;

	assert_int_equal(kcov_index_find(&out->index, address, &place), 0);
	return kcov_index_is_unanswered(&out->index, &place, address);
}

/* The only unit is, and symbols answer. */
static void assert_damaged(const char *cause)
{
	const char *unit = NULL, *told = NULL;
	struct opened out = open_out();
	struct kcov_frame *frames;

	assert_int_equal(kcov_index_damaged(&out.index, 0, &unit, &told), 1);
	assert_string_equal(unit, "the unit at 0xb");
	if (!strstr(told, cause))
		fail_msg("\"%s\" is not in \"%s\"", cause, told);
	assert_int_equal(find(&out, symbol_of(&out, "f")->address, &frames), 0);
	assert_true(is_unanswered(&out, "f"));
	close_out(&out);
}

static void one_damaged_unit_of_many_is_named_and_the_others_answer(void **state)
{
	const char *unit = NULL, *cause = NULL;
	struct kcov_frame *frames;
	struct opened out;
	int n = 0;

	(void)state;
	link_many_units();
	fixture_damage_function(40);
	out = open_out();

	assert_int_equal(kcov_index_damaged(&out.index, 0, &unit, &cause), 1);
	assert_string_equal(cause, "a DIE has no abbreviation");
	assert_int_equal(kcov_index_damaged(&out.index, 1, &unit, &cause), 0);
	for (int i = 1; i <= MANY_UNITS; i++) {
		if (is_unanswered(&out, name_in(i))) {
			assert_int_equal(atoi(unit + strlen("many/")), i);
			assert_int_equal(find(&out, symbol_of(&out, name_in(i))->address, &frames),
					 0);
			n++;
		} else {
			assert_int_equal(find(&out, symbol_of(&out, name_in(i))->address, &frames),
					 1);
			assert_string_equal(frames[0].function, name_in(i));
		}
	}
	assert_int_equal(n, 1);
	close_out(&out);
}

/* Where its text is, nobody says: it may be all that no other unit has. */
static void of_a_unit_without_a_readable_die_any_text_may_be(void **state)
{
	const char *unit = NULL, *cause = NULL;
	struct opened out;

	(void)state;
	fixture_write("a.c", "int a(void) { return 1; }\n");
	fixture_write("b.c", "int b(void) { return 2; }\n");
	fixture_link("-g a.c b.c");
	fixture_damage_unit(0);
	out = open_out();

	assert_int_equal(kcov_index_damaged(&out.index, 0, &unit, &cause), 1);
	assert_int_equal(strncmp(unit, "the unit at 0x", strlen("the unit at 0x")), 0);
	assert_false(is_unanswered(&out, "a"));
	assert_true(is_unanswered(&out, "b"));
	close_out(&out);
}

/* 8 kB of it, which the linker leaves at address 0: what is live lies among them. */
static void what_the_linker_threw_away_is_not_taken_for_what_is_there(void **state)
{
	static const char *const linkers[] = { "-gdwarf-5", "-gdwarf-4", "-gdwarf-5 -fuse-ld=lld" };
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	fixture_write("source.c",
		      "int live(int x)\n{\n\treturn x + 1;\n}\n"
		      "int dead(int x)\n{\n\t__asm__(\".skip 8192\");\n\treturn x;\n}\n");
	for (size_t i = 0; i < 3; i++) {
		if (strstr(linkers[i], "lld") && fixture_sh("command -v ld.lld >/dev/null") != 0)
			lacks("lld");
		assert_true(fixture_sh("${CC:-cc} -O2 -nostdlib -static -ffunction-sections "
				       "-Wl,--gc-sections,-e,live,-Ttext=0x1000,--build-id %s "
				       "-o out source.c",
				       linkers[i]) == 0);
		out = open_out();
		assert_null(symbol_of(&out, "dead"));
		assert_int_equal(find(&out, symbol_of(&out, "live")->address, &frames), 1);
		assert_string_equal(frames[0].function, "live");
		assert_in_range(frames[0].line, 1, 4);
		close_out(&out);
	}
}

static void a_header_has_the_name_that_its_unit_gives_it(void **state)
{
	struct kcov_frame *chain;
	struct opened out;

	(void)state;
	fixture_write("sub/h.h", "static inline __attribute__((always_inline)) int h(int *x)\n"
				 "{\n\treturn *x * 3;\n}\n");
	fixture_write("a.c", "#include \"sub/h.h\"\nint a(int *x)\n{\n\treturn h(x) + 1;\n}\n");
	fixture_write("sub/b.c", "#include \"h.h\"\nint b(int *x)\n{\n\treturn h(x) + 1;\n}\n");
	assert_int_equal(fixture_sh("${CC:-cc} -O2 -g -c a.c && cd sub && ${CC:-cc} -O2 -g -c b.c"),
			 0);
	fixture_link("a.o sub/b.o");
	out = open_out();

	chain = find_chain(&out, "a", 2);
	assert_non_null(chain);
	assert_string_equal(chain[0].file, "sub/h.h");
	chain = find_chain(&out, "b", 2);
	assert_non_null(chain);
	assert_string_equal(chain[0].file, "h.h");
	close_out(&out);
}

static void dwarf_by_hand_is_read(void **state)
{
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	assemble(".uleb128 5\n.quad f\n.uleb128 16\n.asciz \"by_hand\"\n");
	out = open_out();

	assert_int_equal(find(&out, symbol_of(&out, "f")->address, &frames), 1);

	assert_string_equal(frames[0].function, "by_hand");
	assert_null(frames[0].path);
	assert_null(frames[0].file);
	assert_int_equal(frames[0].line, 0);
	close_out(&out);
}

static void function_that_is_its_own_origin_has_no_name(void **state)
{
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	assemble("self: .uleb128 2\n.quad f\n.uleb128 16\n.long self - start\n");
	out = open_out();

	assert_int_equal(find(&out, symbol_of(&out, "f")->address, &frames), 1);

	assert_null(frames[0].function);
	close_out(&out);
}

static void a_sibling_that_leads_back_is_not_believed(void **state)
{
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	assemble("back: .uleb128 4\n.long back - start\n"
		 ".uleb128 3\n.byte 0\n"
		 ".byte 0\n"
		 ".uleb128 5\n.quad f\n.uleb128 16\n.asciz \"behind\"\n");
	out = open_out();

	assert_int_equal(find(&out, symbol_of(&out, "f")->address, &frames), 1);

	assert_string_equal(frames[0].function, "behind");
	close_out(&out);
}

static void a_sibling_outside_of_its_unit_is_damage(void **state)
{
	(void)state;
	assemble(".uleb128 4\n.long 0x7fffffff\n.byte 0\n");
	assert_damaged("a DIE is cut");
}

static void dies_that_nest_too_deep_are_damage(void **state)
{
	(void)state;
	assemble(".fill 5000, 1, 3\n.fill 5000, 1, 0\n");
	assert_damaged("too deep");
}

static void a_unit_without_ranges_has_those_of_its_functions(void **state)
{
	struct kcov_frame *frames;
	struct opened out;

	(void)state;
	assemble_in(".uleb128 6\n", ".uleb128 5\n.quad f\n.uleb128 16\n.asciz \"g\"\n");
	out = open_out();

	assert_int_equal(find(&out, symbol_of(&out, "f")->address + 15, &frames), 1);

	assert_string_equal(frames[0].function, "g");
	close_out(&out);
}

static void unknown_forms_are_damage(void **state)
{
	(void)state;
	assemble(".uleb128 7\n.long 0\n");
	assert_damaged("a DIE has a form that is not known");
}

static void unknown_abbreviations_are_damage(void **state)
{
	(void)state;
	assemble(".uleb128 77\n");
	assert_damaged("a DIE has no abbreviation");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chain_goes_from_the_innermost_out),
		cmocka_unit_test(chain_is_the_same_in_dwarf_4),
		cmocka_unit_test(chain_is_the_same_compressed),
		cmocka_unit_test(names_are_the_same_if_only_they_are_compressed),
		cmocka_unit_test(chain_is_the_same_without_aranges),
		cmocka_unit_test(chain_is_the_same_from_clang),
		cmocka_unit_test(chain_is_the_same_for_arm64),
		cmocka_unit_test(chain_crosses_units),
		cmocka_unit_test(chain_crosses_units_from_clang),
		cmocka_unit_test(what_was_promoted_has_its_own_name),
		cmocka_unit_test(a_unit_of_rust_spans_files),
		cmocka_unit_test(functions_of_rust_have_their_path),
		cmocka_unit_test(functions_of_cxx_have_their_path),
		cmocka_unit_test(cold_part_belongs_to_its_function),
		cmocka_unit_test(each_name_of_an_address_is_found),
		cmocka_unit_test(line_of_assembler_comes_without_a_function),
		cmocka_unit_test(nothing_is_known_past_the_end_of_a_sequence),
		cmocka_unit_test(paths_are_absolute_and_normalised),
		cmocka_unit_test(files_of_a_build_outside_the_tree_start_at_the_tree),
		cmocka_unit_test(files_outside_of_any_known_tree_are_whole_paths),
		cmocka_unit_test(many_units_are_read_by_several_threads),
		cmocka_unit_test(many_units_of_one_linker_are_read),
		cmocka_unit_test(one_damaged_unit_of_many_is_named_and_the_others_answer),
		cmocka_unit_test(of_a_unit_without_a_readable_die_any_text_may_be),
		cmocka_unit_test(what_the_linker_threw_away_is_not_taken_for_what_is_there),
		cmocka_unit_test(a_header_has_the_name_that_its_unit_gives_it),
		cmocka_unit_test(dwarf_by_hand_is_read),
		cmocka_unit_test(function_that_is_its_own_origin_has_no_name),
		cmocka_unit_test(a_sibling_that_leads_back_is_not_believed),
		cmocka_unit_test(a_sibling_outside_of_its_unit_is_damage),
		cmocka_unit_test(dies_that_nest_too_deep_are_damage),
		cmocka_unit_test(a_unit_without_ranges_has_those_of_its_functions),
		cmocka_unit_test(unknown_forms_are_damage),
		cmocka_unit_test(unknown_abbreviations_are_damage),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
