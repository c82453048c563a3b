import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const namespace = "cfs-bench";
const nearAddress = "10.77.0.1";
const farAddress = "10.77.0.2";

/** Ports of an nginx: plain, TLS, and TLS with 10 MB/s for each connection. */
const ports = { http: 18180, tls: 18443, limited: 18444 };

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
  ssl_session_cache shared:s:10m; ${temporary}
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

/** Begins an nginx over DIRECTORY/files; `inside` runs it in the namespace with the long way. */
async function startNginx(directory, listen, inside) {
  const config = path.join(directory, `nginx-${listen}.conf`);
  writeFileSync(config, nginxText(directory, listen));
  const words = ["nginx", "-p", directory, "-c", config];
  const [command, ...rest] = inside ? ["ip", "netns", "exec", namespace, ...words] : words;
  const child = spawn(command, rest, { stdio: "ignore" });
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
export async function startNear(directory) {
  mkdirSync(path.join(directory, "files"), { recursive: true });
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
      ...["-addext", `subjectAltName=IP:127.0.0.1,IP:${farAddress}`],
      ...["-keyout", path.join(directory, "key.pem"), "-out", path.join(directory, "cert.pem")],
    ],
    { stdio: "ignore" },
  );
  return await startNginx(directory, "127.0.0.1", false);
}

/** An nginx behind 40 ms each way; undefined where this machine makes no namespaces. */
export async function startFar(directory) {
  const run = (...words) => execFileSync(words[0], words.slice(1), { stdio: "ignore" });
  const inside = (...words) => run("ip", "netns", "exec", namespace, ...words);
  const remove = () => {
    try {
      run("ip", "netns", "del", namespace);
    } catch {
      // It was not there.
    }
  };
  try {
    remove();
    run("ip", "netns", "add", namespace);
    run(
      "ip",
      "link",
      "add",
      "cfs-near",
      "type",
      "veth",
      "peer",
      "name",
      "cfs-far",
      "netns",
      namespace,
    );
    run("ip", "addr", "add", `${nearAddress}/30`, "dev", "cfs-near");
    run("ip", "link", "set", "cfs-near", "up");
    inside("ip", "addr", "add", `${farAddress}/30`, "dev", "cfs-far");
    inside("ip", "link", "set", "cfs-far", "up");
    inside("ip", "link", "set", "lo", "up");
    run(
      "tc",
      "qdisc",
      "add",
      "dev",
      "cfs-near",
      "root",
      "netem",
      "delay",
      "40ms",
      "limit",
      "100000",
    );
    inside(
      "tc",
      "qdisc",
      "add",
      "dev",
      "cfs-far",
      "root",
      "netem",
      "delay",
      "40ms",
      "limit",
      "100000",
    );
    const far = await startNginx(directory, farAddress, true);
    return {
      origins: far.origins,
      async stop() {
        await far.stop();
        remove();
      },
    };
  } catch {
    remove();
    return undefined;
  }
}
