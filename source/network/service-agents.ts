import http from "node:http";
import https from "node:https";
import { chooseAgents, limitConnecting, type Network, verified } from "./network.ts";
import { createTunnelAgents } from "./tunnel.ts";

const options = { keepAlive: true, maxSockets: 64, scheduling: "lifo" } as const;

class PlainAgent extends http.Agent {
  override createConnection(...call: Parameters<http.Agent["createConnection"]>) {
    return limitConnecting(super.createConnection(...call), "connect");
  }
}

class SecureAgent extends https.Agent {
  override createConnection(...call: Parameters<https.Agent["createConnection"]>) {
    return limitConnecting(super.createConnection(...call), "secureConnect");
  }
}

export function createAgents(network: Network): (url: URL) => http.Agent {
  const direct = {
    plain: new PlainAgent(options),
    secure: new SecureAgent({ ...options, ...verified(network) }),
  };
  return chooseAgents(network, direct, (proxy) => createTunnelAgents(proxy, network, options));
}
