/* SPDX-License-Identifier: MIT */
/*
 * A command of kcovctl is one constant in the table of kcovctl.c; its help text and
 * its getopt tables both come from the options that it lists.
 */
#ifndef KCOVCTL_CMD_H
#define KCOVCTL_CMD_H

#include "text/error.h"

#include <kcov/kcov.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct cmd_option {
	/* A short option's letter, or a number above 255 for one that has none; 0 ends. */
	int key;
	const char *name;
	/* What its argument is called; NULL: it takes none. */
	const char *arg;
	const char *help;
	/* What is said behind it and a colon, or instead of it if it is NULL. */
	void (*describe)(char *room, size_t size);
};

struct cmd {
	const char *name;
	const char *args;
	const char *summary;
	const char *description;
	const struct cmd_option *options;
	int (*run)(const struct cmd *cmd, int argc, char **argv);
};

extern const struct cmd cmd_doctor;
extern const struct cmd cmd_export;
extern const struct cmd cmd_import;
extern const struct cmd cmd_index;
extern const struct cmd cmd_layout;
extern const struct cmd cmd_points;
extern const struct cmd cmd_record;
extern const struct cmd cmd_report;
extern const struct cmd cmd_run;
extern const struct cmd cmd_symbolize;
extern const struct cmd cmd_why;

/* What cmd_parse() returns if there is more to do than to exit. */
#define CMD_GO_ON (-1)

/* Take one option into a command's own structure; 0, or the status to exit with. */
typedef int cmd_take_option(const struct cmd *cmd, int key, const char *arg, void *context);

/*
 * Take all options; what is not one begins at argv[optind], after "--" or at the first
 * word that is none. CMD_GO_ON, or the status to exit with: the help has been printed, or
 * what is wrong has been said.
 */
int cmd_parse(const struct cmd *cmd, int argc, char **argv, cmd_take_option *take, void *context);

void cmd_help(const struct cmd *cmd);

/*
 * Write into a file, NULL: to standard output, which is looked after by whoever exits. What write()
 * returns, which is a status, or EXIT_USAGE, and why was told.
 */
int cmd_write(const char *path, int (*write)(void *context, FILE *out), void *context);

/* error_tell(), and where to read on; returns EXIT_USAGE. */
__attribute__((format(printf, 2, 3))) int cmd_usage_error(const struct cmd *cmd, const char *format,
							  ...);

/* What is to be recorded, as the argument of an option: 0, or EXIT_USAGE, and why was told. */
int cmd_take_mode(const struct cmd *cmd, const char *arg, enum kcov_mode *ret);

/* What such an option can be: cmd_option.describe. */
void cmd_describe_modes(char *room, size_t size);

/* How deep trees are shown, as the argument of an option: as cmd_take_mode(). */
int cmd_take_depth(const struct cmd *cmd, const char *arg, uint32_t *ret);

#endif
