/* SPDX-License-Identifier: BSD-2-Clause */
#include "worker_host.h"

#include "../unit/jose.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "inject.h"
#include "worker_main.h"

#define LANDLOCK_ABI 6
#define START        100000000 /* of the clock for waits, ms */

/* One bit for each chain. */
enum chain {
	NO_NEW_PRIVS = 1,
	UNDUMPABLE = 2,
	DIES_WITH_PARENT = 4,
	NO_CORE = 8,
	NO_FILES = 16,
	FEW_DESCRIPTORS = 32,
	CPU_TIME = 64,
	LANDLOCK = 128,
	SECCOMP_TRIED = 256, /* a kernel without is no reason to let nobody in (sandbox.h) */
	ALL_CHAINS = 511,
};

/* A program of one thread, and functions that stand for libc's: there is no other place. */
static struct {
	int module; /* our end of the socket */
	bool proceeded;
	int64_t now; /* ms */
	unsigned chains;
	const char *token_answer;
	struct worker_seen *seen;
	jmp_buf back;
} host;

static const char metadata[] = "{\"issuer\":\"" WORKER_ISSUER "\","
                               "\"device_authorization_endpoint\":\"" WORKER_ISSUER "/d\","
                               "\"token_endpoint\":\"" WORKER_ISSUER "/t\","
                               "\"jwks_uri\":\"" WORKER_ISSUER "/k\"}";
static const char codes[] =
        "{\"device_code\":\"dc\",\"user_code\":\"WDJB-MJHT\","
        "\"verification_uri\":\"" WORKER_ISSUER "/device\","
        "\"verification_uri_complete\":\"" WORKER_ISSUER "/device?user_code=WDJB-MJHT\","
        "\"expires_in\":600,\"interval\":5}";

/* --- the module ----------------------------------------------------------- */

static void send_request(void)
{
	struct po_message m = {.kind = PO_KIND_REQUEST};
	struct po_request *r = &m.request;
	struct po_fault f;

	*r = (struct po_request){
	        .task = PO_TASK_LOGIN,
	        .remaining_ms = 90000,
	        .issuer = strdup(WORKER_ISSUER),
	        .discovery = PO_DISCOVERY_OIDC,
	        .client_id = strdup("ssh"),
	        .client_auth = PO_AUTH_BASIC,
	        .scope = strdup("openid"),
	        .clock_skew_s = 60,
	        .qr_side_max = 73,
	};
	assert_true(po_secret_set(&r->client_secret, "s3cret", 6));
	assert_true(po_list_add(&r->id_token_algs, "EdDSA"));
	assert_non_null(po_request_add_want(r, "email", PO_READ_VALUE));
	assert_true(po_wire_send(host.module, &m, &f));
	po_message_free(&m);
}

static void take(const struct po_message *m)
{
	struct worker_seen *s = host.seen;

	s->late |= s->identities + s->faults > 0;
	s->identities += m->kind == PO_KIND_IDENTITY;
	s->warnings += m->kind == PO_KIND_LOG && m->level == PO_REMARK_WARNING;
	if (m->kind == PO_KIND_FAULT) {
		s->faults++;
		s->fault = m->fault;
	}
}

/* Takes what has come; a CHALLENGE is answered with PROCEED. */
static void listen_(void)
{
	struct po_message m = {0};
	struct po_fault f;

	inject_pause(true);
	while (po_wire_recv(host.module, &m, &f) == PO_RECV_OK) {
		bool shown = m.kind == PO_KIND_CHALLENGE && !host.proceeded;

		take(&m);
		po_message_free(&m);
		if (!shown)
			continue;
		host.proceeded = true;
		m = (struct po_message){.kind = PO_KIND_PROCEED};
		assert_true(po_wire_send(host.module, &m, &f));
	}
	inject_pause(false);
}

/* --- the provider ----------------------------------------------------------- */

bool __wrap_po_http_perform(struct po_http *http, const struct po_http_request *q,
                            struct po_http_response *r, struct po_fault *f);

bool __wrap_po_http_perform(struct po_http *http, const struct po_http_request *q,
                            struct po_http_response *r, struct po_fault *f)
{
	size_t len = strlen(q->url);
	const char *body = q->url[len - 1] == 'd'   ? codes
	                   : q->url[len - 1] == 'k' ? RFC8037_JWKS
	                   : q->url[len - 1] == 't' ? host.token_answer
	                                            : metadata;

	(void)http;
	(void)f;
	host.seen->requests++;
	host.seen->unsealed |= host.chains != ALL_CHAINS;
	*r = (struct po_http_response){.outcome = PO_HTTP_ANSWERED, .status = 200};
	memcpy(r->content_type, "application/json", sizeof("application/json"));
	po_buf_init(&r->body, q->body_limit);
	inject_pause(true);
	assert_true(po_buf_add_str(&r->body, body));
	inject_pause(false);
	return true;
}

/* --- the kernel -------------------------------------------------------------- */

int __wrap_clock_gettime(clockid_t id, struct timespec *t);
int __real_poll(struct pollfd *fds, nfds_t n, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout);
int __wrap_prctl(int option, ...);
int __wrap_setrlimit(__rlimit_resource_t what, const struct rlimit *r);
int __real_getrlimit(__rlimit_resource_t what, struct rlimit *r);
int __wrap_getrlimit(__rlimit_resource_t what, struct rlimit *r);
long __wrap_syscall(long number, ...);
void __wrap__exit(int status) __attribute__((noreturn));

int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	int64_t ms = id == CLOCK_REALTIME ? WORKER_NOW * 1000 + host.now - START : host.now;

	if (inject_fails("clock_gettime"))
		return -1;
	*t = (struct timespec){ms / 1000, ms % 1000 * 1000000};
	return 0;
}

/* Nothing blocks: what would be waited for is there, or its time has come. */
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	int ready;

	if (inject_fails("poll"))
		return -1;
	listen_();
	ready = __real_poll(fds, n, 0);
	if (ready == 0)
		host.now += timeout > 0 ? timeout : 1;
	return ready;
}

int __wrap_prctl(int option, ...)
{
	if (option == PR_SET_SECCOMP)
		host.chains |= SECCOMP_TRIED;
	if (inject_fails(option == PR_SET_SECCOMP ? "seccomp" : "prctl"))
		return -1;
	host.chains |= option == PR_SET_NO_NEW_PRIVS ? NO_NEW_PRIVS
	               : option == PR_SET_DUMPABLE   ? UNDUMPABLE
	               : option == PR_SET_PDEATHSIG  ? DIES_WITH_PARENT
	                                             : 0;
	return 0;
}

int __wrap_setrlimit(__rlimit_resource_t what, const struct rlimit *r)
{
	(void)r;
	if (inject_fails("setrlimit"))
		return -1;
	host.chains |= what == RLIMIT_CORE     ? NO_CORE
	               : what == RLIMIT_FSIZE  ? NO_FILES
	               : what == RLIMIT_NOFILE ? FEW_DESCRIPTORS
	               : what == RLIMIT_CPU    ? CPU_TIME
	                                       : 0;
	return 0;
}

int __wrap_getrlimit(__rlimit_resource_t what, struct rlimit *r)
{
	return inject_fails("getrlimit") ? -1 : __real_getrlimit(what, r);
}

/* Landlock, the only one that the worker asks for by number. */
long __wrap_syscall(long number, ...)
{
	unsigned flags;
	va_list ap;

	va_start(ap, number);
	(void)va_arg(ap, void *);
	(void)va_arg(ap, void *);
	flags = va_arg(ap, unsigned);
	va_end(ap);
	if (number == SYS_landlock_create_ruleset && flags == LANDLOCK_CREATE_RULESET_VERSION)
		return LANDLOCK_ABI; /* without Landlock: tests/e2e/test_sandbox.py */
	if (inject_fails("landlock"))
		return -1;
	if (number == SYS_landlock_create_ruleset)
		return fcntl(host.module, F_DUPFD_CLOEXEC, 3);
	if (number == SYS_landlock_restrict_self)
		host.chains |= LANDLOCK;
	return 0;
}

void __wrap__exit(int status)
{
	(void)status;
	longjmp(host.back, 1);
}

/* --- one run ------------------------------------------------------------------ */

static int descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void open_socket(void)
{
	int sv[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv), 0);
	host.module = sv[0];
	assert_int_equal(dup2(sv[1], STDIN_FILENO), STDIN_FILENO);
	close(sv[1]);
}

/* Until its _exit. */
static void run_main(void)
{
	if (setjmp(host.back) == 0)
		worker_main();
}

void worker_host_run(const char *token_answer, struct worker_seen *seen)
{
	int before;

	*seen = (struct worker_seen){0};
	inject_pause(true);
	open_socket();
	host.proceeded = false;
	host.now = START;
	host.chains = 0;
	host.token_answer = token_answer;
	host.seen = seen;
	send_request();
	before = descriptors();
	inject_pause(false);
	run_main();
	listen_();
	inject_pause(true);
	seen->descriptors = descriptors() - before;
	close(host.module);
}
