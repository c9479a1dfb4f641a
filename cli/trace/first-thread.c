// SPDX-License-Identifier: MIT
#include "first-thread.h"

#include "proc-status.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The whole of so many bytes, or false at the end of the pipe. */
static bool read_whole(int fd, void *bytes, size_t size)
{
	ssize_t n;

	do
		n = read(fd, bytes, size);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)size;
}

/* What the child could not do before exec. */
struct outcome {
	enum first_thread_step step;
	int err;
};

__attribute__((noreturn)) static void fail(const struct first_thread *thread,
					   enum first_thread_step step, int err)
{
	const struct outcome outcome = { step, err };

	/* Smaller than PIPE_BUF: whole or not at all. */
	_exit(write(thread->outcome_fd, &outcome, sizeof(outcome)) < 0);
}

/*
 * What is done before the reset is not in the trace. Nothing may be left for exec to
 * close, so that a failing exec has only the exit status to tell of it.
 */
__attribute__((noreturn)) static void child(struct kcov *kcov, enum kcov_mode mode,
					    const char *file, char *const argv[],
					    const struct first_thread *thread)
{
	int err;
	char go;

	if (!read_whole(thread->go_fd, &go, 1))
		_exit(0);
	close(thread->go_fd);
	signals_restore(&thread->signals);
	/* If it fails there is more in the trace, and nothing missing. */
	kcov_prepare_exec(kcov);
	err = kcov_enable(kcov, mode);
	if (err)
		fail(thread, FIRST_THREAD_ENABLE, err);
	/* As root: without taking rights from the program. */
	if (thread->filter && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, thread->filter))
		fail(thread, FIRST_THREAD_FILTER, -errno);
	close(thread->outcome_fd);
	if (!thread->is_followed)
		kcov_reset(kcov);
	execv(file, argv);
	_exit(errno);
}

int first_thread_start(struct kcov *kcov, struct kcov *other, enum kcov_mode mode, const char *file,
		       char *const argv[], struct first_thread *ret)
{
	int go[2], outcome[2], err;

	if (pipe2(go, O_CLOEXEC))
		return -errno;
	if (pipe2(outcome, O_CLOEXEC)) {
		err = -errno;
		goto err_close_go;
	}
	ret->has_siblings = !waitid(P_ALL, 0, &(siginfo_t){ 0 }, WEXITED | WNOHANG | WNOWAIT);
	signals_divert(&ret->signals);
	ret->pid = fork();
	if (ret->pid < 0) {
		err = -errno;
		goto err_restore;
	}
	if (ret->pid == 0) {
		if (other)
			kcov_prepare_exec(other);
		close(go[1]);
		ret->go_fd = go[0];
		ret->outcome_fd = outcome[1];
		child(kcov, mode, file, argv, ret);
	}
	close(go[0]);
	close(outcome[1]);
	ret->go_fd = go[1];
	ret->outcome_fd = outcome[0];
	return 0;

err_restore:
	signals_restore(&ret->signals);
	close(outcome[0]);
	close(outcome[1]);
err_close_go:
	close(go[0]);
	close(go[1]);
	return err;
}

static int wait_for(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* Whether a dead child had become the program: that is in its flags. */
static bool has_execed(pid_t pid)
{
	/* PF_FORKNOEXEC */
	return !(proc_flags(pid) & 0x40);
}

int first_thread_let_go(struct first_thread *thread)
{
	signals_pass_on(&thread->signals, thread->pid);
	/* If it has been killed by now, its status tells. */
	return write(thread->go_fd, "", 1) < 0 && errno != EPIPE ? -errno : 0;
}

int first_thread_judge(const struct first_thread *thread, bool has_execed, int status,
		       enum first_thread_step *step)
{
	struct outcome outcome;

	if (read_whole(thread->outcome_fd, &outcome, sizeof(outcome))) {
		*step = outcome.step;
		return outcome.err;
	}
	/* It did all that, or was killed before. */
	if (has_execed || !WIFEXITED(status))
		return 0;
	*step = FIRST_THREAD_EXEC;
	return -WEXITSTATUS(status);
}

void first_thread_end(struct first_thread *thread)
{
	close(thread->go_fd);
	close(thread->outcome_fd);
	signals_restore(&thread->signals);
}

/* Its end, and whether it had become the program. */
static int wait_for_program(pid_t pid, bool *execed, int *status)
{
	siginfo_t info;

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT))
		if (errno != EINTR)
			return -errno;
	*execed = has_execed(pid);
	return wait_for(pid, status);
}

int first_thread_go(struct first_thread *thread, enum first_thread_step *step, int *status)
{
	int err = first_thread_let_go(thread);
	bool execed = false;

	*step = FIRST_THREAD_WAIT;
	if (!err)
		err = wait_for_program(thread->pid, &execed, status);
	if (!err)
		err = first_thread_judge(thread, execed, *status, step);
	first_thread_end(thread);
	return err;
}

void first_thread_cancel(struct first_thread *thread)
{
	int status;

	first_thread_end(thread);
	wait_for(thread->pid, &status);
}

static int check_executable(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	return access(path, X_OK) ? -errno : 0;
}

int first_thread_find(const char *name, char **ret)
{
	const char *path = getenv("PATH");
	int err = -ENOENT;

	if (strchr(name, '/')) {
		*ret = strdup(name);
		return *ret ? 0 : -ENOMEM;
	}
	if (!path)
		path = "/bin:/usr/bin";
	while (name[0]) {
		size_t len = strcspn(path, ":");
		char *file;
		int this_err;

		/* An empty entry is the current directory. */
		if (asprintf(&file, "%.*s%s%s", (int)len, path, len ? "/" : "./", name) < 0)
			return -ENOMEM;
		this_err = check_executable(file);
		if (!this_err) {
			*ret = file;
			return 0;
		}
		free(file);
		if (this_err == -EACCES)
			err = this_err;
		if (!path[len])
			break;
		path += len + 1;
	}
	return err;
}
