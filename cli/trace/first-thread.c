// SPDX-License-Identifier: MIT
#include "first-thread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t program_pid;

static void pass_on(int signal)
{
	if (program_pid > 0)
		kill(program_pid, signal);
}

/*
 * What the terminal sends goes to the program as well, whose choice it is what to do;
 * kcovctl stays to write the report.
 */
static const struct {
	int signal;
	void (*handler)(int);
} diverted[FIRST_THREAD_SIGNALS] = {
	{ SIGINT, SIG_IGN },
	{ SIGQUIT, SIG_IGN },
	{ SIGTERM, pass_on },
	{ SIGHUP, pass_on },
	/* From a child that somebody killed while it waited. */
	{ SIGPIPE, SIG_IGN },
};

/* They wait until there is a program, or a child that has its own handlers back. */
static void signals_divert(struct first_thread *thread)
{
	sigset_t block;

	sigemptyset(&block);
	for (int i = 0; i < FIRST_THREAD_SIGNALS; i++)
		sigaddset(&block, diverted[i].signal);
	sigprocmask(SIG_BLOCK, &block, &thread->saved_mask);
	for (int i = 0; i < FIRST_THREAD_SIGNALS; i++) {
		const struct sigaction action = {
			.sa_handler = diverted[i].handler,
			.sa_flags = SA_RESTART,
		};

		sigaction(diverted[i].signal, &action, &thread->saved_actions[i]);
	}
}

static void signals_restore(const struct first_thread *thread)
{
	for (int i = 0; i < FIRST_THREAD_SIGNALS; i++)
		sigaction(diverted[i].signal, &thread->saved_actions[i], NULL);
	sigprocmask(SIG_SETMASK, &thread->saved_mask, NULL);
}

/* The whole of so many bytes, or false at the end of the pipe. */
static bool read_whole(int fd, void *bytes, size_t size)
{
	ssize_t n;

	do
		n = read(fd, bytes, size);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)size;
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
	signals_restore(thread);
	/* If it fails there is more in the trace, and nothing missing. */
	kcov_prepare_exec(kcov);
	err = kcov_enable(kcov, mode);
	/* Smaller than PIPE_BUF: whole or not at all. */
	if (err)
		_exit(write(thread->outcome_fd, &err, sizeof(err)) < 0);
	close(thread->outcome_fd);
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
	signals_divert(ret);
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
	signals_restore(ret);
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

/*
 * Whether a dead child had become the program: PF_FORKNOEXEC in the flags of its stat,
 * the seventh field after the name in parentheses.
 */
static bool has_execed(pid_t pid)
{
	const unsigned int forked_but_not_execed = 0x40;
	char path[32], line[512] = "";
	unsigned int flags = 0;
	const char *name_end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file) {
		if (!fgets(line, sizeof(line), file))
			line[0] = '\0';
		fclose(file);
	}
	name_end = strrchr(line, ')');
	if (name_end)
		sscanf(name_end + 1, " %*c %*d %*d %*d %*d %*d %u", &flags);
	return !(flags & forked_but_not_execed);
}

/* Its end, and whether it was the program's. */
static int wait_for_program(pid_t pid, enum first_thread_step *step, int *status)
{
	siginfo_t info;
	bool execed;
	int err;

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT))
		if (errno != EINTR)
			return -errno;
	execed = has_execed(pid);
	err = wait_for(pid, status);
	if (err || execed || !WIFEXITED(*status))
		return err;
	*step = FIRST_THREAD_EXEC;
	return -WEXITSTATUS(*status);
}

static void thread_fini(struct first_thread *thread)
{
	close(thread->go_fd);
	close(thread->outcome_fd);
	program_pid = 0;
	signals_restore(thread);
}

int first_thread_go(struct first_thread *thread, enum first_thread_step *step, int *status)
{
	int err = 0, enable_err;

	program_pid = thread->pid;
	sigprocmask(SIG_SETMASK, &thread->saved_mask, NULL);
	*step = FIRST_THREAD_WAIT;
	/* If it has been killed by now, its status tells. */
	if (write(thread->go_fd, "", 1) < 0 && errno != EPIPE)
		err = -errno;
	if (!err && read_whole(thread->outcome_fd, &enable_err, sizeof(enable_err))) {
		*step = FIRST_THREAD_ENABLE;
		err = enable_err;
		wait_for(thread->pid, status);
	} else if (!err) {
		err = wait_for_program(thread->pid, step, status);
	}
	thread_fini(thread);
	return err;
}

void first_thread_cancel(struct first_thread *thread)
{
	int status;

	thread_fini(thread);
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
