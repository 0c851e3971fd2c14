// Loaded before the C library into the program under test: counts its calls that reach a disk or a network, over all
// threads together, and at one of them ends the process or lets the call fail. strace counts each thread by itself, so it
// cannot meet every call.
//
//   CRASH_CALLS  names of the calls that count, as in "write,fsync,"; all when it is not set
//   CRASH_BELOW  only paths that hold this text count; sockets and pipes always do
//   CRASH_AT     the number of the call that is struck, from 1; none when it is 0
//   CRASH_ERRNO  the error that it gets; without it the process is ended by SIGKILL, before the call is made
//   CRASH_LOG    a file that gets one line for each counted call, and "struck" behind the one that is struck
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *calls, *below;
static long at, fault, counted;
static int log_file = -1;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("CRASH_LOG");
    calls = getenv("CRASH_CALLS");
    below = getenv("CRASH_BELOW");
    at = getenv("CRASH_AT") ? atol(getenv("CRASH_AT")) : 0;
    fault = getenv("CRASH_ERRNO") ? atol(getenv("CRASH_ERRNO")) : 0;
    if (text) log_file = syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void say(const char *call, const char *target, int is_struck) {
    char line[4400];
    int length = snprintf(line, sizeof line, "%s %s%s\n", call, target, is_struck ? " struck" : "");
    if (log_file >= 0 && length > 0) syscall(SYS_write, log_file, line, (size_t)length);
}

// Whether this call is the one. Does not return when the process is to end at it.
static int strikes(const char *call, const char *target) {
    if (log_file < 0) return 0;
    if (calls) {
        const char *found = strstr(calls, call);
        if (!found || found[strlen(call)] != ',' || (found > calls && found[-1] != ',')) return 0;
    }
    int is_struck = __atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST) == at;
    say(call, target, is_struck);
    if (!is_struck) return 0;
    if (fault) {
        errno = (int)fault;
        return 1;
    }
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static int strikes_path(const char *call, const char *path) {
    return path && (!below || strstr(path, below)) && strikes(call, path);
}

static int strikes_file(const char *call, int file) {
    char name[40], target[4096];
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, name, target, sizeof target - 1);
    if (length <= 0) return 0;
    target[length] = 0;
    // Messages between the threads of the program are no business of a disk.
    if (!strncmp(target, "anon_inode:", 11)) return 0;
    // A path that was renamed or removed meanwhile is still one of ours.
    if (target[0] == '/') return strikes_path(call, target);
    return strikes(call, strncmp(target, "pipe:", 5) ? "socket" : "pipe");
}

#define FILE_CALL(type, name, number, parameters, file, ...)                                                           \
    type name parameters {                                                                                             \
        return strikes_file(#name, file) ? (type)-1 : (type)syscall(number, __VA_ARGS__);                              \
    }
#define PATH_CALL(name, number, parameters, path, ...)                                                                 \
    int name parameters { return strikes_path(#name, path) ? -1 : (int)syscall(number, __VA_ARGS__); }

FILE_CALL(ssize_t, write, SYS_write, (int file, const void *data, size_t size), file, file, data, size)
FILE_CALL(ssize_t, pwrite, SYS_pwrite64, (int file, const void *data, size_t size, off_t to), file, file, data, size, to)
FILE_CALL(ssize_t, pwrite64, SYS_pwrite64, (int file, const void *data, size_t size, off64_t to), file, file, data, size, to)
FILE_CALL(ssize_t, writev, SYS_writev, (int file, const struct iovec *parts, int count), file, file, parts, count)
FILE_CALL(int, fsync, SYS_fsync, (int file), file, file)
FILE_CALL(int, fdatasync, SYS_fdatasync, (int file), file, file)
FILE_CALL(int, ftruncate, SYS_ftruncate, (int file, off_t size), file, file, size)
FILE_CALL(int, ftruncate64, SYS_ftruncate, (int file, off64_t size), file, file, size)
FILE_CALL(int, connect, SYS_connect, (int file, const struct sockaddr *to, socklen_t size), file, file, to, size)
FILE_CALL(ssize_t, send, SYS_sendto, (int file, const void *data, size_t size, int flags), file, file, data, size, flags, 0, 0)
FILE_CALL(ssize_t, sendto, SYS_sendto,
          (int file, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t length), file, file,
          data, size, flags, to, length)
FILE_CALL(ssize_t, sendmsg, SYS_sendmsg, (int file, const struct msghdr *message, int flags), file, file, message, flags)

PATH_CALL(rename, SYS_renameat2, (const char *from, const char *to), to, AT_FDCWD, from, AT_FDCWD, to, 0)
PATH_CALL(renameat2, SYS_renameat2, (int in, const char *from, int into, const char *to, unsigned flags), to, in, from, into, to, flags)
PATH_CALL(link, SYS_linkat, (const char *from, const char *to), to, AT_FDCWD, from, AT_FDCWD, to, 0)
PATH_CALL(linkat, SYS_linkat, (int in, const char *from, int into, const char *to, int flags), to, in, from, into, to, flags)
PATH_CALL(unlink, SYS_unlinkat, (const char *path), path, AT_FDCWD, path, 0)
PATH_CALL(unlinkat, SYS_unlinkat, (int in, const char *path, int flags), path, in, path, flags)
PATH_CALL(mkdir, SYS_mkdirat, (const char *path, mode_t mode), path, AT_FDCWD, path, mode)

static int open_at(int in, const char *path, int flags, mode_t mode) {
    if (strikes_path("open", path)) return -1;
    return (int)syscall(SYS_openat, in, path, flags, mode);
}

// The mode is there only when a file may be made.
#define WITH_MODE(last)                                                                                                \
    mode_t mode = 0;                                                                                                   \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                                               \
        va_list more;                                                                                                  \
        va_start(more, last);                                                                                          \
        mode = va_arg(more, mode_t);                                                                                   \
        va_end(more);                                                                                                  \
    }

int open(const char *path, int flags, ...) {
    WITH_MODE(flags)
    return open_at(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    WITH_MODE(flags)
    return open_at(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}
int openat(int in, const char *path, int flags, ...) {
    WITH_MODE(flags)
    return open_at(in, path, flags, mode);
}
int openat64(int in, const char *path, int flags, ...) {
    WITH_MODE(flags)
    return open_at(in, path, flags | O_LARGEFILE, mode);
}
