// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"
#include "sys.h"

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
	return next++;
}

int kcov_sys_open(const char *path)
{
	const struct script_step *step = play(SCRIPT_OPEN);

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

	assert_int_equal(fd, step->fd);
	assert_int_equal(request, step->request);
	assert_non_null(arg);
	return step->result;
}

int kcov_sys_map(int fd, size_t size, uint64_t **ret)
{
	const struct script_step *step = play(SCRIPT_MAP);

	assert_int_equal(fd, step->fd);
	assert_int_equal(size, step->arg);
	if (!step->result)
		*ret = step->area;
	return step->result;
}

int kcov_sys_unmap(uint64_t *area, size_t size)
{
	const struct script_step *step = play(SCRIPT_UNMAP);

	assert_ptr_equal(area, step->area);
	assert_int_equal(size, step->arg);
	return step->result;
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
