"""Holds the program to what it says of servers that it can't use, and to the way back from pg_dump."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import cluster as servers

BINARY = sys.argv[1]
# Which `prepare` makes for the server's admin.
OTHERS_DATABASES = ("bare", "strange", "others", "program", "closed", "crowded", "foreigner")
# What makes an inventory where there is none.
MAKES = ("user", "add", "a", "--role", "admin")
# A refusal takes one connection's timeout at most.
MOST_SECONDS = 120


class Checks:
    def __init__(self, folder):
        self.folder = folder
        self.failures = 0
        self.count = 0

    def isthmus(self, url, *arguments, text="", **environment):
        return subprocess.run(
            [BINARY, *arguments], capture_output=True, text=True, input=text, timeout=MOST_SECONDS,
            env={
                **os.environ, "HOME": str(self.folder), "ISTHMUS_DATA": str(self.folder / "data"),
                "ISTHMUS_DATABASE": url, **environment})

    def fail(self, name, why, process):
        self.failures += 1
        print(f"FAILED {name}: {why}\n  exit code {process.returncode}\n  {process.stdout}\n  {process.stderr}")

    def refused(self, name, url, status, *words, command=("assets",), **environment):
        """The command ends with ``status`` and one line that holds ``words``, and not the password."""
        self.count += 1
        process = self.isthmus(url, *command, **environment)
        said = process.stderr
        if os.environ.get("SHOW"):
            print(f"{name} [{process.returncode}]: {said}{process.stdout}", end="")
        if process.returncode != status:
            return self.fail(name, f"not {status}", process)
        for word in words:
            if word not in said:
                return self.fail(name, f"it does not say '{word}'", process)
        if servers.PASSWORD in said or servers.PASSWORD in process.stdout or "hunter2" in said:
            return self.fail(name, "it tells the password", process)
        if said.count("\n") != 1 or not said.startswith("isthmus: ") or process.stdout:
            return self.fail(name, "it is not one line", process)

    def passed(self, name, url, *command, text="", **environment):
        """What the command wrote to standard output; it must end with 0."""
        self.count += 1
        process = self.isthmus(url, *command, text=text, **environment)
        if process.returncode != 0:
            self.fail(name, "not 0", process)
        return process.stdout

    def told(self, name, url, check, words, environment):
        """The doctor ends with 1, and what it says of ``check`` holds ``words``."""
        self.count += 1
        process = self.isthmus(url, "doctor", "--output", "json", **environment)
        found = json.loads(process.stdout or "{}").get("checks", [])
        failed = [each for each in found if each["result"] == "failed"]
        if process.returncode != 1 or not any(each["name"] == check and words in each["detail"] for each in failed):
            self.fail(name, f"'{check}' does not say '{words}'", process)

    def equal(self, name, one, other):
        self.count += 1
        if one != other:
            self.failures += 1
            print(f"FAILED {name}: these differ\n  {one}\n  {other}")


def addresses(checks):
    """URLs that lead nowhere."""
    for name, url, words in [
        ("another scheme", "mysql://u:hunter2@h/d", "postgres://"),
        ("an unknown parameter", "postgres://u:hunter2@h/d?nosuch=1", "parameter"),
        ("a parameter without a value", "postgres://u:hunter2@h/d?sslmode", "parameter"),
        ("a port that is none", "postgres://u:hunter2@h:port/d", "port"),
        ("a port out of range", "postgres://u:hunter2@h:70000/d", "port"),
        ("a mode of TLS that is none", "postgres://u:hunter2@h/d?sslmode=full", "sslmode"),
        ("a @ in the password", "postgres://u:hunter2@x@h/d", "%40"),
        ("a / in the password", "postgres://u:1/hunter2@h/d", "%2F"),
        ("a broken percent sign", "postgres://u:hunter2%zz@h/d", "percent"),
        ("a schema's name that is none", "postgres://u:hunter2@h/d?schema=A", "schema="),
    ]:
        checks.refused(name, url, 2, words)
    checks.refused(
        "a host that is not known", f"postgres://u:{servers.PASSWORD}@no-such-host.invalid/d", 1,
        "no-such-host.invalid", "Check host and port")
    checks.refused(
        "a port where nobody listens", f"postgres://u:{servers.PASSWORD}@127.0.0.1:{servers.free_port()}/d", 1,
        "Connection refused", "Check host and port")


def other_servers(checks):
    """Something listens, but no server that can be used."""
    def url(port, query=""):
        return f"postgres://u:{servers.PASSWORD}@127.0.0.1:{port}/d{query}"

    with servers.answering(servers.http) as port:
        checks.refused("a web server", url(port), 1, "no PostgreSQL server")
        checks.refused("a web server, without TLS", url(port, "?sslmode=disable"), 1, "no PostgreSQL server")
    with servers.answering(servers.silent) as port:
        checks.refused(
            "a server that says nothing", url(port, "?connect_timeout=2"), 1, "timeout", "Check host and port")
    with servers.answering(servers.version("12.17")) as port:
        checks.refused("an old server", url(port), 1, "PostgreSQL 12", "needs 13 or newer")
    with servers.answering(servers.version("16.1", "LATIN1")) as port:
        checks.refused("another encoding", url(port), 1, "LATIN1", "--encoding UTF8")
    german = servers.refusal("28P01", "Passwort-Authentifizierung für Benutzer »u« fehlgeschlagen")
    with servers.answering(german) as port:
        checks.refused("a server of another language", url(port), 1, "fehlgeschlagen", "what it says")


def access(checks, server):
    """Who may not in."""
    checks.refused("a wrong password", server.url("good", password="hunter2"), 1, "isthmus", "PGPASSFILE")
    checks.refused("no password", server.url("good").replace(f":{servers.PASSWORD}@", "@"), 1, "PGPASSFILE")
    checks.refused("a user that is not there", server.url("good", user="nobody"), 1, "nobody", "PGPASSFILE")
    checks.refused("a user that is shut out", server.url("good", user="shut"), 1, "pg_hba.conf")
    checks.refused("a user that may not log in", server.url("good", user="nologin"), 1, "LOGIN")
    checks.refused("a database that is not there", server.url("nosuch"), 1, "nosuch", "createdb")
    checks.refused("a database that is not the user's", server.url("closed"), 1, "CONNECT")
    checks.refused("a database of another encoding", server.url("latin"), 1, "LATIN1", "--encoding UTF8")
    checks.refused("a server that is full", server.url("crowded"), 1, "too many", "max_connections")


def rights(checks, server):
    """Who is in, but may not make or use the inventory."""
    for name, database, *words in [
        ("no right to make a schema", "bare", "permission denied for database", "CREATE"),
        ("an empty schema of another", "strange", "the schema is admin's", "ALTER SCHEMA"),
        ("an inventory of another", "others", "permission denied for schema isthmus", "owner of schema isthmus"),
        ("a schema of another program", "program", "another program", "?schema=NAME"),
        ("a user that may only read", "reading", "only be read", "default_transaction_read_only"),
    ]:
        checks.refused(name, server.url(database), 1, *words, command=MAKES)


def tls(checks, server):
    authority, stranger = (str(server.folder / f"{name}.crt") for name in ("authority", "stranger"))
    checks.refused(
        "a certificate of an unknown authority",
        server.url("good", host="localhost", sslmode="verify-full", sslrootcert=stranger), 1,
        "certificate verify failed", "sslrootcert")
    checks.refused(
        "a certificate of another name", server.url("good", sslmode="verify-full", sslrootcert=authority), 1,
        "does not match host name", "127.0.0.1", "name in its certificate")
    checks.refused(
        "no authority's certificate", server.url("good", sslmode="verify-full"), 1, "root.crt", "sslrootcert")
    checks.passed(
        "a certificate that is right",
        server.url("good", host="localhost", sslmode="verify-full", sslrootcert=authority), "user", "list")
    server.set("ssl", "off")
    checks.refused(
        "TLS that the server has not", server.url("good", sslmode="require"), 1, "does not support SSL", "ssl = on")
    server.set("ssl", "on")


def restored(checks, server):
    """The way back: the command that `isthmus backup` names, and pg_restore into another database."""
    folder = checks.folder
    (folder / "passwords").write_text(f"*:*:*:*:{servers.PASSWORD}\n")
    (folder / "passwords").chmod(0o600)
    url = server.url("good")
    with tenant(folder) as environment:
        environment["PGPASSFILE"] = str(folder / "passwords")
        checks.passed("a run", url, "sync", **environment)
        checks.passed(
            "a secret", url, "secret", "set", "Contoso", "clientSecret", text="an invented secret", **environment)

        copy = folder / "a copy"
        checks.refused("a backup", url, 2, "not in a file", "pg_dump", command=("backup", str(copy)))
        command = checks.isthmus(url, "backup", str(copy)).stderr.split("go back: ")[-1]
        shell(command, server, environment)
        for database, user in (("restored", "isthmus"), ("foreigner", "admin")):
            place = f"host={server.folder} port={server.port} user=admin dbname={database}"
            if user == "isthmus":
                place = server.url(database).replace(f":{servers.PASSWORD}@", "@")
            shell(f"pg_restore --list '{copy}' | grep -v _trigrams > '{copy}.list'", server, environment)
            shell(
                f"pg_restore --use-list='{copy}.list' --no-owner --exit-on-error --single-transaction --dbname='{place}' "
                f"'{copy}'", server, environment)

        other = server.url("restored")
        report = json.loads(checks.passed("the doctor", other, "doctor", "--full", "--output", "json", **environment))
        checks.equal(
            "what the doctor warns of", [check["name"] for check in report["checks"] if check["result"] != "ok"],
            ["safety in a crash"])
        for command in (("assets", "--output", "json"), ("findings", "--output", "json"), ("runs", "--output", "json")):
            lists = [checks.passed(command[0], place, *command, **environment) for place in (url, other)]
            checks.equal(command[0], *lists)
        again = json.loads(checks.passed("a run after it", other, "sync", "--output", "json", **environment))
        checks.equal("what is new in it", again["counters"]["findings"]["created"], 0)

        checks.told("a copy that another user brought back", server.url("foreigner"), "rights", "lacks", environment)
        server.sql("ALTER DATABASE restored SET default_transaction_read_only = on")
        checks.told("a database that can only be read", other, "database server", "read_only is on", environment)
        checks.refused(
            "a server on it", other, 1, "only be read", command=("serve", "--port", "0"), **environment)
        server.sql("DROP INDEX isthmus.run_by_connector", database="good")
        checks.told("an index that is not there", url, "database", "index run_by_connector", environment)


def shell(command, server, environment):
    """Runs a command of PostgreSQL's as its user would."""
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, timeout=MOST_SECONDS,
        env={**os.environ, **environment, "PATH": f"{server.programs}:{os.environ['PATH']}"})
    if done.returncode != 0:
        sys.exit(f"{command}\nended with {done.returncode}: {done.stderr}")


@contextlib.contextmanager
def tenant(folder):
    """A simulated tenant; the variables of commands that bring it in."""
    process = subprocess.Popen(
        [BINARY, "simulate", "--port", "0", "--hosts", "20", "--findings-per-host", "10", "--quota", "off"],
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    try:
        facts = json.loads(process.stdout.readline())
        connection = {
            "cloud": "custom", "authority": facts["authority"], "resourceManager": facts["resourceManager"],
            "tenantId": facts["tenantId"], "clientId": facts["clientId"],
            "clientSecret": {"env": "ISTHMUS_CLIENT_SECRET"}, "subscriptions": "all",
        }
        # JSON is YAML.
        (folder / "isthmus.yaml").write_text(json.dumps({
            "connectors": [{"name": "Contoso", "kind": "defender-for-cloud", "connection": connection}]}))
        yield {"ISTHMUS_CONFIG": str(folder / "isthmus.yaml"), "ISTHMUS_CLIENT_SECRET": facts["clientSecret"]}
    finally:
        process.terminate()
        process.wait()


def prepare(server):
    server.sql(
        *(f"CREATE ROLE {name} LOGIN PASSWORD '{servers.PASSWORD}'" for name in ("isthmus", "shut", "other")),
        f"CREATE ROLE nologin PASSWORD '{servers.PASSWORD}'",
        *(f"CREATE DATABASE {name} OWNER isthmus" for name in ("good", "reading", "restored")),
        *(f"CREATE DATABASE {name}" for name in OTHERS_DATABASES),
        "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0",
        "REVOKE CONNECT ON DATABASE closed FROM PUBLIC", "ALTER DATABASE crowded CONNECTION LIMIT 0",
        "ALTER DATABASE reading SET default_transaction_read_only = on",
        "GRANT CREATE ON DATABASE others TO other", "GRANT ALL ON DATABASE program TO isthmus")
    server.sql("CREATE SCHEMA isthmus", database="strange")
    server.sql(
        "CREATE SCHEMA isthmus AUTHORIZATION isthmus", "CREATE TABLE isthmus.book (title text)", database="program")


def main():
    # Ended from outside, it still ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "server").mkdir()
        server = servers.Cluster(folder / "server")
        folder.chmod(0o755)
        checks = Checks(folder)
        try:
            server.make()
            prepare(server)
            for database, user in (("good", "isthmus"), ("others", "other")):
                checks.passed(
                    f"an inventory in {database}", server.url(database, user), *MAKES, text="a password for this check")
            addresses(checks)
            other_servers(checks)
            access(checks, server)
            rights(checks, server)
            tls(checks, server)
            restored(checks, server)
        finally:
            server.stop()
    if checks.failures:
        sys.exit(f"{checks.failures} of {checks.count} checks failed.")
    print(f"All {checks.count} checks of PostgreSQL passed.")


main()
