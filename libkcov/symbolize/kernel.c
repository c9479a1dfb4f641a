// SPDX-License-Identifier: MIT
#include "kernel.h"

#include "cleanup.h"
#include "debug-file.h"
#include "error.h"
#include "file.h"
#include "module-file.h"

#include <errno.h>
#include <string.h>

/*
 * x86-64 links the kernel to the top 2 GiB, CONFIG_PHYSICAL_START above their begin,
 * and KASLR moves it inside the first of the two by a multiple of 2 MiB
 * (CONFIG_PHYSICAL_ALIGN). That is the default, and what all distributions have.
 */
#define X86_64_LINK_TEXT (0xffffffff80000000u + 0x1000000u)
#define X86_64_ALIGN 0x200000u
#define X86_64_OFFSET_END 0x40000000u

/* _text is among the first symbols but for those of per-CPU data. */
#define KALLSYMS_HEAD (256u * 1024u)

void kcov_kernel_init(const struct kcov_host *host, uint64_t link_text, struct kcov_kernel *ret)
{
	*ret = (struct kcov_kernel){
		.host = *host,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.link_text = link_text,
	};
	ret->images.host = &ret->host;
}

void kcov_kernel_init_layout(struct kcov_layout *layout, uint64_t link_text,
			     struct kcov_kernel *ret)
{
	kcov_kernel_init(&layout->host, link_text, ret);
	ret->offset = layout->text - link_text;
	ret->loaded = layout->loaded;
	ret->arena = layout->arena;
	/* Of functions of modules without an image it says nothing. */
	ret->is_layout = ret->has_offset = ret->has_loaded = ret->has_symbols = true;
	*layout = (struct kcov_layout){};
}

void kcov_kernel_fini(struct kcov_kernel *kernel)
{
	pthread_mutex_destroy(&kernel->lock);
	kcov_loaded_fini(&kernel->loaded);
	kcov_module_images_fini(&kernel->images);
	kcov_modules_fini(&kernel->modules);
	kcov_kallsyms_fini(&kernel->symbols);
	kcov_arena_fini(&kernel->arena);
}

static int kernel_read(const struct kcov_kernel *kernel, const char *name, size_t limit, char **ret,
		       struct kcov_text *ret_text)
{
	_cleanup_free_ char *path = kcov_host_path(&kernel->host, "%s", name);
	size_t size;
	int rc;

	if (!path)
		return -ENOMEM;
	rc = kcov_file_read(path, limit, ret, &size);
	if (rc == 0)
		*ret_text = (struct kcov_text){ *ret, size };
	return rc;
}

static int kernel_read_text_address(const struct kcov_kernel *kernel, size_t limit, uint64_t *ret)
{
	_cleanup_free_ char *data = NULL;
	struct kcov_text text;
	int rc = kernel_read(kernel, "/proc/kallsyms", limit, &data, &text);

	return rc < 0 ? rc : kcov_kallsyms_find_text(text, ret);
}

/* With the lock held, as for all that reads something for the first time. */
static int kernel_read_offset(struct kcov_kernel *kernel)
{
	uint64_t text;
	int rc;

	if (kernel->has_offset)
		return 0;
	rc = kernel_read_text_address(kernel, KALLSYMS_HEAD, &text);
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
	rc = kernel_read_offset(kernel);
	pthread_mutex_unlock(&kernel->lock);
	if (rc == 0)
		*ret = kernel->offset;
	return rc;
}

/* A kernel without modules has no such file, and may hide it like any other. */
static int kernel_read_modules(struct kcov_kernel *kernel)
{
	_cleanup_free_ char *data = NULL;
	struct kcov_text text;
	int rc = kernel_read(kernel, "/proc/modules", SIZE_MAX, &data, &text);

	if (rc < 0)
		return rc == -ENOMEM ? rc : 0;
	return kcov_modules_parse(text, &kernel->arena, &kernel->modules);
}

/* Let the kernel itself be one of the modules. */
static int kernel_add_itself(struct kcov_kernel *kernel, struct kcov_text kallsyms)
{
	const struct kcov_module itself = {
		.name = "vmlinux",
		.base = kernel->link_text + kernel->offset,
		.end = kcov_kallsyms_end(kallsyms),
	};

	return kcov_modules_add(&kernel->modules, &itself);
}

static int kernel_read_loaded(struct kcov_kernel *kernel)
{
	int rc;

	if (kernel->has_loaded)
		return 0;
	rc = kernel_read_modules(kernel);
	if (rc == 0)
		rc = kcov_loaded_read(&kernel->host, &kernel->modules, &kernel->arena,
				      &kernel->loaded);
	if (rc < 0)
		kcov_modules_fini(&kernel->modules);
	kernel->has_loaded = rc == 0;
	return rc;
}

int kcov_kernel_loaded(struct kcov_kernel *kernel, const struct kcov_loaded **ret)
{
	int rc;

	pthread_mutex_lock(&kernel->lock);
	rc = kernel_read_loaded(kernel);
	pthread_mutex_unlock(&kernel->lock);
	if (rc == 0)
		*ret = &kernel->loaded;
	return rc;
}

static int kernel_parse_symbols(struct kcov_kernel *kernel)
{
	_cleanup_free_ char *data = NULL;
	struct kcov_text text;
	int rc;

	/* Most kernels that KCOV is used with have no module loaded: spare them the work. */
	if (!kernel->modules.n && !kernel->is_image)
		return 0;
	rc = kernel_read(kernel, "/proc/kallsyms", SIZE_MAX, &data, &text);
	if (rc < 0)
		return rc == -ENOMEM ? rc : 0;
	if (kernel->is_image)
		rc = kernel_add_itself(kernel, text);
	if (rc < 0)
		return rc;
	return kcov_kallsyms_parse(text, &kernel->modules, &kernel->arena, &kernel->symbols);
}

static int kernel_read_symbols(struct kcov_kernel *kernel)
{
	size_t n;
	int rc = kernel_read_loaded(kernel);

	if (rc < 0 || kernel->has_symbols)
		return rc;
	n = kernel->modules.n;
	rc = kernel_parse_symbols(kernel);
	if (rc < 0)
		kernel->modules.n = n;
	kernel->has_symbols = rc == 0;
	return rc;
}

static int kernel_find_loaded(struct kcov_kernel *kernel, uint64_t address,
			      struct kcov_kernel_place *ret)
{
	const struct kcov_loaded_module *module;
	int rc =
		kcov_loaded_find(&kernel->loaded, &kernel->images, address, &module, &ret->address);

	if (rc < 0 || !module)
		return rc;
	ret->module = module->name;
	ret->offset = address - module->base;
	ret->index = module->index;
	return 0;
}

static int kernel_find_symbol(struct kcov_kernel *kernel, uint64_t address,
			      struct kcov_kernel_place *ret)
{
	const struct kcov_kallsym *symbol;
	int rc = kernel_read_symbols(kernel);

	if (rc < 0)
		return rc;
	symbol = kcov_kallsyms_find(&kernel->symbols, address);
	if (!symbol)
		return 0;
	ret->module = symbol->module->name;
	ret->offset = address - symbol->module->base;
	ret->symbol = symbol->name;
	ret->symbol_offset = address - symbol->address;
	return 0;
}

static int kernel_find(struct kcov_kernel *kernel, uint64_t pc, struct kcov_kernel_place *ret)
{
	int rc = kernel_read_loaded(kernel);

	/* Without modules there is no need to know where they are. */
	if (rc < 0 || (!kernel->loaded.modules.n && !kernel->is_image))
		return rc;
	rc = kernel_read_offset(kernel);
	if (rc < 0)
		return rc == -ENOMEM ? rc : 0;
	rc = kernel_find_loaded(kernel, pc + kernel->offset, ret);
	if (rc == 0 && !ret->module)
		rc = kernel_find_symbol(kernel, pc + kernel->offset, ret);
	return rc;
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

static int kernel_points(struct kcov_kernel *kernel, const char *module, enum kcov_point kind,
			 uint64_t pc, uint64_t *ret, size_t room)
{
	int n = kernel_read_loaded(kernel);

	if (n == 0)
		n = kernel_read_offset(kernel);
	if (n < 0)
		return n == -ENOMEM ? n : -ENODATA;
	/* From the first on there may be, however far it was moved. */
	if (pc > UINT64_MAX - kernel->offset)
		return 0;
	n = kcov_loaded_points(&kernel->loaded, &kernel->images, module, kind, pc + kernel->offset,
			       ret, room);
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

/* As kcov_loaded_build_id(). */
static int kernel_build_id_of(const struct kcov_kernel *kernel, const char *name,
			      struct kcov_build_id *ret)
{
	const struct kcov_loaded *loaded = &kernel->loaded;

	if (!kernel->is_layout)
		return kcov_loaded_build_id(&kernel->host, name, ret);
	for (size_t i = 0; i < loaded->modules.n; i++) {
		if (strcmp(loaded->modules.at[i].name, name) == 0) {
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

int kcov_kernel_give(struct kcov_kernel *kernel, const char *path,
		     struct kcov_symbolize_error **error)
{
	_cleanup_image_ struct kcov_image *image = NULL;
	struct kcov_image_index *index;
	int rc = kcov_image_open_module(path, error, &image);

	if (rc == 0)
		rc = kcov_debug_file_require(&kernel->host, image, error);
	if (rc < 0)
		return rc;
	if (!image->build_id.n)
		return kcov_error_set(error, -ENODATA,
				      "%s: no build-id in it, so that it may be any module's",
				      path);
	rc = kernel_check_given(kernel, image, error);
	if (rc < 0)
		return rc;
	image->progress = kernel->host.progress;
	rc = kcov_image_index_open(image, error, &index);
	if (rc == 0 && kernel_add_given(kernel, index) < 0) {
		kcov_image_index_close(index);
		return kcov_error_set(error, -ENOMEM, "%s", path);
	}
	return rc;
}

static int kernel_check_alone(struct kcov_kernel *kernel, struct kcov_symbolize_error **error)
{
	static const char none[] = "no vmlinux of the running kernel found";
	const char *machine = kernel->host.name.machine;
	uint64_t offset = 0;
	int rc;

	if (strcmp(machine, "x86_64") != 0)
		return kcov_error_set(error, -ENOTSUP,
				      "%s, and where a kernel for %s was linked to is not known "
				      "without one: give its vmlinux",
				      none, machine);
	rc = kcov_kernel_offset(kernel, &offset);
	if (rc < 0)
		return kcov_error_set(error, rc,
				      "%s, and %s/proc/kallsyms shows no addresses: give its "
				      "vmlinux, or run as root with kernel.kptr_restrict below 2",
				      none, kernel->host.root);
	if (offset % X86_64_ALIGN || offset >= X86_64_OFFSET_END)
		return kcov_error_set(error, -ENOTSUP,
				      "%s, and with _text at 0x%llx it is not known where it was "
				      "linked to: give its vmlinux",
				      none, (unsigned long long)(offset + kernel->link_text));
	return 0;
}

int kcov_kernel_init_alone(const struct kcov_host *host, struct kcov_symbolize_error **error,
			   struct kcov_kernel *ret)
{
	int rc;

	kcov_kernel_init(host, X86_64_LINK_TEXT, ret);
	ret->is_image = true;
	rc = kernel_check_alone(ret, error);
	if (rc == 0 && kernel_read_symbols(ret) < 0)
		rc = kcov_error_set(error, -ENOMEM, "%s/proc/kallsyms", host->root);
	if (rc < 0)
		kcov_kernel_fini(ret);
	return rc;
}
