/* SPDX-License-Identifier: MIT */
/*
 * Numbers from digits and digits from numbers, eight at a time: of millions of lines with an
 * address in each, printf() and a loop for each digit take longer than the look-up.
 */
#ifndef KCOVCTL_DIGITS_H
#define KCOVCTL_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

/* Eight hexadecimal digits of either case; false: there is something else among them. */
bool digits_parse_hex8(const char *digits, uint32_t *ret);

/* Two return where it goes on. 16 digits, zeros included. */
char *digits_add_hex16(char *at, uint64_t value);

/* Up to DIGITS_DECIMAL_ROOM bytes may be written, although not all of them are digits. */
#define DIGITS_DECIMAL_ROOM 28
char *digits_add_decimal(char *at, uint64_t value);

#endif
