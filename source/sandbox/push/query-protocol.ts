import * as v from "valibot";
import type { Answer } from "../http/answers.ts";

// SQS's older protocol, of forms and XML. LSEG's notification tool asks for a boto3 that speaks it.

/** A call in either protocol. */
export interface QueueCall {
  action: string;
  /** As in the JSON protocol. */
  input: unknown;
}

export function readForm(body: string): QueueCall {
  const input: Record<string, string | number | string[]> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const list = name.match(/^(\w+)\.\d+$/)?.[1];
    if (list !== undefined) input[`${list}s`] = [input[`${list}s`] ?? [], value].flat().map(String);
    else input[name] = /^\d+$/.test(value) ? Number(value) : value;
  }
  return { action: String(input["Action"]), input };
}

/** An answer of the JSON protocol in XML. */
export function xmlAnswer(action: string, answer: Answer): Answer {
  const { "x-amzn-query-error": code, "x-amzn-RequestId": id = "", ...others } = answer.headers;
  const headers = { ...others, "Content-Type": "text/xml", "x-amzn-RequestId": id };
  const body: unknown = answer.body === "" ? {} : JSON.parse(answer.body);
  if (code === undefined) {
    const result = `<${action}Result>${resultOf(body)}</${action}Result>`;
    const inner = `${result}<ResponseMetadata>${element("RequestId", id)}</ResponseMetadata>`;
    return { ...answer, headers, body: documentOf(`${action}Response`, inner) };
  }
  const [name = "", type = ""] = code.split(";");
  const { message } = v.parse(v.object({ message: v.string() }), body);
  const error = `${element("Type", type)}${element("Code", name)}${element("Message", message)}`;
  const inner = `<Error>${error}</Error>${element("RequestId", id)}`;
  return { ...answer, headers, body: documentOf("ErrorResponse", inner) };
}

const attributes = v.optional(v.record(v.string(), v.string()), {});

const results = v.object({
  QueueUrl: v.optional(v.string()),
  Attributes: attributes,
  Messages: v.optional(
    v.array(
      v.object({
        MessageId: v.string(),
        ReceiptHandle: v.string(),
        MD5OfBody: v.string(),
        Body: v.string(),
        Attributes: attributes,
      }),
    ),
    [],
  ),
});

function resultOf(body: unknown): string {
  const { QueueUrl, Attributes, Messages } = v.parse(results, body);
  const messages = Messages.map(({ Attributes: own, ...fields }) => {
    const elements = Object.entries(fields).map(([name, text]) => element(name, text));
    return `<Message>${elements.join("")}${attributesIn(own)}</Message>`;
  });
  const url = QueueUrl === undefined ? "" : element("QueueUrl", QueueUrl);
  return `${url}${attributesIn(Attributes)}${messages.join("")}`;
}

function attributesIn(known: Record<string, string>): string {
  return Object.entries(known)
    .map(
      ([name, value]) =>
        `<Attribute>${element("Name", name)}${element("Value", value)}</Attribute>`,
    )
    .join("");
}

function documentOf(name: string, inner: string): string {
  return `<?xml version="1.0"?><${name} xmlns="http://queue.amazonaws.com/doc/2012-11-05/">${inner}</${name}>`;
}

function element(name: string, text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<${name}>${escaped}</${name}>`;
}
