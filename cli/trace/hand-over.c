// SPDX-License-Identifier: MIT
#include "hand-over.h"

#include "proc-status.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	/* Of a random name. */
	NAME_BYTES = 16,
};

/* For a thread and not for its process; Linux 6.9. */
#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

/* Where tasks have such calls, they have the same numbers for all. */
static int open_pidfd(pid_t pid, unsigned int flags)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, flags);

	return fd < 0 ? -errno : fd;
}

/* A call whose result is a descriptor. */
static int call_for_fd(struct inject *inject, int number, const uint64_t args[6], int *ret)
{
	long result;
	int err = inject_call(inject, number, args, &result);

	if (err)
		return err;
	if (result < 0)
		return (int)result;
	*ret = (int)result;
	return 0;
}

/* Whether pids are to it what they are to us. */
static bool has_our_pids(pid_t tid)
{
	static struct stat ours;
	struct stat theirs;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)tid);
	return (ours.st_ino || !stat("/proc/self/ns/pid", &ours)) && !stat(path, &theirs) &&
	       ours.st_ino == theirs.st_ino;
}

/* It takes the descriptor from us, if it may do so. */
static int let_take(struct inject *inject, int fd, struct handed *handed)
{
	static pid_t ours;
	int err;

	if (!ours)
		ours = getpid();
	if (!has_our_pids(inject->tid))
		return -ENOENT;
	err = call_for_fd(inject, inject->abi->pidfd_open, (const uint64_t[6]){ (uint64_t)ours },
			  &handed->other_fd);
	if (err)
		return err;
	return call_for_fd(inject, inject->abi->pidfd_getfd,
			   (const uint64_t[6]){ (uint64_t)handed->other_fd, (uint64_t)fd },
			   &handed->fd);
}

/* Whether a descriptor of ours is the one of that number of a task's. */
static bool is_same(int ours, pid_t tid, int theirs)
{
	char path[48];
	struct stat a, b;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)tid, theirs);
	return !fstat(ours, &a) && !stat(path, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Before Linux 6.9 by way of its process's first thread, whose descriptors need not be its own. */
static int copy_fd(pid_t tid, pid_t pid, int fd)
{
	int pidfd = open_pidfd(tid, tid == pid ? 0 : PIDFD_THREAD), copy, err;
	bool is_certain = pidfd >= 0;

	if (pidfd == -EINVAL)
		pidfd = open_pidfd(pid, 0);
	if (pidfd < 0)
		return pidfd;
	copy = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	err = copy < 0 ? -errno : 0;
	close(pidfd);
	if (err || is_certain || is_same(copy, tid, fd))
		return err ? err : copy;
	close(copy);
	return -EBADF;
}

/*
 * Make a socket its own peer, so that nobody else can send to it: of an abstract name, which is no
 * file, and which nobody can guess who would have it first, or send to it until it has a peer.
 */
static int connect_to_itself(int socket)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const socklen_t length = offsetof(struct sockaddr_un, sun_path) + 1 + NAME_BYTES;

	if (getrandom(address.sun_path + 1, NAME_BYTES, 0) != NAME_BYTES)
		return -EIO;
	if (bind(socket, (struct sockaddr *)&address, length) ||
	    connect(socket, (struct sockaddr *)&address, length))
		return -errno;
	return 0;
}

/* Through a socket to itself, so that whoever receives from the same socket gets it. */
static int send_fd(int through, int fd)
{
	char byte = 0;
	struct iovec bytes = { &byte, 1 };
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .header = { .cmsg_len = CMSG_LEN(sizeof(int)),
				  .cmsg_level = SOL_SOCKET,
				  .cmsg_type = SCM_RIGHTS } };
	const struct msghdr message = { .msg_iov = &bytes,
					.msg_iovlen = 1,
					.msg_control = &control,
					.msg_controllen = sizeof(control) };
	int err = connect_to_itself(through);

	if (err)
		return err;
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(through, &message, 0) < 0 ? -errno : 0;
}

static int send_through(pid_t tid, pid_t pid, int socket, int fd)
{
	int copy = copy_fd(tid, pid, socket), err;

	if (copy < 0)
		return copy;
	err = send_fd(copy, fd);
	close(copy);
	return err;
}

/* What recvmsg needs, in the task's memory; the control message's length is 4 or 8 bytes. */
struct box_64 {
	uint64_t name, name_size, vec, vec_size, control, control_size, flags;
	uint64_t base, size;
	struct {
		uint64_t size;
		int32_t level, type, fd, pad;
	} message;
	uint64_t byte;
};

struct box_32 {
	uint32_t name, name_size, vec, vec_size, control, control_size, flags;
	uint32_t base, size;
	struct {
		uint32_t size;
		int32_t level, type, fd;
	} message;
	uint32_t byte;
};

#define MAKE_BOX(type, at)                                                                         \
	((type){                                                                                   \
		.vec = (__typeof__(((type *)0)->vec))((at) + offsetof(type, base)),                \
		.vec_size = 1,                                                                     \
		.control = (__typeof__(((type *)0)->vec))((at) + offsetof(type, message)),         \
		.control_size = sizeof(((type *)0)->message),                                      \
		.base = (__typeof__(((type *)0)->vec))((at) + offsetof(type, byte)),               \
		.size = 1,                                                                         \
		.message.fd = -1,                                                                  \
	})

union box {
	struct box_64 wide;
	struct box_32 narrow;
};

static int receive_in_task(struct inject *inject, int socket, uint64_t at, int *ret)
{
	const bool is_32 = inject->abi->is_32;
	const size_t size = is_32 ? sizeof(struct box_32) : sizeof(struct box_64);
	union box box;
	long result;
	int err;

	if (is_32)
		box.narrow = MAKE_BOX(struct box_32, at);
	else
		box.wide = MAKE_BOX(struct box_64, at);
	err = inject_write(inject, at, &box, size);
	if (!err)
		err = inject_call(inject, inject->abi->recvmsg,
				  (const uint64_t[6]){ (uint64_t)socket, at,
						       MSG_CMSG_CLOEXEC | MSG_DONTWAIT },
				  &result);
	if (err || result < 0)
		return err ? err : (int)result;
	err = inject_read(inject, at, &box, size);
	if (err)
		return err;
	*ret = is_32 ? box.narrow.message.fd : box.wide.message.fd;
	/* There was no room for one more. */
	return *ret < 0 ? -EMFILE : 0;
}

static int let_receive(struct inject *inject, int socket, int *ret)
{
	struct inject_memory memory;
	int put_err, err = inject_memory_get(inject, sizeof(union box), &memory);

	if (err)
		return err;
	err = receive_in_task(inject, socket, memory.at, ret);
	put_err = inject->is_lost ? 0 : inject_memory_put(inject, &memory);
	return err ? err : put_err;
}

static int hand_through_socket(struct inject *inject, pid_t pid, int fd, struct handed *handed)
{
	int err = call_for_fd(inject, inject->abi->socket,
			      (const uint64_t[6]){ AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC },
			      &handed->other_fd);

	if (!err)
		err = send_through(inject->tid, pid, handed->other_fd, fd);
	return err ? err : let_receive(inject, handed->other_fd, &handed->fd);
}

static int close_other(struct inject *inject, struct handed *handed)
{
	const int fd = handed->other_fd;

	handed->other_fd = -1;
	return fd < 0 ? 0 : inject_close(inject, fd, fd);
}

static int hand_somehow(struct inject *inject, pid_t pid, int fd, struct handed *handed)
{
	int err;

	*handed = (struct handed){ .fd = -1, .other_fd = -1 };
	err = let_take(inject, fd, handed);
	if (!err || inject->is_lost || err == -EMFILE)
		return err;
	/* It may not, or cannot. */
	err = close_other(inject, handed);
	return err ? err : hand_through_socket(inject, pid, fd, handed);
}

/* For the time being it may have two descriptors more. */
static int hand_beyond_limit(struct inject *inject, pid_t pid, int fd, struct handed *handed)
{
	struct rlimit limit, raised, now;
	int err = close_other(inject, handed);

	if (err)
		return err;
	if (prlimit(inject->tid, RLIMIT_NOFILE, NULL, &limit))
		return -errno;
	/* It may have more than it may open: those of before, or of who made it. */
	raised.rlim_cur = (rlim_t)proc_status(inject->tid, "FDSize", 0);
	if (raised.rlim_cur < limit.rlim_cur)
		raised.rlim_cur = limit.rlim_cur;
	raised.rlim_cur += 2;
	raised.rlim_max = limit.rlim_max < raised.rlim_cur ? raised.rlim_cur : limit.rlim_max;
	if (prlimit(inject->tid, RLIMIT_NOFILE, &raised, NULL))
		return -EMFILE;
	err = hand_somehow(inject, pid, fd, handed);
	/* Unless another thread of it has set one meanwhile. */
	if (!prlimit(inject->tid, RLIMIT_NOFILE, NULL, &now) && now.rlim_cur == raised.rlim_cur &&
	    now.rlim_max == raised.rlim_max)
		prlimit(inject->tid, RLIMIT_NOFILE, &limit, NULL);
	return err;
}

int hand_over(struct inject *inject, pid_t pid, int fd, struct handed *ret)
{
	int err = hand_somehow(inject, pid, fd, ret);

	return err == -EMFILE && !inject->is_lost ? hand_beyond_limit(inject, pid, fd, ret) : err;
}
