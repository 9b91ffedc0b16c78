/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages over a real socket (po_wire.h): limits to the byte, ends that are no signals, and no
 * secret left behind. Linked with --wrap=malloc and --wrap=free: no block may go back to the heap
 * with a secret in it (GEN-4).
 */
#include "wire_messages.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
	const void *block; /* of SECRET's length and more */
	unsigned unwiped;
	bool watching;
	size_t least; /* look only into blocks that are at least this long */
} heap;

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
	if (heap.watching && p && heap.block == p)
		heap.unwiped += memmem(p, heap.least, SECRET, sizeof(SECRET) - 1) != NULL;
	__real_free(p);
}

static void make_sockets(int sv[2])
{
	static const int size = 4 * PO_LIMIT_MESSAGE;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sv), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(setsockopt(sv[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
}

/* LIM-19: a text that makes the message exactly as long as allowed, or one byte longer. */
static void the_message_limit_holds_to_the_byte(void **state)
{
	int sv[2];

	(void)state;
	make_sockets(sv);
	for (size_t over = 0; over <= 1; over++) {
		struct po_message m = {.kind = PO_KIND_IDENTITY};
		struct po_message got = {0};
		struct po_fault f = {.code = PO_OK};
		size_t len = PO_LIMIT_MESSAGE - 2 - 4 - 4 - 1 - 4 - 4 + over;

		m.identity.issuer = malloc(len + 1);
		memset(m.identity.issuer, 'i', len);
		m.identity.issuer[len] = '\0';
		m.identity.subject = strdup("s");
		assert_int_equal(po_wire_send(sv[0], &m, &f), over == 0);
		assert_int_equal(f.code, over ? PO_E_WORKER : PO_OK);
		assert_int_equal(po_wire_recv(sv[1], &got, &f), over ? PO_RECV_AGAIN : PO_RECV_OK);
		if (!over)
			assert_int_equal(strlen(got.identity.issuer), len);
		po_message_free(&got);
		po_message_free(&m);
	}
	close(sv[0]);
	close(sv[1]);
}

/*
 * One byte more than is allowed: behind a good message, which must not be taken for all of it, or
 * inside of one, which must not be read to its end.
 */
static void longer_messages_than_allowed_are_not_read(void **state)
{
	int sv[2];

	(void)state;
	make_sockets(sv);
	for (size_t inside = 0; inside <= 1; inside++) {
		struct po_message m = {.kind = PO_KIND_IDENTITY};
		struct po_fault f = {.code = PO_OK};
		size_t len = PO_LIMIT_MESSAGE - 2 - 4 - 4 - 1 - 4 - 4 + inside;
		struct po_buf b;

		m.identity.issuer = calloc(1, len + 1);
		memset(m.identity.issuer, 'i', len);
		m.identity.subject = strdup("s");
		po_buf_init(&b, PO_LIMIT_MESSAGE + 1);
		assert_true(po_wire_encode(&m, &b, &f));
		po_message_free(&m);
		if (!inside)
			assert_true(po_buf_add(&b, "x", 1));
		assert_int_equal(b.len, PO_LIMIT_MESSAGE + 1);
		assert_int_equal(send(sv[0], b.data, b.len, 0), PO_LIMIT_MESSAGE + 1);
		assert_int_equal(po_wire_recv(sv[1], &m, &f), PO_RECV_FAULT);
		assert_int_equal(f.code, PO_E_WORKER);
		po_buf_free(&b);
	}
	close(sv[0]);
	close(sv[1]);
}

static void a_peer_that_left_is_end_of_file_and_no_signal(void **state)
{
	struct po_message m = {.kind = PO_KIND_PROCEED};
	struct po_fault f = {.code = PO_OK};
	int sv[2];

	(void)state;
	make_sockets(sv);
	assert_int_equal(po_wire_recv(sv[1], &m, &f), PO_RECV_AGAIN); /* does not block */
	assert_true(po_wire_send(sv[0], &m, &f));
	close(sv[0]);
	assert_int_equal(po_wire_recv(sv[1], &m, &f), PO_RECV_OK); /* what was sent is not lost */
	assert_int_equal(m.kind, PO_KIND_PROCEED);
	assert_int_equal(po_wire_recv(sv[1], &m, &f), PO_RECV_EOF);
	assert_int_equal(f.code, PO_OK);
	m.kind = PO_KIND_PROCEED;
	assert_false(po_wire_send(sv[1], &m, &f));
	assert_int_equal(f.code, PO_E_WORKER);
	close(sv[1]);
	assert_int_equal(po_wire_recv(sv[1], &m, &f), PO_RECV_FAULT);
}

static void a_full_socket_is_a_fault_not_a_wait(void **state)
{
	struct po_message m = {.kind = PO_KIND_LOG};
	struct po_fault f = {.code = PO_OK};
	int sv[2];
	int sent = 0;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sv), 0);
	po_fail(&m.log, PO_OK, "%0*d", PO_LIMIT_FAULT_TEXT - 1, 7);
	while (po_wire_send(sv[0], &m, &f) && sent < 100000)
		sent++;
	assert_int_equal(f.code, PO_E_WORKER);
	assert_in_range(sent, PO_LIMIT_LOG_LINES, 99999);
	close(sv[0]);
	close(sv[1]);
}

/* The only large block that send and recv free is the encoded copy. */
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
	void *p = __real_malloc(size);

	if (heap.watching && size >= heap.least)
		heap.block = p;
	return p;
}

static void encoded_copies_are_wiped(void **state)
{
	struct po_message m;
	struct po_message got = {0};
	struct po_fault f;
	int sv[2];

	(void)state;
	make_sockets(sv);
	make_message(&m, PO_KIND_REQUEST);
	heap.least = 256;
	heap.watching = true;
	heap.unwiped = 0;
	heap.block = NULL;
	assert_true(po_wire_send(sv[0], &m, &f));
	assert_non_null(heap.block);
	heap.block = NULL;
	assert_int_equal(po_wire_recv(sv[1], &got, &f), PO_RECV_OK);
	assert_non_null(heap.block);
	heap.watching = false;
	assert_int_equal(heap.unwiped, 0);
	assert_memory_equal(got.request.client_secret.data, SECRET, sizeof(SECRET) - 1);
	po_message_free(&m);
	po_message_free(&got);
	close(sv[0]);
	close(sv[1]);
}

/* A waiting login keeps what its heap once held: that has to follow the message, not the limit. */
static void a_short_message_costs_a_short_buffer(void **state)
{
	struct po_message m = {.kind = PO_KIND_PROCEED};
	struct po_fault f;
	int sv[2];

	(void)state;
	make_sockets(sv);
	heap.least = 1024;
	heap.watching = true;
	heap.block = NULL;
	assert_int_equal(po_wire_recv(sv[1], &m, &f), PO_RECV_AGAIN);
	assert_true(po_wire_send(sv[0], &m, &f));
	assert_int_equal(po_wire_recv(sv[1], &m, &f), PO_RECV_OK);
	heap.watching = false;
	assert_null(heap.block);
	close(sv[0]);
	close(sv[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_message_limit_holds_to_the_byte),
	        cmocka_unit_test(longer_messages_than_allowed_are_not_read),
	        cmocka_unit_test(a_peer_that_left_is_end_of_file_and_no_signal),
	        cmocka_unit_test(a_full_socket_is_a_fault_not_a_wait),
	        cmocka_unit_test(encoded_copies_are_wiped),
	        cmocka_unit_test(a_short_message_costs_a_short_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
