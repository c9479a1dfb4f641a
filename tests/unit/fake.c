// SPDX-License-Identifier: MIT
#include "fake-internal.h"

#include "sys.h"
#include "uapi.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* The kernel's own ENOTSUPP. */
#define ENOTSUPP 524

/* Records of one call, and of the end of one. */
#define CALL_RECORDS 4
#define TAIL_RECORDS 2

/* What is recorded: the kernel is moved by 0x1c000000. */
#define PC 0xffffffff81201010u
static const char kallsyms[] = "ffffffff9d201000 T ksys_read\n"
			       "ffffffff9d201100 T vfs_write\n";

struct fake_thread {
	struct fake_device *local, *remote;
};

struct fake_device {
	unsigned int fds;
	/* 0: not initialised. */
	size_t words;
	int memory;
	/* The kernel's view of the buffer. */
	uint64_t *area;
	unsigned int mode;
	struct fake_thread *owner;
	/* The common one is among them; none if the owner is a local one. */
	uint64_t handles[0x101];
	size_t n_handles;
};

struct fake_file {
	bool open;
	/* NULL: kallsyms. */
	struct fake_device *device;
	size_t offset;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_exit;
static _Thread_local struct fake_thread self;

static struct fake_kernel kernel;
static struct fake_device devices[128];
static struct fake_file files[1024];
static uint64_t now_ms;
static uint32_t random_number;

static struct {
	unsigned int nth, which;
	enum fake_fault fault;
	enum fake_call call;
	int error;
} fail;

/* Those that the kernel can give for each call, ENOTSUPP included. */
static const struct {
	const char *name;
	int errors[8];
} calls[] = {
	[FAKE_OPEN] = { "open", { EACCES, EPERM, ENOENT, EMFILE, ENFILE, ENOMEM } },
	[FAKE_OPEN_TO_READ] = { "open to read", { ENOENT, EACCES, EMFILE } },
	[FAKE_CLOSE] = { "close", { EINTR, EIO } },
	[FAKE_DUP] = { "dup", { EINVAL, EMFILE } },
	[FAKE_READ] = { "read", { EINTR, EIO } },
	[FAKE_INIT_TRACE] = { "INIT_TRACE", { ENOTTY, EINVAL, ENOMEM, EBUSY } },
	[FAKE_ENABLE] = { "ENABLE", { EINVAL, EBUSY, ENOTSUPP } },
	[FAKE_DISABLE] = { "DISABLE", { EINVAL } },
	[FAKE_REMOTE_ENABLE] = { "REMOTE_ENABLE",
				 { ENOTTY, EFAULT, EINVAL, ENOMEM, EBUSY, ENOTSUPP, EEXIST } },
	[FAKE_RESET_TRACE] = { "RESET_TRACE", { ENOTTY, EINVAL } },
	[FAKE_RESERVE] = { "reserve", { ENOMEM, EAGAIN } },
	[FAKE_MAP] = { "map", { EINVAL, ENOMEM, EAGAIN } },
	[FAKE_UNMAP_TO_RESERVE] = { "unmap to reserve", { ENOMEM } },
	[FAKE_UNMAP] = { "unmap", { ENOMEM } },
	[FAKE_PROTECT] = { "protect", { ENOMEM, EACCES } },
	[FAKE_PKEY_ALLOC] = { "pkey_alloc", { ENOSPC, EINVAL, ENOSYS } },
	[FAKE_PKEY_FREE] = { "pkey_free", { EINVAL } },
	[FAKE_PKEY_PROTECT] = { "pkey_mprotect", { ENOMEM, EINVAL, EACCES } },
	[FAKE_PKEY_SET] = { "pkey_set", { EINVAL, ENOSYS } },
	[FAKE_RANDOM] = { "getrandom", { ENOSYS, EPERM } },
};

void fake_die(const char *why)
{
	fprintf(stderr, "fake kernel: %s\n", why);
	abort();
}

bool fake_has_pkeys(void)
{
	return kernel.pkeys;
}

void fake_boot(const struct fake_kernel *it)
{
	kernel = *it;
	fail.nth = 0;
}

void fake_fail(unsigned int nth, unsigned int which)
{
	fail.nth = nth;
	fail.which = which;
	fail.fault = FAKE_NOT_REACHED;
}

enum fake_fault fake_fault(enum fake_call *call, int *error)
{
	if (fail.fault == FAKE_FAILED) {
		*call = fail.call;
		*error = fail.error;
	}
	return fail.fault;
}

const char *fake_call_name(enum fake_call call)
{
	return calls[call].name;
}

struct fake_state fake_state(void)
{
	struct fake_state state = { 0 };

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < N(files); i++)
		state.fds += files[i].open;
	for (size_t i = 0; i < N(devices); i++)
		state.enabled += devices[i].owner != NULL;
	fake_memory_state(&state);
	pthread_mutex_unlock(&lock);
	return state;
}

/* The entries, and then the count, as the kernel does it. */
static void device_record(struct fake_device *device, unsigned int records)
{
	const size_t entry = device->mode == KCOV_TRACE_CMP ? 4 : 1;
	const size_t room = (device->words - 1) / entry;
	uint64_t count = __atomic_load_n(device->area, __ATOMIC_RELAXED);

	for (; records && count < room; records--, count++) {
		uint64_t *at = device->area + 1 + count * entry;

		if (entry > 1) {
			at[0] = KCOV_CMP_CONST | KCOV_CMP_SIZE(2);
			at[1] = 1;
			at[2] = 2;
		}
		at[entry - 1] = PC;
	}
	__atomic_store_n(device->area, count, __ATOMIC_RELEASE);
}

int fake_step(enum fake_call call)
{
	if (!fail.nth || --fail.nth)
		return 0;
	fail.call = call;
	fail.error = fail.which < N(calls[call].errors) ? calls[call].errors[fail.which] : 0;
	fail.fault = fail.error ? FAKE_FAILED : FAKE_NO_SUCH_ERROR;
	return -fail.error;
}

void fake_lock(void)
{
	pthread_mutex_lock(&lock);
}

int fake_begin(enum fake_call call)
{
	fake_lock();
	if (self.local)
		device_record(self.local, CALL_RECORDS);
	return fake_step(call);
}

int fake_end(int result)
{
	pthread_mutex_unlock(&lock);
	return result;
}

static struct fake_file *file_of(int fd)
{
	if (fd < 0 || (size_t)fd >= N(files) || !files[fd].open)
		fake_die("a descriptor that is not open is used");
	return &files[fd];
}

static struct fake_device *device_of(int fd)
{
	struct fake_device *device = file_of(fd)->device;

	if (!device)
		fake_die("a file that is no device is used as one");
	return device;
}

static int new_fd(int from, struct fake_device *device)
{
	for (int fd = from; (size_t)fd < N(files); fd++) {
		if (files[fd].open)
			continue;
		files[fd] = (struct fake_file){ .open = true, .device = device };
		if (device)
			device->fds++;
		return fd;
	}
	return -EMFILE;
}

/* The kernel keeps it for as long as somebody refers to it. */
static void device_put(struct fake_device *device)
{
	if (device->fds || device->owner)
		return;
	if (device->words) {
		munmap(device->area, device->words * sizeof(uint64_t));
		close(device->memory);
	}
	memset(device, 0, sizeof(*device));
}

static void device_release(struct fake_device *device)
{
	if (!device)
		return;
	device->owner = NULL;
	device->n_handles = 0;
	device_put(device);
}

/* What kcov_task_exit() does. */
static void thread_exit(void *thread)
{
	struct fake_thread *gone = thread;

	pthread_mutex_lock(&lock);
	device_release(gone->local);
	device_release(gone->remote);
	gone->local = gone->remote = NULL;
	pthread_mutex_unlock(&lock);
}

static void make_key(void)
{
	pthread_key_create(&at_exit, thread_exit);
}

static void device_give(struct fake_device *device, unsigned int mode, struct fake_device **slot)
{
	pthread_once(&once, make_key);
	pthread_setspecific(at_exit, &self);
	device->mode = mode;
	device->owner = &self;
	*slot = device;
}

int kcov_sys_open(const char *path)
{
	int result = fake_begin(FAKE_OPEN);

	(void)path;
	for (size_t i = 0; !result && i < N(devices); i++)
		if (!devices[i].fds && !devices[i].owner)
			result = new_fd(3, &devices[i]);
	return fake_end(result ? result : -ENOMEM);
}

int kcov_sys_open_to_read(const char *path)
{
	int err = fake_begin(FAKE_OPEN_TO_READ);

	(void)path;
	return fake_end(err ? err : new_fd(3, NULL));
}

int kcov_sys_close(int fd)
{
	int err = fake_begin(FAKE_CLOSE);
	struct fake_file *file = file_of(fd);
	struct fake_device *device = file->device;

	file->open = false;
	if (device) {
		device->fds--;
		device_put(device);
	}
	return fake_end(err);
}

int kcov_sys_dup_above(int fd, int min_fd)
{
	int err = fake_begin(FAKE_DUP);

	return fake_end(err ? err : new_fd(min_fd, file_of(fd)->device));
}

int kcov_sys_read(int fd, void *buffer, size_t size)
{
	int err = fake_begin(FAKE_READ);
	struct fake_file *file;
	size_t rest;

	if (err || fd < 0)
		return fake_end(err ? err : -EBADF);
	file = file_of(fd);
	rest = sizeof(kallsyms) - 1 - file->offset;
	if (size > rest)
		size = rest;
	memcpy(buffer, kallsyms + file->offset, size);
	file->offset += size;
	return fake_end((int)size);
}

static int device_init(struct fake_device *device, size_t words)
{
	const size_t size = words * sizeof(uint64_t);

	if (words < 2 || words > INT_MAX / sizeof(uint64_t))
		return -EINVAL;
	if (device->words)
		return -EBUSY;
	device->memory = memfd_create("fake-kcov", MFD_CLOEXEC);
	if (device->memory < 0 || ftruncate(device->memory, (off_t)size))
		fake_die("no memory for a device");
	device->area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, device->memory, 0);
	if (device->area == MAP_FAILED)
		fake_die("no address for a device");
	device->words = words;
	return 0;
}

static bool can_enable(unsigned int mode, int *err)
{
	if (mode == KCOV_TRACE_CMP && !kernel.cmp)
		*err = -ENOTSUPP;
	else if (mode != KCOV_TRACE_PC && mode != KCOV_TRACE_CMP)
		*err = -EINVAL;
	else
		return true;
	return false;
}

static int device_enable(struct fake_device *device, unsigned int mode)
{
	int err = 0;

	if (!device->words || device->owner)
		return -EINVAL;
	if (self.local || (self.remote && !kernel.simultaneous))
		return -EBUSY;
	if (!can_enable(mode, &err))
		return err;
	device_give(device, mode, &self.local);
	device_record(device, TAIL_RECORDS);
	return 0;
}

static int device_disable(struct fake_device *device, unsigned long arg)
{
	if (arg || device->owner != &self)
		return -EINVAL;
	if (self.local == device)
		self.local = NULL;
	else
		self.remote = NULL;
	device_release(device);
	return 0;
}

static int device_reset(struct fake_device *device, unsigned long arg)
{
	if (!kernel.reset_trace)
		return -ENOTTY;
	if (arg || device->owner != &self)
		return -EINVAL;
	__atomic_store_n(device->area, 0, __ATOMIC_RELAXED);
	if (self.local == device)
		device_record(device, TAIL_RECORDS);
	return 0;
}

static struct fake_device *listener(uint64_t handle)
{
	for (size_t i = 0; i < N(devices); i++)
		for (size_t j = 0; j < devices[i].n_handles; j++)
			if (devices[i].handles[j] == handle)
				return &devices[i];
	return NULL;
}

static int device_add_handle(struct fake_device *device, uint64_t handle, bool common)
{
	const bool is_common = !(handle & KCOV_SUBSYSTEM_MASK);
	const bool is_usb = (handle & KCOV_SUBSYSTEM_MASK) == KCOV_SUBSYSTEM_USB;

	if (handle & ~(KCOV_SUBSYSTEM_MASK | KCOV_INSTANCE_MASK) ||
	    !(handle & KCOV_INSTANCE_MASK) || !(common ? is_common : is_usb))
		return -EINVAL;
	if (listener(handle))
		return -EEXIST;
	device->handles[device->n_handles++] = handle;
	return 0;
}

static int device_add_handles(struct fake_device *device, const struct kcov_remote_arg *arg)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < arg->num_handles; i++)
		err = device_add_handle(device, arg->handles[i], false);
	if (!err && arg->common_handle)
		err = device_add_handle(device, arg->common_handle, true);
	if (err)
		device->n_handles = 0;
	return err;
}

static int device_enable_remote(struct fake_device *device, const struct kcov_remote_arg *arg)
{
	int err = 0;

	if (!kernel.remote)
		return -ENOTTY;
	if (arg->num_handles > 0x100 || !device->words || device->owner)
		return -EINVAL;
	if (self.remote || (self.local && !kernel.simultaneous))
		return -EBUSY;
	if (!can_enable(arg->trace_mode, &err))
		return err;
	err = device_add_handles(device, arg);
	if (!err)
		device_give(device, arg->trace_mode, &self.remote);
	return err;
}

int fake_memory_of(int fd, size_t *size)
{
	const struct fake_device *device = device_of(fd);

	*size = device->words * sizeof(uint64_t);
	return device->words ? device->memory : -EINVAL;
}

int kcov_sys_ioctl(int fd, unsigned long request, unsigned long arg)
{
	int err, injected;

	switch (request) {
	case KCOV_INIT_TRACE64:
		err = fake_begin(FAKE_INIT_TRACE);
		return fake_end(err ? err : device_init(device_of(fd), arg));
	case KCOV_ENABLE:
		err = fake_begin(FAKE_ENABLE);
		return fake_end(err ? err : device_enable(device_of(fd), (unsigned int)arg));
	case KCOV_DISABLE:
		injected = fake_begin(FAKE_DISABLE);
		err = device_disable(device_of(fd), arg);
		return fake_end(err ? err : injected);
	case KCOV_RESET_TRACE:
		err = fake_begin(FAKE_RESET_TRACE);
		return fake_end(err ? err : device_reset(device_of(fd), arg));
	}
	fake_die("an ioctl that kcov does not have");
}

int kcov_sys_ioctl_ptr(int fd, unsigned long request, void *arg)
{
	int err = fake_begin(FAKE_REMOTE_ENABLE);

	if (request != KCOV_REMOTE_ENABLE)
		fake_die("an ioctl that takes no pointer");
	return fake_end(err ? err : device_enable_remote(device_of(fd), arg));
}

int kcov_sys_random(uint32_t *ret)
{
	int err = fake_begin(FAKE_RANDOM);

	if (!err)
		*ret = ++random_number;
	return fake_end(err);
}

/* Tasks of the fake store in the order in which they do. */
int kcov_sys_barrier(void)
{
	return 0;
}

uint64_t kcov_sys_now_ms(void)
{
	return __atomic_load_n(&now_ms, __ATOMIC_RELAXED);
}

/* Nobody waits so long in a test; but others are to run meanwhile. */
void kcov_sys_sleep_ms(unsigned int ms)
{
	const struct timespec moment = { .tv_nsec = 100000 };

	nanosleep(&moment, NULL);
	__atomic_fetch_add(&now_ms, ms, __ATOMIC_RELAXED);
}

bool kcov_sys_is_on_debugfs(const char *path)
{
	(void)path;
	return true;
}

void fake_section(uint64_t handle, unsigned int records)
{
	struct fake_device *device;

	pthread_mutex_lock(&lock);
	device = listener(handle);
	if (device)
		device_record(device, records);
	pthread_mutex_unlock(&lock);
}
