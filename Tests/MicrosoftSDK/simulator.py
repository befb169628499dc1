"""A simulated tenant in a process of its own."""

import contextlib
import json
import os
import ssl
import subprocess
import urllib.error
import urllib.request

START_SECONDS = 60
STOP_SECONDS = 20


class Simulator:
    """`isthmus simulate --tls` on a port that the system chose; what it announced are its attributes."""

    def __init__(self, process, announced):
        self.process = process
        self.authority = announced["authority"]
        self.resource_manager = announced["resourceManager"]
        self.tenant_id = announced["tenantId"]
        self.client_id = announced["clientId"]
        self.client_secret = announced["clientSecret"]
        self.subscriptions = announced["subscriptions"]
        self.ca_file = announced["caFile"]
        self._trust = ssl.create_default_context(cafile=self.ca_file)

    @property
    def scope(self):
        return f"{self.resource_manager}/.default"

    def truth(self):
        return self._control("truth")

    def requests(self):
        """How many requests were answered, by kind and by status."""
        return self._control("requests")

    def set_faults(self, **faults):
        self._control("faults", faults)

    def open(self, path, body=None):
        """The status and JSON of a request that goes past the SDK."""
        request = urllib.request.Request(
            f"{self.resource_manager}/{path}", None if body is None else json.dumps(body).encode()
        )
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self._trust)
        )
        try:
            with opener.open(request, timeout=START_SECONDS) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def _control(self, name, body=None):
        status, answer = self.open(f"simulator/{name}", body)
        assert status == 200, answer
        return answer


@contextlib.contextmanager
def simulator(*flags):
    """Starts a simulator and ends it, by its own process id, however the block is left."""
    command = [os.environ["ISTHMUS_BINARY"], "simulate", "--tls", "--port", "0", *flags]
    # Its complaints go to the test's own standard error; a pipe that nobody reads could block it.
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        line = process.stdout.readline()
        assert line, f"the simulator ended with {process.wait(STOP_SECONDS)} and said nothing"
        started = Simulator(process, json.loads(line))
        yield started
        assert process.poll() is None, f"the simulator ended by itself with {process.returncode}"
        process.terminate()
        assert process.wait(STOP_SECONDS) == 0
        assert not os.path.exists(started.ca_file), "the certificate file is left behind"
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
