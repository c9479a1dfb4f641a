/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_BUILD_H
#define KCOV_SYMBOLIZE_BUILD_H

#include "image.h"

/*
 * Bits of enum kcov_build: what an image's symbol table, or that of its debug file, names, and
 * which compilers left a line in .comment. What is damaged shows nothing.
 */
uint16_t kcov_build_read(const struct kcov_image *image);

#endif
