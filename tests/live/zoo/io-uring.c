// SPDX-License-Identifier: MIT
// io_uring by itself: a call that does nothing, and reads that a worker has to do, which is a
// thread of this process that only the kernel runs. With "wait" such a read lasts: it says "ready"
// in a file of that name, and goes on when there is one named "go".
#include "zoo.h"

#include <linux/io_uring.h>

struct ring {
	int fd;
	char *sq, *cq;
	struct io_uring_params params;
	struct io_uring_sqe *sqes;
};

static char *map(const struct ring *ring, size_t size, off_t offset)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, offset);

	if (p == MAP_FAILED)
		zoo_fail("mmap");
	return p;
}

static unsigned int *word(char *at, unsigned int offset)
{
	return (unsigned int *)(void *)(at + offset);
}

static void enter(const struct ring *ring, unsigned int submitted, unsigned int completed)
{
	int result;

	do
		result = (int)syscall(SYS_io_uring_enter, ring->fd, submitted, completed,
				      IORING_ENTER_GETEVENTS, NULL, 0);
	while (result < 0 && errno == EINTR);
	zoo_must(result, "io_uring_enter");
}

static void submit(struct ring *ring, const struct io_uring_sqe *sqe)
{
	unsigned int *tail = word(ring->sq, ring->params.sq_off.tail);
	unsigned int at = *tail & *word(ring->sq, ring->params.sq_off.ring_mask);

	ring->sqes[at] = *sqe;
	word(ring->sq, ring->params.sq_off.array)[at] = at;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	enter(ring, 1, 0);
}

/* The result of one. */
static int complete(struct ring *ring)
{
	unsigned int *head = word(ring->cq, ring->params.cq_off.head);
	unsigned int mask = *word(ring->cq, ring->params.cq_off.ring_mask);
	struct io_uring_cqe *cqes = (void *)(ring->cq + ring->params.cq_off.cqes);
	int result;

	enter(ring, 0, 1);
	result = cqes[*head & mask].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return result;
}

static int run(struct ring *ring, const struct io_uring_sqe *sqe)
{
	submit(ring, sqe);
	return complete(ring);
}

/* Until somebody says so. */
static void read_late(struct ring *ring, struct io_uring_sqe *read_file)
{
	int pipe[2];

	zoo_must(pipe2(pipe, O_CLOEXEC), "pipe2");
	read_file->fd = pipe[0];
	submit(ring, read_file);
	zoo_is_ready();
	zoo_until_go();
	zoo_must((int)write(pipe[1], "late", 4), "write");
	zoo_say("read: %d, %s\n", complete(ring), (char *)read_file->addr);
}

int main(int argc, char **argv)
{
	struct io_uring_sqe nop = { .opcode = IORING_OP_NOP };
	struct io_uring_sqe read_file = { .opcode = IORING_OP_READ, .flags = IOSQE_ASYNC };
	struct ring ring = { 0 };
	char text[8] = "";

	ring.fd = (int)syscall(SYS_io_uring_setup, 8, &ring.params);
	if (ring.fd < 0) {
		zoo_say_result("io_uring_setup", -1);
		return 36;
	}
	ring.sq = map(&ring, 4096, IORING_OFF_SQ_RING);
	ring.cq = map(&ring, 4096, IORING_OFF_CQ_RING);
	ring.sqes = (void *)map(&ring, 4096, (off_t)IORING_OFF_SQES);
	zoo_say("nop: %d\n", run(&ring, &nop));
	read_file.addr = (unsigned long)text;
	read_file.len = 4;
	if (argc > 1 && strcmp(argv[1], "wait") == 0) {
		read_late(&ring, &read_file);
		return 36;
	}
	read_file.fd = zoo_must(open("/proc/self/exe", O_RDONLY), "open");
	for (int i = 0; i < 5; i++)
		zoo_say("read: %d, %s\n", run(&ring, &read_file), text + 1);
	zoo_fds("end");
	return 36;
}
