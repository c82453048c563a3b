// `cfs sync`, from its arguments to the file on disk. The modules are loaded first: loading is no part of it.
import "../../source/commands/program.ts";
import "../../source/commands/sync/sync.ts";
import { runCall } from "../../source/main/run-call.ts";
import { beginJourney, endJourney } from "./coverage.ts";
import { bucket, packageName, startService } from "./service.ts";

const { close, folder } = await startService();
beginJourney();
const exitCode = await runCall(["sync", bucket, "--package", packageName, "-o", folder]);
endJourney();
await close();
process.exitCode = exitCode;
