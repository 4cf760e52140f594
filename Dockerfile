# The webhook: one static binary and nothing else. For another architecture build on it, or with an emulator.
FROM rust:1.95-bookworm AS build
WORKDIR /podlint
COPY . .
RUN .ci/static build podlint-webhook /podlint-webhook

FROM scratch
COPY --from=build /podlint-webhook /podlint-webhook
USER 65532:65532
EXPOSE 8443 8080
ENTRYPOINT ["/podlint-webhook"]
