// SPDX-License-Identifier: MIT
#include "inflate.h"

#include "cleanup.h"

#include <elf.h>
#include <errno.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* glibc's <elf.h> has it from 2.37 on. */
#ifndef ELFCOMPRESS_ZSTD
#define ELFCOMPRESS_ZSTD 2
#endif

#define LEAST_LIMIT ((uint64_t)64 << 20)
#define LIMIT_FACTOR 64u

uint64_t kcov_inflate_limit(uint64_t size)
{
	if (size > UINT64_MAX / LIMIT_FACTOR)
		return UINT64_MAX;
	return size * LIMIT_FACTOR > LEAST_LIMIT ? size * LIMIT_FACTOR : LEAST_LIMIT;
}

static int inflate_zlib(const void *in, size_t n_in, void *out, size_t n_out, const char **cause)
{
	uLongf got = n_out;
	int rc = uncompress(out, &got, in, n_in);

	if (rc == Z_MEM_ERROR)
		return -ENOMEM;
	if (rc == Z_OK && got == n_out)
		return 0;
	/* zlib says the same of what is cut off and of what is damaged. */
	*cause = rc == Z_OK          ? "it is shorter than its header says"
		 : rc == Z_BUF_ERROR ? "it is longer than its header says"
				     : "it is cut off, or its bytes are damaged";
	return -EBADMSG;
}

static int zstd_fail(size_t rc, const char **cause)
{
	switch (ZSTD_getErrorCode(rc)) {
	case ZSTD_error_memory_allocation:
		return -ENOMEM;
	case ZSTD_error_srcSize_wrong:
		*cause = "it is cut off";
		break;
	case ZSTD_error_dstSize_tooSmall:
		*cause = "it is longer than its header says";
		break;
	default:
		*cause = ZSTD_getErrorName(rc);
	}
	return -EBADMSG;
}

static int inflate_zstd(const void *in, size_t n_in, void *out, size_t n_out, const char **cause)
{
	size_t got = ZSTD_decompress(out, n_out, in, n_in);

	if (ZSTD_isError(got))
		return zstd_fail(got, cause);
	if (got == n_out)
		return 0;
	*cause = "it is shorter than its header says";
	return -EBADMSG;
}

int kcov_inflate(uint32_t type, const void *in, size_t n_in, void *out, size_t n_out,
		 const char **cause)
{
	switch (type) {
	case ELFCOMPRESS_ZLIB:
		return inflate_zlib(in, n_in, out, n_out, cause);
	case ELFCOMPRESS_ZSTD:
		return inflate_zstd(in, n_in, out, n_out, cause);
	default:
		return -ENOTSUP;
	}
}

bool kcov_inflate_is_zstd(const void *file, size_t size)
{
	return size >= 4 && kcov_load_u32(file) == ZSTD_MAGICNUMBER;
}

static void stream_freep(ZSTD_DStream **stream)
{
	ZSTD_freeDStream(*stream);
}

/* Frame by frame: a file need not say how much it becomes, and what it says need not be true. */
int kcov_inflate_zstd(const void *file, size_t size, struct kcov_bytes *ret, const char **cause)
{
	_cleanup_(stream_freep) ZSTD_DStream *stream = ZSTD_createDStream();
	_cleanup_(kcov_bytes_fini) struct kcov_bytes bytes = {};
	const size_t room = ZSTD_DStreamOutSize();
	_cleanup_free_ void *piece = malloc(room);
	ZSTD_inBuffer in = { .src = file, .size = size };
	ZSTD_outBuffer out = { .dst = piece, .size = room };
	size_t left = 1;

	if (!stream || !piece)
		return -ENOMEM;
	/* Not 0: the frame goes on. A full piece: there may be more without further input. */
	while (in.pos < in.size || (left && out.pos == out.size)) {
		out.pos = 0;
		left = ZSTD_decompressStream(stream, &out, &in);
		if (ZSTD_isError(left))
			return zstd_fail(left, cause);
		if (out.pos > kcov_inflate_limit(size) - bytes.n)
			return -EFBIG;
		kcov_bytes_add(&bytes, piece, out.pos);
		if (bytes.failed)
			return -ENOMEM;
	}
	if (left) {
		*cause = "it is cut off";
		return -EBADMSG;
	}
	*ret = bytes;
	bytes = (struct kcov_bytes){};
	return 0;
}
