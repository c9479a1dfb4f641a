// SPDX-License-Identifier: MIT
#include "cmd.h"

#include <stdio.h>
#include <string.h>

static const struct cmd *const commands[] = {
	&cmd_run,       &cmd_record, &cmd_import, &cmd_report, &cmd_export, &cmd_why,
	&cmd_symbolize, &cmd_layout, &cmd_index,  &cmd_points, &cmd_doctor,
};

static const size_t n_commands = sizeof(commands) / sizeof(commands[0]);

static const struct cmd *find_command(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int help(void)
{
	puts("Usage: kcovctl COMMAND [OPTION...] [ARG...]\n");
	puts("See which code of the Linux kernel a command runs.\n");
	puts("Commands:");
	for (size_t i = 0; i < n_commands; i++)
		printf("  %-12s %s\n", commands[i]->name, commands[i]->summary);
	printf("  %-12s %s\n", "help", "print this, or the help of a command");
	puts("\nkcovctl --version prints the version.");
	return 0;
}

static int wrong_command(const char *name)
{
	error_tell("no such command: %s (see kcovctl --help)", name);
	return EXIT_USAGE;
}

static int help_for(const char *name)
{
	const struct cmd *cmd = find_command(name);

	if (!cmd)
		return wrong_command(name);
	cmd_help(cmd);
	return 0;
}

static int dispatch(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const struct cmd *cmd;

	if (!name) {
		error_tell("which command? (see kcovctl --help)");
		return EXIT_USAGE;
	}
	if (strcmp(name, "help") == 0 && argc > 2)
		return help_for(argv[2]);
	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return help();
	if (strcmp(name, "--version") == 0) {
		puts("kcovctl " KCOVCTL_VERSION);
		return 0;
	}
	cmd = find_command(name);
	if (!cmd)
		return wrong_command(name);
	return cmd->run(cmd, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	int status = dispatch(argc, argv);

	/* A full disk must not pass for success. */
	if ((fflush(stdout) || ferror(stdout)) && status == 0) {
		error_tell("cannot write to standard output: %m");
		status = EXIT_FAILED;
	}
	return status;
}
