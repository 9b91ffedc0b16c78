/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MAP-11: the first identity is bound, every other one refused, and a record that is damaged or
 * cannot be written lets nobody in.
 */
#include "pins.h"

#include "state_fixture.h"

#include <sys/file.h>

#define ISSUER "https://sso.example.org"
#define PIN    "pam_oauth pin 1\naccount alice\nissuer " ISSUER "\nsub A\nsince 1800000000\n"

const char *__wrap_po_build_pin_dir(void);

const char *__wrap_po_build_pin_dir(void)
{
	return state_dir;
}

/* Texts that the product only reads. */
#define LENT(text) ((char *)(uintptr_t)(text))

static struct po_account account(const char *local, uid_t uid)
{
	return (struct po_account){.local = LENT(local), .uid = uid};
}

static struct po_identity person(const char *issuer, const char *subject)
{
	return (struct po_identity){.issuer = LENT(issuer), .subject = LENT(subject)};
}

/* "bound", "same" or the name of the fault's code. */
static const char *hold(struct fixture *x, const char *local, const char *issuer, const char *sub)
{
	const struct po_account a = account(local, 1000);
	const struct po_identity who = person(issuer, sub);
	bool bound = false;

	x->fault = (struct po_fault){0};
	if (po_pin_hold(&a, &who, &bound, &x->fault))
		return bound ? "bound" : "same";
	assert_false(bound);
	return x->fault.code == PO_E_NOT_ALLOWED ? "not allowed"
	       : x->fault.code == PO_E_PIN       ? "unusable"
	                                         : "another fault";
}

static const char *read_file(struct fixture *x, char text[512])
{
	FILE *file = fopen(state_path(x, "pin-1000"), "rb");
	size_t n;

	assert_non_null(file);
	n = fread(text, 1, 511, file);
	text[n] = '\0';
	fclose(file);
	return text;
}

static void the_first_one_is_bound(void **state)
{
	struct fixture *x = *state;
	char text[512];

	assert_string_equal(hold(x, "alice", ISSUER, "A"), "bound");
	assert_string_equal(read_file(x, text), PIN);
	assert_int_equal(mode_of(state_path(x, "pin-1000")), S_IFREG | 0600);
	assert_string_equal(hold(x, "alice", ISSUER, "A"), "same");
	assert_string_equal(read_file(x, text), PIN);
}

static const struct {
	const char *name;
	const char *account;
	const char *issuer;
	const char *subject;
	const char *told;
} others[] = {
        {"another subject", "alice", ISSUER, "B", "pin: the account is bound to sub A of " ISSUER},
        {"other case", "alice", ISSUER, "a", "pin: the account is bound to sub A of " ISSUER},
        {"longer", "alice", ISSUER, "AA", "pin: the account is bound to sub A of " ISSUER},
        {"the same subject elsewhere", "alice", ISSUER "/", "A",
         "pin: the account is bound to sub A of " ISSUER},
        {"a recycled uid", "bob", ISSUER, "A", "pin: the uid was bound as account alice"},
};

static void nobody_else_gets_in(void **state)
{
	struct fixture *x = *state;
	struct table t = {.row = ""};
	char text[512];

	hold(x, "alice", ISSUER, "A");
	for (size_t i = 0; i < COUNT(others); i++) {
		t.row = others[i].name;
		ROW_TEXT(&t, hold(x, others[i].account, others[i].issuer, others[i].subject),
		         "not allowed");
		ROW_TEXT(&t, x->fault.text, others[i].told);
		ROW_TEXT(&t, read_file(x, text), PIN);
	}
	table_end(&t);
}

static void each_account_has_its_own(void **state)
{
	const struct po_account other = account("bob", 1001);
	const struct po_identity who = person(ISSUER, "B");
	struct fixture *x = *state;
	bool bound = false;

	hold(x, "alice", ISSUER, "A");
	assert_true(po_pin_hold(&other, &who, &bound, &x->fault) && bound);
	assert_int_equal(access(state_path(x, "pin-1001"), F_OK), 0);
}

static const struct {
	const char *name;
	const char *text;
} damaged[] = {
        {"empty", ""},
        {"half", "pam_oauth pin 1\naccount alice\niss"},
        {"another format", "pam_oauth pin 2\naccount alice\nissuer i\nsub A\nsince 1\n"},
        {"no account", "pam_oauth pin 1\nissuer i\nsub A\nsince 1\n"},
        {"no subject", "pam_oauth pin 1\naccount alice\nissuer i\nsub \nsince 1\n"},
        {"something behind", PIN "\n"},
        {"two of them", PIN PIN},
        {"no end", "pam_oauth pin 1\naccount alice\nissuer i\nsub A\nsince 1"},
        {"Windows", "pam_oauth pin 1\r\naccount alice\r\nissuer i\r\nsub A\r\nsince 1\r\n"},
        {"no number", "pam_oauth pin 1\naccount alice\nissuer i\nsub A\nsince now\n"},
        {"impossible account", "pam_oauth pin 1\naccount ../x\nissuer i\nsub A\nsince 1\n"},
};

static void a_damaged_pin_lets_nobody_in(void **state)
{
	struct fixture *x = *state;
	struct table t = {.row = ""};
	char text[512];

	hold(x, "alice", ISSUER, "A");
	for (size_t i = 0; i < COUNT(damaged); i++) {
		t.row = damaged[i].name;
		put(state_path(x, "pin-1000"), damaged[i].text, 0600);
		ROW_TEXT(&t, hold(x, "alice", ISSUER, "A"), "unusable");
		ROW_TEXT(&t, x->fault.text, "pin: the record of uid 1000 is damaged");
		ROW_TEXT(&t, read_file(x, text), damaged[i].text);
	}
	table_end(&t);
}

static void fill_up(struct fixture *x)
{
	char text[5000];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	put(state_path(x, "pin-1000"), text, 0600);
}

static void open_to_others(struct fixture *x)
{
	put(state_path(x, "pin-1000"), PIN, 0644);
}

static void a_link(struct fixture *x)
{
	assert_int_equal(symlink(scratch_write(&x->files, "victim", PIN, strlen(PIN), 0600),
	                         state_path(x, "pin-1000")),
	                 0);
}

static void a_folder(struct fixture *x)
{
	assert_int_equal(mkdir(state_path(x, "pin-1000"), 0700), 0);
}

static void a_fifo(struct fixture *x)
{
	assert_int_equal(mkfifo(state_path(x, "pin-1000"), 0600), 0);
}

static void no_room(struct fixture *x)
{
	assert_int_equal(mkdir(state_path(x, "pin-1000.new"), 0700), 0);
}

static void folder_of_all(struct fixture *x)
{
	assert_int_equal(chmod(x->folder, 0777), 0);
}

static const struct {
	const char *name;
	void (*make)(struct fixture *x);
} unusable[] = {
        {"too large", fill_up},
        {"others may read it", open_to_others},
        {"a link", a_link},
        {"a folder", a_folder},
        {"a FIFO", a_fifo},
        {"cannot be written", no_room},
        {"others may write the folder", folder_of_all},
};

static void what_cannot_be_used_lets_nobody_in(void **state)
{
	struct fixture *x = *state;
	struct table t = {.row = ""};

	for (size_t i = 0; i < COUNT(unusable); i++) {
		t.row = unusable[i].name;
		assert_int_equal(mkdir(x->folder, 0700), 0);
		unusable[i].make(x);
		ROW_TEXT(&t, hold(x, "alice", ISSUER, "A"), "unusable");
		chmod(x->folder, 0700);
		remove(state_path(x, "pin-1000"));
		remove(state_path(x, "pin-1000.new"));
		remove(state_path(x, "pin-1000.lock"));
		assert_int_equal(rmdir(x->folder), 0);
	}
	table_end(&t);
}

/* Grace asks only, and nobody is bound by it. */
static void asking_binds_nobody(void **state)
{
	const struct po_account alice = account("alice", 1000);
	const struct po_identity a = person(ISSUER, "A");
	const struct po_identity b = person(ISSUER, "B");
	struct fixture *x = *state;

	assert_false(po_pin_holds(&alice, &a, &x->fault));
	assert_int_equal(x->fault.code, PO_E_NOT_ALLOWED);
	assert_int_equal(access(state_path(x, "pin-1000"), F_OK), -1);
	hold(x, "alice", ISSUER, "A");
	assert_true(po_pin_holds(&alice, &a, &x->fault));
	assert_false(po_pin_holds(&alice, &b, &x->fault));
	assert_int_equal(x->fault.code, PO_E_NOT_ALLOWED);
	put(state_path(x, "pin-1000"), "", 0600);
	assert_false(po_pin_holds(&alice, &a, &x->fault));
	assert_int_equal(x->fault.code, PO_E_PIN);
}

/* Who was let in by a rule and refused by the pin can stop at no lock that others need. */
static void once_bound_no_lock_is_needed(void **state)
{
	struct fixture *x = *state;
	int fd;

	hold(x, "alice", ISSUER, "A");
	fd = open(state_path(x, "pin-1000.lock"), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_string_equal(hold(x, "alice", ISSUER, "A"), "same");
	assert_string_equal(hold(x, "alice", ISSUER, "B"), "not allowed");
	assert_int_equal(fake_clock_since_start(), 0);
	close(fd);
}

#define AT_ONCE 8

/* Many first logins by different people at the same moment: one of them is the first. */
static void one_of_many_is_first(void **state)
{
	struct fixture *x = *state;
	pid_t children[AT_ONCE];
	unsigned bound = 0;
	int gate[2];

	assert_int_equal(pipe(gate), 0);
	for (size_t i = 0; i < AT_ONCE; i++) {
		const char subject[] = {(char)('A' + i), '\0'};

		children[i] = fork();
		if (children[i] == 0) {
			const char *told;
			char go;

			close(gate[1]);
			(void)!read(gate[0], &go, 1);
			told = hold(x, "alice", ISSUER, subject);
			_exit(strcmp(told, "bound") == 0         ? 0
			      : strcmp(told, "not allowed") == 0 ? 1
			                                         : 2);
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (size_t i = 0; i < AT_ONCE; i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_in_range(WEXITSTATUS(status), 0, 1);
		assert_true(WIFEXITED(status));
		bound += WEXITSTATUS(status) == 0;
	}
	assert_int_equal(bound, 1);
}

static void no_descriptor_is_left_open(void **state)
{
	struct fixture *x = *state;
	int before = next_descriptor();

	hold(x, "alice", ISSUER, "A");
	hold(x, "alice", ISSUER, "A");
	hold(x, "alice", ISSUER, "B");
	put(state_path(x, "pin-1000"), "", 0600);
	hold(x, "alice", ISSUER, "A");
	assert_int_equal(next_descriptor(), before);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(the_first_one_is_bound),
	        TEST(nobody_else_gets_in),
	        TEST(each_account_has_its_own),
	        TEST(a_damaged_pin_lets_nobody_in),
	        TEST(what_cannot_be_used_lets_nobody_in),
	        TEST(asking_binds_nobody),
	        TEST(once_bound_no_lock_is_needed),
	        TEST(one_of_many_is_first),
	        TEST(no_descriptor_is_left_open),
	};

	return cmocka_run_group_tests_name("pins", tests, NULL, NULL);
}
