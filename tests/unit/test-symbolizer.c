// SPDX-License-Identifier: MIT
#include "kernel-fixture.h"

#include "alloc.h"

#include <elf.h>
#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void assert_open_fails(const char *vmlinux, int expected, const char *const *causes)
{
	const struct kcov_symbolizer_opts opts = { .size = sizeof(opts), .vmlinux = vmlinux };
	struct kcov_symbolizer *symbolizer = NULL;
	struct kcov_symbolize_error *error = NULL;
	const char *message;

	assert_int_equal(kcov_symbolizer_open(&opts, NULL, &symbolizer), expected);
	assert_int_equal(kcov_symbolizer_open_kernel(vmlinux, &error, &symbolizer), expected);
	assert_null(symbolizer);
	message = kcov_symbolize_error_message(error);
	for (; *causes; causes++) {
		if (!strstr(message, *causes))
			fail_msg("\"%s\" is not in \"%s\"", *causes, message);
	}
	assert_null(strchr(message, '\n'));
	kcov_symbolize_error_free(error);
}

#define assert_refused(vmlinux, expected, ...)                                                     \
	assert_open_fails(vmlinux, expected, (const char *const[]){ __VA_ARGS__, NULL })

static void image_answers_with_everything(void **state)
{
	struct kcov_symbolizer *symbolizer = NULL;
	struct kcov_location location;
	struct kcov_frame frames[8];

	(void)state;
	make_kernel();
	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);

	location = look_up(symbolizer, LINK_TEXT + 0x20);

	assert_string_equal(location.image, "vmlinux");
	assert_int_equal(location.offset, 0x20);
	assert_string_equal(location.symbol, "f");
	assert_int_equal(location.symbol_offset, 0);
	assert_int_equal(frames_of(&location, frames), 1);
	assert_string_equal(frames[0].function, "f");
	assert_string_equal(frames[0].file, "source.c");
	assert_in_range(frames[0].line, 1, 3);
	kcov_symbolizer_close(symbolizer);
}

static void image_says_what_it_is(void **state)
{
	struct kcov_symbolizer *symbolizer = NULL;
	uint64_t offset = 42;

	(void)state;
	make_kernel();
	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);

	assert_int_equal(kcov_symbolizer_source(symbolizer), KCOV_SYMBOLIZER_DWARF);
	assert_string_equal(kcov_symbolizer_path(symbolizer), "out");
	assert_int_equal(kcov_symbolizer_kaslr_offset(symbolizer, &offset), -ENOTSUP);
	assert_int_equal(offset, 42);
	kcov_symbolizer_close(symbolizer);
}

static void symbol_answers_where_dwarf_has_nothing(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	struct kcov_frame frames[8];

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");

	location = look_up(symbolizer, LINK_TEXT + 0x14);

	assert_int_equal(frames_of(&location, frames), 1);
	assert_string_equal(frames[0].function, "in_assembler");
	assert_null(frames[0].path);
	assert_null(frames[0].file);
	assert_int_equal(frames[0].line, 0);
	assert_int_equal(location.symbol_offset, 4);
	kcov_symbolizer_close(symbolizer);
}

static void address_in_no_text_is_no_failure(void **state)
{
	static const uint64_t addresses[] = { 0, LINK_TEXT - 1, LINK_TEXT + 0x1000000, UINT64_MAX };
	struct kcov_symbolizer *symbolizer;

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");

	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		struct kcov_location location = look_up(symbolizer, addresses[i]);

		assert_null(location.image);
		assert_null(location.symbol);
		assert_int_equal(kcov_location_frames(&location, NULL, 0), 0);
	}
	kcov_symbolizer_close(symbolizer);
}

static void *look_up_on_a_thread(void *arg)
{
	struct kcov_symbolizer *symbolizer = arg;
	struct kcov_frame frames[8];

	for (uint64_t i = 0; i < 2048; i++) {
		struct kcov_location in_image = { 0 }, in_module = { 0 };
		const uint64_t addresses[] = { LINK_TEXT + 0x20, 0xffffffffc0100000 - OFFSET + i };
		uint64_t offset = 0;

		/* cmocka's assertions are for its own thread. */
		if (kcov_symbolizer_lookup(symbolizer, &addresses[0], 1, NULL, &in_image) ||
		    kcov_symbolizer_lookup(symbolizer, &addresses[1], 1, NULL, &in_module) ||
		    kcov_symbolizer_kaslr_offset(symbolizer, &offset) || offset != OFFSET ||
		    kcov_location_frames(&in_image, frames, 8) != 1 ||
		    strcmp(frames[0].function, "f") != 0 || !in_module.image != (i >= 0x80))
			return NULL;
	}
	return symbolizer;
}

static void any_number_of_threads_look_up_at_once(void **state)
{
	struct kcov_symbolizer *symbolizer;
	pthread_t threads[4];
	void *result;

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, look_up_on_a_thread, symbolizer),
				 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_ptr_equal(result, symbolizer);
	}
	kcov_symbolizer_close(symbolizer);
}

static void module_pc_is_named_by_kallsyms(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	struct kcov_frame frames[8];

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");

	location = look_up(symbolizer, 0xffffffffc0100010 - OFFSET);

	assert_string_equal(location.image, "vfat");
	assert_int_equal(location.offset, 0x10);
	assert_string_equal(location.symbol, "vfat_lookup");
	assert_int_equal(location.symbol_offset, 0x10);
	assert_int_equal(frames_of(&location, frames), 1);
	assert_string_equal(frames[0].function, "vfat_lookup");
	assert_null(frames[0].file);
	kcov_symbolizer_close(symbolizer);
}

static void module_data_and_what_lies_past_it_is_not_named(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");

	assert_null(look_up(symbolizer, 0xffffffffc0100080 - OFFSET).image);
	assert_null(look_up(symbolizer, 0xffffffffc0101000 - OFFSET).image);
	kcov_symbolizer_close(symbolizer);
}

static void kernel_tells_its_kaslr_offset(void **state)
{
	struct kcov_symbolizer *symbolizer;
	uint64_t offset;

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");

	assert_int_equal(kcov_symbolizer_kaslr_offset(symbolizer, &offset), 0);
	assert_int_equal(offset, OFFSET);
	kcov_symbolizer_close(symbolizer);
}

static void hidden_addresses_keep_only_the_offset_back(void **state)
{
	struct kcov_symbolizer *symbolizer;
	uint64_t offset;

	(void)state;
	make_kernel();
	fixture_write("proc/kallsyms", "0000000000000000 T _text\n");
	symbolizer = open_kernel("out");

	assert_int_equal(kcov_symbolizer_kaslr_offset(symbolizer, &offset), -EPERM);
	assert_string_equal(look_up(symbolizer, LINK_TEXT + 0x20).symbol, "f");
	kcov_symbolizer_close(symbolizer);
}

static void assert_image_fails(const char *path, int expected)
{
	struct kcov_symbolizer *symbolizer = NULL;

	assert_int_equal(kcov_symbolizer_open_image(path, NULL, &symbolizer), expected);
	assert_null(symbolizer);
}

static void damage_dwarf(void)
{
	/* No abbreviation, no DIE. */
	assert_int_equal(fixture_sh("head -c 20 /dev/zero >zeros && "
				    "objcopy --update-section .debug_abbrev=zeros out"),
			 0);
}

static void of_damaged_dwarf_symbols_are_left(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	struct kcov_unanswered one;

	(void)state;
	make_kernel();
	damage_dwarf();
	symbolizer = open_kernel("out");
	location = look_up(symbolizer, LINK_TEXT + 0x20);
	assert_string_equal(location.symbol, "f");
	assert_true(location.is_unanswered);
	assert_int_equal(kcov_symbolizer_unanswered(symbolizer, &one, 1), 1);
	assert_string_equal(one.image, "out");
	kcov_symbolizer_close(symbolizer);
}

static void text_that_is_too_far_apart_is_refused(void **state)
{
	(void)state;
	if (strcmp(host.name.machine, "x86_64") != 0)
		skip_because("the addresses are x86-64's");
	make_kernel();
	fixture_write("far.c",
		      "__attribute__((section(\"far_text\"))) int far(void) { return 1; }\n"
		      "int f(void) { return 2; }\n");
	fixture_link(
		"-g -fno-asynchronous-unwind-tables -Wl,--section-start=far_text=0x700000000 far.c");
	assert_refused("out", -EFBIG, "out: its text spans more than 4 GB");
	assert_image_fails("out", -EFBIG);
}

/* Let indexes be stored, in an empty directory. */
static void begin_caching(void)
{
	char directory[PATH_MAX + 8];

	snprintf(directory, sizeof(directory), "%s/cache", fixture_dir);
	assert_int_equal(fixture_sh("rm -rf cache"), 0);
	assert_int_equal(setenv("XDG_CACHE_HOME", directory, 1), 0);
}

static void end_caching(void)
{
	unsetenv("XDG_CACHE_HOME");
}

/* And that its index is kept, or is not. */
static void assert_image_answers(bool is_kept)
{
	struct kcov_symbolizer *symbolizer = open_kernel("out");
	const char *path = kcov_symbolizer_index_path(symbolizer);

	assert_int_equal(!path, !is_kept);
	if (path)
		assert_int_equal(fixture_sh("cmp -s cache/kcov/* '%s'", path), 0);
	assert_string_equal(look_up(symbolizer, LINK_TEXT + 0x20).symbol, "f");
	kcov_symbolizer_close(symbolizer);
}

/* Nobody makes it again: that would be a file of its own. */
static void an_index_is_read_instead_of_the_dwarf(void **state)
{
	(void)state;
	make_kernel();
	begin_caching();
	assert_image_answers(true);
	assert_int_equal(fixture_sh("ls -i cache/kcov >before"), 0);
	assert_image_answers(true);
	assert_int_equal(fixture_sh("ls -i cache/kcov | cmp before -"), 0);
	end_caching();
}

/* Linkers give the build-id that they are told to. */
static void images_of_one_build_id_have_an_index_each(void **state)
{
	struct kcov_symbolizer *one, *other;

	(void)state;
	make_kernel();
	begin_caching();
	one = open_kernel("out");
	assert_int_equal(fixture_sh("cp out copy && sed -i 's/int f/int g/' source.c"), 0);
	fixture_link("-g -fno-asynchronous-unwind-tables "
		     "-Wl,--section-start=.text=0xffffffff81000000 text.s source.c");
	other = open_kernel("out");
	assert_string_equal(look_up(one, LINK_TEXT + 0x20).symbol, "f");
	assert_string_equal(look_up(other, LINK_TEXT + 0x20).symbol, "g");
	assert_string_not_equal(kcov_symbolizer_index_path(one), kcov_symbolizer_index_path(other));
	kcov_symbolizer_close(other);
	/* And a copy has none of its own. */
	other = open_kernel("copy");
	assert_string_equal(kcov_symbolizer_index_path(one), kcov_symbolizer_index_path(other));
	kcov_symbolizer_close(one);
	kcov_symbolizer_close(other);
	end_caching();
}

/* Its file may go as soon as it is open: others need the room. */
static void an_index_that_was_removed_goes_on_in_use(void **state)
{
	struct kcov_symbolizer *symbolizer;
	uint64_t left;

	(void)state;
	make_kernel();
	begin_caching();
	symbolizer = open_kernel("out");
	assert_int_equal(setenv("KCOV_CACHE_SIZE", "0", 1), 0);
	assert_int_equal(kcov_cache_prune(NULL, NULL, NULL, &left), 0);
	assert_int_equal(fixture_sh("test -z \"$(ls cache/kcov)\""), 0);
	assert_string_equal(look_up(symbolizer, LINK_TEXT + 0x20).symbol, "f");
	kcov_symbolizer_close(symbolizer);
	/* None is kept any more. */
	assert_image_answers(false);
	unsetenv("KCOV_CACHE_SIZE");
	assert_image_answers(true);
	end_caching();
}

/* What is used gets younger. */
static void an_index_that_is_used_is_kept_for_longer(void **state)
{
	(void)state;
	make_kernel();
	begin_caching();
	assert_image_answers(true);
	assert_int_equal(fixture_sh("touch -d '-1 hour' cache/kcov/* && touch -d '-1 min' then"),
			 0);
	assert_image_answers(true);
	assert_int_equal(fixture_sh("test cache/kcov/* -nt then"), 0);
	end_caching();
}

/* Whichever byte it is: the file has a checksum, and so has its header. */
static void a_damaged_index_is_built_again(void **state)
{
	long size;
	FILE *file;

	(void)state;
	make_kernel();
	begin_caching();
	assert_image_answers(true);
	assert_int_equal(fixture_sh("cp cache/kcov/* index"), 0);
	file = fopen("index", "r");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	fclose(file);
	for (long i = 0; i < size; i += 7) {
		assert_int_equal(fixture_sh("cp index cache/kcov/*"), 0);
		fixture_patch("index", i, "\xa5\x5a", 2);
		assert_int_equal(fixture_sh("cp index damaged && cp cache/kcov/* index && "
					    "cp damaged cache/kcov/*"),
				 0);
		assert_image_answers(true);
		/* It is whole again. */
		assert_int_equal(fixture_sh("cmp -s index cache/kcov/*"), 0);
	}
	/* And so is one that was cut. */
	assert_int_equal(fixture_sh("truncate -s 100 cache/kcov/*"), 0);
	assert_image_answers(true);
	assert_int_equal(fixture_sh("truncate -s 0 cache/kcov/*"), 0);
	assert_image_answers(true);
	assert_int_equal(fixture_sh("cmp -s index cache/kcov/*"), 0);
	end_caching();
}

static void an_index_that_cannot_be_stored_does_as_well(void **state)
{
	(void)state;
	make_kernel();
	begin_caching();
	/* Not even root makes a directory of a file. */
	fixture_write("cache", "");
	assert_image_answers(false);
	end_caching();
	assert_int_equal(fixture_sh("rm cache"), 0);
}

static void processes_that_build_at_once_leave_one_index(void **state)
{
	int status;

	(void)state;
	make_kernel();
	begin_caching();
	for (int i = 0; i < 4; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			struct kcov_symbolizer *symbolizer;

			_exit(kcov_symbolizer_open_kernel("out", NULL, &symbolizer) ? 1 : 0);
		}
	}
	for (int i = 0; i < 4; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(fixture_sh("test \"$(ls cache/kcov | wc -l)\" -eq 1"), 0);
	assert_image_answers(true);
	end_caching();
}

/* The first bytes of a table of the index that is kept, which begins where its header says. */
static void damage_table(unsigned int at_header, unsigned int n)
{
	assert_int_equal(fixture_sh("index=$(ls cache/kcov/*) && "
				    "at=$(od -An -tu4 -j %u -N 4 $index) && "
				    "head -c %u /dev/zero | tr '\\0' '\\377' | "
				    "dd of=$index bs=1 seek=$((at)) conv=notrunc 2>/dev/null",
				    at_header, n),
			 0);
}

/* Somebody writes into the very file that is in use. */
static void an_index_that_is_damaged_in_use_is_ebadmsg(void **state)
{
	const uint64_t addresses[] = { 0, LINK_TEXT + 0x20 };
	const struct kcov_image_offset at = { .image = "vmlinux", .offset = 0x20 };
	struct kcov_location locations[2] = { { .offset = 42 }, { .offset = 42 } }, before;
	struct kcov_symbolize_error *error = NULL;
	struct kcov_symbolizer *symbolizer;
	struct kcov_source_file file;
	struct kcov_function function;
	struct kcov_syscall syscall;
	uint64_t point;

	(void)state;
	make_kernel();
	/* Something that looks like a call of it will do. */
	fixture_write("traced.s", ".section .init.text, \"ax\"\n.globl __sanitizer_cov_trace_pc\n"
				  "__sanitizer_cov_trace_pc:\n"
				  ".ifdef __aarch64__\nbl __sanitizer_cov_trace_pc\n.else\n"
				  "call __sanitizer_cov_trace_pc\n.endif\n");
	fixture_write("call.c", "__attribute__((section(\".init.text\")))\n"
				"long __do_sys_close(unsigned int fd) { return fd; }\n");
	link_vmlinux("-g traced.s call.c");
	begin_caching();
	assert_image_answers(true);
	symbolizer = open_kernel("out");
	before = look_up(symbolizer, LINK_TEXT + 0x20);
	/* Its spans, its scopes, both of its files, and its coverage points. */
	damage_table(160, 9);
	damage_table(168, 9);
	damage_table(176, 16);
	damage_table(188, 4);
	/* And the name of a system call. */
	damage_table(224, 4);

	assert_int_equal(kcov_symbolizer_lookup(symbolizer, addresses, 2, &error, locations),
			 -EBADMSG);

	assert_non_null(strstr(kcov_symbolize_error_message(error), "out: its index is damaged"));
	assert_int_equal(locations[1].offset, 42);
	assert_int_equal(kcov_symbolizer_lookup_kernel(symbolizer, addresses, 2, NULL, locations),
			 -EBADMSG);
	assert_int_equal(kcov_location_frames(&before, NULL, 0), -EBADMSG);
	assert_int_equal(kcov_location_point(&before), -EBADMSG);
	assert_int_equal(kcov_location_call_site(&before), -EBADMSG);
	assert_int_equal(kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_PC, 0, &point, 1),
			 -EBADMSG);
	assert_int_equal(kcov_symbolizer_files(symbolizer, NULL, 0, &file, 1), -EBADMSG);
	assert_int_equal(kcov_symbolizer_functions(symbolizer, NULL, 0, &function, 1), -EBADMSG);
	assert_int_equal(kcov_symbolizer_syscalls(symbolizer, 0, &syscall, 1), -EBADMSG);
	assert_int_equal(kcov_location_function(&before, NULL, &function), -EBADMSG);
	assert_int_equal(kcov_location_files(&before, 0, &file, 1), -EBADMSG);
	assert_int_equal(kcov_symbolizer_lookup_offset(symbolizer, &at, locations), -EBADMSG);
	/* Both sections of its text, without which nothing else is known. */
	damage_table(152, 32);
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, NULL, "f", NULL, 0), -EBADMSG);
	kcov_symbolize_error_free(error);
	kcov_symbolizer_close(symbolizer);
	end_caching();
}

static void image_of_another_build_is_refused(void **state)
{
	(void)state;
	make_kernel();
	write_build_id("sys/kernel/notes", "ffffffffffffffffffffffffffffffffffffffff");
	assert_refused("out", -ESTALE, "out: build-id " FIXTURE_BUILD_ID,
		       "ffffffffffffffffffffffffffffffffffffffff", "this very build");
}

static void image_without_build_id_is_refused(void **state)
{
	(void)state;
	make_kernel();
	link_vmlinux("-g -Wl,--build-id=none");
	assert_refused("out", -ENODATA, "out: no build-id");
}

static void stripped_image_is_refused(void **state)
{
	struct kcov_symbolize_error *error = NULL;
	struct kcov_symbolizer *symbolizer = NULL;

	(void)state;
	make_kernel();
	link_vmlinux("-g -s");
	assert_refused("out", -ENODATA, "out: no DWARF in it (stripped?)", "-dbg");

	assert_int_equal(kcov_symbolizer_open_image("out", &error, &symbolizer), -ENODATA);
	assert_null(symbolizer);
	kcov_symbolize_error_free(error);
}

static void image_for_another_machine_is_refused(void **state)
{
	uint16_t other = EM_AARCH64;

	(void)state;
	make_kernel();
	if (strcmp(host.name.machine, "aarch64") == 0)
		other = EM_X86_64;
	fixture_patch("out", offsetof(Elf64_Ehdr, e_machine), &other, sizeof(other));
	assert_refused("out", -EINVAL, "the running kernel is for", host.name.machine);
}

static void image_that_is_not_there_is_refused(void **state)
{
	(void)state;
	make_kernel();
	assert_refused("missing", -ENOENT, "missing: No such file or directory");
	assert_refused("source.c", -EINVAL, "source.c: not an ELF file");
}

static void image_is_refused_if_the_kernel_has_no_build_id(void **state)
{
	(void)state;
	make_kernel();
	fixture_write("sys/kernel/notes", "");
	assert_refused("out", -EPERM, "/sys/kernel/notes", "build-id");
	assert_int_equal(fixture_sh("rm -r sys"), 0);
	assert_refused("out", -EPERM, "/sys/kernel/notes", "No such file");
}

static const char *const places[] = {
	BUILD_ID_FILE,
	"usr/lib/debug/boot/vmlinux-6.12.0",
	"usr/lib/debug/lib/modules/6.12.0/vmlinux",
	"usr/lib/debug/usr/lib/modules/6.12.0/vmlinux",
	"lib/modules/6.12.0/build/vmlinux",
	"lib/modules/6.12.0/vmlinux",
	"boot/vmlinux-6.12.0",
};

static void image_is_searched_in_order(void **state)
{
	const size_t n = sizeof(places) / sizeof(*places);

	(void)state;
	make_kernel();
	for (size_t i = 0; i < n; i++)
		assert_int_equal(
			fixture_sh("mkdir -p $(dirname %s) && cp out %s", places[i], places[i]), 0);

	for (size_t i = 0; i < n; i++) {
		struct kcov_symbolizer *symbolizer = open_kernel(NULL);

		assert_string_equal(kcov_symbolizer_path(symbolizer) + strlen("./"), places[i]);
		kcov_symbolizer_close(symbolizer);
		assert_int_equal(unlink(places[i]), 0);
	}
}

static void what_is_found_but_wrong_is_passed_over(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	make_kernel();
	assert_int_equal(fixture_sh("mkdir -p boot lib/modules/6.12.0 usr/lib/debug/boot && "
				    "cp out boot/vmlinux-6.12.0 && "
				    "strip -o lib/modules/6.12.0/vmlinux out && "
				    "echo no ELF >usr/lib/debug/boot/vmlinux-6.12.0"),
			 0);

	symbolizer = open_kernel(NULL);

	assert_string_equal(kcov_symbolizer_path(symbolizer), "./boot/vmlinux-6.12.0");
	kcov_symbolizer_close(symbolizer);
}

static void without_an_image_kallsyms_answers(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	struct kcov_frame frames[8];

	(void)state;
	if (strcmp(host.name.machine, "x86_64") != 0)
		skip_because("only x86-64 does without vmlinux");
	make_kernel();
	symbolizer = open_kernel(NULL);

	location = look_up(symbolizer, LINK_TEXT + 0x108);

	assert_int_equal(kcov_symbolizer_source(symbolizer), KCOV_SYMBOLIZER_KALLSYMS);
	assert_string_equal(kcov_symbolizer_path(symbolizer), "/proc/kallsyms");
	assert_string_equal(location.image, "vmlinux");
	assert_int_equal(location.offset, 0x108);
	assert_int_equal(frames_of(&location, frames), 1);
	assert_string_equal(frames[0].function, "vfs_read");
	assert_null(frames[0].file);
	assert_int_equal(location.symbol_offset, 8);
	kcov_symbolizer_close(symbolizer);
}

static void without_an_image_and_addresses_it_is_eperm(void **state)
{
	(void)state;
	if (strcmp(host.name.machine, "x86_64") != 0)
		skip_because("only x86-64 does without vmlinux");
	make_kernel();
	fixture_write("proc/kallsyms", "0000000000000000 T _text\n");
	assert_refused(NULL, -EPERM, "no vmlinux", "kptr_restrict");
}

static void without_an_image_on_another_machine_is_enotsup(void **state)
{
	const struct kcov_host here = host;

	(void)state;
	make_kernel();
	strcpy(host.name.machine, "aarch64");
	assert_refused(NULL, -ENOTSUP, "no vmlinux", "aarch64");
	host = here;
}

static void an_image_alone_must_be_an_image_too(void **state)
{
	(void)state;
	make_kernel();
	assert_image_fails("missing", -ENOENT);
	assert_image_fails("source.c", -EINVAL);
}

static void an_image_that_may_not_be_read_is_eacces(void **state)
{
	const uid_t self = geteuid();

	(void)state;
	make_kernel();
	assert_int_equal(chmod("out", 0), 0);
	assert_int_equal(chmod(".", 0755), 0);
	/* Root may read everything. */
	if (!self && seteuid(65534))
		skip_because("the user cannot be changed");
	assert_refused("out", -EACCES, "out: Permission denied");
	assert_image_fails("out", -EACCES);
	assert_int_equal(seteuid(self), 0);
}

/* One allocation after the other fails, until opening has no more. */
struct shortage {
	size_t nth;
	bool over;
	struct kcov_symbolizer *symbolizer;
};

static bool goes_on(struct shortage *shortage)
{
	kcov_symbolizer_close(shortage->symbolizer);
	shortage->symbolizer = NULL;
	if (shortage->over) {
		/* There were some. */
		assert_true(shortage->nth > 3);
		return false;
	}
	alloc_fail_at(++shortage->nth);
	return true;
}

static void assert_short(struct shortage *shortage, int rc, int err)
{
	bool failed = alloc_failed();

	/* A block that cannot be made smaller does as it is. */
	assert_true(rc == 0 || (rc == err && failed));
	assert_int_equal(!shortage->symbolizer, rc != 0);
	shortage->over = !failed;
}

static void opening_without_memory_is_enomem(void **state)
{
	struct shortage shortage = { 0 };

	(void)state;
	make_kernel();
	while (goes_on(&shortage))
		assert_short(&shortage,
			     kcov_symbolizer_open_kernel("out", NULL, &shortage.symbolizer),
			     -ENOMEM);
}

static void opening_an_image_without_memory_is_enomem(void **state)
{
	struct shortage shortage = { 0 };

	(void)state;
	make_kernel();
	while (goes_on(&shortage))
		assert_short(&shortage,
			     kcov_symbolizer_open_image("out", NULL, &shortage.symbolizer),
			     -ENOMEM);
}

static void searching_without_memory_is_enomem(void **state)
{
	struct shortage shortage = { 0 };

	(void)state;
	if (strcmp(host.name.machine, "x86_64") != 0)
		skip_because("only x86-64 does without vmlinux");
	make_kernel();
	while (goes_on(&shortage))
		assert_short(&shortage,
			     kcov_symbolizer_open_kernel(NULL, NULL, &shortage.symbolizer),
			     -ENOMEM);
}

static void an_offset_without_memory_is_enomem(void **state)
{
	struct kcov_symbolizer *symbolizer;
	uint64_t offset = 42;

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");

	alloc_fail_at(1);
	assert_int_equal(kcov_symbolizer_kaslr_offset(symbolizer, &offset), -ENOMEM);
	assert_int_equal(offset, 42);
	/* It was not its last word. */
	assert_int_equal(kcov_symbolizer_kaslr_offset(symbolizer, &offset), 0);
	assert_int_equal(offset, OFFSET);
	kcov_symbolizer_close(symbolizer);
}

static void looking_up_without_memory_is_enomem(void **state)
{
	const uint64_t addresses[] = { LINK_TEXT + 0x20, 0xffffffffc0100010 - OFFSET };
	size_t nth = 0, failures = 0;
	bool failed;

	(void)state;
	make_kernel();
	do {
		struct kcov_location locations[2] = { { .offset = 42 }, { .offset = 42 } };
		/* Anew each time: what was found once is kept. */
		struct kcov_symbolizer *symbolizer = open_kernel("out");
		int rc;

		alloc_fail_at(++nth);
		rc = kcov_symbolizer_lookup(symbolizer, addresses, 2, NULL, locations);
		failed = alloc_failed();
		/* A block that cannot be made smaller does as it is. */
		assert_true(rc == 0 || (rc == -ENOMEM && failed));
		/* The image needs none. */
		assert_int_equal(locations[0].offset, 0x20);
		assert_int_equal(locations[1].offset, rc ? 42 : 0x10);
		failures += rc != 0;
		kcov_symbolizer_close(symbolizer);
	} while (failed);
	assert_true(failures > 3);
}

static void errors_need_not_be_asked_for(void **state)
{
	struct kcov_symbolizer *symbolizer = NULL;

	(void)state;
	assert_int_equal(kcov_symbolizer_open_image("/nowhere", NULL, &symbolizer), -ENOENT);
	kcov_symbolize_error_free(NULL);
	kcov_symbolizer_close(NULL);
}

static void link_two_units_and_damage_one(void)
{
	fixture_write("a.c", "int a(void) { return 1; }\n");
	fixture_write("b.c", "int b(void) { return 2; }\n");
	fixture_link("-g a.c b.c");
	fixture_damage_function(0);
}

static void what_cannot_be_answered_is_listed(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_unanswered one = { 0 };

	(void)state;
	link_two_units_and_damage_one();
	begin_caching();
	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);

	assert_int_equal(kcov_symbolizer_unanswered(symbolizer, NULL, 0), 1);
	assert_int_equal(kcov_symbolizer_unanswered(symbolizer, &one, 1), 1);

	assert_string_equal(one.image, "out");
	assert_string_equal(one.unit, "b.c");
	assert_string_equal(one.cause, "a DIE has no abbreviation");
	/* Where the list is in the index. */
	damage_table(192, 8);
	assert_int_equal(kcov_symbolizer_unanswered(symbolizer, &one, 1), -EBADMSG);
	kcov_symbolizer_close(symbolizer);
	end_caching();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(image_answers_with_everything),
		cmocka_unit_test(image_says_what_it_is),
		cmocka_unit_test(symbol_answers_where_dwarf_has_nothing),
		cmocka_unit_test(address_in_no_text_is_no_failure),
		cmocka_unit_test(any_number_of_threads_look_up_at_once),
		cmocka_unit_test(module_pc_is_named_by_kallsyms),
		cmocka_unit_test(module_data_and_what_lies_past_it_is_not_named),
		cmocka_unit_test(kernel_tells_its_kaslr_offset),
		cmocka_unit_test(hidden_addresses_keep_only_the_offset_back),
		cmocka_unit_test(of_damaged_dwarf_symbols_are_left),
		cmocka_unit_test(text_that_is_too_far_apart_is_refused),
		cmocka_unit_test(an_index_is_read_instead_of_the_dwarf),
		cmocka_unit_test(images_of_one_build_id_have_an_index_each),
		cmocka_unit_test(an_index_that_was_removed_goes_on_in_use),
		cmocka_unit_test(an_index_that_is_used_is_kept_for_longer),
		cmocka_unit_test(a_damaged_index_is_built_again),
		cmocka_unit_test(an_index_that_cannot_be_stored_does_as_well),
		cmocka_unit_test(processes_that_build_at_once_leave_one_index),
		cmocka_unit_test(an_index_that_is_damaged_in_use_is_ebadmsg),
		cmocka_unit_test(what_cannot_be_answered_is_listed),
		cmocka_unit_test(image_of_another_build_is_refused),
		cmocka_unit_test(image_without_build_id_is_refused),
		cmocka_unit_test(stripped_image_is_refused),
		cmocka_unit_test(image_for_another_machine_is_refused),
		cmocka_unit_test(image_that_is_not_there_is_refused),
		cmocka_unit_test(image_is_refused_if_the_kernel_has_no_build_id),
		cmocka_unit_test(image_is_searched_in_order),
		cmocka_unit_test(what_is_found_but_wrong_is_passed_over),
		cmocka_unit_test(without_an_image_kallsyms_answers),
		cmocka_unit_test(without_an_image_and_addresses_it_is_eperm),
		cmocka_unit_test(without_an_image_on_another_machine_is_enotsup),
		cmocka_unit_test(an_image_alone_must_be_an_image_too),
		cmocka_unit_test(an_image_that_may_not_be_read_is_eacces),
		cmocka_unit_test(opening_without_memory_is_enomem),
		cmocka_unit_test(opening_an_image_without_memory_is_enomem),
		cmocka_unit_test(searching_without_memory_is_enomem),
		cmocka_unit_test(an_offset_without_memory_is_enomem),
		cmocka_unit_test(looking_up_without_memory_is_enomem),
		cmocka_unit_test(errors_need_not_be_asked_for),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
