# SPDX-License-Identifier: MPL-2.0
# One image for every actor. Not yet run by a container engine: written against Debian's packages, checked by reading only.
FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates \
    gcc g++ cmake ninja-build pkg-config libzmq3-dev libczmq-dev libmsgpack-dev libjansson-dev libcsv-dev \
    libesmtp-dev libmicrohttpd-dev libsodium-dev libssl-dev libsqlite3-dev zlib1g-dev libzip-dev libuchardet-dev libfmt-dev libpcre2-dev libutf8proc-dev \
    liblbfgs-dev liblapacke-dev libxgboost-dev nodejs npm
COPY . /src
WORKDIR /src
RUN npm ci --prefix client --no-audit --no-fund && npm run --prefix client build
RUN cmake --preset release -DCMAKE_INSTALL_PREFIX=/usr && cmake --build build/release && DESTDIR=/out cmake --install build/release --strip

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates libzmq5 libczmq4 libmsgpackc2 libjansson4 libcsv3 \
    libesmtp6 libmicrohttpd12 libsodium23 libssl3 libsqlite3-0 zlib1g libzip4 libuchardet0 libpcre2-8-0 libutf8proc2 liblbfgs0 liblapacke libxgboost0 && rm -rf /var/lib/apt/lists/* && \
    useradd --system --uid 10001 --home-dir /data autodp && install -d -o autodp -g autodp -m 0700 /data
COPY --from=build /out/usr /usr
USER autodp
ENV AUTODP_DATA=/data AUTODP_HTTP_LISTEN=0.0.0.0
STOPSIGNAL SIGTERM
EXPOSE 8080
ENTRYPOINT ["autodp"]
CMD ["up"]
