import { expect, test } from "vitest";
import { ManualClock } from "../../../test/support/manual-clock.ts";
import { GatewayClient } from "../admin/gateway-client.ts";
import { CONFIRMED, type Echo } from "./confirmation.ts";
import { instancesOf } from "./gateway-instances.ts";
import { look } from "./look.ts";

function lookAt(count: number, clock: ManualClock, echo: Echo) {
  const pods = Array.from({ length: count }, (_, index) => ({ uid: `${index}`, name: `gw-${index}`, address: "::1" }));
  const target = { type: "pods", selector: {}, port: 1, path: undefined } as const;
  const instances = instancesOf(target, { namespace: "team-a", name: "chat" }, { ready: () => pods });
  return look(instances, {
    client: new GatewayClient({ clock, userAgent: "gatehouse/0" }),
    clock,
    adapter: "json",
    path: undefined,
    credentials: undefined,
    signal: new AbortController().signal,
    echo,
    expected: { hash: "h", rendered: { files: {}, secrets: {} } },
  });
}

test("asks sixteen at once, and leaves out whose turn does not come within twenty seconds", async () => {
  const clock = new ManualClock();
  let running = 0;
  let most = 0;
  const said = await lookAt(1000, clock, async ({ base }) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    clock.advance(100);
    running -= 1;
    expect(base).toBe("http://[::1]:1");
    return CONFIRMED;
  });
  expect(most).toBe(16);
  expect(said.size).toBeGreaterThanOrEqual(200);
  expect(said.size).toBeLessThan(216);
});
