# The webhook: one static binary and nothing else. For another architecture build on it, or with an emulator.
FROM rust:1.95-bookworm AS build
WORKDIR /podlint
COPY . .
RUN .ci/static build podlint-webhook /podlint-webhook

FROM scratch
COPY --from=build /podlint-webhook /podlint-webhook
USER 65532:65532
# The cluster is made anew at every change; with an arena for each thread, what is freed is not used again.
ENV MALLOC_ARENA_MAX=2
EXPOSE 8443 8080
ENTRYPOINT ["/podlint-webhook"]
