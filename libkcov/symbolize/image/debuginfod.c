// SPDX-License-Identifier: MIT
#include "debuginfod.h"

#include "../base/cleanup.h"
#include "../base/error.h"
#include "../base/file.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#define CLIENT "libdebuginfod.so.1"

/* What is used of <elfutils/debuginfod.h>, which need not be there. */
struct client {
	void *(*begin)(void);
	int (*find)(void *handle, const unsigned char *id, int size, char **path);
	void (*end)(void *handle);
};

/* It stays: much of what it depends on leaves memory behind that is its own. */
static int client_load(struct client *ret)
{
	void *library = dlopen(CLIENT, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return -ENOSYS;
	*(void **)&ret->begin = dlsym(library, "debuginfod_begin");
	*(void **)&ret->find = dlsym(library, "debuginfod_find_debuginfo");
	*(void **)&ret->end = dlsym(library, "debuginfod_end");
	return ret->begin && ret->find && ret->end ? 0 : -ENOSYS;
}

static int find(const struct client *client, const struct kcov_build_id *id, char **ret)
{
	void *handle = client->begin();
	char *path = NULL;
	int fd;

	if (!handle)
		return -ENOMEM;
	fd = client->find(handle, id->bytes, (int)id->n, &path);
	client->end(handle);
	if (fd < 0)
		return fd;
	kcov_file_close(fd);
	*ret = path;
	return path ? 0 : -ENOMEM;
}

int kcov_debuginfod_find(const struct kcov_build_id *id, struct kcov_symbolize_error **error,
			 char **ret)
{
	struct client client;
	const char *urls = getenv("DEBUGINFOD_URLS");
	char hex[KCOV_BUILD_ID_HEX_SIZE];
	int rc;

	if (!urls || !*urls)
		return kcov_error_set(error, -EINVAL,
				      "debuginfod: set DEBUGINFOD_URLS to the servers to be asked");
	rc = client_load(&client);
	if (rc < 0)
		return kcov_error_set(error, rc,
				      "debuginfod: no " CLIENT
				      " here: install elfutils' client, libdebuginfod1 "
				      "or elfutils-debuginfod-client");
	rc = find(&client, id, ret);
	if (rc < 0)
		return kcov_error_set(error, rc,
				      "debuginfod: no debug file of build-id %s at %s: %s",
				      kcov_build_id_format(id, hex), urls, strerror(-rc));
	return 0;
}
