// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"
#include "sys.h"

#include <string.h>

static const struct script_step *next;
static size_t page_size = 4096;

void script_begin(const struct script_step *steps)
{
	next = steps;
}

void script_end(void)
{
	if (next && next->call)
		fail_msg("the script expected another call: number %d", (int)next->call);
	next = NULL;
	page_size = 4096;
}

void script_set_page_size(size_t size)
{
	page_size = size;
}

static const struct script_step *play(enum script_call call)
{
	if (!next || next->call != call)
		fail_msg("call number %d, the script expected %d", (int)call,
			 next ? (int)next->call : 0);
	if (next->count)
		*next->count = next->counted;
	return next++;
}

/* A call on a buffer, with the pages around it or without. */
static int play_area(enum script_call call, const void *at, size_t size, size_t around)
{
	const struct script_step *step = play(call);

	assert_int_equal((uintptr_t)at, (uintptr_t)step->area - around);
	assert_int_equal(size, step->arg + 2 * around);
	return step->result;
}

int kcov_sys_open(const char *path)
{
	const struct script_step *step = play(SCRIPT_OPEN);

	assert_string_equal(path, step->path);
	return step->result;
}

int kcov_sys_open_to_read(const char *path)
{
	const struct script_step *step = play(SCRIPT_OPEN_TO_READ);

	assert_string_equal(path, step->path);
	return step->result;
}

int kcov_sys_close(int fd)
{
	const struct script_step *step = play(SCRIPT_CLOSE);

	assert_int_equal(fd, step->fd);
	return step->result;
}

int kcov_sys_dup_above(int fd, int min_fd)
{
	const struct script_step *step = play(SCRIPT_DUP);

	assert_int_equal(fd, step->fd);
	assert_true(min_fd > 2);
	return step->result;
}

int kcov_sys_read(int fd, void *buffer, size_t size)
{
	const struct script_step *step = play(SCRIPT_READ);

	assert_int_equal(fd, step->fd);
	if (step->result > 0) {
		assert_true((size_t)step->result <= size);
		memcpy(buffer, step->path, (size_t)step->result);
	}
	return step->result;
}

int kcov_sys_ioctl(int fd, unsigned long request, unsigned long arg)
{
	const struct script_step *step = play(SCRIPT_IOCTL);

	assert_int_equal(fd, step->fd);
	assert_int_equal(request, step->request);
	assert_int_equal(arg, step->arg);
	return step->result;
}

int kcov_sys_ioctl_ptr(int fd, unsigned long request, void *arg)
{
	const struct script_step *step = play(SCRIPT_IOCTL_PTR);
	const struct kcov_remote_arg *remote = arg;

	assert_int_equal(fd, step->fd);
	assert_int_equal(request, step->request);
	assert_non_null(arg);
	if (step->remote)
		assert_memory_equal(remote, step->remote,
				    sizeof(*remote) +
					    remote->num_handles * sizeof(remote->handles[0]));
	return step->result;
}

int kcov_sys_reserve(size_t size, void **ret)
{
	const struct script_step *step = play(SCRIPT_RESERVE);

	assert_int_equal(size, step->arg + 2 * page_size);
	if (!step->result)
		*ret = (void *)((uintptr_t)step->area - page_size);
	return step->result;
}

int kcov_sys_map(int fd, void *at, size_t size)
{
	assert_int_equal(fd, next ? next->fd : -1);
	return play_area(SCRIPT_MAP, at, size, 0);
}

int kcov_sys_unmap_to_reserve(void *at, size_t size)
{
	return play_area(SCRIPT_UNMAP_TO_RESERVE, at, size, 0);
}

int kcov_sys_unmap(void *at, size_t size)
{
	return play_area(SCRIPT_UNMAP, at, size, page_size);
}

int kcov_sys_protect(void *at, size_t size, bool writable)
{
	assert_int_equal(writable, next ? next->request : 2);
	return play_area(SCRIPT_PROTECT, at, size, 0);
}

int kcov_sys_pkey_alloc(void)
{
	return play(SCRIPT_PKEY_ALLOC)->result;
}

int kcov_sys_pkey_free(int pkey)
{
	const struct script_step *step = play(SCRIPT_PKEY_FREE);

	assert_int_equal(pkey, step->fd);
	return step->result;
}

int kcov_sys_pkey_protect(void *at, size_t size, int pkey)
{
	assert_int_equal(pkey, next ? next->fd : -1);
	return play_area(SCRIPT_PKEY_PROTECT, at, size, 0);
}

int kcov_sys_pkey_set(int pkey, bool writable)
{
	const struct script_step *step = play(SCRIPT_PKEY_SET);

	assert_int_equal(pkey, step->fd);
	assert_int_equal(writable, step->arg);
	return step->result;
}

int kcov_sys_random(uint32_t *ret)
{
	const struct script_step *step = play(SCRIPT_RANDOM);

	if (!step->result)
		*ret = (uint32_t)step->value;
	return step->result;
}

/* Nobody stores anything in a script. */
int kcov_sys_barrier(void)
{
	return 0;
}

uint64_t kcov_sys_now_ms(void)
{
	return play(SCRIPT_NOW)->value;
}

void kcov_sys_sleep_ms(unsigned int ms)
{
	assert_int_equal(ms, play(SCRIPT_SLEEP)->arg);
}

bool kcov_sys_is_on_debugfs(const char *path)
{
	const struct script_step *step = play(SCRIPT_IS_ON_DEBUGFS);

	assert_string_equal(path, step->path);
	return step->result;
}

size_t kcov_sys_page_size(void)
{
	return page_size;
}
