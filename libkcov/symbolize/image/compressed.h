/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_COMPRESSED_H
#define KCOV_SYMBOLIZE_COMPRESSED_H

#include <kcov/symbolize.h>

/*
 * Sections with SHF_COMPRESSED. They are inflated before libelf sees the image: it allocates
 * whatever their headers say, cannot do zstd before 0.189, and each handle would do it again.
 */

/*
 * How much room it takes to inflate all sections of an image that are needed; 0 if none is
 * compressed, or it is no little-endian ELF file of 64 bits, or its headers are cut off: who
 * opens it says so. path is for errors. Returns 0, or
 *	-EINVAL: the header of one is damaged, or they would become more than
 *	kcov_inflate_limit() of the image.
 */
int kcov_compressed_measure(const char *path, const void *image, size_t size,
			    struct kcov_symbolize_error **error, size_t *ret);

/*
 * Inflate them to the memory between two offsets behind the image, which is as much as was
 * measured. Their headers say so from then on; those that are not needed become empty. Returns 0,
 * -ENOMEM, or -EINVAL: one is damaged or its method is not known, and the image must not be used.
 */
int kcov_compressed_inflate(const char *path, void *image, size_t size, size_t from, size_t end,
			    struct kcov_symbolize_error **error);

#endif
