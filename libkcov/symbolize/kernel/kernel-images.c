// SPDX-License-Identifier: MIT
#include "kernel-images.h"

#include <errno.h>
#include <string.h>

/* A visit under way, with the kernel's lock held. */
struct visit {
	struct kcov_kernel *kernel;
	/* NULL: all. */
	const char *name;
	kcov_known_image_visitor *visitor;
	void *context;
	/* Whether it is known how far the kernel was moved. */
	bool has_offset;
	size_t n;
};

static bool is_wanted(const struct visit *visit, const char *name)
{
	return name && (!visit->name || strcmp(visit->name, name) == 0);
}

static int visit_loaded_one(struct visit *visit, struct kcov_generation *now, size_t i)
{
	struct kcov_kernel *kernel = visit->kernel;
	struct kcov_loaded_module *module = &now->loaded.modules.at[i];
	struct kcov_known_image image = {
		.name = module->module.name,
		.id = &module->id,
		.placement = visit->has_offset ? KCOV_PLACED_BY_KERNEL : KCOV_PLACED_NOWHERE,
		.loaded = &now->loaded,
		.module = i,
		.kaslr_offset = kernel->offset,
		.base = module->module.base,
	};
	int rc = kcov_loaded_open_index(&kernel->images, module);

	if (rc == 0 && !module->index && visit->has_offset)
		rc = kcov_generation_read_symbols(now, &kernel->host);
	if (rc < 0)
		return rc;
	image.index = module->index;
	if (!image.index && visit->has_offset)
		image.symbols = &now->symbols;
	visit->n++;
	return visit->visitor(visit->context, &image);
}

static int visit_loaded(struct visit *visit)
{
	struct kcov_generation *now = kcov_kernel_now(visit->kernel);
	int rc = 0;

	for (size_t i = 0; rc == 0 && now && i < now->loaded.modules.n; i++)
		if (is_wanted(visit, now->loaded.modules.at[i].module.name))
			rc = visit_loaded_one(visit, now, i);
	return rc;
}

static bool is_loaded(const struct kcov_kernel *kernel, const struct kcov_build_id *id)
{
	const struct kcov_generation *now = kcov_kernel_now(kernel);

	for (size_t i = 0; now && i < now->loaded.modules.n; i++)
		if (kcov_build_id_equal(&now->loaded.modules.at[i].id, id))
			return true;
	return false;
}

static int visit_given(struct visit *visit)
{
	const struct kcov_kernel *kernel = visit->kernel;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < kernel->images.given.n; i++) {
		const struct kcov_image_index *given = kernel->images.given.at[i];
		const struct kcov_known_image image = {
			.name = given->module,
			.id = &given->index.build_id,
			.index = &given->index,
			.placement = KCOV_PLACED_NOWHERE,
		};

		if (is_wanted(visit, given->module) && !is_loaded(kernel, image.id)) {
			visit->n++;
			rc = visit->visitor(visit->context, &image);
		}
	}
	return rc;
}

/* What is loaded is looked at again if it is not what was asked for. */
static int visit_all(struct visit *visit)
{
	bool is_new = !kcov_kernel_now(visit->kernel) || !visit->name;
	int rc = kcov_kernel_read_offset(visit->kernel);

	if (rc == -ENOMEM)
		return rc;
	visit->has_offset = rc == 0;
	rc = is_new ? kcov_kernel_look_again(visit->kernel) : 0;
	if (rc == 0)
		rc = visit_loaded(visit);
	if (rc == 0 && !visit->n && !is_new) {
		rc = kcov_kernel_look_again(visit->kernel);
		if (rc == 0)
			rc = visit_loaded(visit);
	}
	return rc ? rc : visit_given(visit);
}

int kcov_kernel_visit(struct kcov_kernel *kernel, const char *name,
		      kcov_known_image_visitor *visitor, void *context)
{
	struct visit visit = {
		.kernel = kernel, .name = name, .visitor = visitor, .context = context
	};
	int rc;

	pthread_mutex_lock(&kernel->lock);
	rc = visit_all(&visit);
	pthread_mutex_unlock(&kernel->lock);
	return rc;
}

static int kernel_points(struct kcov_kernel *kernel, const char *module, enum kcov_point kind,
			 uint64_t pc, uint64_t *ret, size_t room)
{
	int n = kcov_kernel_look_again(kernel);

	if (n == 0)
		n = kcov_kernel_read_offset(kernel);
	if (kernel->is_alone)
		return -ENOENT;
	if (n < 0)
		return n == -ENOMEM ? n : -ENODATA;
	/* From the first on there may be, however far it was moved. */
	if (pc > UINT64_MAX - kernel->offset)
		return 0;
	n = kcov_loaded_points(&kcov_kernel_now(kernel)->loaded, &kernel->images, module, kind,
			       pc + kernel->offset, ret, room);
	for (int i = 0; i < n; i++)
		ret[i] -= kernel->offset;
	return n;
}

int kcov_kernel_points(struct kcov_kernel *kernel, const char *module, enum kcov_point kind,
		       uint64_t pc, uint64_t *ret, size_t room)
{
	int n;

	pthread_mutex_lock(&kernel->lock);
	n = kernel_points(kernel, module, kind, pc, ret, room);
	pthread_mutex_unlock(&kernel->lock);
	return n;
}

int kcov_kernel_unanswered(struct kcov_kernel *kernel, int n, struct kcov_unanswered *ret,
			   size_t room)
{
	const struct kcov_module_images *images = &kernel->images;

	pthread_mutex_lock(&kernel->lock);
	n = kcov_image_indexes_unanswered(images->given.at, images->given.n, n, ret, room);
	if (n >= 0)
		n = kcov_image_indexes_unanswered(images->found.at, images->found.n, n, ret, room);
	pthread_mutex_unlock(&kernel->lock);
	return n;
}

int kcov_kernel_build(struct kcov_kernel *kernel, const char *module)
{
	int rc;

	pthread_mutex_lock(&kernel->lock);
	rc = kcov_kernel_look_again(kernel);
	if (rc == 0 && kernel->is_alone)
		rc = -ENOENT;
	if (rc == 0)
		rc = kcov_loaded_build(&kcov_kernel_now(kernel)->loaded, &kernel->images, module);
	pthread_mutex_unlock(&kernel->lock);
	return rc;
}
