import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EffectiveModel } from "#gateway/effective-configuration.ts";
import { type CertificateAuthority, createCertificateAuthority } from "../support/certificates.ts";
import { poll } from "../support/control-plane/poll.ts";
import { effectiveRoute as route } from "../support/effective-parts.ts";
import { type FakeUpstream, startFakeUpstream } from "../support/gateways/fake-upstream.ts";
import { useEnvoy } from "../support/gateways/use-envoy.ts";

const NAME = "provider.example.com";
const SECRETS = { provider: { key: "key-of-the-provider" }, login: { secret: "secret-of-the-client" } };
const KEY = { valueFrom: { secretKeyRef: { name: "provider", key: "key" } } };

type Tls = NonNullable<EffectiveModel["tls"]>;

describe("a real Envoy", () => {
  const { upstream, loaded, ask, model } = useEnvoy("canary-that-must-stay");
  const stack = new AsyncDisposableStack();
  let authority: CertificateAuthority;
  let other: CertificateAuthority;
  let provider: FakeUpstream;
  beforeAll(async () => {
    [authority, other] = await Promise.all([createCertificateAuthority("ours"), createCertificateAuthority("other")]);
    provider = stack.use(await startFakeUpstream(await authority.issueServer({ names: [NAME] })));
  });
  afterAll(() => stack.disposeAsync());

  const secrets = () => ({
    ...SECRETS,
    ours: { "ca.crt": authority.certificate },
    other: { "ca.crt": other.certificate },
  });

  /** A model behind TLS. */
  function encrypted(more: Partial<EffectiveModel> = {}): EffectiveModel {
    return model("gpt", { endpoint: `${provider.url}/v1`, tls: trusting("ours"), ...more });
  }

  test("shows its key to a provider whose certificate is of the authority that the model names", async () => {
    await loaded({ models: [encrypted({ auth: KEY })], routes: [route("/", "gpt")] }, { secrets: secrets() });
    provider.taken();
    expect((await ask("/chat/completions")).status).toBe(200);
    expect(provider.taken()).toMatchObject([
      { path: "/v1/chat/completions", headers: { authorization: `Bearer ${SECRETS.provider.key}` } },
    ]);
  });

  test.each<[string, () => Tls]>([
    ["of another authority than the model names", () => trusting("other")],
    ["of none of the authorities of the machine", () => ({ serverName: NAME })],
    ["in another name", () => trusting("ours", "other.example.com")],
    ["not for its address, where no other name is expected", () => ({ caSecretRef: { name: "ours", key: "ca.crt" } })],
  ])("sends nothing to a host whose certificate is %s", async (_, tls) => {
    const models = [encrypted({ name: "untrusting", auth: KEY, tls: tls() })];
    await loaded({ models, routes: [route("/", "untrusting")] }, { secrets: secrets() });
    provider.taken();
    expect((await ask("/chat/completions")).status).toBe(503);
    expect(provider.taken()).toEqual([]);
  });

  test("accepts any certificate where the model says so", async () => {
    const models = [encrypted({ tls: { insecureSkipVerify: true } })];
    await loaded({ models, routes: [route("/", "gpt")] }, { secrets: secrets() });
    expect((await ask("/chat/completions")).status).toBe(200);
  });

  test("does not go on with connections that were made while another authority was trusted", async () => {
    const routes = [route("/", "gpt")];
    await loaded({ models: [encrypted({ auth: KEY })], routes }, { secrets: secrets() });
    expect((await ask("/chat/completions")).status).toBe(200);
    await loaded({ models: [encrypted({ auth: KEY, tls: trusting("other") })], routes }, { secrets: secrets() });
    await poll("the provider is not trusted any more", async () => (await ask("/chat/completions")).status === 503);
    provider.taken();
    expect((await ask("/chat/completions")).status).toBe(503);
    expect(provider.taken()).toEqual([]);
  });

  test("fetches a token as the client that the model names, and shows it to the model's provider alone", async () => {
    await using login = await startFakeUpstream();
    login.answer = (_, response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ access_token: "token-of-the-login", token_type: "Bearer", expires_in: 3600 }));
    };
    const oauth2 = {
      tokenUrl: `${login.url}/oauth/token`,
      clientId: "gatehouse",
      clientSecretRef: { name: "login", key: "secret" },
      scopes: ["models", "more"],
    };
    await loaded(
      {
        models: [encrypted({ auth: { type: "oauth2", oauth2 } }), model("open")],
        routes: [route("/chat", "gpt"), route("/open", "open")],
      },
      { secrets: secrets() },
    );
    await poll("a token has come", async () => (await ask("/chat/completions")).status === 200);
    const [demand, ...others] = login.taken();
    expect(others).toEqual([]);
    expect(demand).toMatchObject({ method: "POST", path: "/oauth/token" });
    expect(Object.fromEntries(new URLSearchParams(demand?.body))).toEqual({
      grant_type: "client_credentials",
      client_id: "gatehouse",
      client_secret: SECRETS.login.secret,
      scope: "models more",
    });
    expect(provider.taken().at(-1)?.headers.authorization).toBe("Bearer token-of-the-login");
    expect((await ask("/open")).status).toBe(200);
    const seen = JSON.stringify(upstream().taken());
    expect(seen).toContain("/v1/open");
    expect(seen).not.toMatch(/token-of-the-login|secret-of-the-client/);
  });

  test("asks nothing of a provider as long as there is no token", async () => {
    await using login = await startFakeUpstream();
    login.answer = (_, response) => response.writeHead(401).end();
    const clientSecretRef = { name: "login", key: "secret" };
    const oauth2 = { tokenUrl: `${login.url}/oauth/token`, clientId: "gatehouse", clientSecretRef };
    await loaded({ models: [encrypted({ auth: { oauth2 } })], routes: [route("/", "gpt")] }, { secrets: secrets() });
    await poll("a token was asked for", () => Promise.resolve(login.taken().length > 0));
    provider.taken();
    expect((await ask("/chat/completions")).status).toBe(401);
    expect(provider.taken()).toEqual([]);
  });
});

function trusting(authority: string, serverName = NAME): Tls {
  return { caSecretRef: { name: authority, key: "ca.crt" }, serverName };
}
