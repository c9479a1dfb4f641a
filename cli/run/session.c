// SPDX-License-Identifier: MIT
#include "session.h"

#include "../coverage/all-points.h"
#include "../syscalls/call-program.h"
#include "../text/error.h"
#include "record.h"
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	/* PCs, of 8 bytes; fewer of what takes more. `cat` of a small file makes 20,000 in all, 20
	 * times that on a cold cache; a call rarely some thousands. */
	FAST_CAPACITY = 4 << 20,
	CALLS_CAPACITY = 128 << 10,
	/* So that, however fast it records, it is some milliseconds' worth. */
	WHOLE_CAPACITY = 256 << 10,
};

/* Entries of a task's buffer. */
static size_t capacity_of(const struct run *run)
{
	const size_t pcs = run->is_fast          ? FAST_CAPACITY
			   : run_is_by_call(run) ? CALLS_CAPACITY
						 : WHOLE_CAPACITY;

	if (run->capacity)
		return run->capacity;
	return run->is_fast ? pcs : pcs / kcov_record_kind(run->mode)->words;
}

/* The remote one is owned before anything is forked: that carries its common handle. */
static int open_devices(struct run *run, struct run_session *session)
{
	struct devices *devices = &session->devices;
	int err;

	devices->opts = (struct kcov_opts){
		.size = sizeof(devices->opts),
		.path = run->device,
		.capacity = capacity_of(run),
		.mode = run->mode,
	};
	devices->may_shrink = !run->capacity;
	devices->is_drained = !run->is_fast && !run_is_by_call(run);
	/* The first one alone executes a program for sure, which is the longest of calls. */
	err = devices_take(
		devices, run->capacity || run->is_fast || run->pid ? 0 : 4 * devices->opts.capacity,
		&session->device);
	if (!err)
		return remote_listen(&run->remote, &devices->opts);
	error_tell("cannot open %s: %s", run->device, kcov_strerror(KCOV_CALL_OPEN, err));
	return EXIT_RUN_FAILED;
}

/* Where symbols are only nice to have: to tell what ptrace runs, and where PCs are. */
static void open_nice_symbols(struct run_session *session)
{
	struct kcov_symbolize_error *error = NULL;

	if (!kcov_symbolizer_open_kernel(NULL, &error, &session->places.symbolizer))
		return;
	error_tell("%s: so what being traced runs is not told from the rest",
		   kcov_symbolize_error_message(error));
	kcov_symbolize_error_free(error);
}

/* Before the command runs: a wrong vmlinux must not cost a run. */
static int open_symbols(struct run_session *session)
{
	const struct run *run = session->run;
	const struct images *images = &run->images;

	if ((run->format->can & FORMAT_SYMBOLS) || run->with_frames || run->by_syscall ||
	    run->recording || images->vmlinux || images->modules.n || images->debuginfod)
		return open_kernel_symbolizer(images, " (or take -f raw, which needs no symbols)",
					      &session->places.symbolizer)
			       ? EXIT_RUN_FAILED
			       : 0;
	if (!run->is_fast)
		open_nice_symbols(session);
	return 0;
}

/* A report against nothing would say nothing. */
static int check_points(const struct run_session *session)
{
	const struct run *run = session->run;
	struct kcov_symbolizer *symbolizer = session->places.symbolizer;
	uint64_t pc;
	int n;

	if (!run->with_points)
		return 0;
	n = kcov_symbolizer_points(symbolizer, NULL, points_kind(run->mode), 0, &pc, 1);
	if (n > 0)
		return 0;
	error_tell("%s: cannot tell its coverage points, which --points shows: %s",
		   kcov_symbolizer_path(symbolizer), points_cause(symbolizer, NULL, run->mode, n));
	return EXIT_RUN_FAILED;
}

/* A copy of standard error is the report's own: closing it tells what went wrong. */
static int open_output(struct run_session *session)
{
	const char *output = session->run->output;
	int fd;

	if (output)
		fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	else
		fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	session->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (session->out)
		return 0;
	error_tell("cannot open %s: %m", output ? output : "standard error");
	if (fd >= 0)
		close(fd);
	return EXIT_RUN_FAILED;
}

/* Of descriptors: each task has one here. The program has its own limit already. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int start(struct run_session *session)
{
	const struct run *run = session->run;
	char *file;
	int err;

	if (run->pid) {
		/* Its threads take theirs when they are there. */
		devices_give(&session->devices, session->device);
		raise_limit();
		return 0;
	}
	err = first_thread_find(run->argv[0], &file);
	if (err)
		return run_failed(run, FIRST_THREAD_EXEC, err);
	/* Before what is there of the recording's name is put away. */
	if (run->recording && access(file, F_OK)) {
		err = -errno;
		free(file);
		return run_failed(run, FIRST_THREAD_EXEC, err);
	}
	if (run->by_seccomp && call_program_make(&run->filter, &session->filter)) {
		free(file);
		return run_failed(run, FIRST_THREAD_FILTER, -ENOMEM);
	}
	session->thread.is_followed = !run->is_fast;
	session->thread.filter = run->by_seccomp ? &session->filter : NULL;
	err = first_thread_start(session->device->kcov, run->remote.kcov, run->mode, file,
				 run->argv, &session->thread);
	free(file);
	if (!err)
		raise_limit();
	return err ? run_failed(run, FIRST_THREAD_WAIT, err) : 0;
}

static int run_in_its_way(struct run_session *session)
{
	const struct run *run = session->run;
	run_way *way = run->is_fast ? run_fast : run_is_by_call(run) ? run_calls : run_whole;

	/* What was set going so far was kcovctl's. */
	if (run->remote.kcov)
		kcov_reset(run->remote.kcov);
	return way(session);
}

/* The child waits while everything that can fail is tried. */
static int run_covered(struct run_session *session)
{
	const struct run *run = session->run;
	int status = start(session);

	if (status)
		return status;
	status = open_symbols(session);
	run_look_for_modules(session);
	if (!status)
		status = check_points(session);
	if (!status && run->is_shown)
		status = open_output(session);
	if (!status)
		status = record_open(session);
	if (status)
		run_cancel(session);
	else
		status = run_in_its_way(session);
	record_close(session);
	if (session->out)
		fclose(session->out);
	denominators_fini(&session->denominators);
	places_fini(&session->places);
	kcov_symbolizer_close(session->places.symbolizer);
	return status;
}

static int run_on_devices(struct run *run)
{
	struct run_session session = { .run = run };
	int status = open_devices(run, &session);

	if (!status)
		status = run_covered(&session);
	remote_close(&run->remote);
	call_program_free(&session.filter);
	devices_fini(&session.devices);
	return status;
}

/* What a report is about. */
static int name_command(struct run *run)
{
	char path[32], comm[64] = "";
	FILE *file;

	if (run->pid) {
		snprintf(path, sizeof(path), "/proc/%d/comm", (int)run->pid);
		file = fopen(path, "re");
		if (!file)
			return run_attach_failed(run, -ESRCH);
		if (fgets(comm, sizeof(comm), file))
			comm[strcspn(comm, "\n")] = '\0';
		fclose(file);
	}
	run->command = strdup(run->pid ? comm : run->argv[0]);
	return run->command ? 0 : run_failed(run, FIRST_THREAD_WAIT, -ENOMEM);
}

int session_run(struct run *run)
{
	int status = name_command(run);

	if (!status)
		status = run_on_devices(run);
	free(run->command);
	return status;
}
