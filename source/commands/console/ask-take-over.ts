import { sessionQuotaCode } from "../../api/replies/refusal.ts";
import { AppError } from "../../base/errors.ts";
import { type Call, canAsk } from "./call.ts";
import { ask } from "./prompt.ts";

/** Signs in; where another program holds the session of the id, a person is asked whether to take it over. */
export async function askTakeOver<Result>(
  signIn: (takeOver: boolean) => Promise<Result>,
  call: Call,
): Promise<Result> {
  try {
    return await signIn(false);
  } catch (thrown) {
    const isTaken = thrown instanceof AppError && thrown.code === sessionQuotaCode;
    if (!isTaken || !canAsk(call)) throw thrown;
    const answer = await ask(call, {
      prompt: "Another program is signed in with this id. Take over its session? (y/N)",
    });
    if (!/^y(es)?$/i.test(answer.trim())) throw thrown;
    return signIn(true);
  }
}
