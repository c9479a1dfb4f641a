// SPDX-License-Identifier: MIT
/*
 * Record what bench-feedback and bench-user work on, in a kernel: buffers of 65536 PCs
 * from a mix of system calls over /proc and /sys, then small ones of a single call each.
 * The file, named by the argument, is one buffer after the other as the kernel lays them
 * out: the count, then so many PCs.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <kcov/kcov.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	LARGE = 65536,
	N_LARGE = 8,
};

static struct kcov *kcov;
static FILE *file;

/* A call that fails has been recorded as well as one that does not. */
static void use_memory(void)
{
	char *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		return;
	memset(map, 1, 8192);
	mprotect(map, 4096, PROT_READ);
	munmap(map, 8192);
}

static void use_pipe(void)
{
	char bytes[100] = "";
	int fds[2];

	if (pipe(fds))
		return;
	if (write(fds[1], bytes, sizeof(bytes)) > 0 && read(fds[0], bytes, sizeof(bytes)) < 0)
		warn("read");
	close(fds[0]);
	close(fds[1]);
}

static void use_sockets(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(9) };
	int udp = socket(AF_INET, SOCK_DGRAM, 0);
	int pair[2];

	sendto(udp, "x", 1, MSG_DONTWAIT, (struct sockaddr *)&address, sizeof(address));
	close(udp);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return;
	send(pair[0], "x", 1, MSG_DONTWAIT);
	close(pair[0]);
	close(pair[1]);
}

static void use_events(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int event_fd = eventfd(1, EFD_NONBLOCK);
	int epoll = epoll_create1(0);

	epoll_ctl(epoll, EPOLL_CTL_ADD, event_fd, &event);
	epoll_wait(epoll, &event, 1, 0);
	close(epoll);
	close(event_fd);
}

static void use_child(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
}

static int visit(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
	static void (*const uses[])(void) = { use_memory, use_pipe, use_sockets, use_events,
					      use_child };
	static unsigned int turn;
	char bytes[1024];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	(void)stat;
	(void)ftw;
	if (type == FTW_F && read(fd, bytes, sizeof(bytes)) < 0)
		errno = 0;
	close(fd);
	uses[turn++ % (sizeof(uses) / sizeof(uses[0]))]();
	return kcov_is_full(kcov);
}

static void keep(void)
{
	struct kcov_pcs pcs;
	uint64_t count;

	kcov_pcs(kcov, &pcs);
	count = pcs.count < LARGE ? pcs.count : LARGE;
	if (fwrite(&count, sizeof(count), 1, file) != 1 ||
	    fwrite(pcs.pcs, sizeof(*pcs.pcs), count, file) != count)
		err(1, "cannot write");
}

static void record_large(void)
{
	const char *const trees[] = { "/proc/self", "/sys/module",  "/proc/sys",
				      "/sys/class", "/sys/devices", "/etc" };

	for (size_t i = 0; i < N_LARGE; i++) {
		kcov_reset(kcov);
		for (size_t j = i; !kcov_is_full(kcov); j++)
			nftw(trees[j % (sizeof(trees) / sizeof(trees[0]))], visit, 10, FTW_PHYS);
		keep();
	}
}

static void use_parent(void)
{
	getppid();
}

static void use_file(void)
{
	char bytes[1024];
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);

	if (read(fd, bytes, sizeof(bytes)) < 0)
		warn("/proc/self/stat");
	close(fd);
}

static void record_small(void)
{
	static void (*const uses[])(void) = { use_parent, use_pipe, use_file };

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		/* The first time it faults in what it touches. */
		for (int round = 0; round < 2; round++) {
			kcov_reset(kcov);
			uses[i]();
		}
		keep();
	}
}

int main(int argc, char **argv)
{
	int error;

	if (argc != 2)
		errx(2, "usage: bench-record FILE");
	file = fopen(argv[1], "we");
	if (!file)
		err(1, "%s", argv[1]);
	if ((error = kcov_open(NULL, &kcov)))
		errx(1, "%s", kcov_strerror(KCOV_CALL_OPEN, error));
	if ((error = kcov_enable(kcov, KCOV_MODE_PC)))
		errx(1, "%s", kcov_strerror(KCOV_CALL_ENABLE, error));
	record_large();
	record_small();
	kcov_close(kcov);
	if (fclose(file))
		err(1, "%s", argv[1]);
	return 0;
}
