import { valueAt } from "#api/field-path.ts";
import type { Pod } from "../process-node/pod.ts";

export function urlOf({ status }: Pod): string {
  return `http://${status?.podIP}:8080`;
}

/** Over a connection of its own. */
export async function ask(url: string, method = "GET"): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(url, { method, headers: { connection: "close" } });
  return { status: answer.status, text: await answer.text() };
}

/** The addresses of those who answer there. */
export async function hostsBehind(url: string): Promise<ReadonlySet<unknown>> {
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask(`${url}/who`)));
  return new Set(answers.map(({ text }) => valueAt(JSON.parse(text), ["HOST"])));
}
