/* SPDX-License-Identifier: MIT */
/*
 * Subsystems of the kernel, as the file MAINTAINERS of its source tree tells them: sections, each
 * with a title and patterns of files.
 */
#ifndef KCOVCTL_SUBSYSTEMS_H
#define KCOVCTL_SUBSYSTEMS_H

#include "../base/map.h"

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is in each path that matches, and is looked for first. */
struct subsystem_needle {
	/* n characters; 0: nothing is known to be. */
	const char *at;
	size_t n;
	/* A bit for each two that follow each other; some pairs share one. */
	uint64_t pairs;
};

/* What a section says of files. */
struct subsystem_pattern {
	/* The pattern; of a directory without the slash at its end. */
	const char *text;
	/* It is of all that is in a directory. */
	bool is_dir;
	/* It has wildcards. */
	bool is_glob;
	struct subsystem_needle needle;
	/* How many characters it spells out: of those that match, the one with most of them counts.
	 */
	size_t length;
	/* The section, by number. */
	size_t section;
	/* Of the same key. */
	struct subsystem_pattern *next;
};

/* A regular expression, which a part of a path has to match. */
struct subsystem_regex {
	const char *text;
	struct subsystem_needle needle;
	size_t length;
	size_t section;
	/* Compiled when it is needed first. */
	enum {
		REGEX_NEW,
		REGEX_COMPILED,
		REGEX_INVALID,
	} state;
	regex_t regex;
};

struct subsystems {
	/* A copy of the file, cut into texts. */
	char *text;
	struct {
		const char **at;
		size_t n;
		size_t room;
	} titles;
	struct {
		struct subsystem_pattern **at;
		size_t n;
		size_t room;
	} files;
	/* Of files that a section does not mean, by section. */
	struct {
		struct subsystem_pattern **at;
		size_t n;
		size_t room;
	} excluded;
	/* The longest first. */
	struct {
		struct subsystem_regex *at;
		size_t n;
		size_t room;
	} names;
	/* Of files: by a hash of what stands before their first wildcard, up to a slash. */
	struct map by_begin;
};

/* The text of such a file, which is not trusted and need not stay. 0 or -ENOMEM. */
int subsystems_parse(const char *text, size_t size, struct subsystems *ret);

/*
 * The title of the section that says most of a file, by its path in the tree, "fs/ext4/inode.c": by
 * the pattern that spells out most characters of it. It stays as long as subsystems. NULL: no
 * section means it.
 */
const char *subsystems_of(struct subsystems *subsystems, const char *path);

void subsystems_fini(struct subsystems *subsystems);

#endif
