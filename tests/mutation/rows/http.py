# SPDX-License-Identifier: BSD-2-Clause
"""HTTPS: what holds for every transfer, how one runs, what comes back."""

WORKER = "pam_oauth/worker"

ROWS = {
    f"{WORKER}/http_policy.c": [
        ("NET-2 the certificate is verified", "CURLOPT_SSL_VERIFYPEER, 1L",
         "CURLOPT_SSL_VERIFYPEER, 0L", "worker test_tls"),
        ("NET-2 the name is verified", "CURLOPT_SSL_VERIFYHOST, 2L",
         "CURLOPT_SSL_VERIFYHOST, 0L", "worker test_tls"),
        ("NET-2 TLS 1.2 at least", "(long)CURL_SSLVERSION_TLSv1_2", "(long)CURL_SSLVERSION_TLSv1",
         "unit http"),
        ("NET-2 ca_file replaces the store", "PO_HTTP_SET(easy, CURLOPT_CAPATH, NULL);", "",
         "e2e replaces_the_store"),
        ("NET-2 ca_file is used", "PO_HTTP_SET(easy, CURLOPT_CAINFO, ca_file);", "",
         "worker test_requests"),
        ("NET-1 https alone", 'CURLOPT_PROTOCOLS_STR, "https"',
         'CURLOPT_PROTOCOLS_STR, "https,http,file"', "unit http"),
        ("NET-4 no redirect", "CURLOPT_FOLLOWLOCATION, 0L", "CURLOPT_FOLLOWLOCATION, 1L",
         "worker test_redirect"),
        ("NET-21 no proxy", 'PO_HTTP_SET(easy, CURLOPT_PROXY, "");', "", "worker environment"),
        ("NET-7 no HTTP/0.9", "CURLOPT_HTTP09_ALLOWED, 0L", "CURLOPT_HTTP09_ALLOWED, 1L",
         "worker test_transport"),
        ("LIM-12 a connection in time", "(long)PO_CONNECT_TIMEOUT_MS", "60000L",
         "worker test_connection"),
    ],
    f"{WORKER}/http.c": [
        ("NET-6 a declared size counts", "r->oversize |= code == CURLE_FILESIZE_EXCEEDED;", "",
         "worker test_content"),
        ("LIM-12 a request ends", "left < PO_REQUEST_TIMEOUT_MS ? left : PO_REQUEST_TIMEOUT_MS",
         "left", "worker test_connection"),
        ("LIM-12 a request ends with the login",
         "left < PO_REQUEST_TIMEOUT_MS ? left : PO_REQUEST_TIMEOUT_MS", "PO_REQUEST_TIMEOUT_MS",
         "worker test_connection"),
        ("NET-11 the module's socket is watched",
         "if (count && extra.revents && !h->watch.ready(h->watch.ctx, f))", "if (false)",
         "worker test_before_proceed"),
        ("NET-9 a certificate's fault is final", "return code == CURLE_PEER_FAILED_VERIFICATION ||",
         "return", "worker test_tls"),
    ],
    f"{WORKER}/http_answer.c": [
        ("NET-6 a body has a size", "t->response->oversize = true;\n\treturn 0;",
         "return len;", "worker test_limits"),
        ("NET-8 headers have a size", "if (t->header_bytes > PO_LIMIT_HEADERS)", "if (false)",
         "worker test_limits"),
        # not here: Retry-After's bounds; the lower is below every interval, the upper is two minutes, and a
        # test of it would take as long
        ("DEV-46 Retry-After is digits", "if (!po_is_digit(value[i]))\n\t\t\treturn;",
         "if (!po_is_digit(value[i]))\n\t\t\tbreak;", "worker test_retry_after"),
        ("SRV-61 HTML is no JSON", '"text/javascript",', '"text/javascript", "text/html",',
         "unit answer"),
        ("SRV-61 +json stands at the end",
         'strcmp(r->content_type + len - 5, "+json") == 0;', "true;", "unit answer"),
    ],
}
