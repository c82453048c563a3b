import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const host = "127.0.0.1";

async function freePort() {
  const server = net.createServer().listen(0, host);
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

function nginxText(directory, ports) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join(" ");
  return `
worker_processes 2; daemon off; pid ${directory}/pid; error_log ${directory}/error.log;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; keepalive_timeout 300;
  ssl_certificate ${directory}/cert.pem; ssl_certificate_key ${directory}/key.pem;
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:s:10m; ${temporary}
  server { listen ${host}:${ports.http}; listen ${host}:${ports.tls} ssl; root ${directory}/files; }
  server { listen ${host}:${ports.limited} ssl; root ${directory}/files; limit_rate 10m; }
}`;
}

async function untilOpen(port) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isOpen = await new Promise((resolve) => {
      const socket = net.connect(port, host, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
    if (isOpen) return;
    await wait(50);
  }
  throw new Error(`nginx does not answer on ${host}:${port}`);
}

/** Starts an nginx that serves DIRECTORY/files: plain, TLS, and TLS with 10 MB/s per connection. */
async function startNginx(directory) {
  const ports = { http: await freePort(), tls: await freePort(), limited: await freePort() };
  const config = path.join(directory, "nginx.conf");
  writeFileSync(config, nginxText(directory, ports));
  const child = spawn("nginx", ["-p", directory, "-c", config], { stdio: "ignore" });
  await untilOpen(ports.http);
  return {
    ports,
    origins: {
      http: `http://${host}:${ports.http}`,
      tls: `https://${host}:${ports.tls}`,
      limited: `https://${host}:${ports.limited}`,
    },
    async stop() {
      child.kill("SIGTERM");
      await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

/** A certificate of its own, and an nginx on this machine. */
export async function startLocal(directory) {
  mkdirSync(path.join(directory, "files"), { recursive: true });
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=IP:127.0.0.1"],
      ...["-keyout", path.join(directory, "key.pem"), "-out", path.join(directory, "cert.pem")],
    ],
    { stdio: "ignore" },
  );
  return await startNginx(directory);
}

/** Starts a proxy that adds 40 ms in each direction to a TLS port of this machine. */
export async function startDelayed(port) {
  const program = fileURLToPath(new URL("delay-proxy.mjs", import.meta.url));
  const child = spawn(process.execPath, [program, String(port), "40"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  return {
    origins: { tls: `https://127.0.0.1:${Number(line)}` },
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
