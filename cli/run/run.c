// SPDX-License-Identifier: MIT
#include "run.h"

#include "../text/error.h"
#include "../trace/arch/arch.h"
#include "../trace/proc-status.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

bool run_is_by_call(const struct run *run)
{
	return !run->is_fast && !run->by_syscall &&
	       (run->per_syscall || (run->format->can & FORMAT_CALLS));
}

bool run_has_reports(const struct run *run)
{
	return run->is_shown && !(run->format->can & FORMAT_RECORDED);
}

bool run_can_follow(void)
{
	return arch_can_inject;
}

/* Why a process cannot be traced, where that can be told. */
static const char *untraceable(pid_t pid, int err)
{
	if (pid == getpid())
		return "it is kcovctl itself";
	if (err == -EAGAIN)
		return "it does not get on with executing a program; try again";
	if (err != -EPERM && err != -ESRCH)
		return strerror(-err);
	if (kill(pid, 0) && errno == ESRCH)
		return "there is no such process";
	if (proc_task_is_of_kernel(pid) || proc_status(pid, "VmSize", -1) < 0)
		return "it is a thread of the kernel, or dead";
	if (proc_status(pid, "TracerPid", 0) > 0)
		return "something traces it already, as strace, a debugger or kcovctl";
	return "permission denied: be root";
}

int run_attach_failed(const struct run *run, int err)
{
	error_tell("cannot follow process %d: %s", (int)run->pid, untraceable(run->pid, err));
	return EXIT_RUN_FAILED;
}

int run_failed(const struct run *run, enum first_thread_step step, int err)
{
	const char *command = run->command;

	switch (step) {
	case FIRST_THREAD_EXEC:
		error_tell("cannot run %s: %s", command, strerror(-err));
		return err == -ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXEC;
	case FIRST_THREAD_ENABLE:
		error_tell("cannot record %s: %s", command, kcov_strerror(KCOV_CALL_ENABLE, err));
		return EXIT_RUN_FAILED;
	case FIRST_THREAD_FILTER:
		error_tell("cannot have %s stop by a seccomp filter: %s", command, strerror(-err));
		return EXIT_RUN_FAILED;
	case FIRST_THREAD_TRACE:
		error_tell("cannot follow %s: %s%s", command, strerror(-err),
			   err == -EPERM ? ": is something tracing it already, as strace or "
					   "kcovctl? --fast does without"
					 : "");
		return EXIT_RUN_FAILED;
	case FIRST_THREAD_REPORT:
		error_tell("cannot report all of %s: %s", command, strerror(-err));
		return EXIT_RUN_FAILED;
	case FIRST_THREAD_WAIT:
		break;
	}
	error_tell("cannot follow %s: %s", command, strerror(-err));
	return EXIT_RUN_FAILED;
}

static enum noise_function function_of(void *context, uint64_t address)
{
	const struct place *place = places_get(context, address);

	return place ? (enum noise_function)place->tag : NOISE_OTHER;
}

const struct noise *run_noise(struct run_session *session, struct noise *room)
{
	*room = (struct noise){ .kind = kcov_record_kind(session->run->mode),
				.function = function_of,
				.context = &session->places };
	return session->places.symbolizer ? room : NULL;
}

int run_exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

struct report run_report(struct run_session *session)
{
	return (struct report){
		.command = session->run->command,
		.pid = session->run->pid ? session->run->pid : session->thread.pid,
		.records.kind = kcov_record_kind(session->run->mode),
		.capacity = session->device->capacity,
		.places = &session->places,
		.denominators = session->run->with_points ? &session->denominators : NULL,
	};
}

/* Without memory for that, look-ups fail soon enough, and say so. */
void run_refresh(struct run_session *session)
{
	struct kcov_symbolizer *symbolizer = session->places.symbolizer;
	int n;

	if (session->recorder)
		recorder_wait(session->recorder);
	n = symbolizer ? kcov_symbolizer_refresh(symbolizer) : 0;
	if (n == session->n_changes)
		return;
	session->n_changes = n;
	if (session->recorder)
		recorder_forget_modules(session->recorder);
	/* Of those that a drainer uses on its thread, which look no module up, nothing is to be
	 * forgotten. */
	if (!session->places.is_kernel_only)
		places_forget_modules(&session->places);
}

/* Each module has a directory, which is a link to this one. */
void run_look_for_modules(void *context)
{
	struct run_session *session = context;
	struct stat st;

	if (stat("/sys/module", &st) || st.st_nlink == session->n_modules)
		return;
	session->n_modules = st.st_nlink;
	run_refresh(session);
}

int run_follow(struct run_session *session, const struct tracer_opts *opts, int *status)
{
	const struct run *run = session->run;
	const struct totals *totals = opts->cover.totals;
	enum first_thread_step step;
	int err, waited = 0;

	if (run->pid)
		err = tracer_attach(opts, run->pid);
	else
		err = tracer_run(opts, &session->thread, session->device, &step, &waited);
	if (err)
		return run->pid ? run_attach_failed(run, err) : run_failed(run, step, err);
	run_refresh(session);
	if (totals->left)
		error_tell("%zu of %zu tasks record until they end; task %d: cannot %s: %s",
			   totals->left, totals->tasks, (int)totals->first_left.tid,
			   totals->first_left.what, totals->first_left.why);
	*status = run_exit_status(waited);
	return 0;
}

void run_cancel(struct run_session *session)
{
	if (!session->run->pid)
		first_thread_cancel(&session->thread);
}

void run_not_covered(const struct event *event)
{
	error_tell("task %d of process %d is not covered: cannot %s: %s", (int)event->tid,
		   (int)event->pid, event->what, event->why);
}
