"""A proxy for tests that speaks CONNECT and nothing else, and wants Basic credentials.

usage: proxy.py USER:PASSWORD

Prints its port as one line, and then one line for each connection that asks for something: "tunnel
HOST:PORT CLEAR", where CLEAR says whether the bytes that went through could be read ("sealed" for
TLS, "clear" for anything else), or "refused HOST:PORT". Runs until it is killed.
"""

import base64
import select
import socket
import sys


def read_head(client):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = client.recv(1)
        if not byte:
            return None
        head += byte
    return head.decode("latin-1").split("\r\n")


def pass_on(client, there):
    """Copies both ways until one of them ends, in whatever way; the first bytes of the client."""
    first = b""
    while True:
        for ready in select.select([client, there], [], [])[0]:
            try:
                data = ready.recv(65536)
                if data and ready is client:
                    first = first or data
                    there.sendall(data)
                elif data:
                    client.sendall(data)
            except ConnectionError:  # it ended with bytes of the other side unread
                data = b""
            if not data:
                return first


def serve(client, wanted):
    lines = read_head(client)
    if lines is None:
        return
    method, target, _ = lines[0].split()
    if method != "CONNECT" or "Proxy-Authorization: " + wanted not in lines:
        print("refused", target, flush=True)
        client.sendall(b"HTTP/1.1 407 Denied\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                       b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        return
    host, port = target.rsplit(":", 1)
    with socket.create_connection((host, int(port))) as there:
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        first = pass_on(client, there)
    print("tunnel", target, "sealed" if first[:1] == b"\x16" else "clear", flush=True)


def main():
    wanted = "Basic " + base64.b64encode(sys.argv[1].encode()).decode()
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        with client:
            try:
                serve(client, wanted)
            except OSError as problem:
                print("lost", problem, flush=True)


main()
