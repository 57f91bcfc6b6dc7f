# Lizard in a container: `docker build -t lizard .`, or with Podman `podman build --format docker -t lizard .`
# (Podman's own format has no HEALTHCHECK).
#
#     docker run -p 127.0.0.1:8080:8080 -v lizard:/data --read-only --tmpfs /tmp lizard
#
# TLS towards PostgreSQL: --build-arg FEATURES=pg-tls. compose.yaml has a database and a mail catcher beside it.
ARG BUILD_BASE=docker.io/library/rust:1.95.0-bookworm
# The same Debian as the builder's: the program is linked with its C library.
ARG RUN_BASE=docker.io/library/debian:12.11-slim

FROM ${BUILD_BASE} AS build
ARG FEATURES=""
WORKDIR /src
COPY . .
# The caches keep crates and compiled dependencies from one build to the next; they are no part of the image.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin lizard --features "${FEATURES}" \
    && cp target/release/lizard /lizard \
    && install -d -m 0750 /data

FROM ${RUN_BASE}
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/lizard/
COPY --from=build /lizard /usr/local/bin/lizard
# A new volume takes over the owner of what lies here.
COPY --from=build --chown=10001:10001 /data /data
USER 10001:10001
# The default paths, data/lizard.db and data/mail, start here: they are in /data.
WORKDIR /
# `lizard health` asks where this says.
ENV LIZARD__SERVER__LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=15s --retries=3 CMD ["lizard", "health"]
ENTRYPOINT ["lizard"]
CMD ["serve"]
