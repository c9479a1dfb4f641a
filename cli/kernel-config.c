// SPDX-License-Identifier: MIT
#include "kernel-config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <zlib.h>

/* Before and after the kernel's release. */
static const char *const places[][2] = {
	{ "/proc/config.gz", NULL },
	{ "/boot/config-", "" },
	{ "/lib/modules/", "/config" },
	{ "/lib/modules/", "/build/.config" },
};

static void take_line(struct kernel_config *config, char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (strcmp(line, "CONFIG_KCOV=y") == 0)
		config->kcov = true;
	else if (strcmp(line, "CONFIG_KCOV_ENABLE_COMPARISONS=y") == 0)
		config->comparisons = true;
	else if (strcmp(line, "CONFIG_KCOV_INSTRUMENT_ALL=y") == 0)
		config->instrument_all = true;
}

/* zlib reads plain files as they are. */
static int read_file(const char *path, struct kernel_config *ret)
{
	gzFile file = gzopen(path, "re");
	char line[1024];
	int err = 0;

	if (!file)
		return -ENOENT;
	while (gzgets(file, line, sizeof(line)))
		take_line(ret, line);
	if (!gzeof(file))
		err = -EIO;
	if (gzclose(file) != Z_OK)
		err = -EIO;
	return err;
}

int kernel_config_read(struct kernel_config *ret)
{
	struct utsname name;

	uname(&name);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct kernel_config config = { 0 };
		int err;

		snprintf(config.path, sizeof(config.path), "%s%s%s", places[i][0],
			 places[i][1] ? name.release : "", places[i][1] ? places[i][1] : "");
		err = read_file(config.path, &config);
		if (err == -ENOENT)
			continue;
		*ret = config;
		return err;
	}
	return -ENOENT;
}
