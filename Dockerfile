# syntax=docker/dockerfile:1
# The service in a container. Build: docker build -t arcface .
#
# Without keys the service answers on loopback addresses only, so the container shares the host's network:
#
#   docker run --rm --network host -v arcface-data:/data arcface
#
# Models of your own instead of the built-in ones: -v "$PWD/models:/models:ro" and
#   -e ARCFACE_MODELS_DETECTOR=/models/detector.onnx -e ARCFACE_MODELS_RECOGNIZER=/models/recognizer.onnx

FROM swift:6.3-bookworm AS builder
RUN apt-get update \
    && apt-get install -y --no-install-recommends libopenblas-dev libjpeg-dev libpng-dev libsqlite3-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift ./
COPY Sources ./Sources
COPY migrations ./migrations
COPY Tests ./Tests
RUN swift build -c release --product arcface --static-swift-stdlib \
    && install -D "$(swift build -c release --static-swift-stdlib --show-bin-path)/arcface" /install/arcface \
    && strip /install/arcface

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libopenblas0-pthread libjpeg62-turbo libpng16-16 libsqlite3-0 libcurl4 ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 arcface \
    && useradd --system --uid 10001 --gid arcface --home-dir /data --shell /usr/sbin/nologin arcface \
    && install -d -o arcface -g arcface -m 0750 /data
COPY --from=builder /install/arcface /usr/local/bin/arcface
COPY scripts/healthcheck.sh /usr/local/bin/arcface-healthcheck
COPY config /etc/arcface

ENV ARCFACE_STORAGE_DATA=/data
USER arcface
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["/usr/local/bin/arcface-healthcheck"]
ENTRYPOINT ["/usr/local/bin/arcface"]
CMD ["serve"]
