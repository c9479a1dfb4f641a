// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/kcov-sample: how the code of a driver gets remote coverage, one small example of
 * each context that kcov knows. A job is a packet that is parsed in the system call, in
 * a worker of the open file, in a worker of the driver, or in a timer; README.md in the
 * directory above explains the annotations.
 */
#include "kcov_sample.h"
#include "packet.h"

#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/kcov.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/* So that nobody keeps the module from being unloaded, or the other users waiting, for long. */
#define MAX_DELAY_MS 1000
#define MAX_JOBS 16

/* How often what is planted in each type of packet was reached: who scores fuzzers reads it. */
static struct {
	const char *name;
	int result;
	atomic_t count;
} planted[] = {
	{ "chain", -EUCLEAN },
	{ "numbers", -ENOTUNIQ },
	{ "fields", -EOVERFLOW },
};

/* As a bug would show itself. */
static bool warn;
module_param(warn, bool, 0644);
MODULE_PARM_DESC(warn, "warn, with a trace, when what is planted is reached");

static struct dentry *debugfs_dir;

/* The worker that all files share. */
static struct kthread_worker *global_worker;

/* Where files wait for their workers to finish, so that close(2) need not. */
static struct workqueue_struct *reaper;

/* Files that the reaper has not seen the end of, and who waits for them. */
static atomic_t files = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(reaped);

struct sample_file {
	struct kref refs;
	struct kthread_worker *worker;
	/* Under way. */
	atomic_t jobs;
	/* The opener's: what its worker and, on stock kernels, its timers report to. */
	u64 common_handle;
	struct work_struct reaping;
};

struct job {
	/* Of the system call, if it waits, and of the context that parses. */
	struct kref refs;
	struct sample_file *file;
	struct kthread_work work;
	struct timer_list timer;
	struct completion slept;
	struct completion done;
	int result;
	unsigned int delay_ms;
	size_t size;
	u8 packet[KCOV_SAMPLE_MAX_PACKET];
};

/* On the reaper, which may sleep: a worker ends when all its jobs have. */
static void file_reap(struct work_struct *work)
{
	struct sample_file *file = container_of(work, struct sample_file, reaping);

	kthread_destroy_worker(file->worker);
	kfree(file);
	if (atomic_dec_and_test(&files))
		wake_up(&reaped);
}

/* By a job too, and so perhaps on the worker that is to end, or in a timer. */
static void file_release(struct kref *refs)
{
	struct sample_file *file = container_of(refs, struct sample_file, refs);

	queue_work(reaper, &file->reaping);
}

static void job_release(struct kref *refs)
{
	struct job *job = container_of(refs, struct job, refs);

	atomic_dec(&job->file->jobs);
	kref_put(&job->file->refs, file_release);
	kfree(job);
}

static void count_planted(int result)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(planted); i++) {
		if (planted[i].result != result)
			continue;
		atomic_inc(&planted[i].count);
		pr_info_ratelimited("kcov_sample: what is planted in %s was reached\n",
				    planted[i].name);
		WARN_ON(warn);
	}
}

static void job_parse(struct job *job)
{
	job->result = packet_parse(job->packet, job->size);
	if (job->result)
		count_planted(job->result);
}

static void job_finish(struct job *job)
{
	complete(&job->done);
	kref_put(&job->refs, job_release);
}

static void job_wake(struct timer_list *timer)
{
	struct job *job = container_of(timer, struct job, timer);

	complete(&job->slept);
}

/*
 * In a section, where msleep() would be recorded: it is rid of its timer before it returns,
 * and while the other processor is still in that timer's function it looks again and again,
 * which can fill the section's area.
 */
static void job_sleep(struct job *job)
{
	if (!job->delay_ms)
		return;
	init_completion(&job->slept);
	timer_setup(&job->timer, job_wake, 0);
	mod_timer(&job->timer, jiffies + msecs_to_jiffies(job->delay_ms));
	wait_for_completion(&job->slept);
}

/* A local background task: it does what it does for who opened the file. */
static void worker_run(struct kthread_work *work)
{
	struct job *job = container_of(work, struct job, work);

	kcov_remote_start_common(job->file->common_handle);
	job_sleep(job);
	job_parse(job);
	kcov_remote_stop();
	job_finish(job);
}

#ifdef KCOV_SUBSYSTEM_SAMPLE
static u64 sample_handle(u64 instance)
{
	return kcov_remote_handle(KCOV_SUBSYSTEM_SAMPLE, instance);
}

static void global_start(void)
{
	kcov_remote_start(sample_handle(KCOV_SAMPLE_GLOBAL_INSTANCE));
}

static void softirq_start(const struct job *job)
{
	kcov_remote_start(sample_handle(KCOV_SAMPLE_SOFTIRQ_INSTANCE));
}

static void tell_what_is_covered(void)
{
	pr_info("kcov_sample: loaded\n");
}
#else
/* kcov_remote_start() warns of a handle of a subsystem that it does not know. */
static void global_start(void)
{
}

static void softirq_start(const struct job *job)
{
	kcov_remote_start_common(job->file->common_handle);
}

static void tell_what_is_covered(void)
{
	pr_info("kcov_sample: loaded; this kernel has no KCOV_SUBSYSTEM_SAMPLE: the global worker is not covered\n");
}
#endif

/* A global background task: it does what it does for everybody. */
static void global_run(struct kthread_work *work)
{
	struct job *job = container_of(work, struct job, work);

	global_start();
	job_sleep(job);
	job_parse(job);
	kcov_remote_stop();
	job_finish(job);
}

/* A soft interrupt. */
static void timer_run(struct timer_list *timer)
{
	struct job *job = container_of(timer, struct job, timer);

	softirq_start(job);
	job_parse(job);
	kcov_remote_stop();
	job_finish(job);
}

static struct job *job_new(struct sample_file *file, const void __user *packet, size_t size)
{
	struct job *job;

	if (size > KCOV_SAMPLE_MAX_PACKET)
		return ERR_PTR(-EMSGSIZE);
	job = kzalloc(sizeof(*job), GFP_KERNEL);
	if (!job)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(job->packet, packet, size)) {
		kfree(job);
		return ERR_PTR(-EFAULT);
	}
	if (atomic_inc_return(&file->jobs) > MAX_JOBS) {
		atomic_dec(&file->jobs);
		kfree(job);
		return ERR_PTR(-EBUSY);
	}
	job->size = size;
	job->file = file;
	kref_get(&file->refs);
	kref_init(&job->refs);
	init_completion(&job->done);
	return job;
}

static int job_start(struct job *job, u32 context)
{
	/* What job_finish() puts; the system call keeps its own. */
	kref_get(&job->refs);
	switch (context) {
	case KCOV_SAMPLE_CALLER:
		job_parse(job);
		job_finish(job);
		return 0;
	case KCOV_SAMPLE_WORKER:
		kthread_init_work(&job->work, worker_run);
		kthread_queue_work(job->file->worker, &job->work);
		return 0;
	case KCOV_SAMPLE_GLOBAL:
		kthread_init_work(&job->work, global_run);
		kthread_queue_work(global_worker, &job->work);
		return 0;
	case KCOV_SAMPLE_SOFTIRQ:
		timer_setup(&job->timer, timer_run, 0);
		mod_timer(&job->timer, jiffies + msecs_to_jiffies(job->delay_ms));
		return 0;
	default:
		kref_put(&job->refs, job_release);
		return -EINVAL;
	}
}

/* A caller that is killed does not wait; the job goes on without it. */
static int job_wait(struct job *job)
{
	int err = wait_for_completion_killable(&job->done);

	return err ? err : job->result;
}

static long sample_run(struct sample_file *file, const struct kcov_sample_job *arg)
{
	struct job *job;
	int err;

	if (arg->flags & ~KCOV_SAMPLE_WAIT || arg->delay_ms > MAX_DELAY_MS)
		return -EINVAL;
	job = job_new(file, u64_to_user_ptr(arg->packet), arg->length);
	if (IS_ERR(job))
		return PTR_ERR(job);
	job->delay_ms = arg->delay_ms;
	err = job_start(job, arg->context);
	if (!err && arg->flags & KCOV_SAMPLE_WAIT)
		err = job_wait(job);
	kref_put(&job->refs, job_release);
	return err;
}

static long sample_ioctl(struct file *filep, unsigned int command, unsigned long arg)
{
	struct kcov_sample_job job;

	if (command != KCOV_SAMPLE_RUN)
		return -ENOTTY;
	if (copy_from_user(&job, (const void __user *)arg, sizeof(job)))
		return -EFAULT;
	return sample_run(filep->private_data, &job);
}

static ssize_t sample_write(struct file *filep, const char __user *from, size_t size,
			    loff_t *offset)
{
	const struct kcov_sample_job job = {
		.packet = (uintptr_t)from,
		.length = min_t(size_t, size, U32_MAX),
		.context = KCOV_SAMPLE_CALLER,
		.flags = KCOV_SAMPLE_WAIT,
	};
	long err = sample_run(filep->private_data, &job);

	return err ? err : size;
}

static int sample_open(struct inode *inode, struct file *filep)
{
	struct sample_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;
	/* Only here, in the opener's own system call, is the handle to be had. */
	file->common_handle = kcov_common_handle();
	file->worker = kthread_create_worker(0, "kcov-sample/%d", current->pid);
	if (IS_ERR(file->worker)) {
		int err = PTR_ERR(file->worker);

		kfree(file);
		return err;
	}
	atomic_inc(&files);
	kref_init(&file->refs);
	INIT_WORK(&file->reaping, file_reap);
	filep->private_data = file;
	return nonseekable_open(inode, filep);
}

static int sample_release(struct inode *inode, struct file *filep)
{
	struct sample_file *file = filep->private_data;

	kref_put(&file->refs, file_release);
	return 0;
}

static const struct file_operations sample_operations = {
	.owner = THIS_MODULE,
	.open = sample_open,
	.release = sample_release,
	.write = sample_write,
	.unlocked_ioctl = sample_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice sample_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kcov-sample",
	.fops = &sample_operations,
};

static void debugfs_init(void)
{
	int i;

	debugfs_dir = debugfs_create_dir("kcov-sample", NULL);
	for (i = 0; i < ARRAY_SIZE(planted); i++)
		debugfs_create_atomic_t(planted[i].name, 0400, debugfs_dir, &planted[i].count);
}

static int __init sample_init(void)
{
	int err;

	reaper = alloc_workqueue("kcov-sample", 0, 0);
	if (!reaper)
		return -ENOMEM;
	global_worker = kthread_create_worker(0, "kcov-sample");
	if (IS_ERR(global_worker)) {
		err = PTR_ERR(global_worker);
		goto err_reaper;
	}
	err = misc_register(&sample_device);
	if (err)
		goto err_worker;
	debugfs_init();
	tell_what_is_covered();
	return 0;

err_worker:
	kthread_destroy_worker(global_worker);
err_reaper:
	destroy_workqueue(reaper);
	return err;
}

/* All files are closed, but their jobs may still run, in workers and in timers. */
static void __exit sample_exit(void)
{
	misc_deregister(&sample_device);
	debugfs_remove(debugfs_dir);
	wait_event(reaped, !atomic_read(&files));
	/* The last timer may not have returned yet. */
	synchronize_rcu();
	kthread_destroy_worker(global_worker);
	destroy_workqueue(reaper);
}

module_init(sample_init);
module_exit(sample_exit);
MODULE_DESCRIPTION("Remote kcov coverage by example");
MODULE_LICENSE("GPL");
