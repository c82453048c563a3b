# An image of cfs from the Debian package of a release, whose folder is the build context:
#   docker build -f Dockerfile -t cfs release/
# Debian and not a distroless base, because CFS_TOKEN_COMMAND and --exec need a shell.
FROM debian:13-slim

COPY lseg-cfs_*_amd64.deb /tmp/
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates /tmp/lseg-cfs_*_amd64.deb \
 && rm -rf /var/lib/apt/lists/* /tmp/lseg-cfs_*_amd64.deb

# By number, so that Kubernetes can check runAsNonRoot. Settings and journals need a folder that this user can write to.
USER 65532:65532
ENV CFS_CONFIG_DIR=/tmp/cfs

# In exec form, so that SIGTERM reaches cfs and it ends with its journals synced.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/cfs"]
