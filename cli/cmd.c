// SPDX-License-Identifier: MIT
#include "cmd.h"

#include <ctype.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_OPTIONS = 32,
};

/*
 * What users name may have any byte; a message stays one line, and moves no terminal's
 * cursor.
 */
static void say(const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	fputs("kcovctl: ", stderr);
	for (const char *at = text ? text : format; *at; at++)
		fputc(iscntrl((unsigned char)*at) ? '?' : *at, stderr);
	fputc('\n', stderr);
	free(text);
}

void cmd_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

int cmd_usage_error(const struct cmd *cmd, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	cmd_error("%s: %s (see kcovctl %s --help)", cmd->name, text, cmd->name);
	return EXIT_USAGE;
}

void cmd_help(const struct cmd *cmd)
{
	printf("Usage: kcovctl %s %s\n\n%s\n", cmd->name, cmd->args, cmd->description);
	puts("\nOptions:");
	for (const struct cmd_option *option = cmd->options; option->key; option++) {
		char left[64];

		snprintf(left, sizeof(left), "%c%c%c --%s%s%s", option->key < 256 ? '-' : ' ',
			 option->key < 256 ? option->key : ' ', option->key < 256 ? ',' : ' ',
			 option->name, option->arg ? " " : "", option->arg ? option->arg : "");
		printf("  %-26s %s\n", left, option->help);
	}
	printf("  %-26s %s\n", "-h, --help", "print this and exit");
}

/* "+" makes getopt stop at the first word that is no option: the rest is CMD's. */
static void make_getopt_tables(const struct cmd *cmd, char *letters, struct option *names)
{
	*letters++ = '+';
	*letters++ = ':';
	*letters++ = 'h';
	*names++ = (struct option){ .name = "help", .val = 'h' };
	for (const struct cmd_option *option = cmd->options; option->key; option++) {
		*names++ = (struct option){
			.name = option->name,
			.has_arg = option->arg ? required_argument : no_argument,
			.val = option->key,
		};
		if (option->key > 255)
			continue;
		*letters++ = (char)option->key;
		if (option->arg)
			*letters++ = ':';
	}
	*letters = '\0';
	*names = (struct option){ 0 };
}

int cmd_parse(const struct cmd *cmd, int argc, char **argv, cmd_take_option *take, void *context)
{
	char letters[2 * MAX_OPTIONS + 4];
	struct option names[MAX_OPTIONS + 2];
	int key, status;

	make_getopt_tables(cmd, letters, names);
	while ((key = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		switch (key) {
		case 'h':
			cmd_help(cmd);
			return 0;
		case '?':
			return cmd_usage_error(cmd, "no such option: %s", argv[optind - 1]);
		case ':':
			return cmd_usage_error(cmd, "%s needs an argument", argv[optind - 1]);
		}
		status = take(cmd, key, optarg, context);
		if (status)
			return status;
	}
	return CMD_GO_ON;
}

int cmd_take_mode(const struct cmd *cmd, const char *arg, enum kcov_mode *ret)
{
	if (strcmp(arg, "pc") == 0)
		*ret = KCOV_MODE_PC;
	else if (strcmp(arg, "cmp") == 0)
		*ret = KCOV_MODE_CMP;
	else
		return cmd_usage_error(cmd, "no such mode: %s: pc or cmp", arg);
	return 0;
}
