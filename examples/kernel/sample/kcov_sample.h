/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What user space and /dev/kcov-sample say to each other: jobs, each a packet to be
 * parsed somewhere, and the format of packets.
 */
#ifndef KCOV_SAMPLE_H
#define KCOV_SAMPLE_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Where a packet is parsed, and what a remote device must listen to for it. */
enum kcov_sample_context {
	/* In the system call, as write(2) does: local coverage. */
	KCOV_SAMPLE_CALLER = 0,
	/* The worker of the open file: the common handle of who opened it. */
	KCOV_SAMPLE_WORKER = 1,
	/* The one worker of the driver: KCOV_SUBSYSTEM_SAMPLE, instance 1. */
	KCOV_SAMPLE_GLOBAL = 2,
	/*
	 * A timer: KCOV_SUBSYSTEM_SAMPLE, instance 2; on a kernel without that
	 * subsystem the common handle of who opened the file.
	 */
	KCOV_SAMPLE_SOFTIRQ = 3,
};

#define KCOV_SAMPLE_GLOBAL_INSTANCE 1
#define KCOV_SAMPLE_SOFTIRQ_INSTANCE 2

/* Return when the packet is parsed, with what was found; else when it is queued. */
#define KCOV_SAMPLE_WAIT 0x1

struct kcov_sample_job {
	__aligned_u64 packet;
	__u32 length;
	__u32 context;
	__u32 flags;
	/* How long a worker sleeps before it parses, inside of its section. */
	__u32 delay_ms;
};

/*
 * EINVAL: an unknown context or flag, a delay of more than a second, or a packet that is
 * none; EMSGSIZE: the packet is too long; EBUSY: the file has as many jobs as it may have
 * at a time; EUCLEAN: the chain was gone through; ENOTUNIQ:
 * all magic numbers were right; EOVERFLOW: the deepest state was reached. What the packet
 * is, is only told by write(2) and after KCOV_SAMPLE_WAIT.
 */
#define KCOV_SAMPLE_RUN _IOW(0xF1, 1, struct kcov_sample_job)

#define KCOV_SAMPLE_MAX_PACKET 256

#define KCOV_SAMPLE_MAGIC 0x4d53 /* "SM" */

/* What begins every packet; little-endian. */
struct kcov_sample_header {
	__le16 magic;
	__u8 type;
	/* Bytes that follow. */
	__u8 length;
};

enum kcov_sample_type {
	/* Six commands of four bits, the next looked at if one is right. */
	KCOV_SAMPLE_CHAIN = 1,
	/* Two numbers of 32 bits and one of 64. */
	KCOV_SAMPLE_NUMBERS = 2,
	/* A checksum of 16 bits, the sum of all bytes after it, and nested fields. */
	KCOV_SAMPLE_FIELDS = 3,
};

/* A field: tag, bytes that follow, and they. A group's are fields again. */
enum kcov_sample_tag {
	KCOV_SAMPLE_PAD = 0,
	KCOV_SAMPLE_NUMBER = 1,
	KCOV_SAMPLE_TEXT = 2,
	KCOV_SAMPLE_GROUP = 3,
};

#endif
