// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/inflate.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define ZSTD 2u

#define PLAIN_SIZE 300000u

/* What is to come out, and what goes in. */
struct sample {
	uint8_t plain[PLAIN_SIZE];
	uint8_t packed[PLAIN_SIZE];
	size_t n;
};

static struct sample sample;

static const uint32_t types[] = { ELFCOMPRESS_ZLIB, ZSTD };

/* Neither all alike nor without any pattern. */
static void make_sample(uint32_t type)
{
	uLongf n = sizeof(sample.packed);

	for (uint32_t i = 0; i < PLAIN_SIZE; i++)
		sample.plain[i] = (uint8_t)(i % 7 ? i >> 9 : (i * 2654435761u) >> 24);
	if (type == ELFCOMPRESS_ZLIB)
		assert_int_equal(compress(sample.packed, &n, sample.plain, PLAIN_SIZE), Z_OK);
	else
		n = ZSTD_compress(sample.packed, sizeof(sample.packed), sample.plain, PLAIN_SIZE,
				  3);
	assert_true(n < PLAIN_SIZE / 2);
	sample.n = n;
}

static void assert_damaged(uint32_t type, size_t n_in, size_t n_out, const char *wanted)
{
	uint8_t *out = malloc(n_out);
	const char *cause = NULL;

	assert_int_equal(kcov_inflate(type, sample.packed, n_in, out, n_out, &cause), -EBADMSG);
	if (!strstr(cause, wanted))
		fail_msg("\"%s\" is not in \"%s\"", wanted, cause);
	free(out);
}

static void sections_come_out_as_they_were(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint8_t *out = malloc(PLAIN_SIZE);
		const char *cause = NULL;

		make_sample(types[i]);
		assert_int_equal(
			kcov_inflate(types[i], sample.packed, sample.n, out, PLAIN_SIZE, &cause),
			0);
		assert_memory_equal(out, sample.plain, PLAIN_SIZE);
		assert_null(cause);
		free(out);
	}
}

static void sizes_that_are_wrong_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		make_sample(types[i]);
		assert_damaged(types[i], sample.n, PLAIN_SIZE + 1, "shorter than its header says");
		assert_damaged(types[i], sample.n, PLAIN_SIZE - 1, "longer than its header says");
		assert_damaged(types[i], sample.n / 2, PLAIN_SIZE, "cut off");
		assert_damaged(types[i], 0, PLAIN_SIZE, "");
	}
}

static void damaged_bytes_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		make_sample(types[i]);
		memset(sample.packed + 4, 0xff, 20);
		assert_damaged(types[i], sample.n, PLAIN_SIZE, "");
	}
}

static void other_methods_are_not_known(void **state)
{
	const char *cause;
	uint8_t out[1];

	(void)state;
	assert_int_equal(kcov_inflate(0, "", 0, out, 1, &cause), -ENOTSUP);
	assert_int_equal(kcov_inflate(3, "", 0, out, 1, &cause), -ENOTSUP);
}

static void assert_unpacked(size_t times)
{
	struct kcov_bytes bytes;
	const char *cause;

	assert_true(kcov_inflate_is_zstd(sample.packed, sample.n));
	assert_int_equal(kcov_inflate_zstd(sample.packed, sample.n, &bytes, &cause), 0);
	assert_int_equal(bytes.n, times * PLAIN_SIZE);
	for (size_t i = 0; i < times; i++)
		assert_memory_equal(bytes.at + i * PLAIN_SIZE, sample.plain, PLAIN_SIZE);
	kcov_bytes_fini(&bytes);
}

static void files_come_out_as_they_were(void **state)
{
	(void)state;
	make_sample(ZSTD);
	assert_unpacked(1);
	/* A frame may follow another one. */
	memcpy(sample.packed + sample.n, sample.packed, sample.n);
	sample.n *= 2;
	assert_unpacked(2);
}

/* As of a pipe, whose length nobody knows before its end. */
static void files_need_not_say_how_long_they_are(void **state)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	ZSTD_inBuffer in = { .src = sample.plain, .size = PLAIN_SIZE };
	ZSTD_outBuffer out = { .dst = sample.packed, .size = sizeof(sample.packed) };

	(void)state;
	make_sample(ZSTD);
	assert_int_equal(ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0), 0);
	assert_int_equal(ZSTD_compressStream2(context, &out, &in, ZSTD_e_end), 0);
	ZSTD_freeCCtx(context);
	sample.n = out.pos;
	assert_int_equal(ZSTD_getFrameContentSize(sample.packed, sample.n),
			 ZSTD_CONTENTSIZE_UNKNOWN);
	assert_unpacked(1);
}

static void assert_not_unpacked(const void *file, size_t size, int expected)
{
	struct kcov_bytes bytes = { .n = 42 };
	const char *cause = "";

	assert_int_equal(kcov_inflate_zstd(file, size, &bytes, &cause), expected);
	assert_int_equal(bytes.n, 42);
}

static void files_that_are_cut_off_or_damaged_are_told(void **state)
{
	(void)state;
	make_sample(ZSTD);
	for (size_t n = 4; n < sample.n; n += sample.n / 10)
		assert_not_unpacked(sample.packed, n, -EBADMSG);
	assert_not_unpacked(sample.packed, sample.n - 1, -EBADMSG);
	memset(sample.packed + 4, 0xff, 20);
	assert_not_unpacked(sample.packed, sample.n, -EBADMSG);
}

/* A few bytes can stand for all memory there is. */
static void files_that_become_too_large_are_refused(void **state)
{
	const size_t size = kcov_inflate_limit(0) + 1;
	const size_t room = 1 << 20;
	void *zeros = calloc(1, size), *packed = malloc(room);
	struct kcov_bytes bytes;
	const char *cause;
	size_t n;

	(void)state;
	n = ZSTD_compress(packed, room, zeros, size, 3);
	assert_true(n < size / 64);
	assert_not_unpacked(packed, n, -EFBIG);
	n = ZSTD_compress(packed, room, zeros, size - 1, 3);
	assert_int_equal(kcov_inflate_zstd(packed, n, &bytes, &cause), 0);
	assert_int_equal(bytes.n, size - 1);
	kcov_bytes_fini(&bytes);
	free(packed);
	free(zeros);
}

static void limits_grow_with_files(void **state)
{
	(void)state;
	assert_int_equal(kcov_inflate_limit(1), 64 << 20);
	assert_int_equal(kcov_inflate_limit(100 << 20), (uint64_t)6400 << 20);
	assert_int_equal(kcov_inflate_limit(UINT64_MAX), UINT64_MAX);
}

static void other_files_are_not_of_zstd(void **state)
{
	(void)state;
	assert_false(kcov_inflate_is_zstd("\x28\xb5\x2f", 3));
	assert_false(kcov_inflate_is_zstd(ELFMAG "....", 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_come_out_as_they_were),
		cmocka_unit_test(sizes_that_are_wrong_are_told),
		cmocka_unit_test(damaged_bytes_are_told),
		cmocka_unit_test(other_methods_are_not_known),
		cmocka_unit_test(files_come_out_as_they_were),
		cmocka_unit_test(files_need_not_say_how_long_they_are),
		cmocka_unit_test(files_that_are_cut_off_or_damaged_are_told),
		cmocka_unit_test(files_that_become_too_large_are_refused),
		cmocka_unit_test(limits_grow_with_files),
		cmocka_unit_test(other_files_are_not_of_zstd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
