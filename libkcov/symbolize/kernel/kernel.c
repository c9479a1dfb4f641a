// SPDX-License-Identifier: MIT
#include "kernel.h"

#include "../base/cleanup.h"
#include "../base/error.h"
#include "../image/module-file.h"

#include <errno.h>
#include <string.h>

/*
 * Only symbols of per-CPU data come before _text. The kernel makes the text of each symbol that is
 * read, so no more are read than necessary: this much at first, and then more.
 */
#define KALLSYMS_HEAD (16u * 1024u)
#define KALLSYMS_MORE (256u * 1024u)

void kcov_kernel_init(const struct kcov_host *host, uint64_t link_text, struct kcov_kernel *ret)
{
	*ret = (struct kcov_kernel){
		.host = *host,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.link_text = link_text,
	};
	ret->images.host = &ret->host;
}

struct kcov_generation *kcov_kernel_now(const struct kcov_kernel *kernel)
{
	return kernel->generations.n ? kernel->generations.at[kernel->generations.n - 1] : NULL;
}

/* Takes over what is in the generation. */
static int kernel_add_generation(struct kcov_kernel *kernel, struct kcov_generation *generation)
{
	struct kcov_generation *copy = malloc(sizeof(*copy));
	struct kcov_generation **added = copy ? KCOV_TABLE_ADD(&kernel->generations) : NULL;

	if (!added) {
		free(copy);
		kcov_generation_fini(generation);
		return -ENOMEM;
	}
	*copy = *generation;
	*added = copy;
	return 0;
}

int kcov_kernel_init_layout(struct kcov_layout *layout, uint64_t link_text, struct kcov_kernel *ret)
{
	struct kcov_generation generation = {
		.loaded = layout->loaded,
		.arena = layout->arena,
		/* Of functions of modules without an image it says nothing. */
		.has_symbols = true,
	};

	kcov_kernel_init(&layout->host, link_text, ret);
	ret->offset = layout->text - link_text;
	ret->is_told = ret->has_offset = true;
	*layout = (struct kcov_layout){};
	return kernel_add_generation(ret, &generation);
}

void kcov_kernel_init_alone(const struct kcov_host *host, struct kcov_kernel *ret)
{
	kcov_kernel_init(host, 0, ret);
	ret->is_told = ret->is_alone = true;
}

void kcov_kernel_fini(struct kcov_kernel *kernel)
{
	pthread_mutex_destroy(&kernel->lock);
	for (size_t i = 0; i < kernel->generations.n; i++) {
		kcov_generation_fini(kernel->generations.at[i]);
		free(kernel->generations.at[i]);
	}
	free(kernel->generations.at);
	kcov_module_images_fini(&kernel->images);
}

static int kernel_read_text_address(const struct kcov_kernel *kernel, size_t limit, uint64_t *ret)
{
	_cleanup_free_ char *data = NULL;
	struct kcov_text text;
	int rc = kcov_host_read(&kernel->host, "/proc/kallsyms", limit, &data, &text);

	return rc < 0 ? rc : kcov_kallsyms_find_text(text, ret);
}

/* With the lock held, as for all that reads something for the first time. */
int kcov_kernel_read_offset(struct kcov_kernel *kernel)
{
	uint64_t text;
	int rc;

	if (kernel->has_offset)
		return 0;
	if (kernel->is_alone)
		return -ENOTSUP;
	rc = kernel_read_text_address(kernel, KALLSYMS_HEAD, &text);
	if (rc == -ENODATA)
		rc = kernel_read_text_address(kernel, KALLSYMS_MORE, &text);
	if (rc == -ENODATA)
		rc = kernel_read_text_address(kernel, SIZE_MAX, &text);
	if (rc < 0)
		return rc == -ENOMEM ? rc : -EPERM;
	kernel->offset = text - kernel->link_text;
	kernel->has_offset = true;
	return 0;
}

int kcov_kernel_offset(struct kcov_kernel *kernel, uint64_t *ret)
{
	int rc;

	pthread_mutex_lock(&kernel->lock);
	rc = kcov_kernel_read_offset(kernel);
	pthread_mutex_unlock(&kernel->lock);
	if (rc == 0)
		*ret = kernel->offset;
	return rc;
}

int kcov_kernel_look_again(struct kcov_kernel *kernel)
{
	struct kcov_generation generation;
	int rc;

	if (kernel->is_told)
		return 0;
	rc = kcov_generation_read(&kernel->host, kcov_kernel_now(kernel), &generation);
	if (rc == 0)
		rc = kernel_add_generation(kernel, &generation);
	return rc > 0 ? 0 : rc;
}

int kcov_kernel_refresh(struct kcov_kernel *kernel)
{
	int rc;

	pthread_mutex_lock(&kernel->lock);
	rc = kcov_kernel_look_again(kernel);
	if (rc == 0)
		rc = (int)kernel->generations.n;
	pthread_mutex_unlock(&kernel->lock);
	return rc;
}

int kcov_kernel_loaded(struct kcov_kernel *kernel, const struct kcov_loaded **ret)
{
	int n = kcov_kernel_refresh(kernel);

	if (n < 0)
		return n;
	*ret = &kcov_kernel_now(kernel)->loaded;
	return 0;
}

/* Whether the module that is thought to lie somewhere does so still. */
static int kernel_is_there(const struct kcov_kernel *kernel, const struct kcov_module *module,
			   bool *ret)
{
	uint64_t key;
	int rc = kcov_module_key(&kernel->host, module->name, &key);

	*ret = !module->key || key == module->key;
	return rc;
}

/* Who lies there now. */
static int kernel_find_now(struct kcov_kernel *kernel, uint64_t address, struct kcov_owner *ret)
{
	bool is_there = false;
	int rc = 0;

	*ret = (struct kcov_owner){};
	if (kcov_kernel_now(kernel))
		rc = kcov_generation_find(kcov_kernel_now(kernel), &kernel->host, &kernel->images,
					  true, address, ret);
	if (rc == 0 && ret->module.name && !kernel->is_told)
		rc = kernel_is_there(kernel, &ret->module, &is_there);
	if (rc < 0 || kernel->is_told || is_there)
		return rc;
	rc = kcov_kernel_look_again(kernel);
	return rc < 0 ? rc
		      : kcov_generation_find(kcov_kernel_now(kernel), &kernel->host,
					     &kernel->images, true, address, ret);
}

/* One more that lay there at some time: the same as before, the first one, or one too many. */
static void add_owner(struct kcov_owner *owner, bool *is_disputed, const struct kcov_owner *other)
{
	if (!other->module.name)
		return;
	if (!owner->module.name)
		*owner = *other;
	else if (!kcov_owner_equal(owner, other))
		*is_disputed = true;
	/* It knows more of the same. */
	else if (!owner->symbol && !owner->index)
		*owner = *other;
}

/* Who lay there before, and who was initialised there since the first generation. */
static int kernel_find_before(struct kcov_kernel *kernel, uint64_t address,
			      struct kcov_owner *owner, bool *is_disputed)
{
	struct kcov_generation *const *at = kernel->generations.at;
	struct kcov_owner other;
	int rc = 0;

	for (size_t i = kernel->generations.n; rc == 0 && i-- > 0;) {
		if (i + 1 < kernel->generations.n) {
			rc = kcov_generation_find(at[i], &kernel->host, &kernel->images, false,
						  address, &other);
			if (rc == 0)
				add_owner(owner, is_disputed, &other);
		}
		if (rc == 0 && i > 0) {
			rc = kcov_generation_find_init(at[i], &kernel->images, at[0], address,
						       &other);
			if (rc == 0)
				add_owner(owner, is_disputed, &other);
		}
	}
	/* Of those that were there in the beginning it is known that they were initialised. */
	if (rc == 0 && !owner->module.name)
		rc = kcov_generation_find_init(at[0], &kernel->images, NULL, address, owner);
	return rc;
}

static bool kernel_has_modules(const struct kcov_kernel *kernel)
{
	for (size_t i = 0; i < kernel->generations.n; i++)
		if (kernel->generations.at[i]->loaded.modules.n)
			return true;
	return false;
}

static int kernel_find(struct kcov_kernel *kernel, uint64_t pc, struct kcov_kernel_place *ret)
{
	bool is_disputed = false;
	struct kcov_owner owner;
	uint64_t address;
	int rc = kernel_has_modules(kernel) ? 0 : kcov_kernel_look_again(kernel);

	/* Without modules there is no need to know where they are. */
	if (rc < 0 || !kernel_has_modules(kernel))
		return rc;
	rc = kcov_kernel_read_offset(kernel);
	if (rc < 0)
		return rc == -ENOMEM ? rc : 0;
	address = pc + kernel->offset;
	rc = kernel_find_now(kernel, address, &owner);
	if (rc == 0)
		rc = kernel_find_before(kernel, address, &owner, &is_disputed);
	if (rc < 0)
		return rc;
	ret->is_disputed = is_disputed;
	if (is_disputed || (!owner.index && !owner.symbol))
		return 0;
	ret->module = owner.module.name;
	ret->offset = address - owner.module.base;
	ret->index = owner.index;
	ret->address = owner.address;
	ret->symbol = owner.symbol;
	ret->symbol_offset = owner.symbol_offset;
	return 0;
}

int kcov_kernel_find(struct kcov_kernel *kernel, uint64_t pc, struct kcov_kernel_place *ret)
{
	struct kcov_kernel_place place = {};
	int rc;

	pthread_mutex_lock(&kernel->lock);
	rc = kernel_find(kernel, pc, &place);
	pthread_mutex_unlock(&kernel->lock);
	if (rc == 0)
		*ret = place;
	return rc;
}

/* As kcov_loaded_build_id(). */
static int kernel_build_id_of(const struct kcov_kernel *kernel, const char *name,
			      struct kcov_build_id *ret)
{
	const struct kcov_loaded *loaded;

	if (!kernel->is_told)
		return kcov_loaded_build_id(&kernel->host, name, ret);
	loaded = &kcov_kernel_now(kernel)->loaded;
	for (size_t i = 0; i < loaded->modules.n; i++) {
		if (strcmp(loaded->modules.at[i].module.name, name) == 0) {
			*ret = loaded->modules.at[i].id;
			return ret->n ? 0 : -ENODATA;
		}
	}
	return -ENOENT;
}

/* A module of the file's name that is another build: the file would never answer. */
static int kernel_check_given(const struct kcov_kernel *kernel, const struct kcov_image *image,
			      struct kcov_symbolize_error **error)
{
	char have[KCOV_BUILD_ID_HEX_SIZE], want[KCOV_BUILD_ID_HEX_SIZE];
	_cleanup_free_ char *name = NULL;
	struct kcov_build_id id;
	int rc = kcov_module_file_name(image->path, &name);

	if (rc == 0 && name)
		rc = kernel_build_id_of(kernel, name, &id);
	if (rc == -ENOMEM)
		return kcov_error_set(error, rc, "%s", image->path);
	if (rc == -ENODATA)
		return kcov_error_set(
			error, rc,
			"%s: the module %s that is loaded shows no build-id, so that it "
			"may be any build",
			image->path, name);
	if (rc < 0 || !name || kcov_build_id_equal(&image->build_id, &id))
		return 0;
	return kcov_error_set(error, -ESTALE,
			      "%s: build-id %s is not that of the module %s that is loaded, %s: "
			      "use the file of this very build",
			      image->path, kcov_build_id_format(&image->build_id, have), name,
			      kcov_build_id_format(&id, want));
}

static int kernel_add_given(struct kcov_kernel *kernel, struct kcov_image_index *index)
{
	struct kcov_image_index **added;

	pthread_mutex_lock(&kernel->lock);
	added = KCOV_TABLE_ADD(&kernel->images.given);
	if (added)
		*added = index;
	pthread_mutex_unlock(&kernel->lock);
	return added ? 0 : -ENOMEM;
}

/* What the kernel says of a file's build, if there is one to ask. */
static int kernel_check_build(const struct kcov_kernel *kernel, const struct kcov_image *image,
			      struct kcov_symbolize_error **error)
{
	if (kernel->is_alone)
		return 0;
	if (!image->build_id.n)
		return kcov_error_set(error, -ENODATA,
				      "%s: no build-id in it, so that it may be any module's",
				      image->path);
	return kernel_check_given(kernel, image, error);
}

int kcov_kernel_give(struct kcov_kernel *kernel, const char *path,
		     struct kcov_symbolize_error **error)
{
	_cleanup_image_ struct kcov_image *image = NULL;
	struct kcov_image_index *index;
	int rc = kcov_module_file_open(&kernel->host, path, error, &image);

	if (rc == 0)
		rc = kernel_check_build(kernel, image, error);
	if (rc == 0)
		rc = kcov_image_index_open(image, error, &index);
	if (rc < 0)
		return rc;
	rc = kcov_image_index_name(index, path);
	/* One that is called otherwise is known by its build-id, if that is asked for. */
	if (rc == 0 || (rc == -EINVAL && !kernel->is_alone))
		rc = kernel_add_given(kernel, index);
	if (rc == 0)
		return 0;
	kcov_image_index_close(index);
	return rc == -EINVAL ? kcov_error_set(error, rc,
					      "%s: its name does not tell which module it is: "
					      "call it MODULE.ko",
					      path)
			     : kcov_error_set(error, rc, "%s", path);
}
