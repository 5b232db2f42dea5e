"""A TLS front for tests: passes each request on to a plain HTTP server and closes the connection.

usage: tls_front.py CERTIFICATE KEY HOST:PORT MODE

MODE is "pass", "tls1.1" (offers nothing newer), "client" (as pass, for a client with the certificate
client.pem beside CERTIFICATE only), or "reset" (as pass for /oauth2/token; for anything
else it reads the head of the request and resets the connection). Prints its port as one line, and
then one line for each connection: "refused REASON" (no handshake), or "served PATH", or "reset
PATH". Runs until it is killed.
"""

import http.client
import os
import socket
import ssl
import struct
import sys


def context_for(certificate, key, mode):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if mode == "tls1.1":
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    if mode == "client":
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(os.path.join(os.path.dirname(certificate), "client.pem"))
    context.load_cert_chain(certificate, key)
    return context


def read_head(stream):
    """The request line and the headers as a list of pairs."""
    line = stream.readline().decode("latin-1").split()
    headers = []
    while True:
        header = stream.readline().decode("latin-1").rstrip("\r\n")
        if not header:
            return line[0], line[1], headers
        name, value = header.split(":", 1)
        headers.append((name, value.strip()))


def serve(connection, target, mode):
    stream = connection.makefile("rb")
    method, path, headers = read_head(stream)
    if mode == "reset" and path != "/oauth2/token":
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        stream.close()
        connection.shutdown(socket.SHUT_WR)  # after an end, a reset makes the peer's write EPIPE
        os.close(connection.detach())
        return "reset " + path
    length = int(dict((n.lower(), v) for n, v in headers).get("content-length", 0))
    body = stream.read(length)
    onward = http.client.HTTPConnection(target)
    onward.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        onward.putheader(name, value)
    onward.endheaders(body)
    answer = onward.getresponse()
    content = answer.read()
    head = "HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %d\r\n" % (
        answer.status,
        len(content),
    )
    for name, value in answer.getheaders():
        if name.lower() not in ("connection", "content-length", "transfer-encoding"):
            head += "%s: %s\r\n" % (name, value)
    connection.sendall(head.encode("latin-1") + b"\r\n" + content)
    onward.close()
    return "served " + path


def main():
    certificate, key, target, mode = sys.argv[1:]
    context = context_for(certificate, key, mode)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        plain, _ = listener.accept()
        try:
            connection = context.wrap_socket(plain, server_side=True)
        except (ssl.SSLError, OSError) as problem:
            print("refused", getattr(problem, "reason", problem), flush=True)
            plain.close()
            continue
        try:
            print(serve(connection, target, mode), flush=True)
        except (OSError, IndexError, ValueError) as problem:
            print("lost", problem, flush=True)
        connection.close()


main()
