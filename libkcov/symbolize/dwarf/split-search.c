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
	struct kcov_arena *arena;
	/* The worst that was met: how, where, and why. */
	int rc;
	const char *path;
	const char *why;
	struct kcov_split_unit *unit;
	/* Its own file. */
	struct kcov_other_file file;
};

/* Beside an image, unless there is one already. */
static int search_package(struct kcov_split_search *search, const char *image)
{
	_cleanup_free_ char *path = NULL;
	const char *why = NULL;
	int rc;

	if (!image || search->package.path)
		return 0;
	if (asprintf(&path, "%s.dwp", image) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	rc = kcov_split_file_open(path, &why, &search->package.file);
	if (rc == 0) {
		search->package.path = TAKE_PTR(path);
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
	rc = search_package(search, place->path);
	return rc < 0 ? rc : search_package(search, place->real);
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
	kcov_split_file_close(&search->package.file);
	free((char *)(uintptr_t)search->package.path);
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
	default:
		return 3;
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

static int look_in_package(struct look *look)
{
	struct kcov_split_package *package = &look->search->package;
	const char *why = "";
	int rc;

	if (!package->path)
		return -ENOENT;
	rc = kcov_split_unit_find_packed(package, look->skeleton, &why, look->unit);
	if (rc < 0)
		note(look, rc, package->path, why);
	return rc;
}

static int look_at(struct look *look, const char *path)
{
	const struct kcov_split_file *file;
	const char *why;
	int rc = kcov_opened_files_get(&look->search->files, path, &why, &path, &file);

	if (rc == 0)
		rc = kcov_split_unit_find(file, look->skeleton, &why, look->unit);
	if (rc == -ENOENT || rc == -ENOMEM)
		return rc;
	if (rc < 0) {
		note(look, rc, path, why);
		return rc;
	}
	look->unit->path = path;
	look->file = (struct kcov_other_file){ path, file->sum };
	return 0;
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

/* Why the package does not help. */
static const char *describe_package(const struct look *look)
{
	const struct kcov_split_search *search = look->search;
	const char *what;

	if (search->package.path)
		return look->rc ? ""
				: kcov_arena_format(look->arena, ", and not in %s",
						    search->package.path);
	if (!search->unread)
		return "";
	what = verdict(look->arena, search->unread_rc, search->unread_why);
	return what ? kcov_arena_format(look->arena, ", and %s %s", search->unread, what) : NULL;
}

/* One line of a file, with more behind it; NULL if one of them is. */
static const char *tell(struct kcov_arena *arena, const char *path, const char *what,
			const char *more)
{
	return what && more ? kcov_arena_format(arena, "its functions are in %s, which %s%s", path,
						what, more)
			    : NULL;
}

/* Of what was met. */
static const char *describe(const struct look *look)
{
	return tell(look->arena, look->rc ? look->path : look->skeleton->name,
		    verdict(look->arena, look->rc, look->why), describe_package(look));
}

const char *kcov_split_damaged(const char *path, const char *why, struct kcov_arena *arena)
{
	return tell(arena, path, verdict(arena, -EBADMSG, why), "");
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

int kcov_split_search(struct kcov_split_search *search, const struct kcov_skeleton *skeleton,
		      struct kcov_arena *arena, const char **cause, struct kcov_other_file *other,
		      struct kcov_split_unit **ret)
{
	struct look look = { .search = search, .skeleton = skeleton, .arena = arena };
	int rc;

	look.unit = calloc(1, sizeof(*look.unit));
	if (!look.unit)
		return -ENOMEM;
	rc = look_in_package(&look);
	if (may_go_on(rc))
		rc = look_for_file(&look);
	if (rc == 0) {
		*other = look.file;
		*ret = look.unit;
		return 0;
	}
	free(look.unit);
	if (rc == -ENOMEM)
		return rc;
	*cause = describe(&look);
	*other = (struct kcov_other_file){ .name = lacked(&look) };
	return *cause && other->name ? -EBADMSG : -ENOMEM;
}

bool kcov_split_search_is_lacked(const char *lacked)
{
	return strncmp(lacked, LACKED, strlen(LACKED)) == 0 && strstr(lacked, "//");
}

bool kcov_split_search_is_there(struct kcov_split_search *search, const char *lacked)
{
	_cleanup_(kcov_arena_fini) struct kcov_arena arena = {};
	const char *end = strstr(lacked, "//"), *cause;
	struct kcov_skeleton skeleton = { .name = end + 2 };
	struct kcov_split_unit *unit = NULL;
	struct kcov_other_file other;
	char *directory;

	skeleton.id = strtoull(lacked + strlen(LACKED), &directory, 16);
	if (*directory == ' ' && ++directory < end)
		skeleton.directory =
			kcov_arena_strndup(&arena, directory, (size_t)(end - directory));
	if (kcov_split_search(search, &skeleton, &arena, &cause, &other, &unit) < 0)
		return false;
	free(unit);
	return true;
}
