import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Ports of an nginx: plain, TLS, and TLS with 10 MB/s for each connection. */
export const ports = { http: 18180, tls: 18443, limited: 18444 };

function nginxText(directory, listen) {
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
  server { listen ${listen}:${ports.http}; listen ${listen}:${ports.tls} ssl; root ${directory}/files; }
  server { listen ${listen}:${ports.limited} ssl; root ${directory}/files; limit_rate 10m; }
}`;
}

async function untilOpen(host, port) {
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

/** Begins an nginx over DIRECTORY/files. */
async function startNginx(directory, listen) {
  const config = path.join(directory, `nginx-${listen}.conf`);
  writeFileSync(config, nginxText(directory, listen));
  const child = spawn("nginx", ["-p", directory, "-c", config], { stdio: "ignore" });
  await untilOpen(listen, ports.http);
  return {
    origins: {
      http: `http://${listen}:${ports.http}`,
      tls: `https://${listen}:${ports.tls}`,
      limited: `https://${listen}:${ports.limited}`,
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
  return await startNginx(directory, "127.0.0.1");
}

/** The TLS port of the local nginx behind a proxy that adds 40 ms in each direction. */
export async function startDelayed() {
  const program = fileURLToPath(new URL("delay-proxy.mjs", import.meta.url));
  const child = spawn(process.execPath, [program, String(ports.tls), "40"], {
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
