import { afterEach, beforeEach, vi } from "vitest";

/** On a busy machine a process opens fewer connections. In each test of the file it finds itself idle. */
export function pretendIdle(): void {
  beforeEach(() => {
    const load = { idle: 0, active: 0, utilization: 0 };
    vi.spyOn(performance, "eventLoopUtilization").mockReturnValue(load);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
}
