// SPDX-License-Identifier: MIT
#include "image-index.h"

#include "../base/damage.h"
#include "../base/error.h"
#include "../base/file.h"
#include "../dwarf/split-search.h"
#include "../dwarf/supplement.h"
#include "../image/image-sum.h"
#include "../image/module-file.h"
#include "cache-size.h"
#include "cache.h"
#include "flatten.h"
#include "index-write.h"
#include "points.h"

#include <errno.h>
#include <string.h>

void kcov_image_index_close(struct kcov_image_index *index)
{
	if (!index)
		return;
	if (index->map)
		kcov_file_unmap(index->map, index->map_size);
	kcov_bytes_fini(&index->built);
	free(index->image);
	free(index->path);
	free(index->module);
	free(index);
}

int kcov_image_index_name(struct kcov_image_index *index, const char *path)
{
	int rc = kcov_module_file_name(path, &index->module);

	return rc == 0 && !index->module ? -EINVAL : rc;
}

static void index_closep(struct kcov_image_index **index)
{
	kcov_image_index_close(*index);
}

/* What the index was made of is damaged where it lacks a half, or else it would have that. */
static int refuse_known(void *context, struct kcov_split_unit *half, const char **cause)
{
	const struct kcov_index *index = context;
	_cleanup_free_ char *real = NULL;
	struct kcov_other_file other;

	if (kcov_file_real_path(half->path, &real) == -ENOMEM)
		return -ENOMEM;
	for (size_t i = 0; real && kcov_index_other(index, i, &other); i++) {
		if (other.sum && strcmp(other.name, real) == 0)
			return kcov_damage(cause, "the index was made of it");
	}
	return 0;
}

/* A file that the index was made without. */
static bool is_there(const struct kcov_image *image, const struct kcov_index *index,
		     struct kcov_split_search *search, const char *lacked)
{
	const struct kcov_split_reader reader = { refuse_known, (void *)(uintptr_t)index };

	if (!kcov_split_search_is_lacked(lacked))
		return kcov_supplement_is_there(kcov_image_dwarf(image), lacked);
	if (!search->n_places && kcov_split_search_init(image, search) < 0)
		return false;
	return kcov_split_search_is_there(search, lacked, &reader);
}

/* What was read is what it was, and what could not be read cannot be now. */
static bool others_are_unchanged(const struct kcov_image *image, const struct kcov_index *index)
{
	_cleanup_(kcov_split_search_fini) struct kcov_split_search search = {};
	struct kcov_other_file other;

	for (size_t i = 0; kcov_index_other(index, i, &other); i++) {
		if (other.sum ? !kcov_other_file_is_unchanged(&other)
			      : is_there(image, index, &search, other.name))
			return false;
	}
	return true;
}

static int check(const struct kcov_image *image, const struct kcov_index *index)
{
	if (!others_are_unchanged(image, index))
		return -ESTALE;
	if (index->machine != image->machine->elf ||
	    !kcov_build_id_equal(&index->build_id, &image->build_id))
		return -ESTALE;
	if (index->n_points != KCOV_INDEX_NO_POINTS || !(index->build & KCOV_BUILD_SYMBOLS))
		return 0;
	/* It was made of the debug file alone. */
	return kcov_points_has_text(image) ? -ESTALE : 0;
}

/* From the file at index->path. Whatever is wrong with it, it is to be built again. */
static int load(const struct kcov_image *image, struct kcov_image_index *index)
{
	_cleanup_fd_ int fd = kcov_file_open(index->path);
	struct kcov_index opened;
	const void *map;
	size_t size;
	int rc = fd < 0 ? fd : kcov_file_map(fd, &map, &size);

	if (rc < 0)
		return rc;
	rc = kcov_index_open(map, size, &opened);
	if (rc == 0)
		rc = check(image, &opened);
	if (rc < 0) {
		kcov_file_unmap(map, size);
		return rc;
	}
	/* What was not used for longest goes first, if something has to. */
	kcov_file_touch(fd);
	index->index = opened;
	index->map = map;
	index->map_size = size;
	return 0;
}

static int try_build(struct kcov_image *image, struct kcov_symbolize_error **error,
		     struct kcov_image_index *index)
{
	_cleanup_(kcov_flat_fini) struct kcov_flat flat = {};
	int rc;

	if (image->debug)
		image->debug->progress = image->progress;
	rc = kcov_image_read_symbols(image, error);

	if (rc == 0)
		rc = kcov_flatten(image, error, &flat);
	if (rc < 0)
		return rc;
	kcov_image_tell(image, KCOV_PROGRESS_FLAT);
	rc = kcov_index_write(&flat, &index->built);
	if (rc == 0)
		rc = kcov_index_open(index->built.at, index->built.n, &index->index);
	return rc < 0 ? kcov_error_set(error, rc, "%s: cannot build its index", image->path) : 0;
}

static int build(struct kcov_image *image, struct kcov_symbolize_error **error,
		 struct kcov_image_index *index)
{
	int rc = try_build(image, error, index);

	/* Or it ends there: who shows a bar wipes it off. */
	kcov_image_tell(image, KCOV_PROGRESS_DONE);
	return rc;
}

/*
 * Where there is no cache, or no room in it, the index lies in memory only. The file takes
 * the place of that, so that all who use it share it.
 */
static void store(const struct kcov_image *image, struct kcov_image_index *index)
{
	/* What was made of an image that was written to meanwhile may be of neither. */
	if (index->path && kcov_image_is_unchanged(image) &&
	    kcov_cache_store(index->path, index->built.at, index->built.n) == 0 &&
	    load(image, index) == 0) {
		kcov_bytes_fini(&index->built);
		return;
	}
	free(index->path);
	index->path = NULL;
}

/* The sum of an image, as it is remembered or as it is made now. */
struct sum {
	uint64_t sum;
	/* By which it is to be remembered; has_state is whether it can be, and it is not yet. */
	uint64_t state;
	bool has_state;
};

static int find_sum(const struct kcov_image *image, struct sum *ret)
{
	struct sum sum = {};
	int rc = kcov_image_state_sum(image, &sum.state);

	if (rc == 0) {
		rc = kcov_cache_recall(&image->build_id, sum.state, &sum.sum);
		sum.has_state = rc < 0;
	}
	if (rc == -ENOMEM)
		return rc;
	if (rc < 0)
		sum.sum = kcov_image_sum(image);
	*ret = sum;
	return 0;
}

/* Where the index is to be kept, if anywhere: else no image is read for its sum. */
static int find_path(const struct kcov_image *image, struct sum *sum, char **ret)
{
	_cleanup_free_ char *directory = NULL;
	int rc =
		image->build_id.n && kcov_cache_size() ? kcov_cache_directory(&directory) : -ENOENT;

	if (rc == 0)
		rc = find_sum(image, sum);
	if (rc == 0)
		rc = kcov_cache_path(&image->build_id, sum->sum, ret);
	return rc == -ENOENT ? 0 : rc;
}

int kcov_image_index_open(struct kcov_image *image, struct kcov_symbolize_error **error,
			  struct kcov_image_index **ret)
{
	_cleanup_(index_closep) struct kcov_image_index *index = calloc(1, sizeof(*index));
	struct sum sum = {};
	int rc = index ? find_path(image, &sum, &index->path) : -ENOMEM;

	if (rc == 0) {
		index->image = strdup(image->path);
		rc = index->image ? 0 : -ENOMEM;
	}
	if (rc < 0)
		return kcov_error_set(error, rc, "%s", image->path);
	if (!index->path || load(image, index) < 0) {
		rc = build(image, error, index);
		if (rc < 0)
			return rc;
		store(image, index);
	}
	if (sum.has_state && index->path)
		kcov_cache_remember(&image->build_id, sum.state, sum.sum);
	*ret = TAKE_PTR(index);
	return 0;
}

int kcov_image_index_unanswered(const struct kcov_image_index *index, int n,
				struct kcov_unanswered *ret, size_t room)
{
	struct kcov_unanswered one = { .image = index->image };
	int rc;

	for (size_t i = 0; (rc = kcov_index_damaged(&index->index, i, &one.unit, &one.cause)) > 0;
	     i++, n++) {
		if ((size_t)n < room)
			ret[n] = one;
	}
	return rc < 0 ? rc : n;
}

int kcov_image_indexes_unanswered(struct kcov_image_index *const *at, size_t n_images, int n,
				  struct kcov_unanswered *ret, size_t room)
{
	for (size_t i = 0; i < n_images && n >= 0; i++)
		n = kcov_image_index_unanswered(at[i], n, ret, room);
	return n;
}
