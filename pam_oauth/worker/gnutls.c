/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debian's libcurl brings GnuTLS along (librtmp, libldap), and GnuTLS starts itself when it is
 * loaded: it reads its own configuration and keeps 0.1 MiB for protocols that http.c forbids. This
 * is its documented way to be told not to (GNUTLS_SKIP_GLOBAL_INIT of <gnutls/gnutls.h>, which
 * need not be installed): a function of this name in the program, exported. A libcurl that is
 * itself built with GnuTLS starts it explicitly and is not concerned.
 */
/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): their name */
int _gnutls_global_init_skip(void);

/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
int _gnutls_global_init_skip(void)
{
	return 1;
}
