"""A PostgreSQL server with TLS and passwords, and servers that are none; all listen on loopback and are thrown away."""

import contextlib
import os
import pathlib
import pwd
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

PASSWORD = "hunter2-and-more"
WAIT_SECONDS = 60


def programs():
    """The folder of the newest server that is installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    known = found[-1] if found else shutil.which("initdb")
    if not known:
        sys.exit("No PostgreSQL server is installed: scripts/install-packages brings one.")
    return pathlib.Path(known).resolve().parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """Users log in with ``PASSWORD``; ``admin``, by the socket alone, without."""

    def __init__(self, folder):
        self.folder = folder
        self.programs = programs()
        self.port = 0
        if os.geteuid() == 0:
            # The server refuses to run as root.
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            folder.chmod(0o755)

    def _run(self, *command, check=True):
        as_owner = []
        if os.geteuid() == 0:
            as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        with open(self.folder / "log", "a") as log:
            return subprocess.run(
                [*as_owner, *command], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=check)

    def make(self):
        (self.folder / "log").touch(0o666)
        (self.folder / "log").chmod(0o666)
        try:
            self._run(
                self.programs / "initdb", "-D", "data", "-U", "admin", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                "--no-sync")
            self._certificate("authority", "-subj", "/CN=Authority of the check")
            self._certificate("stranger", "-subj", "/CN=Another authority")
            self._certificate(
                "server", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-CA", "authority.crt",
                "-CAkey", "authority.key")
            (self.folder / "data" / "pg_hba.conf").write_text(
                "local all admin trust\nlocal all all reject\n"
                "host all shut 127.0.0.1/32 reject\nhost all all 127.0.0.1/32 scram-sha-256\n")
            with open(self.folder / "data" / "postgresql.auto.conf", "a") as settings:
                for name in ("cert", "key"):
                    file = self.folder / f"server.{'crt' if name == 'cert' else name}"
                    settings.write(f"ssl_{name}_file = '{file}'\n")
                settings.write("ssl = on\nfsync = off\npassword_encryption = 'scram-sha-256'\n")
            self._start()
        except subprocess.CalledProcessError:
            sys.exit((self.folder / "log").read_text())

    def _certificate(self, name, *options):
        self._run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", f"{name}.key", "-out",
            f"{name}.crt", *options)

    def _start(self):
        options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        for is_last in (False, False, False, False, True):
            # Somebody else may take the port before the server does.
            self.port = free_port()
            started = self._run(
                self.programs / "pg_ctl", "-D", "data", "-w", "-l", "server.log", "-o",
                f"{options} -c port={self.port}", "start", check=is_last)
            if started.returncode == 0:
                return

    def stop(self):
        self._run(self.programs / "pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop", check=False)

    def sql(self, *statements, database="postgres"):
        """What the statements give, as the server's admin; each is a transaction of its own."""
        command = [self.programs / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        for statement in statements:
            command += ["-c", statement]
        place = f"host={self.folder} port={self.port} user=admin dbname={database}"
        done = subprocess.run([*command, place], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"psql ended with {done.returncode}: {done.stderr}")
        return done.stdout.strip()

    def set(self, name, value):
        """Changes a setting of the server, and waits until it has taken it up."""
        self.sql(f"ALTER SYSTEM SET {name} = {value}", "SELECT pg_reload_conf()")
        end = time.monotonic() + WAIT_SECONDS
        while self.sql(f"SHOW {name}") != value:
            if time.monotonic() > end:
                sys.exit(f"The server did not take up {name} = {value}.")

    def url(self, database, user="isthmus", password=PASSWORD, host="127.0.0.1", **parameters):
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        return f"postgres://{user}:{password}@{host}:{self.port}/{database}{'?' + query if query else ''}"


@contextlib.contextmanager
def answering(answer):
    """A server that gives each connection to ``answer``; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    with contextlib.suppress(OSError):
                        answer(connection)
        threading.Thread(target=serve, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            # Wakes the thread that accepts.
            server.shutdown(socket.SHUT_RDWR)


def http(connection):
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


def silent(connection):
    while connection.recv(4096):
        pass


def _startup(connection):
    """Reads what a client begins with; TLS is not to be had."""
    while True:
        length, code = struct.unpack("!II", connection.recv(8, socket.MSG_WAITALL))
        connection.recv(length - 8, socket.MSG_WAITALL)
        if code == 196608:
            return
        connection.sendall(b"N")


def _message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


def version(text, encoding="UTF8"):
    """A server of this version, as far as a client sees before its first statement."""
    def answer(connection):
        _startup(connection)
        facts = {"server_version": text, "server_encoding": encoding, "client_encoding": "UTF8"}
        connection.sendall(
            _message(b"R", struct.pack("!I", 0))
            + b"".join(_message(b"S", f"{name}\0{value}\0".encode()) for name, value in facts.items())
            + _message(b"Z", b"I"))
        silent(connection)
    return answer


def refusal(state, words):
    """A server that lets nobody in, and says why in a language of its own."""
    def answer(connection):
        _startup(connection)
        connection.sendall(_message(b"E", f"SFATAL\0VFATAL\0C{state}\0M{words}\0\0".encode()))
    return answer
