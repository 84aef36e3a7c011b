# shellcheck shell=bash
# A PostgreSQL cluster of one's own for tests and measures: on a free loopback port, in a temporary folder, as a user that is
# not root. Sourced, not run.

# as_server COMMAND…: runs a command as the user who owns the cluster; PostgreSQL refuses to run as root.
as_server() {
    if ((EUID == 0)); then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# start_postgres FOLDER [SETTING=VALUE…]: makes and starts a cluster in a folder that does not exist yet, with a role
# `luoshi` that may create databases. Sets postgres_url, postgres_folder and postgres_port.
start_postgres() {
    postgres_folder=$1
    shift
    postgres_bin=$(dirname "$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)")
    if [[ ! -x $postgres_bin/initdb ]]; then
        echo "PostgreSQL's initdb was not found (package postgresql-15)." >&2
        return 1
    fi
    mkdir -p "$postgres_folder"
    if ((EUID == 0)); then chown postgres "$postgres_folder"; fi
    chmod 700 "$postgres_folder"
    postgres_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    as_server "$postgres_bin/initdb" -D "$postgres_folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >"$postgres_folder/initdb.log" || return 1
    local -a options=(-c "port=$postgres_port" -c listen_addresses=127.0.0.1 -c "unix_socket_directories=$postgres_folder" -c max_connections=1000)
    local setting
    for setting in "$@"; do options+=(-c "$setting"); done
    as_server "$postgres_bin/pg_ctl" -D "$postgres_folder/data" -l "$postgres_folder/server.log" -w -o "${options[*]}" start >/dev/null || {
        cat "$postgres_folder/server.log" >&2
        return 1
    }
    as_server "$postgres_bin/psql" -q -h 127.0.0.1 -p "$postgres_port" -U postgres -c 'CREATE ROLE luoshi LOGIN CREATEDB' postgres || return 1
    # shellcheck disable=SC2034
    postgres_url=postgres://luoshi@127.0.0.1:$postgres_port/postgres
}

# stop_postgres: ends the cluster that start_postgres began, by the process id in its folder.
stop_postgres() {
    if [[ -n ${postgres_folder:-} && -f $postgres_folder/data/postmaster.pid ]]; then
        as_server "$postgres_bin/pg_ctl" -D "$postgres_folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    fi
}
