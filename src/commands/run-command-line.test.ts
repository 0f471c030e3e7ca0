import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { customResourceDefinition } from "#api/custom-resource-definition.ts";
import { KINDS } from "#api/kinds.ts";
import { parseDocuments } from "#source/parse-documents.ts";
import { RULES } from "#validate/rules.ts";
import { COMMANDS } from "./commands.ts";
import { runCommandLine } from "./run-command-line.ts";

interface Ran {
  readonly code: number;
  readonly printed: string;
  readonly complained: string;
}

async function run(line: string, logLevel?: string): Promise<Ran> {
  let [printed, complained] = ["", ""];
  const code = await runCommandLine(line.split(" ").filter(Boolean), {
    config: { logLevel, kubeconfig: undefined, serviceHost: undefined, servicePort: undefined },
    signal: AbortSignal.abort(),
    print: (text) => void (printed += text),
    complain: (text) => void (complained += text),
  });
  return { code, printed, complained };
}

describe("what the user can put right is one line and exit code 2", () => {
  test.each<[string, RegExp]>([
    ["", /a command is needed: serve, validate, audit, policy, rules, crds, export, health, probe, uninstall, version/],
    ["serv", /unknown command 'serv'; did you mean 'serve'\?/],
    ["nonsense", /unknown command 'nonsense'$/m],
    ["--hepl", /unknown option '--hepl'; did you mean '--help'\?/],
    ["help serv", /unknown command 'serv'; did you mean 'serve'\?/],
    ["serve --standalon", /unknown option '--standalon'; did you mean '--standalone'\?/],
    ["serve --standalone=yes", /option '--standalone' takes no value/],
    ["serve --port", /option '--port' needs a value: --port PORT/],
    ["serve --port --standalone", /option '--port' needs a value/],
    ["serve --port=", /option '--port' needs a value/],
    ["serve --port 1 --port 2", /option '--port' is given twice/],
    ["serve --standalone x", /unexpected argument 'x'/],
    ["serve --standalone -p", /unknown option '-p'/],
    ["serve --standalone --port 65536", /'--port' must be a whole number from 0 to 65535, not '65536'/],
    ["serve --standalone --plain-port -1", /'--plain-port' must be a whole number from 0 to 65535, not '-1'/],
    ["serve --standalone --port 1e3", /'--port' must be a whole number/],
    ["serve --standalone --shutdown-delay 10s", /'--shutdown-delay' must be a whole number from 0 to 3600, not '10s'/],
    ["serve --standalone --log-level wran", /must be one of 'trace', .*, not 'wran'; did you mean 'warn'\?/],
    ["serve --standalone --bind-address gatehouse", /'--bind-address' must be an IP address or localhost/],
    ["serve --standalone --plain-bind-address 0.0.0.0", /must be a loopback address/],
    ["serve", /without --standalone, --certificate-directory or --certificate-secret is needed/],
    ["serve --objects x", /without --standalone, --certificate-directory or --certificate-secret is needed/],
    ["serve --certificate-directory x", /no cluster: --kubeconfig or KUBECONFIG is needed .*, or --objects/],
    ["serve --certificate-directory x --objects x --kubeconfig x", /'--kubeconfig' and '--objects' exclude each other/],
    ["serve --standalone --kubeconfig x", /'--kubeconfig' and '--standalone' exclude each other/],
    ["serve --certificate-directory x --plain-port 0 --kubeconfig /no/such", /no kubeconfig at \/no\/such/],
    ["serve --standalone --plain-port 0 --objects /no/such", /cannot read directory \/no\/such: it does not exist/],
    ["rules --output jsn", /must be one of 'text', 'json', 'markdown', not 'jsn'; did you mean 'json'\?/],
  ])("gatehouse %s", async (line, message) => {
    const { code, printed, complained } = await run(line);
    expect(complained).toMatch(message);
    expect(complained).toMatch(/^gatehouse: .*\n$/);
    expect([code, printed]).toEqual([2, ""]);
  });

  test("in the environment too", async () => {
    const { code, complained } = await run("serve --standalone", "lots");
    expect([code, complained]).toEqual([2, expect.stringMatching(/^gatehouse: GATEHOUSE_LOG_LEVEL must be one of/)]);
  });
});

describe("help", () => {
  test.each(["--help", "-h", "help"])("%s names every command", async (line) => {
    const { code, printed } = await run(line);
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS) expect(printed).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
  });

  test.each(COMMANDS.map((command) => [command.name, command] as const))(
    "of %s names every option",
    async (name, command) => {
      const { code, printed } = await run(`${name} --help`);
      expect(code).toBe(0);
      expect(printed).toContain(`Usage: gatehouse ${name}`);
      for (const option of Object.keys(command.options)) expect(printed).toMatch(new RegExp(`^  --${option} `, "m"));
      expect(await run(`help ${name}`)).toEqual({ code, printed, complained: "" });
    },
  );
});

test("no help has a line that a terminal of 100 columns would break", async () => {
  const helps = await Promise.all(["", ...COMMANDS.map(({ name }) => name)].map((name) => run(`${name} --help`)));
  const lines = helps.flatMap(({ printed }) => printed.split("\n"));
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(lines.length).toBeGreaterThan(20);
});

test("version and --version say the same", async () => {
  const { printed } = await run("--version");
  expect(printed).toMatch(/^gatehouse \d+\.\d+\.\d+ \(Node\.js \d+\.\d+\.\d+\)\n$/);
  expect((await run("version")).printed).toBe(printed);
});

test("crds prints one CustomResourceDefinition for each kind", async () => {
  const documents = parseAllDocuments((await run("crds")).printed).map((document) => document.toJS() as object);
  expect(documents).toMatchObject(
    KINDS.map(({ plural, kind }) => ({
      kind: "CustomResourceDefinition",
      metadata: { name: `${plural}.gateway.example.com` },
      spec: { names: { kind } },
    })),
  );
});

test("what crds prints is read by kubectl as it is meant, though its YAML is older", async () => {
  const { printed } = await run("crds");
  expect(parseDocuments(printed).map(({ value }) => value)).toEqual(KINDS.map(customResourceDefinition));
});

test("rules lists every rule in each format", async () => {
  for (const format of ["text", "markdown"]) {
    const { printed } = await run(`rules --output ${format}`);
    expect(RULES.filter(({ id, claim }) => !printed.includes(id) || !printed.includes(claim))).toEqual([]);
  }
  expect(JSON.parse((await run("rules --output json")).printed)).toMatchObject(
    RULES.map(({ id, claim, action }) => ({ id, claim, action })),
  );
  expect((await run("rules")).printed).toBe((await run("rules --output text")).printed);
});
