// SPDX-License-Identifier: GPL-2.0-only
/*
 * A target for kernel fuzzers: write(2) to /dev/kcov-target parses one message of at
 * most 256 bytes and returns its length. Two checks are planted, which stand for bugs:
 *
 * - a message of less than 16 bytes that begins with a certain word, tested byte by
 *   byte: EUCLEAN. Each byte that is right runs a block of its own, so that PCs show
 *   the way; without, it is a chance of 1 in 2^48.
 * - a message of 16 bytes or more that begins with three magic numbers, of 32, 32 and
 *   64 bits: EBADMSG. PCs do not help to guess a number; the operands of comparisons
 *   have it. The second is big-endian and no constant, so that either operand of its
 *   comparison can be the message's, in either byte order.
 *
 * More than 256 bytes: EMSGSIZE; memory that cannot be read: EFAULT.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>

#define MAX_MESSAGE 256
#define HEADER_SIZE 16

static unsigned int key = 0x7f4a7c15;
module_param(key, uint, 0400);
MODULE_PARM_DESC(key, "the second magic number");

/* The low bits of a byte are a command, the high bits its flags. */
static u8 command(u8 byte)
{
	return byte & 0x0f;
}

static bool is_script(const u8 *message, size_t size)
{
	if (size < 7)
		return false;
	if (command(message[0]) != 11)
		return false;
	if (command(message[1]) != 5)
		return false;
	if (command(message[2]) != 2)
		return false;
	if (command(message[3]) != 14)
		return false;
	if (command(message[4]) != 6)
		return false;
	if (command(message[5]) != 12)
		return false;
	return command(message[6]) == 13;
}

static bool is_header(const u8 *message)
{
	if (get_unaligned_le32(message) != 0x9e3779b9)
		return false;
	if (get_unaligned_be32(message + 4) != key)
		return false;
	return get_unaligned_le64(message + 8) == 0xf39cc0605cedc834;
}

static ssize_t target_write(struct file *file, const char __user *from, size_t size, loff_t *offset)
{
	u8 message[MAX_MESSAGE];

	if (size > sizeof(message))
		return -EMSGSIZE;
	if (copy_from_user(message, from, size))
		return -EFAULT;
	if (size < HEADER_SIZE)
		return is_script(message, size) ? -EUCLEAN : size;
	return is_header(message) ? -EBADMSG : size;
}

static const struct file_operations target_operations = {
	.owner = THIS_MODULE,
	.write = target_write,
};

static struct miscdevice target_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kcov-target",
	.fops = &target_operations,
	.mode = 0600,
};
module_misc_device(target_device);

MODULE_DESCRIPTION("A message parser with planted checks, for kernel fuzzers to find");
MODULE_LICENSE("GPL");
