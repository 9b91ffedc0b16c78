/* SPDX-License-Identifier: BSD-2-Clause */
#include "module_world.h"

#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "../lib/host_state.h"
#include "inject.h"
#include "po_clock.h"
#include "po_wire.h"
#include "starts.h"

#define ISSUER "https://sso.example.org"

/* What the functions that stand for libc's and libpam's need to know; a program of one thread. */
static enum script script_;
static struct seen *seen_;
static const char *folder_;
static pid_t worker_;

void world_script(enum script script)
{
	script_ = script;
}

const char *__wrap_po_build_login_defs(void);

const char *__wrap_po_build_login_defs(void)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/login.defs", folder_);
	return path;
}

/* --- the worker --------------------------------------------------------- */

static bool next_message(struct po_message *m)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	struct po_fault f;

	return poll(&p, 1, 20000) == 1 && po_wire_recv(STDIN_FILENO, m, &f) == PO_RECV_OK;
}

static void say_fault(enum po_code code)
{
	struct po_message m = {.kind = PO_KIND_FAULT};

	po_fail(&m.fault, code, "as the script says");
	po_wire_send(STDIN_FILENO, &m, NULL);
}

static void say_challenge(void)
{
	struct po_message m = {.kind = PO_KIND_CHALLENGE};

	m.challenge.verification_uri = strdup(ISSUER "/device");
	m.challenge.user_code = strdup("WDJB-MJHT");
	m.challenge.expires_in_s = 600;
	m.challenge.qr_side = 33;
	m.challenge.qr_bits = calloc(1, po_qr_bytes(33));
	po_wire_send(STDIN_FILENO, &m, NULL);
}

static void say_identity(const char *subject)
{
	struct po_message m = {.kind = PO_KIND_IDENTITY};

	m.identity.issuer = strdup(ISSUER);
	m.identity.subject = strdup(subject);
	po_identity_set_claims(&m.identity, 1);
	m.identity.claims[0].kind = PO_CLAIM_STRING; /* preferred_username, to be exported */
	m.identity.claims[0].string = strdup("somebody");
	po_wire_send(STDIN_FILENO, &m, NULL);
}

static void work(void)
{
	struct po_message m = {0};

	if (!next_message(&m) || script_ == DIES)
		return;
	if (script_ == CANNOT_REACH) {
		say_fault(PO_E_UNREACHABLE);
		return;
	}
	say_challenge();
	if (!next_message(&m))
		return;
	if (script_ == DENIES)
		say_fault(PO_E_DENIED);
	else
		say_identity(script_ == NAMES_ANOTHER ? "games" : "daemon");
	if (script_ == STAYS)
		poll(NULL, 0, 60000);
}

pid_t __real_fork(void);
pid_t __wrap_fork(void);
int __wrap_execve(const char *path, char *const argv[], char *const envp[]);

pid_t __wrap_fork(void)
{
	pid_t pid = inject_fails("fork") ? -1 : __real_fork();

	if (pid == 0)
		inject_disarm(); /* the child has a program of its own: child_faults.c */
	worker_ = pid;
	return pid;
}

void world_end_worker(void)
{
	kill(worker_, SIGKILL);
	assert_int_equal(waitpid(worker_, NULL, 0), worker_);
}

int __wrap_execve(const char *path, char *const argv[], char *const envp[])
{
	(void)path;
	(void)argv;
	(void)envp;
	work();
	_exit(0);
}

/* --- the host ------------------------------------------------------------ */

int inject_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv);
int inject_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv);

int inject_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	seen_->code = pam_sm_authenticate(pamh, flags, argc, argv);
	return seen_->code;
}

int inject_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	seen_->account = pam_sm_acct_mgmt(pamh, flags, argc, argv);
	return seen_->account;
}

static int converse(int count, const struct pam_message **messages, struct pam_response **responses,
                    void *ctx)
{
	(void)ctx;
	inject_pause(true);
	*responses = calloc((size_t)count, sizeof(**responses));
	for (int i = 0; i < count; i++)
		if (messages[i]->msg_style == PAM_PROMPT_ECHO_ON)
			(*responses)[i].resp = strdup("");
	inject_pause(false);
	return PAM_SUCCESS;
}

static void no_delay(int code, unsigned delay_us, void *ctx)
{
	(void)code;
	(void)delay_us;
	(void)ctx;
}

static void connect_client(int client[2])
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	client[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr *)&address, len) != 0 || listen(listener, 1) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &len) != 0 ||
	    connect(client[1], (struct sockaddr *)&address, len) != 0)
		err(1, "loopback");
	/* cppcheck-suppress nullPointer; nobody asks who it is */
	client[0] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (client[0] < 0)
		err(1, "accept");
	close(listener);
}

static void set_items(struct world *w)
{
	void (*delay)(int, unsigned, void *) = no_delay;
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	char connection[80];
	const void *item;

	memcpy(&item, &delay, sizeof(item));
	pam_set_item(w->pamh, PAM_FAIL_DELAY, item);
	pam_set_item(w->pamh, PAM_RHOST,
	             "192.0.2.7"); /* a name: libpam's audit would ask the DNS */
	assert_int_equal(getpeername(w->client[0], (struct sockaddr *)&peer, &len), 0);
	snprintf(connection, sizeof(connection), "SSH_CONNECTION=127.0.0.1 %u 127.0.0.1 22",
	         ntohs(peer.sin_port));
	pam_putenv(w->pamh, connection);
}

static void open_handle(struct world *w)
{
	static const struct pam_conv conv = {.conv = converse};
	char confdir[PATH_MAX];

	snprintf(confdir, sizeof(confdir), "%s/pam.d", w->files.dir);
	assert_int_equal(pam_start_confdir("sshd", "daemon", &conv, confdir, &w->pamh),
	                 PAM_SUCCESS);
	set_items(w);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void note_change(void *ctx, char sign, const char *line)
{
	struct seen *seen = ctx;
	size_t n = strlen(seen->changed);

	snprintf(seen->changed + n, sizeof(seen->changed) - n, "%c%s; ", sign, line);
}

/* One operation, with what it changes around it. */
static void call(struct world *w, struct seen *seen, int (*operation)(pam_handle_t *, int))
{
	char *before = host_state_take();
	double began = now();
	char *after;

	seen_ = seen;
	world_listen(seen);
	inject_pause(false);
	operation(w->pamh, 0);
	inject_pause(true);
	seen->seconds = now() - began;
	world_read_journal(w);
	after = host_state_take();
	host_state_compare(before, after, note_change, seen);
	free(before);
	free(after);
}

static void put_record(struct world *w)
{
	if (w->record)
		scratch_write(&w->files, "run/starts", w->record, w->record_len, 0600);
}

void world_login(struct world *w, struct seen *seen)
{
	*seen = (struct seen){.code = -1, .account = -1};
	inject_pause(true);
	put_record(w);
	open_handle(w);
	call(w, seen, pam_authenticate);
	pam_acct_mgmt(w->pamh, 0);
	pam_end(w->pamh, PAM_SUCCESS);
}

void world_account(struct world *w, struct seen *seen)
{
	*seen = (struct seen){.code = -1, .account = -1};
	inject_pause(true);
	open_handle(w);
	call(w, seen, pam_acct_mgmt);
	pam_end(w->pamh, PAM_SUCCESS);
}

static void *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *data;

	if (!f)
		return NULL;
	data = malloc(1 << 20);
	assert_non_null(data);
	*len = fread(data, 1, 1 << 20, f);
	fclose(f);
	return data;
}

static bool starts_readable(struct world *w)
{
	static const unsigned char no_key[PO_SIPHASH_KEY];
	size_t len = 0;
	void *data = read_file(scratch_path(&w->files, "run/starts"), &len);
	struct po_starts s;
	bool ok;

	if (!data)
		return true;
	assert_true(po_starts_init(&s, no_key));
	ok = po_starts_read(&s, data, len, po_clock_now()) && s.count >= 1 && s.count <= 2;
	po_starts_free(&s);
	free(data);
	return ok;
}

static bool lock_free(struct world *w, const char *name)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(scratch_path(&w->files, name), O_RDWR | O_CLOEXEC);
	bool ok =
	        fd < 0 || (flock(fd, LOCK_EX | LOCK_NB) == 0 && fcntl(fd, F_OFD_SETLK, &lock) == 0);

	if (fd >= 0)
		close(fd);
	return ok;
}

bool world_state_is_whole(struct world *w, char *why, size_t size)
{
	const char *what = !starts_readable(w)                ? "the record cannot be read"
	                   : !lock_free(w, "run/starts.lock") ? "the lock is held"
	                   : !lock_free(w, "run/flows")       ? "a place is held"
	                                                      : NULL;

	snprintf(why, size, "%s", what ? what : "");
	return !what;
}

static void write_host(struct world *w)
{
	const char *dir = w->files.dir;
	char text[1024];

	snprintf(text, sizeof(text),
	         "[general]\nissuer = " ISSUER "\nclient_id = ssh\nclient_auth = post\n"
	         "client_secret_file = %s/secret\nca_file = %s/ca.pem\naccount = require\n"
	         "export_identity = yes\n",
	         dir, dir);
	scratch_text(&w->files, "pam_oauth.conf", text);
	scratch_folder(&w->files, "pam_oauth.conf.d", 0755);
	scratch_text(&w->files, "pam_oauth.conf.d/10.conf", "[service sshd]\nmax_wait = 10\n");
	scratch_write(&w->files, "secret", "s3cret\n", 7, 0600);
	scratch_text(&w->files, "ca.pem", "not looked into by the module\n");
	scratch_text(&w->files, "login.defs", "UID_MIN 1\n");
	scratch_text(&w->files, "map", "issuer " ISSUER "\nallow sub~([a-z]+) as \\1\n");
	scratch_folder(&w->files, "pam.d", 0755);
	snprintf(text, sizeof(text),
	         "auth required " PO_TRAMPOLINE " conf=%s/pam_oauth.conf\n"
	         "account required " PO_TRAMPOLINE " conf=%s/pam_oauth.conf\n",
	         dir, dir);
	scratch_text(&w->files, "pam.d/sshd", text);
	scratch_text(&w->files, "pam.d/other", "auth required pam_deny.so\n");
}

void world_begin(struct world *w)
{
	struct seen seen;

	inject_arm(&(struct inject_plan){.call = "nothing"});
	*w = (struct world){0};
	scratch_make(&w->files);
	folder_ = w->files.dir;
	assert_int_equal(chdir(w->files.dir), 0); /* the state folder of this build is "run" */
	write_host(w);
	world_open_journal(w);
	connect_client(w->client);
	world_script(DENIES);
	world_login(w, &seen); /* libpam loads what it needs once and for all */
	assert_string_equal(seen.result, "denied");
	w->record = read_file(scratch_path(&w->files, "run/starts"), &w->record_len);
	assert_non_null(w->record);
}

void world_end(struct world *w)
{
	close(w->client[0]);
	close(w->client[1]);
	close(w->journal);
	free(w->record);
	assert_int_equal(chdir("/"), 0);
	scratch_remove(&w->files);
}
