/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PACKET_H
#define PACKET_H

#include <linux/types.h>

/*
 * Parse a packet: 0, or one of the errors of KCOV_SAMPLE_RUN. Touches nothing but the
 * packet and the stack, so that it runs in any context.
 */
int packet_parse(const u8 *packet, size_t size);

#endif
