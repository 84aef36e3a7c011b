"""Connections that begin a request and never end it: opened evenly from many addresses, anew when closed.

usage: half_open PORT COUNT; prints now and then how many are open, and ends when its input is closed."""
import resource
import select
import socket
import sys
import time

# An address may hold 256; so many it takes here.
EACH = 200
# What is closed after ten seconds has to be there again in that time.
TURN = 8
BEGINNING = b"GET /report HTTP/1.1\r\nHost: localhost\r\nX-Slow: "


def main():
    port, count = map(int, sys.argv[1:])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < count + 100:
        raise SystemExit(f"only {most} files may be open here: ulimit -n")
    ready = select.epoll()
    ready.register(sys.stdin.fileno(), select.EPOLLIN)
    free = [f"127.0.{200 + number // EACH // 250}.{number // EACH % 250 + 1}" for number in range(count)]
    held, begun, opened, told = {}, time.monotonic(), 0, 0.0
    while True:
        now = time.monotonic()
        # At the pace of the whole turn, whatever was closed meanwhile.
        while free and opened < (now - begun) * count / TURN:
            address = free.pop()
            one = socket.socket()
            # IP_BIND_ADDRESS_NO_PORT: the port is chosen with the address it goes to
            one.setsockopt(socket.IPPROTO_IP, 24, 1)
            one.bind((address, 0))
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
            held[one.fileno()] = (one, address)
            ready.register(one.fileno(), select.EPOLLOUT | select.EPOLLIN)
            opened += 1
        if not free:
            begun, opened = now, 0
        for file, event in ready.poll(0.005):
            if file == sys.stdin.fileno():
                return
            one, address = held[file]
            try:
                if event & select.EPOLLIN or event & (select.EPOLLERR | select.EPOLLHUP):
                    if not one.recv(4096):
                        raise ConnectionResetError
                elif event & select.EPOLLOUT:
                    one.send(BEGINNING)
                    ready.modify(file, select.EPOLLIN)
            except BlockingIOError:
                pass
            except OSError:
                ready.unregister(file)
                one.close()
                del held[file]
                free.append(address)
        if now - told > 0.25:
            print(len(held), flush=True)
            told = now


main()
