"""Whether the server still answers while something is done to it."""
import http.client
import threading
import time


def once(port, path="/healthz", source="127.0.0.1", headers=None, body=None, limit=20):
    """Asks on a connection of its own: the status, or why there was no answer, and the seconds it took."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=limit, source_address=(source, 0))
    try:
        connection.request("POST" if body else "GET", path, body, headers or {})
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - begun
    except (OSError, http.client.HTTPException) as failure:
        return repr(failure), time.monotonic() - begun
    finally:
        connection.close()


class Pulse:
    """Asks /healthz all the while, or what else is told. `slowest`: the seconds of the slowest answer; one
    that did not come or was refused counts as the longest wait, and `refused` holds what came of it."""

    def __init__(self, server, every=0.02, limit=20, **request):
        self.server, self.every, self.limit, self.request = server, every, limit, request
        self.slowest, self.count, self.refused, self._stop = 0, 0, [], threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def _ask(self):
        while not self._stop.is_set():
            status, took = once(self.server.port, limit=self.limit, **self.request)
            self.count += 1
            if status not in (200, 201):
                self.refused.append(f"{status} after {took:.3f} s")
                took = self.limit
            self.slowest = max(self.slowest, took)
            self._stop.wait(self.every)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        # The one that is on its way counts as well.
        self._stop.set()
        self._thread.join()
