/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grace window (PAM-39): which earlier login counts for which later one. /proc is the real
 * one, with this test as its own session; time is virtual.
 */
#include "grace.h"

#include "state_fixture.h"

#include <sys/file.h>

#include "grace_record.h"
#include "grace_rows.h"

/* Texts that the product only reads. */
#define LENT(text) ((char *)(uintptr_t)(text))
#define MINUTE     INT64_C(60000)
#define FILE_NAME  "grace-1000"

static bool leads_itself; /* does this process lead the session, or its parent? */

pid_t __wrap_getsid(pid_t pid);

pid_t __wrap_getsid(pid_t pid)
{
	(void)pid;
	return leads_itself ? getpid() : getppid();
}

/* What one login is, and who approved it. */
struct scene {
	struct po_config config;
	struct po_account account;
	struct po_request *request;
	struct po_claim claims[2];
	struct po_identity who;
	struct po_claim_want wants[2];
};

static void scene_make(struct scene *s)
{
	*s = (struct scene){
	        .account = {.local = LENT("alice"), .name = LENT("alice"), .uid = ALICE}};
	s->config.grace_minutes = 10;
	s->request = &s->config.provider;
	s->request->issuer = LENT(ISSUER);
	s->request->client_id = LENT("client");
	s->request->scope = LENT("openid");
	s->request->wants = s->wants;
	s->request->want_count = 2;
	s->wants[0] = (struct po_claim_want){.name = LENT("email")};
	s->wants[1] = (struct po_claim_want){.name = LENT("auth_time"), .read = PO_READ_TIME};
	s->claims[0] = (struct po_claim){.kind = PO_CLAIM_STRING, .string = LENT("a@example.org")};
	s->claims[1] = (struct po_claim){.kind = PO_CLAIM_INTEGER, .integer = 1800000000};
	s->who = (struct po_identity){.issuer = LENT(ISSUER),
	                              .subject = LENT("A"),
	                              .claims = s->claims,
	                              .claim_count = 2};
}

static struct po_evidence evidence(const struct scene *s, const struct login *l)
{
	return (struct po_evidence){.request = s->request,
	                            .service = l->service,
	                            .address = l->address,
	                            .prior = l->prior,
	                            .caller = l->caller};
}

static bool keep(struct fixture *x, const struct scene *s, const struct login *l)
{
	struct po_evidence e = evidence(s, l);

	e.who = &s->who;
	x->fault = (struct po_fault){0};
	return po_grace_keep(&s->config, &s->account, &e, &x->fault);
}

static bool find(struct fixture *x, struct scene *s, const struct login *l, const char *services)
{
	const struct po_evidence e = evidence(s, l);
	struct po_identity who = {0};
	bool found;

	x->fault = (struct po_fault){0};
	po_list_add_words(&s->config.grace_services, services, 8);
	found = po_grace_find(&s->config, &s->account, &e, &who, &x->fault);
	po_list_free(&s->config.grace_services);
	if (found) {
		assert_string_equal(who.issuer, s->who.issuer);
		assert_string_equal(who.subject, s->who.subject);
		assert_int_equal(who.claim_count, s->who.claim_count);
	} else {
		assert_null(who.issuer);
	}
	po_identity_free(&who);
	return found;
}

static const struct login ssh = SSH;
static const struct login sudo = SUDO;

static void which_login_counts(void **state)
{
	struct fixture *x = *state;
	struct table t = {.row = ""};
	struct scene s;

	scene_make(&s);
	for (size_t i = 0; i < COUNT(grace_rows); i++) {
		const struct grace_row *row = &grace_rows[i];

		t.row = row->name;
		ROW(&t, keep(x, &s, &row->earlier));
		ROW(&t, find(x, &s, &row->later, row->services) == row->counts);
		ROW(&t, (x->fault.text[0] != '\0') == row->counts && x->fault.code == PO_OK);
		unlink(state_path(x, FILE_NAME));
	}
	table_end(&t);
}

/* A row that can never count would prove nothing without this one. */
static void each_difference_is_a_full_login(void **state)
{
	struct fixture *x = *state;
	struct scene s;

	scene_make(&s);
	assert_true(keep(x, &s, &ssh));
	assert_true(find(x, &s, &sudo, "sshd"));
	s.account.local = LENT("alice2"); /* of the same uid */
	assert_false(find(x, &s, &sudo, "sshd"));
	scene_make(&s);
	s.account.uid = BOB;
	assert_false(find(x, &s, &sudo, "sshd"));
	scene_make(&s);
	s.account.doomed = true;
	assert_false(find(x, &s, &sudo, "sshd"));
	scene_make(&s);
	s.request->issuer = LENT(ISSUER "/");
	assert_false(find(x, &s, &sudo, "sshd"));
	scene_make(&s);
	s.request->client_id = LENT("Client"); /* as long */
	assert_false(find(x, &s, &sudo, "sshd"));
	scene_make(&s);
	s.request->want_count = 1;
	assert_false(find(x, &s, &sudo, "sshd"));
	scene_make(&s);
	s.wants[0].name = LENT("e-mai");
	assert_false(find(x, &s, &sudo, "sshd"));
	scene_make(&s);
	s.config.grace_minutes = 0;
	assert_false(find(x, &s, &sudo, "sshd"));
	scene_make(&s);
	assert_true(find(x, &s, &sudo, "sshd"));
}

/* The record says as many claims as are wanted, or its identity is none of this request. */
static void claims_are_counted(void **state)
{
	struct fixture *x = *state;
	struct scene s;

	scene_make(&s);
	s.who.claim_count = 1;
	assert_true(keep(x, &s, &ssh));
	assert_false(find(x, &s, &sudo, "sshd"));
	s.who.claim_count = 2;
	s.claims[0].kind = PO_CLAIM_LIST; /* not what a want of one value can bring */
	assert_true(keep(x, &s, &ssh));
	assert_false(find(x, &s, &sudo, "sshd"));
}

static void it_ends_by_itself_and_is_not_prolonged(void **state)
{
	struct fixture *x = *state;
	struct scene s;

	scene_make(&s);
	assert_true(keep(x, &s, &ssh));
	assert_true(find(x, &s, &sudo, "sshd"));
	assert_string_equal(x->fault.text, "grace: approved 0 s ago by sshd");
	fake_clock_pass(10 * MINUTE - 1);
	assert_true(find(x, &s, &sudo, "sshd"));
	assert_string_equal(x->fault.text, "grace: approved 599 s ago by sshd");
	fake_clock_pass(1);
	assert_false(find(x, &s, &sudo, "sshd"));
	s.config.grace_minutes = 11; /* each service says how old is too old for it */
	assert_true(find(x, &s, &sudo, "sshd"));
}

/* Time before the record: a clock that went back, or a file that somebody made up. */
static void the_future_does_not_count(void **state)
{
	struct fixture *x = *state;
	struct scene s;

	scene_make(&s);
	fake_clock_pass(1);
	assert_true(keep(x, &s, &ssh));
	fake_clock_pass(-1);
	assert_false(find(x, &s, &sudo, "sshd"));
	fake_clock_pass(1);
	assert_true(find(x, &s, &sudo, "sshd"));
}

static void read_text(struct fixture *x, char *text, size_t size)
{
	FILE *file = fopen(state_path(x, FILE_NAME), "rb");
	size_t n;

	assert_non_null(file);
	n = fread(text, 1, size - 1, file);
	text[n] = '\0';
	fclose(file);
}

/* Changes the value of a line to another one of the same length. */
static void edit(struct fixture *x, const char *line, const char *value)
{
	char text[4096];
	char *at;

	read_text(x, text, sizeof(text));
	at = strstr(text, line);
	assert_non_null(at);
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): the rest of the text stays */
	memcpy(at + strlen(line), value, strlen(value));
	put(state_path(x, FILE_NAME), text, 0600);
}

static void another_boot_does_not_count(void **state)
{
	struct fixture *x = *state;
	struct scene s;

	scene_make(&s);
	assert_true(keep(x, &s, &ssh));
	edit(x, "\nboot ", "00000000-0000-0000-0000-000000000000");
	assert_false(find(x, &s, &sudo, "sshd"));
	assert_string_equal(x->fault.text, "");
}

static void put_owner(struct fixture *x, const struct scene *s, struct po_process owner)
{
	struct po_grace_list l = {.count = 0};
	char text[4096];
	struct po_buf out;

	assert_true(keep(x, s, &ssh));
	read_text(x, text, sizeof(text));
	assert_true(po_grace_read(&l, text, strlen(text)));
	l.items[0].owner = owner;
	po_buf_init(&out, po_grace_limit());
	po_grace_write_head(&out);
	assert_true(po_grace_write(&out, &l.items[0]));
	put(state_path(x, FILE_NAME), po_buf_str(&out), 0600);
	po_buf_free(&out);
	po_grace_list_free(&l);
}

static void another_session_does_not_count(void **state)
{
	struct fixture *x = *state;
	struct po_process owner;
	struct scene s;

	scene_make(&s);
	assert_true(po_process_parent(&owner));
	put_owner(x, &s, owner);
	assert_true(find(x, &s, &sudo, "sshd"));
	owner.start++; /* the number came back */
	put_owner(x, &s, owner);
	assert_false(find(x, &s, &sudo, "sshd"));
	assert_true(po_process_self(&owner)); /* alive, and no ancestor of itself */
	put_owner(x, &s, owner);
	assert_false(find(x, &s, &sudo, "sshd"));
	put_owner(x, &s, (struct po_process){1, 0});
	assert_false(find(x, &s, &sudo, "sshd"));
}

/* In sshd's password method the monitor calls PAM: its parent is the parent of all sessions. */
static void the_listener_owns_no_session(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	int status;
	pid_t child;

	scene_make(&s);
	leads_itself = true;
	assert_true(keep(x, &s, &ssh));
	leads_itself = false;
	assert_false(find(x, &s, &sudo, "sshd"));
	child = fork();
	if (child == 0)
		_exit(find(x, &s, &sudo, "sshd") ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* login stays for the whole session, and what it has started descends from it. */
static void login_owns_its_session(void **state)
{
	static const struct login login = LOGIN;
	struct fixture *x = *state;
	struct scene s;
	int status;
	pid_t child;

	scene_make(&s);
	assert_true(keep(x, &s, &login));
	child = fork();
	if (child == 0)
		_exit(find(x, &s, &sudo, "login") ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void open_to_others(struct fixture *x)
{
	chmod(state_path(x, FILE_NAME), 0644);
}

static void a_link(struct fixture *x)
{
	unlink(state_path(x, FILE_NAME));
	assert_int_equal(symlink("/etc/passwd", x->path), 0);
}

static void a_fifo(struct fixture *x)
{
	unlink(state_path(x, FILE_NAME));
	assert_int_equal(mkfifo(x->path, 0600), 0);
}

static void a_folder(struct fixture *x)
{
	unlink(state_path(x, FILE_NAME));
	assert_int_equal(mkdir(x->path, 0700), 0);
}

static void half(struct fixture *x)
{
	assert_int_equal(truncate(state_path(x, FILE_NAME), 50), 0);
}

static void empty(struct fixture *x)
{
	assert_int_equal(truncate(state_path(x, FILE_NAME), 0), 0);
}

static void too_large(struct fixture *x)
{
	assert_int_equal(truncate(state_path(x, FILE_NAME), 4 * 1024 * 1024), 0);
}

static const struct {
	const char *name;
	void (*make)(struct fixture *x);
	const char *why;
	bool heals; /* the next approved login begins anew */
} damages[] = {
        {"others may read it", open_to_others, "gives rights to group or others", false},
        {"a link", a_link, "symbolic links are not followed", false},
        {"a FIFO", a_fifo, "not of the right type", false},
        {"a folder", a_folder, "not of the right type", false},
        {"half", half, "grace: the record is damaged", true},
        {"empty", empty, "grace: the record is damaged", true},
        {"too large", too_large, "grace: the record is damaged", true},
};

/* A full login follows, and nothing waits. */
static void a_damaged_file_is_a_line_of_the_log(void **state)
{
	struct fixture *x = *state;
	struct table t = {.row = ""};
	struct scene s;

	scene_make(&s);
	for (size_t i = 0; i < COUNT(damages); i++) {
		t.row = damages[i].name;
		ROW(&t, keep(x, &s, &ssh));
		damages[i].make(x);
		ROW(&t, !find(x, &s, &sudo, "sshd"));
		ROW(&t, x->fault.code == PO_E_STATE && strstr(x->fault.text, damages[i].why));
		ROW(&t, keep(x, &s, &ssh) == damages[i].heals);
		ROW(&t, find(x, &s, &sudo, "sshd") == damages[i].heals);
		ROW_NUMBER(&t, fake_clock_since_start(), 0);
		remove(state_path(x, FILE_NAME));
	}
	table_end(&t);
}

/* Whoever calls su can stop it; that costs nobody a login, nor its grace. */
static void a_reader_waits_for_no_lock(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	int fd;

	scene_make(&s);
	assert_true(keep(x, &s, &ssh));
	fd = open(state_path(x, FILE_NAME ".lock"), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_true(find(x, &s, &sudo, "sshd"));
	assert_int_equal(fake_clock_since_start(), 0);
	close(fd);
}

/* Many logins: the latest counts, the oldest makes room, and those of one session are one. */
static void the_file_does_not_grow(void **state)
{
	struct fixture *x = *state;
	char service[16];
	struct scene s;
	struct stat st;
	off_t size = 0;

	scene_make(&s);
	for (int i = 0; i < 3 * PO_GRACE_RECORDS; i++) {
		const struct login l = {service, "local", NULL, ALICE};

		snprintf(service, sizeof(service), "svc%02d", i);
		assert_true(keep(x, &s, &l) && keep(x, &s, &l));
		assert_int_equal(stat(state_path(x, FILE_NAME), &st), 0);
		if (i == PO_GRACE_RECORDS - 1)
			size = st.st_size;
		if (i >= PO_GRACE_RECORDS)
			assert_int_equal(st.st_size, size);
	}
	assert_true(find(x, &s, &sudo, "svc23"));
	assert_true(find(x, &s, &sudo, "svc16"));
	assert_false(find(x, &s, &sudo, "svc15"));
}

/* What no service could count any more is left out when somebody signs in. */
static void dead_records_are_left_out(void **state)
{
	struct fixture *x = *state;
	char text[4096];
	struct scene s;

	scene_make(&s);
	assert_true(keep(x, &s, &ssh));
	fake_clock_pass(PO_GRACE_MAX_MIN * MINUTE - 1);
	assert_true(keep(x, &s, &sudo));
	read_text(x, text, sizeof(text));
	assert_non_null(strstr(text, "service sshd"));
	fake_clock_pass(1);
	assert_true(keep(x, &s, &sudo));
	read_text(x, text, sizeof(text));
	assert_null(strstr(text, "service sshd"));
}

/* A daemon that serves everybody is the parent of everybody's login. */
static void a_daemon_leaves_no_file(void **state)
{
	static const struct login imap = {"imap", ADDRESS, NULL, 0};
	struct fixture *x = *state;
	struct scene s;

	scene_make(&s);
	assert_true(keep(x, &s, &imap));
	assert_int_equal(access(x->folder, F_OK), -1);
}

static void off_leaves_no_file(void **state)
{
	struct fixture *x = *state;
	struct scene s;

	scene_make(&s);
	s.config.grace_minutes = 0;
	assert_true(keep(x, &s, &ssh));
	assert_false(find(x, &s, &sudo, "sshd"));
	s.config.grace_minutes = 10;
	assert_false(find(x, &s, &sudo, ""));
	assert_int_equal(access(x->folder, F_OK), -1);
}

/* Too much for a file is no record, and no harm to the login. */
static void too_large_to_be_remembered(void **state)
{
	struct fixture *x = *state;
	char *large = malloc(60000);
	struct login l = SSH;
	struct scene s;

	memset(large, 'x', 59999);
	large[59999] = '\0';
	scene_make(&s);
	l.prior = large;
	assert_false(keep(x, &s, &l));
	assert_non_null(strstr(x->fault.text, "too many keys"));
	s.claims[0].string = large;
	assert_false(keep(x, &s, &ssh));
	assert_non_null(strstr(x->fault.text, "too large to be remembered"));
	s.request->scope = large;
	assert_false(keep(x, &s, &ssh));
	assert_non_null(strstr(x->fault.text, "too much is asked for"));
	assert_int_equal(access(state_path(x, FILE_NAME), F_OK), -1);
	free(large);
}

static void no_descriptor_is_left_open(void **state)
{
	struct fixture *x = *state;
	int before = next_descriptor();
	struct scene s;

	scene_make(&s);
	assert_true(keep(x, &s, &ssh));
	assert_true(find(x, &s, &sudo, "sshd"));
	half(x);
	assert_false(find(x, &s, &sudo, "sshd"));
	assert_int_equal(next_descriptor(), before);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(which_login_counts),
	        TEST(each_difference_is_a_full_login),
	        TEST(claims_are_counted),
	        TEST(it_ends_by_itself_and_is_not_prolonged),
	        TEST(the_future_does_not_count),
	        TEST(another_boot_does_not_count),
	        TEST(another_session_does_not_count),
	        TEST(the_listener_owns_no_session),
	        TEST(login_owns_its_session),
	        TEST(a_damaged_file_is_a_line_of_the_log),
	        TEST(a_reader_waits_for_no_lock),
	        TEST(the_file_does_not_grow),
	        TEST(dead_records_are_left_out),
	        TEST(off_leaves_no_file),
	        TEST(a_daemon_leaves_no_file),
	        TEST(too_large_to_be_remembered),
	        TEST(no_descriptor_is_left_open),
	};

	return cmocka_run_group_tests_name("grace", tests, NULL, NULL);
}
