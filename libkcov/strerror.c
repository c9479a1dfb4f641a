// SPDX-License-Identifier: MIT
#include "internal.h"

#include <errno.h>
#include <string.h>

struct kcov_error_text {
	enum kcov_call call;
	int error;
	const char *text;
};

static const struct kcov_error_text texts[] = {
	{ KCOV_CALL_OPEN, ENOENT,
	  "debugfs is not mounted there: mount -t debugfs none /sys/kernel/debug" },
	{ KCOV_CALL_OPEN, ENODEV,
	  "this kernel has no kcov: it needs one built with CONFIG_KCOV=y" },
	{ KCOV_CALL_OPEN, EACCES, "permission denied: kcov is root's: run this as root" },
	{ KCOV_CALL_OPEN, EPERM,
	  "the kernel is locked down and hides debugfs: boot it without lockdown" },
	{ KCOV_CALL_OPEN, ENOTTY,
	  "not a kcov device of a 64-bit kernel: give the path of debugfs's kcov file" },
	{ KCOV_CALL_OPEN, EINVAL, "capacity or mode out of range: a buffer holds at most 2 GiB" },
	{ KCOV_CALL_OPEN, E2BIG,
	  "the options are those of a newer libkcov than this one: update the library" },
	{ KCOV_CALL_OPEN, EBUSY,
	  "the device is initialised already: this kernel hands out devices that are in use" },
	{ KCOV_CALL_OPEN, ENOMEM, "no memory for the buffer: ask for a smaller capacity" },
	{ KCOV_CALL_CLOSE, EBUSY,
	  "closed, but the thread that enabled the device did not disable it and keeps its "
	  "coverage slot until it exits" },
	{ KCOV_CALL_ENABLE, EINVAL,
	  "the device is busy: a thread, this one or another, records into it already, or the "
	  "mode is unknown" },
	{ KCOV_CALL_ENABLE, EBUSY,
	  "the thread is busy: it records into another kcov device already (run by kcovctl or a "
	  "fuzzer? closed without being disabled?): use another thread" },
	{ KCOV_CALL_ENABLE, KCOV_ENOTSUPP,
	  "ENOTSUPP: this kernel records no comparisons: it needs one built with "
	  "CONFIG_KCOV_ENABLE_COMPARISONS=y" },
	{ KCOV_CALL_DISABLE, EINVAL,
	  "the calling thread does not record into this device: disable it from the thread that "
	  "enabled it" },
	{ KCOV_CALL_READ, EINVAL,
	  "the buffer holds the other kind of records, or is smaller than any buffer" },
	{ KCOV_CALL_READ, ERANGE, "there is no comparison of that index" },
	{ KCOV_CALL_READ, EBADMSG, "not a comparison: the buffer was overwritten, or holds PCs" },
	{ KCOV_CALL_FEATURES, EBUSY,
	  "the thread records into a kcov device already: ask from another thread" },
};

static const char *kcov_error_find(enum kcov_call call, int error)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].call == call && texts[i].error == error)
			return texts[i].text;
	return NULL;
}

KCOV_PUBLIC const char *kcov_strerror(enum kcov_call call, int error)
{
	const char *text;

	if (error < 0 && error >= -4095)
		error = -error;
	text = kcov_error_find(call, error);
	if (!text && call == KCOV_CALL_FEATURES)
		text = kcov_error_find(KCOV_CALL_OPEN, error);
	if (!text && error == KCOV_ENOTSUPP)
		text = "ENOTSUPP: not supported by this kernel";
	if (!text)
		text = strerrordesc_np(error);
	return text ? text : "unknown error";
}
