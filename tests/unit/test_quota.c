/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PAM-41: how many starts get through, whose they are, what is said, and that 200 processes at once
 * count as exactly as one after the other. Time is virtual; processes are real.
 */
#include "quota.h"

#include "state_fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>

#include "starts.h"

#define MINUTE    60000
#define SOURCE    "192.0.2.7"
#define PROCESSES 200

static bool no_random;

ssize_t __real_getrandom(void *data, size_t len, unsigned flags);
ssize_t __wrap_getrandom(void *data, size_t len, unsigned flags);

ssize_t __wrap_getrandom(void *data, size_t len, unsigned flags)
{
	return no_random ? -1 : __real_getrandom(data, len, flags);
}

static struct po_config limits(uint32_t source, uint32_t user, uint32_t global, unsigned long flows)
{
	return (struct po_config){
	        .limit_source = {source, 600},
	        .limit_user = {user, 600},
	        .limit_global = {global, 60},
	        .limit_flows = flows,
	};
}

/* A start that ends at once, without success. */
static bool start(struct fixture *x, const struct po_config *c, const char *user,
                  const char *source)
{
	struct po_start s = PO_START_NONE;
	bool ok;

	x->fault = (struct po_fault){0};
	ok = po_quota_start(c, user, source, &s, &x->fault);
	if (!ok && x->fault.code != PO_E_LIMITED)
		fail_msg("%s", x->fault.text);
	assert_true(s.flow >= 0 || !ok || c->limit_flows == 0);
	po_quota_end(&s);
	assert_int_equal(s.flow, -1);
	return ok;
}

static void the_seventh_from_one_source_is_too_many(void **state)
{
	const struct po_config c = limits(6, 6, 60, 50);
	struct fixture *x = *state;

	for (int i = 0; i < 6; i++) {
		assert_true(start(x, &c, i % 2 ? "alice" : "bob", SOURCE));
		fake_clock_pass(1000);
	}
	assert_false(start(x, &c, "carol", SOURCE));
	assert_string_equal(x->fault.text,
	                    "limit_source = 6/600 is used up: source " SOURCE ", again in 594 s");
	assert_true(start(x, &c, "alice", "192.0.2.8"));
	fake_clock_pass(594 * 1000 - 1);
	assert_false(start(x, &c, "alice", SOURCE));
	fake_clock_pass(1);
	assert_true(start(x, &c, "alice", SOURCE)); /* the first has left, the second has not */
	assert_false(start(x, &c, "alice", SOURCE));
}

static void an_account_counts_by_source(void **state)
{
	const struct po_config c = limits(0, 2, 0, 0);
	struct fixture *x = *state;

	assert_true(start(x, &c, "alice", SOURCE));
	assert_true(start(x, &c, "alice", SOURCE));
	assert_false(start(x, &c, "alice", SOURCE));
	assert_non_null(strstr(x->fault.text, "limit_user = 2/600"));
	assert_true(start(x, &c, "bob", SOURCE));
	assert_true(start(x, &c, "alice", "192.0.2.8"));
	assert_false(start(x, &c, "ALICE", SOURCE)); /* one account, however it is spelled */
	assert_true(start(x, &c, "alice ", SOURCE));
	assert_true(start(x, &c, "lice", SOURCE "a"));
}

static void all_together_have_a_limit(void **state)
{
	const struct po_config c = limits(0, 0, 3, 0);
	struct fixture *x = *state;

	assert_true(start(x, &c, "alice", "192.0.2.1"));
	assert_true(start(x, &c, "bob", "192.0.2.2"));
	assert_true(start(x, &c, "carol", "192.0.2.3"));
	assert_false(start(x, &c, "dave", "192.0.2.4"));
	assert_non_null(strstr(x->fault.text, "limit_global = 3/60"));
	fake_clock_pass(MINUTE);
	assert_true(start(x, &c, "dave", "192.0.2.4"));
}

static void refused_starts_do_not_count(void **state)
{
	const struct po_config c = limits(1, 1, 60, 50);
	struct fixture *x = *state;

	assert_true(start(x, &c, "alice", SOURCE));
	for (int i = 0; i < 9; i++) {
		fake_clock_pass(MINUTE);
		assert_false(start(x, &c, "alice", SOURCE));
	}
	fake_clock_pass(MINUTE);
	assert_true(start(x, &c, "alice", SOURCE));
}

static const struct {
	int64_t pass;
	unsigned minutes;
} waits[] = {{0, 10}, {1, 10}, {MINUTE - 1, 10}, {MINUTE, 9}, {9 * MINUTE, 1}, {599999, 1}};

/* Rounded up: who waits so long gets in. */
static void the_wait_is_in_minutes(void **state)
{
	const struct po_config c = limits(1, 0, 0, 0);
	struct fixture *x = *state;
	int64_t passed = 0;

	assert_true(start(x, &c, "alice", SOURCE));
	for (size_t i = 0; i < COUNT(waits); i++) {
		struct po_start s = PO_START_NONE;

		fake_clock_pass(waits[i].pass - passed);
		passed = waits[i].pass;
		assert_false(po_quota_start(&c, "alice", SOURCE, &s, &x->fault));
		assert_int_equal(s.again_in, waits[i].minutes);
	}
}

static void the_longest_wait_is_said(void **state)
{
	const struct po_config c = limits(2, 1, 1, 0);
	struct fixture *x = *state;
	struct po_start s = PO_START_NONE;

	assert_true(start(x, &c, "alice", SOURCE));
	assert_false(po_quota_start(&c, "alice", SOURCE, &s, &x->fault));
	assert_non_null(strstr(x->fault.text, "limit_user = 1/600"));
	assert_int_equal(s.again_in, 10);
}

static void success_is_given_back(void **state)
{
	const struct po_config c = limits(1, 1, 1, 1);
	struct fixture *x = *state;

	for (int i = 0; i < 10; i++) {
		struct po_start s = PO_START_NONE;

		assert_true(po_quota_start(&c, "alice", SOURCE, &s, &x->fault));
		assert_false(start(x, &c, "alice", SOURCE)); /* it counts while it runs */
		assert_true(po_quota_give_back(&s, &x->fault));
		assert_true(po_quota_give_back(&s, &x->fault));
		po_quota_end(&s);
	}
	assert_true(start(x, &c, "alice", SOURCE));
	assert_false(start(x, &c, "alice", SOURCE));
}

/* Of two starts of the same moment, the one that is given back is the own one. */
static void only_the_own_start_is_given_back(void **state)
{
	const struct po_config c = limits(2, 2, 60, 50);
	struct po_start theirs = PO_START_NONE;
	struct po_start own = PO_START_NONE;
	struct fixture *x = *state;

	assert_true(po_quota_start(&c, "alice", SOURCE, &theirs, &x->fault));
	assert_true(po_quota_start(&c, "alice", SOURCE, &own, &x->fault));
	assert_true(po_quota_give_back(&own, &x->fault));
	own.counted = true;
	assert_true(po_quota_give_back(&own, &x->fault)); /* not there: nothing happens */
	assert_true(start(x, &c, "alice", SOURCE));
	assert_false(start(x, &c, "alice", SOURCE));
	po_quota_end(&theirs);
	po_quota_end(&own);
}

static void flows_that_run_have_a_limit(void **state)
{
	const struct po_config c = limits(0, 0, 0, 2);
	struct po_start a = PO_START_NONE;
	struct po_start b = PO_START_NONE;
	struct po_start s = PO_START_NONE;
	struct fixture *x = *state;

	assert_true(po_quota_start(&c, "alice", SOURCE, &a, &x->fault));
	assert_true(po_quota_start(&c, "bob", SOURCE, &b, &x->fault));
	assert_false(po_quota_start(&c, "carol", SOURCE, &s, &x->fault));
	assert_int_equal(x->fault.code, PO_E_LIMITED);
	assert_int_equal(s.again_in, 1);
	assert_non_null(strstr(x->fault.text, "limit_flows = 2"));
	po_quota_end(&a);
	assert_true(po_quota_start(&c, "carol", SOURCE, &s, &x->fault));
	po_quota_end(&b);
	po_quota_end(&s);
	po_quota_end(NULL);
	assert_int_equal(access(state_path(x, "starts"), F_OK), -1);
}

/* No byte can be written to a file: the place was taken, the start could not be counted. */
static void a_start_that_cannot_be_counted_holds_no_place(void **state)
{
	const struct po_config c = limits(1, 0, 0, 1);
	struct po_start s = PO_START_NONE;
	struct fixture *x = *state;
	struct rlimit before;
	struct rlimit none;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_false(po_quota_start(&c, "alice", SOURCE, &s, &x->fault));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(x->fault.code, PO_E_STATE);
	assert_int_equal(s.flow, -1);
	assert_true(start(x, &c, "alice", SOURCE));
}

/* A start that finds no place is not counted, one that may not start holds no place. */
static void the_two_kinds_do_not_mix(void **state)
{
	const struct po_config c = limits(1, 0, 0, 1);
	struct po_start a = PO_START_NONE;
	struct fixture *x = *state;

	assert_true(po_quota_start(&c, "alice", "192.0.2.1", &a, &x->fault));
	assert_false(start(x, &c, "alice", SOURCE));
	po_quota_end(&a);
	assert_true(start(x, &c, "alice", SOURCE));
	assert_false(start(x, &c, "alice", SOURCE));
	assert_true(start(x, &c, "alice", "192.0.2.2"));
}

static void none_leaves_no_trace(void **state)
{
	const struct po_config c = limits(0, 0, 0, 0);
	struct fixture *x = *state;

	for (int i = 0; i < 100; i++)
		assert_true(start(x, &c, "alice", SOURCE));
	assert_int_equal(access(x->folder, F_OK), -1);
}

static bool start_apart(struct fixture *x, const struct po_config *c, uid_t uid, struct po_start *s)
{
	*s = (struct po_start)PO_START_NONE;
	s->apart = uid;
	x->fault = (struct po_fault){0};
	return po_quota_start(c, "alice", SOURCE, s, &x->fault);
}

/*
 * Somebody on this host can keep his processes for ever, stop them at any moment, and so hold
 * places and a lock: his own ones.
 */
static void who_can_stop_his_process_counts_apart(void **state)
{
	const struct po_config c = limits(0, 0, 2, 2);
	struct po_start held[3];
	struct fixture *x = *state;
	struct po_start s;
	int lock;

	assert_true(start_apart(x, &c, 1001, &held[0]));
	assert_true(start_apart(x, &c, 1001, &held[1]));
	assert_false(start_apart(x, &c, 1001, &s));
	assert_true(start_apart(x, &c, 1002, &held[2]));
	assert_true(start(x, &c, "alice", SOURCE));
	lock = open(state_path(x, "starts-1001.lock"), O_RDWR | O_CLOEXEC);
	assert_true(lock >= 0);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	assert_true(start(x, &c, "alice", SOURCE));
	assert_true(start_apart(x, &c, 1002, &s));
	po_quota_end(&s);
	close(lock);
	for (size_t i = 0; i < COUNT(held); i++)
		po_quota_end(&held[i]);
}

static void success_is_given_back_where_it_was_counted(void **state)
{
	const struct po_config c = limits(1, 0, 0, 0);
	struct fixture *x = *state;
	struct po_start s;

	for (int i = 0; i < 3; i++) {
		assert_true(start_apart(x, &c, 1001, &s));
		assert_true(po_quota_give_back(&s, &x->fault));
	}
	assert_true(start_apart(x, &c, 1001, &s));
	assert_false(start_apart(x, &c, 1001, &s));
	assert_true(start(x, &c, "alice", SOURCE));
}

static off_t size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* A record in which so many networks have started once; written as the module would. */
static void flood(struct fixture *x, uint64_t networks)
{
	static const unsigned char key[PO_SIPHASH_KEY] = "0123456789abcde";
	struct po_starts s;
	struct po_buf b;
	FILE *file;

	assert_true(po_starts_init(&s, key));
	s.rows[s.count++] = (struct po_start_row){po_clock_now(), 600,
	                                          po_siphash(key, SOURCE, strlen(SOURCE)), 0, 0};
	for (uint64_t i = 1; i < networks; i++)
		s.rows[s.count++] = (struct po_start_row){po_clock_now(), 600, i, i, i};
	po_buf_init(&b, po_starts_limit());
	assert_true(po_starts_write(&s, &b));
	mkdir(x->folder, 0700);
	put(state_path(x, "starts"), "", 0600);
	file = fopen(x->path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(b.data, 1, b.len, file), b.len);
	fclose(file);
	po_buf_free(&b);
	po_starts_free(&s);
}

/* PAM-41: many networks fill the record and push nobody out; it does not grow, and it empties. */
static void a_flood_of_networks_flushes_nobody(void **state)
{
	const struct po_config c = limits(1, 1, 0, 0);
	struct fixture *x = *state;
	char source[64];
	int through = 0;

	flood(x, PO_STARTS_MAX - 50);
	for (int i = 0; i < 100; i++) {
		snprintf(source, sizeof(source), "2001:db8:0:%x::/64", (unsigned)i);
		through += start(x, &c, "alice", source);
	}
	assert_int_equal(through, 50);
	assert_non_null(strstr(x->fault.text, "room for 4096 starts"));
	assert_false(start(x, &c, "alice", SOURCE));
	assert_int_equal(size_of(state_path(x, "starts")), po_starts_limit());
	fake_clock_pass(10 * MINUTE);
	assert_true(start(x, &c, "alice", SOURCE));
	assert_in_range(size_of(state_path(x, "starts")), 36, 36 + 64);
}

/* The default: what one minute lets through never fills the record. */
static void the_default_limits_never_fill_the_record(void **state)
{
	const struct po_config c = limits(6, 6, 60, 0);
	struct fixture *x = *state;
	char source[64];
	int through = 0;

	for (int i = 0; i < 850; i++) {
		snprintf(source, sizeof(source), "2001:db8:0:%x::/64", (unsigned)i);
		through += start(x, &c, "alice", source);
		fake_clock_pass(800);
	}
	assert_in_range(through, 660, 720);
	assert_in_range(size_of(state_path(x, "starts")), 36, 36 * 601 + 64);
}

static const struct {
	const char *name;
	const char *content;
} damaged[] = {
        {"empty lines", "\n\n\n"},
        {"another program's", "hello, this is no record of ours, but somebody wrote it here"},
        {"cut", "pam_oauth starts 1\n0123"},
};

static void a_damaged_record_begins_anew(void **state)
{
	const struct po_config c = limits(1, 1, 1, 1);
	struct fixture *x = *state;
	struct table t = {0};

	for (size_t i = 0; i < COUNT(damaged); i++) {
		struct po_start s = PO_START_NONE;

		t.row = damaged[i].name;
		assert_true(i == 0 || !start(x, &c, "alice", SOURCE));
		mkdir(x->folder, 0700);
		put(state_path(x, "starts"), damaged[i].content, 0600);
		ROW(&t, po_quota_start(&c, "alice", SOURCE, &s, &x->fault));
		ROW(&t, s.anew);
		po_quota_end(&s);
		s = (struct po_start)PO_START_NONE;
		ROW(&t, !po_quota_start(&c, "alice", SOURCE, &s, &x->fault));
		ROW(&t, !s.anew);
	}
	table_end(&t);
}

static void a_huge_record_begins_anew(void **state)
{
	const struct po_config c = limits(1, 0, 0, 0);
	struct po_start s = PO_START_NONE;
	struct fixture *x = *state;

	assert_true(start(x, &c, "alice", SOURCE));
	assert_int_equal(truncate(state_path(x, "starts"), 1 << 30), 0);
	assert_true(po_quota_start(&c, "alice", SOURCE, &s, &x->fault));
	assert_true(s.anew);
	assert_in_range(size_of(x->path), 36, 36 + 64);
}

/* A record of before a boot, where /run outlived it: the clock has begun anew, too. */
static void a_clock_that_began_anew(void **state)
{
	const struct po_config c = limits(1, 0, 0, 0);
	struct po_start s = PO_START_NONE;
	struct fixture *x = *state;

	fake_clock_pass(MINUTE);
	assert_true(start(x, &c, "alice", SOURCE));
	fake_clock_reset();
	assert_true(po_quota_start(&c, "alice", SOURCE, &s, &x->fault));
	assert_true(s.anew);
}

static void nothing_readable_is_kept(void **state)
{
	const struct po_config c = limits(6, 6, 60, 0);
	struct fixture *x = *state;
	char content[4096] = "";
	int fd;

	assert_true(start(x, &c, "alice-the-account", SOURCE));
	fd = open(state_path(x, "starts"), O_RDONLY | O_CLOEXEC);
	assert_true(read(fd, content, sizeof(content)) > 0);
	close(fd);
	assert_null(memmem(content, sizeof(content), "alice", 5));
	assert_null(memmem(content, sizeof(content), SOURCE, strlen(SOURCE)));
}

/* The same account and source have another hash in another record: nothing can be computed ahead.
 */
static void each_record_has_its_own_key(void **state)
{
	const struct po_config c = limits(6, 6, 60, 0);
	struct fixture *x = *state;
	char content[2][4096] = {"", ""};

	for (int i = 0; i < 2; i++) {
		int fd;

		assert_true(start(x, &c, "alice", SOURCE));
		fd = open(state_path(x, "starts"), O_RDONLY | O_CLOEXEC);
		assert_true(read(fd, content[i], sizeof(content[i])) > 35 + 28);
		close(fd);
		unlink(x->path);
	}
	assert_memory_equal(content[0], content[1], 19);
	assert_memory_not_equal(content[0] + 19, content[1] + 19, 16);          /* key */
	assert_memory_not_equal(content[0] + 35 + 12, content[1] + 35 + 12, 8); /* source */
	assert_memory_not_equal(content[0] + 35 + 20, content[1] + 35 + 20, 8); /* pair */
}

static void a_folder_that_cannot_be_used(void **state)
{
	const struct po_config c = limits(6, 6, 60, 50);
	struct po_start s = PO_START_NONE;
	struct fixture *x = *state;

	assert_true(po_quota_start(&c, "alice", SOURCE, &s, &x->fault));
	assert_int_equal(chmod(x->folder, 0755), 0);
	assert_false(po_quota_give_back(&s, &x->fault));
	assert_int_equal(x->fault.code, PO_E_STATE);
	po_quota_end(&s);
	assert_false(po_quota_start(&c, "alice", SOURCE, &s, &x->fault));
	assert_int_equal(x->fault.code, PO_E_STATE);
	assert_int_equal(s.flow, -1);
	assert_int_equal(chmod(x->folder, 0700), 0);
}

static void without_random_numbers_nothing_starts(void **state)
{
	const struct po_config c = limits(6, 6, 60, 50);
	struct po_start s = PO_START_NONE;
	struct fixture *x = *state;

	no_random = true;
	assert_false(po_quota_start(&c, "alice", SOURCE, &s, &x->fault));
	no_random = false;
	assert_int_equal(x->fault.code, PO_E_SYSTEM);
	assert_int_equal(s.flow, -1);
}

/* Runs that many processes at once; returns how many of them could start. Those hold their place
 * until all have tried. */
static int at_once(const struct po_config *c, int processes)
{
	int told[2];
	int go[2];
	int through = 0;

	assert_int_equal(pipe(told), 0);
	assert_int_equal(pipe(go), 0);
	for (int i = 0; i < processes; i++) {
		if (fork() == 0) {
			struct po_start s = PO_START_NONE;
			struct po_fault f = {0};
			char answer = 'y';

			close(go[1]);
			if (!po_quota_start(c, "alice", SOURCE, &s, &f))
				answer = f.code == PO_E_LIMITED ? 'n' : '?';
			if (write(told[1], &answer, 1) != 1 || read(go[0], &answer, 1) != 0)
				_exit(2);
			_exit(0);
		}
	}
	close(go[0]);
	for (int i = 0; i < processes; i++) {
		char answer = '?';

		assert_int_equal(read(told[0], &answer, 1), 1);
		assert_int_not_equal(answer, '?');
		through += answer == 'y';
	}
	close(go[1]);
	for (int i = 0; i < processes; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	close(told[0]);
	close(told[1]);
	return through;
}

static void two_hundred_at_once_count_exactly(void **state)
{
	const struct po_config rates = limits(17, 0, 0, 0);
	const struct po_config flows = limits(0, 0, 0, 23);

	(void)state;
	assert_int_equal(at_once(&rates, PROCESSES), 17);
	assert_int_equal(at_once(&rates, PROCESSES), 0);
	assert_int_equal(at_once(&flows, PROCESSES), 23);
	assert_int_equal(at_once(&flows, PROCESSES), 23); /* the dead gave theirs back */
}

/* SIGKILL at any instant leaves a record that reads. */
static void killed_writers_leave_a_good_record(void **state)
{
	const struct po_config c = limits(4000, 0, 0, 0);
	struct fixture *x = *state;
	struct po_start s = PO_START_NONE;

	assert_true(start(x, &c, "alice", SOURCE));
	for (int i = 0; i < 60; i++) {
		pid_t child = fork();
		struct timespec a_little = {0, i * 50000};

		if (child == 0)
			for (;;)
				start(x, &c, "alice", SOURCE);
		nanosleep(&a_little, NULL);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		s = (struct po_start)PO_START_NONE;
		assert_true(po_quota_start(&c, "alice", "192.0.2.8", &s, &x->fault));
		assert_false(s.anew);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(the_seventh_from_one_source_is_too_many),
	        TEST(an_account_counts_by_source),
	        TEST(all_together_have_a_limit),
	        TEST(refused_starts_do_not_count),
	        TEST(the_wait_is_in_minutes),
	        TEST(the_longest_wait_is_said),
	        TEST(success_is_given_back),
	        TEST(only_the_own_start_is_given_back),
	        TEST(flows_that_run_have_a_limit),
	        TEST(a_start_that_cannot_be_counted_holds_no_place),
	        TEST(the_two_kinds_do_not_mix),
	        TEST(who_can_stop_his_process_counts_apart),
	        TEST(success_is_given_back_where_it_was_counted),
	        TEST(none_leaves_no_trace),
	        TEST(a_flood_of_networks_flushes_nobody),
	        TEST(the_default_limits_never_fill_the_record),
	        TEST(a_damaged_record_begins_anew),
	        TEST(a_huge_record_begins_anew),
	        TEST(a_clock_that_began_anew),
	        TEST(nothing_readable_is_kept),
	        TEST(each_record_has_its_own_key),
	        TEST(a_folder_that_cannot_be_used),
	        TEST(without_random_numbers_nothing_starts),
	        TEST(two_hundred_at_once_count_exactly),
	        TEST(killed_writers_leave_a_good_record),
	};

	return cmocka_run_group_tests_name("quota", tests, NULL, NULL);
}
