// SPDX-License-Identifier: MIT
#include "layout.h"

#include "../base/error.h"
#include "../base/file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FIRST_LINE "kcov layout 1"
#define LAST_LINE "end"

/* A kernel with thousands of modules has some megabytes. */
#define SIZE_LIMIT (64u << 20)

void kcov_layout_fini(struct kcov_layout *layout)
{
	kcov_loaded_fini(&layout->loaded);
	kcov_arena_fini(&layout->arena);
}

static const char *format_id(const struct kcov_build_id *id, char hex[KCOV_BUILD_ID_HEX_SIZE])
{
	return id->n ? kcov_build_id_format(id, hex) : "-";
}

static void write_sections(const struct kcov_loaded_sections *sections, size_t module, FILE *out)
{
	for (size_t i = 0; i < sections->n; i++) {
		if (sections->at[i].module == module)
			fprintf(out, "section 0x%" PRIx64 " %s\n", sections->at[i].low,
				sections->at[i].name);
	}
}

static void write_module(const struct kcov_loaded *loaded, size_t i, FILE *out)
{
	const struct kcov_loaded_module *module = &loaded->modules.at[i];
	char hex[KCOV_BUILD_ID_HEX_SIZE];

	fprintf(out, "module %s 0x%" PRIx64 " 0x%" PRIx64 " %s\n", module->module.name,
		module->module.base, module->module.end, format_id(&module->id, hex));
	write_sections(&loaded->sections, i, out);
	write_sections(&loaded->init, i, out);
}

int kcov_layout_write(const struct kcov_host *host, uint64_t text, const struct kcov_loaded *loaded,
		      char **ret)
{
	char hex[KCOV_BUILD_ID_HEX_SIZE];
	char *written;
	size_t size;
	FILE *out = open_memstream(&written, &size);
	int rc;

	if (!out)
		return -ENOMEM;
	fprintf(out, FIRST_LINE "\nrelease %s\nmachine %s\nbuild-id %s\ntext 0x%" PRIx64 "\n",
		host->name.release, host->name.machine, format_id(&host->build_id, hex), text);
	for (size_t i = 0; i < loaded->modules.n; i++)
		write_module(loaded, i, out);
	fputs(LAST_LINE "\n", out);
	rc = ferror(out) ? -ENOMEM : 0;
	if (fclose(out) || rc < 0) {
		free(written);
		return -ENOMEM;
	}
	*ret = written;
	return 0;
}

/* A name of the arena, or NULL: out of memory. */
static const char *take_name(struct kcov_layout *layout, struct kcov_text name)
{
	return kcov_arena_strndup(&layout->arena, name.at, name.n);
}

static bool take_field(struct kcov_text rest, size_t size, char *ret)
{
	if (!rest.n || rest.n >= size)
		return false;
	memcpy(ret, rest.at, rest.n);
	ret[rest.n] = '\0';
	return true;
}

/* "-" is none. */
static bool take_build_id(struct kcov_text word, struct kcov_build_id *ret)
{
	*ret = (struct kcov_build_id){};
	if (kcov_text_is(word, "-"))
		return true;
	if (word.n % 2 || word.n / 2 > KCOV_BUILD_ID_MAX)
		return false;
	for (; ret->n < word.n / 2; ret->n++) {
		uint64_t byte;

		if (!kcov_text_hex((struct kcov_text){ word.at + 2 * ret->n, 2 }, &byte))
			return false;
		ret->bytes[ret->n] = (uint8_t)byte;
	}
	return true;
}

/* "NAME BASE END BUILD-ID" */
static int take_module(struct kcov_layout *layout, struct kcov_text rest)
{
	struct kcov_loaded_module module = {}, *added;
	struct kcov_text words[4];

	for (size_t i = 0; i < 4; i++) {
		if (!kcov_text_word(&rest, &words[i]))
			return -EINVAL;
	}
	if (!kcov_text_hex(words[1], &module.module.base) ||
	    !kcov_text_hex(words[2], &module.module.end) || !take_build_id(words[3], &module.id))
		return -EINVAL;
	module.module.name = take_name(layout, words[0]);
	added = module.module.name ? KCOV_TABLE_ADD(&layout->loaded.modules) : NULL;
	if (!added)
		return -ENOMEM;
	*added = module;
	return 0;
}

/* "ADDRESS NAME", of the module that came last. */
static int take_section(struct kcov_layout *layout, struct kcov_text rest)
{
	struct kcov_text low, name;
	uint64_t address;

	if (!layout->loaded.modules.n || !kcov_text_word(&rest, &low) ||
	    !kcov_text_word(&rest, &name) || !kcov_text_hex(low, &address))
		return -EINVAL;
	return kcov_loaded_add_section(&layout->loaded, address, take_name(layout, name));
}

static int take_line(struct kcov_layout *layout, struct kcov_text line)
{
	struct utsname *name = &layout->host.name;
	struct kcov_text word, rest;
	bool ok;

	if (!kcov_text_word(&line, &word) || !line.n)
		return -EINVAL;
	rest = (struct kcov_text){ line.at + 1, line.n - 1 };
	if (kcov_text_is(word, "module"))
		return take_module(layout, rest);
	if (kcov_text_is(word, "section"))
		return take_section(layout, rest);
	if (kcov_text_is(word, "release"))
		ok = take_field(rest, sizeof(name->release), name->release);
	else if (kcov_text_is(word, "machine"))
		ok = take_field(rest, sizeof(name->machine), name->machine);
	else if (kcov_text_is(word, "build-id"))
		ok = take_build_id(rest, &layout->host.build_id) && layout->host.build_id.n;
	else
		ok = kcov_text_is(word, "text") && kcov_text_hex(rest, &layout->text);
	return ok ? 0 : -EINVAL;
}

static bool is_complete(const struct kcov_layout *layout)
{
	return layout->host.name.release[0] && layout->host.name.machine[0] &&
	       layout->host.build_id.n && layout->text;
}

/* *number: of the line that is wrong. */
static int take_text(struct kcov_layout *layout, struct kcov_text text, unsigned int *number)
{
	struct kcov_text line;

	*number = 1;
	if (!kcov_text_line(&text, &line) || !kcov_text_is(line, FIRST_LINE))
		return -EINVAL;
	while (++*number, kcov_text_line(&text, &line)) {
		int rc;

		if (kcov_text_is(line, LAST_LINE)) {
			if (text.n || !is_complete(layout))
				return -EINVAL;
			kcov_loaded_sort(&layout->loaded);
			return 0;
		}
		rc = take_line(layout, line);
		if (rc < 0)
			return rc;
	}
	return -EINVAL;
}

int kcov_layout_read(const char *path, struct kcov_symbolize_error **error, struct kcov_layout *ret)
{
	_cleanup_(kcov_layout_fini) struct kcov_layout layout = {};
	_cleanup_free_ char *data = NULL;
	unsigned int number;
	size_t size;
	int rc = kcov_file_read(path, SIZE_LIMIT, &data, &size);

	if (rc < 0)
		return kcov_error_set(error, rc, "%s: %s", path, strerror(-rc));
	kcov_host_init(&layout.host);
	layout.host.whose = "the layout's kernel";
	layout.host.name.release[0] = layout.host.name.machine[0] = '\0';
	rc = take_text(&layout, (struct kcov_text){ data, size }, &number);
	if (rc == -EINVAL && number == 1)
		return kcov_error_set(error, rc,
				      "%s: no layout, or of another version: kcovctl layout "
				      "writes one where the kernel runs",
				      path);
	if (rc == -ENOMEM)
		return kcov_error_set(error, rc, "%s", path);
	if (rc < 0)
		return kcov_error_set(error, rc, "%s: line %u: cut off or damaged: copy it again",
				      path, number);
	*ret = layout;
	layout = (struct kcov_layout){};
	return 0;
}
