/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linked into the sanitized worker only: its environment is empty, and once locked it can neither
 * trace itself (LeakSanitizer) nor start a symbolizer.
 */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0:symbolize=0";
}
