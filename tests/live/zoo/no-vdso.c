// SPDX-License-Identifier: MIT
/*
 * What is followed from its middle on, but without a vdso, and stopped in no call: it looks at a
 * byte of the file "flag" until that is not 0. Says "ready" in a file of that name.
 */
#include "zoo.h"

int main(void)
{
	unsigned long start = 0, end = 0;
	const volatile char *flag;
	char line[256];
	FILE *maps = fopen("/proc/self/maps", "re");
	int fd;

	while (maps && fgets(line, sizeof(line), maps) && !strstr(line, "[vdso]"))
		;
	if (!maps || sscanf(line, "%lx-%lx", &start, &end) != 2)
		zoo_fail("maps");
	fclose(maps);
	fd = zoo_must(open("flag", O_CREAT | O_RDWR, 0600), "flag");
	zoo_must(ftruncate(fd, 1), "ftruncate");
	flag = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
	if (flag == MAP_FAILED)
		zoo_fail("mmap");
	zoo_must(munmap((void *)start, end - start), "munmap");
	zoo_is_ready();
	while (!*flag)
		;
	zoo_say("it was set\n");
	return 46;
}
