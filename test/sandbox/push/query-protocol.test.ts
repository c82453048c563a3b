import { expect } from "vitest";
import { addPackage, askByForm, open, subscribed } from "../../support/sandbox/subscriber.ts";
import { test } from "../../support/test.ts";

/* The protocol of the boto3 that LSEG's notification tool asks for: forms in, XML out. */

const it = test
  .extend("reader", ({ sandbox }) => subscribed(sandbox))
  .extend("ask", ({ reader }) => async (form: Record<string, string>) => {
    const answer = await askByForm(reader.endpoint, reader.credentials, form);
    expect(answer.headers.get("content-type")).toBe("text/xml");
    return { status: answer.status, xml: await answer.text() };
  });

const textIn = (xml: string, name: string) =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? "";

it("receives and deletes", async ({ ask, reader, sandbox }) => {
  const { packageId } = addPackage(sandbox);
  sandbox.push.publish({ name: "A", packageId });
  const { status, xml } = await ask({
    Action: "ReceiveMessage",
    MaxNumberOfMessages: "10",
    WaitTimeSeconds: "10",
    "AttributeName.1": "ApproximateReceiveCount",
  });
  expect(status).toBe(200);
  expect(xml).toContain("<ReceiveMessageResult><Message><MessageId>");
  expect(xml).toContain(
    "<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute></Message>",
  );
  const { payload } = open(textIn(xml, "Body"), reader.key);
  expect(payload.FileStoreNotification.fileset.name).toBe("A");
  const handle = textIn(xml, "ReceiptHandle");
  const deleted = await ask({ Action: "DeleteMessage", ReceiptHandle: handle });
  expect([deleted.status, textIn(deleted.xml, "RequestId")]).toEqual([
    200,
    expect.stringMatching(/-/),
  ]);
  expect(sandbox.push.queues()).toMatchObject([{ visible: 0, inFlight: 0 }]);
  const empty = await ask({ Action: "ReceiveMessage" });
  expect(empty.xml).toContain("<ReceiveMessageResult></ReceiveMessageResult>");
});

it("counts messages", async ({ ask }) => {
  const { xml } = await ask({
    Action: "GetQueueAttributes",
    "AttributeName.1": "ApproximateNumberOfMessages",
  });
  expect(xml).toContain(
    "<GetQueueAttributesResult><Attribute><Name>ApproximateNumberOfMessages</Name><Value>0</Value></Attribute></GetQueueAttributesResult>",
  );
});

it("refuses by an XML error", async ({ ask, sandbox }) => {
  sandbox.push.expireCredentials();
  const { status, xml } = await ask({ Action: "ReceiveMessage" });
  expect([status, textIn(xml, "Type"), textIn(xml, "Code"), textIn(xml, "Message")]).toEqual([
    403,
    "Sender",
    "ExpiredToken",
    expect.stringContaining("expired"),
  ]);
});
