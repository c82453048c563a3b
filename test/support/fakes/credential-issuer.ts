import { once } from "node:events";
import http from "node:http";

interface CredentialIssuer {
  origin: string;
  /** "POST /" of each request, with the action of an STS request: "POST / AssumeRole". */
  asked: string[];
  /** The bodies of the requests. */
  bodies: string[];
  close(): Promise<void>;
}

interface Issued {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** The endpoints of AWS that issue credentials: STS, SSO, those of containers and of EC2 instances. */
export async function startCredentialIssuer(issued: Issued): Promise<CredentialIssuer> {
  const asked: string[] = [];
  const bodies: string[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    bodies.push(body);
    const action = new URLSearchParams(body).get("Action");
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const call = `${request.method} ${pathname}`;
    asked.push(action === null ? call : `${call} ${action}`);
    if (request.headers.authorization === "wrong") return void response.writeHead(403).end();
    const answer = answerTo(call, action, issued);
    if (answer === undefined) return void response.writeHead(404).end();
    const type = answer.startsWith("<") ? "text/xml" : "application/json";
    response.writeHead(200, { "Content-Type": type }).end(answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    asked,
    bodies,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function answerTo(
  call: string,
  action: string | null,
  { accessKeyId, secretAccessKey, sessionToken }: Issued,
): string | undefined {
  const endsAt = new Date(Date.now() + 3_600_000);
  const Expiration = endsAt.toISOString();
  const keys = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey };
  if (action !== null) {
    const { AccessKeyId, SecretAccessKey } = keys;
    return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials><AccessKeyId>${AccessKeyId}</AccessKeyId><SecretAccessKey>${SecretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${Expiration}</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:cfs</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/lake/cfs</Arn></AssumedRoleUser></${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`;
  }
  switch (call) {
    case "GET /task":
    case "GET /latest/meta-data/iam/security-credentials/lake-role":
      return JSON.stringify({ ...keys, Code: "Success", Token: sessionToken, Expiration });
    case "PUT /latest/api/token":
      return "token-of-the-machine";
    case "GET /latest/meta-data/iam/security-credentials/":
      return "lake-role";
    case "GET /federation/credentials": {
      const expiration = endsAt.getTime();
      return JSON.stringify({
        roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration },
      });
    }
    default:
      return undefined;
  }
}
