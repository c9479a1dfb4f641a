// SPDX-License-Identifier: MIT
#include "cmd.h"

#include "text/names.h"

#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cmd_usage_error(const struct cmd *cmd, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	error_tell("%s: %s (see kcovctl %s --help)", cmd->name, text ? text : format, cmd->name);
	free(text);
	return EXIT_USAGE;
}

void cmd_help(const struct cmd *cmd)
{
	printf("Usage: kcovctl %s %s\n\n%s\n", cmd->name, cmd->args, cmd->description);
	puts("\nOptions:");
	for (const struct cmd_option *option = cmd->options; option->key; option++) {
		char left[64], values[256] = "";

		snprintf(left, sizeof(left), "%c%c%c --%s%s%s", option->key < 256 ? '-' : ' ',
			 option->key < 256 ? option->key : ' ', option->key < 256 ? ',' : ' ',
			 option->name, option->arg ? " " : "", option->arg ? option->arg : "");
		if (option->describe)
			option->describe(values, sizeof(values));
		printf("  %-26s %s%s%s\n", left, option->help ? option->help : "",
		       option->help && option->describe ? ": " : "", values);
	}
	printf("  %-26s %s\n", "-h, --help", "print this and exit");
}

struct getopt_tables {
	char *letters;
	struct option *names;
};

/* "+" makes getopt stop at the first word that is no option: the rest is CMD's. */
static void fill_getopt_tables(const struct cmd *cmd, struct getopt_tables *tables)
{
	char *letters = tables->letters;
	struct option *names = tables->names;

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
}

static bool make_getopt_tables(const struct cmd *cmd, struct getopt_tables *ret)
{
	/* The help, and an end. */
	size_t n = 2;

	for (const struct cmd_option *option = cmd->options; option->key; option++)
		n++;
	*ret = (struct getopt_tables){ .letters = calloc(2 * n + 2, 1),
				       .names = calloc(n, sizeof(*ret->names)) };
	if (!ret->letters || !ret->names)
		return false;
	fill_getopt_tables(cmd, ret);
	return true;
}

/*
 * What getopt does not take: optopt is the key of an option that is there, or an unknown letter,
 * which can be in the middle of a word; or 0, of an unknown word.
 */
static int refuse(const struct cmd *cmd, int key, char **argv)
{
	const struct cmd_option *option = cmd->options;
	const char letter[3] = { '-', (char)optopt };

	while (option->key && option->key != optopt)
		option++;
	if (!optopt)
		return cmd_usage_error(cmd, "no such option: %s", argv[optind - 1]);
	if (!option->key && optopt != 'h')
		return cmd_usage_error(cmd, "no such option: %s", letter);
	if (key == '?')
		return cmd_usage_error(cmd, "--%s takes no argument",
				       option->key ? option->name : "help");
	if (option->key > 255 || strncmp(argv[optind - 1], "--", 2) == 0)
		return cmd_usage_error(cmd, "--%s needs an argument", option->name);
	return cmd_usage_error(cmd, "%s needs an argument", letter);
}

static int take_all(const struct cmd *cmd, int argc, char **argv,
		    const struct getopt_tables *tables, cmd_take_option *take, void *context)
{
	int key, status;

	while ((key = getopt_long(argc, argv, tables->letters, tables->names, NULL)) != -1) {
		switch (key) {
		case 'h':
			cmd_help(cmd);
			return 0;
		case '?':
		case ':':
			return refuse(cmd, key, argv);
		}
		status = take(cmd, key, optarg, context);
		if (status)
			return status;
	}
	return CMD_GO_ON;
}

int cmd_parse(const struct cmd *cmd, int argc, char **argv, cmd_take_option *take, void *context)
{
	struct getopt_tables tables;
	int status = EXIT_FAILED;

	if (make_getopt_tables(cmd, &tables))
		status = take_all(cmd, argc, argv, &tables, take, context);
	else
		error_tell("out of memory");
	free(tables.letters);
	free(tables.names);
	return status;
}

/* "pc or cmp" */
static void name_modes(char *room, size_t size)
{
	struct names names = { .word = "or", .room = room, .size = size };
	const struct kcov_record_kind *kind = kcov_record_kind(0), *next;

	for (; kind; kind = next) {
		next = kcov_record_kind(kind->mode + 1);
		names_add(&names, kind->name, !next);
	}
}

void cmd_describe_modes(char *room, size_t size)
{
	char names[128];

	name_modes(names, sizeof(names));
	snprintf(room, size, "%s; default: %s", names, kcov_record_kind(KCOV_MODE_PC)->name);
}

int cmd_take_mode(const struct cmd *cmd, const char *arg, enum kcov_mode *ret)
{
	const struct kcov_record_kind *kind = kcov_record_kind(0);
	char names[128];

	while (kind && strcmp(kind->name, arg) != 0)
		kind = kcov_record_kind(kind->mode + 1);
	if (!kind) {
		name_modes(names, sizeof(names));
		return cmd_usage_error(cmd, "no such mode: %s: %s", arg, names);
	}
	*ret = kind->mode;
	return 0;
}

int cmd_write(const char *path, int (*write)(void *context, FILE *out), void *context)
{
	FILE *out = path ? fopen(path, "we") : stdout;
	int status;

	if (!out) {
		error_tell("cannot open %s: %m", path);
		return EXIT_USAGE;
	}
	status = write(context, out);
	if (out == stdout)
		return status;
	if (fflush(out) || ferror(out)) {
		error_tell("cannot write %s: %m", path);
		status = EXIT_USAGE;
	}
	fclose(out);
	return status;
}

int cmd_take_depth(const struct cmd *cmd, const char *arg, uint32_t *ret)
{
	char *end;
	const unsigned long depth = strtoul(arg, &end, 10);

	if (!isdigit((unsigned char)*arg) || *end || depth > INT_MAX)
		return cmd_usage_error(cmd, "--depth %s: not a number from 0 on", arg);
	*ret = (uint32_t)depth;
	return 0;
}
