# shellcheck shell=bash
# What bin/run and bin/test share: Debian packages, and the Swift toolchain. Sourced, not run.

# What building needs: libsqlite3-dev and libpq-dev for the databases, libzip-dev, libexpat1-dev and libxlsxwriter-dev for
# spreadsheets, libyaml-dev for schemes, libqrencode-dev for the codes on letters, zlib1g-dev for swift-nio-extras, g++ for the C and C++ parts of
# swift-crypto and swift-nio-ssl (it brings libc6-dev and libstdc++), git and ca-certificates to fetch the dependencies, and
# what the Swift toolchain itself is linked with. `a|b`: a newer Debian calls it b.
# shellcheck disable=SC2034
build_packages=(
    ca-certificates git g++ pkg-config tzdata libsqlite3-dev libpq-dev zlib1g-dev libzip-dev libexpat1-dev libxlsxwriter-dev libyaml-dev libqrencode-dev
    'libcurl4|libcurl4t64' libncurses6 'libxml2|libxml2-16'
)

# How bin/test and bin/fuzz build: as for debugging but optimised, since the suites run three times as long without, and in a
# folder of their own, since other flags than those of `swift build` would make it build everything anew.
# shellcheck disable=SC2034
test_build=(--scratch-path .build-tests -Xswiftc -O -Xcc -O2)

# Whether a Debian package is installed; of `a|b` one is enough.
is_installed() {
    local name
    for name in ${1//|/ }; do
        if dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed; then return 0; fi
    done
    return 1
}

# Runs apt-get as root, waiting for others who hold its lock.
as_root_apt() {
    local -a root=()
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            echo "Root is needed to install packages, and there is no sudo. As root, run: apt-get install $*" >&2
            return 1
        fi
        root=(sudo)
    fi
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 "$@"
}

# need_packages NAME…: installs those of the Debian packages that are missing. A second try follows a failed first one.
need_packages() {
    local name
    local -a missing=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This is no Debian system; not checked whether it has what corresponds to: $*" >&2
        return 0
    fi
    for name in "$@"; do
        is_installed "$name" || missing+=("${name%%|*}")
    done
    ((${#missing[@]})) || return 0
    echo "Installing missing Debian packages: ${missing[*]}"
    local try
    for try in 1 2; do
        if as_root_apt update && as_root_apt install --no-install-recommends "${missing[@]}"; then return 0; fi
        if ((try == 1)); then
            echo "apt-get failed; trying once more." >&2
            sleep 5
        fi
    done
    echo "These packages could not be installed: ${missing[*]}" >&2
    return 1
}

# Ends the script unless Swift 6.3 or newer is on the PATH.
need_swift() {
    local found="" words="It was not found on the PATH."
    if command -v swift >/dev/null; then
        found=$(swift --version 2>&1 | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -n 1)
        words="The swift on the PATH is ${found:-of an unknown version}."
    fi
    if [[ -n $found ]] && ((${found%%.*} > 6 || (${found%%.*} == 6 && ${found#*.} >= 3))); then return 0; fi
    cat >&2 <<WORDS
Luoshi is built with Swift 6.3 or newer. $words
Get the toolchain for Debian 12 from https://www.swift.org/install/linux/, unpack it, and put its usr/bin on the PATH:

    tar xzf swift-6.3-RELEASE-debian12.tar.gz
    export PATH="\$PWD/swift-6.3-RELEASE-debian12/usr/bin:\$PATH"
WORDS
    exit 1
}
