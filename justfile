# list the recipes
_default:
    @"{{ just_executable() }}" --list --unsorted

# formatting, lints and documentation, warnings denied
check:
    .ci/run fmt clippy doc

# the whole suite
test *args:
    cargo test {{ args }}

# how long extraction, places and conversion take; on a quiet machine
bench *args:
    cargo bench --bench extract --bench places --bench annotate --bench scripts -- {{ args }}

# run the tests and look at each changed snapshot
review:
    @cargo insta --version >/dev/null 2>&1 || { echo "needs cargo-insta: cargo install --locked cargo-insta" >&2; exit 1; }
    cargo insta test --review

# build this site into public/
site *args:
    cargo run --release -- build {{ args }}

# licences, duplicates and sources of the dependencies
deny:
    .ci/run deny

# everything that CI does
ci:
    .ci/run
