/* SPDX-License-Identifier: MIT */
#ifndef KCOV_TESTS_FIXTURE_H
#define KCOV_TESTS_FIXTURE_H

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Files that a test makes: a directory of its own, and in it what the compiler ($CC, or
 * cc) makes of a few lines of source. A test enters the directory and leaves it empty.
 */

static char fixture_dir[PATH_MAX];

/* Run a shell command in the directory. */
__attribute__((format(printf, 1, 2))) static inline int fixture_sh(const char *format, ...)
{
	char *command;
	va_list args;
	int rc;

	va_start(args, format);
	assert_true(vasprintf(&command, format, args) >= 0);
	va_end(args);
	rc = system(command);
	free(command);
	return rc;
}

static inline int fixture_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(fixture_dir, sizeof(fixture_dir), "%s/kcov-test-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(fixture_dir))
		return -1;
	/*
	 * Its own name ends in what is the same in each run: a linker lets a string that another
	 * ends in share the other's bytes, and a function's name is as short as one letter.
	 */
	strcat(fixture_dir, "/work");
	if (mkdir(fixture_dir, 0777) != 0 || chdir(fixture_dir) != 0)
		return -1;
	/* Without a cache: what is linked here is of no use to the user's. */
	unsetenv("XDG_CACHE_HOME");
	return unsetenv("HOME");
}

static inline int fixture_teardown(void **state)
{
	(void)state;
	if (chdir("/") != 0)
		return -1;
	*strrchr(fixture_dir, '/') = '\0';
	return fixture_sh("rm -rf '%s'", fixture_dir);
}

/* Those above a path. Without a shell: a test makes a machine of some twenty files. */
static inline void fixture_make_directories(const char *path)
{
	char part[PATH_MAX];

	snprintf(part, sizeof(part), "%s", path);
	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(part, 0777) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

/* Write a file, and make the directories above it. */
static inline void fixture_write(const char *path, const char *text)
{
	FILE *file;

	fixture_make_directories(path);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Overwrite a few bytes of a file. */
static inline void fixture_patch(const char *path, long offset, const void *bytes, size_t n)
{
	FILE *file = fopen(path, "r+");

	assert_non_null(file);
	assert_int_equal(fseek(file, offset, SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static inline void fixture_copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC),
	    out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0777);
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	while ((n = sendfile(out, in, NULL, 1 << 30)) > 0)
		;
	assert_int_equal(n, 0);
	assert_int_equal(close(in) | close(out), 0);
}

/*
 * A file that a command makes of what is the same each time. It is kept beside the directory, and
 * the same command is not run again: compilers take most of the time.
 */
static inline void fixture_make(const char *path, const char *command)
{
	static char commands[16][512];
	static size_t n;
	char kept[PATH_MAX + 32];
	size_t i = 0;

	while (i < n && strcmp(commands[i], command) != 0)
		i++;
	snprintf(kept, sizeof(kept), "%s/../kept-%zu", fixture_dir, i);
	if (i < n) {
		fixture_copy(kept, path);
		return;
	}
	assert_int_equal(fixture_sh("%s", command), 0);
	if (n == 16 || strlen(command) >= sizeof(commands[n]))
		return;
	fixture_copy(path, kept);
	strcpy(commands[n++], command);
}

#define FIXTURE_BUILD_ID "0123456789abcdef0123456789abcdef01234567"

/*
 * How a compiler links an image, "out", from sources with arguments, as a kernel is: without libc,
 * at a fixed address. The entry is any function.
 */
#define FIXTURE_LINK                                                                               \
	"%s -O2 -nostdlib -static -Wl,-e,0 -Wl,-z,noexecstack "                                    \
	"-Wl,--build-id=0x" FIXTURE_BUILD_ID " -o out %s"

static inline const char *fixture_compiler(void)
{
	const char *compiler = getenv("CC");

	return compiler ? compiler : "cc";
}

static inline bool fixture_link_with(const char *compiler, const char *arguments)
{
	return fixture_sh(FIXTURE_LINK, compiler, arguments) == 0;
}

static inline void fixture_link(const char *arguments)
{
	assert_true(fixture_link_with(fixture_compiler(), arguments));
}

/*
 * DIE n of "out", or of 0 the last one, of those whose line of readelf matches an expression up to
 * its offset, and one behind it, gets an abbreviation that there is not.
 */
static inline void fixture_damage_die(const char *before, const char *behind, unsigned int n)
{
	assert_int_equal(
		fixture_sh("at=$(readelf -wi out | sed -n 's/^ %s<\\([0-9a-f]*\\)>%s.*/\\1/p' | "
			   "sed -n \"$(echo %u | sed 's/^0$/$/')p\") && "
			   "objcopy --dump-section .debug_info=info out && "
			   "printf M | dd of=info bs=1 seek=$((0x$at)) conv=notrunc 2>/dev/null && "
			   "objcopy --update-section .debug_info=info out",
			   before, behind, n),
		0);
}

static inline void fixture_damage_function(unsigned int n)
{
	fixture_damage_die("<1>", ".*DW_TAG_subprogram", n);
}

/* The DIE of the unit itself. */
static inline void fixture_damage_unit(unsigned int n)
{
	fixture_damage_die("<0>", "", n);
}

#endif
