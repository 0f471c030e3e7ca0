# Give the base by digest, so that a build can be repeated:
#   docker build --build-arg NODE_IMAGE=node:26-slim@sha256:DIGEST --tag gatehouse:0.1.0 .
ARG NODE_IMAGE=node:26-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Neither development nor optional packages: those are Node for who has none. The secret, which may be
# absent, says where packages come from on a network that has a mirror.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
# What only compilers, debuggers and readers look at.
RUN find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' -o -name '*.md' \) -delete \
    && find node_modules -type d -empty -delete
COPY src src
COPY examples examples

# What is in the image, by npm, for `--target sbom --output .`: it takes the project's name from the folder, and
# would leave out what a development package may use too.
FROM ${NODE_IMAGE} AS listed
WORKDIR /gatehouse
COPY --from=build /app .
RUN npm pkg delete devDependencies optionalDependencies \
    && npm sbom --sbom-format=cyclonedx --sbom-type=application > /gatehouse.cdx.json

FROM scratch AS sbom
COPY --from=listed /gatehouse.cdx.json /

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Gatehouse" \
      org.opencontainers.image.description="Admission webhooks, controller and validation service that guard the configuration of AI gateways on Kubernetes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /app /app
ENV NODE_ENV=production
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532
WORKDIR /app
ENTRYPOINT ["node", "/app/src/main.ts"]
CMD ["serve"]
EXPOSE 9443 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["node", "/app/src/main.ts", "health"]
