import { callScenarios } from "./call-scenarios.ts";
import { folderScenarios } from "./folder-scenarios.ts";
import type { Scenario } from "./scenario.ts";

export const scenarios: readonly Scenario[] = [...folderScenarios, ...callScenarios];
