/* SPDX-License-Identifier: MIT */
/**
 * @file symbolize.h
 * Kernel PCs to functions, files, lines and inline chains.
 *
 * A symbolizer answers for the running kernel and its modules, or for one ELF image as it
 * lies on disk. What it hands out are views into itself: they hold until it is closed.
 *
 * The DWARF of an image is read once, by a few threads, and what it says of addresses is
 * kept as an index in the user's cache directory ($XDG_CACHE_HOME/kcov or ~/.cache/kcov),
 * by build-id and a sum of the image's bytes. From then on opening maps the index, whoever does it;
 * its file can be removed or replaced at any time, but must not be written into. Where there is no
 * such directory, or no room in it, the index is built in memory each time.
 *
 * The cache has 1 GiB at most, or $KCOV_CACHE_SIZE: a number of bytes, or of K, M, G or T (of 1024
 * each), 0 for no cache; what is no size is ignored. When an index is stored, those go that were
 * not used for longest. Who uses one goes on with it.
 *
 * Functions return 0 or a negative errno value; results go through the last
 * parameter, which is untouched on failure unless the function says otherwise. Any number
 * of threads may use a struct kcov_symbolizer at once; only closing it is for one alone.
 * This interface may still change before 1.0.
 */
#ifndef KCOV_SYMBOLIZE_H
#define KCOV_SYMBOLIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Why something failed, in words. @since 0.1 */
struct kcov_symbolize_error;

/**
 * One line that names the file or thing, the cause and what to do; no full stop.
 * @return valid until kcov_symbolize_error_free(); never NULL. @since 0.1
 */
const char *kcov_symbolize_error_message(const struct kcov_symbolize_error *error);

/** @param error may be NULL. @since 0.1 */
void kcov_symbolize_error_free(struct kcov_symbolize_error *error);

/** Answers for one kernel. @since 0.1 */
struct kcov_symbolizer;

/** What a symbolizer has to go by. @since 0.1 */
enum kcov_symbolizer_source {
	/** An image with DWARF: functions, lines, inline chains. */
	KCOV_SYMBOLIZER_DWARF,
	/** The running kernel's own symbol table: functions and offsets, no lines. */
	KCOV_SYMBOLIZER_KALLSYMS,
};

/**
 * Open a symbolizer for PCs that KCOV recorded on the running kernel.
 *
 * @param vmlinux an image of the running kernel with its symbols and DWARF; its
 *	build-id must be the running kernel's. NULL: look where distributions put
 *	it (/usr/lib/debug and /lib/modules for `uname -r`, by build-id and by name,
 *	/boot), take the first that has the right build-id, and do with
 *	/proc/kallsyms if there is none.
 * @param error what failed, to be freed by the caller; may be NULL.
 * @param ret   to be closed with kcov_symbolizer_close().
 * @return 0, or
 *	-ENOENT, -EACCES and other errnos of open(2): vmlinux cannot be read;
 *	-EINVAL: vmlinux is no ELF file, is not linked (a module), is cut off or damaged,
 *	or is for another machine;
 *	-ENODATA: vmlinux has no DWARF (stripped), and no debug file of it is found in
 *	/usr/lib/debug or by its .gnu_debuglink; or no build-id;
 *	-EFBIG: its text spans more than 4 GB, which no index can describe, or its index
 *	would have more;
 *	-ESTALE: the build-id of vmlinux is not the running kernel's;
 *	-EPERM: no vmlinux was found and /proc/kallsyms shows only zeros
 *	(kptr_restrict), or the build-id of the running kernel cannot be read;
 *	-ENOTSUP: no vmlinux was found, and without one the KASLR offset of this
 *	machine's architecture is not known;
 *	-ENOMEM.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_open_kernel(const char *vmlinux, struct kcov_symbolize_error **error,
				struct kcov_symbolizer **ret);

/**
 * Open a symbolizer for an ELF image (vmlinux) by itself: addresses are looked up
 * as they stand in the file, nothing is compared with the running kernel. A file that is called
 * MODULE.ko, compressed or not, is opened as a module, whose addresses are its offsets: see struct
 * kcov_image_offset.
 *
 * @return as kcov_symbolizer_open_kernel(), but for -ESTALE, -EPERM and -ENOTSUP; a
 *	build-id is not needed.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_open_image(const char *path, struct kcov_symbolize_error **error,
			       struct kcov_symbolizer **ret);

/**
 * How to open a symbolizer. Set size to sizeof(struct kcov_symbolizer_opts) and what is not
 * wanted to 0. @since 0.1
 */
struct kcov_symbolizer_opts {
	/** sizeof(struct kcov_symbolizer_opts): lets later versions add fields. */
	size_t size;
	/** The image, as for kcov_symbolizer_open_kernel(); needed if it is alone. */
	const char *vmlinux;
	/** Whether to open the image as kcov_symbolizer_open_image() does. */
	bool is_alone;
	/**
	 * A file with what kcov_layout_describe() said on another machine or in another boot:
	 * the symbolizer is for PCs that were recorded there, modules and KASLR included.
	 * Images are looked for on this machine. NULL: the kernel that runs here.
	 */
	const char *layout;
	/**
	 * Whether to ask the servers of $DEBUGINFOD_URLS for images that are not found here, or
	 * for what was stripped off them; elfutils' client keeps what it got. They are told which
	 * kernel it is, and it may take minutes. Without it nobody is asked.
	 */
	bool debuginfod;
	/**
	 * Called while an image's DWARF is read for its index, which takes a second a large
	 * image and far more in an emulated machine; never if the index is there. path is the
	 * image's, percent goes up to 100, which is told even if it fails. It is called by the
	 * thread that opens, gives a module, or is the first to look up an address in a module,
	 * which then holds a lock: it must not use the symbolizer. NULL: nobody wants to know.
	 */
	void (*progress)(void *context, const char *path, unsigned int percent);
	/** For progress. */
	void *context;
};

/**
 * Open a symbolizer. kcov_symbolizer_open_kernel() and kcov_symbolizer_open_image() are short
 * for it.
 *
 * @param opts only read during the call, but for progress and context, which are used until the
 *	symbolizer is closed. NULL: as kcov_symbolizer_open_kernel(NULL).
 * @return as kcov_symbolizer_open_kernel(), or
 *	-EINVAL: opts->size is too small, there is no image that could be alone, or one that
 *	is alone and a layout; or the layout is none, cut off or damaged;
 *	-E2BIG: opts->size is larger than this version of the library knows, and what it does
 *	not know is not 0;
 *	-ENOENT: there is a layout, and no image of its kernel was found; or no server has it;
 *	-ENOSYS: debuginfod is to be asked, and elfutils' client is not installed; -EINVAL then is
 *	also that $DEBUGINFOD_URLS is not set, and other errnos are of the client.
 *	Where it is for a layout, the running kernel is that of the layout.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_open(const struct kcov_symbolizer_opts *opts,
			 struct kcov_symbolize_error **error, struct kcov_symbolizer **ret);

/**
 * Say where the running kernel and its modules lie: what another machine, or this one after a
 * reboot, needs to know besides the images to look up PCs that are recorded here. It holds until
 * a module is loaded or unloaded.
 *
 * @param ret some lines of text, to be freed by the caller, and to be kept in a file for
 *	struct kcov_symbolizer_opts.
 * @return 0, or
 *	-EPERM: /proc/kallsyms shows only zeros or cannot be read, or the build-id of the running
 *	kernel cannot be read;
 *	-ENOMEM.
 *
 * Thread-safe. @since 0.1
 */
int kcov_layout_describe(struct kcov_symbolize_error **error, char **ret);

/**
 * Give the file of a module, to answer for PCs in the module that is loaded with its build-id,
 * now or later: functions, lines and inline chains. Modules that nobody gives are looked for
 * when the first PC of each is looked up: by build-id in /usr/lib/debug, by modules.dep there
 * and in /lib/modules for `uname -r`, compressed or not, and in the kernel's build directory.
 * One whose file is not found, or is of no use, is answered by /proc/kallsyms.
 *
 * In an image by itself no module is loaded: one that is given answers for its symbols and
 * offsets, and for no PC.
 *
 * @param symbolizer of any kind. Views that were handed out stay as they are.
 * @param path       a .ko file, compressed or not, or its separate debug file.
 * @param error      as for kcov_symbolizer_open_kernel().
 * @return 0, or
 *	-ESTALE: the module of that name that is loaded has another build-id;
 *	-ENOENT, -EACCES and other errnos of open(2): it cannot be read;
 *	-EINVAL: it is no ELF file, is linked (vmlinux), is cut off or damaged, or is for
 *	another machine; or it is given to an image by itself and is not called MODULE.ko;
 *	-ENODATA: it has no DWARF (stripped) and no debug file, or no build-id, or the module
 *	of that name that is loaded shows none; an image by itself takes one without build-id;
 *	-EFBIG: as for kcov_symbolizer_open_kernel();
 *	-ENOSYS, and others, if debuginfod is to be asked: as for kcov_symbolizer_open();
 *	-ENOMEM.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_add_module(struct kcov_symbolizer *symbolizer, const char *path,
			       struct kcov_symbolize_error **error);

/** @param symbolizer may be NULL. All views of it end here. @since 0.1 */
void kcov_symbolizer_close(struct kcov_symbolizer *symbolizer);

/** @since 0.1 */
enum kcov_symbolizer_source kcov_symbolizer_source(const struct kcov_symbolizer *symbolizer);

/** The path of the image, or "/proc/kallsyms". @since 0.1 */
const char *kcov_symbolizer_path(const struct kcov_symbolizer *symbolizer);

/**
 * Where the index of the image is kept; NULL: nowhere, it lies in this symbolizer's memory,
 * or there is no image. @since 0.1
 */
const char *kcov_symbolizer_index_path(const struct kcov_symbolizer *symbolizer);

/**
 * How far the kernel was moved by KASLR: what KCOV subtracted from each
 * PC. @return 0, or
 *	-EPERM: /proc/kallsyms shows only zeros, or cannot be read;
 *	-ENOTSUP: the symbolizer is for an image by itself;
 *	-ENOMEM.
 * @since 0.1
 */
int kcov_symbolizer_kaslr_offset(const struct kcov_symbolizer *symbolizer, uint64_t *ret);

/**
 * Remove from the user's cache directory what is of no use: indexes that other versions of this
 * library made, and what was left when one was killed while it wrote; then those indexes that were
 * not used for longest, until the cache is as small as it is to be. Whoever uses one of them goes
 * on with it. Files that are not the cache's stay.
 *
 * @param removed called for each file that was removed, with its path and its size in bytes; may be
 *	NULL.
 * @param context for removed.
 * @param error   as for kcov_symbolizer_open_kernel().
 * @param ret     how many bytes are left; 0 if there is no such directory.
 * @return 0, or
 *	-EINVAL: $KCOV_CACHE_SIZE is no size;
 *	-ENOENT: it is not known where the cache would be: neither $XDG_CACHE_HOME nor $HOME is set;
 *	-ENOTDIR, -EISDIR and other errnos of opendir(3) and unlink(2): the directory cannot be
 *read, or a file cannot be removed, and all others were; -ENOMEM.
 *
 * Thread-safe, and any number of processes may use the cache meanwhile. @since 0.1
 */
int kcov_cache_prune(void (*removed)(void *context, const char *path, uint64_t size), void *context,
		     struct kcov_symbolize_error **error, uint64_t *ret);

/** One level of an inline chain. @since 0.1 */
struct kcov_frame {
	/**
	 * Name from DWARF, in Rust and C++ with the path of namespaces and types, as in
	 * "k::{impl#0}::new"; or of the symbol where there is no DWARF; NULL if unknown.
	 */
	const char *function;
	/** Absolute and normalised path of the source file; NULL if unknown. */
	const char *path;
	/**
	 * The same without the directory that the kernel was built in, as in
	 * "fs/read_write.c": the end of path, or path itself.
	 */
	const char *file;
	/** From 1; 0 if unknown. */
	uint32_t line;
	/** From 1; 0 if unknown. */
	uint32_t column;
};

/** What is known about one address. @since 0.1 */
struct kcov_location {
	/** The address that was asked for. */
	uint64_t address;
	/** "vmlinux", the name of a module, or NULL: the address is in no text. */
	const char *image;
	/**
	 * From the image's start in memory: _text of vmlinux, the address in /proc/modules of a
	 * module. Sections of .init may lie before that, by an offset modulo 2^64. It depends on
	 * where the kernel put a module's sections: kcov_symbolizer_to_offset() gives one that does
	 * not. Of a module that is not loaded it is that one.
	 */
	uint64_t offset;
	/** The symbol of the symbol table that holds the address, suffixes and all; or NULL. */
	const char *symbol;
	/** From the start of that symbol, in bytes. */
	uint64_t symbol_offset;
	/** How many bytes the symbol has; 0 if that is not known. */
	uint64_t symbol_size;
	/**
	 * image is NULL because it is not known which one it was: first one module lay there and
	 * then another, since the symbolizer looked for the first time. @since 0.1
	 */
	bool is_disputed;
	/**
	 * The image's DWARF may say more of this address than is known, for it cannot be read:
	 * kcov_symbolizer_unanswered() says why. There is a symbol at most. @since 0.1
	 */
	bool is_unanswered;
	/** What kcov_location_frames() goes by; the library's own. */
	struct {
		const void *index;
		uint64_t address;
		uint32_t scope;
		uint32_t file;
		uint32_t line;
		uint32_t column;
	} place;
};

/**
 * Look addresses up, exactly as given: for PCs that KCOV recorded, which are
 * return addresses, ask for pc - 1.
 *
 * Addresses of the image cost no system call, no lock and no memory. The first one
 * elsewhere makes the running kernel's list of modules be read, and again each one that is in
 * none of them, or in one that was unloaded. What lay there before answers all the same: it was
 * there when something was recorded. One that is in a module is a stat(2) of its directory in
 * /sys. The first one in each module opens the module's index, and makes it if need be; other
 * look-ups in modules wait meanwhile.
 *
 * @param addresses in any order, repeated or not.
 * @param n         how many.
 * @param error     may be NULL.
 * @param ret       room for n. After a failure those before the one that failed are written.
 * @return 0, or
 *	-EBADMSG: the index was written into while it was in use, and that was noticed;
 *	-ENOMEM.
 * An address that is in no text, or that has no lines, is no failure.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_lookup(const struct kcov_symbolizer *symbolizer, const uint64_t *addresses,
			   size_t n, struct kcov_symbolize_error **error,
			   struct kcov_location *ret);

/**
 * Look up addresses of the kernel itself alone: others are in no image. Nothing is read, no lock
 * is taken and no memory, whatever the addresses are: for a thread that must not wait.
 *
 * @return 0, or
 *	-EBADMSG: as for kcov_symbolizer_lookup().
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_lookup_kernel(const struct kcov_symbolizer *symbolizer,
				  const uint64_t *addresses, size_t n,
				  struct kcov_symbolize_error **error, struct kcov_location *ret);

/**
 * Look whether modules came or went, so that addresses that are recorded from now on, or were
 * until now, are known to be of those that are loaded now. To be called before something is
 * recorded, after it, and whenever a module may have come or gone in between. It reads
 * /proc/modules and looks at the directory of each module in /sys; if there are news, it reads
 * where the sections of all of them are.
 *
 * @return how often so far what is loaded was found to be other than before: if that is another
 *	number than the last time, what was looked up may have another answer now. 0 of an image by
 *	itself, 1 of a layout. Or
 *	-ENOMEM.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_refresh(const struct kcov_symbolizer *symbolizer);

/**
 * The inline chain of an address: what holds it first, its callers after, the real function
 * last. Of what has no DWARF it is one frame with the symbol's name.
 *
 * @param location from kcov_symbolizer_lookup(), whose symbolizer is still open.
 * @param ret      room for the first room of them; may be NULL if that is 0. What they
 *	point to holds until the symbolizer is closed.
 * @return how many there are, or
 *	-EBADMSG: as for kcov_symbolizer_lookup(); ret may have been written.
 *
 * Thread-safe. @since 0.1
 */
int kcov_location_frames(const struct kcov_location *location, struct kcov_frame *ret, size_t room);

/** A part of an image whose DWARF cannot be read. @since 0.1 */
struct kcov_unanswered {
	/** The path of the image. */
	const char *image;
	/** The compile unit, as in "fs/namei.c", or where in the DWARF it is. */
	const char *unit;
	/** Why, in words. */
	const char *cause;
};

/**
 * What cannot be answered of the images that have been opened so far: units whose DWARF is damaged,
 * of a kind that is not known, or in another file (split DWARF) that is missing. All others are
 * answered. A module's image is opened when it is given, or with the first look-up in it.
 *
 * @param ret room for the first room of them; may be NULL if that is 0. What they point to holds
 *	until the symbolizer is closed.
 * @return how many there are, or
 *	-EBADMSG: as for kcov_symbolizer_lookup(); ret may have been written.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_unanswered(const struct kcov_symbolizer *symbolizer,
			       struct kcov_unanswered *ret, size_t room);

/**
 * A place in an image, whatever kernel it is loaded by and wherever it lies: what can be kept and
 * compared between boots and machines. @since 0.1
 */
struct kcov_image_offset {
	/** "vmlinux", or the name of a module; it holds until the symbolizer is closed. */
	const char *image;
	/** The build-id of the image. */
	uint8_t build_id[64];
	/** How many bytes of build_id are used; 0 if it is not known. */
	size_t build_id_size;
	/**
	 * In vmlinux from _text. In a module, whose executable sections lie anywhere, from the
	 * first of them, as if they lay one behind the other in the order of the section headers,
	 * each aligned as its header says.
	 */
	uint64_t offset;
};

/**
 * From a PC to the offset in its image.
 *
 * @param pc as for kcov_symbolizer_lookup(); of an image by itself, an address in it.
 * @return 0, or
 *	-ENOENT: the PC is in no text, or it is not known in which one it was;
 *	-ENODATA: it is in a module of which only the symbols are known;
 *	-ENOMEM.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_to_offset(const struct kcov_symbolizer *symbolizer, uint64_t pc,
			      struct kcov_image_offset *ret);

/**
 * From an offset in an image to the PC that KCOV records there.
 *
 * @param at image may be NULL: any of that build-id; build_id_size may be 0: any build of that
 *	name.
 * @return 0, or
 *	-ENOENT: there is no such image: no module of that name is loaded or was given, or each
 *	has another build-id;
 *	-ERANGE: the image has no text there;
 *	-ENODATA: it is a module that is not loaded, or of which only the symbols are known, or the
 *	kernel hides where it lies;
 *	-ENOMEM.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_to_pc(const struct kcov_symbolizer *symbolizer,
			  const struct kcov_image_offset *at, uint64_t *ret);

/**
 * Look up a place in an image, whether the image is loaded or not.
 *
 * @param at    as for kcov_symbolizer_to_pc().
 * @param ret   its address is the PC, or the offset if there is none.
 * @return 0, or
 *	-ENOENT, -ERANGE: as for kcov_symbolizer_to_pc();
 *	-ENODATA: only the symbols of the module are known: look the PC up;
 *	-EBADMSG: the index was written into while it was in use;
 *	-ENOMEM.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_lookup_offset(const struct kcov_symbolizer *symbolizer,
				  const struct kcov_image_offset *at, struct kcov_location *ret);

/** Where a symbol lies. @since 0.1 */
struct kcov_symbol_range {
	/** As in the symbol table, suffixes and all; it holds until the symbolizer is closed. */
	const char *name;
	/** Its image, and its offset there if has_offset is set. */
	struct kcov_image_offset begin;
	/** False: only the symbols of the image are known. */
	bool has_offset;
	/** Its first PC, if has_pc is set. */
	uint64_t pc;
	/** False: the image is not loaded, or the kernel hides where. */
	bool has_pc;
	/** Its bytes by the symbol table; 0 if that is not known. */
	uint64_t size;
	/**
	 * Its bytes up to the next symbol, padding included, or up to the end of its section. That
	 * is what the kernel prints behind the slash of "symbol+0x10/0x80".
	 */
	uint64_t extent;
	/** The end of the section comes next: what the kernel prints may be more than extent. */
	bool is_last;
};

/**
 * The symbols of a name, functions and labels in the text of an image, by image and address. If an
 * image has none, but a section of text of that name (".text"), it is that.
 *
 * @param image "vmlinux", the name of a module, or NULL: all. The first call for all opens the
 *	index of each module that is loaded, and makes it if need be.
 * @param name  as in the symbol table.
 * @param ret   room for the first room of them; may be NULL if that is 0.
 * @return how many there are, 0 if there is none, or
 *	-ENOENT: there is no such image;
 *	-EBADMSG: the index was written into while it was in use; ret may have been written;
 *	-ENOMEM.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_symbols(const struct kcov_symbolizer *symbolizer, const char *image,
			    const char *name, struct kcov_symbol_range *ret, size_t room);

/**
 * What a coverage point is for. Coverage points are the calls that the compiler put into the
 * kernel for KCOV; what KCOV records of one is the address behind it. @since 0.1
 */
enum kcov_point {
	/** It is not known: there is no image, or its text cannot be read. */
	KCOV_POINT_UNKNOWN,
	/** There is none. */
	KCOV_POINT_NONE,
	/** For PCs: __sanitizer_cov_trace_pc(), or _pc_entry() and _pc_guard() of other KCOVs. */
	KCOV_POINT_PC,
	/** For comparisons: __sanitizer_cov_trace_cmp1() and its like, and _switch(). */
	KCOV_POINT_CMP,
};

/**
 * Whether a coverage point ends right behind an address: of a PC that KCOV recorded, pc - 1
 * having been looked up, whether it is one of this image. Some per cent are none all the same:
 * where the compiler made a jump of a function's last call, KCOV records what that function
 * returns to. If most are none, they were recorded by another kernel.
 *
 * @param location as for kcov_location_frames().
 * @return enum kcov_point, or
 *	-EBADMSG: as for kcov_symbolizer_lookup().
 *
 * Thread-safe. @since 0.1
 */
int kcov_location_point(const struct kcov_location *location);

/**
 * Whether the call that is a coverage point begins right behind an address: of a PC that something
 * moved from behind the call to the call after KCOV recorded it, as syzkaller does, pc - 1 having
 * been looked up. Such PCs are to be looked up as they are.
 *
 * @param location as for kcov_location_frames().
 * @return enum kcov_point, or
 *	-EBADMSG: as for kcov_symbolizer_lookup().
 *
 * Thread-safe. @since 0.1
 */
int kcov_location_call_site(const struct kcov_location *location);

/**
 * The coverage points of an image, as the PCs or ips that KCOV records, in ascending order, each
 * once: those from pc on, as many as there is room for. To get all, begin with 0 and go on behind
 * the last until there are fewer than there was room for (or the last is UINT64_MAX). What KCOV
 * records where the compiler made a jump of a function's last call is not among them: it may be
 * behind any call.
 *
 * @param image NULL or "vmlinux", or the name of a module that is loaded, as kcov_location.image.
 * @param kind  KCOV_POINT_PC or KCOV_POINT_CMP.
 * @param ret   room for room PCs.
 * @return how many were written, or
 *	-EINVAL: kind is neither;
 *	-ENODATA: it is not known where they are: there is no image of it, or it is a debug file
 *	without text, or its text is damaged, or it has no symbols, or the kernel hides where the
 *	module lies;
 *	-ENOENT: no such module is loaded, or the symbolizer is for vmlinux by itself;
 *	-EBADMSG: as for kcov_symbolizer_lookup(); ret may have been written;
 *	-ENOMEM.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_points(const struct kcov_symbolizer *symbolizer, const char *image,
			   enum kcov_point kind, uint64_t pc, uint64_t *ret, size_t room);

/**
 * A source file, and how much of it the coverage points for PCs of an image see. A point counts in
 * the file of the real function, the outermost frame of its inline chain, so that each counts once.
 * @since 0.1
 */
struct kcov_source_file {
	/** As in struct kcov_frame; NULL: all points whose file is not known. */
	const char *path;
	/** As in struct kcov_frame; two are one if path and file are. */
	const char *file;
	/** How many points there are, but for those of init_points. */
	uint32_t points;
	/**
	 * Those in sections of .init (.init.text), which the kernel frees when it, or the module,
	 * has started. They count in nothing else.
	 */
	uint32_t init_points;
	/** Functions of the file that have some of points. */
	uint32_t functions;
	/**
	 * Lines of the file on which any frame of any point of the image is, be it of another
	 * file's function: a header may have lines, and no points.
	 */
	uint32_t lines;
};

/**
 * The files that coverage points of an image see, with their points, by file, then by path; the one
 * whose file is not known first. They were counted when the index of the image was made: no point
 * is looked at. points and init_points of all files add up to how many kcov_symbolizer_points()
 * gives for KCOV_POINT_PC.
 *
 * @param image as for kcov_symbolizer_points(), or the name of a module that was given.
 * @param first how many files to leave out.
 * @param ret   room for room of those that follow. What they point to holds until the symbolizer is
 *	closed.
 * @return how many were written, or
 *	-ENODATA: it is not known where points are, as for kcov_symbolizer_points(), but that a
 *	kernel that hides where a module lies does not matter;
 *	-ENOENT: there is no such image: no module of that name is loaded or was given;
 *	-EBADMSG: as for kcov_symbolizer_lookup(); ret may have been written;
 *	-ENOMEM.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_files(const struct kcov_symbolizer *symbolizer, const char *image, size_t first,
			  struct kcov_source_file *ret, size_t room);

/**
 * The same of the image that an address is in, be it loaded yet or not.
 *
 * @param location        as for kcov_location_frames().
 * @param first, ret, room as for kcov_symbolizer_files().
 * @return how many were written, or
 *	-ENOENT: the address is in no text;
 *	-ENODATA: only the symbols of its image are known, or it is not known where the image's
 *	points are;
 *	-EBADMSG: as for kcov_symbolizer_lookup(); ret may have been written.
 *
 * Thread-safe. @since 0.1
 */
int kcov_location_files(const struct kcov_location *location, size_t first,
			struct kcov_source_file *ret, size_t room);

/**
 * A function of the source, and its coverage points for PCs. Functions are one if file and name
 * agree. @since 0.1
 */
struct kcov_function {
	/**
	 * As in struct kcov_frame, but without what compilers append (".isra.0", ".part.1",
	 * ".constprop.2", ".cold", ".llvm.3", ".specialized.1"); and all that SYSCALL_DEFINE() and
	 * COMPAT_SYSCALL_DEFINE() make of a call is "sys_openat" and "compat_sys_openat". NULL if
	 * unknown.
	 */
	const char *name;
	/** As in struct kcov_frame; NULL if unknown. */
	const char *path;
	/** As in struct kcov_frame; NULL if unknown. */
	const char *file;
	/** The least line of the function itself that has one of its points; 0 if unknown. */
	uint32_t line;
	/** As in struct kcov_source_file. */
	uint32_t points;
	/** As in struct kcov_source_file. */
	uint32_t init_points;
	/** Of its first point, as in struct kcov_image_offset. */
	uint64_t offset;
};

/**
 * The functions of an image that have coverage points for PCs, be it in .init only, by file as
 * kcov_symbolizer_files() has them, then by name; one without a name first. line and offset are of
 * points, or of init_points if there are no others.
 *
 * @param image, first and ret are as for kcov_symbolizer_files().
 * @return as kcov_symbolizer_files().
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_functions(const struct kcov_symbolizer *symbolizer, const char *image,
			      size_t first, struct kcov_function *ret, size_t room);

/**
 * The function that holds an address, as kcov_symbolizer_functions() has it, or one that is inlined
 * there. One without points has its name, path and file, and 0 for all else.
 *
 * @param location as for kcov_location_frames().
 * @param frame    one of its kcov_location_frames(); NULL: the last one, the real function.
 * @param ret      what it points to holds until the symbolizer is closed.
 * @return 0, or
 *	-ENOENT: the address is in no text, or in some of which nothing is known;
 *	-ENODATA: only the symbols of its image are known, or it is not known where the image's
 *	points are;
 *	-EBADMSG: as for kcov_symbolizer_lookup().
 *
 * Thread-safe. @since 0.1
 */
int kcov_location_function(const struct kcov_location *location, const struct kcov_frame *frame,
			   struct kcov_function *ret);

/**
 * The system call that a function is the entry of, as each machine whose images are read names
 * them: "openat" of "__x64_sys_openat", "__ia32_compat_sys_openat" or "__arm64_sys_openat".
 *
 * @param symbol as kcov_location.symbol; may be NULL.
 * @return what follows in symbol, or NULL: it is no entry, or a part of one that the compiler moved
 *	elsewhere ("__x64_sys_openat.cold").
 *
 * Thread-safe. @since 0.1
 */
const char *kcov_syscall_of(const char *symbol);

/** How many parameters a system call has at most. @since 0.1 */
#define KCOV_SYSCALL_PARAMETERS 6

/** How the value of a parameter is to be read. @since 0.1 */
enum kcov_parameter_kind {
	/** Neither of the others: a structure, say. */
	KCOV_PARAMETER_OTHER,
	KCOV_PARAMETER_SIGNED,
	KCOV_PARAMETER_UNSIGNED,
	KCOV_PARAMETER_POINTER,
	/** char *: as a rule what the call writes to. */
	KCOV_PARAMETER_CHARS,
	/** const char *: a string, or as many bytes as another parameter says. */
	KCOV_PARAMETER_CONST_CHARS,
};

/** A parameter of a system call. @since 0.1 */
struct kcov_parameter {
	/** "filename"; NULL if it has none. */
	const char *name;
	/** As C has it, without __user: "const char *", "struct iovec *", "umode_t". */
	const char *type;
	/** In bytes, behind typedefs: 4 of an int; 0 if unknown. */
	uint32_t size;
	enum kcov_parameter_kind kind;
};

/** A system call that the kernel implements. @since 0.1 */
struct kcov_syscall {
	/**
	 * As kcov_syscall_of() has it, what is behind the prefix of its functions: "openat",
	 * "newfstat".
	 */
	const char *name;
	/** It is COMPAT_SYSCALL_DEFINE()'s, for 32-bit programs; else SYSCALL_DEFINE()'s. */
	bool is_compat;
	/** How many parameters it has. */
	unsigned int n;
	struct kcov_parameter parameters[KCOV_SYSCALL_PARAMETERS];
};

/**
 * The system calls that vmlinux implements and what they take, by name, the compatible ones last.
 * They are from the DWARF of the functions that SYSCALL_DEFINE() makes (__do_sys_openat()), of
 * which one without parameters has none: getpid is not among them.
 *
 * @param first how many to leave out.
 * @param ret   room for room of those that follow. What they point to holds until the symbolizer is
 *	closed.
 * @return how many were written, or
 *	-ENODATA: only the symbols of vmlinux are known;
 *	-EBADMSG: as for kcov_symbolizer_lookup(); ret may have been written.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_syscalls(const struct kcov_symbolizer *symbolizer, size_t first,
			     struct kcov_syscall *ret, size_t room);

/**
 * What an image shows of how it was built: bits. @since 0.1
 */
enum kcov_build {
	/** It has a symbol table. Without one its coverage points are not known. */
	KCOV_BUILD_SYMBOLS = 1 << 0,
	/**
	 * Its symbols name a callback of -fsanitize-coverage that is not for comparisons, be it one
	 * that this library knows or not. A kernel without one was built without CONFIG_KCOV.
	 */
	KCOV_BUILD_PC_CALLBACKS = 1 << 1,
	/** Its symbols name a callback for comparisons: CONFIG_KCOV_ENABLE_COMPARISONS. */
	KCOV_BUILD_CMP_CALLBACKS = 1 << 2,
	/** .comment says that gcc compiled some of it. */
	KCOV_BUILD_GCC = 1 << 3,
	/**
	 * .comment says that clang compiled some of it. clang leaves out coverage points that
	 * others imply, unless it is run with -mllvm -sanitizer-coverage-prune-blocks=0; whether it
	 * was no image shows.
	 */
	KCOV_BUILD_CLANG = 1 << 4,
};

/**
 * What is known of how an image was built.
 *
 * @param image NULL or "vmlinux", or the name of a module that is loaded, as kcov_location.image.
 * @return bits of enum kcov_build, or
 *	-ENODATA: there is no image of it;
 *	-ENOENT: no such module is loaded, or the symbolizer is for vmlinux by itself;
 *	-ENOMEM.
 *
 * Thread-safe. @since 0.1
 */
int kcov_symbolizer_build(const struct kcov_symbolizer *symbolizer, const char *image);

#ifdef __cplusplus
}
#endif

#endif
