// SPDX-License-Identifier: MIT
#include "kernel-symbols.h"

#include "../base/cleanup.h"
#include "../base/error.h"
#include "../image/machine.h"
#include "../image/vmlinux-file.h"

#include <errno.h>

void kcov_kernel_symbols_fini(struct kcov_kernel_symbols *symbols)
{
	kcov_modules_fini(&symbols->modules);
	kcov_kallsyms_fini(&symbols->symbols);
	kcov_arena_fini(&symbols->arena);
}

static int check_offset(struct kcov_kernel *kernel, const struct kcov_machine *machine,
			struct kcov_symbolize_error **error)
{
	static const char none[] = "no vmlinux of the running kernel found";
	uint64_t offset = 0;
	int rc;

	if (!kernel->link_text)
		return kcov_error_set(error, -ENOTSUP,
				      "%s, and where a kernel for %s was linked to is not known "
				      "without one: give its vmlinux",
				      none, kernel->host.name.machine);
	rc = kcov_kernel_offset(kernel, &offset);
	if (rc < 0)
		return kcov_error_set(error, rc,
				      "%s, and %s/proc/kallsyms shows no addresses: give its "
				      "vmlinux, or run as root with kernel.kptr_restrict below 2",
				      none, kernel->host.root);
	if (offset % machine->kaslr_granule || offset >= machine->kaslr_end)
		return kcov_error_set(error, -ENOTSUP,
				      "%s, and with _text at 0x%llx it is not known where it was "
				      "linked to: give its vmlinux",
				      none, (unsigned long long)(offset + kernel->link_text));
	return 0;
}

static int read_symbols(const struct kcov_kernel *kernel, struct kcov_kernel_symbols *symbols)
{
	struct kcov_module itself = { .name = "vmlinux" };
	_cleanup_free_ char *data = NULL;
	struct kcov_text text;
	int rc = kcov_host_read(&kernel->host, "/proc/kallsyms", SIZE_MAX, &data, &text);

	if (rc < 0)
		return rc == -ENOMEM ? rc : 0;
	itself.base = kernel->link_text + kernel->offset;
	itself.end = kcov_kallsyms_end(text);
	rc = kcov_modules_add(&symbols->modules, &itself);
	return rc < 0 ? rc
		      : kcov_kallsyms_parse(text, &symbols->modules, &symbols->arena,
					    &symbols->symbols);
}

int kcov_kernel_symbols_init(const struct kcov_host *host, struct kcov_symbolize_error **error,
			     struct kcov_kernel *kernel, struct kcov_kernel_symbols *ret)
{
	const struct kcov_machine *machine = kcov_machine_of_uname(host->name.machine);
	int rc;

	*ret = (struct kcov_kernel_symbols){};
	kcov_kernel_init(host, machine ? machine->link_text : 0, kernel);
	rc = check_offset(kernel, machine, error);
	if (rc < 0)
		return rc;
	if (kcov_vmlinux_build_id(host, &ret->build_id) < 0)
		ret->build_id.n = 0;
	if (read_symbols(kernel, ret) < 0)
		return kcov_error_set(error, -ENOMEM, "%s/proc/kallsyms", host->root);
	ret->image = (struct kcov_known_image){
		.name = "vmlinux",
		.id = &ret->build_id,
		.placement = KCOV_PLACED_AS_LINKED,
		.kaslr_offset = kernel->offset,
		.base = kernel->link_text + kernel->offset,
		.symbols = &ret->symbols,
	};
	return 0;
}
