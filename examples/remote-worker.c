// SPDX-License-Identifier: MIT
/*
 * One system call, its local coverage and the coverage of the kernel thread that it
 * sets going, apart from each other. VHOST_SET_OWNER is the call: it starts a worker
 * and has it do something.
 *
 * Where the kernel lets a thread own both kinds of device (Linux 7.2), one thread does.
 * Elsewhere it takes two: the owner of the remote device, and a worker that the owner
 * starts afterwards, so that it inherits the common handle. The worker enables its own
 * device once and for all: disabling it would take the handle away. The owner waits for
 * the worker and so outlives it.
 */
#include <errno.h>
#include <fcntl.h>
#include <kcov/kcov.h>
#include <linux/vhost.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct job {
	struct kcov *local;
	struct kcov *remote;
	struct kcov_remote_data data;
	size_t local_count;
	int fd;
	int err;
};

static int complain(enum kcov_call call, const char *what, int err)
{
	fprintf(stderr, "remote-worker: %s: %s\n", what, kcov_strerror(call, err));
	return err;
}

/* On the thread that records into job->local. */
static void work(struct job *job)
{
	kcov_reset(job->local);
	if (ioctl(job->fd, VHOST_SET_OWNER)) {
		job->err = -errno;
		perror("remote-worker: VHOST_SET_OWNER");
	}
	job->local_count = kcov_count(job->local);
	if (!job->err)
		kcov_wait_remote(job->remote, NULL, &job->data);
}

static void *worker(void *arg)
{
	struct job *job = arg;

	job->err = kcov_enable(job->local, KCOV_MODE_PC);
	if (job->err)
		complain(KCOV_CALL_ENABLE, "cannot enable the worker's device", job->err);
	else
		work(job);
	return NULL;
}

/* The calling thread is the remote owner. */
static int with_worker(struct job *job)
{
	pthread_t thread;
	int err = kcov_enable_remote(job->remote, NULL);

	if (err)
		return complain(KCOV_CALL_ENABLE_REMOTE, "cannot enable the remote device", err);
	err = pthread_create(&thread, NULL, worker, job);
	if (err) {
		fprintf(stderr, "remote-worker: cannot start the worker: %s\n", strerror(err));
		return -err;
	}
	pthread_join(thread, NULL);
	kcov_disable(job->remote);
	return job->err;
}

static int run(struct job *job)
{
	int err = kcov_enable_with_remote(job->local, KCOV_MODE_PC, job->remote, NULL);

	if (err == -EOPNOTSUPP) {
		puts("two threads, a remote owner and its worker:");
		return with_worker(job);
	}
	if (err)
		return complain(KCOV_CALL_ENABLE_WITH_REMOTE, "cannot enable", err);
	puts("one thread for both:");
	work(job);
	kcov_disable(job->local);
	kcov_disable(job->remote);
	return job->err;
}

int main(void)
{
	struct job job = { .fd = open("/dev/vhost-net", O_RDWR | O_CLOEXEC) };
	int err;

	if (job.fd < 0) {
		perror("remote-worker: /dev/vhost-net");
		return 1;
	}
	err = kcov_open(NULL, &job.local);
	if (!err)
		err = kcov_open(NULL, &job.remote);
	if (err)
		complain(KCOV_CALL_OPEN, "cannot open kcov", err);
	else
		err = run(&job);
	if (!err)
		printf("%zu PCs of the call, %zu of the kernel's worker%s\n", job.local_count,
		       job.data.count, job.data.doubts ? ", perhaps more" : "");
	/* The worker's thread is gone, and with it its hold on the device. */
	kcov_close(job.local);
	kcov_close(job.remote);
	close(job.fd);
	return err ? 1 : 0;
}
