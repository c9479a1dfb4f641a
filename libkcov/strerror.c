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
	{ KCOV_CALL_OPEN, EINVAL,
	  "capacity, mode or protection out of range: a buffer holds at most 2 GiB" },
	{ KCOV_CALL_OPEN, EOPNOTSUPP,
	  "the protection that is asked for does not exist here: this kernel has no "
	  "KCOV_RESET_TRACE, or this machine no free protection key" },
	{ KCOV_CALL_OPEN, E2BIG,
	  "the options are those of a newer libkcov than this one: update the library" },
	{ KCOV_CALL_OPEN, EBUSY,
	  "the thread records into a kcov device already, so that a protection cannot be tried: "
	  "open before enabling" },
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
	{ KCOV_CALL_RESET, EINVAL,
	  "a read-only buffer is emptied by the thread that enabled the device alone" },
	{ KCOV_CALL_RESET, ENOMEM, "the kernel cannot split the mapping: use another protection" },
	{ KCOV_CALL_HANDLE, EINVAL,
	  "not a handle: usb:1, common:0x42 and 0x0100000000000001 are handles" },
	{ KCOV_CALL_HANDLE, ERANGE, "a handle's subsystem has one byte" },
	{ KCOV_CALL_HANDLE, EOVERFLOW,
	  "a handle's instance has four bytes; those between it and the subsystem are 0" },
	{ KCOV_CALL_HANDLE, EDOM,
	  "a handle's instance is not 0: common ones are any other number, USB buses count from 1" },
	{ KCOV_CALL_HANDLE, EPROTOTYPE,
	  "a common handle cannot be a global one, nor the other way round" },
	{ KCOV_CALL_HANDLE, ENOSPC,
	  "no room for the handle's text: KCOV_HANDLE_TEXT_SIZE is enough" },
	{ KCOV_CALL_ENABLE_REMOTE, ERANGE,
	  "area_size out of range: at least 2 words, at most 2 GiB" },
	{ KCOV_CALL_ENABLE_REMOTE, EDESTADDRREQ,
	  "no handle: nothing would ever report to the device" },
	{ KCOV_CALL_ENABLE_REMOTE, EMSGSIZE, "too many handles: 256 at most" },
	{ KCOV_CALL_ENABLE_REMOTE, EINVAL,
	  "the device is busy: it is enabled already, by this thread or another, or the mode is "
	  "unknown" },
	{ KCOV_CALL_ENABLE_REMOTE, ENXIO,
	  "this kernel does not know the subsystem of one of the handles" },
	{ KCOV_CALL_ENABLE_REMOTE, EBUSY,
	  "the thread is busy: it owns another kcov device already, and before Linux 7.2 a thread "
	  "owns one: use another thread" },
	{ KCOV_CALL_ENABLE_REMOTE, EEXIST,
	  "a handle is in use, by another device or twice in the list" },
	{ KCOV_CALL_ENABLE_REMOTE, ENOMEM, "no memory in the kernel for the handles" },
	{ KCOV_CALL_ENABLE_REMOTE, ENOTTY, "this kernel has no remote coverage: Linux 5.5 has" },
	{ KCOV_CALL_ENABLE_WITH_REMOTE, EOPNOTSUPP,
	  "this kernel lets a thread own one kcov device, Linux 7.2 a local and a remote one: start "
	  "the thread that is to be covered from the remote device's owner" },
	{ KCOV_CALL_WAIT_REMOTE, EINVAL, "the options lack their size" },
	{ KCOV_CALL_POOL, EAGAIN, "all devices of the pool are taken: open a larger one" },
	{ KCOV_CALL_POOL, EBUSY,
	  "another thread still records into the device: let it disable the device or end" },
	{ KCOV_CALL_POOL, EINVAL,
	  "the device is not one that was taken from the pool, or the pool's options are wrong" },
	{ KCOV_CALL_DRAIN, EACCES,
	  "the buffer is protected, and to take records out is to write to it: open it without" },
	{ KCOV_CALL_DRAIN, EOPNOTSUPP,
	  "a 32-bit process, or a kernel without membarrier(2), cannot empty a buffer in use" },
	{ KCOV_CALL_DRAIN, EINVAL, "the mode is unknown" },
	{ KCOV_CALL_DRAIN, ENOBUFS,
	  "no room for the records: KCOV_DRAIN_SLACK more than the capacity are enough" },
};

/* Calls whose errors are those of another one, too. */
static const struct {
	enum kcov_call call;
	enum kcov_call other;
} also[] = {
	{ KCOV_CALL_FEATURES, KCOV_CALL_OPEN },
	{ KCOV_CALL_ENABLE_REMOTE, KCOV_CALL_HANDLE },
	{ KCOV_CALL_ENABLE_REMOTE, KCOV_CALL_ENABLE },
	{ KCOV_CALL_ENABLE_REMOTE, KCOV_CALL_OPEN },
	{ KCOV_CALL_ENABLE_WITH_REMOTE, KCOV_CALL_ENABLE_REMOTE },
	{ KCOV_CALL_WAIT_REMOTE, KCOV_CALL_OPEN },
	{ KCOV_CALL_POOL, KCOV_CALL_OPEN },
};

static const char *kcov_error_find(enum kcov_call call, int error)
{
	const char *text = NULL;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].call == call && texts[i].error == error)
			return texts[i].text;
	for (size_t i = 0; !text && i < sizeof(also) / sizeof(also[0]); i++)
		if (also[i].call == call)
			text = kcov_error_find(also[i].other, error);
	return text;
}

KCOV_PUBLIC const char *kcov_strerror(enum kcov_call call, int error)
{
	const char *text;

	if (error < 0 && error >= -4095)
		error = -error;
	text = kcov_error_find(call, error);
	if (!text && error == KCOV_ENOTSUPP)
		text = "ENOTSUPP: not supported by this kernel";
	if (!text)
		text = strerrordesc_np(error);
	return text ? text : "unknown error";
}
