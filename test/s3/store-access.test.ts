import { expect, test } from "vitest";
import { readStoreSettings } from "../../source/s3/store-access.ts";

const cases: [
  name: string,
  variables: Record<string, string>,
  settings: Record<string, string>,
  found: object,
][] = [
  ["nothing", {}, {}, { endpoint: undefined, region: "us-east-1", isVirtual: undefined }],
  ["AWS_REGION", { AWS_REGION: "a", AWS_DEFAULT_REGION: "b" }, { region: "c" }, { region: "a" }],
  ["AWS_DEFAULT_REGION", { AWS_DEFAULT_REGION: "b" }, { region: "c" }, { region: "b" }],
  ["the region of the profile", {}, { region: "c" }, { region: "c" }],
  [
    "AWS_ENDPOINT_URL_S3 before AWS_ENDPOINT_URL",
    { AWS_ENDPOINT_URL_S3: "https://s3.example/x", AWS_ENDPOINT_URL: "https://all.example" },
    { endpoint_url: "https://profile.example" },
    { endpoint: new URL("https://s3.example/x") },
  ],
  [
    "the endpoint of the profile's service before that of the profile",
    {},
    { "s3.endpoint_url": "http://store:9000", endpoint_url: "https://profile.example" },
    { endpoint: new URL("http://store:9000") },
  ],
  [
    "no endpoint if they are to be ignored",
    { AWS_ENDPOINT_URL: "https://all.example", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
    {},
    { endpoint: undefined },
  ],
  ["the addressing style", {}, { "s3.addressing_style": "virtual" }, { isVirtual: true }],
];

test.each(cases)("reads %s", (_, variables, settings, found) => {
  expect(readStoreSettings(variables, settings)).toMatchObject(found);
});

test("refuses an endpoint that is no address", () => {
  expect(() => readStoreSettings({ AWS_ENDPOINT_URL: "store:9000" }, {})).toThrow(
    "Reading AWS_ENDPOINT_URL: it is not an address.",
  );
});
