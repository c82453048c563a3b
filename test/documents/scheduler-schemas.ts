/*
 * An excerpt of what Kubernetes accepts, with the fields that the recipe uses and their neighbours, and with the
 * rules that its own schema does not have: restartPolicy Never, no exit code 0, one condition in each rule.
 */

const text = { type: "string" };
const whole = { type: "integer", minimum: 0 };

function only(properties: Readonly<Record<string, object>>, required: readonly string[] = []) {
  return { type: "object", properties, required, additionalProperties: false };
}

function listOf(items: object) {
  return { type: "array", items, minItems: 1 };
}

const onExitCodes = only(
  {
    containerName: text,
    operator: { enum: ["In", "NotIn"] },
    // 0 is not allowed with In.
    values: { ...listOf({ type: "integer", minimum: 1, maximum: 255 }), maxItems: 255 },
  },
  ["operator", "values"],
);

const onPodConditions = listOf(
  only({ type: text, status: { enum: ["True", "False", "Unknown"] } }, ["type"]),
);

const podFailurePolicy = only(
  {
    rules: {
      ...listOf({
        ...only(
          {
            action: { enum: ["FailIndex", "FailJob", "Ignore", "Count"] },
            onExitCodes,
            onPodConditions,
          },
          ["action"],
        ),
        oneOf: [{ required: ["onExitCodes"] }, { required: ["onPodConditions"] }],
      }),
      maxItems: 20,
    },
  },
  ["rules"],
);

const amounts = { type: "object", additionalProperties: { type: "string" } };

const container = only(
  {
    name: text,
    image: text,
    command: listOf(text),
    args: listOf(text),
    env: listOf(only({ name: text, value: text, valueFrom: { type: "object" } }, ["name"])),
    resources: only({ requests: amounts, limits: amounts }),
    volumeMounts: listOf(
      only({ name: text, mountPath: text, readOnly: { type: "boolean" } }, ["name", "mountPath"]),
    ),
  },
  ["name"],
);

/** A Job of Kubernetes (batch/v1) with completionMode Indexed and a pod failure policy. */
export const indexedJob = only(
  {
    apiVersion: { const: "batch/v1" },
    kind: { const: "Job" },
    metadata: only({ name: text, labels: amounts, annotations: amounts }, ["name"]),
    spec: only(
      {
        completionMode: { const: "Indexed" },
        completions: whole,
        parallelism: whole,
        backoffLimit: whole,
        backoffLimitPerIndex: whole,
        maxFailedIndexes: whole,
        activeDeadlineSeconds: whole,
        ttlSecondsAfterFinished: whole,
        suspend: { type: "boolean" },
        podReplacementPolicy: { enum: ["TerminatingOrFailed", "Failed"] },
        podFailurePolicy,
        template: only(
          {
            metadata: { type: "object" },
            spec: only(
              {
                // A pod failure policy and a limit per index need Never.
                restartPolicy: { const: "Never" },
                securityContext: only({ runAsUser: whole, runAsGroup: whole, fsGroup: whole }),
                terminationGracePeriodSeconds: whole,
                initContainers: listOf(container),
                containers: listOf(container),
                volumes: listOf(
                  only(
                    {
                      name: text,
                      persistentVolumeClaim: only({ claimName: text }, ["claimName"]),
                      emptyDir: { type: "object" },
                    },
                    ["name"],
                  ),
                ),
              },
              ["containers", "restartPolicy"],
            ),
          },
          ["spec"],
        ),
      },
      ["completions", "template"],
    ),
  },
  ["apiVersion", "kind", "metadata", "spec"],
);
