import { expect, test } from "vitest";
import { runCommandLine } from "./run-command-line.ts";

async function run(line: string, signal = new AbortController().signal) {
  let [printed, complained] = ["", ""];
  const code = await runCommandLine(line.split(" "), {
    config: { logLevel: undefined, kubeconfig: "/no/such/from/environment", serviceHost: "h", servicePort: "1" },
    signal,
    print: (text) => void (printed += text),
    complain: (text) => void (complained += text),
  });
  return { code, printed, complained };
}

test.each<[string, RegExp]>([
  ["watch", /a kind is needed, such as configmaps/],
  ["watch cm secrets", /unexpected argument 'secrets'/],
  ["watch cm --sellector a=b", /unknown option '--sellector'; did you mean '--selector'\?/],
  ["watch cm -n", /option '--namespace' needs a value: --namespace NAMESPACE/],
  ["watch cm -n a -n b", /option '--namespace' is given twice/],
  ["watch cm -n a -A", /'--namespace' and '--all-namespaces' exclude each other/],
  ["watch cm -n Shop", /'Shop' is no name of a namespace/],
  ["watch cm -n a\u001b[2J", /'a\\u001b\[2J' is no name of a namespace/],
  ["watch cm -o jsn", /must be one of 'text', 'json', not 'jsn'; did you mean 'json'\?/],
  ["watch cm", /no kubeconfig at \/no\/such\/from\/environment/],
  ["watch cm --kubeconfig /no/such/file", /no kubeconfig at \/no\/such\/file/],
])("%j is one line and exit code 2", async (line, message) => {
  const { code, printed, complained } = await run(line);
  expect(complained).toMatch(message);
  expect(complained).toMatch(/^gatehouse: watch: .*\n$|^gatehouse: option .*\n$/);
  expect([code, printed]).toEqual([2, ""]);
});

test("who ends it before the cluster answered is told nothing", async () => {
  expect(await run("watch cm", AbortSignal.abort())).toEqual({ code: 0, printed: "", complained: "" });
});
