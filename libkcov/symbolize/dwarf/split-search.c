// SPDX-License-Identifier: MIT
#include "split-search.h"

#include "../base/cleanup.h"
#include "../base/path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* One search under way. */
struct look {
	struct kcov_split_search *search;
	const struct kcov_skeleton *skeleton;
	const struct kcov_split_reader *reader;
	struct kcov_arena *arena;
	/* The worst that was met: how, where, and why. */
	int rc;
	const char *path;
	const char *why;
	/* Of a half that can be read; its name is NULL if that is in a package. */
	struct kcov_other_file file;
	/* Those of halves that cannot be. */
	struct kcov_other_files *damaged;
};

/* Whether a path leads to one that is open. */
static bool is_open(const struct kcov_split_search *search, const char *path)
{
	_cleanup_free_ char *real = realpath(path, NULL);

	for (size_t i = 0; real && i < search->n_packages; i++) {
		_cleanup_free_ char *other = realpath(search->packages[i].path, NULL);

		if (other && strcmp(real, other) == 0)
			return true;
	}
	return false;
}

/* Beside an image. */
static int add_package(struct kcov_split_search *search, const char *image)
{
	struct kcov_split_package *package = &search->packages[search->n_packages];
	_cleanup_free_ char *path = NULL;
	const char *why = NULL;
	int rc;

	if (!image)
		return 0;
	if (asprintf(&path, "%s.dwp", image) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	if (is_open(search, path))
		return 0;
	rc = kcov_split_file_open(path, &why, &package->file);
	if (rc == 0) {
		package->path = TAKE_PTR(path);
		search->n_packages++;
	} else if (why && !search->unread) {
		search->unread = TAKE_PTR(path);
		search->unread_rc = rc;
		search->unread_why = why;
	}
	return rc == -ENOMEM ? rc : 0;
}

static int add_place(struct kcov_split_search *search, const char *path)
{
	struct kcov_split_place *place = &search->places[search->n_places++];
	int rc;

	*place = (struct kcov_split_place){ path, realpath(path, NULL) };
	rc = add_package(search, place->path);
	return rc < 0 ? rc : add_package(search, place->real);
}

int kcov_split_search_init(const struct kcov_image *image, struct kcov_split_search *search)
{
	int rc;

	kcov_opened_files_init(&search->files);
	rc = add_place(search, image->path);
	return rc == 0 && image->debug ? add_place(search, image->debug->path) : rc;
}

void kcov_split_search_fini(struct kcov_split_search *search)
{
	if (!search->n_places)
		return;
	kcov_opened_files_fini(&search->files);
	for (size_t i = 0; i < search->n_packages; i++) {
		kcov_split_file_close(&search->packages[i].file);
		free((char *)(uintptr_t)search->packages[i].path);
	}
	free(search->unread);
	for (size_t i = 0; i < search->n_places; i++)
		free(search->places[i].real);
	*search = (struct kcov_split_search){};
}

static int weight(int rc)
{
	switch (rc) {
	case 0:
	case -ENOENT:
		return 0;
	case -EIO:
		return 1;
	case -ESTALE:
		return 2;
	case -EPROTO:
	case -ENOTSUP:
		return 3;
	default:
		return 4;
	}
}

/* A file does not have the unit; what says most is told. */
static void note(struct look *look, int rc, const char *path, const char *why)
{
	if (weight(rc) <= weight(look->rc))
		return;
	look->rc = rc;
	look->path = path;
	look->why = why;
}

static int read_half(const struct look *look, struct kcov_split_unit *half, const char **why)
{
	return look->reader->read(look->reader->context, half, why);
}

static int look_in(struct look *look, struct kcov_split_package *package)
{
	struct kcov_split_unit half;
	const char *why = "";
	int rc = kcov_split_unit_find_packed(package, look->skeleton, &why, &half);

	if (rc == 0)
		rc = read_half(look, &half, &why);
	if (rc < 0)
		note(look, rc, package->path, why);
	return rc;
}

static int look_at(struct look *look, const char *path)
{
	const struct kcov_split_file *file;
	struct kcov_split_unit half;
	const char *why;
	int rc = kcov_opened_files_get(&look->search->files, path, &why, &path, &file);

	if (rc == 0)
		rc = kcov_split_unit_find(file, look->skeleton, &why, &half);
	if (rc == 0) {
		half.path = path;
		rc = read_half(look, &half, &why);
		if (rc == 0)
			look->file = (struct kcov_other_file){ path, file->sum };
		else if (kcov_other_files_add(look->damaged, path, file->sum) < 0)
			rc = -ENOMEM;
	}
	if (rc < 0 && rc != -ENOENT && rc != -ENOMEM)
		note(look, rc, path, why);
	return rc;
}

static bool may_go_on(int rc)
{
	return rc != 0 && rc != -ENOMEM;
}

/* Below a directory of so many characters. */
static int look_below(struct look *look, const char *directory, size_t n)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%.*s/%s", (int)n, directory, look->skeleton->name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	return look_at(look, path);
}

/* Where the image lies, and in all directories above. */
static int look_above(struct look *look, const char *image)
{
	int rc = -ENOENT;

	for (size_t n = strlen(image); n && may_go_on(rc);) {
		while (n && image[n - 1] != '/')
			n--;
		if (!n)
			break;
		rc = look_below(look, image, --n);
	}
	return rc;
}

/* Where the image is said to lie, which a symbolic link may say. */
static int look_beside(struct look *look, const char *image)
{
	const char *slash = strrchr(image, '/');

	return slash ? look_below(look, image, (size_t)(slash - image))
		     : look_at(look, look->skeleton->name);
}

static int look_for_file(struct look *look)
{
	const struct kcov_skeleton *skeleton = look->skeleton;
	int rc = -ENOENT;

	if (skeleton->name[0] == '/')
		return look_at(look, skeleton->name);
	if (skeleton->directory)
		rc = look_below(look, skeleton->directory, strlen(skeleton->directory));
	for (size_t i = 0; may_go_on(rc) && i < look->search->n_places; i++) {
		const struct kcov_split_place *place = &look->search->places[i];

		rc = look_beside(look, place->path);
		if (may_go_on(rc) && place->real)
			rc = look_above(look, place->real);
	}
	return rc;
}

/* What is wrong with a file. */
static const char *verdict(struct kcov_arena *arena, int rc, const char *why)
{
	switch (rc) {
	case -ESTALE:
		return "is of another build";
	case -EPROTO:
		return "has DWARF 5 with an index of version 2, as dwp of binutils makes it: keep "
		       "the .dwo files or use llvm-dwp";
	case -ENOTSUP:
		return "has DWARF older than version 4, which is not read if it is split";
	case -EBADMSG:
		return kcov_arena_format(arena, "is damaged: %s", why);
	case -EIO:
		return kcov_arena_format(arena, "cannot be read: %s", why);
	default:
		return "is not there";
	}
}

/* Why packages do not help. */
static const char *describe_packages(const struct look *look)
{
	const struct kcov_split_search *search = look->search;
	const char *text = "", *what;

	for (size_t i = 0; text && !look->rc && i < search->n_packages; i++)
		text = kcov_arena_format(look->arena, "%s, and not in %s", text,
					 search->packages[i].path);
	if (!text || !search->unread)
		return text;
	what = verdict(look->arena, search->unread_rc, search->unread_why);
	return what ? kcov_arena_format(look->arena, "%s, and %s %s", text, search->unread, what)
		    : NULL;
}

/* Of what was met; NULL: out of memory. */
static const char *describe(const struct look *look)
{
	const char *what = verdict(look->arena, look->rc, look->why),
		   *more = describe_packages(look);

	return what && more
		       ? kcov_arena_format(look->arena, "its functions are in %s, which %s%s",
					   look->rc ? look->path : look->skeleton->name, what, more)
		       : NULL;
}

/* "dwo ID DIRECTORY//NAME": no path that is normalised has two slashes. */
#define LACKED "dwo "

/* What is looked for later if it is nowhere. */
static const char *lacked(const struct look *look)
{
	const struct kcov_skeleton *skeleton = look->skeleton;
	const char *directory;
	char *copy = kcov_arena_format(look->arena, "%s",
				       skeleton->directory ? skeleton->directory : "");

	if (!copy)
		return NULL;
	if (*copy)
		kcov_path_normalise(copy);
	directory = copy;
	/* The root ends in a slash, which is none of the two. */
	if (strcmp(directory, "/") == 0)
		directory = "/.";
	return kcov_arena_format(look->arena, LACKED "%016llx %s//%s",
				 (unsigned long long)skeleton->id, directory, skeleton->name);
}

static int find(struct look *look)
{
	int rc = -ENOENT;

	for (size_t i = 0; may_go_on(rc) && i < look->search->n_packages; i++)
		rc = look_in(look, &look->search->packages[i]);
	return may_go_on(rc) ? look_for_file(look) : rc;
}

int kcov_split_search(struct kcov_split_search *search, const struct kcov_skeleton *skeleton,
		      const struct kcov_split_reader *reader, struct kcov_arena *arena,
		      const char **cause, struct kcov_other_files *others)
{
	struct look look = {
		.search = search,
		.skeleton = skeleton,
		.reader = reader,
		.arena = arena,
		.damaged = others,
	};
	const size_t n = others->n;
	const char *name;
	int rc = find(&look);

	if (rc == -ENOMEM)
		return rc;
	if (rc == 0) {
		/* Damaged ones may stay as they are. */
		others->n = n;
		return look.file.name ? kcov_other_files_add(others, look.file.name, look.file.sum)
				      : 0;
	}
	*cause = describe(&look);
	name = lacked(&look);
	return *cause && name && kcov_other_files_add(others, name, 0) == 0 ? -EBADMSG : -ENOMEM;
}

bool kcov_split_search_is_lacked(const char *lacked)
{
	return strncmp(lacked, LACKED, strlen(LACKED)) == 0 && strstr(lacked, "//");
}

bool kcov_split_search_is_there(struct kcov_split_search *search, const char *lacked,
				const struct kcov_split_reader *reader)
{
	_cleanup_(kcov_other_files_fini) struct kcov_other_files others = {};
	_cleanup_(kcov_arena_fini) struct kcov_arena arena = {};
	const char *end = strstr(lacked, "//"), *cause;
	struct kcov_skeleton skeleton = { .name = end + 2 };
	char *directory;

	skeleton.id = strtoull(lacked + strlen(LACKED), &directory, 16);
	if (*directory == ' ' && ++directory < end)
		skeleton.directory =
			kcov_arena_strndup(&arena, directory, (size_t)(end - directory));
	return kcov_split_search(search, &skeleton, reader, &arena, &cause, &others) == 0;
}
