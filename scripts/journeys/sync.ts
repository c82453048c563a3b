// `cfs sync`, from its arguments to the file on disk. The modules are loaded first: loading is no part of it.
import "../../source/commands/program.ts";
import "../../source/commands/sync/sync.ts";
import { runProgram } from "../../source/main/run-program.ts";
import { beginJourney, endJourney } from "./coverage.ts";
import { bucket, packageName, startService } from "./service.ts";

const { close, folder } = await startService();
beginJourney();
const exitCode = await runProgram(["sync", bucket, "--package", packageName, "-o", folder]);
endJourney();
await close();
process.exitCode = exitCode;
