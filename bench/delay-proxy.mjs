import net from "node:net";

/** One way between two sockets: what goes in comes out `delayMs` later, with so much on the way at most. */
function carry(from, to, delayMs, windowBytes) {
  const underWay = [];
  let bytes = 0;
  let isPlanned = false;
  const deliver = () => {
    isPlanned = false;
    const now = performance.now();
    while (underWay.length > 0 && underWay[0].at <= now) {
      const { chunk } = underWay.shift();
      if (chunk === undefined) to.end();
      else {
        bytes -= chunk.length;
        to.write(chunk);
      }
    }
    if (bytes < windowBytes && from.isPaused()) from.resume();
    plan();
  };
  const plan = () => {
    if (isPlanned || underWay.length === 0) return;
    isPlanned = true;
    setTimeout(deliver, Math.max(1, underWay[0].at - performance.now()));
  };
  const send = (chunk) => {
    underWay.push({ chunk, at: performance.now() + delayMs });
    bytes += chunk?.length ?? 0;
    if (bytes >= windowBytes) from.pause();
    plan();
  };
  from.on("data", send);
  from.on("end", () => send(undefined));
  from.on("error", () => to.destroy());
  from.on("close", () => {
    if (!from.readableEnded) to.destroy();
  });
}

/**
 * Adds latency to connections in user space, for machines whose kernel cannot: each connection to the port
 * that this prints leads to `port` of this machine, `delayMs` each way. A connection has at most 6 MB in
 * flight, as Linux' receive window allows. Usage: node delay-proxy.mjs PORT DELAY_MS
 */
const [port, delayMs] = process.argv.slice(2).map(Number);
const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  const upstream = net.connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  carry(client, upstream, delayMs, 6e6);
  carry(upstream, client, delayMs, 6e6);
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
