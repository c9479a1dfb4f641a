// SPDX-License-Identifier: MIT
/*
 * System calls that fail, each at one known place of the kernel: why-expected.tsv has them. Before
 * the call in question there is getpid(0x77687921, N, 0); before a nearly equal one that succeeds,
 * if there is one, getpid(0x77687921, N, 1).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_tun.h>
#include <linux/vhost.h>
#include <mqueue.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#pragma GCC diagnostic ignored "-Wunused-result"
#ifndef SOL_PACKET
#define SOL_PACKET 263
#endif

static int current;
static pid_t child;

#define M syscall(SYS_getpid, 0x77687921, current, 0)
#define S syscall(SYS_getpid, 0x77687921, current, 1)
/* A block that a child of its own runs. */
#define CHILD for (child = fork(); child == 0 || (waitpid(child, NULL, 0), 0); _exit(0))

static void nobody(void)
{
	syscall(SYS_setresgid, 65534, 65534, 65534);
	syscall(SYS_setresuid, 65534, 65534, 65534);
}

static void limit(__rlimit_resource_t what, rlim_t n)
{
	struct rlimit r = { n, n };
	setrlimit(what, &r);
}

static void lo_up(void)
{
	struct ifreq r = { { "lo" } };
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	r.ifr_flags = IFF_UP | IFF_RUNNING;
	ioctl(s, SIOCSIFFLAGS, &r);
	close(s);
}

static void onalarm(int signal)
{
	(void)signal;
}

/* enoent */
static void case1(void)
{
	char p[64];
	snprintf(p, sizeof p, "/dev/why-%d", getpid());
	M;
	open(p, O_RDONLY);
	S;
	close(open("/dev/null", O_RDONLY));
}

/* eloop */
static void case2(void)
{
	M;
	open("/proc/mounts", O_RDONLY | O_NOFOLLOW);
	S;
	close(open("/proc/version", O_RDONLY | O_NOFOLLOW));
}

/* enametoolong */
static void case3(void)
{
	static char p[6000];
	memset(p, 'a', sizeof p - 1);
	M;
	open(p, O_RDONLY);
}

/* eacces */
static void case4(void)
{
	close(open("/dev/why-sec", O_CREAT | O_RDWR, 0600));
	CHILD
	{
		nobody();
		M;
		open("/dev/why-sec", O_RDONLY);
		S;
		close(open("/dev/null", O_RDONLY));
	}
}

/* emfile */
static void case5(void)
{
	CHILD
	{
		limit(RLIMIT_NOFILE, 10);
		while (dup(1) >= 0)
			;
		M;
		open("/dev/null", O_RDONLY);
		close(9);
		S;
		open("/dev/null", O_RDONLY);
	}
}

/* read ebadf */
static void case6(void)
{
	char c;
	M;
	read(99, &c, 1);
}

/* read wronly */
static void case7(void)
{
	char c;
	int fd = open("/dev/zero", O_WRONLY), ok = open("/dev/zero", O_RDONLY);
	M;
	read(fd, &c, 1);
	S;
	read(ok, &c, 1);
}

/* lseek whence */
static void case8(void)
{
	int fd = open("/dev/zero", O_RDONLY);
	M;
	lseek(fd, 0, 77);
	S;
	lseek(fd, 0, 0);
}

/* exdev */
static void case9(void)
{
	close(open("/dev/why-x", O_CREAT | O_RDWR, 0600));
	M;
	rename("/dev/why-x", "/proc/why-x");
	S;
	rename("/dev/why-x", "/dev/why-y");
}

/* erofs */
static void case10(void)
{
	mkdir("/dev/why-ro", 0755);
	mount("none", "/dev/why-ro", "tmpfs", MS_RDONLY, "");
	M;
	mkdir("/dev/why-ro/x", 0755);
	umount("/dev/why-ro");
}

/* umount */
static void case11(void)
{
	M;
	umount2("/proc/self", 0);
}

/* inotify */
static void case12(void)
{
	int fd = inotify_init();
	M;
	inotify_add_watch(fd, "/dev", 0);
	S;
	inotify_add_watch(fd, "/dev", IN_ACCESS);
}

/* epoll eperm */
static void case13(void)
{
	struct epoll_event e = { EPOLLIN };
	int p[2], ep = epoll_create(1), fd = open("/proc/version", O_RDONLY);
	pipe(p);
	fd = open("/dev/why-reg", O_CREAT | O_RDWR, 0600);
	M;
	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
	S;
	epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e);
}

/* chmod eperm */
static void case14(void)
{
	close(open("/dev/why-mode", O_CREAT | O_RDWR, 0600));
	S;
	chmod("/dev/why-mode", 0644);
	CHILD
	{
		nobody();
		M;
		chmod("/dev/why-mode", 0666);
	}
}

/* getdents */
static void case15(void)
{
	char b[512];
	int fd = open("/dev/null", O_RDONLY), d = open("/proc", O_RDONLY);
	M;
	syscall(SYS_getdents64, fd, b, sizeof b);
	S;
	syscall(SYS_getdents64, d, b, sizeof b);
}

/* xattr */
static void case16(void)
{
	M;
	setxattr("/dev/null", "user.x", "y", 1, 0);
}

/* enotty */
static void case17(void)
{
	int p[2];
	pipe(p);
	M;
	ioctl(p[0], 0x12345678, 0);
}

/* pipesz */
static void case18(void)
{
	CHILD
	{
		int p[2];
		pipe(p);
		nobody();
		M;
		fcntl(p[0], F_SETPIPE_SZ, 1 << 24);
		S;
		fcntl(p[0], F_SETPIPE_SZ, 1 << 13);
	}
}

/* splice */
static void case19(void)
{
	int p[2];
	pipe(p);
	M;
	splice(p[0], NULL, p[1], NULL, 1, 0);
}

/* pipe efault */
static void case20(void)
{
	int p[2];
	pipe(p);
	M;
	write(p[1], (void *)4096, 4);
	S;
	write(p[1], "abcd", 4);
}

/* sysctl */
static void case21(void)
{
	int fd = open("/proc/sys/vm/swappiness", O_RDWR);
	M;
	write(fd, "9999", 4);
	lseek(fd, 0, SEEK_SET);
	S;
	write(fd, "60", 2);
}

/* read eisdir */
static void case22(void)
{
	char c;
	int fd = open("/dev", O_RDONLY);
	M;
	read(fd, &c, 1);
}

/* enoexec */
static void case23(void)
{
	int fd = open("/dev/why-exec", O_CREAT | O_RDWR, 0700);
	write(fd, "\1\2\3\4hello", 9);
	close(fd);
	M;
	execl("/dev/why-exec", "x", NULL);
}

/* mmap len */
static void case24(void)
{
	M;
	mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	S;
	munmap(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096);
}

/* mmap as */
static void case25(void)
{
	CHILD
	{
		limit(RLIMIT_AS, 1 << 20);
		M;
		mmap(NULL, 1 << 24, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	}
}

/* mprotect enomem */
static void case26(void)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	M;
	mprotect((void *)0x10000, 4096, PROT_READ);
	S;
	mprotect(p, 4096, PROT_NONE);
}

/* mprotect eacces */
static void case27(void)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, open("/dev/zero", O_RDONLY), 0);
	p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, open("/proc/self/exe", O_RDONLY), 0);
	M;
	mprotect(p, 4096, PROT_READ | PROT_WRITE);
}

/* mremap */
static void case28(void)
{
	M;
	mremap((void *)0x10000, 4096, 8192, MREMAP_MAYMOVE);
}

/* mlock */
static void case29(void)
{
	CHILD
	{
		void *p = mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		limit(RLIMIT_MEMLOCK, 8192);
		nobody();
		M;
		mlock(p, 1 << 20);
		S;
		mlock(p, 4096);
	}
}

/* madvise */
static void case30(void)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	M;
	madvise(p, 4096, 777);
	S;
	madvise(p, 4096, MADV_NORMAL);
}

/* vm readv */
static void case31(void)
{
	char a[4], b[4];
	struct iovec l = { a, 4 }, r = { b, 4 };
	M;
	process_vm_readv(999999, &l, 1, &r, 1, 0);
}

/* uffd */
static void case32(void)
{
	unsigned long long api[3] = { 1, 0, 0 };
	int fd = (int)syscall(SYS_userfaultfd, 0);
	M;
	ioctl(fd, 0xc018aa3f, api);
	api[0] = 0xaa, api[1] = api[2] = 0;
	S;
	ioctl(fd, 0xc018aa3f, api);
}

/* shmget */
static void case33(void)
{
	M;
	shmget(IPC_PRIVATE, 0, IPC_CREAT | 0600);
	S;
	shmctl(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600), IPC_RMID, NULL);
}

/* msgrcv */
static void case34(void)
{
	struct {
		long t;
		char c[8];
	} m;
	int q = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	M;
	msgrcv(q, &m, 8, 0, IPC_NOWAIT);
	m.t = 1;
	msgsnd(q, &m, 8, 0);
	S;
	msgrcv(q, &m, 8, 0, IPC_NOWAIT);
}

/* mq */
static void case35(void)
{
	static char b[64];
	struct mq_attr a = { .mq_maxmsg = 1, .mq_msgsize = 16 };
	int q = (int)syscall(SYS_mq_open, "why", O_CREAT | O_RDWR, 0600, &a);
	syscall(SYS_mq_unlink, "why");
	M;
	syscall(SYS_mq_timedsend, q, b, 64, 0, NULL);
	S;
	syscall(SYS_mq_timedsend, q, b, 16, 0, NULL);
}

/* eafnosupport */
static void case36(void)
{
	M;
	socket(9, SOCK_STREAM, 0);
	S;
	close(socket(AF_UNIX, SOCK_STREAM, 0));
}

/* raw eperm */
static void case37(void)
{
	S;
	close(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
	CHILD
	{
		nobody();
		M;
		socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	}
}

/* eaddrinuse */
static void case38(void)
{
	struct sockaddr_in a = { AF_INET, htons(7777), { htonl(INADDR_LOOPBACK) } };
	int s = socket(AF_INET, SOCK_STREAM, 0), t = socket(AF_INET, SOCK_STREAM, 0);
	bind(s, (void *)&a, sizeof a);
	listen(s, 1);
	M;
	bind(t, (void *)&a, sizeof a);
	a.sin_port = htons(7778);
	S;
	bind(t, (void *)&a, sizeof a);
	close(s);
	close(t);
}

/* eaddrnotavail */
static void case39(void)
{
	struct sockaddr_in a = { AF_INET, htons(7779), { htonl(0x08080808) } };
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	M;
	bind(s, (void *)&a, sizeof a);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	S;
	bind(s, (void *)&a, sizeof a);
	close(s);
}

/* unix refused */
static void case40(void)
{
	struct sockaddr_un a = { AF_UNIX, "\0why-nobody" };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);
	M;
	connect(s, (void *)&a, sizeof a);
}

/* emsgsize */
static void case41(void)
{
	static char b[70000];
	struct sockaddr_in a = { AF_INET, htons(7), { htonl(INADDR_LOOPBACK) } };
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	lo_up();
	M;
	sendto(s, b, sizeof b, 0, (void *)&a, sizeof a);
	S;
	sendto(s, b, 10, 0, (void *)&a, sizeof a);
}

/* edestaddrreq */
static void case42(void)
{
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	M;
	sendto(s, "x", 1, 0, NULL, 0);
}

/* udp eagain */
static void case43(void)
{
	char c;
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	M;
	recvfrom(s, &c, 1, MSG_DONTWAIT, NULL, NULL);
}

/* rx ring */
static void case44(void)
{
	unsigned req[4] = { 0, 1, 2048, 2 };
	int s = socket(AF_PACKET, SOCK_RAW, 0);
	M;
	setsockopt(s, SOL_PACKET, 5, req, sizeof req);
	req[0] = 4096;
	S;
	setsockopt(s, SOL_PACKET, 5, req, sizeof req);
}

/* bpf map */
static void case45(void)
{
	struct {
		unsigned type, k, v, n, f;
	} a = { 2, 4, 4, 0, 0 };
	M;
	syscall(SYS_bpf, 0, &a, sizeof a);
	a.n = 1;
	S;
	close((int)syscall(SYS_bpf, 0, &a, sizeof a));
}

/* bpf prog */
static void case46(void)
{
	unsigned long long ins[2] = { 0x00000000000060bfULL | 0, 0x95 };
	struct {
		unsigned type, n;
		unsigned long long insns, license;
		unsigned lvl, sz;
		unsigned long long buf;
		unsigned ver, flags;
	} a = { 1, 2, (unsigned long)ins, (unsigned long)"GPL" };
	M;
	syscall(SYS_bpf, 5, &a, sizeof a);
	ins[0] = 0xb7;
	S;
	close((int)syscall(SYS_bpf, 5, &a, sizeof a));
}

/* bpf lookup */
static void case47(void)
{
	struct {
		unsigned type, k, v, n, f;
	} a = { 1, 4, 4, 4, 0 };
	int key = 1, val = 2;
	struct {
		unsigned fd, pad;
		unsigned long long key, val, flags;
	} l = { 0, 0, (unsigned long)&key, (unsigned long)&val, 0 };
	l.fd = (unsigned int)syscall(SYS_bpf, 0, &a, sizeof a);
	M;
	syscall(SYS_bpf, 1, &l, sizeof l);
	syscall(SYS_bpf, 2, &l, sizeof l);
	S;
	syscall(SYS_bpf, 1, &l, sizeof l);
}

/* uring setup */
static void case48(void)
{
	unsigned p[30] = { 0 };
	p[2] = 1u << 31;
	M;
	syscall(SYS_io_uring_setup, 4, p);
	memset(p, 0, sizeof p);
	S;
	close((int)syscall(SYS_io_uring_setup, 4, p));
}

/* uring enxio */
static void case49(void)
{
	unsigned p[30] = { 0 };
	int fd = (int)syscall(SYS_io_uring_setup, 4, p);
	M;
	syscall(SYS_io_uring_register, fd, 1, NULL, 0);
}

/* sched */
static void case50(void)
{
	struct sched_param sp = { 0 };
	M;
	syscall(SYS_sched_setscheduler, 0, 99, &sp);
}

/* prctl */
static void case51(void)
{
	M;
	prctl(PR_SET_PDEATHSIG, 999, 0, 0, 0);
	S;
	prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
}

/* setpgid */
static void case52(void)
{
	M;
	setpgid(999999, 0);
}

/* kill */
static void case53(void)
{
	M;
	kill(999999, 0);
	S;
	kill(getpid(), 0);
}

/* futex */
static void case54(void)
{
	static int f = 1;
	M;
	syscall(SYS_futex, &f, 0, 2, NULL, NULL, 0);
}

/* clone */
static void case55(void)
{
	M;
	syscall(SYS_clone, CLONE_NEWNS | CLONE_FS, 0, 0, 0, 0);
}

/* ptrace */
static void case56(void)
{
	pid_t c = fork();
	if (c == 0) {
		pause();
		_exit(0);
	}
	M;
	ptrace(PTRACE_CONT, c, 0, 0);
	kill(c, SIGKILL);
	waitpid(c, NULL, 0);
}

/* nanosleep */
static void case57(void)
{
	struct timespec ts = { 0, 2000000000 };
	M;
	syscall(SYS_nanosleep, &ts, NULL);
	ts.tv_nsec = 1;
	S;
	syscall(SYS_nanosleep, &ts, NULL);
}

/* seccomp */
static void case58(void)
{
	CHILD
	{
		struct sock_filter f = { 0x06, 0, 0, 0x7fff0000 };
		struct sock_fprog p = { 1, &f };
		nobody();
		M;
		prctl(PR_SET_SECCOMP, 2, &p, 0, 0);
	}
}

/* eintr */
static void case59(void)
{
	int p[2];
	char c;
	struct sigaction sa = { .sa_handler = onalarm };
	pipe(p);
	sigaction(SIGALRM, &sa, NULL);
	alarm(1);
	M;
	read(p[0], &c, 1);
	write(p[1], "x", 1);
	S;
	read(p[0], &c, 1);
}

/* fionbio */
static void case60(void)
{
	int p[2];
	pipe(p);
	M;
	ioctl(p[0], FIONBIO, (void *)4096);
}

/* clock */
static void case61(void)
{
	struct timespec ts;
	M;
	syscall(SYS_clock_gettime, 99, &ts);
	S;
	syscall(SYS_clock_gettime, 0, &ts);
}

/* tun ebadfd */
static void case62(void)
{
	int fd = open("/dev/net/tun", O_RDWR);
	M;
	ioctl(fd, TUNSETPERSIST, 0);
}

/* vhost owner */
static void case63(void)
{
	unsigned long long x[2] = { 0 };
	int fd = open("/dev/vhost-net", O_RDWR);
	M;
	ioctl(fd, VHOST_SET_MEM_TABLE, x);
	ioctl(fd, VHOST_SET_OWNER);
	S;
	ioctl(fd, VHOST_SET_MEM_TABLE, x);
}

/* raw run */
static void case64(void)
{
	int fd = open("/dev/raw-gadget", O_RDWR);
	M;
	ioctl(fd, _IO('U', 1), 0);
}

static void (*const cases[])(void) = {
	case1,  case2,  case3,  case4,  case5,  case6,  case7,  case8,  case9,  case10, case11,
	case12, case13, case14, case15, case16, case17, case18, case19, case20, case21, case22,
	case23, case24, case25, case26, case27, case28, case29, case30, case31, case32, case33,
	case34, case35, case36, case37, case38, case39, case40, case41, case42, case43, case44,
	case45, case46, case47, case48, case49, case50, case51, case52, case53, case54, case55,
	case56, case57, case58, case59, case60, case61, case62, case63, case64,
};

int main(int argc, char **argv)
{
	int n = sizeof cases / sizeof *cases, only = argc > 1 ? atoi(argv[1]) : 0;
	for (current = 1; current <= n; current++)
		if (!only || only == current)
			cases[current - 1]();
	return only < 0 || only > n;
}
