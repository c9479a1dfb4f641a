// SPDX-License-Identifier: MIT
#include "cmd.h"
#include "coverage/all-points.h"
#include "kernel-config.h"

#include <errno.h>
#include <inttypes.h>
#include <kcov/kcov.h>
#include <kcov/symbolize.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

struct doctor {
	const char *device;
	const char *vmlinux;
	/* What kcov_features() said. */
	int features_error;
	unsigned int features;
	/* NULL if neither an image nor the kernel's own symbols are to be had. */
	struct kcov_symbolizer *symbolizer;
	struct kcov_symbolize_error *symbolizer_error;
	bool run_will_work;
};

static const struct cmd_option options[] = {
	{ 'v', "vmlinux", "FILE", "the image that run is to use" },
	{ 'd', "device", "FILE", "the kcov device (default " KCOV_DEFAULT_PATH ")" },
	{ 0 },
};

enum verdict {
	OK,
	/* Something is missing, and run works without it. */
	MISSING,
	/* run will not work. */
	BAD,
};

__attribute__((format(printf, 4, 5))) static void say(struct doctor *doctor, enum verdict verdict,
						      const char *thing, const char *format, ...)
{
	static const char *const words[] = { [OK] = "ok", [MISSING] = "missing", [BAD] = "bad" };
	va_list args;

	printf("%-7s  %-13s  ", words[verdict], thing);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	if (verdict == BAD)
		doctor->run_will_work = false;
}

static void check_config(struct doctor *doctor)
{
	struct kernel_config config;
	int err = kernel_config_read(&config);

	if (err == -ENOENT)
		say(doctor, MISSING, "config",
		    "no configuration of this kernel found: going by what works");
	else if (err)
		say(doctor, MISSING, "config", "%s is damaged: going by what works", config.path);
	else if (!config.kcov)
		say(doctor, BAD, "config",
		    "%s: CONFIG_KCOV is off: build the kernel with CONFIG_KCOV=y", config.path);
	else if (!config.instrument_all)
		say(doctor, MISSING, "config",
		    "%s: CONFIG_KCOV_INSTRUMENT_ALL is off: only files chosen in the kernel's makefiles are covered",
		    config.path);
	else
		say(doctor, OK, "config", "%s: CONFIG_KCOV=y, all code instrumented", config.path);
}

static void check_debugfs(struct doctor *doctor)
{
	struct statfs fs;

	if (strcmp(doctor->device, KCOV_DEFAULT_PATH) != 0)
		say(doctor, OK, "debugfs", "not looked at: the device is %s", doctor->device);
	else if (statfs("/sys/kernel/debug", &fs) || fs.f_type != DEBUGFS_MAGIC)
		say(doctor, BAD, "debugfs",
		    "not mounted on /sys/kernel/debug: mount -t debugfs none /sys/kernel/debug");
	else
		say(doctor, OK, "debugfs", "mounted on /sys/kernel/debug");
}

static void check_permission(struct doctor *doctor)
{
	if (doctor->features_error == -EACCES)
		say(doctor, BAD, "permission", "%s is not yours to open: run this as root",
		    doctor->device);
	else
		say(doctor, OK, "permission", "user %u may open what there is",
		    (unsigned int)geteuid());
}

/* The file holds "[none] integrity confidentiality", the one in force in brackets. */
static void check_lockdown(struct doctor *doctor)
{
	const char *path = "/sys/kernel/security/lockdown";
	FILE *file = fopen(path, "re");
	char text[128] = "";

	if (file) {
		if (!fgets(text, sizeof(text), file))
			text[0] = '\0';
		fclose(file);
	}
	if (doctor->features_error == -EPERM)
		say(doctor, BAD, "lockdown",
		    "the kernel hides debugfs: boot it without lockdown (lockdown= or Secure Boot)");
	else if (!text[0])
		say(doctor, OK, "lockdown", "this kernel has none, or does not show it");
	else
		say(doctor, OK, "lockdown", "does not keep debugfs from you: %.*s",
		    (int)strcspn(text, "\n"), text);
}

static void check_kcov(struct doctor *doctor)
{
	if (doctor->features_error)
		say(doctor, BAD, "kcov", "%s: %s", doctor->device,
		    kcov_strerror(KCOV_CALL_FEATURES, doctor->features_error));
	else if (!(doctor->features & KCOV_FEATURE_PC))
		say(doctor, BAD, "kcov", "%s does not record PCs", doctor->device);
	else
		say(doctor, OK, "kcov", "%s records", doctor->device);
}

static void check_feature(struct doctor *doctor, unsigned int feature, const char *thing,
			  const char *what_for, const char *how)
{
	if (doctor->features_error)
		say(doctor, MISSING, thing, "cannot be tried without kcov");
	else if (doctor->features & feature)
		say(doctor, OK, thing, "%s", what_for);
	else
		say(doctor, MISSING, thing, "%s", how);
}

static void check_features(struct doctor *doctor)
{
	check_feature(doctor, KCOV_FEATURE_CMP, "comparisons", "run -m cmp works",
		      "not recorded: build the kernel with CONFIG_KCOV_ENABLE_COMPARISONS=y");
	check_feature(doctor, KCOV_FEATURE_REMOTE, "remote",
		      "background tasks and soft interrupts can be recorded",
		      "not recorded: the kernel is older than 5.5");
	check_feature(doctor, KCOV_FEATURE_SIMULTANEOUS, "simultaneous",
		      "a thread can record locally and remotely at once",
		      "a thread records locally or remotely: both at once need Linux 7.2");
	check_feature(
		doctor, KCOV_FEATURE_RESET_TRACE, "reset",
		"KCOV_RESET_TRACE: buffers can be mapped for reading only",
		"no KCOV_RESET_TRACE, which no release of Linux has so far: protect buffers otherwise");
	check_feature(doctor, KCOV_FEATURE_PKEY, "pkeys",
		      "memory protection keys can protect buffers",
		      "no memory protection keys: protecting a buffer takes system calls");
}

/* Not a matter of the kernel alone: another build of kcovctl may see it otherwise. */
static void check_process(struct doctor *doctor)
{
	if (doctor->features & KCOV_FEATURE_COMPAT)
		say(doctor, OK, "process", "32-bit, on a 64-bit kernel, whose words it uses");
	else
		say(doctor, OK, "process", "%zu-bit", sizeof(void *) * 8);
}

static void check_kaslr(struct doctor *doctor)
{
	uint64_t offset;

	if (!doctor->symbolizer || kcov_symbolizer_kaslr_offset(doctor->symbolizer, &offset) != 0)
		say(doctor, MISSING, "KASLR", "%soffset unknown: modules are shown as ??",
		    doctor->features & KCOV_FEATURE_KASLR ? "on, " : "");
	else if (offset)
		say(doctor, OK, "KASLR", "on, offset 0x%" PRIx64 ", which KCOV subtracts from PCs",
		    offset);
	else
		say(doctor, OK, "KASLR", "off");
}

static void check_kptr_restrict(struct doctor *doctor)
{
	const char *path = "/proc/sys/kernel/kptr_restrict";
	FILE *file = fopen(path, "re");
	int value = -1;
	uint64_t offset;

	if (file) {
		if (fscanf(file, "%d", &value) != 1)
			value = -1;
		fclose(file);
	}
	if (doctor->symbolizer && kcov_symbolizer_kaslr_offset(doctor->symbolizer, &offset) == 0)
		say(doctor, OK, "kptr_restrict", "%d: /proc/kallsyms shows addresses", value);
	else if (value > 0)
		say(doctor, MISSING, "kptr_restrict",
		    "%d: /proc/kallsyms shows zeros: sysctl kernel.kptr_restrict=0", value);
	else
		say(doctor, MISSING, "kptr_restrict",
		    "%d, yet /proc/kallsyms shows no addresses: run this as root", value);
}

static void check_vmlinux(struct doctor *doctor)
{
	if (!doctor->symbolizer)
		say(doctor, BAD, "vmlinux", "%s",
		    kcov_symbolize_error_message(doctor->symbolizer_error));
	else if (kcov_symbolizer_source(doctor->symbolizer) == KCOV_SYMBOLIZER_KALLSYMS)
		say(doctor, MISSING, "vmlinux",
		    "none with this kernel's build-id under /usr/lib/debug, /lib/modules or /boot: "
		    "functions only, no lines: install the kernel's -dbg package or give --vmlinux");
	else
		say(doctor, OK, "vmlinux", "%s, of the running kernel's build-id",
		    kcov_symbolizer_path(doctor->symbolizer));
}

static void check_points(struct doctor *doctor)
{
	const struct kcov_symbolizer *symbolizer = doctor->symbolizer;
	uint64_t pc;
	int n;

	if (!symbolizer) {
		say(doctor, MISSING, "points", "not known without vmlinux");
		return;
	}
	n = kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_PC, 0, &pc, 1);
	if (n > 0)
		say(doctor, OK, "points", "%s",
		    points_by_compiler(kcov_symbolizer_build(symbolizer, NULL)));
	else
		say(doctor, MISSING, "points", "not known: %s",
		    points_cause(symbolizer, NULL, KCOV_MODE_PC, n));
}

static void *try_features(void *arg)
{
	struct doctor *doctor = arg;

	doctor->features_error = kcov_features(doctor->device, &doctor->features);
	return NULL;
}

/*
 * On a thread of its own, as run has a process of its own: this one may be covered
 * already, by a kcovctl that runs this one.
 */
static void try_features_apart(struct doctor *doctor)
{
	pthread_t thread;
	int err = pthread_create(&thread, NULL, try_features, doctor);

	if (err)
		doctor->features_error = -err;
	else
		pthread_join(thread, NULL);
}

static int examine(struct doctor *doctor)
{
	doctor->run_will_work = true;
	try_features_apart(doctor);
	kcov_symbolizer_open_kernel(doctor->vmlinux, &doctor->symbolizer_error,
				    &doctor->symbolizer);

	check_config(doctor);
	check_debugfs(doctor);
	check_permission(doctor);
	check_lockdown(doctor);
	check_kcov(doctor);
	check_features(doctor);
	check_process(doctor);
	check_kaslr(doctor);
	check_kptr_restrict(doctor);
	check_vmlinux(doctor);
	check_points(doctor);
	printf("%s\n",
	       doctor->run_will_work ? "kcovctl run will work" : "kcovctl run will not work");

	kcov_symbolizer_close(doctor->symbolizer);
	kcov_symbolize_error_free(doctor->symbolizer_error);
	return doctor->run_will_work ? 0 : EXIT_FAILED;
}

static int take_option(const struct cmd *cmd, int key, const char *arg, void *context)
{
	struct doctor *doctor = context;

	(void)cmd;
	if (key == 'v')
		doctor->vmlinux = arg;
	else
		doctor->device = arg;
	return 0;
}

static int cmd_doctor_main(const struct cmd *cmd, int argc, char **argv)
{
	struct doctor doctor = { .device = KCOV_DEFAULT_PATH };
	int status = cmd_parse(cmd, argc, argv, take_option, &doctor);

	if (status != CMD_GO_ON)
		return status;
	if (argc > optind)
		return cmd_usage_error(cmd, "takes no arguments: %s", argv[optind]);
	return examine(&doctor);
}

const struct cmd cmd_doctor = {
	.name = "doctor",
	.args = "[OPTION...]",
	.summary = "say what coverage needs here and how to mend what is wrong",
	.description =
		"Looks at each thing that coverage needs, one line each: ok; missing, which run does\n"
		"without; or bad and how to mend it. Exits with 0 only if run will work.",
	.options = options,
	.run = cmd_doctor_main,
};
