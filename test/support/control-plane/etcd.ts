/** Compacts the history of the etcd at this URL up to its present revision. */
export async function compactEtcd(url: string): Promise<void> {
  const { header } = (await callEtcd(url, "maintenance/status", {})) as { header: { revision: string } };
  await callEtcd(url, "kv/compaction", { revision: header.revision, physical: true });
}

/** Asks the etcd at this URL over its JSON gateway; keys and values are in base64. */
export async function callEtcd(url: string, method: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/v3/${method}`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method}: ${response.status} ${await response.text()}`);
  return response.json();
}
